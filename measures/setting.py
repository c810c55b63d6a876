"""What a measure does not say, and the bureau must: how such a setting looks, and which values it takes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

SILENT = "办法未规定，由市局设定"  # stands beside every setting on the screen


class SettingError(ValueError):
    """A value that a setting does not take; the message is a Chinese sentence that says what to do."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Something on which the measure is silent. `suggestion` is shown, never applied by itself.

    `kind`: integer, decimal, boolean, choice (one of `choices`), order (every dimension once). `scope`: round (frozen
    when a round is published) or supervision. `required`: a round is not published while it is unset. `unit` stands
    behind the value.
    """

    code: str
    label: str
    kind: str
    scope: str
    required: bool
    suggestion: str
    help: str
    min: Decimal | None = None
    max: Decimal | None = None
    unit: str = ""
    indicators: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    note: str = field(default=SILENT, metadata={"derived": True})

    def clean(self, raw: object) -> int | Decimal | bool | str | tuple[str, ...]:
        """The typed value of `raw` (a text from a form, or a value already typed). Raises SettingError."""
        text = ",".join(raw) if isinstance(raw, list | tuple) else str(raw).strip()
        match self.kind:
            case "integer" | "decimal":
                return self.clean_number(text)
            case "boolean":
                if text.lower() not in {"true", "false"}:
                    raise SettingError(f"请为「{self.label}」选择是或否。")
                return text.lower() == "true"
            case "choice":
                if text not in {choice.value for choice in self.choices}:
                    raise SettingError(f"请为「{self.label}」选择一项：{'、'.join(c.label for c in self.choices)}。")
                return text
            case _:
                return self.clean_order(text)

    def clean_number(self, text: str) -> int | Decimal:
        whole = self.kind == "integer"
        pattern = r"-?\d{1,9}" if whole else r"-?\d{1,9}(\.\d{1,4})?"
        if not re.fullmatch(pattern, text, re.ASCII):
            raise SettingError(f"请为「{self.label}」填写一个{'整数' if whole else '数字，小数不超过四位'}。")
        number = Decimal(text)
        if self.min is not None and number < self.min:
            raise SettingError(f"「{self.label}」不能小于 {self.min:f}，请改大。")
        if self.max is not None and number > self.max:
            raise SettingError(f"「{self.label}」不能大于 {self.max:f}，请改小。")
        return int(number) if whole else number

    def clean_order(self, text: str) -> tuple[str, ...]:
        order = tuple(part.strip() for part in text.split(",") if part.strip())
        if sorted(order) != sorted(choice.value for choice in self.choices):
            raise SettingError(
                f"请把「{self.label}」的每一项各排一次：{'、'.join(choice.label for choice in self.choices)}。"
            )
        return order


def setting_text(setting: Setting, value: Any) -> str:
    """A setting's value in words: 60 分, 是, 服务成效、服务提供、…"""
    labels = {choice.value: choice.label for choice in setting.choices}
    if setting.kind == "boolean":
        return "是" if value else "否"
    if setting.kind == "order":
        return "、".join(labels.get(item, item) for item in value)
    if setting.kind == "choice":
        return labels.get(plain(value), plain(value))
    return f"{plain(value)} {setting.unit}".strip()


def plain(value: Any) -> str:
    """A number without idle noughts (0.50 is 0.5, 60.00 is 60), anything else as it is."""
    text = str(value)
    return text.rstrip("0").rstrip(".") if re.fullmatch(r"-?\d+\.\d+", text) else text
