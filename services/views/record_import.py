"""A station's own table of services: the template, the upload, the check row by row, and what was not taken given back."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from accounts.pages import ActPage, Page
from ledger.errors import Refused
from ledger.models import StoredFile
from services.actions.record_import import Imported, import_records
from services.forms.record import RecordTableForm
from services.queries.library import own_stations
from services.queries.record_import import RecordPlan, plan_of_records, table_of_records
from services.states.record import Origin
from services.table import Row, Table, read_table
from services.views.table_upload import MOST_SHOWN, OfUpload, Returned, template_answer
from stations.views.uploads import take_in


class OfMembers:
    """For who keeps the records of a station; for others there is nothing here."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not own_stations(request.user).exists():
            raise Http404("服务记录由服务站登记")
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class RecordTemplate(OfMembers, Page):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return template_answer(table_of_records())


class RecordImport(OfMembers, ActPage):
    """Takes the table in; what it would do is shown on the next page, before anything is written."""

    title = "导入服务记录"
    template_name = "services/record/import.html"
    form_class = RecordTableForm
    button = "上传并核对"
    success = "文件已上传。请核对下面的内容，再确认导入。"

    def get_object(self) -> Any:
        return None

    def form_kwargs(self) -> dict[str, Any]:
        return {"user": self.request.user}

    def act(self, station: Any, table: Any) -> StoredFile:
        stored = take_in(self.request, [table], ("xlsx",), field="table")[0]
        table.seek(0)
        read_table(table_of_records(), table.read())  # refuses one without heads or rows here, at its field
        self.station = station
        return stored

    def get_success_url(self) -> str:
        return reverse("services:record_import_check", args=[self.station.pk, self.result.key])


class OfRecordUpload(OfUpload):
    def table(self) -> Table:
        return table_of_records()

    def plan(self, rows: list[Row]) -> RecordPlan:
        return plan_of_records(self.station, rows, timezone.now())

    @cached_property
    def judged(self) -> tuple[RecordPlan, list[Row]]:
        """Judged once: no row is part of another, so that the plan without the wrong rows is the plan."""
        return self.first, [line.row for line in self.first.lines]


class RecordImportCheck(OfRecordUpload, ActPage):
    """Row by row: what would be added, what is there already, and what cannot be taken."""

    title = "核对服务记录表格"
    template_name = "services/record/import_check.html"
    lookup = "key"

    def context(self) -> dict[str, Any]:
        (plan, good), problems = self.judged, self.problems
        return {
            **super().context(),
            "station": self.station,
            "problems": problems[:MOST_SHOWN],
            "more_problems": len(problems[MOST_SHOWN:]),
            "wrong": len({problem.row for problem in problems}),
            "good": len(good),
            "plan": plan,
            "lines": plan.lines[:MOST_SHOWN],
            "more": len(plan.lines[MOST_SHOWN:]),
        }

    def act(self) -> Imported:
        plan, good = self.judged
        if not good:
            raise Refused("nothing_to_take", "表里没有可以导入的行，请改好后重新上传。")
        if not plan.added:
            raise Refused("nothing_new", "表里没有新的服务记录，都已经在站内，不需要再导入。")
        done = import_records(self.station, good, actor=self.request.user, sha256=self.object.sha256)
        self.success = said_of(done, len({problem.row for problem in self.problems}))  # type: ignore[misc]
        return done

    def get_success_url(self) -> str:
        listed = {"station": self.station.pk, "origin": Origin.IMPORTED.value, "sort": "-recorded"}
        return f"{reverse('services:record_list')}?{urlencode(listed)}"


def said_of(done: Imported, left: int) -> str:
    """What an import did, and what is left to do."""
    words = [f"导入完成：新增 {done.added} 条"]
    words += [f"其中不计入统计 {done.set_aside} 条"] if done.set_aside else []
    words += [f"已有 {done.known} 条没有重复登记"] if done.known else []
    rest = f"有问题的 {left} 行没有导入，可以改好后再传。" if left else ""
    return f"{'，'.join(words)}。{rest}"


class RecordImportReturned(OfRecordUpload, Returned):
    """The rows that cannot be taken."""
