"""/api/v1/service-records/: one, many at once, and those of one's stations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from integration.actions.service_record import (
    CHANGED,
    CREATED,
    REJECTED,
    UNCHANGED,
    Pushed,
    Row,
    push_records,
)
from integration.api.access import client_of
from integration.api.asked import Polled, read
from integration.api.cursors import page_of
from integration.api.once import KEY_HEADER, OncePerKey
from integration.api.problems import MEDIA_TYPE, WORDS, Problem, document, faults
from integration.api.public import COMPLETE_UNTIL, list_of
from integration.api.strict import Body, Day, Text, Whole, Yuan
from integration.models import ApiClient
from integration.queries.service_record import records_for
from integration.states.client import Scope
from ledger.journal import complete_until
from services.models import ServiceRecord
from services.rules.record import Fault

MOST = 1000
# a record is dated by the web server, `complete_until` by the database; who polls gets a minute of records again
CLOCKS_DIFFER = dt.timedelta(minutes=1)
STATUS_OF_FAULT = {"station_not_authorised": 404, "other_station": 409, "withdrawn": 409, "external_id_twice": 409}
STATUSES = [CREATED, CHANGED, UNCHANGED, REJECTED]


class RecordIn(Body):
    external_id = Text(max_length=100, help_text="贵方系统里这次服务的编号；同一编号再次提交即更新同一条记录")
    station = Whole(min_value=1, max_value=2**63 - 1, help_text="服务站编号，见 stations/；该站须已授权本客户端")
    client_code = Text(max_length=18, help_text="服务对象的统一社会信用代码，校验校验位")
    client_name = Text(max_length=100)
    item = Text(max_length=80, help_text="服务事项代码，见 statistics/ 和 docs/api.md，例如 metrology.calibration")
    served_on = Day(help_text="服务日期，不晚于今天；上一年的记录于次年 1 月 31 日截止")
    visits = Whole(required=False, min_value=1, max_value=10_000, help_text="服务次数（家次），默认 1")
    problems_found = Whole(required=False, min_value=0, max_value=10_000)
    problems_solved = Whole(required=False, min_value=0, max_value=10_000, help_text="不大于 problems_found")
    experts = Whole(required=False, min_value=0, max_value=10_000, help_text="投入专家（人次）")
    fee = Yuan(min_value=0, help_text="收费（元）")
    discount = Yuan(min_value=0, help_text="减免（元）")
    saved_cost = Yuan(min_value=0, help_text="节约费用（元）")
    added_profit = Yuan(help_text="增长利润（元），可为负数")
    jobs_added = Whole(required=False, min_value=0, max_value=1_000_000)
    industry = Text(required=False, allow_blank=True, max_length=40, help_text="产业代码")
    summary = Text(required=False, allow_blank=True, max_length=2000)
    contact_phone = Text(required=False, allow_blank=True, max_length=40, help_text="只用来与本站电话比对，不保存")


class RecordOut(serializers.ModelSerializer):
    station = serializers.IntegerField(source="station_id")
    industry = serializers.CharField(source="industry_id", allow_null=True)

    class Meta:
        model = ServiceRecord
        fields = [
            "id", "station", "external_id", "client_code", "client_name", "industry", "kind", "item", "served_on",
            "visits", "problems_found", "problems_solved", "experts", "fee", "discount", "saved_cost", "added_profit",
            "jobs_added", "summary", "origin", "set_aside", "set_aside_reason", "recorded_at", "changed_at",
        ]  # fmt: skip
        read_only_fields = fields


class PushedOut(serializers.Serializer):
    status = serializers.ChoiceField([CREATED, CHANGED, UNCHANGED])
    record = RecordOut()


class RowFault(serializers.Serializer):
    field = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()


class RowProblem(serializers.Serializer):
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    errors = RowFault(many=True)


class RowOut(serializers.Serializer):
    index = serializers.IntegerField(help_text="第几条，从 0 起")
    external_id = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(STATUSES)
    id = serializers.IntegerField(allow_null=True)
    set_aside = serializers.CharField(allow_blank=True, help_text="不计入统计的原因，空为计入")
    problem = RowProblem(allow_null=True)


class BatchIn(Body):
    records = RecordIn(many=True, min_length=1, max_length=MOST)


class BatchOut(serializers.Serializer):
    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    rejected = serializers.IntegerField()
    results = RowOut(many=True)


class RecordsAsked(Polled):
    station = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    external_id = serializers.CharField(required=False, max_length=100, help_text="贵方系统里的编号")
    served_from = serializers.DateField(required=False)
    served_to = serializers.DateField(required=False)


FILTERS = {
    "station": "station",
    "external_id": "external_id",
    "served_from": "served_on__gte",
    "served_to": "served_on__lte",
    "updated_since": "changed_at__gte",
}


class ServiceRecords(OncePerKey):
    scopes = {"GET": Scope.SERVICES_READ, "POST": Scope.SERVICES_WRITE}

    @extend_schema(
        operation_id="service_record_list",
        summary="授权服务站的服务记录",
        description="包括各种来源的记录，按变更先后。撤回的也在内，set_aside 为 withdrawn。",
        tags=["服务"],
        parameters=[RecordsAsked],
        responses=list_of(RecordOut),
    )
    def get(self, request: Request) -> Response:
        asked = read(request, RecordsAsked)
        until = complete_until()  # before the rows are read
        rows = records_for(client_of(request))
        for name, column in FILTERS.items():
            if name in asked:
                rows = rows.filter(**{column: asked[name]})
        pages = page_of(rows, request, ordering=("changed_at", "id"), limit=asked.get("limit"))
        said = {
            "next": pages.get_next_link(),
            "previous": pages.get_previous_link(),
            "results": RecordOut(pages.page, many=True).data,
        }
        return Response(said, headers={COMPLETE_UNTIL: (until - CLOCKS_DIFFER).isoformat()})

    @extend_schema(
        operation_id="service_record_push",
        summary="推送一条服务记录",
        tags=["服务"],
        parameters=[KEY_HEADER],
        request=RecordIn,
        responses={201: PushedOut, 200: PushedOut},
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        return super().post(request, *args, **kwargs)

    def create(self, request: Request, client: ApiClient) -> Response:
        row = read_row(RecordIn(), request.data)
        answer = push_records(client, [row])[0]
        if answer.record is None:
            # not raised: the event of it stays
            said = problem_of(row, answer)
            said = document(request.path, said["status"], said["code"], said["detail"], said["errors"])
            return Response(said, said["status"], content_type=MEDIA_TYPE)
        status = 201 if answer.status == CREATED else 200
        return Response({"status": answer.status, "record": RecordOut(answer.record).data}, status)


class ServiceRecordBatch(OncePerKey):
    scopes = {"POST": Scope.SERVICES_WRITE}

    @extend_schema(
        operation_id="service_record_push_batch",
        summary="批量推送服务记录",
        tags=["服务"],
        description=f"一次至多 {MOST} 条。每条单独答复：一条有错不影响其他各条；有错的改正后用新的 Idempotency-Key 重新推送即可。",
        parameters=[KEY_HEADER],
        request=BatchIn,
        responses={200: BatchOut},
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        return super().post(request, *args, **kwargs)

    def create(self, request: Request, client: ApiClient) -> Response:
        form = RecordIn()
        rows = [read_row(form, data) for data in rows_of(request.data)]
        answers = push_records(client, rows)
        results = [row_out(index, row, answer) for index, (row, answer) in enumerate(zip(rows, answers, strict=True))]
        counts = {status: sum(answer.status == status for answer in answers) for status in STATUSES}
        return Response({**counts, "results": results})


def rows_of(body: Any) -> list[Any]:
    """The records of a batch, each yet to be looked at for itself. Raises Problem where there is no such list."""
    if not isinstance(body, Mapping):
        raise misshapen("", "invalid", "应当是一个 JSON 对象，记录放在 records 里。")
    if unknown := [name for name in body if name != "records"]:
        raise misshapen(unknown[0][:60], "field_unknown", "没有这个字段，请核对字段名称。")
    rows = body.get("records")
    if not isinstance(rows, list) or not rows:
        raise misshapen("records", "required", "应当是至少有一条记录的数组。")
    if len(rows) > MOST:
        raise misshapen("records", "too_many_rows", f"一次至多 {MOST} 条，现有 {len(rows)} 条，请分几次推送。")
    return rows


def misshapen(field: str, code: str, message: str) -> Problem:
    return Problem(400, "invalid", WORDS["invalid"], errors=[{"field": field, "code": code, "message": message}])


def read_row(form: RecordIn, data: Any) -> Row:
    """What is sent of one record, or what is wrong with its form."""
    try:
        facts = dict(form.run_validation(data))
    except ValidationError as error:
        found = [Fault(fault["code"], fault["field"], fault["message"]) for fault in faults(error.detail)]
        sent = data if isinstance(data, Mapping) else {}
        return Row(whole(sent.get("station")), short(sent.get("external_id")), {}, tuple(found))
    return Row(facts.pop("station"), facts.pop("external_id"), facts)


def whole(value: Any) -> int | None:
    return value if type(value) is int else None


def short(value: Any) -> str:
    return value[:100] if isinstance(value, str) else ""


def row_out(index: int, row: Row, answer: Pushed) -> dict[str, Any]:
    record = answer.record
    return {
        "index": index,
        "external_id": row.external_id,
        "status": answer.status,
        "id": record.pk if record else None,
        "set_aside": record.set_aside if record else "",
        "problem": None if record else problem_of(row, answer),
    }


def problem_of(row: Row, answer: Pushed) -> dict[str, Any]:
    """Status, code, words and fields of a row that was turned down; it speaks for the first fault."""
    first = answer.faults[0]
    status = 400 if row.faults else STATUS_OF_FAULT.get(first.code, 422)
    code, detail = ("invalid", WORDS["invalid"]) if row.faults else (first.code, first.message)
    errors = [{"field": fault.field, "code": fault.code, "message": fault.message} for fault in answer.faults]
    return {"status": status, "code": code, "detail": detail, "errors": errors}
