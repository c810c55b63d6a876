"""Words of a notice, and how the public narrows the list of notices."""

import django_filters
from django import forms

from evaluation.models import PublicNotice
from evaluation.states import NoticeKind, NoticeState


class NoticeForm(forms.Form):
    title = forms.CharField(label="标题", max_length=200)
    document_number = forms.CharField(
        label="发文字号", required=False, max_length=60, help_text="由办公室编定，例如：武市监〔2026〕42号。"
    )
    body = forms.CharField(
        label="正文",
        max_length=10000,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text="每行一段；以“一、”“（一）”开头的排为标题。名单和截止时间由系统附上。",
    )


class CorrectionForm(forms.Form):
    reason = forms.CharField(
        label="更正内容和原因",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写入更正公告。原公告保持不变，并标明已有更正。",
    )


class NoticeFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label="类别", choices=NoticeKind.choices, empty_label="全部")
    state = django_filters.ChoiceFilter(
        label="公示",
        choices=[("open", "正在公示"), ("closed", "公示期满")],
        method="by_window",
        empty_label="全部",
    )
    year = django_filters.NumberFilter(label="年度", field_name="round__year")

    class Meta:
        model = PublicNotice
        fields = ["kind", "state", "year"]

    def by_window(self, rows, name, value):
        states = {"open": NoticeState.PUBLISHED, "closed": NoticeState.CLOSED}
        return rows.filter(kind=NoticeKind.RESULT, state=states[value])
