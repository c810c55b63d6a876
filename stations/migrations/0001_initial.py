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
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="Industry",
                fields=[
                    ("code", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="代码")),
                    ("name", models.CharField(max_length=60, verbose_name="名称")),
                    ("group", models.CharField(max_length=40, verbose_name="类别")),
                    ("valid_from", models.DateField(blank=True, null=True, verbose_name="起始")),
                    ("valid_to", models.DateField(blank=True, null=True, verbose_name="终止")),
                    ("verified", models.BooleanField(default=False, verbose_name="已核实")),
                    ("position", models.PositiveSmallIntegerField(default=0)),
                ],
                options={
                    "verbose_name": "产业",
                    "verbose_name_plural": "产业",
                    "ordering": ["position", "code"],
                },
            ),
            migrations.CreateModel(
                name="SlotCap",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("measure", models.CharField(max_length=30, unique=True, verbose_name="办法")),
                    ("cap", models.PositiveSmallIntegerField(verbose_name="名额上限")),
                ],
                options={
                    "verbose_name": "名额上限",
                    "verbose_name_plural": "名额上限",
                },
            ),
            migrations.CreateModel(
                name="District",
                fields=[
                    ("code", models.CharField(max_length=20, primary_key=True, serialize=False, verbose_name="代码")),
                    ("name", models.CharField(max_length=40, unique=True, verbose_name="名称")),
                    (
                        "kind",
                        models.CharField(
                            choices=[("division", "行政区"), ("zone", "功能区")], max_length=10, verbose_name="类别"
                        ),
                    ),
                    (
                        "gb_code",
                        models.CharField(blank=True, max_length=6, null=True, unique=True, verbose_name="行政区划代码"),
                    ),
                    ("supervising_bureau", models.CharField(max_length=60, verbose_name="监管机构")),
                    ("position", models.PositiveSmallIntegerField(default=0)),
                ],
                options={
                    "verbose_name": "区和功能区",
                    "verbose_name_plural": "区和功能区",
                    "ordering": ["position", "code"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("gb_code__isnull", False), ("kind", "division")),
                                models.Q(("gb_code__isnull", True), ("kind", "zone")),
                                _connector="OR",
                            ),
                            name="only_divisions_have_a_gb_code",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="HistoricalOrganisation",
                fields=[
                    ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                    ("name", models.CharField(max_length=100, verbose_name="单位名称")),
                    ("credit_code", models.CharField(db_index=True, max_length=18, verbose_name="统一社会信用代码")),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("enterprise", "企业"),
                                ("institution", "事业单位"),
                                ("research", "科研院所"),
                                ("technical", "专业技术机构"),
                                ("social", "社会组织"),
                                ("other", "其他"),
                            ],
                            max_length=20,
                            verbose_name="单位类型",
                        ),
                    ),
                    ("founded_on", models.DateField(verbose_name="成立日期")),
                    ("address", models.CharField(max_length=200, verbose_name="注册地址")),
                    ("legal_representative", models.CharField(blank=True, max_length=40, verbose_name="法定代表人")),
                    (
                        "licence_valid_until",
                        models.DateField(
                            blank=True,
                            help_text="登记证照上写明期限的填写；长期有效的不填",
                            null=True,
                            verbose_name="证照有效期至",
                        ),
                    ),
                    ("contact_name", models.CharField(blank=True, max_length=40, verbose_name="联系人")),
                    ("contact_phone", models.CharField(blank=True, max_length=20, verbose_name="联系电话")),
                    ("version", models.PositiveIntegerField(default=0, help_text="每次保存加一，用来发现两人同时修改")),
                    ("created_at", models.DateTimeField(blank=True, editable=False)),
                    ("history_id", models.AutoField(primary_key=True, serialize=False)),
                    ("history_date", models.DateTimeField(db_index=True)),
                    ("history_change_reason", models.CharField(max_length=100, null=True)),
                    (
                        "history_type",
                        models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                    ),
                    (
                        "district",
                        models.ForeignKey(
                            blank=True,
                            db_constraint=False,
                            null=True,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            related_name="+",
                            to="stations.district",
                            verbose_name="注册地",
                        ),
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
                ],
                options={
                    "verbose_name": "historical 建设主体",
                    "verbose_name_plural": "historical 建设主体",
                    "ordering": ("-history_date", "-history_id"),
                    "get_latest_by": ("history_date", "history_id"),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name="Organisation",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("name", models.CharField(max_length=100, verbose_name="单位名称")),
                    ("credit_code", models.CharField(max_length=18, unique=True, verbose_name="统一社会信用代码")),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("enterprise", "企业"),
                                ("institution", "事业单位"),
                                ("research", "科研院所"),
                                ("technical", "专业技术机构"),
                                ("social", "社会组织"),
                                ("other", "其他"),
                            ],
                            max_length=20,
                            verbose_name="单位类型",
                        ),
                    ),
                    ("founded_on", models.DateField(verbose_name="成立日期")),
                    ("address", models.CharField(max_length=200, verbose_name="注册地址")),
                    ("legal_representative", models.CharField(blank=True, max_length=40, verbose_name="法定代表人")),
                    (
                        "licence_valid_until",
                        models.DateField(
                            blank=True,
                            help_text="登记证照上写明期限的填写；长期有效的不填",
                            null=True,
                            verbose_name="证照有效期至",
                        ),
                    ),
                    ("contact_name", models.CharField(blank=True, max_length=40, verbose_name="联系人")),
                    ("contact_phone", models.CharField(blank=True, max_length=20, verbose_name="联系电话")),
                    ("version", models.PositiveIntegerField(default=0, help_text="每次保存加一，用来发现两人同时修改")),
                    ("created_at", models.DateTimeField(auto_now_add=True)),
                    (
                        "district",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="stations.district",
                            verbose_name="注册地",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "建设主体",
                    "verbose_name_plural": "建设主体",
                    "ordering": ["id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("credit_code__regex", "^[0-9A-Z]{18}$")),
                            name="credit_code_has_18_signs",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Membership",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "role",
                        models.CharField(
                            choices=[("owner", "管理员"), ("member", "经办人")], max_length=10, verbose_name="身份"
                        ),
                    ),
                    ("joined_at", models.DateTimeField(verbose_name="加入时间")),
                    ("left_at", models.DateTimeField(blank=True, null=True, verbose_name="退出时间")),
                    (
                        "user",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="memberships",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "organisation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="memberships",
                            to="stations.organisation",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "成员",
                    "verbose_name_plural": "成员",
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("left_at__isnull", True)),
                            fields=("user", "organisation"),
                            name="one_membership_at_a_time",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Invitation",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("email", models.EmailField(max_length=254, verbose_name="邮箱")),
                    (
                        "role",
                        models.CharField(
                            choices=[("owner", "管理员"), ("member", "经办人")],
                            default="member",
                            max_length=10,
                            verbose_name="身份",
                        ),
                    ),
                    ("token_sha256", models.CharField(max_length=64, unique=True)),
                    ("invited_at", models.DateTimeField(verbose_name="邀请时间")),
                    ("expires_at", models.DateTimeField(verbose_name="有效期至")),
                    ("accepted_at", models.DateTimeField(blank=True, null=True)),
                    ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "invited_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "organisation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="invitations",
                            to="stations.organisation",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "邀请",
                    "verbose_name_plural": "邀请",
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("accepted_at__isnull", True), ("withdrawn_at__isnull", True)),
                            fields=("organisation", "email"),
                            name="one_open_invitation_per_email",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="HistoricalStation",
                fields=[
                    ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                    ("name", models.CharField(db_index=True, max_length=80, verbose_name="服务站名称")),
                    ("address", models.CharField(max_length=200, verbose_name="服务场所地址")),
                    ("area", models.PositiveIntegerField(blank=True, null=True, verbose_name="场所面积（平方米）")),
                    ("window", models.CharField(blank=True, max_length=100, verbose_name="服务窗口")),
                    ("opening_hours", models.CharField(blank=True, max_length=100, verbose_name="服务时间")),
                    ("phone", models.CharField(blank=True, max_length=30, verbose_name="服务电话")),
                    ("introduction", models.TextField(blank=True, max_length=1000, verbose_name="简介")),
                    ("commitment", models.TextField(blank=True, max_length=2000, verbose_name="服务承诺")),
                    (
                        "shown_class",
                        models.CharField(
                            blank=True,
                            default="",
                            editable=False,
                            help_text="由分类分级写入，空为不公开",
                            max_length=40,
                            verbose_name="公开的类别",
                        ),
                    ),
                    ("version", models.PositiveIntegerField(default=0, help_text="每次保存加一，用来发现两人同时修改")),
                    ("created_at", models.DateTimeField(blank=True, editable=False)),
                    ("history_id", models.AutoField(primary_key=True, serialize=False)),
                    ("history_date", models.DateTimeField(db_index=True)),
                    ("history_change_reason", models.CharField(max_length=100, null=True)),
                    (
                        "history_type",
                        models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                    ),
                    (
                        "district",
                        models.ForeignKey(
                            blank=True,
                            db_constraint=False,
                            null=True,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            related_name="+",
                            to="stations.district",
                            verbose_name="所在区",
                        ),
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
                        "supervised_by",
                        models.ForeignKey(
                            blank=True,
                            db_constraint=False,
                            null=True,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            related_name="+",
                            to="stations.district",
                            verbose_name="监管单位",
                        ),
                    ),
                    (
                        "organisation",
                        models.ForeignKey(
                            blank=True,
                            db_constraint=False,
                            null=True,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            related_name="+",
                            to="stations.organisation",
                            verbose_name="建设主体",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "historical 服务站",
                    "verbose_name_plural": "historical 服务站",
                    "ordering": ("-history_date", "-history_id"),
                    "get_latest_by": ("history_date", "history_id"),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name="Slot",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("measure", models.CharField(max_length=30, verbose_name="办法")),
                    ("number", models.PositiveSmallIntegerField(verbose_name="名额号")),
                ],
                options={
                    "verbose_name": "名额",
                    "verbose_name_plural": "名额",
                    "ordering": ["measure", "number"],
                    "constraints": [
                        models.UniqueConstraint(fields=("measure", "number"), name="a_slot_exists_once"),
                        models.CheckConstraint(
                            condition=models.Q(("number__gte", 1)), name="slots_are_numbered_from_one"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Station",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("name", models.CharField(max_length=80, unique=True, verbose_name="服务站名称")),
                    ("address", models.CharField(max_length=200, verbose_name="服务场所地址")),
                    ("area", models.PositiveIntegerField(blank=True, null=True, verbose_name="场所面积（平方米）")),
                    ("window", models.CharField(blank=True, max_length=100, verbose_name="服务窗口")),
                    ("opening_hours", models.CharField(blank=True, max_length=100, verbose_name="服务时间")),
                    ("phone", models.CharField(blank=True, max_length=30, verbose_name="服务电话")),
                    ("introduction", models.TextField(blank=True, max_length=1000, verbose_name="简介")),
                    ("commitment", models.TextField(blank=True, max_length=2000, verbose_name="服务承诺")),
                    (
                        "shown_class",
                        models.CharField(
                            blank=True,
                            default="",
                            editable=False,
                            help_text="由分类分级写入，空为不公开",
                            max_length=40,
                            verbose_name="公开的类别",
                        ),
                    ),
                    ("version", models.PositiveIntegerField(default=0, help_text="每次保存加一，用来发现两人同时修改")),
                    ("created_at", models.DateTimeField(auto_now_add=True)),
                    (
                        "district",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="stations",
                            to="stations.district",
                            verbose_name="所在区",
                        ),
                    ),
                    (
                        "industries",
                        models.ManyToManyField(
                            blank=True, related_name="stations", to="stations.industry", verbose_name="服务产业"
                        ),
                    ),
                    (
                        "organisation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="stations",
                            to="stations.organisation",
                            verbose_name="建设主体",
                        ),
                    ),
                    (
                        "supervised_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="supervised_stations",
                            to="stations.district",
                            verbose_name="监管单位",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "服务站",
                    "verbose_name_plural": "服务站",
                    "ordering": ["id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("name__regex", "国家|中国|全国"), _negated=True),
                            name="station_name_claims_no_national_rank",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="OnlinePresence",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "platform",
                        models.CharField(
                            choices=[("province_net", "省市场监管智慧服务一张网"), ("hanjianlian", "汉检链")],
                            max_length=20,
                            verbose_name="平台",
                        ),
                    ),
                    ("url", models.URLField(max_length=300, verbose_name="店铺或站点网址")),
                    ("seen_on", models.DateField(verbose_name="截图日期")),
                    (
                        "screenshot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="ledger.storedfile",
                            verbose_name="截图",
                        ),
                    ),
                    (
                        "station",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="online", to="stations.station"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "线上服务",
                    "verbose_name_plural": "线上服务",
                    "ordering": ["id"],
                    "constraints": [
                        models.UniqueConstraint(fields=("station", "platform"), name="one_presence_per_platform")
                    ],
                },
            ),
            migrations.CreateModel(
                name="Ability",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "kind",
                        models.CharField(help_text="办法第九条的服务种类代码", max_length=40, verbose_name="服务内容"),
                    ),
                    ("description", models.TextField(max_length=1000, verbose_name="能力说明")),
                    (
                        "evidence",
                        models.ManyToManyField(
                            blank=True, related_name="+", to="ledger.storedfile", verbose_name="证明材料"
                        ),
                    ),
                    (
                        "station",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="abilities", to="stations.station"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "服务能力",
                    "verbose_name_plural": "服务能力",
                    "ordering": ["id"],
                    "constraints": [models.UniqueConstraint(fields=("station", "kind"), name="an_ability_counts_once")],
                },
            ),
            migrations.CreateModel(
                name="TeamMember",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "role",
                        models.CharField(
                            choices=[
                                ("head", "站长"),
                                ("deputy", "副站长"),
                                ("chief_quality_officer", "首席质量官"),
                                ("specialist", "专业人员"),
                            ],
                            max_length=30,
                            verbose_name="岗位",
                        ),
                    ),
                    ("name", models.CharField(max_length=40, verbose_name="姓名")),
                    ("education", models.CharField(blank=True, max_length=80, verbose_name="学历和专业")),
                    ("relevant_degree", models.BooleanField(default=False, verbose_name="质量、标准化相关专业")),
                    ("years", models.PositiveSmallIntegerField(default=0, verbose_name="质量、标准化从业年数")),
                    ("certificate", models.CharField(blank=True, max_length=100, verbose_name="职称或证书")),
                    (
                        "evidence",
                        models.ManyToManyField(
                            blank=True, related_name="+", to="ledger.storedfile", verbose_name="证明材料"
                        ),
                    ),
                    (
                        "station",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="team", to="stations.station"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "团队成员",
                    "verbose_name_plural": "团队成员",
                    "ordering": ["id"],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("role__in", ["head", "deputy", "chief_quality_officer"])),
                            fields=("station", "role"),
                            name="one_head_one_deputy_one_chief_quality_officer",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("years__lte", 60)), name="years_of_work_are_plausible"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Title",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "level",
                        models.CharField(
                            choices=[("city", "市级"), ("district", "区级")],
                            default="city",
                            max_length=10,
                            verbose_name="级别",
                        ),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("active", "有效"),
                                ("revoked", "已撤销（第十八条）"),
                                ("delisted", "已摘牌（第十九条）"),
                                ("terminated", "已终止"),
                            ],
                            default="active",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    ("number", models.CharField(max_length=30, unique=True, verbose_name="称号编号")),
                    ("awarded_at", models.DateTimeField(verbose_name="授予时间")),
                    (
                        "basis",
                        models.CharField(
                            help_text="评价年度和文号；本系统建立之前授予的注明来源",
                            max_length=200,
                            verbose_name="授予依据",
                        ),
                    ),
                    ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="终止时间")),
                    ("ended_article", models.CharField(blank=True, max_length=60, verbose_name="终止依据")),
                    ("ended_decision", models.CharField(blank=True, max_length=80, verbose_name="决定文号")),
                    (
                        "ended_paper",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="ledger.storedfile",
                            verbose_name="决定书",
                        ),
                    ),
                    (
                        "slot",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="titles",
                            to="stations.slot",
                            verbose_name="名额",
                        ),
                    ),
                    (
                        "station",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="titles",
                            to="stations.station",
                            verbose_name="服务站",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "称号",
                    "verbose_name_plural": "称号",
                    "ordering": ["id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["active", "revoked", "delisted", "terminated"])),
                            name="title_state_known",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("state", "active")), fields=("slot",), name="one_active_title_per_slot"
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("state", "active")),
                            fields=("station", "level"),
                            name="one_active_title_per_station_and_level",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("level", "district"), ("slot__isnull", True)),
                                models.Q(("level", "city"), ("slot__isnull", False)),
                                _connector="OR",
                            ),
                            name="a_city_title_takes_a_slot",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("ended_at__isnull", True), ("state", "active")),
                                models.Q(models.Q(("state", "active"), _negated=True), ("ended_at__isnull", False)),
                                _connector="OR",
                            ),
                            name="a_title_ends_when_it_is_no_longer_active",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("ended_article", ""), ("ended_decision", ""), ("state", "active")),
                                models.Q(
                                    models.Q(("state", "active"), _negated=True),
                                    models.Q(("ended_article", ""), _negated=True),
                                    models.Q(("ended_decision", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="an_ended_title_names_article_and_decision",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Certificate",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("number", models.CharField(max_length=40, unique=True, verbose_name="证书编号")),
                    ("issued_at", models.DateTimeField(verbose_name="签发时间")),
                    ("template_version", models.CharField(default="1", max_length=20)),
                    (
                        "pdf",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="ledger.storedfile",
                        ),
                    ),
                    (
                        "title",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT, related_name="certificate", to="stations.title"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "证书",
                    "verbose_name_plural": "证书",
                },
            ),
            migrations.CreateModel(
                name="OnlineService",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "platform",
                        models.CharField(
                            choices=[("province_net", "省市场监管智慧服务一张网"), ("hanjianlian", "汉检链")],
                            max_length=20,
                            verbose_name="平台",
                        ),
                    ),
                    ("number", models.CharField(max_length=64, verbose_name="平台编号")),
                    (
                        "content",
                        models.CharField(
                            choices=[
                                ("profile", "站点基本情况"),
                                ("feature", "特色服务"),
                                ("qualification", "资质证书"),
                                ("equipment", "共享设备"),
                                ("experts", "专家团队"),
                            ],
                            max_length=20,
                            verbose_name="内容类别",
                        ),
                    ),
                    ("title", models.CharField(max_length=200, verbose_name="标题")),
                    ("url", models.URLField(max_length=500, verbose_name="网址")),
                    ("online", models.BooleanField(default=True, verbose_name="在线")),
                    ("changed_at", models.DateTimeField(verbose_name="平台更新时间")),
                    ("received_at", models.DateTimeField(verbose_name="取得时间")),
                    (
                        "station",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="online_services",
                            to="stations.station",
                            verbose_name="服务站",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "线上内容",
                    "verbose_name_plural": "线上内容",
                    "ordering": ["station", "content", "number"],
                    "constraints": [
                        models.UniqueConstraint(fields=("platform", "number"), name="a_platform_gives_a_number_once"),
                        models.CheckConstraint(
                            condition=models.Q(("platform__in", ["province_net", "hanjianlian"])),
                            name="online_service_platform_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("content__in", ["profile", "feature", "qualification", "equipment", "experts"])
                            ),
                            name="online_content_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("url__startswith", "https://")),
                            name="an_online_service_is_reached_by_https",
                        ),
                    ],
                },
            ),
        ),
    ]
