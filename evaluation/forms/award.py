"""What is typed about a conclusion, and how the list of conclusions is filtered."""

import django_filters
from django import forms

from evaluation.models import Conclusion
from evaluation.states import ConclusionState


class ProposeForm(forms.Form):
    document_number = forms.CharField(
        label="发文字号",
        required=False,
        max_length=60,
        help_text="由办公室编定，例如：武市监〔2026〕58号。写入公告和授予依据；没有的可以不填。",
    )


class ConclusionFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=ConclusionState.choices, empty_label="全部")

    class Meta:
        model = Conclusion
        fields = ["state"]
