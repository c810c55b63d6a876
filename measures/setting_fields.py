"""Fields in which the bureau decides what a measure leaves open: one for each kind of setting, for whatever form."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.html import format_html

from measures.setting import Setting, SettingError, plain, setting_text

UNDECIDED = ("", "（尚未决定）")


class Open:
    """A field that may stay empty in a draft although it is needed in the end: it is not shown as optional."""

    def validate(self, value: Any) -> None:
        if value:
            super().validate(value)  # type: ignore[misc]


class OpenChoice(Open, forms.ChoiceField):
    pass


class OpenText(Open, forms.CharField):
    pass


def field_of(setting: Setting) -> forms.Field:
    """The field in which a setting is decided; its hint says that the measure is silent, and what is suggested."""
    hint = format_html(
        '<strong class="silent">{}</strong>　{} 建议：{}。',
        setting.note,
        setting.help,
        setting_text(setting, suggested(setting)),
    )
    if choices := choices_of(setting):
        return OpenChoice(label=setting.label, help_text=hint, choices=[UNDECIDED, *choices])
    label = f"{setting.label}（{setting.unit}）" if setting.unit else setting.label
    return OpenText(
        label=label,
        help_text=hint,
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 8}),
    )


def choices_of(setting: Setting) -> list[tuple[str, str]]:
    """What can be chosen; of an order, each way in which it can be put."""
    match setting.kind:
        case "boolean":
            return [("true", "是"), ("false", "否")]
        case "choice":
            return [(choice.value, choice.label) for choice in setting.choices]
        case "order":
            return [
                (",".join(choice.value for choice in order), " → ".join(choice.label for choice in order))
                for order in itertools.permutations(setting.choices)
            ]
    return []


def suggested(setting: Setting) -> Any:
    return setting.clean(setting.suggestion)


def typed_as(value: Any) -> str:
    """A setting's value as it would be typed or chosen."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list() | tuple():
            return ",".join(value)
    return plain(value)


def judge_settings(form: forms.Form, settings: Iterable[Setting], cleaned: dict[str, Any]) -> dict[str, Any]:
    """`cleaned` with the settings gathered under "settings", as they were typed. Each is judged by the measure itself, in
    its own words, and what is wrong is said at its field; what is empty stays open."""
    typed = {}
    for setting in settings:
        raw = cleaned.pop(setting.code, "")
        typed[setting.code] = raw
        if raw:
            try:
                setting.clean(raw)
            except SettingError as error:
                form.add_error(setting.code, str(error))
    return {**cleaned, "settings": typed}
