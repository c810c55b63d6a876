from typing import Any

from django import forms
from django.utils import timezone

from accounts.fields import DateInput, FilesField
from ledger.uploads import DOCUMENTS, IMAGES, KINDS
from stations.forms.fields import FactsForm, KeptFilesField
from stations.models import Ability, OnlinePresence, Station, TeamMember

MEGABYTES = 50


def accept(kinds: tuple[str, ...]) -> dict[str, str]:
    return {"accept": ",".join(ending for kind in kinds for ending in KINDS[kind].endings)}


def hint(kinds: tuple[str, ...]) -> str:
    return f"{'、'.join(KINDS[kind].label for kind in kinds)}，每个不超过 {MEGABYTES} MB，可以一次选几个。"


class StationForm(FactsForm):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Station
        fields = [
            "name", "district", "supervised_by", "address", "area", "window", "opening_hours", "phone", "industries",
            "introduction",
        ]  # fmt: skip
        widgets = {"industries": forms.CheckboxSelectMultiple, "introduction": forms.Textarea(attrs={"rows": 5})}
        help_texts = {
            "name": "建议用“所在区＋产业＋质量服务站”。不得含有“国家”“中国”“全国”字样。",
            "supervised_by": "负责日常监管的区或功能区市场监管部门（办法第六条）。在功能区内的，选功能区。",
            "address": "固定的经营服务场所（办法第十三条第（四）项）。",
            "window": "例如：光谷政务中心 2 楼 15 号窗口。",
            "opening_hours": "例如：周一至周五 9:00—17:00。",
            "phone": "对外公开的服务电话，不要填个人手机。",
            "industries": "主要服务哪些产业，可以多选，名录按此筛选。",
            "introduction": "面向企业的简短介绍，获得称号后公开。",
        }


class CommitmentForm(FactsForm):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Station
        fields = ["commitment"]
        widgets = {"commitment": forms.Textarea(attrs={"rows": 10})}
        help_texts = {"commitment": "服务项目、办理时限、收费和优惠、投诉渠道等。获得称号后公开，接受监督。"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["commitment"].required = True


class AbilityForm(FactsForm):
    class Meta:
        model = Ability
        fields = ["description"]
        widgets = {"description": forms.Textarea(attrs={"rows": 6})}
        help_texts = {"description": "能做什么、做过什么、有什么资质或设备。获得称号后，种类公开，说明和材料不公开。"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_evidence_fields(self)


class TeamMemberForm(FactsForm):
    class Meta:
        model = TeamMember
        fields = ["role", "name", "education", "relevant_degree", "years", "certificate"]
        help_texts = {
            "name": "只供审查和评审查看，不公开。",
            "education": "例如：硕士，标准化工程。",
            "years": "从事质量、标准化工作的整年数。",
            "certificate": "例如：注册计量师、质量工程师。",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_evidence_fields(self)


class OnlineForm(FactsForm):
    url = forms.URLField(
        label="店铺或站点网址",
        max_length=300,
        assume_scheme="https",
        help_text="企业能打开的网址，以 https:// 或 http:// 开头。",
    )
    screenshot = forms.FileField(
        label="平台页面截图",
        required=False,
        allow_empty_file=True,  # an empty file is refused with a sentence of ours
        help_text=hint(IMAGES).replace("，可以一次选几个", "") + "已经上传过的，不选就保留原来的。",
        widget=forms.FileInput(attrs=accept(IMAGES)),
    )

    class Meta:
        model = OnlinePresence
        fields = ["seen_on"]
        widgets = {"seen_on": DateInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("url", self.instance.url)
        self.fields["seen_on"].initial = self.fields["seen_on"].initial or timezone.localdate
        self.order_fields(["url", "screenshot", "seen_on"])


def add_evidence_fields(form: FactsForm) -> None:
    """Files to add, and tick boxes for those that are there."""
    form.fields["files"] = FilesField(
        label="证明材料",
        required=False,
        help_text=hint(DOCUMENTS) + "例如资质证书、合同、报告、学历和职称证明。",
        widget=FilesField.widget(attrs=accept(DOCUMENTS)),
    )
    if form.instance.pk and (kept := list(form.instance.evidence.all())):
        form.fields["remove"] = KeptFilesField(kept, label="要删除的材料", help_text="勾选后保存即删除。")
