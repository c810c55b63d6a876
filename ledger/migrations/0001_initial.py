import uuid

import django.contrib.postgres.indexes
import django.core.serializers.json
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import ledger.models
from ledger.tables import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="Event",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("seq", models.BigIntegerField(editable=False, null=True, unique=True, verbose_name="序号")),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("station.awarded", "授予称号"),
                                ("station.retained", "保留称号"),
                                ("station.delisted", "摘牌"),
                                ("station.revoked", "撤销称号"),
                                ("station.terminated", "终止称号"),
                                ("notice.published", "发布公告"),
                                ("notice.closed", "公示期满"),
                                ("certificate.issued", "签发证书"),
                                ("service_record.accepted", "服务记录已接收"),
                                ("service_record.rejected", "服务记录未接收"),
                                ("journal.sealed", "台账封存"),
                            ],
                            max_length=40,
                            verbose_name="事件",
                        ),
                    ),
                    ("subject_type", models.CharField(max_length=60, verbose_name="对象类型")),
                    ("subject_id", models.CharField(max_length=80, verbose_name="对象编号")),
                    ("for_station", models.BigIntegerField(null=True, verbose_name="服务站")),
                    (
                        "data",
                        models.JSONField(
                            default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name="内容"
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="时间")),
                ],
                options={
                    "verbose_name": "事件",
                    "verbose_name_plural": "事件",
                    "ordering": ["seq"],
                    "indexes": [
                        models.Index(
                            condition=models.Q(("seq__isnull", True)), fields=["id"], name="event_without_number"
                        ),
                        models.Index(fields=["for_station", "seq"], name="event_of_station"),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "kind__in",
                                    [
                                        "station.awarded",
                                        "station.retained",
                                        "station.delisted",
                                        "station.revoked",
                                        "station.terminated",
                                        "notice.published",
                                        "notice.closed",
                                        "certificate.issued",
                                        "service_record.accepted",
                                        "service_record.rejected",
                                        "journal.sealed",
                                    ],
                                )
                            ),
                            name="event_kind_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("seq__isnull", True), ("seq__gte", 1), _connector="OR"),
                            name="events_are_numbered_from_one",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("for_station__isnull", False),
                                    ("kind__in", ["service_record.accepted", "service_record.rejected"]),
                                ),
                                models.Q(
                                    models.Q(
                                        ("kind__in", ["service_record.accepted", "service_record.rejected"]),
                                        _negated=True,
                                    ),
                                    ("for_station__isnull", True),
                                ),
                                _connector="OR",
                            ),
                            name="an_event_is_public_or_of_one_station",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="JournalEntry",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("at", models.DateTimeField(verbose_name="时间")),
                    ("object_type", models.CharField(max_length=60, verbose_name="对象类型")),
                    ("object_id", models.CharField(max_length=40, verbose_name="对象编号")),
                    ("move", models.CharField(max_length=60, verbose_name="事项")),
                    ("before", models.CharField(blank=True, max_length=40, verbose_name="原状态")),
                    ("after", models.CharField(blank=True, max_length=40, verbose_name="新状态")),
                    ("job", models.CharField(blank=True, max_length=60, verbose_name="定时任务")),
                    ("reason", models.TextField(blank=True, verbose_name="理由")),
                    (
                        "facts",
                        models.JSONField(
                            default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name="事实"
                        ),
                    ),
                    (
                        "recorded_at",
                        models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                    ),
                    ("transaction_id", models.CharField(db_default="", default="", editable=False, max_length=24)),
                    (
                        "actor",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="经办人",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "台账",
                    "verbose_name_plural": "台账",
                    "ordering": ["id"],
                    "indexes": [
                        models.Index(fields=["object_type", "object_id"], name="journal_of_object"),
                        models.Index(fields=["object_type", "-id"], name="journal_of_kind"),
                        django.contrib.postgres.indexes.BrinIndex(fields=["recorded_at"], name="journal_by_recording"),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("actor__isnull", False), ("job", "")),
                                models.Q(("actor__isnull", True), models.Q(("job", ""), _negated=True)),
                                _connector="OR",
                            ),
                            name="journal_row_has_one_author",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="LongJob",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("kind", models.CharField(max_length=40, verbose_name="事项")),
                    ("object_type", models.CharField(max_length=60)),
                    ("object_id", models.CharField(max_length=40)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("waiting", "等待执行"),
                                ("running", "正在执行"),
                                ("done", "已完成"),
                                ("failed", "未完成"),
                            ],
                            default="waiting",
                            max_length=10,
                        ),
                    ),
                    ("done", models.PositiveIntegerField(default=0)),
                    ("total", models.PositiveIntegerField(default=0)),
                    ("message", models.TextField(blank=True, verbose_name="说明")),
                    ("asked_at", models.DateTimeField()),
                    ("beat_at", models.DateTimeField(null=True)),
                    ("finished_at", models.DateTimeField(null=True)),
                    (
                        "asked_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "verbose_name": "长任务",
                    "verbose_name_plural": "长任务",
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("state__in", ["waiting", "running"])),
                            fields=("kind", "object_type", "object_id"),
                            name="one_long_job_of_a_kind_per_object",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Seal",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("number", models.PositiveIntegerField(unique=True, verbose_name="序号")),
                    ("sealed_at", models.DateTimeField(verbose_name="封存时间")),
                    ("rows", models.PositiveIntegerField(verbose_name="记录数")),
                    ("root", models.CharField(max_length=64, verbose_name="默克尔根")),
                    ("previous", models.CharField(max_length=64, unique=True, verbose_name="上一封存值")),
                    ("hash", models.CharField(max_length=64, unique=True, verbose_name="封存值")),
                ],
                options={
                    "verbose_name": "台账封存",
                    "verbose_name_plural": "台账封存",
                    "ordering": ["number"],
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("rows__gte", 1)), name="a_seal_holds_a_row"),
                        models.CheckConstraint(
                            condition=models.Q(("number__gte", 1)), name="seals_are_numbered_from_one"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SealedRow",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("position", models.PositiveIntegerField()),
                    ("salt", models.CharField(max_length=32)),
                    ("leaf", models.CharField(max_length=64)),
                    (
                        "entry",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT, related_name="sealed", to="ledger.journalentry"
                        ),
                    ),
                    (
                        "seal",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="leaves", to="ledger.seal"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "已封存的台账记录",
                    "verbose_name_plural": "已封存的台账记录",
                    "constraints": [
                        models.UniqueConstraint(fields=("seal", "position"), name="one_row_at_a_place_of_a_seal")
                    ],
                },
            ),
            migrations.CreateModel(
                name="StoredFile",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ("file", models.FileField(max_length=200, upload_to=ledger.models.stored_path)),
                    ("name", models.CharField(max_length=200, verbose_name="文件名")),
                    ("content_type", models.CharField(max_length=100, verbose_name="类型")),
                    ("size", models.PositiveBigIntegerField(verbose_name="大小")),
                    ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                    ("uploaded_at", models.DateTimeField(verbose_name="上传时间")),
                    (
                        "uploaded_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "verbose_name": "文件",
                    "verbose_name_plural": "文件",
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("size__gt", 0)), name="stored_file_is_not_empty")
                    ],
                },
            ),
        ),
    ]
