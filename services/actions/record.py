"""Service records: added one by one or many at once, changed and withdrawn with a reason. Nothing is deleted.

A page, an import, a finished need, a concluded training and a machine client all come through here. A client of the
interface is a `Job("api:<id>")`: its right over the station is checked where its token is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from ledger import moves
from ledger.actors import Job
from ledger.errors import Refused
from ledger.journal import entry_of
from ledger.journal import record as journal
from ledger.models import JournalEntry
from services.models import ServiceRecord
from services.queries.record import industry_codes, phones_of, records_of_client
from services.rules.record import FIELDS, Fault, Faulty, aside, is_closed, read_facts
from services.rules.record_key import key_of
from services.states.record import Origin, SetAside
from stations.credit_code import normalise
from stations.models import Station

MOST_AT_ONCE = 5_000
LONGEST_REASON = 500


@dataclass(frozen=True)
class Outcome:
    """What became of one row: its record, `created` or brought up to date, or its faults and no record."""

    record: ServiceRecord | None
    faults: tuple[Fault, ...] = ()
    created: bool = False


@transaction.atomic
def add_record(
    station: Station, *, actor: Any, at: dt.datetime | None = None, origin: str, source_client: str = "", **facts: Any
) -> ServiceRecord:
    """Keep one service. With a client's `external_id` that is known already, its record is brought up to date.

    Raises Refused `not_allowed`; Faulty with every fault of `rules.record.faults_of`, and those of `add_records`.
    """
    at = at or timezone.now()
    require(actor, "services.add_record", "登记服务记录", station)
    outcome = keep(station, [facts], actor=actor, at=at, origin=origin, source_client=source_client)[0]
    if outcome.record is None:
        raise Faulty(outcome.faults)
    if outcome.created:
        journal(outcome.record, "add", actor=actor, at=at, facts=told(outcome.record))
    return outcome.record


@transaction.atomic
def add_records(
    station: Station,
    rows: Sequence[Mapping[str, Any]],
    *,
    actor: Any,
    at: dt.datetime | None = None,
    origin: str,
    source_client: str = "",
    file: str = "",
) -> list[Outcome]:
    """Keep many services of one station; each row is answered for itself, in the order given. Good rows are written in
    one statement and stand in one journal row of the station; bad rows are not written. `file` is the SHA-256 of the
    table that they came in.

    Faults beside those of `rules.record.faults_of`: `external_id_missing`, `external_id_twice` (twice in these rows),
    `other_station` (the client's number is that of another station's record), `withdrawn`.
    Raises Refused `not_allowed`, `too_many_rows`.
    """
    at = at or timezone.now()
    require(actor, "services.add_record", "登记服务记录", station)
    if len(rows) > MOST_AT_ONCE:
        raise Refused("too_many_rows", f"一次最多 {MOST_AT_ONCE} 条，现有 {len(rows)} 条，请分几次办理。")
    outcomes = keep(station, rows, actor=actor, at=at, origin=origin, source_client=source_client)
    added = [outcome.record for outcome in outcomes if outcome.record and outcome.created]
    if added:
        facts = {
            "origin": origin,
            "source_client": source_client,
            "added": len(added),
            "set_aside": sum(not row.counts for row in added),
            "first": added[0].pk,
            "last": added[-1].pk,
        }
        if file:
            facts["sha256"] = file
        journal(station, "add_records", actor=actor, at=at, facts=facts)
    return outcomes


def require(actor: Any, permission: str, label: str, obj: Any) -> None:
    """A person may keep the records of the own station; a client's right was checked with its token."""
    if not (isinstance(actor, Job) and actor.name.startswith("api:")):
        moves.require(actor, permission, label, obj)


def keep(
    station: Station,
    rows: Sequence[Mapping[str, Any]],
    *,
    actor: Any,
    at: dt.datetime,
    origin: str,
    source_client: str,
) -> list[Outcome]:
    """Write what is good of `rows`: new ones in one statement, known ones of the client where they changed."""
    if origin not in Origin.values or (origin == Origin.API) != bool(source_client):
        raise ValueError("records of a client, and only these, come by the interface")
    industries = industry_codes()
    known = known_records(source_client, rows)
    phones = phones_of(station, {normalise(code) for row in rows if isinstance(code := row.get("client_code"), str)})
    seen: set[str] = set()
    outcomes: list[Outcome] = []
    changes: list[tuple[ServiceRecord, dict[str, Any]]] = []
    for row in rows:
        values, faults = read_facts(row, station, at, industries=industries, phones=phones)
        number = values["external_id"]
        if source_client and not faults:
            faults = faults_of_number(number, seen, known.get(number), station, at)
            seen.add(number)
        if faults:
            outcomes.append(Outcome(None, tuple(faults)))
        elif number and (old := known.get(number)):
            changes.append((old, values))
            outcomes.append(Outcome(old))
        else:
            new = ServiceRecord(
                station=station,
                origin=origin,
                source_client=source_client,
                import_key=key_of(values) if origin == Origin.IMPORTED else "",
                recorded_at=at,
                recorded_by=None if isinstance(actor, Job) else actor,
                changed_at=at,
                **values,
            )
            outcomes.append(Outcome(new, created=True))
    ServiceRecord.objects.bulk_create([outcome.record for outcome in outcomes if outcome.record and outcome.created])
    bring_up_to_date(changes, actor=actor, at=at)
    return outcomes


def known_records(source_client: str, rows: Iterable[Mapping[str, Any]]) -> dict[str, ServiceRecord]:
    """{the client's number: its record} of those that are here already, locked. One batch of a client at a time: two that
    carry the same number would both find it new."""
    if not source_client:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"service records of {source_client}"])
    numbers = {str(row.get("external_id") or "").strip().replace("\x00", "") for row in rows}
    found = records_of_client(source_client).filter(external_id__in=numbers).order_by("pk")
    return {row.external_id: row for row in found.select_for_update(no_key=True)}


def faults_of_number(
    number: str, seen: set[str], old: ServiceRecord | None, station: Station, at: dt.datetime
) -> list[Fault]:
    field = "external_id"
    if not number:
        return [Fault("external_id_missing", field, "请给出贵方系统里这条记录的编号，以免重复。")]
    if number in seen:
        return [Fault("external_id_twice", field, "同一批里这个外部编号出现了两次，请只保留一条。")]
    if old is None:
        return []
    if old.station_id != station.pk:
        return [Fault("other_station", field, "这个外部编号已经用于另一个服务站的记录，请核对编号。")]
    if old.withdrawn:
        return [Fault("withdrawn", field, "这条记录已经撤回，不能再更新，请用新的外部编号重新登记。")]
    return year_faults(old, at)


def year_faults(old: ServiceRecord, at: dt.datetime) -> list[Fault]:
    if is_closed(old.served_on, at):
        return [Fault("year_closed", "served_on", f"{old.served_on.year} 年的服务记录已经截止，不能再改动。")]
    return []


def bring_up_to_date(
    rows: Iterable[tuple[ServiceRecord, Mapping[str, Any]]], *, actor: Any, at: dt.datetime, reason: str = ""
) -> None:
    """Write what differs of each locked record from its values, with a journal row of it; nothing where nothing does.
    Two statements, however many records."""
    written, entries, fields = [], [], set()
    for row, values in rows:
        changed = {name: value for name, value in values.items() if getattr(row, name) != value}
        if not changed:
            continue
        facts = {
            "before": {name: plain(getattr(row, name)) for name in changed},
            "after": {name: plain(value) for name, value in changed.items()},
        }
        for name, value in {**changed, "changed_at": at}.items():
            setattr(row, name, value)
        entries.append(entry_of(row, "change", actor=actor, at=at, before="", after="", reason=reason, facts=facts))
        written.append(row)
        fields |= set(changed)
    if written:
        ServiceRecord.objects.bulk_update(written, [*sorted(fields), "changed_at"])
        JournalEntry.objects.bulk_create(entries)


@transaction.atomic
def change_record(
    record: ServiceRecord, *, actor: Any, reason: str, at: dt.datetime | None = None, **facts: Any
) -> ServiceRecord:
    """Correct a record; facts that are not given stay. The journal keeps what stood there before.

    Raises Refused: `not_allowed`, `reason_missing`, `withdrawn`, `year_closed`; Faulty.
    """
    at = at or timezone.now()
    require(actor, "services.change_record", "修改服务记录", record)
    row = lock_open(record, reason, "修改", at)
    kept = {name: getattr(row, name) for name in FIELDS if name != "industry"} | {"industry": row.industry_id or ""}
    given = {**kept, **facts}
    phones = phones_of(row.station, [normalise(str(given["client_code"]))])
    values, faults = read_facts(given, row.station, at, industries=industry_codes(), phones=phones)
    if faults:
        raise Faulty(faults)
    if row.set_aside == SetAside.SAME_CONTACT and "contact_phone" not in facts and not values["set_aside"]:
        values |= aside(SetAside.SAME_CONTACT, row.set_aside_reason)  # the number it was seen by is not kept
    bring_up_to_date([(row, values)], actor=actor, at=at, reason=reason.strip())
    return row


@transaction.atomic
def withdraw_record(record: ServiceRecord, *, actor: Any, reason: str, at: dt.datetime | None = None) -> ServiceRecord:
    """Take a record out of every figure; it stays in the list with its reason.

    Raises Refused: `not_allowed`, `reason_missing`, `withdrawn`, `year_closed`.
    """
    at = at or timezone.now()
    require(actor, "services.withdraw_record", "撤回服务记录", record)
    row = lock_open(record, reason, "撤回", at)
    before = row.set_aside
    row.set_aside, row.set_aside_reason, row.changed_at = SetAside.WITHDRAWN, reason.strip(), at
    row.save(update_fields=["set_aside", "set_aside_reason", "changed_at"])
    journal(row, "withdraw", actor=actor, at=at, reason=reason.strip(), facts={"set_aside_before": before})
    return row


def lock_open(record: ServiceRecord, reason: str, label: str, at: dt.datetime) -> ServiceRecord:
    """The record under its lock, when it may still be touched."""
    row: ServiceRecord = moves.lock(record)
    if row.withdrawn:
        raise Refused("withdrawn", "这条记录已经撤回，不能再改动。如需恢复，请重新登记一条。")
    if faults := year_faults(row, at):
        raise Faulty(faults)
    if not reason.strip():
        raise Refused("reason_missing", f"请填写{label}的理由。", field="reason")
    if len(reason.strip()) > LONGEST_REASON:
        raise Refused("text_too_long", f"理由最多 {LONGEST_REASON} 个字，请缩短。", field="reason")
    return row


def told(row: ServiceRecord) -> dict[str, Any]:
    """What the journal says of a new record."""
    names = ("station_id", "client_code", "item", "served_on", "visits", "problems_solved", "origin", "set_aside")
    return {name: plain(getattr(row, name)) for name in names}


def plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int) else str(value)
