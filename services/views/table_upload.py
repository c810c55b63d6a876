"""An uploaded table between its upload and its confirmation: what it would do, and what cannot be taken given back."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from accounts.exports import XLSX, attachment
from accounts.pages import Page
from ledger.models import StoredFile
from services.queries.library import own_stations
from services.queries.library_import import uploaded_tables
from services.table import Problem, Reading, Row, Table, read_table, returned_bytes, template_bytes

MOST_SHOWN = 200


def template_answer(table: Table) -> HttpResponse:
    """The empty table to fill in."""
    return attachment(HttpResponse(template_bytes(table), content_type=XLSX), f"{table.title}导入模板.xlsx")


class OfUpload:
    """The uploaded table and what it would do. Only who uploaded it, and for one of his or her stations."""

    object: StoredFile

    def table(self) -> Table:
        raise NotImplementedError

    def plan(self, rows: list[Row]) -> Any:
        """What these rows would do; `problems` of it are those of rows that cannot be taken."""
        raise NotImplementedError

    def get_object(self) -> StoredFile:
        user = self.request.user  # type: ignore[attr-defined]
        stations = own_stations(user).select_related("organisation")
        self.station = get_object_or_404(stations, pk=self.kwargs["station"])  # type: ignore[attr-defined]
        return get_object_or_404(uploaded_tables(user), key=self.kwargs["key"])  # type: ignore[attr-defined]

    @cached_property
    def reading(self) -> Reading:
        with self.object.file.open("rb") as file:
            return read_table(self.table(), file.read())

    @cached_property
    def first(self) -> Any:
        """The plan of every row that can be read."""
        return self.plan(self.reading.rows)

    @cached_property
    def problems(self) -> list[Problem]:
        """Every problem, by row."""
        return sorted([*self.reading.problems, *self.first.problems], key=lambda problem: problem.row)

    @cached_property
    def judged(self) -> tuple[Any, list[Row]]:
        """The plan of the rows that can be taken, and those rows."""
        wrong = {problem.row for problem in self.problems}
        good = [row for row in self.reading.rows if row.row not in wrong]
        return (self.plan(good) if wrong else self.first), good


class Returned(Page):
    """The rows that cannot be taken, each with what is wrong with it, as a table to correct and upload again. Beside
    `OfUpload`."""

    object: StoredFile

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = self.get_object()  # type: ignore[attr-defined]
        if not self.problems:  # type: ignore[attr-defined]
            raise Http404("没有不能导入的行")
        table = self.table()  # type: ignore[attr-defined]
        content = returned_bytes(table, self.reading, self.problems)  # type: ignore[attr-defined]
        return attachment(HttpResponse(content, content_type=XLSX), f"{table.title}-需要修改的行.xlsx")
