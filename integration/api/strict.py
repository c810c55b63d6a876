"""Serializer fields that take a value for what it is: no number for a text, no text for a number, no name that nobody
knows. A client that sends the wrong type has a fault in its program, and hears of it before its data are wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.dateparse import parse_datetime
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

UNKNOWN = "没有这个字段，请核对字段名称。"


class Text(serializers.CharField):
    """A JSON string; DRF would take the number 0 for "0". Unlike a form, an empty one is allowed only where said so."""

    default_error_messages = {
        "invalid": "应当是文字。",
        "blank": "不能为空。",
        "max_length": "最多 {max_length} 个字。",
        "null": "不能为 null。",
        "required": "缺少这个字段。",
    }

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is not serializers.empty and data is not None and not isinstance(data, str):
            self.fail("invalid")
        return super().run_validation(data)


class Whole(serializers.IntegerField):
    """A JSON number without a fraction: not "1", not 1.0, not true."""

    default_error_messages = {
        "invalid": "应当是整数。",
        "max_value": "不能大于 {max_value}。",
        "min_value": "不能小于 {min_value}。",
        "null": "不能为 null。",
        "required": "缺少这个字段。",
    }

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return super().to_internal_value(data)


class Yuan(serializers.DecimalField):
    """An amount in yuan as a JSON string, "300.50", because a JSON number is not exact. Written the same way."""

    default_error_messages = {
        "invalid": '应当是以元为单位的金额，写成文字，例如 "300.50"。',
        "max_digits": "金额太大。",
        "max_whole_digits": "金额太大。",
        "max_decimal_places": "最多两位小数。",
        "max_string_length": "金额太大。",
        "min_value": "不能小于 {min_value}。",
        "required": "缺少这个字段。",
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(max_digits=14, decimal_places=2, allow_null=True, **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is not serializers.empty and data is not None and not (isinstance(data, str) and written_out(data)):
            self.fail("invalid")
        return super().run_validation(data)


def written_out(text: str) -> bool:
    """12, 12.5, -3.00: no exponent, no blank, no digits of another script."""
    whole, _, cents = text.removeprefix("-").partition(".")
    return all(part.isascii() and part.isdigit() for part in ([whole, cents] if "." in text else [whole]))


class Day(serializers.DateField):
    default_error_messages = {
        "invalid": "应当是日期，写成 2026-11-20。",
        "datetime": "应当是日期，写成 2026-11-20。",
        "null": "不能为 null。",
        "required": "缺少这个字段。",
    }

    def to_internal_value(self, value: Any) -> dt.date:
        if not (isinstance(value, str) and len(value) == 10 and value.isascii()):
            self.fail("invalid", format="YYYY-MM-DD")
        return super().to_internal_value(value)


class Instant(serializers.DateTimeField):
    """RFC 3339, with its offset: a time of day without a zone is nobody's time."""

    default_error_messages = {
        "invalid": "应当是带时区的时间，写成 2026-11-20T09:00:00+08:00。",
        "date": "应当是带时区的时间，写成 2026-11-20T09:00:00+08:00。",
        "null": "不能为 null。",
        "required": "缺少这个字段。",
    }

    def to_internal_value(self, value: Any) -> dt.datetime:
        try:
            instant = parse_datetime(value) if isinstance(value, str) and "T" in value.upper() else None
            if instant is not None and instant.tzinfo is not None:
                return instant.astimezone(dt.UTC)
        except (ValueError, OverflowError):
            pass
        raise ValidationError(self.error_messages["invalid"], "invalid")


class Body(serializers.Serializer):
    """A JSON object with these names and no others."""

    default_error_messages = {"invalid": "应当是一个 JSON 对象。"}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := [name for name in data if name not in self.fields]):
            raise ValidationError({name[:60]: [ErrorDetail(UNKNOWN, "field_unknown")] for name in unknown[:10]})
        return super().to_internal_value(data)
