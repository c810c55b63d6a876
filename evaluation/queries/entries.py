"""Entries as the bureau reads them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.rules import reads_all
from evaluation.models import Entry, Recusal, ScoreSheet
from evaluation.queries.sheets import HANDED_IN, annotate_progress
from evaluation.states import SheetState


def entry_list(user: Any) -> QuerySet[Entry]:
    """All entries for the bureau and the auditor, with `live` and `handed_in` sheets counted."""
    rows = Entry.objects.all() if reads_all(user) else Entry.objects.none()
    return rows.select_related(
        "round", "station__organisation", "station__district", "application", "dossier__report"
    ).annotate(
        live=Count("sheets", filter=~Q(sheets__state=SheetState.RECUSED)),
        handed_in=Count("sheets", filter=Q(sheets__state__in=HANDED_IN)),
    )


def sheets_of(entry: Entry) -> QuerySet[ScoreSheet]:
    """Every sheet of the entry, the recused ones last."""
    rows = ScoreSheet.objects.filter(entry=entry).select_related("expert__user", "expert__institution", "entry")
    return annotate_progress(rows).order_by("pk")


def recusals_of(entry: Entry) -> QuerySet[Recusal]:
    return Recusal.objects.filter(entry=entry).select_related("expert__user").order_by("made_at", "pk")
