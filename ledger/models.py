import uuid

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class JournalEntry(models.Model):
    """One act: who, when, on what, from which state to which, and why. Never updated, never deleted (trigger)."""

    at = models.DateTimeField("时间")
    object_type = models.CharField("对象类型", max_length=60)
    object_id = models.CharField("对象编号", max_length=40)
    move = models.CharField("事项", max_length=60)
    before = models.CharField("原状态", max_length=40, blank=True)
    after = models.CharField("新状态", max_length=40, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="经办人"
    )
    job = models.CharField("定时任务", max_length=60, blank=True)
    reason = models.TextField("理由", blank=True)
    facts = models.JSONField("事实", default=dict, encoder=DjangoJSONEncoder)
    # Filled by the database: when the transaction that wrote the row began. `at` may be earlier: the clock dates what a
    # stopped worker had missed by its own instant.
    recorded_at = models.DateTimeField(editable=False, db_default=Now())
    # Filled by the database: which transaction wrote the row. The deferred check on every `state` looks for it.
    transaction_id = models.CharField(max_length=24, editable=False, default="", db_default="")

    class Meta:
        verbose_name = verbose_name_plural = "台账"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="journal_of_object"),
            # the last word on a kind of thing: accounts.cached asks it at every public page
            models.Index(fields=["object_type", "-id"], name="journal_of_kind"),
            # what has changed since: ledger.journal.changed_since
            BrinIndex(fields=["recorded_at"], name="journal_by_recording"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=(Q(actor__isnull=False) & Q(job="")) | (Q(actor__isnull=True) & ~Q(job="")),
                name="journal_row_has_one_author",
            )
        ]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_id} {self.move}"


def stored_path(instance: "StoredFile", filename: str) -> str:
    """A path that says nothing and cannot be guessed: the name that was typed is kept in the row only."""
    return f"files/{instance.key.hex[:2]}/{instance.key.hex}"


class StoredFile(models.Model):
    """A file that the record rests on: its bytes never change, its hash is known, it is served only as an attachment
    or in our own viewer, and only to whom the object that it belongs to is visible."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.FileField(upload_to=stored_path, max_length=200)
    name = models.CharField("文件名", max_length=200)
    content_type = models.CharField("类型", max_length=100)
    size = models.PositiveBigIntegerField("大小")
    sha256 = models.CharField("SHA-256", max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = verbose_name_plural = "文件"
        constraints = [models.CheckConstraint(condition=Q(size__gt=0), name="stored_file_is_not_empty")]

    def __str__(self) -> str:
        return self.name


class LongJob(models.Model):
    """Long work with a progress bar. The row is the truth; the Celery task that carries it out may run twice."""

    class State(models.TextChoices):
        WAITING = "waiting", "等待执行"
        RUNNING = "running", "正在执行"
        DONE = "done", "已完成"
        FAILED = "failed", "未完成"

    kind = models.CharField("事项", max_length=40)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.TextField("说明", blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "长任务"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_type", "object_id"],
                condition=Q(state__in=["waiting", "running"]),
                name="one_long_job_of_a_kind_per_object",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_type} {self.object_id}"


class EventKind(models.TextChoices):
    """What others are told of, by the feed and by webhooks. The value is the event's `type` on the wire: never renamed."""

    STATION_AWARDED = "station.awarded", "授予称号"
    STATION_RETAINED = "station.retained", "保留称号"
    STATION_DELISTED = "station.delisted", "摘牌"
    STATION_REVOKED = "station.revoked", "撤销称号"
    STATION_TERMINATED = "station.terminated", "终止称号"
    NOTICE_PUBLISHED = "notice.published", "发布公告"
    NOTICE_CLOSED = "notice.closed", "公示期满"
    CERTIFICATE_ISSUED = "certificate.issued", "签发证书"
    RECORD_ACCEPTED = "service_record.accepted", "服务记录已接收"
    RECORD_REJECTED = "service_record.rejected", "服务记录未接收"
    JOURNAL_SEALED = "journal.sealed", "台账封存"


# Told only to whom the station has authorised; all others are for everybody
PRIVATE_EVENTS = frozenset({EventKind.RECORD_ACCEPTED, EventKind.RECORD_REJECTED})


class Event(models.Model):
    """One thing that others are told of: written in the transaction in which it happens, numbered once it is committed
    (ledger.events). Never changed but for its number, never deleted (trigger)."""

    seq = models.BigIntegerField("序号", null=True, unique=True, editable=False)
    kind = models.CharField("事件", max_length=40, choices=EventKind)
    subject_type = models.CharField("对象类型", max_length=60)
    subject_id = models.CharField("对象编号", max_length=80)
    # The station whose authorisation a reader needs; empty where everybody may read. No foreign key: stations stand above.
    for_station = models.BigIntegerField("服务站", null=True)
    data = models.JSONField("内容", default=dict, encoder=DjangoJSONEncoder)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "事件"
        ordering = ["seq"]
        indexes = [
            # what has still to be numbered: asked at each reading of the feed
            models.Index(fields=["id"], condition=Q(seq__isnull=True), name="event_without_number"),
            # the feed of a machine client: its stations' events among the public ones
            models.Index(fields=["for_station", "seq"], name="event_of_station"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EventKind.values), name="event_kind_known"),
            models.CheckConstraint(condition=Q(seq__isnull=True) | Q(seq__gte=1), name="events_are_numbered_from_one"),
            models.CheckConstraint(
                condition=Q(kind__in=sorted(PRIVATE_EVENTS), for_station__isnull=False)
                | (~Q(kind__in=sorted(PRIVATE_EVENTS)) & Q(for_station__isnull=True)),
                name="an_event_is_public_or_of_one_station",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_type} {self.subject_id}"

    @property
    def key(self) -> str:
        """The event's name on the wire, the same in the feed and in every delivery: who has seen it once need not act
        twice."""
        return f"evt_{self.seq}"


class Seal(models.Model):
    """A closed batch of journal rows: the root of their tree, chained to the seal before it (ledger.chain). Never changed
    (trigger)."""

    number = models.PositiveIntegerField("序号", unique=True)
    sealed_at = models.DateTimeField("封存时间")
    rows = models.PositiveIntegerField("记录数")
    root = models.CharField("默克尔根", max_length=64)
    previous = models.CharField("上一封存值", max_length=64, unique=True)
    hash = models.CharField("封存值", max_length=64, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "台账封存"
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=Q(rows__gte=1), name="a_seal_holds_a_row"),
            models.CheckConstraint(condition=Q(number__gte=1), name="seals_are_numbered_from_one"),
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 号封存"


class SealedRow(models.Model):
    """A journal row in its seal: where it stands among the leaves, and the salt without which nobody can guess it."""

    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="leaves")
    entry = models.OneToOneField(JournalEntry, on_delete=models.PROTECT, related_name="sealed")
    position = models.PositiveIntegerField()
    salt = models.CharField(max_length=32)
    leaf = models.CharField(max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "已封存的台账记录"
        constraints = [models.UniqueConstraint(fields=["seal", "position"], name="one_row_at_a_place_of_a_seal")]

    def __str__(self) -> str:
        return f"{self.seal_id} {self.position}"
