"""How forms become HTML.

Django gives every widget a template, and every option of a choice two more: in the filter bar of a list they came to a
third of the page's time. The widgets that stand in most forms are therefore written by the functions below; they give
what Django's templates give, which tests/config/test_form_renderer.py holds against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.utils.safestring import SafeString, mark_safe


class PortalFormRenderer(TemplatesSetting):
    """Forms and fields out of our own templates, common widgets out of WRITTEN, the others out of Django's templates."""

    form_template_name = "django/forms/div.html"
    field_template_name = "django/forms/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        if write := WRITTEN.get(template_name):
            return mark_safe(write(context["widget"]))
        return super().render(template_name, context, request)


def text(value: Any) -> str:
    """Escaped, unless it is HTML already."""
    return value if isinstance(value, SafeString) else escape(str(value))


def attributes(attrs: Mapping[str, Any]) -> str:
    """` name="value"` of each; True is the bare name, False nothing."""
    return "".join(
        f" {text(name)}" if value is True else f' {text(name)}="{text(value)}"'
        for name, value in attrs.items()
        if value is not False
    )


def single(widget: Mapping[str, Any]) -> str:
    """<input> of any type."""
    value = "" if widget["value"] is None else f' value="{text(widget["value"])}"'
    return f'<input type="{text(widget["type"])}" name="{text(widget["name"])}"{value}{attributes(widget["attrs"])}>'


def select(widget: Mapping[str, Any]) -> str:
    """<select>; `optgroups` holds (label or None, options, number) of each group, an ungrouped option being one too."""
    groups = "\n".join(
        f'<optgroup label="{text(label)}">{options(members)}</optgroup>' if label else options(members)
        for label, members, _ in widget["optgroups"]
    )
    return f'<select name="{text(widget["name"])}"{attributes(widget["attrs"])}>{groups}</select>'


def options(members: Iterable[Mapping[str, Any]]) -> str:
    return "\n".join(
        f'<option value="{text(option["value"])}"{attributes(option["attrs"])}>{text(option["label"])}</option>'
        for option in members
    )


INPUTS = ("checkbox", "color", "date", "datetime", "email", "file", "hidden", "input", "number", "password", "search")
WRITTEN: dict[str, Callable[[Mapping[str, Any]], str]] = {
    f"django/forms/widgets/{kind}.html": write
    for write, kinds in ((select, ("select",)), (single, (*INPUTS, "tel", "text", "time", "url")))
    for kind in kinds
}
