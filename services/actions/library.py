"""Rows of the four libraries: entered, changed, retired, taken over out of a table."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from ledger import moves
from ledger.errors import Refused
from ledger.journal import record, record_all
from services.models import Agency, Qualification
from services.models.library import LibraryItem
from services.queries.library import kind_names
from services.queries.library_import import Plan, plan_of
from services.rules.library_facts import KEYS, key_of, refuse_wrong
from services.states.library import LibraryState
from services.table import Row
from stations import credit_code
from stations.models import Station

Item = TypeVar("Item", bound=LibraryItem)


@transaction.atomic
def add_item(
    model: type[Item], station: Station, /, *, actor: Any, at: dt.datetime | None = None, **facts: Any
) -> Item:
    """Enter a row in the station's library.

    Raises Refused: `not_allowed`, `already_listed`, what `credit_code.validate` and `refuse_wrong` raise.
    """
    at = at or timezone.now()
    moves.require(actor, "services.add_library", f"登记{model._meta.verbose_name}", station)
    moves.lock(station)  # two people who enter the same company go one after the other
    item = model(station=station, changed_at=at, **normal(facts))
    refuse_wrong(item, kind_names())
    refuse_second(item)
    item.save(force_insert=True)
    record(item, "add", actor=actor, at=at, after=item.state)
    return item


@transaction.atomic
def change_item(item: Item, *, actor: Any, at: dt.datetime | None = None, version: int, **facts: Any) -> Item:
    """Change a row; the journal names the fields that differ, never what was in them.

    Raises Refused: `not_allowed`, `stale` (somebody else saved meanwhile), `already_listed`, as `add_item` besides.
    """
    moves.require(actor, "services.write_library", "修改本站资源库", item)
    row = moves.lock(item)
    if version != row.version:
        raise Refused("stale", "保存之前，别人已经改过这一条。请重新打开，在最新内容上修改。")
    changed = put(row, normal(facts))
    refuse_wrong(row, kind_names())
    refuse_second(row)
    if changed:
        keep(row, actor=actor, at=at or timezone.now(), changed=changed)
    return row


def keep(row: Any, *, actor: Any, at: dt.datetime, changed: list[str]) -> None:
    row.version += 1
    row.changed_at = at
    row.save()
    record(row, "change", actor=actor, at=at, before=row.state, after=row.state, facts={"changed": changed})


def normal(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts as they are kept: a credit code checked in full, as the paper prints it."""
    known = {name: value.strip() if isinstance(value, str) else value for name, value in facts.items()}
    if "credit_code" in known:
        known["credit_code"] = credit_code.validate(known["credit_code"])
    return known


def put(row: Any, facts: dict[str, Any]) -> list[str]:
    """Set what differs; its names."""
    changed = [name for name, value in facts.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, facts[name])
    return changed


def refuse_second(item: Any) -> None:
    """A station lists a thing once. The retired one is restored rather than entered again."""
    same = dict(zip(KEYS[type(item)], key_of(item), strict=True))
    found = type(item)._default_manager.filter(station_id=item.station_id, **same).exclude(pk=item.pk).first()
    if found is None:
        return
    what = "已停用，请找到它后恢复使用" if found.state == LibraryState.RETIRED else "请直接修改"
    raise Refused("already_listed", f"本站的库里已经有“{found}”，{what}，不需要重复登记。", field=KEYS[type(item)][0])


@transaction.atomic
def retire_item(item: LibraryItem, *, actor: Any, reason: str, at: dt.datetime | None = None) -> None:
    """No more offered or shared; what rests on it stays. Raises Refused: `not_allowed`, `wrong_state`,
    `reason_missing`."""
    moves.apply(item, "retire", actor=actor, at=at or timezone.now(), reason=reason.strip())


@transaction.atomic
def restore_item(item: LibraryItem, *, actor: Any, at: dt.datetime | None = None) -> None:
    """Raises Refused: `not_allowed`, `wrong_state`."""
    moves.apply(item, "restore", actor=actor, at=at or timezone.now())


# -- Out of a table  ----


@dataclass(frozen=True)
class Imported:
    added: int
    changed: int
    same: int


@transaction.atomic
def import_items(
    model: type[Item], station: Station, rows: list[Row], *, actor: Any, at: dt.datetime | None = None, sha256: str = ""
) -> Imported:
    """Take these rows over: new ones are entered, known ones changed where they differ. All of them or none: the page
    before has told which rows of the file cannot be taken, and they are not among `rows`.

    `sha256` is that of the file, for the journal. Raises Refused: `not_allowed`, `rows_changed` (something that a row
    rests on has changed since).
    """
    at = at or timezone.now()
    moves.require(actor, "services.add_library", f"导入{model._meta.verbose_name}", station)
    moves.lock(station)
    plan: Plan[Item] = plan_of(model, station, rows, at)
    if plan.problems:
        first = plan.problems[0]
        raise Refused("rows_changed", f"第 {first.row} 行：{first.message}。没有导入任何一行，请重新核对。")
    model._default_manager.bulk_create(plan.added)
    for item in plan.changed:
        item.version += 1
        item.changed_at = at
    model._default_manager.bulk_update(plan.changed, facts_of(model), batch_size=500)
    facts = {"sha256": sha256}
    for items in (plan.added, plan.changed):
        record_all(items, "import", actor=actor, at=at, after=LibraryState.ACTIVE, facts=facts)
    if model is Agency:
        keep_qualifications(plan)
    return Imported(len(plan.added), len(plan.changed), plan.same)


def facts_of(model: type[LibraryItem]) -> list[str]:
    """The columns that a table may change: not the number, not what the database counts, not the state."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key and not field.generated]
    return [field.name for field in fields if field.name != "state"]


def keep_qualifications(plan: Plan[Any]) -> None:
    """With the agency that they are of, which has its number by now."""
    for held in plan.parts:
        held.agency_id = held.agency.pk
    new, known = [p for p in plan.parts if p.pk is None], [p for p in plan.parts if p.pk is not None]
    Qualification.objects.bulk_create(new)
    Qualification.objects.bulk_update(known, ["issuer", "scope", "kinds", "valid_from", "valid_until"], batch_size=500)
