import uuid
from decimal import Decimal

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
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
                name="Agency",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("phone_sealed", models.TextField(blank=True, editable=False)),
                    ("contact_name", models.CharField(blank=True, max_length=40, verbose_name="联系人")),
                    (
                        "state",
                        models.CharField(
                            choices=[("active", "在用"), ("retired", "已停用")],
                            default="active",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    (
                        "shared",
                        models.BooleanField(
                            default=False,
                            help_text="勾选后，其他服务站可以看到，联系方式等已遮盖。",
                            verbose_name="与其他服务站共享",
                        ),
                    ),
                    ("note", models.TextField(blank=True, max_length=500, verbose_name="备注")),
                    ("changed_at", models.DateTimeField(verbose_name="更新时间")),
                    ("version", models.PositiveIntegerField(default=0, help_text="每次保存加一，用来发现两人同时修改")),
                    ("name", models.CharField(max_length=100, verbose_name="机构名称")),
                    ("credit_code", models.CharField(max_length=18, verbose_name="统一社会信用代码")),
                    ("address", models.CharField(blank=True, max_length=200, verbose_name="地址")),
                    (
                        "kinds",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(max_length=40), default=list, size=None, verbose_name="服务种类"
                        ),
                    ),
                    ("scope", models.TextField(max_length=1000, verbose_name="服务范围")),
                    (
                        "district",
                        models.ForeignKey(
                            blank=True,
                            help_text="武汉市以外的不选",
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="stations.district",
                            verbose_name="所在区",
                        ),
                    ),
                    (
                        "station",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="%(class)s_rows",
                            to="stations.station",
                            verbose_name="服务站",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "服务机构",
                    "verbose_name_plural": "服务机构",
                    "ordering": ["-changed_at", "-id"],
                    "abstract": False,
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["active", "retired"])), name="agency_state_known"
                        ),
                        models.UniqueConstraint(
                            fields=("station", "credit_code"), name="a_station_lists_an_agency_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("credit_code__regex", "^[0-9A-Z]{18}$")),
                            name="agency_credit_code_has_18_signs",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="CaseCounter",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("year", models.PositiveSmallIntegerField()),
                    ("last", models.PositiveIntegerField()),
                    (
                        "station",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stations.station"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("station", "year"), name="one_case_counter_per_year")
                    ],
                },
            ),
            migrations.CreateModel(
                name="Client",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("phone_sealed", models.TextField(blank=True, editable=False)),
                    ("contact_name", models.CharField(blank=True, max_length=40, verbose_name="联系人")),
                    (
                        "state",
                        models.CharField(
                            choices=[("active", "在用"), ("retired", "已停用")],
                            default="active",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    (
                        "shared",
                        models.BooleanField(
                            default=False,
                            help_text="勾选后，其他服务站可以看到，联系方式等已遮盖。",
                            verbose_name="与其他服务站共享",
                        ),
                    ),
                    ("note", models.TextField(blank=True, max_length=500, verbose_name="备注")),
                    ("changed_at", models.DateTimeField(verbose_name="更新时间")),
                    ("version", models.PositiveIntegerField(default=0, help_text="每次保存加一，用来发现两人同时修改")),
                    ("credit_code", models.CharField(max_length=18, verbose_name="统一社会信用代码")),
                    ("name", models.CharField(max_length=100, verbose_name="企业名称")),
                    (
                        "size",
                        models.CharField(
                            blank=True,
                            choices=[("micro", "微型"), ("small", "小型"), ("medium", "中型"), ("large", "大型")],
                            help_text="按中小企业划型标准；小型、微型企业收费优惠（办法第十条）",
                            max_length=10,
                            verbose_name="企业规模",
                        ),
                    ),
                    ("address", models.CharField(blank=True, max_length=200, verbose_name="地址")),
                    (
                        "district",
                        models.ForeignKey(
                            blank=True,
                            help_text="武汉市以外的不选",
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="stations.district",
                            verbose_name="所在区",
                        ),
                    ),
                    (
                        "industry",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="stations.industry",
                            verbose_name="所属产业",
                        ),
                    ),
                    (
                        "station",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="%(class)s_rows",
                            to="stations.station",
                            verbose_name="服务站",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "服务对象",
                    "verbose_name_plural": "服务对象",
                    "ordering": ["-changed_at", "-id"],
                    "abstract": False,
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["active", "retired"])), name="client_state_known"
                        ),
                        models.UniqueConstraint(
                            fields=("station", "credit_code"), name="a_station_lists_a_client_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("credit_code__regex", "^[0-9A-Z]{18}$")),
                            name="client_credit_code_has_18_signs",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("size__in", ["", "micro", "small", "medium", "large"])),
                            name="client_size_known",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="DirtyDay",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("day", models.DateField(verbose_name="服务日期")),
                    (
                        "station",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="+", to="stations.station"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "待汇总的服务日",
                    "verbose_name_plural": "待汇总的服务日",
                },
            ),
            migrations.CreateModel(
                name="Equipment",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("phone_sealed", models.TextField(blank=True, editable=False)),
                    ("contact_name", models.CharField(blank=True, max_length=40, verbose_name="联系人")),
                    (
                        "state",
                        models.CharField(
                            choices=[("active", "在用"), ("retired", "已停用")],
                            default="active",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    (
                        "shared",
                        models.BooleanField(
                            default=False,
                            help_text="勾选后，其他服务站可以看到，联系方式等已遮盖。",
                            verbose_name="与其他服务站共享",
                        ),
                    ),
                    ("note", models.TextField(blank=True, max_length=500, verbose_name="备注")),
                    ("changed_at", models.DateTimeField(verbose_name="更新时间")),
                    ("version", models.PositiveIntegerField(default=0, help_text="每次保存加一，用来发现两人同时修改")),
                    ("name", models.CharField(max_length=100, verbose_name="设备名称")),
                    ("model", models.CharField(blank=True, max_length=100, verbose_name="型号规格")),
                    ("asset_number", models.CharField(max_length=40, verbose_name="设备编号")),
                    (
                        "kinds",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(max_length=40), default=list, size=None, verbose_name="服务种类"
                        ),
                    ),
                    ("ability", models.CharField(blank=True, max_length=300, verbose_name="测量范围和精度")),
                    ("calibrated_until", models.DateField(blank=True, null=True, verbose_name="检定校准有效期至")),
                    (
                        "expires_at",
                        models.GeneratedField(
                            db_persist=True,
                            expression=models.Func(
                                models.F("calibrated_until"),
                                template="(timezone('Asia/Shanghai', (%(expressions)s + 1)::timestamp))",
                            ),
                            output_field=models.DateTimeField(null=True),
                        ),
                    ),
                    (
                        "modes",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(max_length=20),
                            blank=True,
                            default=list,
                            size=None,
                            verbose_name="共享方式",
                        ),
                    ),
                    ("terms", models.TextField(blank=True, max_length=1000, verbose_name="使用条件")),
                    (
                        "fee",
                        models.DecimalField(
                            blank=True, decimal_places=2, max_digits=10, null=True, verbose_name="收费标准（元）"
                        ),
                    ),
                    (
                        "fee_unit",
                        models.CharField(
                            blank=True,
                            choices=[("hour", "小时"), ("day", "天"), ("time", "次"), ("piece", "件")],
                            max_length=10,
                            verbose_name="计费单位",
                        ),
                    ),
                    ("place", models.CharField(max_length=200, verbose_name="放置地点")),
                    (
                        "district",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="stations.district",
                            verbose_name="所在区",
                        ),
                    ),
                    (
                        "station",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="%(class)s_rows",
                            to="stations.station",
                            verbose_name="服务站",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "仪器设备",
                    "verbose_name_plural": "仪器设备",
                    "ordering": ["-changed_at", "-id"],
                    "abstract": False,
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["active", "retired"])), name="equipment_state_known"
                        ),
                        models.UniqueConstraint(
                            fields=("station", "asset_number"), name="a_station_numbers_its_equipment"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("fee__isnull", True), ("fee__gte", 0), _connector="OR"),
                            name="a_fee_is_not_negative",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("fee__isnull", True), ("fee_unit", "")),
                                models.Q(("fee__isnull", False), ("fee_unit__in", ["hour", "day", "time", "piece"])),
                                _connector="OR",
                            ),
                            name="a_fee_has_its_unit",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("modes__contained_by", ["on_site", "commissioned", "lent"])),
                            name="equipment_sharing_modes_known",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Booking",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[("asked", "待本站确认"), ("confirmed", "已确认"), ("cancelled", "已取消")],
                            default="asked",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name="使用时间")),
                    ("client_code", models.CharField(max_length=18, verbose_name="企业统一社会信用代码")),
                    ("client_name", models.CharField(max_length=100, verbose_name="企业名称")),
                    ("purpose", models.CharField(max_length=300, verbose_name="用途")),
                    ("asked_at", models.DateTimeField(verbose_name="提出时间")),
                    ("source_client", models.CharField(blank=True, editable=False, max_length=100)),
                    ("external_id", models.CharField(blank=True, editable=False, max_length=100)),
                    (
                        "asked_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="提出人",
                        ),
                    ),
                    (
                        "by_station",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="stations.station",
                            verbose_name="提出预约的服务站",
                        ),
                    ),
                    (
                        "equipment",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="bookings",
                            to="services.equipment",
                            verbose_name="仪器设备",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "设备预约",
                    "verbose_name_plural": "设备预约",
                    "ordering": ["during", "id"],
                    "constraints": [
                        django.contrib.postgres.constraints.ExclusionConstraint(
                            condition=models.Q(("state__in", ["asked", "confirmed"])),
                            expressions=[
                                (
                                    models.Func(
                                        models.F("equipment"),
                                        models.F("equipment"),
                                        models.Value("[]"),
                                        function="int8range",
                                    ),
                                    "&&",
                                ),
                                ("during", "&&"),
                            ],
                            name="an_instrument_is_booked_once_at_a_time",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["asked", "confirmed", "cancelled"])),
                            name="booking_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("during__isempty", False), ("during__lower_inf", False), ("during__upper_inf", False)
                            ),
                            name="a_booking_has_a_beginning_and_an_end",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("client_code__regex", "^[0-9A-Z]{18}$")),
                            name="booking_client_code_has_18_signs",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("source_client", ""), models.Q(("external_id", ""), _negated=True), _connector="OR"
                            ),
                            name="a_booking_of_a_machine_has_its_number",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("source_client", ""), _negated=True),
                            fields=("source_client", "external_id"),
                            name="a_booking_of_a_machine_is_taken_once",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="MediaReport",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("reported", "待确认"),
                                ("confirmed", "已确认，计入全年次数"),
                                ("declined", "不予确认"),
                                ("withdrawn", "服务站已撤回"),
                            ],
                            default="reported",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    ("title", models.CharField(max_length=200, verbose_name="报道标题")),
                    ("outlet", models.CharField(max_length=100, verbose_name="媒体名称")),
                    ("published_on", models.DateField(verbose_name="报道日期")),
                    ("url", models.URLField(blank=True, max_length=500, verbose_name="报道网址")),
                    ("reported_at", models.DateTimeField(verbose_name="登记时间")),
                    ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="确认时间")),
                    ("remark", models.CharField(blank=True, max_length=500, verbose_name="不予确认的理由")),
                    (
                        "decided_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="确认人",
                        ),
                    ),
                    (
                        "evidence",
                        models.ManyToManyField(
                            blank=True, related_name="+", to="ledger.storedfile", verbose_name="报道材料"
                        ),
                    ),
                    (
                        "reported_by",
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
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="media_reports",
                            to="stations.station",
                            verbose_name="服务站",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "媒体报道",
                    "verbose_name_plural": "媒体报道",
                    "ordering": ["-published_on", "-id"],
                    "indexes": [models.Index(fields=["station", "published_on"], name="media_reports_by_station")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["reported", "confirmed", "declined", "withdrawn"])),
                            name="media_report_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("title", ""), _negated=True), models.Q(("outlet", ""), _negated=True)
                            ),
                            name="a_media_report_has_its_title_and_outlet",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ["confirmed", "declined"]), _negated=True),
                                models.Q(("decided_by__isnull", False), ("decided_at__isnull", False)),
                                _connector="OR",
                            ),
                            name="a_decided_media_report_says_by_whom",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "declined"), _negated=True),
                                models.Q(("remark", ""), _negated=True),
                                _connector="OR",
                            ),
                            name="a_declined_media_report_says_why",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(
                                models.Q(("url", ""), _negated=True), ("state__in", ["reported", "confirmed"])
                            ),
                            fields=("station", "url"),
                            name="an_article_counts_once_for_a_station",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("state__in", ["reported", "confirmed"])),
                            fields=("station", "outlet", "title", "published_on"),
                            name="a_report_of_an_outlet_counts_once",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Need",
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
                                ("received", "待评估"),
                                ("assessed", "已评估，待对接"),
                                ("matched", "已对接，待签合同"),
                                ("contracted", "已签合同，待开始"),
                                ("in_progress", "服务中"),
                                ("delivered", "已交付，待评价"),
                                ("rated", "已评价，待归档"),
                                ("archived", "已归档"),
                                ("declined", "不承接"),
                                ("withdrawn", "已撤回"),
                            ],
                            default="received",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    (
                        "source",
                        models.CharField(
                            choices=[
                                ("web", "网上发布"),
                                ("phone", "电话"),
                                ("visit", "现场咨询"),
                                ("patrol", "巡回问诊"),
                                ("api", "接口推送"),
                            ],
                            max_length=10,
                            verbose_name="来源",
                        ),
                    ),
                    ("source_client", models.CharField(blank=True, editable=False, max_length=100)),
                    ("external_id", models.CharField(blank=True, editable=False, max_length=100)),
                    ("credit_code", models.CharField(max_length=18, verbose_name="统一社会信用代码")),
                    ("company", models.CharField(max_length=100, verbose_name="企业名称")),
                    (
                        "kind",
                        models.CharField(help_text="办法第九条的服务种类代码", max_length=40, verbose_name="服务种类"),
                    ),
                    (
                        "item",
                        models.CharField(blank=True, help_text="服务目录代码", max_length=60, verbose_name="服务事项"),
                    ),
                    ("text", models.TextField(max_length=3000, verbose_name="需求内容")),
                    ("wanted_on", models.DateField(blank=True, null=True, verbose_name="希望完成日期")),
                    ("received_at", models.DateTimeField(verbose_name="收到时间")),
                    (
                        "mode",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("at_once", "本站当场服务"),
                                ("appointment", "本站预约服务"),
                                ("agency", "协调服务机构"),
                            ],
                            max_length=20,
                            verbose_name="服务方式",
                        ),
                    ),
                    ("assessment", models.TextField(blank=True, max_length=2000, verbose_name="评估意见")),
                    ("assessed_at", models.DateTimeField(blank=True, null=True, verbose_name="评估时间")),
                    ("appointment_at", models.DateTimeField(blank=True, null=True, verbose_name="预约时间")),
                    ("answer", models.TextField(blank=True, max_length=1000, verbose_name="告知企业的理由")),
                    ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="办结时间")),
                    (
                        "district",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="stations.district",
                            verbose_name="企业所在区",
                        ),
                    ),
                    (
                        "posted_by",
                        models.ForeignKey(
                            blank=True,
                            help_text="企业的账号，或者登记需求的站内人员",
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="提交人",
                        ),
                    ),
                    (
                        "station",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="needs",
                            to="stations.station",
                            verbose_name="服务站",
                        ),
                    ),
                    ("response_deadline", models.JSONField(blank=True, default=dict, verbose_name="期限的算法")),
                    (
                        "response_due_at",
                        models.DateTimeField(
                            blank=True,
                            help_text="评估或者告知不承接的期限；年度监督安排没有确定天数时为空",
                            null=True,
                            verbose_name="首次答复期限",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "服务需求",
                    "verbose_name_plural": "服务需求",
                    "ordering": ["-received_at", "-id"],
                    "indexes": [models.Index(fields=["station", "state"], name="need_station_state")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "state__in",
                                    [
                                        "received",
                                        "assessed",
                                        "matched",
                                        "contracted",
                                        "in_progress",
                                        "delivered",
                                        "rated",
                                        "archived",
                                        "declined",
                                        "withdrawn",
                                    ],
                                )
                            ),
                            name="need_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("source__in", ["web", "phone", "visit", "patrol", "api"])),
                            name="need_source_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("mode__in", ["", "at_once", "appointment", "agency"])),
                            name="need_mode_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("credit_code__regex", "^[0-9A-Z]{18}$")),
                            name="need_credit_code_has_18_signs",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["received", "withdrawn"]), ("station__isnull", False), _connector="OR"
                            ),
                            name="a_need_that_is_worked_on_has_a_station",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["received", "withdrawn", "declined"]),
                                models.Q(models.Q(("mode", ""), _negated=True), ("assessed_at__isnull", False)),
                                _connector="OR",
                            ),
                            name="a_need_that_is_worked_on_was_assessed",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "declined"), _negated=True),
                                models.Q(models.Q(("answer", ""), _negated=True), ("ended_at__isnull", False)),
                                _connector="OR",
                            ),
                            name="a_declined_need_has_its_reason",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("source_client", ""), _negated=True),
                            fields=("source_client", "external_id"),
                            name="a_need_of_a_machine_is_taken_once",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Contract",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("client_name", models.CharField(max_length=100, verbose_name="委托方")),
                    ("client_code", models.CharField(max_length=18, verbose_name="委托方统一社会信用代码")),
                    ("provider", models.CharField(help_text="服务站的建设主体", max_length=100, verbose_name="服务方")),
                    ("agency_name", models.CharField(blank=True, max_length=300, verbose_name="参与服务的机构")),
                    (
                        "size",
                        models.CharField(
                            choices=[("micro", "微型"), ("small", "小型"), ("medium", "中型"), ("large", "大型")],
                            max_length=10,
                            verbose_name="企业规模",
                        ),
                    ),
                    ("signed_on", models.DateField(verbose_name="签订日期")),
                    ("ends_on", models.DateField(verbose_name="约定完成日期")),
                    (
                        "fee",
                        models.DecimalField(
                            decimal_places=2, default=Decimal(0), max_digits=12, verbose_name="服务费（元）"
                        ),
                    ),
                    (
                        "discount",
                        models.DecimalField(
                            decimal_places=2, default=Decimal(0), max_digits=12, verbose_name="减免（元）"
                        ),
                    ),
                    ("discount_reason", models.CharField(blank=True, max_length=200, verbose_name="减免依据")),
                    ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                    (
                        "file",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="ledger.storedfile",
                            verbose_name="合同文件",
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
                        "need",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT, related_name="contract", to="services.need"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "服务合同",
                    "verbose_name_plural": "服务合同",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("fee__gte", 0)), name="a_contract_fee_is_not_negative"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("discount__gte", 0), ("discount__lte", models.F("fee"))),
                            name="a_discount_is_within_the_fee",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("discount", 0), models.Q(("discount_reason", ""), _negated=True), _connector="OR"
                            ),
                            name="a_discount_has_its_reason",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("ends_on__gte", models.F("signed_on"))),
                            name="a_contract_ends_after_it_is_signed",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ContractItem",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("position", models.PositiveSmallIntegerField(verbose_name="序号")),
                    ("name", models.CharField(max_length=100, verbose_name="服务事项")),
                    (
                        "amount",
                        models.DecimalField(
                            decimal_places=2, default=Decimal(0), max_digits=12, verbose_name="金额（元）"
                        ),
                    ),
                    (
                        "contract",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="items", to="services.contract"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "合同事项",
                    "verbose_name_plural": "合同事项",
                    "ordering": ["position"],
                    "constraints": [
                        models.UniqueConstraint(fields=("contract", "position"), name="contract_items_are_numbered"),
                        models.CheckConstraint(
                            condition=models.Q(("amount__gte", 0)), name="a_contract_item_is_not_negative"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="CaseNumber",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                    ("number", models.PositiveIntegerField(default=0, help_text="由数据库给出", verbose_name="顺序号")),
                    ("given_at", models.DateTimeField(verbose_name="编号时间")),
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
                        "need",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT, related_name="case_number", to="services.need"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "档案号",
                    "verbose_name_plural": "档案号",
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("station", "year", "number"), name="a_case_number_is_given_once"
                        ),
                        models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="case_numbers_begin_at_1"),
                    ],
                },
            ),
            migrations.CreateModel(
                name="CaseArchive",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "papers",
                        models.JSONField(default=list, help_text="[{name, pages, sha256}, ...]", verbose_name="目录"),
                    ),
                    ("archived_at", models.DateTimeField(verbose_name="归档时间")),
                    (
                        "archived_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="归档人",
                        ),
                    ),
                    (
                        "file",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="ledger.storedfile",
                            verbose_name="档案",
                        ),
                    ),
                    (
                        "need",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT, related_name="archive", to="services.need"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "服务档案",
                    "verbose_name_plural": "服务档案",
                },
            ),
            migrations.CreateModel(
                name="NeedContact",
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
                        "need",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT, related_name="contact", to="services.need"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "需求联系人",
                    "verbose_name_plural": "需求联系人",
                },
            ),
            migrations.CreateModel(
                name="NeedDraft",
                fields=[
                    ("key", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ("facts", models.TextField(help_text="sealed JSON of post_need's arguments")),
                    ("code_digest", models.CharField(max_length=64)),
                    ("sent_at", models.DateTimeField()),
                    ("sendings", models.PositiveSmallIntegerField(default=1)),
                    ("tries", models.PositiveSmallIntegerField(default=0)),
                    ("made_at", models.DateTimeField()),
                ],
                options={
                    "verbose_name": "待核验的需求",
                    "verbose_name_plural": "待核验的需求",
                    "indexes": [models.Index(fields=["made_at"], name="need_draft_made_at")],
                },
            ),
            migrations.CreateModel(
                name="Progress",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("text", models.TextField(max_length=1000, verbose_name="事项")),
                    (
                        "due_at",
                        models.DateTimeField(blank=True, help_text="所填日期的24时", null=True, verbose_name="期限"),
                    ),
                    ("problems_found", models.PositiveSmallIntegerField(default=0, verbose_name="发现问题（个）")),
                    ("problems_solved", models.PositiveSmallIntegerField(default=0, verbose_name="解决问题（个）")),
                    ("problems", models.TextField(blank=True, max_length=2000, verbose_name="问题和处理情况")),
                    ("entered_at", models.DateTimeField(verbose_name="登记时间")),
                    ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="完成时间")),
                    (
                        "entered_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="登记人",
                        ),
                    ),
                    (
                        "need",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="progress", to="services.need"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "服务进展",
                    "verbose_name_plural": "服务进展",
                    "ordering": ["entered_at", "id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("due_at__isnull", False), ("done_at__isnull", False), _connector="OR"),
                            name="a_step_to_come_has_its_day",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("problems_solved__lte", models.F("problems_found"))),
                            name="a_step_solves_what_it_found",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("problems_found", 0), models.Q(("problems", ""), _negated=True), _connector="OR"
                            ),
                            name="problems_found_are_told",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Qualification",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "type",
                        models.CharField(
                            choices=[
                                ("cma", "检验检测机构资质认定（CMA）"),
                                ("cnas", "实验室、检验机构认可（CNAS）"),
                                ("cal", "产品质量检验机构授权（CAL）"),
                                ("metrology", "法定计量检定机构计量授权"),
                                ("certification", "认证机构批准书"),
                                ("patent", "专利代理机构执业许可证"),
                                ("special_equipment", "特种设备检验检测机构核准证"),
                                ("other", "其他资质"),
                            ],
                            max_length=20,
                            verbose_name="资质种类",
                        ),
                    ),
                    ("number", models.CharField(max_length=60, verbose_name="证书编号")),
                    ("issuer", models.CharField(blank=True, max_length=100, verbose_name="发证机关")),
                    (
                        "kinds",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(max_length=40), default=list, size=None, verbose_name="服务种类"
                        ),
                    ),
                    ("scope", models.TextField(blank=True, max_length=1000, verbose_name="资质范围")),
                    ("valid_from", models.DateField(verbose_name="有效期起")),
                    (
                        "valid_until",
                        models.DateField(
                            blank=True, help_text="证书上没有写明期限的不填", null=True, verbose_name="有效期至"
                        ),
                    ),
                    (
                        "expires_at",
                        models.GeneratedField(
                            db_persist=True,
                            expression=models.Func(
                                models.F("valid_until"),
                                template="(timezone('Asia/Shanghai', (%(expressions)s + 1)::timestamp))",
                            ),
                            output_field=models.DateTimeField(null=True),
                        ),
                    ),
                    (
                        "agency",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="qualifications",
                            to="services.agency",
                            verbose_name="服务机构",
                        ),
                    ),
                    (
                        "file",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="ledger.storedfile",
                            verbose_name="证书文件",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "资质",
                    "verbose_name_plural": "资质",
                    "ordering": ["type", "number"],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("agency", "type", "number"), name="an_agency_has_a_certificate_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "type__in",
                                    [
                                        "cma",
                                        "cnas",
                                        "cal",
                                        "metrology",
                                        "certification",
                                        "patent",
                                        "special_equipment",
                                        "other",
                                    ],
                                )
                            ),
                            name="qualification_type_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("valid_until__isnull", True),
                                ("valid_until__gte", models.F("valid_from")),
                                _connector="OR",
                            ),
                            name="a_qualification_ends_after_it_begins",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ServicePlan",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("situation", models.TextField(max_length=3000, verbose_name="企业现状和问题")),
                    ("goal", models.TextField(max_length=2000, verbose_name="服务目标")),
                    ("measures", models.TextField(max_length=3000, verbose_name="服务措施")),
                    ("written_at", models.DateTimeField(verbose_name="制定时间")),
                    (
                        "need",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT, related_name="plan", to="services.need"
                        ),
                    ),
                    (
                        "written_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="制定人",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "服务方案",
                    "verbose_name_plural": "服务方案",
                },
            ),
            migrations.CreateModel(
                name="ServiceRecord",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("client_code", models.CharField(max_length=18, verbose_name="统一社会信用代码")),
                    ("client_name", models.CharField(max_length=100, verbose_name="服务对象")),
                    (
                        "kind",
                        models.CharField(help_text="办法第九条的服务种类代码", max_length=40, verbose_name="服务类别"),
                    ),
                    (
                        "item",
                        models.CharField(help_text="服务事项目录里的代码", max_length=80, verbose_name="服务事项"),
                    ),
                    ("served_on", models.DateField(verbose_name="服务日期")),
                    ("visits", models.PositiveIntegerField(default=1, verbose_name="服务次数（家次）")),
                    ("problems_found", models.PositiveIntegerField(default=0, verbose_name="发现问题（个）")),
                    ("problems_solved", models.PositiveIntegerField(default=0, verbose_name="解决问题（个）")),
                    ("experts", models.PositiveIntegerField(default=0, verbose_name="投入专家（人次）")),
                    (
                        "fee",
                        models.DecimalField(
                            blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="收费（元）"
                        ),
                    ),
                    (
                        "discount",
                        models.DecimalField(
                            blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="减免（元）"
                        ),
                    ),
                    (
                        "saved_cost",
                        models.DecimalField(
                            blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="节约费用（元）"
                        ),
                    ),
                    (
                        "added_profit",
                        models.DecimalField(
                            blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="增长利润（元）"
                        ),
                    ),
                    ("jobs_added", models.PositiveIntegerField(default=0, verbose_name="新增就业（人）")),
                    ("summary", models.CharField(blank=True, max_length=2000, verbose_name="服务情况")),
                    (
                        "origin",
                        models.CharField(
                            choices=[
                                ("typed", "站内登记"),
                                ("imported", "表格导入"),
                                ("api", "接口推送"),
                                ("need", "需求办结"),
                                ("training", "培训签到"),
                            ],
                            max_length=10,
                            verbose_name="来源",
                        ),
                    ),
                    ("source_client", models.CharField(blank=True, max_length=100, verbose_name="推送的应用")),
                    ("external_id", models.CharField(blank=True, max_length=100, verbose_name="外部编号")),
                    ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                    ("changed_at", models.DateTimeField(verbose_name="最近变更时间")),
                    (
                        "set_aside",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("own_organisation", "服务对象就是本站建设主体"),
                                ("same_contact", "服务对象与本站联系电话相同"),
                                ("withdrawn", "已撤回"),
                            ],
                            max_length=20,
                            verbose_name="不计入的原因",
                        ),
                    ),
                    ("set_aside_reason", models.CharField(blank=True, max_length=500, verbose_name="不计入的说明")),
                    (
                        "industry",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="stations.industry",
                            verbose_name="产业",
                        ),
                    ),
                    (
                        "recorded_by",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="登记人",
                        ),
                    ),
                    (
                        "station",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="service_records",
                            to="stations.station",
                            verbose_name="服务站",
                        ),
                    ),
                    ("import_key", models.CharField(blank=True, db_default="", max_length=64, verbose_name="导入标识")),
                ],
                options={
                    "verbose_name": "服务记录",
                    "verbose_name_plural": "服务记录",
                    "ordering": ["-served_on", "-id"],
                    "indexes": [
                        models.Index(fields=["station", "served_on"], name="records_by_station_and_day"),
                        models.Index(fields=["served_on"], name="records_by_day"),
                        models.Index(fields=["changed_at", "id"], name="records_by_change"),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("client_code__regex", "^[0-9A-Z]{18}$")),
                            name="a_client_code_has_18_signs",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("client_name", ""), _negated=True), name="a_record_names_its_client"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("visits__gte", 1)), name="a_record_is_at_least_one_visit"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("problems_solved__lte", models.F("problems_found"))),
                            name="only_problems_found_are_solved",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("fee__isnull", True), ("fee__gte", 0), _connector="OR"),
                                models.Q(("discount__isnull", True), ("discount__gte", 0), _connector="OR"),
                                models.Q(("saved_cost__isnull", True), ("saved_cost__gte", 0), _connector="OR"),
                            ),
                            name="a_record_holds_no_negative_money",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("origin__in", ["typed", "imported", "api", "need", "training"])),
                            name="a_record_origin_is_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("set_aside__in", ["", "own_organisation", "same_contact", "withdrawn"])
                            ),
                            name="a_record_set_aside_is_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("set_aside", ""), ("set_aside_reason", "")),
                                models.Q(
                                    models.Q(("set_aside", ""), _negated=True),
                                    models.Q(("set_aside_reason", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="a_record_set_aside_says_why",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("origin", "api"), _negated=True),
                                models.Q(
                                    models.Q(("source_client", ""), _negated=True),
                                    models.Q(("external_id", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="a_pushed_record_names_its_client_and_number",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("source_client", ""), _negated=True),
                            fields=("source_client", "external_id"),
                            name="an_external_record_is_kept_once",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("import_key", ""), _negated=True),
                            fields=("station", "import_key"),
                            name="a_row_of_a_table_is_kept_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("import_key", ""), ("origin", "imported"), _connector="OR"),
                            name="only_a_row_of_a_table_has_its_key",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="RatingInvitation",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("token_sha256", models.CharField(max_length=64, unique=True)),
                    (
                        "channel",
                        models.CharField(
                            choices=[("email", "邮件送达"), ("handed", "服务站转交"), ("api", "平台推送")],
                            max_length=10,
                            verbose_name="送达方式",
                        ),
                    ),
                    ("flags", models.JSONField(default=list, help_text="与服务站的联系方式相同之处")),
                    ("network", models.CharField(blank=True, help_text="邀请时所在网络的摘要", max_length=32)),
                    ("invited_at", models.DateTimeField(verbose_name="邀请时间")),
                    ("expires_at", models.DateTimeField(verbose_name="有效期至")),
                    ("used_at", models.DateTimeField(blank=True, null=True, verbose_name="评价时间")),
                    ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="作废时间")),
                    (
                        "invited_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="邀请人",
                        ),
                    ),
                    (
                        "record",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="invitations",
                            to="services.servicerecord",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "评价邀请",
                    "verbose_name_plural": "评价邀请",
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("used_at__isnull", True), ("withdrawn_at__isnull", True)),
                            fields=("record",),
                            name="one_open_rating_invitation_per_record",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("used_at__isnull", True), ("withdrawn_at__isnull", True), _connector="OR"
                            ),
                            name="a_withdrawn_rating_link_is_not_used",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("expires_at__gt", models.F("invited_at"))),
                            name="a_rating_link_is_good_for_a_time",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Rating",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "channel",
                        models.CharField(
                            choices=[("email", "邮件送达"), ("handed", "服务站转交"), ("api", "平台推送")],
                            max_length=10,
                            verbose_name="送达方式",
                        ),
                    ),
                    ("place", models.PositiveSmallIntegerField(verbose_name="服务场所便利度")),
                    ("response", models.PositiveSmallIntegerField(verbose_name="服务响应及时度")),
                    ("skill", models.PositiveSmallIntegerField(verbose_name="服务水平专业度")),
                    ("conduct", models.PositiveSmallIntegerField(verbose_name="服务人员廉洁度")),
                    ("outcome", models.PositiveSmallIntegerField(verbose_name="服务期望达成度")),
                    (
                        "points",
                        models.GeneratedField(
                            db_persist=True,
                            expression=django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    models.F("place"), "+", models.F("response")
                                                ),
                                                "+",
                                                models.F("skill"),
                                            ),
                                            "+",
                                            models.F("conduct"),
                                        ),
                                        "+",
                                        models.F("outcome"),
                                    ),
                                    "-",
                                    models.Value(5),
                                ),
                                "*",
                                models.Value(5),
                            ),
                            output_field=models.SmallIntegerField(),
                            verbose_name="得分",
                        ),
                    ),
                    (
                        "integrity",
                        models.CharField(
                            choices=[("clean", "没有"), ("asked", "有"), ("unsaid", "不便回答")],
                            default="unsaid",
                            max_length=10,
                            verbose_name="廉洁情况",
                        ),
                    ),
                    ("comment", models.TextField(blank=True, max_length=1000, verbose_name="意见和建议")),
                    ("flags", models.JSONField(default=list, help_text="与服务站的联系方式、网络相同之处")),
                    ("network", models.CharField(blank=True, help_text="评价时所在网络的摘要", max_length=32)),
                    ("source_client", models.CharField(blank=True, max_length=100, verbose_name="推送平台")),
                    ("external_id", models.CharField(blank=True, max_length=100, verbose_name="平台编号")),
                    ("rated_at", models.DateTimeField(verbose_name="评价时间")),
                    ("improvement", models.TextField(blank=True, max_length=2000, verbose_name="改进情况")),
                    ("improved_at", models.DateTimeField(blank=True, null=True, verbose_name="改进时间")),
                    (
                        "improved_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "invitation",
                        models.OneToOneField(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="rating",
                            to="services.ratinginvitation",
                        ),
                    ),
                    (
                        "record",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="rating",
                            to="services.servicerecord",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "服务评价",
                    "verbose_name_plural": "服务评价",
                    "ordering": ["-rated_at", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("conduct__range", (1, 5)),
                                ("outcome__range", (1, 5)),
                                ("place__range", (1, 5)),
                                ("response__range", (1, 5)),
                                ("skill__range", (1, 5)),
                            ),
                            name="a_rating_is_in_five_steps",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("integrity__in", ["clean", "asked", "unsaid"])),
                            name="rating_integrity_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("channel", "api"),
                                    ("external_id__gt", ""),
                                    ("invitation__isnull", True),
                                    ("source_client__gt", ""),
                                ),
                                models.Q(
                                    models.Q(("channel", "api"), _negated=True),
                                    ("external_id", ""),
                                    ("invitation__isnull", False),
                                    ("source_client", ""),
                                ),
                                _connector="OR",
                            ),
                            name="a_rating_came_by_a_link_or_from_a_client",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("source_client", ""), _negated=True),
                            fields=("source_client", "external_id"),
                            name="a_client_s_rating_counts_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("improved_at__isnull", True), ("improved_by__isnull", True), ("improvement", "")
                                ),
                                models.Q(
                                    models.Q(("improvement", ""), _negated=True),
                                    ("improved_at__isnull", False),
                                    ("improved_by__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="an_improvement_has_its_author",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Delivery",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("summary", models.TextField(max_length=2000, verbose_name="服务成果")),
                    ("delivered_at", models.DateTimeField(verbose_name="交付时间")),
                    (
                        "delivered_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="交付人",
                        ),
                    ),
                    (
                        "report",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="ledger.storedfile",
                            verbose_name="服务报告",
                        ),
                    ),
                    (
                        "need",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT, related_name="delivery", to="services.need"
                        ),
                    ),
                    (
                        "record",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="delivery",
                            to="services.servicerecord",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "交付",
                    "verbose_name_plural": "交付",
                },
            ),
            migrations.CreateModel(
                name="Specialist",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("phone_sealed", models.TextField(blank=True, editable=False)),
                    (
                        "state",
                        models.CharField(
                            choices=[("active", "在用"), ("retired", "已停用")],
                            default="active",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    (
                        "shared",
                        models.BooleanField(
                            default=False,
                            help_text="勾选后，其他服务站可以看到，联系方式等已遮盖。",
                            verbose_name="与其他服务站共享",
                        ),
                    ),
                    ("note", models.TextField(blank=True, max_length=500, verbose_name="备注")),
                    ("changed_at", models.DateTimeField(verbose_name="更新时间")),
                    ("version", models.PositiveIntegerField(default=0, help_text="每次保存加一，用来发现两人同时修改")),
                    ("name", models.CharField(max_length=40, verbose_name="姓名")),
                    (
                        "category",
                        models.CharField(
                            choices=[("staff", "专业人员"), ("expert", "专家")], max_length=10, verbose_name="类别"
                        ),
                    ),
                    ("employer", models.CharField(max_length=100, verbose_name="工作单位")),
                    ("title", models.CharField(blank=True, max_length=60, verbose_name="职称或职务")),
                    ("certificates", models.CharField(blank=True, max_length=200, verbose_name="职业资格")),
                    (
                        "kinds",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(max_length=40), default=list, size=None, verbose_name="服务种类"
                        ),
                    ),
                    ("field", models.CharField(max_length=300, verbose_name="专业方向")),
                    ("years", models.PositiveSmallIntegerField(default=0, verbose_name="从业年数")),
                    (
                        "district",
                        models.ForeignKey(
                            blank=True,
                            help_text="武汉市以外的不选",
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="stations.district",
                            verbose_name="所在区",
                        ),
                    ),
                    (
                        "station",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="%(class)s_rows",
                            to="stations.station",
                            verbose_name="服务站",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "专业人员和专家",
                    "verbose_name_plural": "专业人员和专家",
                    "ordering": ["-changed_at", "-id"],
                    "abstract": False,
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["active", "retired"])), name="specialist_state_known"
                        ),
                        models.UniqueConstraint(
                            fields=("station", "name", "employer"), name="a_station_lists_a_specialist_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("category__in", ["staff", "expert"])), name="specialist_category_known"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("years__lte", 60)), name="years_of_a_specialist_are_plausible"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="NeedMatch",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("proposed", "待答复"),
                                ("accepted", "已接受"),
                                ("declined", "未接受"),
                                ("closed", "不再需要"),
                            ],
                            default="proposed",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    ("points", models.PositiveSmallIntegerField(verbose_name="匹配分")),
                    (
                        "reasons",
                        models.JSONField(default=list, help_text="[[文字, 得分, 满分], ...]", verbose_name="理由"),
                    ),
                    ("proposed_at", models.DateTimeField(verbose_name="提出时间")),
                    ("answer", models.TextField(blank=True, max_length=1000, verbose_name="答复")),
                    ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="答复时间")),
                    (
                        "agency",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="matches",
                            to="services.agency",
                        ),
                    ),
                    (
                        "equipment",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="matches",
                            to="services.equipment",
                        ),
                    ),
                    (
                        "need",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="matches",
                            to="services.need",
                            verbose_name="服务需求",
                        ),
                    ),
                    (
                        "proposed_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="提出人",
                        ),
                    ),
                    (
                        "specialist",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="matches",
                            to="services.specialist",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "对接",
                    "verbose_name_plural": "对接",
                    "ordering": ["-points", "id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["proposed", "accepted", "declined", "closed"])),
                            name="need_match_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("agency__isnull", False), ("equipment__isnull", True), ("specialist__isnull", True)
                                ),
                                models.Q(
                                    ("agency__isnull", True), ("equipment__isnull", True), ("specialist__isnull", False)
                                ),
                                models.Q(
                                    ("agency__isnull", True), ("equipment__isnull", False), ("specialist__isnull", True)
                                ),
                                _connector="OR",
                            ),
                            name="a_match_is_of_one_resource",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("state__in", ["proposed", "accepted"])),
                            fields=("need", "agency"),
                            name="one_open_match_per_agency",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("state__in", ["proposed", "accepted"])),
                            fields=("need", "specialist"),
                            name="one_open_match_per_specialist",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("state__in", ["proposed", "accepted"])),
                            fields=("need", "equipment"),
                            name="one_open_match_per_equipment",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Total",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("monthly", models.BooleanField(verbose_name="按月")),
                    ("period", models.DateField(verbose_name="期间的第一天")),
                    (
                        "scope",
                        models.CharField(
                            choices=[("city", "全市"), ("district", "区"), ("station", "服务站")],
                            max_length=10,
                            verbose_name="范围",
                        ),
                    ),
                    ("scope_key", models.CharField(blank=True, max_length=20, verbose_name="区或服务站")),
                    ("dimension", models.CharField(blank=True, max_length=20, verbose_name="分类")),
                    ("key", models.CharField(blank=True, max_length=80, verbose_name="类别")),
                    ("services", models.PositiveIntegerField(verbose_name="服务记录")),
                    ("firms", models.PositiveIntegerField(verbose_name="服务企业（家）")),
                    ("visits", models.PositiveBigIntegerField(verbose_name="服务次数（家次）")),
                    ("experts", models.PositiveBigIntegerField(verbose_name="投入专家（人次）")),
                    ("problems_found", models.PositiveBigIntegerField(verbose_name="发现问题")),
                    ("problems_solved", models.PositiveBigIntegerField(verbose_name="解决问题")),
                    ("jobs_added", models.PositiveBigIntegerField(verbose_name="新增就业")),
                    ("fee", models.DecimalField(decimal_places=2, max_digits=20, verbose_name="收费")),
                    ("discount", models.DecimalField(decimal_places=2, max_digits=20, verbose_name="减免")),
                    ("saved_cost", models.DecimalField(decimal_places=2, max_digits=20, verbose_name="节约费用")),
                    ("added_profit", models.DecimalField(decimal_places=2, max_digits=20, verbose_name="增长利润")),
                    ("rolled_at", models.DateTimeField(verbose_name="汇总时间")),
                ],
                options={
                    "verbose_name": "服务统计",
                    "verbose_name_plural": "服务统计",
                    "indexes": [
                        models.Index(
                            fields=["scope", "monthly", "period", "dimension"], name="totals_of_all_of_a_scope"
                        )
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("scope", "scope_key", "monthly", "period", "dimension", "key"),
                            name="a_total_stands_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("scope__in", ["city", "district", "station"])),
                            name="a_total_scope_is_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("monthly", True), ("period__day", 1)),
                                models.Q(("monthly", False), ("period__day", 1), ("period__month", 1)),
                                _connector="OR",
                            ),
                            name="a_total_begins_with_its_period",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="TrainingEvent",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("draft", "未发布"),
                                ("open", "报名中"),
                                ("held", "已开始，待办结"),
                                ("concluded", "已办结，计入服务记录"),
                                ("cancelled", "已取消"),
                            ],
                            default="draft",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    ("title", models.CharField(max_length=80, verbose_name="培训主题")),
                    (
                        "kind",
                        models.CharField(help_text="办法第九条的服务种类代码", max_length=40, verbose_name="服务种类"),
                    ),
                    ("text", models.TextField(blank=True, max_length=3000, verbose_name="内容和安排")),
                    ("place", models.CharField(max_length=200, verbose_name="地点")),
                    ("starts_at", models.DateTimeField(verbose_name="开始时间")),
                    ("ends_at", models.DateTimeField(verbose_name="结束时间")),
                    ("capacity", models.PositiveIntegerField(verbose_name="名额（人）")),
                    (
                        "code_number",
                        models.PositiveSmallIntegerField(default=1, help_text="签到二维码换过几次，旧码随之失效"),
                    ),
                    ("created_at", models.DateTimeField(verbose_name="创建时间")),
                    ("summary", models.TextField(blank=True, max_length=2000, verbose_name="办结说明")),
                    ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="办结时间")),
                    (
                        "created_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="创建人",
                        ),
                    ),
                    (
                        "station",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="trainings",
                            to="stations.station",
                            verbose_name="服务站",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "培训活动",
                    "verbose_name_plural": "培训活动",
                    "ordering": ["-starts_at", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["draft", "open", "held", "concluded", "cancelled"])),
                            name="training_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                            name="a_training_ends_after_it_starts",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("capacity__range", (1, 5000))), name="a_training_has_places"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "concluded"), _negated=True),
                                ("ended_at__gte", models.F("ends_at")),
                                _connector="OR",
                            ),
                            name="a_training_is_concluded_after_its_end",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="TrainingSignUp",
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
                        "number",
                        models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="报名号"),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[("signed", "已报名"), ("waiting", "候补"), ("cancelled", "已取消")],
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    ("credit_code", models.CharField(max_length=18, verbose_name="统一社会信用代码")),
                    ("company", models.CharField(max_length=100, verbose_name="单位名称")),
                    ("people", models.PositiveSmallIntegerField(verbose_name="人数")),
                    ("signed_at", models.DateTimeField(verbose_name="报名时间")),
                    ("reminded_at", models.DateTimeField(blank=True, null=True, verbose_name="提醒时间")),
                    (
                        "event",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="sign_ups",
                            to="services.trainingevent",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "培训报名",
                    "verbose_name_plural": "培训报名",
                    "ordering": ["signed_at", "id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["signed", "waiting", "cancelled"])),
                            name="sign_up_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("people__range", (1, 50))), name="a_company_signs_up_so_many_people"
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("state", "cancelled"), _negated=True),
                            fields=("event", "credit_code"),
                            name="a_company_signs_up_once_for_a_training",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="TrainingAttendance",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("credit_code", models.CharField(max_length=18, verbose_name="统一社会信用代码")),
                    ("company", models.CharField(max_length=100, verbose_name="单位名称")),
                    ("people", models.PositiveSmallIntegerField(verbose_name="到场人数")),
                    (
                        "way",
                        models.CharField(
                            choices=[("qr", "扫码签到"), ("staff", "工作人员登记")],
                            max_length=10,
                            verbose_name="签到方式",
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="签到时间")),
                    (
                        "record",
                        models.OneToOneField(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="attendance",
                            to="services.servicerecord",
                            verbose_name="服务记录",
                        ),
                    ),
                    (
                        "registered_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="登记人",
                        ),
                    ),
                    (
                        "event",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="attendances",
                            to="services.trainingevent",
                        ),
                    ),
                    (
                        "sign_up",
                        models.OneToOneField(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="attendance",
                            to="services.trainingsignup",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "培训签到",
                    "verbose_name_plural": "培训签到",
                    "ordering": ["at", "id"],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("event", "credit_code"), name="a_company_attends_a_training_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("people__range", (1, 500))), name="somebody_of_a_company_attends"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("way", "staff"), ("registered_by__isnull", False)),
                                models.Q(("way", "qr"), ("registered_by__isnull", True)),
                                _connector="OR",
                            ),
                            name="an_attendance_by_staff_has_its_author",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="TypicalCase",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("draft", "草稿"),
                                ("submitted", "已提交，待审核"),
                                ("returned", "已退回修改"),
                                ("published", "已发布"),
                                ("retracted", "已撤下，不再公开"),
                                ("discarded", "服务站已放弃"),
                            ],
                            default="draft",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                    ("project", models.CharField(max_length=60, verbose_name="项目名称")),
                    ("situation", models.TextField(blank=True, max_length=3000, verbose_name="基本情况")),
                    ("practice", models.TextField(blank=True, max_length=3000, verbose_name="主要做法")),
                    ("effect", models.TextField(blank=True, max_length=3000, verbose_name="发展成效")),
                    ("changed_at", models.DateTimeField(verbose_name="最近修改时间")),
                    ("version", models.PositiveIntegerField(default=0, help_text="每次保存加一，用来发现两人同时修改")),
                    ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="提交时间")),
                    ("remark", models.CharField(blank=True, max_length=1000, verbose_name="审核意见")),
                    ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="发布时间")),
                    (
                        "pictures",
                        models.ManyToManyField(
                            blank=True, related_name="+", to="ledger.storedfile", verbose_name="图片"
                        ),
                    ),
                    (
                        "reviewed_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="审核人",
                        ),
                    ),
                    (
                        "station",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="typical_cases",
                            to="stations.station",
                            verbose_name="服务站",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "典型案例",
                    "verbose_name_plural": "典型案例",
                    "ordering": ["-changed_at", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["draft", "submitted", "returned", "published", "retracted", "discarded"])
                            ),
                            name="case_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("project", ""), _negated=True), name="a_case_has_a_name"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["draft", "returned", "discarded"]),
                                models.Q(
                                    models.Q(("situation", ""), _negated=True),
                                    models.Q(("practice", ""), _negated=True),
                                    models.Q(("effect", ""), _negated=True),
                                    ("submitted_at__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="a_submitted_case_has_its_parts",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ["published", "retracted"]), _negated=True),
                                models.Q(("published_at__isnull", False), ("reviewed_by__isnull", False)),
                                _connector="OR",
                            ),
                            name="a_published_case_was_reviewed",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ["returned", "retracted"]), _negated=True),
                                models.Q(("remark", ""), _negated=True),
                                _connector="OR",
                            ),
                            name="a_returned_case_says_why",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="YearText",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                    ("situation", models.CharField(blank=True, max_length=500, verbose_name="基本情况")),
                    (
                        "investment",
                        models.DecimalField(
                            blank=True,
                            decimal_places=2,
                            max_digits=10,
                            null=True,
                            verbose_name="本年度投入经费（万元）",
                        ),
                    ),
                    ("pass_rate", models.CharField(blank=True, max_length=500, verbose_name="产品质量合格率提升情况")),
                    (
                        "quality_effect",
                        models.CharField(blank=True, max_length=500, verbose_name="服务企业质量提高成效"),
                    ),
                    ("other_effect", models.CharField(blank=True, max_length=500, verbose_name="其他成效")),
                    ("changed_at", models.DateTimeField(verbose_name="最近修改时间")),
                    ("version", models.PositiveIntegerField(default=0, help_text="每次保存加一，用来发现两人同时修改")),
                    (
                        "station",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="year_texts",
                            to="stations.station",
                            verbose_name="服务站",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "年度情况",
                    "verbose_name_plural": "年度情况",
                    "ordering": ["-year", "station"],
                    "constraints": [
                        models.UniqueConstraint(fields=("station", "year"), name="a_station_has_one_text_of_a_year"),
                        models.CheckConstraint(
                            condition=models.Q(("investment__isnull", True), ("investment__gte", 0), _connector="OR"),
                            name="no_negative_money_was_invested",
                        ),
                    ],
                },
            ),
        ),
    ]
