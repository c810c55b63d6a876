"""Self-assessments as pages need them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from accounts.states import Role
from stations.rules import memberships
from supervision.models import SelfAssessment

READERS = {Role.INTAKE, Role.MANAGER, Role.LEADER, Role.AUDITOR}


def self_assessments_visible_to(user: Any) -> QuerySet[SelfAssessment]:
    """Those of one's own organisations; all for the bureau and the auditor; those of the district for its staff."""
    rows = SelfAssessment.objects.select_related("title__station__organisation", "title__slot", "report")
    if not user.is_authenticated:
        return rows.none()
    if user.roles & READERS:
        return rows
    own = Q(title__station__organisation__in=memberships(user))
    return rows.filter(own | Q(title__station__supervised_by__in=user.districts))
