"""Who could serve a need: the libraries of its station as plain values for `services.matching`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, Q, QuerySet
from django.utils import timezone

from services import matching
from services.models import Agency, Equipment, Need, NeedMatch, Rating, Specialist
from services.queries.library import usable_by
from services.queries.need import needs_visible_to
from services.states.library import QUALIFIED_KINDS
from services.states.need import UNDER_WAY, MatchState
from stations.models import Station

RESOURCES: dict[str, type[Any]] = {"agency": Agency, "specialist": Specialist, "equipment": Equipment}
LABELS = {"agency": "服务机构", "specialist": "专业人员和专家", "equipment": "仪器设备"}


def wanted(need: Need, at: dt.datetime) -> matching.Wanted:
    return matching.Wanted(
        kind=need.kind,
        district=need.district_id or "",
        day=timezone.localdate(at),
        qualified=need.kind in QUALIFIED_KINDS,
    )


def candidates(need: Need, station: Station) -> dict[str, list[matching.Candidate]]:
    """{agency | specialist | equipment: those that serve the kind}: of the station, and shared with it. Without those
    that are proposed or have accepted already. Six queries, however many."""
    found = {}
    for what, model in RESOURCES.items():
        rows = usable_by(model, station).filter(kinds__contains=[need.kind])
        rows = rows.exclude(matches__in=need.matches.filter(state__in=[MatchState.PROPOSED, MatchState.ACCEPTED]))
        found[what] = list(rows.prefetch_related("qualifications") if what == "agency" else rows)
    keys = {what: [row.pk for row in rows] for what, rows in found.items()}
    load, means = load_of(keys), satisfaction_of(keys)
    return {
        what: [candidate(what, row, load.get((what, row.pk), 0), *means.get((what, row.pk), (None, 0))) for row in rows]
        for what, rows in found.items()
    }


def candidate(what: str, row: Any, load: int, mean: Decimal | None, ratings: int) -> matching.Candidate:
    papers = None
    if what == "agency":
        papers = tuple(
            matching.Paper(str(paper), frozenset(paper.kinds), paper.valid_from, paper.valid_until)
            for paper in row.qualifications.all()
        )
    return matching.Candidate(
        key=f"{what}:{row.pk}",
        name=row.name,
        kinds=frozenset(row.kinds),
        district=row.district_id or "",
        load=load,
        satisfaction=mean,
        ratings=ratings,
        papers=papers,
        usable_until=row.calibrated_until if what == "equipment" else None,
    )


Keys = Mapping[str, Collection[int]]  # {agency | specialist | equipment: primary keys}


def one_of(keys: Keys, prefix: str = "") -> Q:
    """Condition on a match, which is of one resource: of one of these."""
    found = Q(pk__in=[])
    for what, numbers in keys.items():
        found |= Q(**{f"{prefix}{what}__in": numbers})
    return found


def resource_of(line: Mapping[str, Any], prefix: str = "") -> tuple[str, int]:
    what = next(what for what in RESOURCES if line[f"{prefix}{what}"] is not None)
    return what, line[f"{prefix}{what}"]


def load_of(keys: Keys) -> dict[tuple[str, int], int]:
    """{(what, its key): services under way that it takes part in}, of every station."""
    taken = NeedMatch.objects.filter(one_of(keys), state=MatchState.ACCEPTED, need__state__in=sorted(UNDER_WAY))
    counted = taken.values(*RESOURCES).annotate(n=Count("pk")).order_by()
    return {resource_of(line): line["n"] for line in counted}


def satisfaction_of(keys: Keys) -> dict[tuple[str, int], tuple[Decimal, int]]:
    """{(what, its key): (mean of 100, number) of the ratings of needs in which it took part}."""
    path = "record__delivery__need__matches__"
    rated = Rating.objects.filter(one_of(keys, path), **{f"{path}state": MatchState.ACCEPTED})
    lines = rated.values(*(f"{path}{what}" for what in RESOURCES)).annotate(mean=Avg("points"), n=Count("pk"))
    return {resource_of(line, path): (Decimal(line["mean"]), line["n"]) for line in lines.order_by()}


def matches_visible_to(user: Any) -> QuerySet[NeedMatch]:
    rows = NeedMatch.objects.filter(need__in=needs_visible_to(user))
    return rows.select_related("need__station__organisation", "agency", "specialist", "equipment")


def matches_of(need: Need) -> QuerySet[NeedMatch]:
    rows = need.matches.select_related("agency", "specialist", "equipment", "proposed_by")
    return rows.order_by("pk")
