from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from ledger.models import StoredFile
from stations.models import Title
from supervision.states.revocation import REVOCATION_MOVES, RUNNING, RevocationState, ServiceMethod

PERSON = settings.AUTH_USER_MODEL
NOT_YET_NOTIFIED = [RevocationState.OPENED, RevocationState.DROPPED]
DECIDED = [RevocationState.APPROVED, RevocationState.SERVED, RevocationState.EXECUTED]


class RevocationCase(models.Model):
    """撤销案件: whether a title is revoked on one or more of the five grounds of Art 18. 可以: it may be dropped."""

    MOVES = REVOCATION_MOVES
    ACTS = {
        "open": "立案",
        "draw_notice": "制作告知书",
        "draw_decision": "制作决定书",
        "add_statement": "补充陈述申辩",
        "add_evidence": "补充证据",
        "recount": "重新计算陈述申辩期限",
    }

    title = models.ForeignKey(Title, on_delete=models.PROTECT, related_name="revocation_cases", verbose_name="称号")
    state = models.CharField("状态", max_length=20, choices=RevocationState, default=RevocationState.OPENED)
    grounds = models.JSONField("撤销情形", help_text="办法第十八条各项的代码")
    facts = models.TextField("认定的事实", max_length=5000)
    evidence = models.ManyToManyField(StoredFile, blank=True, related_name="+", verbose_name="证据材料")
    opened_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", verbose_name="立案人")
    opened_at = models.DateTimeField("立案时间")
    # Frozen when the notice was served: how the days were counted, and the instant from which the period is over
    statement_days = models.PositiveSmallIntegerField("陈述申辩期限（日）", null=True, blank=True)
    statement_due_at = models.DateTimeField("陈述申辩截止", null=True, blank=True)
    deadline = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
    proposal = models.TextField("拟办意见", max_length=5000, blank=True)
    proposed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField("拟办时间", null=True, blank=True)
    approved_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField("批准时间", null=True, blank=True)
    ended_at = models.DateTimeField("办结时间", null=True, blank=True)
    drop_reason = models.TextField("终结理由", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "撤销案件"
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RevocationState.values), name="revocation_state_known"),
            models.CheckConstraint(condition=~Q(grounds=[]), name="a_revocation_case_has_a_ground"),
            models.UniqueConstraint(
                fields=["title"], condition=Q(state__in=RUNNING), name="one_running_revocation_case_per_title"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                name="who_proposed_a_revocation_does_not_approve_it",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=DECIDED) | Q(proposed_by__isnull=False, approved_by__isnull=False),
                name="a_decided_revocation_was_proposed_and_approved",
            ),
            models.CheckConstraint(
                condition=Q(state__in=NOT_YET_NOTIFIED) | Q(statement_due_at__isnull=False),
                name="a_notified_revocation_has_its_reply_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title.station}"

    def get_absolute_url(self) -> str:
        return reverse("supervision:revocation_detail", args=[self.pk])

    @property
    def number(self) -> str:
        return f"CX-{self.opened_at.year}-{self.pk:04d}"

    def station_url(self) -> str:
        """Where the station itself reads of it."""
        return reverse("supervision:my_revocation", args=[self.pk])


class CasePaper(models.Model):
    """告知书 or 决定书 of a case: its typed number, its PDF, and how it was served."""

    class Kind(models.TextChoices):
        NOTICE = "notice", "撤销称号告知书"
        DECISION = "decision", "撤销称号决定书"

    case = models.ForeignKey(RevocationCase, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField("文书", max_length=10, choices=Kind)
    document_number = models.CharField("发文字号", max_length=60)
    pdf = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField("制作时间")
    served_how = models.CharField("送达方式", max_length=20, choices=ServiceMethod, blank=True)
    served_at = models.DateTimeField("送达时间", null=True, blank=True)
    served_to = models.CharField("签收人", max_length=80, blank=True)
    served_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    proof = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "撤销文书"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "kind"], name="a_case_has_one_notice_and_one_decision"),
            models.UniqueConstraint(fields=["document_number"], name="a_case_papers_number_is_used_once"),
            models.CheckConstraint(condition=~Q(document_number=""), name="a_case_paper_has_a_number"),
            models.CheckConstraint(
                condition=Q(served_at__isnull=True, served_how="", served_by__isnull=True)
                | Q(served_at__isnull=False, served_by__isnull=False) & ~Q(served_how=""),
                name="service_says_how_when_and_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.document_number}"


class Statement(models.Model):
    """陈述申辩: what the station said for itself, typed by its own people or taken down by staff. Never changed."""

    case = models.ForeignKey(RevocationCase, on_delete=models.PROTECT, related_name="statements")
    text = models.TextField("陈述申辩", max_length=5000)
    files = models.ManyToManyField(StoredFile, blank=True, related_name="+", verbose_name="附件")
    made_at = models.DateTimeField("提交时间")
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    by_staff = models.BooleanField("由工作人员记录")
    late = models.BooleanField("期满后提交")

    class Meta:
        verbose_name = verbose_name_plural = "陈述申辩"
        ordering = ["made_at", "id"]

    def __str__(self) -> str:
        return f"{self.case} 陈述申辩"
