from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from evaluation.models.round import Indicator, Round
from evaluation.states import VISIT_MOVES, VisitState
from ledger.models import StoredFile


class Institution(models.Model):
    """A qualified third party to which the bureau may entrust the evaluation (Art 12): it owns experts."""

    ACTS = {"register": "登记第三方机构", "update": "修改第三方机构", "mandate": "登记委托书"}

    name = models.CharField("机构名称", max_length=100, unique=True)
    credit_code = models.CharField("统一社会信用代码", max_length=18, unique=True)
    qualification = models.TextField("资质条件", max_length=1000)
    managers = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="institutions")

    class Meta:
        verbose_name = verbose_name_plural = "第三方机构"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Mandate(models.Model):
    """委托: the written mandate under which an institution's experts work in a round."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="mandates")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="mandates")
    number = models.CharField("委托书编号", max_length=60)
    document = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name="委托书")
    valid_from = models.DateField("起始日期")
    valid_to = models.DateField("终止日期")

    class Meta:
        verbose_name = verbose_name_plural = "委托"
        constraints = [
            models.UniqueConstraint(fields=["institution", "round"], name="one_mandate_per_institution_and_round"),
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="a_mandate_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.institution} {self.number}"


class Expert(models.Model):
    """专家: a person of the pool, with the employer and the service kinds he or she knows."""

    ACTS = {"register": "登记专家", "update": "修改专家信息"}

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="expert")
    employer = models.CharField("工作单位", max_length=100)
    employer_code = models.CharField("单位统一社会信用代码", max_length=18, blank=True)
    position = models.CharField("职务职称", max_length=60, blank=True)
    fields = ArrayField(models.CharField(max_length=40), default=list, verbose_name="专业领域")
    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, null=True, blank=True, related_name="experts", verbose_name="所属机构"
    )
    load_cap = models.PositiveSmallIntegerField("每轮最多评分表数", default=20)
    active = models.BooleanField("在库", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "专家"
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.user)


class ExpertEmployment(models.Model):
    """A former or second employer: employed within three years is a conflict."""

    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="employments")
    organisation = models.CharField("单位名称", max_length=100)
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    from_date = models.DateField("起")
    to_date = models.DateField("止", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "专家任职经历"
        ordering = ["-from_date"]

    def __str__(self) -> str:
        return f"{self.expert} {self.organisation}"


class Recusal(models.Model):
    """回避: this expert has nothing to do with this entry. A trigger refuses a sheet of the two that is not recused."""

    class Source(models.TextChoices):
        DECLARED = "declared", "本人声明"
        COMPUTED = "computed", "系统核对"
        STAFF = "staff", "工作人员指定"

    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="recusals")
    entry = models.ForeignKey("evaluation.Entry", on_delete=models.PROTECT, related_name="recusals")
    source = models.CharField("来源", max_length=10, choices=Source)
    reason = models.CharField("理由", max_length=500)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "回避"
        constraints = [models.UniqueConstraint(fields=["expert", "entry"], name="one_recusal_per_expert_and_entry")]

    def __str__(self) -> str:
        return f"{self.expert} 回避 {self.entry_id}"


class SiteVisit(models.Model):
    """现场核查 of one entry (Art 15(3)): planned, made by two or more people, signed for by both sides."""

    MOVES = VISIT_MOVES
    ACTS = {"plan": "安排现场核查", "record_finding": "填写核查情况"}

    entry = models.ForeignKey("evaluation.Entry", on_delete=models.PROTECT, related_name="visits")
    state = models.CharField("状态", max_length=20, choices=VisitState, default=VisitState.PLANNED)
    planned_for = models.DateTimeField("核查时间")
    place = models.CharField("地点", max_length=200)
    visitors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="visits", verbose_name="核查人员")
    summary = models.TextField("核查小结", max_length=2000, blank=True)
    station_signed_by = models.CharField("服务站签字人", max_length=40, blank=True)
    bureau_signed_by = models.CharField("核查组签字人", max_length=40, blank=True)
    signed_record = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签字记录扫描件"
    )
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "现场核查"
        ordering = ["planned_for"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=VisitState.values), name="visit_state_known"),
            models.CheckConstraint(
                condition=~Q(state=VisitState.DONE)
                | (~Q(station_signed_by="") & ~Q(bureau_signed_by="") & Q(finished_at__isnull=False)),
                name="a_finished_visit_is_signed_by_both_sides",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.planned_for}"


class VisitFinding(models.Model):
    """What was found on the spot about one indicator, with photographs (their hashes are those of the stored files)."""

    class Verdict(models.TextChoices):
        CONFIRMED = "confirmed", "与材料一致"
        PARTLY = "partly", "部分一致"
        NOT_CONFIRMED = "not_confirmed", "与材料不一致"

    visit = models.ForeignKey(SiteVisit, on_delete=models.PROTECT, related_name="findings")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField("核查结论", max_length=20, choices=Verdict)
    text = models.TextField("核查情况", max_length=1000, blank=True)
    photos = models.ManyToManyField(StoredFile, blank=True, related_name="+", verbose_name="照片")

    class Meta:
        verbose_name = verbose_name_plural = "核查发现"
        ordering = ["indicator__position"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "indicator"], name="one_finding_per_indicator_and_visit")
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.indicator_id}"
