"""The one door to organisations and stations: what is not in here does not exist for the person."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.rules import reads_all
from ledger.models import StoredFile
from stations.models import Ability, OnlinePresence, Organisation, Station, TeamMember, Title
from stations.queries.directory import with_titles
from stations.rules import memberships
from stations.states import Level, TeamRole, TitleState


def organisations_visible_to(user: Any) -> QuerySet[Organisation]:
    """The bureau and the auditor see all; district staff those of their district or with a station there; members
    their own."""
    rows = Organisation.objects.select_related("district")
    if not user.is_authenticated:
        return rows.none()
    if reads_all(user):
        return rows
    seen = Q(pk__in=memberships(user))
    if scope := user.districts:
        near = Station.objects.filter(_in_district(scope), organisation=OuterRef("pk"))
        seen |= Q(district__in=scope) | Q(Exists(near))
    return rows.filter(seen)


def stations_visible_to(user: Any) -> QuerySet[Station]:
    """The bureau and the auditor see all; district staff those that their district holds or supervises; members their
    own. Titled stations are public besides: `public_stations`."""
    rows = Station.objects.select_related("organisation", "district", "supervised_by")
    if not user.is_authenticated:
        return rows.none()
    if reads_all(user):
        return rows
    seen = Q(organisation__in=memberships(user))
    if scope := user.districts:
        seen |= _in_district(scope)
    return rows.filter(seen)


def _in_district(scope: frozenset[str]) -> Q:
    return Q(district__in=scope) | Q(supervised_by__in=scope)


def my_organisations(user: Any) -> QuerySet[Organisation]:
    """Where the person is a member, with the number of stations."""
    rows = Organisation.objects.filter(pk__in=memberships(user)).select_related("district")
    return rows.annotate(station_count=Count("stations", distinct=True))


def my_stations(user: Any) -> QuerySet[Station]:
    rows = Station.objects.filter(organisation__in=memberships(user))
    return rows.select_related("organisation", "district", "supervised_by")


def staff_organisations(user: Any) -> QuerySet[Organisation]:
    """What staff see in their list: with the number of stations and of people who act for it."""
    return organisations_visible_to(user).annotate(
        station_count=Count("stations", distinct=True),
        member_count=Count("memberships", filter=Q(memberships__left_at__isnull=True), distinct=True),
    )


def staff_stations(user: Any) -> QuerySet[Station]:
    """What staff see in their list: with the titles, and the numbers of Art 13(5) and (6)."""
    specialists = Q(team__role=TeamRole.SPECIALIST)
    return with_titles(stations_visible_to(user)).annotate(
        ability_count=Count("abilities", distinct=True),
        specialist_count=Count("team", filter=specialists, distinct=True),
    )


def stations_without_title(user: Any) -> QuerySet[Station]:
    """Stations that a city title can be entered for."""
    held = Title.objects.filter(station=OuterRef("pk"), state=TitleState.ACTIVE, level=Level.CITY)
    return stations_visible_to(user).exclude(Exists(held)).order_by("name")


def evidence_of(station: Station, key: UUID) -> QuerySet[StoredFile]:
    """The file of this key, if it proves something of this station: 0 or 1 row."""
    linked = (
        Ability.evidence.through.objects.filter(ability__station=station).values("storedfile"),
        TeamMember.evidence.through.objects.filter(teammember__station=station).values("storedfile"),
        OnlinePresence.objects.filter(station=station).values("screenshot"),
    )
    of_station = Q(pk__in=linked[0]) | Q(pk__in=linked[1]) | Q(pk__in=linked[2])
    return StoredFile.objects.filter(of_station, key=key)
