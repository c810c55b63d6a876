"""Classes of stations (Art 17): the bureau's dictionary, and the decision on each station with basis and reason.

What the public directory shows is a column of the station, which stations.actions writes: the directory stands below
this app and asks nobody above it (docs/adr). It is brought up to date by whatever may change it, and by the clock.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from ledger import moves
from ledger.actors import Job
from ledger.errors import Refused
from ledger.journal import record
from stations.actions.shown_class import show_class
from stations.models import Station
from supervision.models import Classification, StationClass
from supervision.queries.classification import wrongly_shown


@transaction.atomic
def add_class(
    *,
    actor: Any,
    code: str,
    name: str,
    description: str = "",
    position: int = 0,
    active: bool = True,
    at: dt.datetime | None = None,
) -> StationClass:
    """Raises Refused: `not_allowed`, `code_taken`, `name_taken`."""
    moves.require(actor, "supervision.manage_classes", "管理服务站类别")
    if StationClass.objects.filter(code=code).exists():
        raise Refused("code_taken", "这个代码已经有了，请换一个。", field="code")
    refuse_taken_name(name)
    added = StationClass.objects.create(
        code=code, name=name.strip(), description=description, position=position, active=active
    )
    record(added, "add", actor=actor, at=at or timezone.now(), facts={"name": added.name})
    return added


@transaction.atomic
def change_class(
    station_class: StationClass,
    *,
    actor: Any,
    name: str,
    description: str,
    position: int,
    active: bool,
    at: dt.datetime | None = None,
) -> StationClass:
    """The code stays. A class that is no longer used can not be given any more; stations that have it keep it.

    Raises Refused: `not_allowed`, `name_taken`.
    """
    at = at or timezone.now()
    moves.require(actor, "supervision.manage_classes", "管理服务站类别")
    row = moves.lock(station_class)
    refuse_taken_name(name, row)
    before = {"name": row.name, "active": row.active}
    row.name, row.description, row.position, row.active = name.strip(), description, position, active
    row.save()
    record(row, "change", actor=actor, at=at, facts={"before": before, "name": row.name, "active": active})
    show_classes(at, actor=actor)
    return row


def refuse_taken_name(name: str, own: StationClass | None = None) -> None:
    taken = StationClass.objects.filter(name=name.strip()).first()
    if taken is not None and taken != own:
        raise Refused("name_taken", "已有同名的类别，请换一个名称。", field="name")


@transaction.atomic
def classify_station(
    station: Station,
    *,
    actor: Any,
    station_class: StationClass | None,
    basis: str,
    basis_text: str,
    reason: str,
    at: dt.datetime | None = None,
) -> Classification:
    """Decide the class of a station, None takes it away. What was decided before stays as its history.

    Raises Refused: `not_allowed`, `class_not_used`, `no_change`, `basis_missing`, `reason_missing`.
    """
    at = at or timezone.now()
    row = moves.lock(station)
    moves.require(actor, "supervision.classify_station", "确定服务站类别", row)
    if station_class is not None and not station_class.active:
        raise Refused("class_not_used", "这个类别已经停用，请选择使用中的类别。", field="station_class")
    newest = row.classifications.first()
    if (newest.station_class_id if newest else None) == (station_class.pk if station_class else None):
        raise Refused("no_change", "服务站现在就是这个类别，请选择另一个。", field="station_class")
    if not basis_text.strip():
        raise Refused("basis_missing", "请填写依据的文件或者事项。", field="basis_text")
    if not reason.strip():
        raise Refused("reason_missing", "请填写理由。", field="reason")
    decided = Classification.objects.create(
        station=row,
        station_class=station_class,
        basis=basis,
        basis_text=basis_text.strip(),
        reason=reason.strip(),
        decided_at=at,
        decided_by=actor,
    )
    facts = {"station": row.pk, "class": station_class.code if station_class else None, "basis": basis}
    record(decided, "classify", actor=actor, at=at, reason=reason.strip(), facts=facts)
    show_classes(at, actor=actor)
    return decided


@transaction.atomic
def show_classes(at: dt.datetime | None = None, *, actor: Any = None) -> int:
    """Bring what the public directory shows into line with the classes and the year plan. Returns how many stations are
    shown otherwise than before. Also by the clock: a new year begins without anybody's doing."""
    at = at or timezone.now()
    found = wrongly_shown(at)
    for station, name in found:
        show_class(station, name=name, actor=actor or Job("show_classes"), at=at)
    return len(found)
