from collections.abc import Iterable
from typing import Any

from django import forms

from ledger.models import StoredFile


class FactsForm(forms.ModelForm):
    """The fields of a model, typed by a person and written by an action: nothing is put on the instance here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # Django's row of dashes says nothing
            if isinstance(field, forms.ModelChoiceField):
                field.empty_label = field.empty_label and "请选择"
            elif isinstance(field, forms.TypedChoiceField):
                field.choices = [(value, label if value else "请选择") for value, label in field.choices]

    def _post_clean(self) -> None:
        pass


class KeptFilesField(forms.MultipleChoiceField):
    """Tick boxes of the files that are there: a ticked one is to be removed. Cleaned to a list of StoredFile."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, files: Iterable[StoredFile] = (), **kwargs: Any) -> None:
        self.by_pk = {str(file.pk): file for file in files}
        choices = [(pk, file.name) for pk, file in self.by_pk.items()]
        super().__init__(choices=choices, required=False, **kwargs)

    def clean(self, value: Any) -> list[StoredFile]:
        return [self.by_pk[pk] for pk in super().clean(value)]
