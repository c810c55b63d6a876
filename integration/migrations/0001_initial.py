import django.contrib.postgres.fields
import django.db.models.deletion
import oauth2_provider.generators
import oauth2_provider.models
from django.conf import settings
from django.db import migrations, models

from ledger.tables import CreateModels


class Migration(migrations.Migration):
    initial = True

    run_before = [("oauth2_provider", "0001_initial")]  # whose keys lead to our ApiClient

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("ledger", "0001_initial"),
        ("stations", "0001_initial"),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="ApiClient",
                fields=[
                    ("id", models.BigAutoField(primary_key=True, serialize=False)),
                    (
                        "client_id",
                        models.CharField(
                            db_index=True,
                            default=oauth2_provider.generators.generate_client_id,
                            max_length=255,
                            unique=True,
                            verbose_name="client ID",
                        ),
                    ),
                    (
                        "redirect_uris",
                        models.TextField(
                            blank=True, help_text="Allowed URIs list, space separated", verbose_name="redirect URIs"
                        ),
                    ),
                    (
                        "post_logout_redirect_uris",
                        models.TextField(
                            blank=True,
                            default="",
                            help_text="Allowed Post Logout URIs list, space separated",
                            verbose_name="post logout redirect URIs",
                        ),
                    ),
                    (
                        "client_type",
                        models.CharField(
                            choices=[("confidential", "Confidential"), ("public", "Public")],
                            max_length=32,
                            verbose_name="client type",
                        ),
                    ),
                    (
                        "authorization_grant_type",
                        models.CharField(
                            choices=[
                                ("authorization-code", "Authorization code"),
                                ("urn:ietf:params:oauth:grant-type:device_code", "Device Code"),
                                ("implicit", "Implicit"),
                                ("password", "Resource owner password-based"),
                                ("client-credentials", "Client credentials"),
                                ("openid-hybrid", "OpenID connect hybrid"),
                            ],
                            max_length=44,
                            verbose_name="authorization grant type",
                        ),
                    ),
                    (
                        "client_secret",
                        oauth2_provider.models.ClientSecretField(
                            blank=True,
                            db_index=True,
                            default=oauth2_provider.generators.generate_client_secret,
                            help_text="Client secret for authentication",
                            max_length=255,
                            verbose_name="client secret",
                        ),
                    ),
                    ("hash_client_secret", models.BooleanField(default=True, verbose_name="hash client secret")),
                    ("name", models.CharField(blank=True, max_length=255, verbose_name="name")),
                    ("skip_authorization", models.BooleanField(default=False, verbose_name="skip authorization")),
                    ("created", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                    ("updated", models.DateTimeField(auto_now=True, verbose_name="updated")),
                    (
                        "algorithm",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("", "No OIDC support"),
                                ("RS256", "RSA with SHA-2 256"),
                                ("HS256", "HMAC with SHA-2 256"),
                            ],
                            default="",
                            max_length=5,
                            verbose_name="algorithm",
                        ),
                    ),
                    (
                        "allowed_origins",
                        models.TextField(
                            blank=True,
                            default="",
                            help_text="Allowed origins list to enable CORS, space separated",
                            verbose_name="allowed origins",
                        ),
                    ),
                    (
                        "registration_source",
                        models.CharField(
                            choices=[
                                ("manual", "Manual"),
                                ("dcr", "Dynamic Client Registration"),
                                ("cimd", "Client ID Metadata Document"),
                            ],
                            default="manual",
                            help_text="How this application was registered (manual, DCR per RFC 7591, or CIMD)",
                            max_length=32,
                            verbose_name="registration source",
                        ),
                    ),
                    (
                        "cimd_expires_at",
                        models.DateTimeField(
                            blank=True,
                            default=None,
                            help_text="When the cached Client ID Metadata Document should be re-fetched",
                            null=True,
                            verbose_name="CIMD expires at",
                        ),
                    ),
                    ("operator", models.CharField(max_length=100, verbose_name="运营单位")),
                    ("contact", models.EmailField(max_length=254, verbose_name="联系邮箱")),
                    ("purpose", models.CharField(max_length=300, verbose_name="用途")),
                    (
                        "scopes",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(
                                choices=[
                                    ("stations:read", "查看授权服务站"),
                                    ("services:read", "读取服务记录"),
                                    ("services:write", "写入服务记录、设备预约和评价"),
                                    ("needs:write", "提交服务需求"),
                                    ("events:read", "读取事件"),
                                ],
                                max_length=30,
                            ),
                            default=list,
                            size=None,
                            verbose_name="权限范围",
                        ),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[("active", "使用中"), ("disabled", "已停用")],
                            default="active",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    ("secret_set_at", models.DateTimeField(verbose_name="密钥生成时间")),
                    (
                        "registered_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="登记人",
                        ),
                    ),
                    (
                        "user",
                        models.ForeignKey(
                            blank=True,
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "verbose_name": "接口客户端",
                    "verbose_name_plural": "接口客户端",
                    "ordering": ["id"],
                    "abstract": False,
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["active", "disabled"])), name="api_client_state_known"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("authorization_grant_type", "client-credentials"),
                                ("client_type", "confidential"),
                                ("hash_client_secret", True),
                                ("user__isnull", True),
                            ),
                            name="a_client_is_a_program_with_a_hashed_secret",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("scopes", []), _negated=True), name="a_client_may_do_something"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="IdempotencyKey",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("client_id", models.CharField(max_length=100, verbose_name="客户端")),
                    ("key", models.CharField(max_length=200, verbose_name="幂等键")),
                    (
                        "fingerprint",
                        models.CharField(
                            help_text="方法、路径和规范化正文的 SHA-256", max_length=64, verbose_name="请求指纹"
                        ),
                    ),
                    ("status", models.PositiveSmallIntegerField(verbose_name="答复状态码")),
                    ("content_type", models.CharField(max_length=100, verbose_name="答复类型")),
                    ("body", models.TextField(blank=True, verbose_name="答复正文")),
                    ("created_at", models.DateTimeField(db_index=True, verbose_name="时间")),
                ],
                options={
                    "verbose_name": "幂等键",
                    "verbose_name_plural": "幂等键",
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("client_id", "key"), name="an_idempotency_key_is_answered_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("status__gte", 200), ("status__lt", 500)),
                            name="a_kept_answer_is_no_fault_of_ours",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="RequestCount",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("subject", models.CharField(max_length=120)),
                    ("stretch", models.BigIntegerField(help_text="number of the stretch since 1970")),
                    ("seen_until", models.DateTimeField(help_text="when the stretch ends, and the row may go")),
                    ("count", models.PositiveIntegerField(default=1)),
                ],
                options={
                    "verbose_name": "接口调用计数",
                    "verbose_name_plural": "接口调用计数",
                    "indexes": [models.Index(fields=["seen_until"], name="counts_by_end")],
                    "constraints": [
                        models.UniqueConstraint(fields=("subject", "stretch"), name="one_count_per_subject_and_stretch")
                    ],
                },
            ),
            migrations.CreateModel(
                name="StationAuthorisation",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "scopes",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(
                                choices=[
                                    ("stations:read", "查看授权服务站"),
                                    ("services:read", "读取服务记录"),
                                    ("services:write", "写入服务记录、设备预约和评价"),
                                    ("needs:write", "提交服务需求"),
                                    ("events:read", "读取事件"),
                                ],
                                max_length=30,
                            ),
                            size=None,
                            verbose_name="权限范围",
                        ),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[("given", "已授权"), ("withdrawn", "已撤回")],
                            default="given",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    ("given_at", models.DateTimeField(verbose_name="授权时间")),
                    ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="撤回时间")),
                    (
                        "client",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="authorisations",
                            to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL,
                            verbose_name="接口客户端",
                        ),
                    ),
                    (
                        "given_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="授权人",
                        ),
                    ),
                    (
                        "station",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="api_authorisations",
                            to="stations.station",
                            verbose_name="服务站",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "接口授权",
                    "verbose_name_plural": "接口授权",
                    "ordering": ["-given_at", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["given", "withdrawn"])), name="authorisation_state_known"
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("state", "given")),
                            fields=("client", "station"),
                            name="one_leave_per_client_and_station",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("scopes", []), _negated=True), name="a_leave_is_for_something"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "given"), ("withdrawn_at__isnull", True)),
                                models.Q(("state", "withdrawn"), ("withdrawn_at__isnull", False)),
                                _connector="OR",
                            ),
                            name="a_withdrawn_leave_says_when",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="WebhookEndpoint",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("url", models.URLField(max_length=300, verbose_name="地址")),
                    (
                        "kinds",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(
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
                            ),
                            size=None,
                            verbose_name="推送的事件",
                        ),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[("active", "使用中"), ("disabled", "已停用")],
                            default="active",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    ("secret", models.CharField(max_length=300)),
                    ("earlier_secret", models.CharField(blank=True, max_length=300)),
                    ("earlier_until", models.DateTimeField(blank=True, null=True, verbose_name="旧密钥停用时间")),
                    ("made_until", models.BigIntegerField(default=0, verbose_name="已安排到的事件序号")),
                    ("registered_at", models.DateTimeField(verbose_name="登记时间")),
                    (
                        "client",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="webhooks",
                            to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL,
                            verbose_name="接口客户端",
                        ),
                    ),
                    (
                        "registered_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="登记人",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "推送地址",
                    "verbose_name_plural": "推送地址",
                    "ordering": ["id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["active", "disabled"])),
                            name="webhook_endpoint_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("url__startswith", "https://")), name="a_webhook_goes_by_https"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("kinds", []), _negated=True), name="a_webhook_tells_of_something"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("earlier_secret", ""), ("earlier_until__isnull", True)),
                                models.Q(
                                    models.Q(("earlier_secret", ""), _negated=True), ("earlier_until__isnull", False)
                                ),
                                _connector="OR",
                            ),
                            name="an_earlier_webhook_secret_has_its_end",
                        ),
                        models.UniqueConstraint(fields=("client", "url"), name="a_client_gives_an_address_once"),
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
                    (
                        "outcome",
                        models.CharField(
                            choices=[("waiting", "等待推送"), ("delivered", "已送达"), ("dead", "未送达")],
                            default="waiting",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="已尝试次数")),
                    ("next_at", models.DateTimeField(null=True, verbose_name="下次推送")),
                    ("made_at", models.DateTimeField(verbose_name="产生时间")),
                    ("last_at", models.DateTimeField(null=True, verbose_name="最近一次尝试")),
                    ("last_status", models.PositiveSmallIntegerField(null=True, verbose_name="最近一次状态码")),
                    (
                        "last_problem",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("no_such_host", "域名无法解析"),
                                ("address_refused", "域名指向内部网络地址，不予连接"),
                                ("unreachable", "无法连接"),
                                ("certificate", "TLS 证书不可信或握手失败"),
                                ("timeout", "没有在规定时间内答复"),
                                ("no_answer", "答复不是有效的 HTTP"),
                                ("redirect", "答复为重定向，不予跟随"),
                                ("gone", "答复 410，地址已停用"),
                                ("status", "答复状态码不是 2xx"),
                                ("no_leave", "服务站已撤回授权，不再推送"),
                            ],
                            max_length=20,
                            verbose_name="最近一次问题",
                        ),
                    ),
                    (
                        "event",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="ledger.event",
                            verbose_name="事件",
                        ),
                    ),
                    (
                        "endpoint",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="deliveries",
                            to="integration.webhookendpoint",
                            verbose_name="推送地址",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "推送记录",
                    "verbose_name_plural": "推送记录",
                    "ordering": ["-id"],
                    "indexes": [
                        models.Index(
                            condition=models.Q(("outcome", "waiting")),
                            fields=["endpoint", "next_at"],
                            name="delivery_waiting",
                        ),
                        models.Index(fields=["outcome", "-id"], name="delivery_by_outcome"),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("outcome__in", ["waiting", "delivered", "dead"])),
                            name="delivery_outcome_known",
                        ),
                        models.UniqueConstraint(fields=("endpoint", "event"), name="an_event_goes_to_an_endpoint_once"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("next_at__isnull", False), ("outcome", "waiting")),
                                models.Q(models.Q(("outcome", "waiting"), _negated=True), ("next_at__isnull", True)),
                                _connector="OR",
                            ),
                            name="a_waiting_delivery_has_its_next_time",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Attempt",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("at", models.DateTimeField(verbose_name="时间")),
                    ("milliseconds", models.PositiveIntegerField(verbose_name="用时（毫秒）")),
                    ("status", models.PositiveSmallIntegerField(null=True, verbose_name="状态码")),
                    (
                        "problem",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("no_such_host", "域名无法解析"),
                                ("address_refused", "域名指向内部网络地址，不予连接"),
                                ("unreachable", "无法连接"),
                                ("certificate", "TLS 证书不可信或握手失败"),
                                ("timeout", "没有在规定时间内答复"),
                                ("no_answer", "答复不是有效的 HTTP"),
                                ("redirect", "答复为重定向，不予跟随"),
                                ("gone", "答复 410，地址已停用"),
                                ("status", "答复状态码不是 2xx"),
                                ("no_leave", "服务站已撤回授权，不再推送"),
                            ],
                            max_length=20,
                            verbose_name="问题",
                        ),
                    ),
                    ("excerpt", models.CharField(blank=True, max_length=500, verbose_name="答复摘录")),
                    (
                        "delivery",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="tries", to="integration.delivery"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "推送尝试",
                    "verbose_name_plural": "推送尝试",
                    "ordering": ["-id"],
                },
            ),
            migrations.CreateModel(
                name="PullState",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[("online_service", "线上服务"), ("receipt", "存证回执")],
                            max_length=20,
                            unique=True,
                            verbose_name="类别",
                        ),
                    ),
                    ("since", models.DateTimeField(null=True, verbose_name="已拉取到")),
                    ("next_at", models.DateTimeField(verbose_name="下次拉取")),
                    ("failures", models.PositiveIntegerField(default=0, verbose_name="连续未成功次数")),
                    ("last_at", models.DateTimeField(null=True, verbose_name="最近一次拉取")),
                    ("done_at", models.DateTimeField(null=True, verbose_name="最近一次成功")),
                    ("taken", models.PositiveIntegerField(default=0, verbose_name="接收")),
                    ("refused", models.PositiveIntegerField(default=0, verbose_name="退回")),
                    ("last_status", models.PositiveSmallIntegerField(null=True, verbose_name="最近一次状态码")),
                    (
                        "last_problem",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("no_such_host", "域名无法解析"),
                                ("address_refused", "域名指向内部网络地址，不予连接"),
                                ("unreachable", "无法连接"),
                                ("certificate", "TLS 证书不可信或握手失败"),
                                ("timeout", "没有在规定时间内答复"),
                                ("no_answer", "答复不是有效的 HTTP"),
                                ("redirect", "答复为重定向，不予跟随"),
                                ("gone", "答复 410，地址已停用"),
                                ("status", "答复状态码不是 2xx"),
                                ("no_leave", "服务站已撤回授权，不再推送"),
                                ("token_refused", "没有取得令牌，请核对客户端编号和密钥"),
                                ("unauthorised", "平台不接受刚取得的令牌"),
                                ("refused", "平台不接受这份内容"),
                                ("busy", "平台要求放慢"),
                                ("failed", "平台内部错误"),
                                ("unreadable", "答复不是约定的内容"),
                                ("too_long", "答复过长"),
                                ("not_confirmed", "平台确认的内容指纹与推送的不同"),
                            ],
                            max_length=20,
                            verbose_name="最近一次问题",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "拉取进度",
                    "verbose_name_plural": "拉取进度",
                    "ordering": ["kind"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("kind__in", ["online_service", "receipt"])), name="pulled_kind_known"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Reconciliation",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("asked_at", models.DateTimeField(verbose_name="发起时间")),
                    ("finished", models.BooleanField(default=False, verbose_name="已结束")),
                    ("finished_at", models.DateTimeField(null=True, verbose_name="结束时间")),
                    (
                        "problem",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("no_such_host", "域名无法解析"),
                                ("address_refused", "域名指向内部网络地址，不予连接"),
                                ("unreachable", "无法连接"),
                                ("certificate", "TLS 证书不可信或握手失败"),
                                ("timeout", "没有在规定时间内答复"),
                                ("no_answer", "答复不是有效的 HTTP"),
                                ("redirect", "答复为重定向，不予跟随"),
                                ("gone", "答复 410，地址已停用"),
                                ("status", "答复状态码不是 2xx"),
                                ("no_leave", "服务站已撤回授权，不再推送"),
                                ("token_refused", "没有取得令牌，请核对客户端编号和密钥"),
                                ("unauthorised", "平台不接受刚取得的令牌"),
                                ("refused", "平台不接受这份内容"),
                                ("busy", "平台要求放慢"),
                                ("failed", "平台内部错误"),
                                ("unreadable", "答复不是约定的内容"),
                                ("too_long", "答复过长"),
                                ("not_confirmed", "平台确认的内容指纹与推送的不同"),
                            ],
                            max_length=20,
                            verbose_name="未完成的原因",
                        ),
                    ),
                    ("differing", models.PositiveIntegerField(default=0, verbose_name="差异")),
                    ("counts", models.JSONField(default=dict, verbose_name="数量")),
                    (
                        "asked_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="发起人",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "对账",
                    "verbose_name_plural": "对账",
                    "ordering": ["-id"],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("finished", False)),
                            fields=("finished",),
                            name="one_reconciliation_at_a_time",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("finished", False), ("finished_at__isnull", True)),
                                models.Q(("finished", True), ("finished_at__isnull", False)),
                                _connector="OR",
                            ),
                            name="a_finished_reconciliation_has_its_time",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Discrepancy",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("station", "服务站"),
                                ("certificate", "证书"),
                                ("seal", "台账封存"),
                                ("online_service", "线上服务"),
                                ("receipt", "存证回执"),
                            ],
                            max_length=20,
                            verbose_name="类别",
                        ),
                    ),
                    ("number", models.CharField(max_length=64, verbose_name="编号")),
                    ("label", models.CharField(blank=True, max_length=200, verbose_name="名称")),
                    (
                        "what",
                        models.CharField(
                            choices=[
                                ("not_sent", "尚未推送成功"),
                                ("missing_there", "推送过，平台没有"),
                                ("hash_differs", "内容与推送的不同"),
                                ("outdated", "本门户已变更，平台还是旧内容"),
                                ("extra_there", "平台多出，本门户没有"),
                                ("missing_here", "平台有，本门户没有拉取到"),
                                ("gone_there", "拉取过，平台已没有"),
                            ],
                            max_length=20,
                            verbose_name="差异",
                        ),
                    ),
                    ("ours", models.CharField(blank=True, max_length=64, verbose_name="本门户的指纹")),
                    ("sent", models.CharField(blank=True, max_length=64, verbose_name="推送时的指纹")),
                    ("theirs", models.CharField(blank=True, max_length=64, verbose_name="平台的指纹")),
                    ("note", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                    (
                        "reconciliation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="discrepancies",
                            to="integration.reconciliation",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "对账差异",
                    "verbose_name_plural": "对账差异",
                    "ordering": ["id"],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("reconciliation", "kind", "number"), name="a_thing_differs_once_in_a_run"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="RefusedItem",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[("online_service", "线上服务"), ("receipt", "存证回执")],
                            max_length=20,
                            verbose_name="类别",
                        ),
                    ),
                    ("key", models.CharField(max_length=64, verbose_name="平台编号")),
                    ("reason", models.CharField(max_length=300, verbose_name="不能接收的原因")),
                    ("raw", models.TextField(blank=True, verbose_name="原文")),
                    ("first_at", models.DateTimeField(verbose_name="首次出现")),
                    ("last_at", models.DateTimeField(verbose_name="最近一次出现")),
                    ("settled_at", models.DateTimeField(null=True, verbose_name="解决时间")),
                ],
                options={
                    "verbose_name": "退回内容",
                    "verbose_name_plural": "退回内容",
                    "ordering": ["-last_at", "-id"],
                    "constraints": [
                        models.UniqueConstraint(fields=("kind", "key"), name="what_was_refused_is_kept_once")
                    ],
                },
            ),
            migrations.CreateModel(
                name="SentDocument",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[("station", "服务站"), ("certificate", "证书"), ("seal", "台账封存")],
                            max_length=20,
                            verbose_name="类别",
                        ),
                    ),
                    ("number", models.CharField(max_length=60, verbose_name="编号")),
                    ("label", models.CharField(max_length=120, verbose_name="名称")),
                    ("body", models.JSONField(verbose_name="内容")),
                    ("hash", models.CharField(max_length=64, verbose_name="内容指纹")),
                    ("arranged_at", models.DateTimeField(verbose_name="内容产生时间")),
                    (
                        "outcome",
                        models.CharField(
                            choices=[("waiting", "等待推送"), ("confirmed", "平台已确认")],
                            default="waiting",
                            max_length=20,
                            verbose_name="状态",
                        ),
                    ),
                    ("confirmed_hash", models.CharField(blank=True, max_length=64, verbose_name="平台确认的指纹")),
                    ("confirmed_at", models.DateTimeField(null=True, verbose_name="平台确认时间")),
                    ("attempts", models.PositiveIntegerField(default=0, verbose_name="连续未成功次数")),
                    ("next_at", models.DateTimeField(null=True, verbose_name="下次推送")),
                    ("last_at", models.DateTimeField(null=True, verbose_name="最近一次推送")),
                    ("last_status", models.PositiveSmallIntegerField(null=True, verbose_name="最近一次状态码")),
                    (
                        "last_problem",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("no_such_host", "域名无法解析"),
                                ("address_refused", "域名指向内部网络地址，不予连接"),
                                ("unreachable", "无法连接"),
                                ("certificate", "TLS 证书不可信或握手失败"),
                                ("timeout", "没有在规定时间内答复"),
                                ("no_answer", "答复不是有效的 HTTP"),
                                ("redirect", "答复为重定向，不予跟随"),
                                ("gone", "答复 410，地址已停用"),
                                ("status", "答复状态码不是 2xx"),
                                ("no_leave", "服务站已撤回授权，不再推送"),
                                ("token_refused", "没有取得令牌，请核对客户端编号和密钥"),
                                ("unauthorised", "平台不接受刚取得的令牌"),
                                ("refused", "平台不接受这份内容"),
                                ("busy", "平台要求放慢"),
                                ("failed", "平台内部错误"),
                                ("unreadable", "答复不是约定的内容"),
                                ("too_long", "答复过长"),
                                ("not_confirmed", "平台确认的内容指纹与推送的不同"),
                            ],
                            max_length=20,
                            verbose_name="最近一次问题",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "推送文档",
                    "verbose_name_plural": "推送文档",
                    "ordering": ["kind", "id"],
                    "indexes": [
                        models.Index(
                            condition=models.Q(("outcome", "waiting")), fields=["next_at"], name="sent_document_waiting"
                        )
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("kind", "number"), name="a_document_of_a_number_goes_out_once"),
                        models.CheckConstraint(
                            condition=models.Q(("kind__in", ["station", "certificate", "seal"])),
                            name="sent_document_kind_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("confirmed_at__isnull", False),
                                    ("confirmed_hash", models.F("hash")),
                                    ("next_at__isnull", True),
                                    ("outcome", "confirmed"),
                                ),
                                models.Q(("next_at__isnull", False), ("outcome", "waiting")),
                                _connector="OR",
                            ),
                            name="a_document_is_confirmed_as_it_is_or_waits",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SendAttempt",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("hash", models.CharField(max_length=64, verbose_name="内容指纹")),
                    ("at", models.DateTimeField(verbose_name="时间")),
                    ("milliseconds", models.PositiveIntegerField(verbose_name="用时（毫秒）")),
                    ("status", models.PositiveSmallIntegerField(null=True, verbose_name="状态码")),
                    (
                        "problem",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("no_such_host", "域名无法解析"),
                                ("address_refused", "域名指向内部网络地址，不予连接"),
                                ("unreachable", "无法连接"),
                                ("certificate", "TLS 证书不可信或握手失败"),
                                ("timeout", "没有在规定时间内答复"),
                                ("no_answer", "答复不是有效的 HTTP"),
                                ("redirect", "答复为重定向，不予跟随"),
                                ("gone", "答复 410，地址已停用"),
                                ("status", "答复状态码不是 2xx"),
                                ("no_leave", "服务站已撤回授权，不再推送"),
                                ("token_refused", "没有取得令牌，请核对客户端编号和密钥"),
                                ("unauthorised", "平台不接受刚取得的令牌"),
                                ("refused", "平台不接受这份内容"),
                                ("busy", "平台要求放慢"),
                                ("failed", "平台内部错误"),
                                ("unreadable", "答复不是约定的内容"),
                                ("too_long", "答复过长"),
                                ("not_confirmed", "平台确认的内容指纹与推送的不同"),
                            ],
                            max_length=20,
                            verbose_name="问题",
                        ),
                    ),
                    ("excerpt", models.CharField(blank=True, max_length=500, verbose_name="答复摘录")),
                    (
                        "document",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="tries",
                            to="integration.sentdocument",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "向汉检链的推送",
                    "verbose_name_plural": "向汉检链的推送",
                    "ordering": ["-id"],
                },
            ),
            migrations.CreateModel(
                name="AnchorReceipt",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("number", models.CharField(max_length=64, unique=True, verbose_name="回执编号")),
                    ("seal_number", models.PositiveIntegerField(verbose_name="封存序号")),
                    ("root", models.CharField(max_length=64, verbose_name="平台所见的默克尔根")),
                    ("hash", models.CharField(blank=True, max_length=64, verbose_name="平台所见的封存值")),
                    ("reference", models.CharField(max_length=200, verbose_name="交易编号")),
                    ("anchored_at", models.DateTimeField(verbose_name="存证时间")),
                    ("received_at", models.DateTimeField(verbose_name="取得时间")),
                    (
                        "verdict",
                        models.CharField(
                            choices=[
                                ("matches", "与本门户一致"),
                                ("differs", "与本门户不一致"),
                                ("no_such_seal", "本门户没有这一号封存"),
                            ],
                            max_length=20,
                            verbose_name="核对",
                        ),
                    ),
                    ("raw", models.TextField(verbose_name="回执原文")),
                    (
                        "seal",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="receipts",
                            to="ledger.seal",
                            verbose_name="封存",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "存证回执",
                    "verbose_name_plural": "存证回执",
                    "ordering": ["-seal_number", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("seal__isnull", True), ("verdict", "no_such_seal")),
                                models.Q(("seal__isnull", False), ("verdict__in", ["matches", "differs"])),
                                _connector="OR",
                            ),
                            name="a_receipt_without_a_seal_says_so",
                        )
                    ],
                },
            ),
        ),
    ]
