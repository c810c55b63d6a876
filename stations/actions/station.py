import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

import measures
from accounts.models import User
from ledger.errors import Refused
from ledger.journal import record
from ledger.moves import lock, require
from stations.actions.organisation import refuse_stale, write
from stations.models import Industry, Organisation, Station


@transaction.atomic
def create_station(
    organisation: Organisation,
    *,
    actor: User,
    at: dt.datetime | None = None,
    industries: Iterable[Industry] = (),
    **fields: Any,
) -> Station:
    """Enter a station of the organisation. `fields` are those of Station; supervised by its district unless said.

    Raises Refused: `not_allowed`, `name_claims_rank`, `station_name_taken`.
    """
    require(actor, "stations.write_organisation", "新建服务站", organisation)
    return enter_station(organisation, actor=actor, at=at or timezone.now(), industries=industries, **fields)


def enter_station(
    organisation: Organisation, *, actor: User, at: dt.datetime, industries: Iterable[Industry] = (), **fields: Any
) -> Station:
    """The row alone, for who has been permitted otherwise: the import of older titles. Inside a transaction."""
    fields.setdefault("supervised_by", fields["district"])
    station = Station(organisation=organisation, **fields)
    check_name(station)
    station.save()
    station.industries.set(industries)
    record(station, "create", actor=actor, at=at)
    return station


@transaction.atomic
def update_station(
    station: Station,
    *,
    actor: User,
    at: dt.datetime | None = None,
    seen: int | None = None,
    industries: Iterable[Industry] | None = None,
    **fields: Any,
) -> Station:
    """Write these fields. `seen` is the version that the form showed: a later one is refused (`stale`).

    Raises Refused: `not_allowed`, `stale`, `name_claims_rank`, `station_name_taken`.
    """
    require(actor, "stations.write_station", "修改服务站信息", station)
    row = lock(station)
    refuse_stale(row, seen)
    changed = write(row, fields)
    if "name" in changed:
        check_name(row)
    if industries is not None and set(row.industries.all()) != set(industries):
        row.industries.set(industries)
        changed.append("industries")
    if changed:
        row.version += 1
        row.save()
        record(row, "update", actor=actor, at=at or timezone.now(), facts={"fields": changed})
    return row


def check_name(station: Station) -> None:
    """The words that a name must not carry are the measure's (guide 4.3); a name exists once."""
    station.name = station.name.strip()
    title = measures.load(settings.MEASURE).title
    if found := [word for word in title.forbidden_words if word in station.name]:
        raise Refused(
            "name_claims_rank",
            f"服务站名称不能含有「{'」「'.join(found)}」字样，请改用所在区加产业的名称，例如“江夏区光电产业质量服务站”。",
            field="name",
        )
    if Station.objects.filter(name=station.name).exclude(pk=station.pk).exists():
        raise Refused("station_name_taken", "已有同名的服务站，请在名称中加上区名、产业或单位简称。", field="name")
