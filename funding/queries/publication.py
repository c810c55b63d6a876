"""Published lists, and the rows that go into them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from evaluation.models import Ranking
from evaluation.models.ranking import Outcome
from evaluation.states import RankingState, Track
from funding.models import Budget, Grant, PublicList
from funding.states.grant import GrantState
from stations.states import TitleState

# What is asked back is no longer published as given
SHOWN = (GrantState.APPROVED, GrantState.PAID, GrantState.RECONCILED)


def public_lists(user: Any) -> QuerySet[PublicList]:
    """Every published list: they are for everybody."""
    return PublicList.objects.defer("content")


def latest_lists(limit: int) -> QuerySet[PublicList]:
    return PublicList.objects.defer("content")[:limit]


def whole_lists(user: Any) -> QuerySet[PublicList]:
    return PublicList.objects.all()


def grant_rows(budget: Budget) -> list[dict[str, Any]]:
    """What the public reads of each grant: nothing of a person, nothing of an account."""
    grants = Grant.objects.filter(line__budget=budget, state__in=SHOWN).select_related(
        "entitlement__station__district", "entitlement__scheme", "organisation"
    )
    return [
        {
            "station": grant.entitlement.station.name,
            "organisation": grant.organisation.name,
            "credit_code": grant.organisation.credit_code,
            "district": grant.entitlement.station.district.name,
            "scheme": grant.entitlement.scheme.name,
            "rank": grant.entitlement.rank if grant.entitlement.tier else None,
            "amount": grant.amount,
            "article": grant.entitlement.citation,
        }
        for grant in grants.order_by("entitlement__tier", "entitlement__rank", "pk")
    ]


def confirmed_rankings() -> QuerySet[Ranking]:
    return Ranking.objects.filter(state=RankingState.CONFIRMED).select_related("round").order_by("-round__year", "-pk")


def rankings_visible_to(user: Any) -> QuerySet[Ranking]:
    """Confirmed rankings, for who may publish from them."""
    return confirmed_rankings() if user.has_perm("funding.publish_list") else Ranking.objects.none()


def leading_rows(ranking: Ranking, top: int) -> list[dict[str, Any]]:
    """Titled stations that kept their title and still hold it, by rank, down to rank `top`."""
    lines = ranking.lines.filter(
        track=Track.TITLED, outcome=Outcome.RETAIN, rank__lte=top, entry__dossier__title__state=TitleState.ACTIVE
    ).select_related("entry__station__district", "entry__station__organisation")
    return [
        {
            "station": line.entry.station.name,
            "organisation": line.entry.station.organisation.name,
            "credit_code": line.entry.station.organisation.credit_code,
            "district": line.entry.station.district.name,
            "rank": line.rank,
        }
        for line in lines.order_by("rank", "pk")
    ]
