import uuid
from decimal import Decimal

import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from ledger.tables import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        # Of libraries, before our many tables: each of their alterations draws all that is linked with the user anew
        ("mfa", "0003_authenticator_type_uniq"),
        ("oauth2_provider", "0022_refreshtoken_token_family_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("ledger", "0001_initial"),
        ("stations", "0001_initial"),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="StationClass",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("code", models.SlugField(max_length=20, unique=True, verbose_name="代码")),
                    ("name", models.CharField(max_length=40, unique=True, verbose_name="名称")),
                    ("description", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                    ("position", models.PositiveSmallIntegerField(default=0, verbose_name="次序")),
                    ("active", models.BooleanField(default=True, verbose_name="使用中")),
                ],
                options={
                    "verbose_name": "服务站类别",
                    "verbose_name_plural": "服务站类别",
                    "ordering": ["position", "code"],
                },
            ),
            migrations.CreateModel(
                name="Complaint",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "number",
                        models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="查询号"),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("received", "待决定是否受理"),
                                ("accepted", "已受理，待指定核查人"),
                                ("not_accepted", "不予受理"),
                                ("investigating", "核查中"),
                                ("concluded", "已有结论，待答复"),
                                ("answered", "已答复"),
                                ("withdrawn", "投诉人已撤回"),
                            ],
                            default="received",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    ("statement", models.TextField(max_length=5000, verbose_name="投诉内容")),
                    ("happened_on", models.DateField(blank=True, null=True, verbose_name="发生日期")),
                    ("received_at", models.DateTimeField(verbose_name="收到时间")),
                    ("receipt_due_at", models.DateTimeField(blank=True, null=True, verbose_name="受理期限")),
                    ("receipt_deadline", models.JSONField(blank=True, default=dict)),
                    ("answer_due_at", models.DateTimeField(blank=True, null=True, verbose_name="答复期限")),
                    ("answer_deadline", models.JSONField(blank=True, default=dict)),
                    (
                        "finding",
                        models.CharField(
                            blank=True,
                            choices=[("founded", "属实"), ("partly", "部分属实"), ("unfounded", "不属实")],
                            max_length=10,
                            verbose_name="核查结论",
                        ),
                    ),
                    ("finding_text", models.TextField(blank=True, max_length=5000, verbose_name="核查情况")),
                    ("answer", models.TextField(blank=True, max_length=5000, verbose_name="答复内容")),
                    ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="答复时间")),
                    (
                        "evidence",
                        models.ManyToManyField(
                            blank=True, related_name="+", to="ledger.storedfile", verbose_name="证据材料"
                        ),
                    ),
                    (
                        "investigator",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="核查人",
                        ),
                    ),
                    (
                        "station",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="complaints",
                            to="stations.station",
                            verbose_name="服务站",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "投诉",
                    "verbose_name_plural": "投诉",
                    "ordering": ["received_at", "id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "state__in",
                                    [
                                        "received",
                                        "accepted",
                                        "not_accepted",
                                        "investigating",
                                        "concluded",
                                        "answered",
                                        "withdrawn",
                                    ],
                                )
                            ),
                            name="complaint_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("finding__in", ["", "founded", "partly", "unfounded"])),
                            name="complaint_finding_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ["concluded", "answered"]), _negated=True),
                                models.Q(
                                    models.Q(("finding", ""), _negated=True),
                                    models.Q(("finding_text", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="a_concluded_complaint_has_a_finding",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ["not_accepted", "answered"]), _negated=True),
                                models.Q(models.Q(("answer", ""), _negated=True), ("answered_at__isnull", False)),
                                _connector="OR",
                            ),
                            name="an_answered_complaint_has_its_answer",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ["investigating", "concluded", "answered"]), _negated=True),
                                ("investigator__isnull", False),
                                _connector="OR",
                            ),
                            name="an_investigated_complaint_has_an_investigator",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Complainant",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[("person", "个人"), ("organisation", "单位")], max_length=20, verbose_name="身份"
                        ),
                    ),
                    ("name_encrypted", models.TextField()),
                    ("email_encrypted", models.TextField(blank=True)),
                    ("phone_encrypted", models.TextField(blank=True)),
                    (
                        "complaint",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="complainant",
                            to="supervision.complaint",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "投诉人",
                    "verbose_name_plural": "投诉人",
                },
            ),
            migrations.CreateModel(
                name="ComplaintStatement",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("asked", "待服务站说明"),
                                ("given", "已说明"),
                                ("closed", "核查已结束，不再需要"),
                            ],
                            default="asked",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    ("question", models.TextField(max_length=3000, verbose_name="需要说明的情况")),
                    ("asked_at", models.DateTimeField(verbose_name="要求时间")),
                    ("due_at", models.DateTimeField(help_text="由核查人指定之日的24时", verbose_name="说明期限")),
                    ("text", models.TextField(blank=True, max_length=5000, verbose_name="情况说明")),
                    ("given_at", models.DateTimeField(blank=True, null=True, verbose_name="说明时间")),
                    (
                        "asked_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="要求人",
                        ),
                    ),
                    (
                        "complaint",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="statements",
                            to="supervision.complaint",
                        ),
                    ),
                    (
                        "files",
                        models.ManyToManyField(
                            blank=True, related_name="+", to="ledger.storedfile", verbose_name="说明材料"
                        ),
                    ),
                    (
                        "given_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="说明人",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "情况说明",
                    "verbose_name_plural": "情况说明",
                    "ordering": ["-asked_at", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["asked", "given", "closed"])),
                            name="complaint_statement_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "given"), _negated=True),
                                models.Q(
                                    models.Q(("text", ""), _negated=True),
                                    ("given_at__isnull", False),
                                    ("given_by__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="a_given_complaint_statement_has_its_text_and_author",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Departure",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[("give_up", "自愿放弃称号"), ("entity_terminated", "主体资格终止")],
                            max_length=20,
                            verbose_name="原因",
                        ),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("asked", "待确认"),
                                ("confirmed", "已确认，称号终止"),
                                ("refused", "不予确认"),
                                ("withdrawn", "已撤回"),
                            ],
                            default="asked",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    ("reason", models.TextField(max_length=2000, verbose_name="说明")),
                    ("asked_at", models.DateTimeField(verbose_name="提出时间")),
                    ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="办理时间")),
                    ("document_number", models.CharField(blank=True, max_length=60, verbose_name="发文字号")),
                    ("answer", models.TextField(blank=True, max_length=1000, verbose_name="不予确认的理由")),
                    (
                        "asked_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "decided_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "statement",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="ledger.storedfile",
                            verbose_name="声明或者证明文件",
                        ),
                    ),
                    (
                        "title",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="departures",
                            to="stations.title",
                            verbose_name="称号",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "称号退出",
                    "verbose_name_plural": "称号退出",
                    "ordering": ["-asked_at", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["asked", "confirmed", "refused", "withdrawn"])),
                            name="departure_state_known",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("state", "asked")),
                            fields=("title",),
                            name="one_open_departure_per_title",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("decided_by__isnull", True),
                                models.Q(("decided_by", models.F("asked_by")), _negated=True),
                                _connector="OR",
                            ),
                            name="who_asked_for_a_departure_does_not_decide_it",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "confirmed"), _negated=True),
                                models.Q(
                                    ("decided_by__isnull", False), models.Q(("document_number", ""), _negated=True)
                                ),
                                _connector="OR",
                            ),
                            name="a_confirmed_departure_has_its_decision",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="InspectionPlan",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("name", models.CharField(max_length=100, verbose_name="计划名称")),
                    ("measure", models.CharField(max_length=30, verbose_name="办法")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("draft", "起草中"),
                                ("drawn", "已抽取，检查中"),
                                ("closed", "已结束"),
                                ("dropped", "已作废"),
                            ],
                            default="draft",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    ("starts_on", models.DateField(verbose_name="检查开始日期")),
                    ("ends_on", models.DateField(verbose_name="检查结束日期")),
                    ("stations_count", models.PositiveSmallIntegerField(verbose_name="抽取服务站数量")),
                    ("inspectors_each", models.PositiveSmallIntegerField(default=2, verbose_name="每站检查人员数量")),
                    ("pools", models.JSONField(blank=True, default=dict, verbose_name="抽取名单")),
                    ("pools_sha256", models.CharField(blank=True, max_length=64, verbose_name="名单校验值")),
                    ("seed", models.CharField(blank=True, max_length=64, verbose_name="随机种子")),
                    ("algorithm", models.CharField(blank=True, max_length=20, verbose_name="抽取算法")),
                    ("drawn_at", models.DateTimeField(blank=True, null=True, verbose_name="抽取时间")),
                    (
                        "created_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="起草人",
                        ),
                    ),
                    (
                        "district",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="stations.district",
                            verbose_name="区",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "监督检查计划",
                    "verbose_name_plural": "监督检查计划",
                    "ordering": ["-starts_on", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["draft", "drawn", "closed", "dropped"])),
                            name="inspection_plan_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                            name="an_inspection_plan_ends_after_it_starts",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("inspectors_each__gte", 2)),
                            name="two_inspectors_or_more_go_to_a_station",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("stations_count__gte", 1)), name="an_inspection_plan_draws_a_station"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("drawn_at__isnull", True), ("seed", ""), ("state__in", ["draft", "dropped"])),
                                models.Q(
                                    models.Q(("seed", ""), _negated=True),
                                    models.Q(("pools_sha256", ""), _negated=True),
                                    models.Q(("algorithm", ""), _negated=True),
                                    ("drawn_at__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="a_drawn_inspection_plan_keeps_its_seed",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Inspection",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("position", models.PositiveSmallIntegerField(verbose_name="抽取次序")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("assigned", "待检查"),
                                ("in_progress", "检查中"),
                                ("recorded", "已形成检查记录"),
                                ("followed_up", "已提出整改"),
                                ("closed", "已办结"),
                                ("cancelled", "已取消"),
                            ],
                            default="assigned",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    ("absent", models.JSONField(blank=True, default=list, verbose_name="因故不能参加的人员")),
                    ("due_at", models.DateTimeField(help_text="该时刻起为逾期", verbose_name="检查期限")),
                    ("begun_at", models.DateTimeField(blank=True, null=True, verbose_name="开始检查时间")),
                    ("recorded_at", models.DateTimeField(blank=True, null=True, verbose_name="形成记录时间")),
                    ("summary", models.TextField(blank=True, max_length=2000, verbose_name="检查小结")),
                    ("representative", models.CharField(blank=True, max_length=40, verbose_name="服务站在场人员")),
                    ("statement", models.TextField(blank=True, max_length=2000, verbose_name="服务站意见")),
                    ("record_sha256", models.CharField(blank=True, max_length=64, verbose_name="记录校验值")),
                    (
                        "inspectors",
                        models.ManyToManyField(
                            related_name="inspections", to=settings.AUTH_USER_MODEL, verbose_name="检查人员"
                        ),
                    ),
                    (
                        "title",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="inspections",
                            to="stations.title",
                            verbose_name="称号",
                        ),
                    ),
                    (
                        "plan",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="inspections",
                            to="supervision.inspectionplan",
                            verbose_name="检查计划",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "监督检查",
                    "verbose_name_plural": "监督检查",
                    "ordering": ["-plan", "position"],
                    "indexes": [
                        models.Index(
                            condition=models.Q(("state__in", ["assigned", "in_progress"])),
                            fields=["due_at"],
                            name="inspections_to_be_made",
                        )
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "state__in",
                                    ["assigned", "in_progress", "recorded", "followed_up", "closed", "cancelled"],
                                )
                            ),
                            name="inspection_state_known",
                        ),
                        models.UniqueConstraint(fields=("plan", "title"), name="a_station_is_drawn_once_in_a_plan"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ["closed", "followed_up", "recorded"]), _negated=True),
                                models.Q(
                                    ("recorded_at__isnull", False),
                                    models.Q(("representative", ""), _negated=True),
                                    models.Q(("statement", ""), _negated=True),
                                    models.Q(("record_sha256", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="a_recorded_inspection_has_its_statement_and_hash",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="InspectionFinding",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("indicator", models.CharField(help_text="办法附件的指标代码", max_length=20, verbose_name="指标")),
                    ("name", models.CharField(max_length=100, verbose_name="指标名称")),
                    (
                        "verdict",
                        models.CharField(
                            choices=[("conforms", "符合"), ("does_not_conform", "不符合"), ("not_checked", "未检查")],
                            default="not_checked",
                            max_length=20,
                            verbose_name="检查结论",
                        ),
                    ),
                    ("text", models.TextField(blank=True, max_length=1000, verbose_name="检查情况")),
                    ("version", models.PositiveIntegerField(default=0, help_text="每次保存加一，用来发现两人同时修改")),
                    (
                        "inspection",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="findings",
                            to="supervision.inspection",
                        ),
                    ),
                    (
                        "photos",
                        models.ManyToManyField(
                            blank=True, related_name="+", to="ledger.storedfile", verbose_name="照片"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "检查发现",
                    "verbose_name_plural": "检查发现",
                    "ordering": ["indicator"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("verdict__in", ["conforms", "does_not_conform", "not_checked"])),
                            name="inspection_verdict_known",
                        ),
                        models.UniqueConstraint(
                            fields=("inspection", "indicator"), name="one_finding_per_indicator_and_inspection"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="RevocationCase",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("opened", "已立案，待告知"),
                                ("notified", "已告知，待陈述申辩"),
                                ("heard", "已听取陈述申辩"),
                                ("lapsed", "期满未陈述申辩"),
                                ("proposed", "待审批"),
                                ("approved", "已批准，待送达决定"),
                                ("served", "决定已送达，待执行"),
                                ("executed", "已执行"),
                                ("dropped", "已终结，不撤销"),
                            ],
                            default="opened",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    ("grounds", models.JSONField(help_text="办法第十八条各项的代码", verbose_name="撤销情形")),
                    ("facts", models.TextField(max_length=5000, verbose_name="认定的事实")),
                    ("opened_at", models.DateTimeField(verbose_name="立案时间")),
                    (
                        "statement_days",
                        models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="陈述申辩期限（日）"),
                    ),
                    ("statement_due_at", models.DateTimeField(blank=True, null=True, verbose_name="陈述申辩截止")),
                    (
                        "deadline",
                        models.JSONField(blank=True, encoder=django.core.serializers.json.DjangoJSONEncoder, null=True),
                    ),
                    ("proposal", models.TextField(blank=True, max_length=5000, verbose_name="拟办意见")),
                    ("proposed_at", models.DateTimeField(blank=True, null=True, verbose_name="拟办时间")),
                    ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="批准时间")),
                    ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="办结时间")),
                    ("drop_reason", models.TextField(blank=True, verbose_name="终结理由")),
                    (
                        "approved_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "evidence",
                        models.ManyToManyField(
                            blank=True, related_name="+", to="ledger.storedfile", verbose_name="证据材料"
                        ),
                    ),
                    (
                        "opened_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="立案人",
                        ),
                    ),
                    (
                        "proposed_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "title",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="revocation_cases",
                            to="stations.title",
                            verbose_name="称号",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "撤销案件",
                    "verbose_name_plural": "撤销案件",
                    "ordering": ["-opened_at", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "state__in",
                                    [
                                        "opened",
                                        "notified",
                                        "heard",
                                        "lapsed",
                                        "proposed",
                                        "approved",
                                        "served",
                                        "executed",
                                        "dropped",
                                    ],
                                )
                            ),
                            name="revocation_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("grounds", []), _negated=True), name="a_revocation_case_has_a_ground"
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(
                                (
                                    "state__in",
                                    ("opened", "notified", "heard", "lapsed", "proposed", "approved", "served"),
                                )
                            ),
                            fields=("title",),
                            name="one_running_revocation_case_per_title",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("approved_by__isnull", True),
                                models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                                _connector="OR",
                            ),
                            name="who_proposed_a_revocation_does_not_approve_it",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ["approved", "served", "executed"]), _negated=True),
                                models.Q(("approved_by__isnull", False), ("proposed_by__isnull", False)),
                                _connector="OR",
                            ),
                            name="a_decided_revocation_was_proposed_and_approved",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["opened", "dropped"]),
                                ("statement_due_at__isnull", False),
                                _connector="OR",
                            ),
                            name="a_notified_revocation_has_its_reply_period",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="CasePaper",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[("notice", "撤销称号告知书"), ("decision", "撤销称号决定书")],
                            max_length=10,
                            verbose_name="文书",
                        ),
                    ),
                    ("document_number", models.CharField(max_length=60, verbose_name="发文字号")),
                    ("drawn_at", models.DateTimeField(verbose_name="制作时间")),
                    (
                        "served_how",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("in_person", "直接送达"),
                                ("left", "留置送达"),
                                ("post", "邮寄送达"),
                                ("electronic", "电子送达（经同意）"),
                                ("public", "公告送达"),
                            ],
                            max_length=20,
                            verbose_name="送达方式",
                        ),
                    ),
                    ("served_at", models.DateTimeField(blank=True, null=True, verbose_name="送达时间")),
                    ("served_to", models.CharField(blank=True, max_length=80, verbose_name="签收人")),
                    (
                        "pdf",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.storedfile"
                        ),
                    ),
                    (
                        "proof",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="ledger.storedfile",
                        ),
                    ),
                    (
                        "served_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "case",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="papers",
                            to="supervision.revocationcase",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "撤销文书",
                    "verbose_name_plural": "撤销文书",
                    "ordering": ["id"],
                    "constraints": [
                        models.UniqueConstraint(fields=("case", "kind"), name="a_case_has_one_notice_and_one_decision"),
                        models.UniqueConstraint(fields=("document_number",), name="a_case_papers_number_is_used_once"),
                        models.CheckConstraint(
                            condition=models.Q(("document_number", ""), _negated=True), name="a_case_paper_has_a_number"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("served_at__isnull", True), ("served_by__isnull", True), ("served_how", "")),
                                models.Q(
                                    ("served_at__isnull", False),
                                    ("served_by__isnull", False),
                                    models.Q(("served_how", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="service_says_how_when_and_by_whom",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SelfAssessment",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("due", "待报送"),
                                ("draft", "填报中"),
                                ("filed", "按期报送"),
                                ("filed_late", "逾期报送"),
                                ("missing", "到期未报送"),
                                ("returned", "退回补充"),
                                ("reviewed", "已审阅"),
                            ],
                            default="due",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    (
                        "timeliness",
                        models.CharField(
                            blank=True,
                            choices=[("", "未到期"), ("in_time", "按期"), ("late", "逾期"), ("missing", "未报送")],
                            default="",
                            max_length=10,
                            verbose_name="报送情况",
                        ),
                    ),
                    ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="开放时间")),
                    ("due_at", models.DateTimeField(help_text="该时刻起为逾期", verbose_name="报送期限")),
                    ("deadline", models.JSONField(blank=True, default=dict, verbose_name="期限的计算")),
                    (
                        "filed_at",
                        models.DateTimeField(
                            blank=True, help_text="第一次报送的时间", null=True, verbose_name="报送时间"
                        ),
                    ),
                    ("returned", models.JSONField(blank=True, default=dict, verbose_name="退回事项")),
                    ("return_due_at", models.DateTimeField(blank=True, null=True, verbose_name="补充期限")),
                    ("feedback", models.TextField(blank=True, verbose_name="审阅意见")),
                    ("reviewed_at", models.DateTimeField(blank=True, null=True, verbose_name="审阅时间")),
                    ("entered_at", models.DateTimeField(blank=True, null=True, verbose_name="列入评价的时间")),
                    (
                        "report",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="ledger.storedfile",
                            verbose_name="本单位的评估报告",
                        ),
                    ),
                    (
                        "title",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="self_assessments",
                            to="stations.title",
                            verbose_name="称号",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "年度自评",
                    "verbose_name_plural": "年度自评",
                    "ordering": ["-year", "id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "state__in",
                                    ["due", "draft", "filed", "filed_late", "missing", "returned", "reviewed"],
                                )
                            ),
                            name="self_assessment_state_known",
                        ),
                        models.UniqueConstraint(
                            fields=("title", "year"), name="one_self_assessment_per_title_and_year"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ["filed", "filed_late", "returned", "reviewed"]), _negated=True),
                                ("filed_at__isnull", False),
                                _connector="OR",
                            ),
                            name="a_filed_self_assessment_has_its_instant",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "returned"), _negated=True),
                                ("return_due_at__isnull", False),
                                _connector="OR",
                            ),
                            name="a_returned_self_assessment_has_a_date",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("entered_at__isnull", False), ("state", "returned"), _negated=True),
                            name="a_self_assessment_under_evaluation_is_not_returned",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ImprovementPlan",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[("open", "整改中"), ("done", "整改完成")],
                            default="open",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    (
                        "source",
                        models.CharField(
                            choices=[
                                ("self_assessment", "年度自评审核"),
                                ("round", "评价结果"),
                                ("inspection", "监督检查"),
                                ("complaint", "投诉核查"),
                            ],
                            max_length=20,
                            verbose_name="来源",
                        ),
                    ),
                    ("source_text", models.CharField(max_length=200, verbose_name="来源说明")),
                    ("round_number", models.PositiveBigIntegerField(blank=True, null=True, verbose_name="评价编号")),
                    ("note", models.TextField(blank=True, max_length=2000, verbose_name="总体要求")),
                    ("issued_at", models.DateTimeField(verbose_name="提出时间")),
                    (
                        "complaint",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="improvements",
                            to="supervision.complaint",
                            verbose_name="投诉",
                        ),
                    ),
                    (
                        "issued_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="提出人",
                        ),
                    ),
                    (
                        "station",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="improvements",
                            to="stations.station",
                            verbose_name="服务站",
                        ),
                    ),
                    (
                        "inspection",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="improvements",
                            to="supervision.inspection",
                            verbose_name="监督检查",
                        ),
                    ),
                    (
                        "self_assessment",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="improvements",
                            to="supervision.selfassessment",
                            verbose_name="年度自评",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "整改",
                    "verbose_name_plural": "整改",
                    "ordering": ["-issued_at", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["open", "done"])), name="improvement_state_known"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("complaint__isnull", True),
                                    ("inspection__isnull", False),
                                    ("round_number__isnull", True),
                                    ("self_assessment__isnull", True),
                                    ("source", "inspection"),
                                ),
                                models.Q(
                                    ("complaint__isnull", True),
                                    ("inspection__isnull", True),
                                    ("round_number__isnull", True),
                                    ("self_assessment__isnull", False),
                                    ("source", "self_assessment"),
                                ),
                                models.Q(
                                    ("complaint__isnull", False),
                                    ("inspection__isnull", True),
                                    ("round_number__isnull", True),
                                    ("self_assessment__isnull", True),
                                    ("source", "complaint"),
                                ),
                                models.Q(
                                    ("complaint__isnull", True),
                                    ("inspection__isnull", True),
                                    ("round_number__isnull", False),
                                    ("self_assessment__isnull", True),
                                    ("source", "round"),
                                ),
                                _connector="OR",
                            ),
                            name="an_improvement_plan_has_the_source_it_names",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ImprovementItem",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("position", models.PositiveSmallIntegerField(verbose_name="序号")),
                    ("indicator", models.CharField(blank=True, max_length=20, verbose_name="指标")),
                    ("what", models.TextField(max_length=1000, verbose_name="整改要求")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("open", "待整改"),
                                ("submitted", "已报送，待验收"),
                                ("returned", "退回重改"),
                                ("accepted", "已验收"),
                                ("withdrawn", "已撤回"),
                            ],
                            default="open",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    ("due_at", models.DateTimeField(help_text="该时刻起为逾期", verbose_name="整改期限")),
                    ("deadline", models.JSONField(blank=True, default=dict, verbose_name="期限算法")),
                    ("report", models.TextField(blank=True, max_length=2000, verbose_name="整改情况")),
                    ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="报送时间")),
                    ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="验收时间")),
                    ("answer", models.TextField(blank=True, max_length=1000, verbose_name="验收意见")),
                    (
                        "evidence",
                        models.ManyToManyField(
                            blank=True, related_name="+", to="ledger.storedfile", verbose_name="证明材料"
                        ),
                    ),
                    (
                        "plan",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="items",
                            to="supervision.improvementplan",
                            verbose_name="整改",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "整改事项",
                    "verbose_name_plural": "整改事项",
                    "ordering": ["plan", "position"],
                    "indexes": [
                        models.Index(
                            condition=models.Q(("state__in", ["open", "returned"])),
                            fields=["due_at"],
                            name="improvement_items_owed",
                        )
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["open", "submitted", "returned", "accepted", "withdrawn"])
                            ),
                            name="improvement_item_state_known",
                        ),
                        models.UniqueConstraint(
                            fields=("plan", "position"), name="improvement_items_are_numbered_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ["submitted", "accepted"]), _negated=True),
                                models.Q(("submitted_at__isnull", False), models.Q(("report", ""), _negated=True)),
                                _connector="OR",
                            ),
                            name="a_submitted_improvement_says_what_was_done",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SelfAssessmentFigure",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("threshold", models.CharField(max_length=40, verbose_name="数据")),
                    ("value", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="数值")),
                    ("entered_at", models.DateTimeField()),
                    (
                        "assessment",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="typed_figures",
                            to="supervision.selfassessment",
                        ),
                    ),
                    (
                        "entered_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "verbose_name": "自评数据",
                    "verbose_name_plural": "自评数据",
                    "ordering": ["id"],
                    "constraints": [
                        models.UniqueConstraint(fields=("assessment", "threshold"), name="one_figure_per_threshold"),
                        models.CheckConstraint(condition=models.Q(("value__gte", 0)), name="a_figure_is_not_negative"),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SelfAssessmentItem",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("indicator", models.CharField(max_length=20, verbose_name="指标")),
                    (
                        "own_score",
                        models.DecimalField(
                            blank=True, decimal_places=1, max_digits=4, null=True, verbose_name="自评分"
                        ),
                    ),
                    ("max_points", models.DecimalField(decimal_places=1, max_digits=4, verbose_name="满分")),
                    ("narrative", models.TextField(blank=True, verbose_name="自评说明")),
                    ("version", models.PositiveIntegerField(default=0)),
                    ("saved_at", models.DateTimeField(null=True)),
                    (
                        "assessment",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="items",
                            to="supervision.selfassessment",
                        ),
                    ),
                    (
                        "saved_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "verbose_name": "自评事项",
                    "verbose_name_plural": "自评事项",
                    "ordering": ["id"],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("assessment", "indicator"), name="one_item_per_self_assessment_and_indicator"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("own_score__isnull", True),
                                models.Q(("own_score__gte", Decimal(0)), ("own_score__lte", models.F("max_points"))),
                                _connector="OR",
                            ),
                            name="an_own_score_is_within_its_indicator",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SelfAssessmentEvidence",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("added_at", models.DateTimeField()),
                    (
                        "added_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "file",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.storedfile"
                        ),
                    ),
                    (
                        "item",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="evidence",
                            to="supervision.selfassessmentitem",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "证明材料",
                    "verbose_name_plural": "证明材料",
                    "ordering": ["id"],
                },
            ),
            migrations.CreateModel(
                name="SelfAssessmentReminder",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("stage", models.CharField(max_length=10, verbose_name="提醒")),
                    ("at", models.DateTimeField(verbose_name="提醒时间")),
                    ("recipients", models.PositiveIntegerField(verbose_name="人数")),
                    (
                        "assessment",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="reminders",
                            to="supervision.selfassessment",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "自评提醒",
                    "verbose_name_plural": "自评提醒",
                    "ordering": ["at", "id"],
                    "constraints": [
                        models.UniqueConstraint(fields=("assessment", "stage"), name="each_reminder_goes_out_once")
                    ],
                },
            ),
            migrations.CreateModel(
                name="SelfAssessmentVersion",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("number", models.PositiveSmallIntegerField(verbose_name="版次")),
                    ("filed_at", models.DateTimeField(verbose_name="报送时间")),
                    ("snapshot", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                    ("sha256", models.CharField(max_length=64)),
                    (
                        "assessment",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="versions",
                            to="supervision.selfassessment",
                        ),
                    ),
                    (
                        "filed_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                ],
                options={
                    "verbose_name": "自评报送版本",
                    "verbose_name_plural": "自评报送版本",
                    "ordering": ["assessment", "number"],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("assessment", "number"), name="a_filed_version_has_its_own_number"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Statement",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("text", models.TextField(max_length=5000, verbose_name="陈述申辩")),
                    ("made_at", models.DateTimeField(verbose_name="提交时间")),
                    ("by_staff", models.BooleanField(verbose_name="由工作人员记录")),
                    ("late", models.BooleanField(verbose_name="期满后提交")),
                    (
                        "case",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="statements",
                            to="supervision.revocationcase",
                        ),
                    ),
                    (
                        "files",
                        models.ManyToManyField(
                            blank=True, related_name="+", to="ledger.storedfile", verbose_name="附件"
                        ),
                    ),
                    (
                        "made_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                ],
                options={
                    "verbose_name": "陈述申辩",
                    "verbose_name_plural": "陈述申辩",
                    "ordering": ["made_at", "id"],
                },
            ),
            migrations.CreateModel(
                name="Classification",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "basis",
                        models.CharField(
                            choices=[("round", "评价结果"), ("inspection", "监督检查"), ("other", "其他")],
                            max_length=20,
                            verbose_name="依据",
                        ),
                    ),
                    ("basis_text", models.CharField(max_length=200, verbose_name="依据的文件或者事项")),
                    ("reason", models.CharField(max_length=1000, verbose_name="理由")),
                    ("decided_at", models.DateTimeField(verbose_name="确定时间")),
                    (
                        "decided_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="确定人",
                        ),
                    ),
                    (
                        "station",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="classifications",
                            to="stations.station",
                            verbose_name="服务站",
                        ),
                    ),
                    (
                        "station_class",
                        models.ForeignKey(
                            blank=True,
                            help_text="没有类别，即取消分类",
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="classifications",
                            to="supervision.stationclass",
                            verbose_name="类别",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "分类分级",
                    "verbose_name_plural": "分类分级",
                    "ordering": ["-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("basis__in", ["round", "inspection", "other"])),
                            name="classification_basis_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("reason", ""), _negated=True), models.Q(("basis_text", ""), _negated=True)
                            ),
                            name="a_classification_has_basis_and_reason",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SuspicionSetAside",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("kind", models.CharField(max_length=30)),
                    ("facts", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                    ("fingerprint", models.CharField(max_length=64)),
                    ("reason", models.TextField(max_length=1000, verbose_name="理由")),
                    ("made_at", models.DateTimeField()),
                    (
                        "made_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "title",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stations.title"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "已搁置的疑点",
                    "verbose_name_plural": "已搁置的疑点",
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("title", "kind", "fingerprint"),
                            name="a_suspicion_is_set_aside_once_for_the_same_facts",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="YearPlan",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("measure", models.CharField(max_length=30, verbose_name="办法")),
                    ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                    (
                        "state",
                        models.CharField(
                            choices=[("draft", "起草中"), ("in_force", "执行中")],
                            default="draft",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    (
                        "self_assessment_opens_on",
                        models.DateField(
                            blank=True,
                            help_text="从这一天零时起可以填报，各站会收到通知。",
                            null=True,
                            verbose_name="年度自评开放日期",
                        ),
                    ),
                    (
                        "self_assessment_opened_at",
                        models.DateTimeField(blank=True, editable=False, null=True, verbose_name="年度自评已开放"),
                    ),
                    ("settings", models.JSONField(blank=True, default=dict, verbose_name="市局设定")),
                ],
                options={
                    "verbose_name": "年度监督安排",
                    "verbose_name_plural": "年度监督安排",
                    "ordering": ["-year", "id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["draft", "in_force"])), name="year_plan_state_known"
                        ),
                        models.UniqueConstraint(fields=("measure", "year"), name="one_plan_per_measure_and_year"),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state", "draft"), ("self_assessment_opens_on__isnull", False), _connector="OR"
                            ),
                            name="a_plan_in_force_says_when_self_assessment_opens",
                        ),
                    ],
                },
            ),
        ),
    ]
