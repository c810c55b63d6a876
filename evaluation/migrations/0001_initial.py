import uuid

import django.contrib.postgres.fields
import django.core.serializers.json
import django.db.models.constraints
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from ledger.tables import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("ledger", "0001_initial"),
        ("stations", "0001_initial"),
        ("supervision", "0001_initial"),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="Institution",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("name", models.CharField(max_length=100, unique=True, verbose_name="机构名称")),
                    ("credit_code", models.CharField(max_length=18, unique=True, verbose_name="统一社会信用代码")),
                    ("qualification", models.TextField(max_length=1000, verbose_name="资质条件")),
                    (
                        "managers",
                        models.ManyToManyField(blank=True, related_name="institutions", to=settings.AUTH_USER_MODEL),
                    ),
                ],
                options={
                    "verbose_name": "第三方机构",
                    "verbose_name_plural": "第三方机构",
                    "ordering": ["id"],
                },
            ),
            migrations.CreateModel(
                name="Expert",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("employer", models.CharField(max_length=100, verbose_name="工作单位")),
                    ("employer_code", models.CharField(blank=True, max_length=18, verbose_name="单位统一社会信用代码")),
                    ("position", models.CharField(blank=True, max_length=60, verbose_name="职务职称")),
                    (
                        "fields",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(max_length=40), default=list, size=None, verbose_name="专业领域"
                        ),
                    ),
                    ("load_cap", models.PositiveSmallIntegerField(default=20, verbose_name="每轮最多评分表数")),
                    ("active", models.BooleanField(default=True, verbose_name="在库")),
                    (
                        "user",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="expert",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "institution",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="experts",
                            to="evaluation.institution",
                            verbose_name="所属机构",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "专家",
                    "verbose_name_plural": "专家",
                    "ordering": ["id"],
                },
            ),
            migrations.CreateModel(
                name="ExpertEmployment",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("organisation", models.CharField(max_length=100, verbose_name="单位名称")),
                    ("credit_code", models.CharField(blank=True, max_length=18, verbose_name="统一社会信用代码")),
                    ("from_date", models.DateField(verbose_name="起")),
                    ("to_date", models.DateField(blank=True, null=True, verbose_name="止")),
                    (
                        "expert",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="employments",
                            to="evaluation.expert",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "专家任职经历",
                    "verbose_name_plural": "专家任职经历",
                    "ordering": ["-from_date"],
                },
            ),
            migrations.CreateModel(
                name="Round",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("measure", models.CharField(max_length=30, verbose_name="办法")),
                    ("measure_version", models.CharField(blank=True, max_length=64, verbose_name="办法版本")),
                    ("calendar_version", models.CharField(blank=True, max_length=40, verbose_name="日历版本")),
                    ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                    ("name", models.CharField(max_length=100, verbose_name="名称")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("draft", "起草中"),
                                ("published", "已发布，待开放"),
                                ("open", "申报中"),
                                ("intake_closed", "申报截止，受理中"),
                                ("reviewing", "评审中"),
                                ("ranked", "已排名"),
                                ("in_notice", "公示中"),
                                ("concluded", "已结束"),
                                ("cancelled", "已取消"),
                            ],
                            default="draft",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    ("opens_at", models.DateTimeField(verbose_name="申报开始")),
                    ("closes_at", models.DateTimeField(help_text="该时刻起不再接收申报", verbose_name="申报截止")),
                    ("requirements", models.TextField(blank=True, verbose_name="申报和评价要求")),
                    ("contact", models.CharField(blank=True, max_length=200, verbose_name="咨询方式")),
                    (
                        "pass_mark",
                        models.DecimalField(
                            blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="合格分数线"
                        ),
                    ),
                    (
                        "step",
                        models.DecimalField(
                            blank=True, decimal_places=2, max_digits=3, null=True, verbose_name="评分步长"
                        ),
                    ),
                    (
                        "min_sheets",
                        models.PositiveSmallIntegerField(
                            blank=True, null=True, verbose_name="每个参评对象最少评分表数"
                        ),
                    ),
                    (
                        "aggregation",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("mean", "算术平均"),
                                ("trimmed_mean", "去掉最高最低后平均"),
                                ("median", "中位数"),
                            ],
                            max_length=20,
                            verbose_name="汇总方法",
                        ),
                    ),
                    (
                        "spread_threshold",
                        models.DecimalField(
                            blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="分差提示线"
                        ),
                    ),
                    (
                        "tie_order",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(max_length=30),
                            blank=True,
                            default=list,
                            size=None,
                            verbose_name="同分排序依据",
                        ),
                    ),
                    (
                        "day_rule",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("calendar", "自然日"),
                                ("calendar_roll", "自然日，末日逢休息日顺延"),
                                ("working_days", "工作日"),
                            ],
                            max_length=20,
                            verbose_name="公示期计算方法",
                        ),
                    ),
                    ("scores_published", models.BooleanField(blank=True, null=True, verbose_name="公示得分")),
                    (
                        "return_limit",
                        models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="补正次数上限"),
                    ),
                    (
                        "return_days",
                        models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="补正期限（工作日）"),
                    ),
                    ("more_settings", models.JSONField(blank=True, default=dict, verbose_name="其他设定")),
                    ("published_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "chair",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="评审组长",
                        ),
                    ),
                    (
                        "created_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                ],
                options={
                    "verbose_name": "评价",
                    "verbose_name_plural": "评价",
                    "ordering": ["-year", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "state__in",
                                    [
                                        "draft",
                                        "published",
                                        "open",
                                        "intake_closed",
                                        "reviewing",
                                        "ranked",
                                        "in_notice",
                                        "concluded",
                                        "cancelled",
                                    ],
                                )
                            ),
                            name="round_state_known",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("state__in", ["cancelled", "concluded"]), _negated=True),
                            fields=("measure", "year"),
                            name="one_running_round_per_measure_and_year",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("closes_at__gt", models.F("opens_at"))),
                            name="a_round_opens_before_it_closes",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["draft", "cancelled"]),
                                models.Q(
                                    ("min_sheets__isnull", False),
                                    ("pass_mark__isnull", False),
                                    ("published_at__isnull", False),
                                    ("return_days__isnull", False),
                                    ("return_limit__isnull", False),
                                    ("scores_published__isnull", False),
                                    ("spread_threshold__isnull", False),
                                    ("step__isnull", False),
                                    models.Q(("aggregation", ""), _negated=True),
                                    models.Q(("day_rule", ""), _negated=True),
                                    models.Q(("measure_version", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="a_published_round_has_all_its_settings",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("step__isnull", True), ("step__gt", 0), _connector="OR"),
                            name="a_step_is_above_zero",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("pass_mark__isnull", True),
                                models.Q(("pass_mark__gte", 0), ("pass_mark__lte", 100)),
                                _connector="OR",
                            ),
                            name="a_pass_mark_is_within_the_rubric",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Ranking",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("number", models.PositiveSmallIntegerField(verbose_name="版次")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("tied", "并列待集体决定"),
                                ("ready", "待确认"),
                                ("confirmed", "已确认"),
                                ("superseded", "已作废"),
                            ],
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    ("computed_at", models.DateTimeField(verbose_name="计算时间")),
                    ("settings", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                    ("ties", models.JSONField(default=list)),
                    ("inputs_sha256", models.CharField(help_text="所依据的全部已锁定评分表的摘要", max_length=64)),
                    ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "round",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="rankings", to="evaluation.round"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "排名",
                    "verbose_name_plural": "排名",
                    "ordering": ["-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["tied", "ready", "confirmed", "superseded"])),
                            name="ranking_state_known",
                        ),
                        models.UniqueConstraint(fields=("round", "number"), name="a_ranking_has_its_own_number"),
                        models.UniqueConstraint(
                            condition=models.Q(("state", "confirmed")),
                            fields=("round",),
                            name="one_confirmed_ranking_per_round",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Application",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("draft", "填报中"),
                                ("submitted", "待受理"),
                                ("returned", "补正中"),
                                ("accepted", "已受理"),
                                ("entered", "已参评"),
                                ("not_accepted", "不予受理"),
                                ("lapsed", "逾期失效"),
                                ("withdrawn", "已撤回"),
                            ],
                            default="draft",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    (
                        "number",
                        models.CharField(blank=True, max_length=30, null=True, unique=True, verbose_name="申报编号"),
                    ),
                    ("statement", models.TextField(blank=True, max_length=2000, verbose_name="申报理由")),
                    ("systems", models.TextField(blank=True, max_length=2000, verbose_name="管理制度和服务流程")),
                    ("finance", models.TextField(blank=True, max_length=1000, verbose_name="财务状况")),
                    ("credit_checked_on", models.DateField(blank=True, null=True, verbose_name="信用查询日期")),
                    ("not_dishonest", models.BooleanField(default=False, verbose_name="不属于严重失信主体")),
                    ("place", models.TextField(blank=True, max_length=2000, verbose_name="场所、设施和设备")),
                    ("recognition", models.TextField(blank=True, max_length=2000, verbose_name="成功经验和认可情况")),
                    (
                        "firms_last_year",
                        models.PositiveIntegerField(blank=True, null=True, verbose_name="上一年度服务企业数"),
                    ),
                    (
                        "firms_year_before",
                        models.PositiveIntegerField(blank=True, null=True, verbose_name="前一年度服务企业数"),
                    ),
                    ("growth_note", models.TextField(blank=True, max_length=1000, verbose_name="服务企业数变化说明")),
                    ("declared_by", models.CharField(blank=True, max_length=40, verbose_name="声明人")),
                    ("declared", models.BooleanField(default=False, verbose_name="已声明材料真实")),
                    ("version", models.PositiveIntegerField(default=0, help_text="每次保存加一，用来发现两人同时修改")),
                    ("field_versions", models.JSONField(default=dict)),
                    ("created_at", models.DateTimeField()),
                    ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="提交时间")),
                    ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="办理期限")),
                    (
                        "created_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "organisation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="applications",
                            to="stations.organisation",
                        ),
                    ),
                    (
                        "station",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="applications",
                            to="stations.station",
                            verbose_name="服务站",
                        ),
                    ),
                    (
                        "round",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="applications",
                            to="evaluation.round",
                            verbose_name="评价",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "申报",
                    "verbose_name_plural": "申报",
                    "ordering": ["-id"],
                    "indexes": [
                        models.Index(
                            models.Case(
                                models.When(state="submitted", then=models.Value(0)),
                                models.When(state="returned", then=models.Value(1)),
                                default=models.Value(2),
                            ),
                            models.F("due_at"),
                            models.F("id"),
                            condition=models.Q(("submitted_at__isnull", False)),
                            name="applications_by_intake_turn",
                        )
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "state__in",
                                    [
                                        "draft",
                                        "submitted",
                                        "returned",
                                        "accepted",
                                        "entered",
                                        "not_accepted",
                                        "lapsed",
                                        "withdrawn",
                                    ],
                                )
                            ),
                            name="application_state_known",
                        ),
                        models.UniqueConstraint(
                            fields=("round", "station"), name="one_application_per_station_and_round"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state", "draft"),
                                ("state", "lapsed"),
                                models.Q(("number__isnull", False), ("submitted_at__isnull", False)),
                                _connector="OR",
                            ),
                            name="a_submitted_application_has_a_number",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ApplicationVersion",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("number", models.PositiveSmallIntegerField(verbose_name="版次")),
                    ("submitted_at", models.DateTimeField(verbose_name="提交时间")),
                    ("snapshot", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                    ("sha256", models.CharField(max_length=64)),
                    (
                        "application",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="versions",
                            to="evaluation.application",
                        ),
                    ),
                    (
                        "submitted_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                ],
                options={
                    "verbose_name": "申报版本",
                    "verbose_name_plural": "申报版本",
                    "ordering": ["application", "number"],
                    "constraints": [
                        models.UniqueConstraint(fields=("application", "number"), name="a_version_has_its_own_number")
                    ],
                },
            ),
            migrations.CreateModel(
                name="Entry",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "track",
                        models.CharField(
                            choices=[("new", "新建服务站"), ("titled", "已授牌服务站")],
                            max_length=10,
                            verbose_name="组别",
                        ),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("assigned", "待分配专家"),
                                ("scoring", "评分中"),
                                ("scored", "评分完成"),
                                ("ranked", "已排名"),
                                ("proposed", "拟通过"),
                                ("reserve", "候补"),
                                ("failed", "拟不通过"),
                                ("held", "异议核查中"),
                                ("awarded", "已授牌"),
                                ("retained", "保留称号"),
                                ("delisted", "已摘牌"),
                                ("refused", "不予通过"),
                            ],
                            default="assigned",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    ("held_from", models.CharField(blank=True, max_length=20)),
                    (
                        "application",
                        models.OneToOneField(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="entry",
                            to="evaluation.application",
                            verbose_name="申报",
                        ),
                    ),
                    (
                        "dossier",
                        models.OneToOneField(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="entry",
                            to="supervision.selfassessment",
                            verbose_name="自评报告",
                        ),
                    ),
                    (
                        "station",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="entries",
                            to="stations.station",
                            verbose_name="服务站",
                        ),
                    ),
                    (
                        "round",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="entries",
                            to="evaluation.round",
                            verbose_name="评价",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "参评对象",
                    "verbose_name_plural": "参评对象",
                    "ordering": ["id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "state__in",
                                    [
                                        "assigned",
                                        "scoring",
                                        "scored",
                                        "ranked",
                                        "proposed",
                                        "reserve",
                                        "failed",
                                        "held",
                                        "awarded",
                                        "retained",
                                        "delisted",
                                        "refused",
                                    ],
                                )
                            ),
                            name="entry_state_known",
                        ),
                        models.UniqueConstraint(fields=("round", "station"), name="one_entry_per_station_and_round"),
                        models.UniqueConstraint(fields=("id", "track"), name="an_entry_has_one_track"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("application__isnull", False), ("dossier__isnull", True), ("track", "new")),
                                models.Q(
                                    ("application__isnull", True), ("dossier__isnull", False), ("track", "titled")
                                ),
                                _connector="OR",
                            ),
                            name="an_entry_has_the_dossier_of_its_track",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="MaterialFile",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("code", models.CharField(help_text="办法第十四条的材料代码", max_length=30, verbose_name="材料")),
                    ("added_at", models.DateTimeField()),
                    ("removed_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "added_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "application",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="material_files",
                            to="evaluation.application",
                        ),
                    ),
                    (
                        "file",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.storedfile"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "申报材料文件",
                    "verbose_name_plural": "申报材料文件",
                    "ordering": ["id"],
                },
            ),
            migrations.CreateModel(
                name="MaterialVerdict",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("code", models.CharField(max_length=30, verbose_name="材料")),
                    (
                        "verdict",
                        models.CharField(
                            choices=[("complete", "齐全"), ("lacking", "需补正")],
                            max_length=10,
                            verbose_name="审查意见",
                        ),
                    ),
                    ("reason", models.CharField(blank=True, max_length=500, verbose_name="理由")),
                    ("given_at", models.DateTimeField()),
                    (
                        "given_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "version",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="verdicts",
                            to="evaluation.applicationversion",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "材料审查意见",
                    "verbose_name_plural": "材料审查意见",
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("version", "code"), name="one_verdict_per_material_and_version"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("verdict", "complete"), models.Q(("reason", ""), _negated=True), _connector="OR"
                            ),
                            name="a_lacking_material_has_a_reason",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ProjectRow",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("position", models.PositiveSmallIntegerField(verbose_name="序号")),
                    ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                    ("name", models.CharField(max_length=120, verbose_name="项目名称")),
                    ("client", models.CharField(max_length=120, verbose_name="服务对象")),
                    (
                        "kind",
                        models.CharField(help_text="办法第九条的服务种类代码", max_length=40, verbose_name="服务内容"),
                    ),
                    ("outcome", models.CharField(blank=True, max_length=300, verbose_name="成效")),
                    ("recognised_by", models.CharField(blank=True, max_length=120, verbose_name="认可单位")),
                    (
                        "application",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="projects",
                            to="evaluation.application",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "服务项目",
                    "verbose_name_plural": "服务项目",
                    "ordering": ["position"],
                    "constraints": [
                        models.UniqueConstraint(
                            deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                            fields=("application", "position"),
                            name="a_project_has_its_own_line",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="PublicNotice",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[("evaluation", "评价通知"), ("result", "评价结果公示"), ("award", "授牌公告")],
                            max_length=20,
                            verbose_name="类别",
                        ),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[("draft", "起草中"), ("published", "已发布"), ("closed", "公示期满")],
                            default="draft",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    ("serial", models.CharField(max_length=40, unique=True, verbose_name="编号")),
                    (
                        "document_number",
                        models.CharField(
                            blank=True,
                            help_text="由办公室编定，例如 武市监〔2026〕1号",
                            max_length=60,
                            verbose_name="发文字号",
                        ),
                    ),
                    ("title", models.CharField(max_length=200, verbose_name="标题")),
                    ("body", models.TextField(blank=True, verbose_name="正文")),
                    ("content", models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                    ("sha256", models.CharField(blank=True, max_length=64)),
                    ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="发布时间")),
                    ("last_day", models.DateField(blank=True, null=True, verbose_name="公示末日")),
                    ("closes_at", models.DateTimeField(blank=True, null=True, verbose_name="公示截止")),
                    ("day_rule", models.CharField(blank=True, max_length=20)),
                    ("calendar_version", models.CharField(blank=True, max_length=40)),
                    ("counted_days", models.JSONField(default=list)),
                    (
                        "corrects",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="corrections",
                            to="evaluation.publicnotice",
                        ),
                    ),
                    (
                        "pdf",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="ledger.storedfile",
                        ),
                    ),
                    (
                        "published_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "ranking",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="notices",
                            to="evaluation.ranking",
                        ),
                    ),
                    (
                        "round",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="notices",
                            to="evaluation.round",
                            verbose_name="评价",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "公告",
                    "verbose_name_plural": "公告",
                    "ordering": ["-published_at", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["draft", "published", "closed"])),
                            name="notice_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state", "draft"),
                                models.Q(("published_at__isnull", False), models.Q(("sha256", ""), _negated=True)),
                                _connector="OR",
                            ),
                            name="a_published_notice_has_instant_and_hash",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state", "draft"),
                                models.Q(("kind", "result"), _negated=True),
                                ("closes_at__isnull", False),
                                _connector="OR",
                            ),
                            name="a_result_notice_has_a_window",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Objection",
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
                                ("filed", "待处理"),
                                ("accepted", "已受理"),
                                ("not_accepted", "不予受理"),
                                ("investigating", "核查中"),
                                ("upheld", "异议成立，待反馈"),
                                ("rejected", "异议不成立，待反馈"),
                                ("answered", "已反馈"),
                            ],
                            default="filed",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    ("statement", models.TextField(max_length=5000, verbose_name="异议内容")),
                    ("filed_at", models.DateTimeField(verbose_name="提出时间")),
                    ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="核查期限")),
                    (
                        "finding",
                        models.CharField(
                            blank=True,
                            choices=[("upheld", "成立"), ("rejected", "不成立")],
                            max_length=10,
                            verbose_name="核查结论",
                        ),
                    ),
                    ("finding_text", models.TextField(blank=True, max_length=5000, verbose_name="核查情况")),
                    ("answer", models.TextField(blank=True, max_length=5000, verbose_name="反馈内容")),
                    ("answered_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "entry",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="objections",
                            to="evaluation.entry",
                            verbose_name="参评对象",
                        ),
                    ),
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
                        "notice",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="objections",
                            to="evaluation.publicnotice",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "异议",
                    "verbose_name_plural": "异议",
                    "ordering": ["filed_at"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "state__in",
                                    [
                                        "filed",
                                        "accepted",
                                        "not_accepted",
                                        "investigating",
                                        "upheld",
                                        "rejected",
                                        "answered",
                                    ],
                                )
                            ),
                            name="objection_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ["upheld", "rejected", "answered"]), _negated=True),
                                models.Q(("finding", ""), _negated=True),
                                _connector="OR",
                            ),
                            name="a_decided_objection_has_a_finding",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Objector",
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
                        "objection",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="objector",
                            to="evaluation.objection",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "异议人",
                    "verbose_name_plural": "异议人",
                },
            ),
            migrations.CreateModel(
                name="RankingLine",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "track",
                        models.CharField(
                            choices=[("new", "新建服务站"), ("titled", "已授牌服务站")],
                            max_length=10,
                            verbose_name="组别",
                        ),
                    ),
                    ("total", models.DecimalField(decimal_places=2, max_digits=6, verbose_name="总分")),
                    ("dimensions", models.JSONField(help_text='{"代码": "25.10"}', verbose_name="各维度得分")),
                    ("rank", models.PositiveIntegerField(verbose_name="名次")),
                    (
                        "outcome",
                        models.CharField(
                            choices=[
                                ("award", "拟授予称号"),
                                ("reserve", "候补"),
                                ("retain", "拟保留称号"),
                                ("fail", "拟不通过"),
                                ("undecided", "并列待定"),
                            ],
                            max_length=20,
                            verbose_name="建议",
                        ),
                    ),
                    ("tier", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="等次")),
                    ("spread", models.DecimalField(decimal_places=2, max_digits=6, verbose_name="极差")),
                    ("deviation", models.DecimalField(decimal_places=2, max_digits=6, verbose_name="标准差")),
                    ("flagged", models.BooleanField(default=False, verbose_name="分差较大")),
                    (
                        "working",
                        models.JSONField(
                            encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name="计算过程"
                        ),
                    ),
                    (
                        "entry",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="ranking_lines",
                            to="evaluation.entry",
                        ),
                    ),
                    (
                        "ranking",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="evaluation.ranking"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "排名明细",
                    "verbose_name_plural": "排名明细",
                    "ordering": ["rank", "entry"],
                    "indexes": [models.Index(fields=["ranking", "track", "rank", "id"], name="ranking_in_order")],
                    "constraints": [
                        models.UniqueConstraint(fields=("ranking", "entry"), name="an_entry_has_one_place_in_a_ranking")
                    ],
                },
            ),
            migrations.CreateModel(
                name="Recusal",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "source",
                        models.CharField(
                            choices=[("declared", "本人声明"), ("computed", "系统核对"), ("staff", "工作人员指定")],
                            max_length=10,
                            verbose_name="来源",
                        ),
                    ),
                    ("reason", models.CharField(max_length=500, verbose_name="理由")),
                    ("made_at", models.DateTimeField()),
                    (
                        "entry",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="recusals", to="evaluation.entry"
                        ),
                    ),
                    (
                        "expert",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="recusals", to="evaluation.expert"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "回避",
                    "verbose_name_plural": "回避",
                    "constraints": [
                        models.UniqueConstraint(fields=("expert", "entry"), name="one_recusal_per_expert_and_entry")
                    ],
                },
            ),
            migrations.CreateModel(
                name="ReturnRequest",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("items", models.JSONField(verbose_name="补正事项")),
                    ("returned_at", models.DateTimeField()),
                    ("due_at", models.DateTimeField(verbose_name="补正期限")),
                    ("answered_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "returned_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "version",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="return_request",
                            to="evaluation.applicationversion",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "补正通知",
                    "verbose_name_plural": "补正通知",
                },
            ),
            migrations.CreateModel(
                name="Mandate",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("number", models.CharField(max_length=60, verbose_name="委托书编号")),
                    ("valid_from", models.DateField(verbose_name="起始日期")),
                    ("valid_to", models.DateField(verbose_name="终止日期")),
                    (
                        "document",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="ledger.storedfile",
                            verbose_name="委托书",
                        ),
                    ),
                    (
                        "institution",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="mandates",
                            to="evaluation.institution",
                        ),
                    ),
                    (
                        "round",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="mandates", to="evaluation.round"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "委托",
                    "verbose_name_plural": "委托",
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("institution", "round"), name="one_mandate_per_institution_and_round"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("valid_to__gte", models.F("valid_from"))),
                            name="a_mandate_ends_after_it_begins",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Indicator",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("code", models.CharField(max_length=20, verbose_name="编号")),
                    ("dimension", models.CharField(max_length=30, verbose_name="一级指标")),
                    ("name", models.CharField(max_length=60, verbose_name="名称")),
                    ("position", models.PositiveSmallIntegerField()),
                    ("max_points", models.DecimalField(decimal_places=2, max_digits=5, verbose_name="满分")),
                    (
                        "round",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="indicators",
                            to="evaluation.round",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "评价指标",
                    "verbose_name_plural": "评价指标",
                    "ordering": ["round", "position"],
                    "constraints": [
                        models.UniqueConstraint(fields=("round", "code"), name="an_indicator_stands_once_in_a_round"),
                        models.CheckConstraint(
                            condition=models.Q(("max_points__gt", 0)), name="an_indicator_is_worth_something"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Conclusion",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[("proposed", "待审批"), ("executed", "已批准并执行"), ("rejected", "已退回")],
                            default="proposed",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    ("plan", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                    ("plan_sha256", models.CharField(max_length=64)),
                    ("document_number", models.CharField(blank=True, max_length=60, verbose_name="发文字号")),
                    ("proposed_at", models.DateTimeField(verbose_name="拟办时间")),
                    ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="审批时间")),
                    (
                        "decided_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="审批人",
                        ),
                    ),
                    (
                        "proposed_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="拟办人",
                        ),
                    ),
                    (
                        "round",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="conclusions",
                            to="evaluation.round",
                            verbose_name="评价",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "评价结论",
                    "verbose_name_plural": "评价结论",
                    "ordering": ["-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["proposed", "executed", "rejected"])),
                            name="conclusion_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("decided_by__isnull", True),
                                models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                                _connector="OR",
                            ),
                            name="proposer_and_approver_differ",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("state", "proposed"), ("decided_by__isnull", False), _connector="OR"),
                            name="a_decided_conclusion_names_who_decided",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("state", "proposed")),
                            fields=("round",),
                            name="one_conclusion_awaits_approval_per_round",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ScoreSheet",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("gated", "待声明回避"),
                                ("open", "评分中"),
                                ("submitted", "已提交"),
                                ("reopened", "退回复核"),
                                ("locked", "已锁定"),
                                ("recused", "已回避"),
                            ],
                            default="gated",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    ("assigned_at", models.DateTimeField(verbose_name="分配时间")),
                    ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="完成期限")),
                    ("comment", models.TextField(blank=True, max_length=2000, verbose_name="总体意见")),
                    ("submitted_at", models.DateTimeField(blank=True, null=True)),
                    ("locked_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "marks",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.IntegerField(), editable=False, null=True, size=None
                        ),
                    ),
                    (
                        "entry",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="sheets",
                            to="evaluation.entry",
                            verbose_name="参评对象",
                        ),
                    ),
                    (
                        "expert",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="sheets",
                            to="evaluation.expert",
                            verbose_name="专家",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "评分表",
                    "verbose_name_plural": "评分表",
                    "ordering": ["id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["gated", "open", "submitted", "reopened", "locked", "recused"])
                            ),
                            name="sheet_state_known",
                        ),
                        models.UniqueConstraint(fields=("entry", "expert"), name="one_sheet_per_expert_and_entry"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "locked"), _negated=True),
                                ("locked_at__isnull", False),
                                _connector="OR",
                            ),
                            name="a_locked_sheet_has_its_instant",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("marks__isnull", False), ("state", "locked")),
                                models.Q(models.Q(("state", "locked"), _negated=True), ("marks__isnull", True)),
                                _connector="OR",
                            ),
                            name="a_sheet_carries_its_marks_once_it_is_locked",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Score",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "points",
                        models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="得分"),
                    ),
                    ("reason", models.CharField(blank=True, max_length=500, verbose_name="扣分理由")),
                    ("saved_at", models.DateTimeField()),
                    (
                        "indicator",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="evaluation.indicator"
                        ),
                    ),
                    (
                        "sheet",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="scores",
                            to="evaluation.scoresheet",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "得分",
                    "verbose_name_plural": "得分",
                    "ordering": ["sheet", "indicator__position"],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("sheet", "indicator"), name="an_indicator_is_scored_once_on_a_sheet"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("points__isnull", True), ("points__gte", 0), _connector="OR"),
                            name="points_are_not_negative",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="HistoricalScore",
                fields=[
                    ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                    (
                        "points",
                        models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="得分"),
                    ),
                    ("reason", models.CharField(blank=True, max_length=500, verbose_name="扣分理由")),
                    ("saved_at", models.DateTimeField()),
                    ("history_id", models.AutoField(primary_key=True, serialize=False)),
                    ("history_date", models.DateTimeField(db_index=True)),
                    ("history_change_reason", models.CharField(max_length=100, null=True)),
                    (
                        "history_type",
                        models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                    ),
                    (
                        "history_user",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "indicator",
                        models.ForeignKey(
                            blank=True,
                            db_constraint=False,
                            null=True,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            related_name="+",
                            to="evaluation.indicator",
                        ),
                    ),
                    (
                        "sheet",
                        models.ForeignKey(
                            blank=True,
                            db_constraint=False,
                            null=True,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            related_name="+",
                            to="evaluation.scoresheet",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "historical 得分",
                    "verbose_name_plural": "historical 得分",
                    "ordering": ("-history_date", "-history_id"),
                    "get_latest_by": ("history_date", "history_id"),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name="SiteVisit",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[("planned", "已安排"), ("done", "已完成"), ("cancelled", "已取消")],
                            default="planned",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    ("planned_for", models.DateTimeField(verbose_name="核查时间")),
                    ("place", models.CharField(max_length=200, verbose_name="地点")),
                    ("summary", models.TextField(blank=True, max_length=2000, verbose_name="核查小结")),
                    ("station_signed_by", models.CharField(blank=True, max_length=40, verbose_name="服务站签字人")),
                    ("bureau_signed_by", models.CharField(blank=True, max_length=40, verbose_name="核查组签字人")),
                    ("finished_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "entry",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="visits", to="evaluation.entry"
                        ),
                    ),
                    (
                        "signed_record",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="ledger.storedfile",
                            verbose_name="签字记录扫描件",
                        ),
                    ),
                    (
                        "visitors",
                        models.ManyToManyField(
                            related_name="visits", to=settings.AUTH_USER_MODEL, verbose_name="核查人员"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "现场核查",
                    "verbose_name_plural": "现场核查",
                    "ordering": ["planned_for"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["planned", "done", "cancelled"])),
                            name="visit_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "done"), _negated=True),
                                models.Q(
                                    models.Q(("station_signed_by", ""), _negated=True),
                                    models.Q(("bureau_signed_by", ""), _negated=True),
                                    ("finished_at__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="a_finished_visit_is_signed_by_both_sides",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="TieDecision",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("boundary", models.CharField(max_length=40, verbose_name="边界")),
                    ("order", models.JSONField(help_text="参评对象编号，按先后", verbose_name="次序")),
                    ("reason", models.TextField(max_length=1000, verbose_name="理由")),
                    ("decided_at", models.DateTimeField()),
                    (
                        "decided_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "minutes",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="ledger.storedfile",
                            verbose_name="会议纪要",
                        ),
                    ),
                    (
                        "round",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="tie_decisions",
                            to="evaluation.round",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "并列的集体决定",
                    "verbose_name_plural": "并列的集体决定",
                    "ordering": ["id"],
                },
            ),
            migrations.CreateModel(
                name="VisitFinding",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "verdict",
                        models.CharField(
                            choices=[
                                ("confirmed", "与材料一致"),
                                ("partly", "部分一致"),
                                ("not_confirmed", "与材料不一致"),
                            ],
                            max_length=20,
                            verbose_name="核查结论",
                        ),
                    ),
                    ("text", models.TextField(blank=True, max_length=1000, verbose_name="核查情况")),
                    (
                        "indicator",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="evaluation.indicator"
                        ),
                    ),
                    (
                        "photos",
                        models.ManyToManyField(
                            blank=True, related_name="+", to="ledger.storedfile", verbose_name="照片"
                        ),
                    ),
                    (
                        "visit",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="findings",
                            to="evaluation.sitevisit",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "核查发现",
                    "verbose_name_plural": "核查发现",
                    "ordering": ["indicator__position"],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("visit", "indicator"), name="one_finding_per_indicator_and_visit"
                        )
                    ],
                },
            ),
        ),
    ]
