"""Site visits: who sees them, and who may go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

import measures
from accounts.models import User
from accounts.rules import reads_all
from accounts.states import Role
from evaluation.models import Entry, ScoreSheet, SiteVisit, VisitFinding
from evaluation.queries.sheets import UNGATED, own_sheets
from ledger.models import StoredFile
from measures.measure import Indicator

VISITING_ROLES = (Role.INTAKE, Role.MANAGER, Role.LEADER)


def visits_visible_to(user: Any) -> QuerySet[SiteVisit]:
    """All for the bureau and the auditor; to an expert those of entries that he or she scores, once past the gate."""
    if not user.is_authenticated:
        return SiteVisit.objects.none()
    if reads_all(user):
        return SiteVisit.objects.all()
    return SiteVisit.objects.filter(Exists(own_sheets(user).filter(entry=OuterRef("entry"), state__in=UNGATED)))


def visit_list(user: Any) -> QuerySet[SiteVisit]:
    return (
        visits_visible_to(user)
        .select_related("entry__station__organisation", "entry__round")
        .prefetch_related("visitors")
        .order_by("-planned_for", "pk")
    )


def possible_visitors(entry: Entry) -> QuerySet[User]:
    """Bureau staff, and the experts of the entry who have declared that nothing ties them to it."""
    staff = Q(role_grants__role__in=VISITING_ROLES, role_grants__ended_at__isnull=True)
    scoring = ScoreSheet.objects.filter(entry=entry, state__in=UNGATED, expert__active=True)
    experts = Q(pk__in=scoring.values("expert__user"))
    return User.objects.filter(staff | experts, is_active=True).distinct().order_by("name", "pk")


def my_visits(user: Any) -> QuerySet[SiteVisit]:
    """Those on which the person goes or went."""
    return visit_list(user).filter(
        Exists(SiteVisit.visitors.through.objects.filter(sitevisit=OuterRef("pk"), user=user))
    )


def files_of(visit: SiteVisit) -> QuerySet[StoredFile]:
    """Photographs and the signed record."""
    photos = VisitFinding.photos.through.objects.filter(visitfinding__visit=visit).values("storedfile")
    return StoredFile.objects.filter(Q(pk__in=photos) | Q(pk=visit.signed_record_id))


@dataclass(frozen=True)
class VisitLine:
    """An indicator and what was found about it, None so far."""

    indicator: Indicator
    finding: VisitFinding | None


def lines_of(visit: SiteVisit) -> list[VisitLine]:
    measure = measures.load(visit.entry.round.measure)
    found = {
        finding.indicator.code: finding
        for finding in visit.findings.select_related("indicator").prefetch_related("photos")
    }
    return [VisitLine(indicator, found.get(indicator.code)) for indicator in measure.indicators]
