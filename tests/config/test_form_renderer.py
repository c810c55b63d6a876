"""The widgets that we write ourselves are those that Django's templates give."""

import re
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates

from config.form_renderer import WRITTEN, PortalFormRenderer

SHARP = """<"&'>"""
CHOICES = [("", "全部"), (SHARP, SHARP), (3, "三"), ("区", [("a", "甲"), ("b", SHARP)])]
ATTRS = {"id": "id_x", "required": True, "disabled": False, "data-note": SHARP, "max": 7}
WIDGETS: list[tuple[forms.Widget, Any]] = [
    (forms.Select(choices=CHOICES), None),
    (forms.Select(choices=CHOICES), SHARP),
    (forms.Select(choices=CHOICES), 3),
    (forms.Select(choices=CHOICES), "b"),
    (forms.SelectMultiple(choices=CHOICES), ["a", "3"]),
    (forms.NullBooleanSelect(), True),
    (forms.Select(), None),
    *[
        (kind(), value)
        for kind in (forms.TextInput, forms.NumberInput, forms.EmailInput, forms.URLInput, forms.HiddenInput)
        for value in (None, "", SHARP, 0)
    ],
    (forms.SearchInput(), SHARP),
    (forms.TelInput(), "027"),
    (forms.ColorInput(), "#000000"),
    (forms.PasswordInput(render_value=True), SHARP),
    (forms.PasswordInput(), SHARP),
    (forms.DateInput(), "2026-11-21"),
    (forms.DateTimeInput(), "2026-11-21 09:00"),
    (forms.TimeInput(), "09:00"),
    (forms.FileInput(), None),
    (forms.CheckboxInput(), True),
    (forms.CheckboxInput(), False),
]


def flat(html: str) -> str:
    """Without the blanks between tags."""
    return re.sub(r">\s+|\s+<", lambda found: found.group().strip(), html.strip())


@pytest.mark.parametrize(("widget", "value"), WIDGETS)
def test_a_widget_is_the_same_as_by_djangos_template(widget: forms.Widget, value: Any) -> None:
    assert widget.template_name in WRITTEN
    ours = widget.render("x", value, ATTRS, renderer=PortalFormRenderer())
    assert flat(ours) == flat(widget.render("x", value, ATTRS, renderer=DjangoTemplates()))


def test_every_written_widget_is_held_against_djangos() -> None:
    assert set(WRITTEN) == {widget.template_name for widget, _ in WIDGETS} | {"django/forms/widgets/input.html"}


def test_a_widget_with_a_template_of_its_own_keeps_it() -> None:
    html = forms.Textarea().render("x", SHARP, renderer=PortalFormRenderer())
    assert html == forms.Textarea().render("x", SHARP, renderer=DjangoTemplates())
