"""The public directory: stations that hold, or held, a title. No names of people."""

import datetime as dt
import unicodedata
from typing import Any

from django.conf import settings
from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When

import measures
from ledger.journal import changed_since
from stations.models import Certificate, Station, Title
from stations.rules import memberships
from stations.states import Level, TeamRole, TitleState


def ability_choices() -> list[tuple[str, str]]:
    """The service kinds of Art 9 as (code, name), in their order."""
    return [(kind.code, kind.name) for kind in measures.load(settings.MEASURE).service_kinds]


def _foremost(titles: QuerySet[Title]) -> QuerySet[Title]:
    """The title that says most of a station first: one in force before an ended one, the city's before the district's."""
    ended = Case(When(state=TitleState.ACTIVE, then=Value(0)), default=Value(1), output_field=IntegerField())
    lower = Case(When(level=Level.CITY, then=Value(0)), default=Value(1), output_field=IntegerField())
    return titles.order_by(ended, lower, "-awarded_at")


def with_foremost_title(stations: QuerySet[Station]) -> QuerySet[Station]:
    """Stations with `title_state`, `title_level` and `title_since` of their foremost title, None without one."""
    foremost = _foremost(Title.objects.filter(station=OuterRef("pk")))
    return stations.annotate(
        title_state=Subquery(foremost.values("state")[:1]),
        title_level=Subquery(foremost.values("level")[:1]),
        title_since=Subquery(foremost.values("awarded_at")[:1]),
    )


def with_titles(stations: QuerySet[Station]) -> QuerySet[Station]:
    """The same, and all titles in `known_titles`."""
    known = _foremost(Title.objects.select_related("slot", "certificate"))
    return with_foremost_title(stations).prefetch_related(Prefetch("titles", known, to_attr="known_titles"))


def directory(user: Any = None) -> QuerySet[Station]:
    """Every station that has or had a title, for everybody alike."""
    titled = Station.objects.filter(Exists(Title.objects.filter(station=OuterRef("pk"))))
    rows = titled.select_related("organisation", "district").prefetch_related("abilities", "industries")
    return with_titles(rows)


# The kinds of things of which a change is a change of the directory
IN_DIRECTORY = ("stations.station", "stations.organisation", "stations.title", "stations.certificate")


def directory_changed_since(since: dt.datetime) -> QuerySet[Station]:
    """Those of the directory of which, of whose organisation, titles or certificates something was recorded since."""
    found = changed_since(IN_DIRECTORY, since)
    return directory().filter(
        Q(pk__in=found["stations.station"])
        | Q(organisation__in=found["stations.organisation"])
        | Q(pk__in=Title.objects.filter(pk__in=found["stations.title"]).values("station"))
        | Q(pk__in=Certificate.objects.filter(pk__in=found["stations.certificate"]).values("title__station"))
    )


def shown_classes() -> list[tuple[str, str]]:
    """The classes that stations of the directory are shown with; none while the bureau does not show them."""
    names = Station.objects.exclude(shown_class="").order_by("shown_class").values_list("shown_class", flat=True)
    return [(name, name) for name in names.distinct()]


def public_stations(user: Any) -> QuerySet[Station]:
    """The directory, and, to look at before they are in it, the stations of one's own; with counts for the page."""
    seen = Q(Exists(Title.objects.filter(station=OuterRef("pk"))))
    if user.is_authenticated:
        seen |= Q(organisation__in=memberships(user))
    rows = Station.objects.filter(seen).select_related("organisation", "district", "supervised_by")
    rows = rows.prefetch_related("abilities", "industries", "online")
    specialists = Count("team", filter=Q(team__role=TeamRole.SPECIALIST), distinct=True)
    return with_titles(rows.annotate(team_count=Count("team", distinct=True), specialist_count=specialists))


def find_number(typed: str) -> tuple[Title, Certificate | None] | None:
    """The title behind a certificate's number, or behind the title's own (older titles have no certificate of ours)."""
    typed = typed.strip()[:100].replace("\x00", "")
    folded = "".join(unicodedata.normalize("NFKC", typed).replace("—", "-").replace("–", "-").split())
    wanted = Q(number__iexact=typed) | Q(number__iexact=folded)
    with_station = Certificate.objects.select_related("title__station__organisation", "title__station__district")
    if certificate := with_station.filter(wanted).first():
        return certificate.title, certificate
    title = Title.objects.select_related("station__organisation", "station__district", "certificate")
    if found := title.filter(wanted).first():
        return found, getattr(found, "certificate", None)
    return None
