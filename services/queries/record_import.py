"""What a table would add to a station's service records, row by row, before anything is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from measures.words import cn_day
from services.catalogue import CATALOGUE
from services.models import ServiceRecord
from services.queries.record import phones_of
from services.record_table import record_table
from services.rules.record import read_facts
from services.rules.record_key import SAID, contents_of, key_of
from services.states.record import SetAside
from services.table import Problem, Row, Table
from stations.credit_code import normalise
from stations.models import Industry, Station

NEW, KNOWN = "新增", "已有"


@dataclass(frozen=True)
class Line:
    """One row that can be read: its columns, what becomes of it, and the record that is it already."""

    row: Row
    values: Mapping[str, Any]
    word: str
    known: ServiceRecord | None = None

    @property
    def item_name(self) -> str:
        return CATALOGUE.item(self.values["item"]).name


@dataclass
class RecordPlan:
    """Rows to add and rows that are there already, in the order of the file; for the others their problems."""

    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def added(self) -> list[Line]:
        return [line for line in self.lines if line.known is None]

    @property
    def known(self) -> list[Line]:
        return [line for line in self.lines if line.known]

    @property
    def set_aside(self) -> int:
        return sum(bool(line.values["set_aside"]) for line in self.added)


def table_of_records() -> Table:
    return record_table(dict(Industry.objects.values_list("name", "code")))


def plan_of_records(station: Station, rows: Sequence[Row], at: dt.datetime) -> RecordPlan:
    """Four queries, however many rows. Nothing is written. The industries are known from the table's reading."""
    plan, read = RecordPlan(), []
    codes = {normalise(str(row.facts["client_code"])) for row in rows}
    phones = phones_of(station, codes)
    for row in rows:
        values, faults = read_facts(row.facts, station, at, phones=phones)
        plan.problems += [Problem(row.row, fault.message.rstrip("。")) for fault in faults]
        if not faults:
            read.append((row, values))
    present = Present(station, [values for _, values in read])
    seen: dict[str, int] = {}
    for row, values in read:
        first = seen.setdefault(key_of(values), row.row)
        problem = twice(values, first) if first != row.row else present.conflict(values)
        if problem:
            plan.problems.append(Problem(row.row, problem))
        else:
            known = present.find(values)
            plan.lines.append(Line(row, values, present.word(values, known), known))
    return plan


def twice(values: Mapping[str, Any], first: int) -> str:
    if values["external_id"]:
        return f"外部编号和第 {first} 行相同，请只保留一行，或者改正编号"
    return f"和第 {first} 行完全相同；确是两次服务的，请给每行写上不同的外部编号，否则删去一行"


class Present:
    """The station's records that rows of a table may be: by the key of an earlier table, by number, by contents."""

    def __init__(self, station: Station, rows: list[dict[str, Any]]) -> None:
        own = ServiceRecord.objects.filter(station=station)
        numbers = {values["external_id"] for values in rows} - {""}
        self.by_key = {row.import_key: row for row in own.filter(import_key__in={key_of(values) for values in rows})}
        self.by_number = {row.external_id: row for row in own.filter(external_id__in=numbers).order_by("-pk")}
        days, codes = {values["served_on"] for values in rows}, {values["client_code"] for values in rows}
        self.alike: dict[tuple[Any, ...], list[ServiceRecord]] = {}
        for record in own.filter(served_on__in=days, client_code__in=codes).exclude(set_aside=SetAside.WITHDRAWN):
            self.alike.setdefault(service_of(columns_of(record)), []).append(record)

    def find(self, values: Mapping[str, Any]) -> ServiceRecord | None:
        """The record that this row is. Without a number also one that was typed in and says just the same."""
        if found := self.by_key.get(key_of(values)):
            return found
        if number := values["external_id"]:
            return self.by_number.get(number)
        said = contents_of(values)
        alike = self.alike.get(service_of(values), ())
        return next((record for record in alike if contents_of(columns_of(record)) == said), None)

    def conflict(self, values: Mapping[str, Any]) -> str:
        """A number that stands for another service already."""
        known = self.find(values) if values["external_id"] else None
        if known is None or service_of(columns_of(known)) == service_of(values):
            return ""
        return (
            f"外部编号“{values['external_id']}”在站内是 {cn_day(known.served_on)}“{known.client_name}”的“{known.item_name}”；"
            "是另一次服务的请换编号，要更正的请在站内修改那条记录"
        )

    def word(self, values: Mapping[str, Any], known: ServiceRecord | None) -> str:
        """What becomes of the row, in words."""
        if known and known.withdrawn:
            return f"{KNOWN}，已撤回，不再导入"
        if known and contents_of(columns_of(known)) != contents_of(values):
            return f"{KNOWN}，与站内现在的内容不同，不改动"
        if known:
            return KNOWN
        if values["set_aside"]:
            return f"{NEW}，不计入：{values['set_aside_reason'].rstrip('。')}"
        if self.alike.get(service_of(values)):
            return f"{NEW}，请核对：同一天为这家企业做的这一事项已有记录"
        return NEW


def columns_of(record: ServiceRecord) -> dict[str, Any]:
    return {name: getattr(record, name) for name in SAID}


def service_of(values: Mapping[str, Any]) -> tuple[Any, ...]:
    """Which service it is, whatever else is said of it."""
    return values["client_code"], values["item"], values["served_on"]
