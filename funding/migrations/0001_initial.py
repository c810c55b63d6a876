import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from ledger.tables import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("evaluation", "0001_initial"),
        ("stations", "0001_initial"),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="BankAccount",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("holder_sealed", models.TextField()),
                    ("bank_sealed", models.TextField()),
                    ("number_sealed", models.TextField()),
                    ("tail", models.CharField(max_length=4, verbose_name="账号末四位")),
                    ("written_at", models.DateTimeField(verbose_name="填写时间")),
                    (
                        "organisation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="bank_accounts",
                            to="stations.organisation",
                            verbose_name="单位",
                        ),
                    ),
                    (
                        "written_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="填写人",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "收款账户",
                    "verbose_name_plural": "收款账户",
                    "ordering": ["-id"],
                },
            ),
            migrations.CreateModel(
                name="Budget",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("measure", models.CharField(max_length=30, verbose_name="办法")),
                    ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                    ("total", models.PositiveIntegerField(verbose_name="预算总额（元）")),
                    (
                        "source",
                        models.CharField(
                            help_text="例如年度部门预算批复的文号", max_length=200, verbose_name="预算依据"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "年度资金预算",
                    "verbose_name_plural": "年度资金预算",
                    "ordering": ["-year", "id"],
                    "constraints": [
                        models.UniqueConstraint(fields=("measure", "year"), name="one_budget_per_measure_and_year")
                    ],
                },
            ),
            migrations.CreateModel(
                name="BudgetLine",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[("award_support", "新授牌一次性支持"), ("prize", "年度评价等次支持")],
                            max_length=20,
                            verbose_name="科目",
                        ),
                    ),
                    ("amount", models.PositiveIntegerField(verbose_name="预算（元）")),
                    ("committed", models.PositiveIntegerField(default=0, editable=False, verbose_name="已批准（元）")),
                    (
                        "budget",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="lines",
                            to="funding.budget",
                            verbose_name="预算",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "预算科目",
                    "verbose_name_plural": "预算科目",
                    "ordering": ["budget", "id"],
                    "constraints": [
                        models.UniqueConstraint(fields=("budget", "kind"), name="a_budget_has_each_line_once"),
                        models.CheckConstraint(
                            condition=models.Q(("committed__lte", models.F("amount"))),
                            name="approved_grants_stay_within_the_budget",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("kind__in", ["award_support", "prize"])), name="budget_line_kind_known"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Commendation",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                    ("name", models.CharField(max_length=40, verbose_name="姓名")),
                    ("post", models.CharField(max_length=60, verbose_name="岗位")),
                    ("merit", models.CharField(max_length=500, verbose_name="事迹")),
                    ("email", models.EmailField(max_length=254, verbose_name="本人邮箱")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("nominated", "待本人同意"),
                                ("consented", "本人已同意，待公布"),
                                ("published", "已公布"),
                                ("declined", "本人不同意公布"),
                                ("withdrawn", "本人已撤回同意"),
                                ("cancelled", "已撤销提名"),
                            ],
                            default="nominated",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    ("token_sha256", models.CharField(max_length=64, unique=True)),
                    ("nominated_at", models.DateTimeField(verbose_name="提名时间")),
                    ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="公布时间")),
                    (
                        "nominated_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "station",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="stations.station",
                            verbose_name="服务站",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "通报表扬",
                    "verbose_name_plural": "通报表扬",
                    "ordering": ["-year", "station", "id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "state__in",
                                    ["nominated", "consented", "published", "declined", "withdrawn", "cancelled"],
                                )
                            ),
                            name="commendation_state_known",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("state", "cancelled"), _negated=True),
                            fields=("year", "station", "name"),
                            name="a_person_is_commended_once_a_year",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Consent",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("wording", models.TextField(max_length=1000, verbose_name="同意公布的内容")),
                    ("given_at", models.DateTimeField(verbose_name="同意时间")),
                    ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="撤回时间")),
                    (
                        "commendation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="consents",
                            to="funding.commendation",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "公布同意书",
                    "verbose_name_plural": "公布同意书",
                    "ordering": ["id"],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("withdrawn_at__isnull", True)),
                            fields=("commendation",),
                            name="one_consent_in_force",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="EntitlementRun",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("computed_at", models.DateTimeField(verbose_name="计算时间")),
                    ("count", models.PositiveSmallIntegerField(verbose_name="支持对象数")),
                    (
                        "conclusion",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="evaluation.conclusion",
                            verbose_name="评价结论",
                        ),
                    ),
                    (
                        "ranking",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="evaluation.ranking",
                            verbose_name="排名",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "资金支持对象的计算",
                    "verbose_name_plural": "资金支持对象的计算",
                    "ordering": ["-id"],
                },
            ),
            migrations.CreateModel(
                name="MatchingFund",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                    ("amount", models.PositiveIntegerField(verbose_name="金额（元）")),
                    ("note", models.CharField(max_length=300, verbose_name="政策依据或者说明")),
                    ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                    ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="撤销登记时间")),
                    (
                        "district",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="stations.district",
                            verbose_name="区",
                        ),
                    ),
                    (
                        "recorded_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="登记人",
                        ),
                    ),
                    (
                        "station",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="stations.station",
                            verbose_name="服务站",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "区级配套资金",
                    "verbose_name_plural": "区级配套资金",
                    "ordering": ["-year", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("amount__gte", 1)), name="matching_funds_are_worth_something"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="PaymentBatch",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("number", models.CharField(max_length=20, unique=True, verbose_name="批次号")),
                    ("year", models.PositiveSmallIntegerField(verbose_name="预算年度")),
                    ("made_at", models.DateTimeField(verbose_name="生成时间")),
                    (
                        "made_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="生成人",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "支付批次",
                    "verbose_name_plural": "支付批次",
                    "ordering": ["-id"],
                },
            ),
            migrations.CreateModel(
                name="PublicList",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[("grants", "资金支持名单"), ("priority", "优先考虑名单")],
                            max_length=20,
                            verbose_name="类别",
                        ),
                    ),
                    ("measure", models.CharField(max_length=30, verbose_name="办法")),
                    ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                    ("title", models.CharField(max_length=200, verbose_name="标题")),
                    ("rule", models.CharField(max_length=500, verbose_name="形成规则")),
                    ("content", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                    ("sha256", models.CharField(max_length=64)),
                    ("published_at", models.DateTimeField(verbose_name="公布时间")),
                    (
                        "published_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                ],
                options={
                    "verbose_name": "公布的名单",
                    "verbose_name_plural": "公布的名单",
                    "ordering": ["-published_at", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("kind__in", ["grants", "priority"])), name="public_list_kind_known"
                        ),
                        models.UniqueConstraint(fields=("kind", "sha256"), name="the_same_list_is_published_once"),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Scheme",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("measure", models.CharField(max_length=30, verbose_name="办法")),
                    (
                        "kind",
                        models.CharField(
                            choices=[("award_support", "新授牌一次性支持"), ("prize", "年度评价等次支持")],
                            max_length=20,
                            verbose_name="类别",
                        ),
                    ),
                    (
                        "tier",
                        models.PositiveSmallIntegerField(default=0, help_text="0 为没有等次", verbose_name="等次"),
                    ),
                    ("name", models.CharField(max_length=40, verbose_name="名称")),
                    ("ceiling", models.PositiveIntegerField(verbose_name="最高金额（元）")),
                    ("places", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="名额")),
                    ("article", models.CharField(max_length=20, verbose_name="依据")),
                ],
                options={
                    "verbose_name": "资金标准",
                    "verbose_name_plural": "资金标准",
                    "ordering": ["measure", "tier", "id"],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("measure", "kind", "tier"), name="a_measure_has_each_scheme_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("kind", "award_support"), ("places__isnull", True), ("tier", 0)),
                                models.Q(("kind", "prize"), ("places__gte", 1), ("tier__gte", 1)),
                                _connector="OR",
                            ),
                            name="prizes_have_tier_and_places",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Entitlement",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[("award_support", "新授牌一次性支持"), ("prize", "年度评价等次支持")],
                            max_length=20,
                            verbose_name="类别",
                        ),
                    ),
                    ("measure", models.CharField(max_length=30, verbose_name="办法")),
                    ("year", models.PositiveSmallIntegerField(verbose_name="评价年度")),
                    ("rank", models.PositiveIntegerField(verbose_name="名次")),
                    ("tier", models.PositiveSmallIntegerField(default=0, verbose_name="等次")),
                    ("seat", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="等次内名额")),
                    ("ceiling", models.PositiveIntegerField(verbose_name="最高金额（元）")),
                    ("article", models.CharField(max_length=20, verbose_name="依据")),
                    ("again", models.BooleanField(default=False, verbose_name="再次享受一次性支持")),
                    (
                        "entry",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="evaluation.entry",
                            verbose_name="参评对象",
                        ),
                    ),
                    (
                        "organisation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="stations.organisation",
                            verbose_name="建设主体",
                        ),
                    ),
                    (
                        "station",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="stations.station",
                            verbose_name="服务站",
                        ),
                    ),
                    (
                        "title",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="stations.title",
                            verbose_name="称号",
                        ),
                    ),
                    (
                        "run",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="entitlements",
                            to="funding.entitlementrun",
                        ),
                    ),
                    (
                        "scheme",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="entitlements",
                            to="funding.scheme",
                            verbose_name="支持类别",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "资金支持对象",
                    "verbose_name_plural": "资金支持对象",
                    "ordering": ["-year", "kind", "rank", "id"],
                    "constraints": [
                        models.UniqueConstraint(fields=("entry",), name="an_entry_is_entitled_once"),
                        models.UniqueConstraint(
                            condition=models.Q(("kind", "prize")),
                            fields=("measure", "year", "tier", "seat"),
                            name="a_place_of_a_tier_is_given_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("kind", "award_support"), ("seat__isnull", True), ("tier", 0)),
                                models.Q(("again", False), ("kind", "prize"), ("seat__gte", 1), ("tier__gte", 1)),
                                _connector="OR",
                            ),
                            name="a_prize_has_tier_and_place",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Grant",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("proposed", "待审批"),
                                ("approved", "已批准，待支付"),
                                ("paid", "已支付，待对账"),
                                ("reconciled", "已对账"),
                                ("rejected", "已退回"),
                                ("cancelled", "已取消"),
                                ("recovering", "追回中"),
                                ("recovered", "已追回"),
                            ],
                            default="proposed",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    ("measure", models.CharField(max_length=30, verbose_name="办法")),
                    (
                        "kind",
                        models.CharField(
                            choices=[("award_support", "新授牌一次性支持"), ("prize", "年度评价等次支持")],
                            max_length=20,
                            verbose_name="类别",
                        ),
                    ),
                    ("ceiling", models.PositiveIntegerField(verbose_name="最高金额（元）")),
                    ("amount", models.PositiveIntegerField(verbose_name="金额（元）")),
                    ("amount_reason", models.CharField(blank=True, max_length=500, verbose_name="低于最高金额的理由")),
                    ("again", models.BooleanField(default=False, verbose_name="再次享受一次性支持")),
                    ("again_reason", models.CharField(blank=True, max_length=500, verbose_name="再次享受的理由")),
                    ("proposed_at", models.DateTimeField(verbose_name="拟定时间")),
                    ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="审批时间")),
                    ("voucher", models.CharField(blank=True, max_length=60, verbose_name="对账凭证号")),
                    ("repaid_on", models.DateField(blank=True, null=True, verbose_name="退款日期")),
                    ("repaid_reference", models.CharField(blank=True, max_length=60, verbose_name="退款流水号")),
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
                        "entitlement",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="grants",
                            to="funding.entitlement",
                            verbose_name="支持对象",
                        ),
                    ),
                    (
                        "line",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="grants",
                            to="funding.budgetline",
                            verbose_name="预算科目",
                        ),
                    ),
                    (
                        "organisation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="stations.organisation",
                            verbose_name="建设主体",
                        ),
                    ),
                    (
                        "proposed_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="拟定人",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "资金支持",
                    "verbose_name_plural": "资金支持",
                    "ordering": ["-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "state__in",
                                    [
                                        "proposed",
                                        "approved",
                                        "paid",
                                        "reconciled",
                                        "rejected",
                                        "cancelled",
                                        "recovering",
                                        "recovered",
                                    ],
                                )
                            ),
                            name="grant_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("amount__gte", 1)), name="a_grant_is_worth_something"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("amount__lte", models.F("ceiling"))),
                            name="a_grant_stays_within_the_ceiling",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("amount", models.F("ceiling")),
                                models.Q(("amount_reason", ""), _negated=True),
                                _connector="OR",
                            ),
                            name="less_than_the_ceiling_has_a_reason",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("again", False), models.Q(("again_reason", ""), _negated=True), _connector="OR"
                            ),
                            name="support_given_again_has_a_reason",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("state__in", ("rejected", "cancelled")), _negated=True),
                            fields=("entitlement",),
                            name="an_entitlement_is_granted_once",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(
                                ("again", False),
                                ("kind", "award_support"),
                                models.Q(("state__in", ("rejected", "cancelled")), _negated=True),
                            ),
                            fields=("organisation", "measure"),
                            name="one_award_support_per_organisation_and_measure",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("decided_by__isnull", True),
                                models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                                _connector="OR",
                            ),
                            name="a_grant_is_approved_by_another_person",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["proposed", "cancelled"]),
                                models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                                _connector="OR",
                            ),
                            name="a_decided_grant_names_who_decided",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "recovered"), _negated=True),
                                ("repaid_on__isnull", False),
                                _connector="OR",
                            ),
                            name="a_recovered_grant_says_when_it_was_repaid",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="PaymentItem",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("number", models.CharField(max_length=24, unique=True, verbose_name="支付编号")),
                    ("amount", models.PositiveIntegerField(verbose_name="金额（元）")),
                    ("dropped_at", models.DateTimeField(blank=True, null=True, verbose_name="移出时间")),
                    (
                        "account",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="funding.bankaccount",
                            verbose_name="收款账户",
                        ),
                    ),
                    (
                        "batch",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="items",
                            to="funding.paymentbatch",
                            verbose_name="批次",
                        ),
                    ),
                    (
                        "grant",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="payments",
                            to="funding.grant",
                            verbose_name="资金支持",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "支付明细",
                    "verbose_name_plural": "支付明细",
                    "ordering": ["number"],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("dropped_at__isnull", True)),
                            fields=("grant",),
                            name="a_grant_is_in_one_batch_at_a_time",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="BankReceipt",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("amount", models.PositiveIntegerField(verbose_name="金额（元）")),
                    ("paid_on", models.DateField(verbose_name="付款日期")),
                    ("reference", models.CharField(max_length=60, unique=True, verbose_name="银行流水号")),
                    ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                    (
                        "recorded_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="登记人",
                        ),
                    ),
                    (
                        "item",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="receipt",
                            to="funding.paymentitem",
                            verbose_name="支付明细",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "银行回单",
                    "verbose_name_plural": "银行回单",
                    "ordering": ["id"],
                },
            ),
        ),
    ]
