import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from ledger.errors import Refused
from ledger.moves import require
from stations.actions.organisation import create_organisation
from stations.actions.station import enter_station
from stations.actions.title import import_title
from stations.models import District, Organisation, Station, Title
from stations.title_table import Problem, TitleRow


@transaction.atomic
def import_titles(
    rows: list[TitleRow], *, actor: Any, at: dt.datetime | None = None, dry_run: bool = False
) -> tuple[list[Title], list[Problem]]:
    """Enter older titles out of a table, with organisations and stations that are not there yet: all rows or none.

    Returns the titles and the problems; with a problem, or as a dry run, nothing is written (the titles then show what
    would be). Raises Refused `not_allowed`.
    """
    at = at or timezone.now()
    require(actor, "stations.import_title", "导入称号")
    titles: list[Title] = []
    problems: list[Problem] = []
    with transaction.atomic():
        for row in rows:
            try:
                with transaction.atomic():
                    titles.append(_import_row(row, actor, at))
            except Refused as refusal:
                problems.append(Problem(row.line, refusal.message))
        if problems or dry_run:
            transaction.set_rollback(True)
    return titles, problems


def _import_row(row: TitleRow, actor: Any, at: dt.datetime) -> Title:
    organisation = Organisation.objects.filter(credit_code=row.credit_code).first()
    if organisation is None:
        organisation = create_organisation(
            actor=actor,
            at=at,
            name=row.organisation,
            credit_code=row.credit_code,
            kind=row.kind,
            founded_on=row.founded_on,
            district=_district(row.registered_in),
            address=row.registered_address,
        )
    elif organisation.name != row.organisation:
        raise Refused(
            "name_differs", f"该统一社会信用代码已登记为「{organisation}」，与表中的单位名称不一致，请核对后改正。"
        )
    station = Station.objects.filter(name=row.station).first()
    if station is None:
        station = enter_station(
            organisation,
            actor=actor,
            at=at,
            name=row.station,
            district=_district(row.district),
            address=row.address,
        )
    elif station.organisation != organisation:
        raise Refused(
            "station_of_another", f"「{station}」是另一家单位（{station.organisation}）的服务站，请核对后改正。"
        )
    return import_title(
        station,
        actor=actor,
        at=at,
        awarded_on=row.awarded_on,
        source=row.source,
        number=row.number,
        level=row.level,
    )


def _district(name: str) -> District:
    try:
        return District.objects.get(name=name)
    except District.DoesNotExist:
        names = "、".join(District.objects.values_list("name", flat=True))
        raise Refused("unknown_district", f"没有「{name}」，请填 {names} 之一。") from None
