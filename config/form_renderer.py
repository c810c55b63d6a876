"""How forms become HTML.

Django gives every widget a template, and every option of a choice two more: in the filter bar of a list they came to a
third of the page's time. The widgets that stand in most forms are therefore written by the functions below; they give
what Django's templates give, which tests/config/test_form_renderer.py holds against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe


class PortalFormRenderer(TemplatesSetting):
    """Forms and fields out of our own templates, common widgets out of WRITTEN, the others out of Django's templates."""

    form_template_name = "django/forms/div.html"
    field_template_name = "django/forms/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> SafeString:
        write = WRITTEN.get(template_name)
        return write(context["widget"]) if write else super().render(template_name, context, request)


def attributes(attrs: Mapping[str, Any]) -> SafeString:
    """` name="value"` of each; True is the bare name, False nothing."""
    return format_html_join("", "{}", ((attribute(name, value),) for name, value in attrs.items() if value is not False))


def attribute(name: str, value: Any) -> SafeString:
    return format_html(" {}", name) if value is True else format_html(' {}="{}"', name, str(value))


def single(widget: Mapping[str, Any]) -> SafeString:
    """<input> of any type."""
    value = "" if widget["value"] is None else format_html(' value="{}"', str(widget["value"]))
    attrs = attributes(widget["attrs"])
    return format_html('<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, attrs)


def select(widget: Mapping[str, Any]) -> SafeString:
    """<select>; `optgroups` holds (label or None, options, number) of each group, an ungrouped option being one too."""
    groups = (
        format_html('<optgroup label="{}">{}</optgroup>', label, options(members)) if label else options(members)
        for label, members, _ in widget["optgroups"]
    )
    inside = mark_safe("\n".join(groups))  # noqa: S308  both parts are escaped
    return format_html('<select name="{}"{}>{}</select>', widget["name"], attributes(widget["attrs"]), inside)


def options(members: Iterable[Mapping[str, Any]]) -> SafeString:
    return format_html_join(
        "\n",
        '<option value="{}"{}>{}</option>',
        ((str(option["value"]), attributes(option["attrs"]), option["label"]) for option in members),
    )


INPUTS = ("checkbox", "color", "date", "datetime", "email", "file", "hidden", "input", "number", "password", "search")
WRITTEN: dict[str, Callable[[Mapping[str, Any]], SafeString]] = {
    f"django/forms/widgets/{kind}.html": write
    for write, kinds in ((select, ("select",)), (single, (*INPUTS, "tel", "text", "time", "url")))
    for kind in kinds
}
