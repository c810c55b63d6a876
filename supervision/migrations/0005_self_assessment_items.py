from decimal import Decimal

import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0004_long_job_beat"),
        ("stations", "0005_fifty_places"),
        ("supervision", "0004_year_plan_states_are_journalled"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SelfAssessmentEvidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("added_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "证明材料",
                "verbose_name_plural": "证明材料",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="SelfAssessmentFigure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("threshold", models.CharField(max_length=40, verbose_name="数据")),
                ("value", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="数值")),
                ("entered_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "自评数据",
                "verbose_name_plural": "自评数据",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="SelfAssessmentItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("indicator", models.CharField(max_length=20, verbose_name="指标")),
                (
                    "own_score",
                    models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True, verbose_name="自评分"),
                ),
                ("max_points", models.DecimalField(decimal_places=1, max_digits=4, verbose_name="满分")),
                ("narrative", models.TextField(blank=True, verbose_name="自评说明")),
                ("version", models.PositiveIntegerField(default=0)),
                ("saved_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "自评事项",
                "verbose_name_plural": "自评事项",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="SelfAssessmentReminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stage", models.CharField(max_length=10, verbose_name="提醒")),
                ("at", models.DateTimeField(verbose_name="提醒时间")),
                ("recipients", models.PositiveIntegerField(verbose_name="人数")),
            ],
            options={
                "verbose_name": "自评提醒",
                "verbose_name_plural": "自评提醒",
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="SelfAssessmentVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="版次")),
                ("filed_at", models.DateTimeField(verbose_name="报送时间")),
                ("snapshot", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("sha256", models.CharField(max_length=64)),
            ],
            options={
                "verbose_name": "自评报送版本",
                "verbose_name_plural": "自评报送版本",
                "ordering": ["assessment", "number"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="selfassessment",
            name="self_assessment_state_known",
        ),
        migrations.RemoveConstraint(
            model_name="selfassessment",
            name="a_filed_self_assessment_has_its_instant",
        ),
        migrations.AddField(
            model_name="selfassessment",
            name="deadline",
            field=models.JSONField(blank=True, default=dict, verbose_name="期限的计算"),
        ),
        migrations.AddField(
            model_name="selfassessment",
            name="entered_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="列入评价的时间"),
        ),
        migrations.AddField(
            model_name="selfassessment",
            name="feedback",
            field=models.TextField(blank=True, verbose_name="审阅意见"),
        ),
        migrations.AddField(
            model_name="selfassessment",
            name="opened_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="开放时间"),
        ),
        migrations.AddField(
            model_name="selfassessment",
            name="return_due_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="补充期限"),
        ),
        migrations.AddField(
            model_name="selfassessment",
            name="returned",
            field=models.JSONField(blank=True, default=dict, verbose_name="退回事项"),
        ),
        migrations.AddField(
            model_name="selfassessment",
            name="reviewed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="审阅时间"),
        ),
        migrations.AddField(
            model_name="selfassessment",
            name="timeliness",
            field=models.CharField(
                blank=True,
                choices=[("", "未到期"), ("in_time", "按期"), ("late", "逾期"), ("missing", "未报送")],
                default="",
                max_length=10,
                verbose_name="报送情况",
            ),
        ),
        migrations.AddField(
            model_name="yearplan",
            name="self_assessment_opened_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="年度自评已开放"),
        ),
        migrations.AlterField(
            model_name="selfassessment",
            name="filed_at",
            field=models.DateTimeField(blank=True, help_text="第一次报送的时间", null=True, verbose_name="报送时间"),
        ),
        migrations.AlterField(
            model_name="selfassessment",
            name="report",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.storedfile",
                verbose_name="本单位的评估报告",
            ),
        ),
        migrations.AlterField(
            model_name="selfassessment",
            name="state",
            field=models.CharField(
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
        migrations.AddConstraint(
            model_name="selfassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["due", "draft", "filed", "filed_late", "missing", "returned", "reviewed"])
                ),
                name="self_assessment_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="selfassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["filed", "filed_late", "returned", "reviewed"]), _negated=True),
                    ("filed_at__isnull", False),
                    _connector="OR",
                ),
                name="a_filed_self_assessment_has_its_instant",
            ),
        ),
        migrations.AddConstraint(
            model_name="selfassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "returned"), _negated=True), ("return_due_at__isnull", False), _connector="OR"
                ),
                name="a_returned_self_assessment_has_a_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="selfassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(("entered_at__isnull", False), ("state", "returned"), _negated=True),
                name="a_self_assessment_under_evaluation_is_not_returned",
            ),
        ),
        migrations.AddField(
            model_name="selfassessmentevidence",
            name="added_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="selfassessmentevidence",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.storedfile"
            ),
        ),
        migrations.AddField(
            model_name="selfassessmentfigure",
            name="assessment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="typed_figures",
                to="supervision.selfassessment",
            ),
        ),
        migrations.AddField(
            model_name="selfassessmentfigure",
            name="entered_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="selfassessmentitem",
            name="assessment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="items", to="supervision.selfassessment"
            ),
        ),
        migrations.AddField(
            model_name="selfassessmentitem",
            name="saved_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="selfassessmentevidence",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="evidence",
                to="supervision.selfassessmentitem",
            ),
        ),
        migrations.AddField(
            model_name="selfassessmentreminder",
            name="assessment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="supervision.selfassessment"
            ),
        ),
        migrations.AddField(
            model_name="selfassessmentversion",
            name="assessment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="supervision.selfassessment"
            ),
        ),
        migrations.AddField(
            model_name="selfassessmentversion",
            name="filed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="selfassessmentfigure",
            constraint=models.UniqueConstraint(fields=("assessment", "threshold"), name="one_figure_per_threshold"),
        ),
        migrations.AddConstraint(
            model_name="selfassessmentfigure",
            constraint=models.CheckConstraint(condition=models.Q(("value__gte", 0)), name="a_figure_is_not_negative"),
        ),
        migrations.AddConstraint(
            model_name="selfassessmentitem",
            constraint=models.UniqueConstraint(
                fields=("assessment", "indicator"), name="one_item_per_self_assessment_and_indicator"
            ),
        ),
        migrations.AddConstraint(
            model_name="selfassessmentitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("own_score__isnull", True),
                    models.Q(("own_score__gte", Decimal(0)), ("own_score__lte", models.F("max_points"))),
                    _connector="OR",
                ),
                name="an_own_score_is_within_its_indicator",
            ),
        ),
        migrations.AddConstraint(
            model_name="selfassessmentreminder",
            constraint=models.UniqueConstraint(fields=("assessment", "stage"), name="each_reminder_goes_out_once"),
        ),
        migrations.AddConstraint(
            model_name="selfassessmentversion",
            constraint=models.UniqueConstraint(
                fields=("assessment", "number"), name="a_filed_version_has_its_own_number"
            ),
        ),
    ]
