"""Commendations as pages need them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from funding.models import Commendation
from funding.states.commendation import CommendationState


def commendations_visible_to(user: Any) -> QuerySet[Commendation]:
    """All of them for the bureau and the auditor."""
    if not user.has_perm("funding.read_commendation"):
        return Commendation.objects.none()
    return Commendation.objects.select_related("station__organisation", "nominated_by")


def public_commendations(user: Any) -> QuerySet[Commendation]:
    """Published, and so with the person's consent: for everybody."""
    rows = Commendation.objects.filter(state=CommendationState.PUBLISHED)
    return rows.select_related("station__district")


def commendations_by_digest(token_sha256: str) -> QuerySet[Commendation]:
    """What the link of a mail opens: 0 or 1 row."""
    rows = Commendation.objects.filter(token_sha256=token_sha256).exclude(state=CommendationState.CANCELLED)
    return rows.select_related("station")
