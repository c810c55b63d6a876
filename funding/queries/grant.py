"""Grants as pages need them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from funding.models import Grant, MatchingFund
from funding.states.grant import GrantState
from stations.models import Station
from stations.rules import memberships
from stations.states import TitleState


def grants_visible_to(user: Any) -> QuerySet[Grant]:
    """All of them for those who read the bureau's money; what was decided, to its own organisation and district."""
    rows = Grant.objects.select_related(
        "entitlement__station__district",
        "entitlement__scheme",
        "entitlement__title",
        "entitlement__run__ranking",
        "organisation",
        "line__budget",
        "proposed_by",
        "decided_by",
    )
    if not user.is_authenticated:
        return rows.none()
    if user.has_perm("funding.read_money"):
        return rows
    decided = ~Q(state__in=[GrantState.PROPOSED, GrantState.REJECTED]) & Q(decided_by__isnull=False)
    mine = Q(organisation__in=memberships(user)) | Q(entitlement__station__supervised_by__in=user.districts)
    return rows.filter(decided & mine)


def to_approve(user: Any) -> QuerySet[Grant]:
    """Proposals of others that wait for this leader."""
    if not user.has_perm("funding.approve_grant"):
        return Grant.objects.none()
    return grants_visible_to(user).filter(state=GrantState.PROPOSED).exclude(proposed_by=user).order_by("pk")


def to_recover() -> QuerySet[Grant]:
    """Paid, and the title has been revoked since (Art 18): whether it is asked back, a person decides."""
    return Grant.objects.filter(
        state__in=[GrantState.PAID, GrantState.RECONCILED], entitlement__title__state=TitleState.REVOKED
    )


def to_cancel() -> QuerySet[Grant]:
    """Approved and not paid, and the title has ended since."""
    return Grant.objects.filter(state=GrantState.APPROVED).exclude(entitlement__title__state=TitleState.ACTIVE)


def matching_visible_to(user: Any) -> QuerySet[MatchingFund]:
    """All for those who read the bureau's money; those of the district for its staff."""
    rows = MatchingFund.objects.select_related("station__organisation", "district", "recorded_by")
    if not user.is_authenticated:
        return rows.none()
    return rows if user.has_perm("funding.read_money") else rows.filter(district__in=user.districts)


def stations_to_match(user: Any) -> QuerySet[Station]:
    """Stations that this person may record district money for."""
    rows = Station.objects.order_by("name")
    return rows if user.has_perm("funding.manage_budget") else rows.filter(supervised_by__in=user.districts)
