"""What intake types."""

from __future__ import annotations

from typing import Any

from django import forms

from evaluation.models import Application, MaterialVerdict
from evaluation.queries.intake import item_names, lacking_items


class VerdictForm(forms.Form):
    verdict = forms.ChoiceField(label="审查意见", choices=MaterialVerdict.Verdict.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="需补正什么",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="选“需补正”时必填，申报单位会看到。",
    )


class ReturnForm(forms.Form):
    """A box and a reason for every part and material; what was found lacking is filled in already."""

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lacking = lacking_items(application)
        self.known = item_names(application)
        for code, name in self.known.items():
            self.fields[f"named-{code}"] = forms.BooleanField(label=name, required=False, initial=code in lacking)
            self.fields[f"reason-{code}"] = forms.CharField(
                label=f"“{name}”需要补正什么",
                required=False,
                max_length=500,
                initial=lacking.get(code, ""),
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    @property
    def lines(self) -> list[tuple[Any, Any]]:
        return [(self[f"named-{code}"], self[f"reason-{code}"]) for code in self.known]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for code in self.known:
            named, reason = cleaned.get(f"named-{code}"), cleaned.get(f"reason-{code}", "").strip()
            if named and not reason:
                self.add_error(f"reason-{code}", f"请写明“{self.known[code]}”需要补正什么。")
            if reason and not named:
                self.add_error(
                    f"named-{code}", f"写了“{self.known[code]}”的补正要求，请同时勾选；不需要补正的，清空要求。"
                )
        items = [
            {"code": code, "reason": cleaned.get(f"reason-{code}", "")}
            for code in self.known
            if cleaned.get(f"named-{code}")
        ]
        if not items and not self.errors:
            raise forms.ValidationError("请至少选择一个需要补正的事项。")
        return {"items": items}


class NotAcceptForm(forms.Form):
    reason = forms.CharField(
        label="不予受理的理由",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="申报单位会看到这段话。请写明事实和依据的条款。",
    )
