"""What a table would do to a station's library, row by row, before anything is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

from django.utils.functional import SimpleLazyObject

from ledger.errors import Refused
from ledger.models import StoredFile
from ledger.uploads import XLSX
from services.library_tables import PART, Names
from services.models import Agency, Qualification
from services.models.library import LibraryItem
from services.queries.library import kind_names
from services.rules.library_facts import KEYS, key_of, refuse_wrong, refuse_wrong_qualification
from services.states.library import LibraryState
from services.table import Problem, Row
from stations.models import District, Industry, Station

Item = TypeVar("Item", bound=LibraryItem)
ADDED, CHANGED, SAME = "新增", "更新", "不变"


@dataclass
class Plan(Generic[Item]):
    """Rows to enter and rows to change, each as it will be; `parts` are the qualifications of agencies. `same` rows are
    in the library already just so."""

    added: list[Item] = field(default_factory=list)
    changed: list[Item] = field(default_factory=list)
    same: int = 0
    parts: list[Qualification] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    lines: list[tuple[Row, Item, str]] = field(default_factory=list)


def names() -> Names:
    """What a table may name. Each is one query, when a table first names it."""
    return Names(
        kinds={name: code for code, name in kind_names().items()},
        districts=by_name(District),
        industries=by_name(Industry),
    )


def by_name(dictionary: type[District] | type[Industry]) -> Mapping[str, str]:
    """{name: code}, read when it is looked at."""
    found = SimpleLazyObject(lambda: dict(dictionary.objects.values_list("name", "code")))
    return cast(Mapping[str, str], found)


def uploaded_tables(user: Any) -> Any:
    """Workbooks that this person put on the record: a table that waits for confirmation is one of them."""
    return StoredFile.objects.filter(uploaded_by=user, content_type=XLSX)


def plan_of(model: type[Item], station: Station, rows: list[Row], at: dt.datetime) -> Plan[Item]:
    """Two queries, however many rows. Nothing is written."""
    plan: Plan[Item] = Plan()
    kinds = kind_names()
    rowed = model._default_manager.filter(station=station)
    if model is Agency:
        rowed = rowed.prefetch_related("qualifications")
    known = {key_of(item): item for item in rowed}
    seen: dict[tuple[str, ...], tuple[int, Item, bool]] = {}
    for row in rows:
        facts = {name: value for name, value in row.facts.items() if not name.startswith(PART)}
        key = tuple(facts[name] for name in KEYS[model])
        try:
            if key in seen:
                item = again(model, row, facts, seen[key])
            else:
                item, differs = one_row(model, station, facts, known.get(key), at)
                refuse_wrong(item, kinds)
                seen[key] = (row.row, item, differs)
                sort_in(plan, row, item, differs)
            if model is Agency:
                take_part(plan, row, item, kinds)
        except Refused as refusal:
            plan.problems.append(Problem(row.row, refusal.message.rstrip("。")))
    return plan


def again(model: type[Item], row: Row, facts: dict[str, Any], first: tuple[int, Item, bool]) -> Item:
    """A second row of one thing: for agencies another qualification, else a mistake."""
    line, item, _ = first
    differs = [name for name, value in facts.items() if getattr(item, name) != value]
    if model is not Agency:
        raise Refused("twice", f"和第 {line} 行是同一项，请合并成一行")
    if differs:
        raise Refused("twice_different", f"和第 {line} 行是同一家机构，但机构的各列不相同，请改成一样")
    return item


def one_row(
    model: type[Item], station: Station, facts: dict[str, Any], known: Item | None, at: dt.datetime
) -> tuple[Item, bool]:
    """The row as it will be, and whether that differs from what is there."""
    if known is None:
        return model(station=station, changed_at=at, **facts), True
    if known.state == LibraryState.RETIRED:
        raise Refused("retired", "已停用，请先在库里恢复使用，再导入")
    changed = [name for name, value in facts.items() if getattr(known, name) != value]
    for name in changed:
        setattr(known, name, facts[name])
    return known, bool(changed)


def sort_in(plan: Plan[Item], row: Row, item: Item, differs: bool) -> None:
    if item.pk is None:
        plan.added.append(item)
    elif differs:
        plan.changed.append(item)
    else:
        plan.same += 1
    plan.lines.append((row, item, ADDED if item.pk is None else CHANGED if differs else SAME))


def take_part(plan: Plan[Any], row: Row, agency: Any, kinds: dict[str, str]) -> None:
    """The qualification that the row names, entered or brought up to date."""
    facts = {name.removeprefix(PART): value for name, value in row.facts.items() if name.startswith(PART)}
    if not any(facts.values()):
        return
    if not facts.get("type") or not facts.get("number") or not facts.get("valid_from"):
        raise Refused("part_missing", "填写了资质的，资质种类、证书编号、有效期起都要填写")
    mine = [part for part in plan.parts if part.agency is agency]
    if any((part.type, part.number) == (facts["type"], facts["number"]) for part in mine):
        raise Refused("twice", "同一张证书写了两行，请删去一行")
    held = None
    if agency.pk:
        known = {(part.type, part.number): part for part in agency.qualifications.all()}
        held = known.get((facts["type"], facts["number"]))
    if held is None:
        held = Qualification(agency=agency, kinds=agency.kinds)
    differs = held.pk is None or any(getattr(held, name) != value for name, value in facts.items())
    for name, value in facts.items():
        setattr(held, name, value)
    refuse_wrong_qualification(held, kinds)
    if differs:
        held.agency = agency
        plan.parts.append(held)
        touch(plan, agency)


def touch(plan: Plan[Any], agency: Any) -> None:
    """An agency whose qualification changes is changed, too."""
    for place, (row, item, word) in enumerate(plan.lines):
        if item is agency and word == SAME:
            plan.lines[place] = (row, item, CHANGED)
            plan.changed.append(agency)
            plan.same -= 1
