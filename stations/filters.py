"""Filters of the lists, shared by page and export."""

import django_filters as filters
from django import forms
from django.db.models import QuerySet

from stations.models import Industry, Organisation, Station, Title
from stations.queries import ability_choices, role_scopes, shown_classes
from stations.states import Level, OrganisationKind, TitleState

NO_TITLE = "none"


def districts(**kwargs: object) -> filters.ChoiceFilter:
    """Codes and names are all that is read: a ModelChoiceFilter would open a cursor on the server for eighteen rows."""
    return filters.ChoiceFilter(choices=role_scopes, empty_label="全部", **kwargs)


class DirectoryFilter(filters.FilterSet):
    """The public directory shows titles in force unless another state is asked for."""

    district = districts(label="所在区")
    ability = filters.ChoiceFilter(
        label="服务能力", field_name="abilities__kind", choices=ability_choices, empty_label="全部"
    )
    industry = filters.ModelChoiceFilter(
        label="服务产业", field_name="industries", queryset=Industry.objects.all(), empty_label="全部"
    )
    shown_class = filters.ChoiceFilter(label="类别", choices=shown_classes, empty_label="全部")
    title = filters.ChoiceFilter(
        label="称号状态",
        field_name="title_state",
        choices=[(state.value, state.public_label) for state in TitleState],
        empty_label="全部",
        null_label=None,
    )
    view = filters.CharFilter(method="keep", widget=forms.HiddenInput)

    class Meta:
        model = Station
        fields: list[str] = []

    def __init__(self, data: object = None, **kwargs: object) -> None:
        if data is not None and "title" not in data:  # type: ignore[operator]
            data = data.copy()  # type: ignore[attr-defined]
            data["title"] = TitleState.ACTIVE.value  # type: ignore[index]
        super().__init__(data, **kwargs)
        if not self.form.fields["shown_class"].choices[1:]:  # the bureau does not show classes
            del self.form.fields["shown_class"]

    def keep(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Table or cards: a matter of looks, carried along with the filters."""
        return rows


class StaffStationFilter(filters.FilterSet):
    district = districts(label="所在区")
    supervised_by = districts(label="监管单位")
    ability = filters.ChoiceFilter(
        label="服务能力", field_name="abilities__kind", choices=ability_choices, empty_label="全部"
    )
    title = filters.ChoiceFilter(
        label="称号",
        method="by_title",
        choices=[(NO_TITLE, "没有称号"), *[(state.value, state.label) for state in TitleState]],
        empty_label="全部",
    )

    class Meta:
        model = Station
        fields: list[str] = []

    def by_title(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(title_state__isnull=True) if value == NO_TITLE else rows.filter(title_state=value)


class StaffOrganisationFilter(filters.FilterSet):
    district = districts(label="注册地")
    kind = filters.ChoiceFilter(label="单位类型", choices=OrganisationKind, empty_label="全部")

    class Meta:
        model = Organisation
        fields: list[str] = []


class EndedTitleFilter(filters.FilterSet):
    state = filters.ChoiceFilter(
        label="方式",
        choices=[(state.value, state.public_label) for state in TitleState if state != TitleState.ACTIVE],
        empty_label="全部",
    )
    district = districts(label="所在区", field_name="station__district")
    year = filters.NumberFilter(
        label="终止年份", field_name="ended_at", lookup_expr="year", min_value=2000, max_value=2100
    )

    class Meta:
        model = Title
        fields: list[str] = []


class TitleFilter(filters.FilterSet):
    state = filters.ChoiceFilter(
        label="状态", choices=[(state.value, state.label) for state in TitleState], empty_label="全部"
    )
    level = filters.ChoiceFilter(label="级别", choices=Level, empty_label="全部")
    district = districts(label="所在区", field_name="station__district")
    year = filters.NumberFilter(
        label="授予年份", field_name="awarded_at", lookup_expr="year", min_value=2000, max_value=2100
    )

    class Meta:
        model = Title
        fields: list[str] = []
