"""What the catalogue is narrowed by."""

from __future__ import annotations

from typing import Any

from django import forms

from services.catalogue import CATALOGUE
from services.queries.catalogue import figures


class CatalogueFilter(forms.Form):
    kind = forms.ChoiceField(label="服务类别", required=False)
    counts = forms.ChoiceField(label="计入的指标", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "全部"), *((kind.code, kind.name) for kind in CATALOGUE.kinds)]
        self.fields["counts"].choices = [("", "全部"), *figures()]

    @property
    def form(self) -> CatalogueFilter:
        """The filter bar takes a filter set, and asks it for this."""
        return self
