from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Case, Q, Value, When
from django.urls import reverse

from evaluation.models.round import Round
from evaluation.states import APPLICATION_MOVES, ApplicationState
from ledger.models import StoredFile
from stations.models import Organisation, Station

# Whose turn it is: what waits for intake comes before what waits for the applicant, and the decided ones come last
INTAKE_TURN = Case(
    When(state=ApplicationState.SUBMITTED, then=Value(0)),
    When(state=ApplicationState.RETURNED, then=Value(1)),
    default=Value(2),
)


class Application(models.Model):
    """申报: what an organisation says of a station in a round (Art 13, 14). The draft is edited in place; a submission
    freezes an ApplicationVersion."""

    MOVES = APPLICATION_MOVES
    ACTS = {
        "start": "开始填报",
        "add_material": "上传材料",
        "remove_material": "删除材料",
        "replace_projects": "更新项目清单",
        "judge_material": "审查材料",
        "lengthen_return": "顺延补正期限",
    }

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="applications", verbose_name="评价")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="applications")
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="applications", verbose_name="服务站")
    state = models.CharField("状态", max_length=20, choices=ApplicationState, default=ApplicationState.DRAFT)
    number = models.CharField("申报编号", max_length=30, unique=True, null=True, blank=True)
    statement = models.TextField("申报理由", max_length=2000, blank=True)
    # Art 13(2)
    systems = models.TextField("管理制度和服务流程", max_length=2000, blank=True)
    finance = models.TextField("财务状况", max_length=1000, blank=True)
    # Art 13(3)
    credit_checked_on = models.DateField("信用查询日期", null=True, blank=True)
    not_dishonest = models.BooleanField("不属于严重失信主体", default=False)
    # Art 13(4)
    place = models.TextField("场所、设施和设备", max_length=2000, blank=True)
    # Art 13(7)
    recognition = models.TextField("成功经验和认可情况", max_length=2000, blank=True)
    firms_last_year = models.PositiveIntegerField("上一年度服务企业数", null=True, blank=True)
    firms_year_before = models.PositiveIntegerField("前一年度服务企业数", null=True, blank=True)
    growth_note = models.TextField("服务企业数变化说明", max_length=1000, blank=True)
    # Art 14(7)
    declared_by = models.CharField("声明人", max_length=40, blank=True)
    declared = models.BooleanField("已声明材料真实", default=False)
    version = models.PositiveIntegerField(default=0, help_text="每次保存加一，用来发现两人同时修改")
    # {field: [version in which it was last changed, who]}: two members at two fields do not get in each other's way
    field_versions = models.JSONField(default=dict)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    # When the next thing is due: the verdict of the bureau or the answer to a return
    due_at = models.DateTimeField("办理期限", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "申报"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ApplicationState.values), name="application_state_known"),
            models.UniqueConstraint(fields=["round", "station"], name="one_application_per_station_and_round"),
            models.CheckConstraint(
                condition=Q(state=ApplicationState.DRAFT)
                | Q(state=ApplicationState.LAPSED)
                | Q(submitted_at__isnull=False, number__isnull=False),
                name="a_submitted_application_has_a_number",
            ),
        ]
        indexes = [
            # The order of intake's work list, of which twenty are read
            models.Index(
                INTAKE_TURN, "due_at", "id", condition=Q(submitted_at__isnull=False), name="applications_by_intake_turn"
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.station}（草稿）"

    def get_absolute_url(self) -> str:
        return reverse("evaluation:application_detail", args=[self.pk])


class MaterialFile(models.Model):
    """One file of one of the seven materials (Art 14). A removed file is kept: an earlier version may hold it."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="material_files")
    code = models.CharField("材料", max_length=30, help_text="办法第十四条的材料代码")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "申报材料文件"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.code} {self.file}"


class ProjectRow(models.Model):
    """One line of the list of quality projects of the last three years (Art 14(6))."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="projects")
    position = models.PositiveSmallIntegerField("序号")
    year = models.PositiveSmallIntegerField("年度")
    name = models.CharField("项目名称", max_length=120)
    client = models.CharField("服务对象", max_length=120)
    kind = models.CharField("服务内容", max_length=40, help_text="办法第九条的服务种类代码")
    outcome = models.CharField("成效", max_length=300, blank=True)
    recognised_by = models.CharField("认可单位", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "服务项目"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "position"],
                name="a_project_has_its_own_line",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self) -> str:
        return self.name


class ApplicationVersion(models.Model):
    """What was submitted, frozen: the whole application as JSON, its hash, the receipt. Never changed (trigger)."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("版次")
    submitted_at = models.DateTimeField("提交时间")
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # {organisation, station, answers, abilities, team, online, projects, materials: {code: [{name, sha256, key}]}, checks}
    snapshot = models.JSONField(encoder=DjangoJSONEncoder)
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "申报版本"
        ordering = ["application", "number"]
        constraints = [models.UniqueConstraint(fields=["application", "number"], name="a_version_has_its_own_number")]

    def __str__(self) -> str:
        return f"{self.application} 第{self.number}版"


class MaterialVerdict(models.Model):
    """What intake found of one material of one version: complete, or lacking with the reason (Art 15(2))."""

    class Verdict(models.TextChoices):
        COMPLETE = "complete", "齐全"
        LACKING = "lacking", "需补正"

    version = models.ForeignKey(ApplicationVersion, on_delete=models.PROTECT, related_name="verdicts")
    code = models.CharField("材料", max_length=30)
    verdict = models.CharField("审查意见", max_length=10, choices=Verdict)
    reason = models.CharField("理由", max_length=500, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "材料审查意见"
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="one_verdict_per_material_and_version"),
            models.CheckConstraint(
                condition=Q(verdict="complete") | ~Q(reason=""), name="a_lacking_material_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.get_verdict_display()}"


class ReturnRequest(models.Model):
    """补正通知: exactly these items, each with its reason, until this instant."""

    version = models.OneToOneField(ApplicationVersion, on_delete=models.PROTECT, related_name="return_request")
    # [{"code": material or part code, "reason": text}]
    items = models.JSONField("补正事项")
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    returned_at = models.DateTimeField()
    due_at = models.DateTimeField("补正期限")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "补正通知"

    def __str__(self) -> str:
        return f"{self.version} 补正"
