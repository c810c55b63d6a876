import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from ledger.tables import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="User",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("password", models.CharField(max_length=128, verbose_name="password")),
                    ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                    ("email", models.EmailField(max_length=254, unique=True, verbose_name="邮箱")),
                    ("name", models.CharField(blank=True, max_length=40, verbose_name="姓名")),
                    ("phone", models.CharField(blank=True, max_length=20, verbose_name="手机")),
                    ("is_active", models.BooleanField(default=True, verbose_name="启用")),
                    ("date_joined", models.DateTimeField(default=django.utils.timezone.now, verbose_name="注册时间")),
                    ("large_type", models.BooleanField(default=False, verbose_name="大字版")),
                    (
                        "session_epoch",
                        models.PositiveIntegerField(default=0, help_text="加一后，此人在所有设备上的登录全部失效"),
                    ),
                ],
                options={
                    "verbose_name": "用户",
                    "verbose_name_plural": "用户",
                    "constraints": [
                        models.UniqueConstraint(
                            django.db.models.functions.text.Lower("email"), name="one_user_per_email"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="PostedForm",
                fields=[
                    ("key", models.UUIDField(primary_key=True, serialize=False)),
                    ("path", models.CharField(max_length=300)),
                    ("answer", models.CharField(blank=True, max_length=500)),
                    ("at", models.DateTimeField(default=django.utils.timezone.now)),
                    (
                        "user",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
            ),
            migrations.CreateModel(
                name="CalendarFeed",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("token_sha256", models.CharField(max_length=64, unique=True)),
                    ("made_at", models.DateTimeField(verbose_name="生成时间")),
                    ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="停用时间")),
                    (
                        "user",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="calendar_feeds",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="用户",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "日历订阅",
                    "verbose_name_plural": "日历订阅",
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("ended_at__isnull", True)),
                            fields=("user",),
                            name="one_calendar_feed_per_person",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Message",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "address",
                        models.EmailField(
                            blank=True,
                            help_text="没有账号的人，例如提出异议的人",
                            max_length=254,
                            verbose_name="收件邮箱",
                        ),
                    ),
                    ("key", models.CharField(help_text="同一事项对同一人只发一次", max_length=120)),
                    ("subject", models.CharField(max_length=120, verbose_name="标题")),
                    ("body", models.TextField(verbose_name="正文")),
                    ("url", models.CharField(blank=True, max_length=200)),
                    ("created_at", models.DateTimeField(verbose_name="时间")),
                    ("read_at", models.DateTimeField(null=True)),
                    (
                        "email_state",
                        models.CharField(
                            choices=[("waiting", "待发"), ("sent", "已发"), ("failed", "失败"), ("none", "不发")],
                            default="waiting",
                            max_length=10,
                        ),
                    ),
                    ("attempts", models.PositiveSmallIntegerField(default=0)),
                    ("next_attempt_at", models.DateTimeField(null=True)),
                    ("erase_when_sent", models.BooleanField(default=False, help_text="正文含一次性链接，发出后即清除")),
                    (
                        "recipient",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="messages_received",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "verbose_name": "消息",
                    "verbose_name_plural": "消息",
                    "ordering": ["-id"],
                    "indexes": [
                        models.Index(
                            condition=models.Q(("email_state", "waiting")), fields=["id"], name="mail_waiting"
                        ),
                        models.Index(fields=["recipient", "-id"], name="messages_of_a_person"),
                        models.Index(
                            condition=models.Q(("read_at__isnull", True)),
                            fields=["recipient"],
                            name="unread_of_a_person",
                        ),
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("recipient", "address", "key"), name="a_message_is_sent_once", nulls_distinct=False
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("recipient__isnull", False), ("address", "")),
                                models.Q(("recipient__isnull", True), models.Q(("address", ""), _negated=True)),
                                _connector="OR",
                            ),
                            name="a_message_has_one_recipient",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="RoleGrant",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "role",
                        models.CharField(
                            choices=[
                                ("intake", "受理人员"),
                                ("manager", "评价管理人员"),
                                ("leader", "审批负责人"),
                                ("finance", "财务人员"),
                                ("district", "区局人员"),
                                ("auditor", "审计人员"),
                                ("system_admin", "系统管理员"),
                                ("security_admin", "安全管理员"),
                                ("audit_admin", "审计管理员"),
                            ],
                            max_length=20,
                            verbose_name="角色",
                        ),
                    ),
                    (
                        "scope",
                        models.CharField(
                            blank=True, help_text="区局人员所在的区或功能区", max_length=20, verbose_name="区域代码"
                        ),
                    ),
                    ("granted_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("ended_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "granted_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "user",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="role_grants",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="用户",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "角色授权",
                    "verbose_name_plural": "角色授权",
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("ended_at__isnull", True)),
                            fields=("user", "role", "scope"),
                            name="one_current_grant_of_a_role",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(
                                ("ended_at__isnull", True),
                                ("role__in", ["audit_admin", "security_admin", "system_admin"]),
                            ),
                            fields=("user",),
                            name="three_administrators_are_three_people",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("role", "district"), models.Q(("scope", ""), _negated=True)),
                                models.Q(models.Q(("role", "district"), _negated=True), ("scope", "")),
                                _connector="OR",
                            ),
                            name="district_staff_have_a_district",
                        ),
                    ],
                },
            ),
        ),
    ]
