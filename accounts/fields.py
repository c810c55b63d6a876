"""What forms of several apps are made of."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile


class DateInput(forms.DateInput):
    """A browser's own picker of a day."""

    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(format="%Y-%m-%d", attrs=attrs)


class MomentInput(forms.DateTimeInput):
    """A browser's own picker of date and time."""

    input_type = "datetime-local"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", attrs=attrs)


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; cleaned to a list."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        # Emptiness and content are judged, in words of their own, when the file is taken in (ledger.uploads)
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if self.required and not files:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return list(files)


class ReasonField(forms.CharField):
    """Why, in words that will stand in the journal; `max_length` in characters."""

    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(
        self, *, label: str = "理由", max_length: int = 500, help_text: str = "记入台账，供审计查阅。", **kwargs: Any
    ) -> None:
        super().__init__(label=label, max_length=max_length, help_text=help_text, **kwargs)
