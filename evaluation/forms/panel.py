"""Forms of the board: how to propose, and what is confirmed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.fields import MomentInput
from evaluation.models import Expert

TYPED = re.compile(r"#(\d{1,9})\D*$")


def label_of(expert: Expert) -> str:
    """How an expert is named in a box that one types into: the number makes the name unmistakable."""
    return f"{expert} · {expert.employer} #{expert.pk}"


class ProposalForm(forms.Form):
    per_entry = forms.IntegerField(
        label="每个参评对象",
        min_value=1,
        max_value=15,
        error_messages={"invalid": "请填整数。", "min_value": "至少 1 份。", "max_value": "最多 15 份。"},
    )
    seed = forms.IntegerField(
        label="抽签号", help_text="同一号码得到同一方案，换一个号码另提一案。", min_value=0, max_value=999_999
    )


class AssignmentForm(forms.Form):
    """`pairs` are the ticked ones and those that were typed. A name that is no expert's is refused where it stands."""

    due_at = forms.DateTimeField(
        label="评分期限",
        required=False,
        widget=MomentInput(),
        error_messages={"invalid": "请按“年-月-日 时:分”填写评分期限。"},
    )
    chair = forms.ModelChoiceField(
        label="评审组长",
        help_text="可以请专家复核已提交的评分表；自己的评分表提交以前看不到别人的评分。",
        queryset=Expert.objects.none(),
        required=False,
        empty_label="暂不指定",
    )

    def __init__(self, *args: Any, experts: Iterable[Expert], entries: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.experts = {expert.pk: expert for expert in experts}
        chair = self.fields["chair"]
        chair.queryset = Expert.objects.filter(pk__in=self.experts).select_related("user")  # type: ignore[attr-defined]
        for entry in entries:
            self.fields[f"add_{entry.pk}"] = forms.CharField(label=f"为{entry}另加专家", required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        pairs = set(self.ticked())
        for name, typed in list(cleaned.items()):
            if not name.startswith("add_") or not typed:
                continue
            found = TYPED.search(typed)
            expert = int(found[1]) if found else None
            if expert not in self.experts:
                self.add_error(name, f"没有“{typed}”这位专家，请从提示的名单中选择。")
            else:
                pairs.add((int(name.removeprefix("add_")), expert))
        cleaned["pairs"] = sorted(pairs)
        return {name: value for name, value in cleaned.items() if not name.startswith("add_")}

    def ticked(self) -> Iterable[tuple[int, int]]:
        """From `pair` fields such as "12-34"; a value of another shape was not made by our page and is left out."""
        for value in getattr(self.data, "getlist", lambda name: [])("pair"):
            entry, _, expert = value.partition("-")
            if entry.isdecimal() and expert.isdecimal() and len(value) < 24:
                yield int(entry), int(expert)


class ReplaceForm(forms.Form):
    expert = forms.ModelChoiceField(
        label="改派专家",
        queryset=Expert.objects.none(),
        empty_label="请选择",
        error_messages={"required": "请选择专家。"},
    )

    def __init__(self, *args: Any, experts: Iterable[Expert], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = [expert.pk for expert in experts]
        self.fields["expert"].queryset = Expert.objects.filter(pk__in=ids).select_related("user")  # type: ignore[attr-defined]
        self.fields["expert"].label_from_instance = lambda expert: f"{expert} · {expert.employer}"  # type: ignore[attr-defined]


class LockForm(forms.Form):
    flagged_seen = forms.BooleanField(label="分差较大的，已请评审组看过，仍按现在的评分锁定", required=False)
