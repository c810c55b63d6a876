"""Filters of the lists of sheets, entries, experts and visits."""

from typing import Any

import django_filters

from evaluation.models import Entry, Expert, Round, ScoreSheet, SiteVisit
from evaluation.queries.panel import kind_choices
from evaluation.states import EntryState, SheetState, Track, VisitState

OWN_STATES = [choice for choice in SheetState.choices if choice[0] != SheetState.RECUSED]


class SheetFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=OWN_STATES, empty_label="全部")

    class Meta:
        model = ScoreSheet
        fields = ["state"]


class ProgressFilter(django_filters.FilterSet):
    track = django_filters.ChoiceFilter(label="组别", choices=Track.choices, empty_label="全部")
    state = django_filters.ChoiceFilter(label="状态", choices=EntryState.choices, empty_label="全部")

    class Meta:
        model = Entry
        fields = ["track", "state"]


class EntryFilter(ProgressFilter):
    round = django_filters.ModelChoiceFilter(label="评价", queryset=Round.objects.all(), empty_label="全部")

    class Meta:
        model = Entry
        fields = ["round", "track", "state"]


class ExpertFilter(django_filters.FilterSet):
    field = django_filters.ChoiceFilter(label="专业领域", choices=kind_choices, method="by_field", empty_label="全部")
    active = django_filters.ChoiceFilter(
        label="在库", choices=[("true", "在库"), ("false", "已移出")], method="by_active", empty_label="全部"
    )

    class Meta:
        model = Expert
        fields: list[str] = []

    def by_field(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(fields__contains=[value])

    def by_active(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(active=value == "true")


class VisitFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=VisitState.choices, empty_label="全部")

    class Meta:
        model = SiteVisit
        fields = ["state"]
