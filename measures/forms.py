"""The form by which a yearly schedule is taken in."""

from typing import Any

from django import forms

from measures.schedules import MOST_BYTES, Schedule, ScheduleError, parse_schedule


class ScheduleForm(forms.Form):
    """A JSON file or its text. A file's text is put into the text field, so that nothing has to be chosen again."""

    file = forms.FileField(
        label="JSON 文件", required=False, help_text="格式与 holiday-cn 数据集相同；选择文件后不必再粘贴。"
    )
    text = forms.CharField(
        label="或粘贴 JSON 内容", required=False, strip=False, widget=forms.Textarea(attrs={"rows": 18, "cols": 90})
    )

    schedule: Schedule

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        file, content = cleaned.get("file"), cleaned.get("text", "").encode()
        if file:
            if file.size > MOST_BYTES:
                raise forms.ValidationError(f"文件超过 {MOST_BYTES // 1024} KB，不像是一年的放假安排，请核对文件。")
            content = file.read()
            self.data = self.data.copy()
            self.data[self.add_prefix("text")] = content.decode("utf-8-sig", "replace")
        if not content.strip():
            raise forms.ValidationError("请选择 JSON 文件，或者粘贴 JSON 内容。")
        try:
            self.schedule = parse_schedule(content)
        except ScheduleError as error:
            raise forms.ValidationError(str(error)) from error
        return cleaned
