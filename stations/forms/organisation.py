from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy

from accounts.fields import DateInput
from ledger.errors import Refused
from stations import credit_code
from stations.forms.fields import FactsForm
from stations.models import Organisation


class OrganisationForm(FactsForm):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Organisation
        fields = [
            "name", "credit_code", "kind", "founded_on", "district", "address", "legal_representative",
            "licence_valid_until", "contact_name", "contact_phone",
        ]  # fmt: skip
        widgets = {
            "founded_on": DateInput(),
            "licence_valid_until": DateInput(),
            "credit_code": forms.TextInput(
                attrs={
                    "autocomplete": "off",
                    "spellcheck": "false",
                    "maxlength": 40,  # spaces and dashes may be typed or pasted
                    "hx-get": reverse_lazy("stations:credit_code_hint"),
                    "hx-trigger": "change, input changed delay:400ms",
                    "hx-target": "#credit-code-hint",
                }
            ),
        }
        help_texts = {
            "name": "与营业执照或登记证书上的名称一致。",
            "credit_code": "18 位，印在营业执照或登记证书上；大小写、空格、短横都可以。",
            "founded_on": "证照上的成立日期。申报要求持续运营满 2 年（办法第十三条第（一）项）。",
            "district": "证照上的住所所在的区；在功能区注册的，选功能区。",
            "licence_valid_until": "证照上写明期限的填写，长期有效的不填。到期没有更新的，市局会收到提示。",
            "contact_phone": "只供市、区市场监管局联系，不公开。",
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        # The column has 18 signs; what is typed may have spaces and dashes, and may be too long for a sentence to say so
        self.fields["credit_code"] = forms.CharField(
            label="统一社会信用代码",
            max_length=40,
            widget=self.fields["credit_code"].widget,
            help_text=self.fields["credit_code"].help_text,
        )

    def clean_credit_code(self) -> str:
        try:
            return credit_code.validate(self.cleaned_data["credit_code"])
        except Refused as refusal:
            raise ValidationError(refusal.message, code=refusal.code) from refusal
