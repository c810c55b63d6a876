"""What may stand behind the question mark: declared once, for the check and for the description of the interface."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from integration.api.problems import Fault, Problem, faults

MOST = 100
USUAL = 50


class Asked(serializers.Serializer):
    """Names that nobody knows are refused: a mistyped filter would otherwise give everything."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = [name[:60] for name in data if name not in self.fields]
        if unknown:
            raise ValidationError({name: [ErrorDetail("没有这个查询参数。", "unknown_parameter")] for name in unknown})
        return super().to_internal_value(data)


class Paged(Asked):
    cursor = serializers.CharField(required=False, max_length=500, help_text="上一次回答 next 或 previous 中的值")
    limit = serializers.IntegerField(
        required=False, min_value=1, max_value=MOST, help_text=f"每页条数，默认 {USUAL}，最多 {MOST}"
    )


class Polled(Paged):
    updated_since = serializers.DateTimeField(
        required=False, help_text="只列此刻起登记过变化的；用上一次第一页回答头 Complete-Until 的值，不会漏掉"
    )


def read(request: Request, kind: type[serializers.Serializer]) -> dict[str, Any]:
    """The checked parameters. Raises Problem 422 `invalid_query` naming each that is wrong."""
    asked = kind(data=request.query_params.dict())
    if not asked.is_valid():
        raise wrong(list(faults(asked.errors)))
    return dict(asked.validated_data)


def wrong(errors: list[Fault]) -> Problem:
    return Problem(422, "invalid_query", "查询参数不符合要求，请按 errors 逐项修改。", errors=errors)


def filtered(filterset: Any, data: Mapping[str, Any]) -> Any:
    """The rows of a filter set of ours, or Problem 422 naming the parameter and what is wrong with it."""
    if missing := [name for name in data if name not in filterset.form.fields]:
        raise wrong([{"field": name, "code": "not_offered", "message": "现在不提供这项筛选。"} for name in missing])
    if not filterset.is_valid():
        found = filterset.form.errors.get_json_data()
        raise wrong(
            [
                {"field": name, "code": error["code"], "message": error["message"]}
                for name, errors in found.items()
                for error in errors
            ]
        )
    return filterset.qs
