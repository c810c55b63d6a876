"""Service records: the list, the entry form, change and withdrawal with a reason."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from accounts.exports import Column
from accounts.pages import ActPage, DetailPage, ListPage, Page, SlicePaginator
from ledger.journal import history_of
from services.actions import record as actions
from services.forms.record import RecordChangeForm, RecordFilter, RecordForm, RecordWithdrawForm
from services.models import ServiceRecord
from services.queries.rating import asked_for
from services.queries.record import records_visible_to, stations_to_record_for
from services.rules.record import COUNTS, MONEY, is_closed
from stations.models import Station
from stations.queries import stations_visible_to

MOST_EXPORTED = 20_000
COLUMNS = (
    Column("服务站", "station.name"),
    Column("服务日期", "served_on"),
    Column("统一社会信用代码", "client_code"),
    Column("服务对象", "client_name"),
    Column("所属产业", "industry.name"),
    Column("服务类别", "kind_name"),
    Column("服务事项", "item_name"),
    Column("服务次数", "visits"),
    Column("发现问题", "problems_found"),
    Column("解决问题", "problems_solved"),
    Column("投入专家（人次）", "experts"),
    Column("收费（元）", "fee"),
    Column("减免（元）", "discount"),
    Column("节约费用（元）", "saved_cost"),
    Column("增长利润（元）", "added_profit"),
    Column("新增就业", "jobs_added"),
    Column("服务情况", "summary"),
    Column("来源", "get_origin_display"),
    Column("外部编号", "external_id"),
    Column("登记时间", "recorded_at"),
    Column("不计入的原因", "get_set_aside_display"),
    Column("不计入的说明", "set_aside_reason"),
)


class RecordList(ListPage):
    title = "服务记录"
    template_name = "services/record/list.html"
    query = staticmethod(records_visible_to)
    filterset_class = RecordFilter
    search_fields = ("client_name", "client_code", "summary", "external_id")
    search = "企业名称、代码或者服务情况"
    sorts: ClassVar = {"served": ("served_on",), "client": ("client_name",), "recorded": ("recorded_at",)}
    sort = "-served"
    columns = COLUMNS
    paginator_class = SlicePaginator

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.GET.get("export") and self.filtered()[MOST_EXPORTED : MOST_EXPORTED + 1].exists():
            raise BadRequest(f"一次最多导出 {MOST_EXPORTED} 条，请先用服务日期或者服务站缩小范围。")
        return super().get(request, *args, **kwargs)

    def context(self) -> dict[str, Any]:
        own = list(stations_to_record_for(self.request.user))
        return {**super().context(), "own_stations": own, "this_year": timezone.localdate().year}


class RecordDetail(DetailPage):
    title = "服务记录"
    template_name = "services/record/detail.html"
    query = staticmethod(records_visible_to)

    def context(self) -> dict[str, Any]:
        user, record = self.request.user, self.object
        rating, may_invite = asked_for(record, timezone.now())
        open_still = not record.withdrawn and not is_closed(record.served_on, timezone.now())
        return {
            **super().context(),
            "history": history_of(record),
            "counts": [(label, getattr(record, name)) for name, (label, _, _) in COUNTS.items()],
            "money": [(label, getattr(record, name)) for name, label in MONEY.items()],
            "rating": rating,
            "may_invite": may_invite and user.has_perm("services.invite_rating", record),
            "may_change": open_still and user.has_perm("services.change_record", record),
            "may_withdraw": open_still and user.has_perm("services.withdraw_record", record),
        }


class RecordNew(Page):
    """Where the entry form is reached from a list: with one station at once, with several after a choice."""

    title = "登记服务记录"
    template_name = "services/record/choose.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.stations = list(stations_to_record_for(request.user))
        if len(self.stations) == 1:
            return redirect("services:record_create", self.stations[0].pk)
        return super().get(request, *args, **kwargs)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "stations": self.stations}


class RecordCreate(ActPage):
    title = "登记服务记录"
    template_name = "services/record/form.html"
    query = staticmethod(stations_visible_to)
    permission = "services.add_record"
    form_class = RecordForm
    button = "登记"
    success = "服务记录已登记。"
    object: Station

    def form_kwargs(self) -> dict[str, Any]:
        return {"station": self.object}

    def act(self, **facts: Any) -> ServiceRecord:
        row = actions.add_record(self.object, actor=self.request.user, origin="typed", **facts)
        if not row.counts:
            self.success = f"服务记录已登记，但不计入统计：{row.set_aside_reason}"  # type: ignore[misc]
        return row

    def get_success_url(self) -> str:
        if "another" in self.request.POST:
            return self.request.path
        return self.result.get_absolute_url()


class RecordChange(ActPage):
    title = "修改服务记录"
    template_name = "services/record/form.html"
    query = staticmethod(records_visible_to)
    permission = "services.change_record"
    form_class = RecordChangeForm
    button = "保存修改"
    success = "修改已保存，修改前的内容记入台账。"
    object: ServiceRecord

    def form_kwargs(self) -> dict[str, Any]:
        names = [name for name in RecordChangeForm.base_fields if name not in {"reason", "contact_phone"}]
        return {
            "station": self.object.station,
            "initial": {name: getattr(self.object, name) for name in names},
        }

    def act(self, *, reason: str, contact_phone: str, **facts: Any) -> ServiceRecord:
        if contact_phone:
            facts["contact_phone"] = contact_phone
        return actions.change_record(self.object, actor=self.request.user, reason=reason, **facts)


class RecordWithdraw(ActPage):
    title = "撤回服务记录"
    query = staticmethod(records_visible_to)
    permission = "services.withdraw_record"
    form_class = RecordWithdrawForm
    danger = True
    question = "撤回以后不再计入任何统计，也不能恢复；记录和理由仍然显示。"
    success = "服务记录已撤回。"

    def act(self, reason: str) -> None:
        actions.withdraw_record(self.object, actor=self.request.user, reason=reason)
