"""Service records pushed by a machine client: brought to the stations, answered one by one, and told to the world."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from integration.models import ApiClient
from integration.queries.client import stations_of
from integration.states.client import Scope
from ledger.events import publish_all
from ledger.models import EventKind
from services.actions.record import Outcome, add_records
from services.models import ServiceRecord
from services.rules.record import Fault
from services.states.record import Origin
from stations.models import Station

CREATED, CHANGED, UNCHANGED, REJECTED = "created", "changed", "unchanged", "rejected"
NO_STATION = Fault("station_not_authorised", "station", "没有这个服务站，或者它没有授权本客户端写入服务记录。")


@dataclass(frozen=True)
class Row:
    """What a client sent of one record. `faults`: what is wrong with its form; then the rest is not looked at."""

    station: int | None
    external_id: str
    facts: Mapping[str, Any]
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Pushed:
    """What became of a row: `status`, and its record or what was wrong."""

    status: str
    record: ServiceRecord | None = None
    faults: tuple[Fault, ...] = ()


@transaction.atomic
def push_records(client: ApiClient, rows: Sequence[Row], *, at: dt.datetime | None = None) -> list[Pushed]:
    """Keep the good ones among `rows`, each under the client's own number: a new one is added, a known one brought up to
    date. Answers stand in the order of the rows; a bad row costs the others nothing.

    Beside the faults of `services.actions.record.add_records`: `station_not_authorised`, the same for a station that
    does not exist.
    """
    at = at or timezone.now()
    # their order: whoever locks rows of several stations does so in one order
    stations = {row.pk: row for row in stations_of(client, Scope.SERVICES_WRITE).select_related("organisation")}
    by_station: defaultdict[int, list[int]] = defaultdict(list)
    answers: dict[int, Pushed] = {}
    for position, row in enumerate(rows):
        if row.faults:
            answers[position] = Pushed(REJECTED, faults=row.faults)
        elif row.station is not None and row.station in stations:
            by_station[row.station].append(position)
        else:
            answers[position] = Pushed(REJECTED, faults=(NO_STATION,))
    for number in sorted(by_station):
        places = by_station[number]
        outcomes = add_records(
            stations[number],
            [{**rows[place].facts, "external_id": rows[place].external_id} for place in places],
            actor=client.job,
            at=at,
            origin=Origin.API,
            source_client=client.client_id,
        )
        answers.update({place: pushed(outcome, at) for place, outcome in zip(places, outcomes, strict=True)})
    told = [answers[position] for position in range(len(rows))]
    tell(client, stations, rows, told, at)
    return told


def pushed(outcome: Outcome, at: dt.datetime) -> Pushed:
    if outcome.record is None:
        return Pushed(REJECTED, faults=outcome.faults)
    if outcome.created:
        return Pushed(CREATED, outcome.record)
    return Pushed(CHANGED if outcome.record.changed_at == at else UNCHANGED, outcome.record)


def tell(
    client: ApiClient, stations: Mapping[int, Station], rows: Sequence[Row], told: Sequence[Pushed], at: dt.datetime
) -> None:
    """One event for each row that was kept or turned down, for those whom its station has authorised. Nothing of the
    company is in it. A row that names no station of the client concerns nobody else."""
    accepted: defaultdict[int, list[Any]] = defaultdict(list)
    rejected: defaultdict[int, list[Any]] = defaultdict(list)
    for row, answer in zip(rows, told, strict=True):
        if row.station is None or row.station not in stations or answer.status == UNCHANGED:
            continue
        data = {
            "station": row.station,
            "client_id": client.client_id,
            "external_id": row.external_id,
            "status": answer.status,
        }
        if answer.record is not None:
            data |= {"id": answer.record.pk, "set_aside": answer.record.set_aside}
            accepted[row.station].append((answer.record, data))
        else:
            codes = sorted({fault.code for fault in answer.faults})
            subject = (ServiceRecord._meta.label_lower, row.external_id[:80])
            rejected[row.station].append((subject, {**data, "codes": codes}))
    for kind, found in ((EventKind.RECORD_ACCEPTED, accepted), (EventKind.RECORD_REJECTED, rejected)):
        for station, subjects in found.items():
            publish_all(kind, subjects, at=at, for_station=station)
