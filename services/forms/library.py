"""What is asked about a row of a library. What is allowed is decided by the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.fields import DateInput
from ledger.errors import Refused
from ledger.uploads import DOCUMENTS
from services.models import Agency, Client, Equipment, Qualification, Specialist
from services.queries.library import kind_names, own_stations
from services.states.library import SharingMode
from stations import credit_code
from stations.forms.fields import FactsForm
from stations.forms.station import accept, hint
from stations.models import Station


class CreditCodeField(forms.CharField):
    """18 signs as the paper prints them; spaces and dashes may be typed or pasted."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "spellcheck": "false"}
        kwargs.setdefault("label", "统一社会信用代码")
        kwargs.setdefault("help_text", "18 位，印在营业执照或登记证书上；大小写、空格、短横都可以。")
        super().__init__(max_length=40, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> str:
        said = super().clean(value)
        try:
            return credit_code.validate(said) if said else ""
        except Refused as refusal:
            raise ValidationError(refusal.message, code=refusal.code) from refusal


class KindsField(forms.MultipleChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "服务种类")
        super().__init__(choices=lambda: list(kind_names().items()), widget=forms.CheckboxSelectMultiple, **kwargs)


class PhoneField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "加密保存，只有本站人员能看到全号。")
        attrs = {"autocomplete": "off", "inputmode": "tel"}
        super().__init__(label="联系电话", max_length=30, required=False, widget=forms.TextInput(attrs=attrs), **kwargs)


class ItemForm(FactsForm):
    """A row of any library. A new one is of one of the person's own stations: asked where there are several."""

    phone = PhoneField()
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        item = self.instance
        if item.pk:
            self.initial["phone"] = item.phone
        else:
            stations = own_stations(user)
            field = forms.ModelChoiceField(label="服务站", queryset=stations, empty_label="请选择")
            if len(stations) == 1:
                field.initial, field.widget = stations[0].pk, forms.HiddenInput()
            self.fields = {"station": field, **self.fields}
            del self.fields["version"]


LAST = ["shared", "note"]
NOTE = {"note": forms.Textarea(attrs={"rows": 3})}


class AgencyForm(ItemForm):
    credit_code = CreditCodeField()
    kinds = KindsField(help_text="这家机构能提供的服务，对接需求时按此匹配。")
    field_order = ["station", "name", "credit_code", "district", "address", "kinds", "scope", "contact_name", "phone"]

    class Meta:
        model = Agency
        fields = ["name", "credit_code", "district", "address", "kinds", "scope", "contact_name", *LAST]
        widgets = {**NOTE, "scope": forms.Textarea(attrs={"rows": 4})}
        help_texts = {"scope": "能做哪些产品、项目或者业务。"}


class SpecialistForm(ItemForm):
    kinds = KindsField()
    field_order = [
        "station", "name", "category", "employer", "title", "certificates", "kinds", "field", "years", "district", "phone",
    ]  # fmt: skip

    class Meta:
        model = Specialist
        fields = [
            "name", "category", "employer", "title", "certificates", "kinds", "field", "years", "district", *LAST,
        ]  # fmt: skip
        widgets = {**NOTE, "field": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "name": "共享后，其他服务站只看到姓，看不到全名和电话。",
            "category": "本站或者协作单位中直接为企业服务的是专业人员；请来指导、评审的是专家。",
            "certificates": "例如：注册计量师、质量工程师。",
            "years": "从事本专业的整年数。",
        }


class ClientForm(ItemForm):
    credit_code = CreditCodeField()
    field_order = ["station", "credit_code", "name", "district", "address", "industry", "size", "contact_name", "phone"]

    class Meta:
        model = Client
        fields = ["credit_code", "name", "district", "address", "industry", "size", "contact_name", *LAST]
        widgets = NOTE
        help_texts = {"name": "与营业执照上的名称一致。共享后，其他服务站看不到企业名称、代码全号和联系方式。"}


class EquipmentForm(ItemForm):
    kinds = KindsField()
    modes = forms.MultipleChoiceField(
        label="共享方式", required=False, choices=SharingMode.choices, widget=forms.CheckboxSelectMultiple
    )
    field_order = [
        "station", "name", "model", "asset_number", "kinds", "ability", "calibrated_until", "district", "place", "modes",
        "terms", "fee", "fee_unit", "contact_name", "phone",
    ]  # fmt: skip

    class Meta:
        model = Equipment
        fields = [
            "name", "model", "asset_number", "kinds", "ability", "calibrated_until", "district", "place", "modes", "terms",
            "fee", "fee_unit", "contact_name", *LAST,
        ]  # fmt: skip
        widgets = {**NOTE, "terms": forms.Textarea(attrs={"rows": 3}), "calibrated_until": DateInput()}
        help_texts = {
            "asset_number": "本站给设备的编号，站内不重复。",
            "calibrated_until": "到期前 60、30、7 天提醒；不需要检定校准的不填。",
            "terms": "例如：提前 2 天预约，由本站人员操作，小微企业半价。",
            "fee": "不收费的不填。",
        }


class QualificationForm(FactsForm):
    kinds = KindsField(label="所涉及的服务种类", help_text="对接这些种类的需求时，这项资质要在有效期内。")
    file = forms.FileField(
        label="证书文件",
        required=False,
        allow_empty_file=True,  # an empty file is refused with a sentence of ours
        help_text=hint(DOCUMENTS).replace("，可以一次选几个", "") + "已经上传过的，不选就保留原来的。",
        widget=forms.FileInput(attrs=accept(DOCUMENTS)),
    )
    field_order = ["type", "number", "issuer", "kinds", "scope", "valid_from", "valid_until"]

    class Meta:
        model = Qualification
        fields = ["type", "number", "issuer", "kinds", "scope", "valid_from", "valid_until"]
        widgets = {"scope": forms.Textarea(attrs={"rows": 4}), "valid_from": DateInput(), "valid_until": DateInput()}
        help_texts = {"valid_until": "到期前 60、30、7 天提醒。证书上没有写明期限的不填。"}


class RetireForm(forms.Form):
    reason = forms.CharField(label="停用的理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class TableForm(forms.Form):
    """Which station a table is for, and the table."""

    station = forms.ModelChoiceField(label="服务站", queryset=Station.objects.none(), empty_label="请选择")
    table = forms.FileField(
        label="Excel 表格",
        allow_empty_file=True,  # as above
        help_text="用上面的模板填写，或者改好导出的表格，.xlsx，最多 2000 行。上传后先逐行核对，确认后才导入。",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stations = own_stations(user)
        field = self.fields["station"]
        field.queryset = stations  # type: ignore[attr-defined]
        if len(stations) == 1:
            field.initial, field.widget = stations[0].pk, forms.HiddenInput()
