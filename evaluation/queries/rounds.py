"""Rounds as pages read them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

import measures
from accounts.rules import reads_all
from evaluation.models import Round
from evaluation.states import RoundState
from measures.setting import Setting


def rounds_visible_to(user: Any) -> QuerySet[Round]:
    """Every round for the bureau and the auditor; what is published for everybody else."""
    if reads_all(user):
        return Round.objects.all()
    return Round.objects.exclude(Q(state=RoundState.DRAFT) | Q(published_at__isnull=True))


def decided_settings(round: Round) -> list[tuple[Setting, Any]]:
    """The silent settings that the bureau has decided, with their values, in the order of the measure."""
    settings = measures.load(round.measure).round_settings
    return [(item, round.setting(item.code)) for item in settings if round.setting(item.code) is not None]
