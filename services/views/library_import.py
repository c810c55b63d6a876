"""A table for a library: the template, the upload, the check row by row, and what was not taken given back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from accounts.pages import ActPage, Page
from ledger.errors import Refused
from ledger.models import StoredFile
from services.actions import library as actions
from services.forms.library import TableForm
from services.queries.library_import import Plan, names, plan_of
from services.shown import Reach, Shown
from services.table import Row, Table, read_table
from services.views.library import ItemAct, OfLibraries, OwnStationAct
from services.views.table_upload import MOST_SHOWN, OfUpload, Returned, template_answer
from stations.views.uploads import take_in


class LibraryTemplate(OfLibraries, Page):
    """The empty table to fill in."""

    shelf: Any = None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return template_answer(self.shelf.table(names()))


class LibraryImport(OwnStationAct):
    """Takes the table in; what it would do is shown on the next page, before anything is written."""

    template_name = "services/library/import.html"
    form_class = TableForm
    button = "上传并核对"
    success = "文件已上传。请核对下面的内容，再确认导入。"

    def get_title(self) -> str:
        return f"导入{self.shelf.label}"

    def form_kwargs(self) -> dict[str, Any]:
        return {"user": self.request.user}

    def act(self, station: Any, table: Any) -> StoredFile:
        stored = take_in(self.request, [table], ("xlsx",), field="table")[0]
        table.seek(0)
        read_table(self.shelf.table(names()), table.read())  # refuses one without heads or rows here, at its field
        self.station = station
        return stored

    def get_success_url(self) -> str:
        return self.shelf.url("import_check", self.station.pk, self.result.key)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "template_url": self.shelf.url("template")}


class OfLibraryUpload(OfUpload):
    def table(self) -> Table:
        return self.shelf.table(names())  # type: ignore[attr-defined,no-any-return]

    def plan(self, rows: list[Row]) -> Plan[Any]:
        return plan_of(self.shelf.model, self.station, rows, timezone.now())  # type: ignore[attr-defined]


class ImportCheck(OfLibraryUpload, ItemAct):
    """Row by row: what would be written, and what cannot be. Confirmed as a whole; rows that cannot be taken are named
    and can be downloaded with their problems, so that nothing is lost."""

    template_name = "services/library/import_check.html"
    lookup = "key"

    def get_object(self) -> Any:
        return OfLibraryUpload.get_object(self)

    def get_title(self) -> str:
        return f"核对{self.shelf.label}表格"

    def context(self) -> dict[str, Any]:
        (plan, good), problems = self.judged, self.problems
        shown = [(row.row, Shown(item, Reach.OWN), word) for row, item, word in plan.lines[:MOST_SHOWN]]
        wrong = {problem.row for problem in problems}
        return {
            **ActPage.context(self),
            "shelf": self.shelf,
            "station": self.station,
            "list_url": self.shelf.url("list"),
            "import_url": self.shelf.url("import"),
            "returned_url": self.shelf.url("import_returned", self.station.pk, self.object.key),
            "problems": problems,
            "wrong": len(wrong),
            "good": len(good),
            "lines": shown,
            "more": len(plan.lines) - len(shown),
            "added": len(plan.added),
            "changed": len(plan.changed),
            "same": plan.same,
        }

    def act(self) -> Any:
        _, good = self.judged
        if not good:
            raise Refused("nothing_to_take", "表里没有可以导入的行，请改好后重新上传。")
        done = actions.import_items(
            self.shelf.model, self.station, good, actor=self.request.user, sha256=self.object.sha256
        )
        left = len({problem.row for problem in self.problems})
        words = f"新增 {done.added}，更新 {done.changed}，不变 {done.same}"
        rest = f"有问题的 {left} 行没有导入，可以下载后改好再传。" if left else ""
        self.success = f"导入完成：{words}。{rest}"  # type: ignore[misc]
        return done

    def get_success_url(self) -> str:
        return self.shelf.url("list")


class ImportReturned(OfLibraryUpload, OfLibraries, Returned):
    shelf: Any = None
