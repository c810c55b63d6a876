from typing import Any

from django import forms

from accounts.fields import DateInput
from stations.models import Station
from stations.queries import stations_without_title
from stations.states import Level


class CertificateCheckForm(forms.Form):
    number = forms.CharField(
        label="证书编号或称号编号",
        max_length=60,
        help_text="印在证书上，例如 WHZL-2026-001；扫描证书上的二维码可以直接打开结果。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class TitleImportForm(forms.Form):
    """A title from before this system, for a station that is already entered."""

    station = forms.ModelChoiceField(label="服务站", queryset=Station.objects.none(), empty_label="请选择")
    level = forms.ChoiceField(label="级别", choices=Level, help_text="市级称号占一个名额；区级称号不占。")
    awarded_on = forms.DateField(label="授予日期", widget=DateInput())
    source = forms.CharField(label="来源", max_length=180, help_text="授牌通报的名称和文号，例如：武市监〔2024〕5号。")
    number = forms.CharField(
        label="称号编号", max_length=30, required=False, help_text="原来有编号的照填；没有的留空，由系统编号。"
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["station"].queryset = stations_without_title(user)  # type: ignore[attr-defined]


class TableUploadForm(forms.Form):
    table = forms.FileField(
        label="称号清单",
        allow_empty_file=True,  # an empty file is refused with a sentence of ours
        help_text="用上面的模板填写，Excel（.xlsx），最多 500 行。上传后先核对，确认无误再导入。",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )
