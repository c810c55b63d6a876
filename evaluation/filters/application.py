"""Filters of the lists of applications."""

import django_filters

from evaluation.models import Application
from evaluation.states import ApplicationState
from stations.filters import districts

SUBMITTED_STATES = [choice for choice in ApplicationState.choices if choice[0] != ApplicationState.DRAFT]


class OwnApplicationFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=ApplicationState.choices, empty_label="全部")

    class Meta:
        model = Application
        fields = ["state"]


class IntakeFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=SUBMITTED_STATES, empty_label="全部")
    year = django_filters.NumberFilter(label="年度", field_name="round__year", min_value=2000, max_value=2100)
    district = districts(label="所在区", field_name="station__district")

    class Meta:
        model = Application
        fields = ["state", "year", "district"]
