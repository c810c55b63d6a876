"""Settings, read once from the environment; a missing secret stops the start. `.env.example` lists every name."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
env = environ.Env()


def secret(name: str) -> str:
    """A secret from `NAME`, or from the file that `NAME_FILE` names (Docker and Kubernetes secrets)."""
    path = env.str(f"{name}_FILE", default="")
    value = Path(path).read_text().strip() if path else env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set: put it into the environment, or name a file in {name}_FILE.")
    return value


SECRET_KEY = secret("SECRET_KEY")
# Fernet keys that personal data of objectors is sealed with, comma-separated: the first seals, all open
FIELD_ENCRYPTION_KEY = secret("FIELD_ENCRYPTION_KEY")
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")

INSTALLED_APPS = [
    "config",
    "measures",
    "ledger",
    "accounts",
    "stations",
    "services",
    "supervision",
    "evaluation",
    "funding",
    "integration",
    "django.forms",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "oauth2_provider",
    "rest_framework",
    "rules.apps.AutodiscoverRulesConfig",
    "simple_history",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "accounts.cached.ShelfMiddleware",  # outside of all that asks who the visitor is; keeps the headers of the inside
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
    "config.second_factor.SecondFactorMiddleware",
    "config.errors.RefusalMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
            ],
            "builtins": ["config.templatetags.portal", "config.templatetags.words"],
        },
    }
]

FORM_RENDERER = "config.form_renderer.PortalFormRenderer"
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"

# -- Data  ----

DATABASES = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
    "-c lock_timeout=10s -c statement_timeout=60s -c idle_in_transaction_session_timeout=60s -c jit=off"
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL")
# Counts of the limits and used codes of the second factor, the same for all processes (docs/adr/0008). Redis may be down
# and nothing stops. What is counted must not be pushed out by many other counts, hence so many entries.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "counters",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}

STORAGES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static_files.PortalStaticFiles"},
}
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
if S3_BUCKET := env.str("S3_BUCKET", default=""):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.str("S3_ENDPOINT_URL", default=None),
            "access_key": secret("S3_ACCESS_KEY"),
            "secret_key": secret("S3_SECRET_KEY"),
            "default_acl": "private",
            "file_overwrite": False,
        },
    }
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]

# -- Who  ----

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.sign_in.SignInBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "integration.secrets.RandomSecretHasher",  # secrets of machine clients; never chosen for a person's password
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ROLE_SCOPES = "stations.queries.role_scopes"  # {code: name}: what district staff can work for
LOGIN_REDIRECT_URL = "/home/"
LOGIN_URL = "/accounts/login/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_PREVENT_ENUMERATION = True
# Wrong passwords are counted by axes, in PostgreSQL, and locked out before this limit; it is there for wrong codes of
# the second factor, which axes does not see.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/15m/key",
    "file_objection": "10/h/ip",  # evaluation.views.objections: anybody may, nobody floods
    "file_complaint": "10/h/ip",  # supervision.views.complaint: the same
    "sign_up_training": "60/h/ip",  # services.views.training_public: the firms of an office building
    "check_in_training": "600/h/ip",  # everybody in the room uses its network
    "post_need": "20/h/ip",  # services.views.need: the same; refused forms count, and a window serves many companies
}
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "【质量服务站】"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
REQUIRE_SECOND_FACTOR = True  # of staff and experts: config.second_factor
MFA_ADAPTER = "config.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # the clock of a telephone may be half a minute off
MFA_TOTP_ISSUER = "武汉质量基础设施一站式服务站"
AXES_VERBOSE = False
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "accounts.sign_in.name_typed"
AXES_LOCKOUT_CALLABLE = "config.errors.locked_out"

SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_AGE = 30 * 60  # of staff and experts
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
HTTPS = env.bool("HTTPS", default=False)
if HTTPS:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_REDIRECT_EXEMPT = [r"^healthz/"]
# How many reverse proxies stand in front: whose address a limit counts is read from X-Forwarded-For accordingly
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("PROXY_COUNT", default=0)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # an application's PDF is viewed in place, inside our own page
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

# -- The interface for machines  ----

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["integration.api.access.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["integration.api.access.HasScope"],
    "DEFAULT_THROTTLE_CLASSES": ["integration.api.limits.CallLimit"],
    "DEFAULT_PARSER_CLASSES": ["integration.api.parsers.StrictJson"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "integration.api.parsers.AlwaysJson",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "integration.api.schema.InterfaceSchema",
    "EXCEPTION_HANDLER": "integration.api.problems.exception_handler",
    "COERCE_DECIMAL_TO_STRING": True,
}
API_CALLS_PER_MINUTE = {
    "address": env.int("API_CALLS_PER_MINUTE_ADDRESS", default=120),  # without a token; pages on the shelf not counted
    "client": env.int("API_CALLS_PER_MINUTE_CLIENT", default=1200),
    "token": env.int("API_CALLS_PER_MINUTE_TOKEN", default=30),
}
OAUTH2_PROVIDER_APPLICATION_MODEL = "integration.ApiClient"
OAUTH2_PROVIDER = {
    "SCOPES_BACKEND_CLASS": "integration.scopes.ClientScopes",
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.BackendApplicationServer",  # client credentials and nothing else
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    "CLIENT_SECRET_HASHER": "random_secret_sha256",
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    # RFC 9700, whole; the token itself is not kept, only its digest
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "武汉市质量基础设施“一站式”服务站接口",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENFORCE_NON_BLANK_FIELDS": True,
    "SCHEMA_PATH_PREFIX": r"/api/v1/",
    "PREPROCESSING_HOOKS": ["integration.api.schema.ours_only"],
    "POSTPROCESSING_HOOKS": ["integration.api.schema.with_problems"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# -- Time, language  ----

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# -- Mail, work  ----

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="noreply@localhost")

# Celery has its own word for a socket.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_TASK_PUBLISH_RETRY = False  # a submit must not wait for a broker that is down: the sweep finds the work
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    # one attempt: a request does not wait for a broker that is down
    "max_retries": 0,
}
# Seconds without a sign of life after which long work counts as given up: with the next sweep, two minutes at most
LONG_JOB_GIVEN_UP = 60
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "config.tasks.sweep", "schedule": 60.0},
    "webhooks": {"task": "integration.tasks.arrange_deliveries", "schedule": 10.0},
    "mail": {"task": "accounts.tasks.deliver_mail", "schedule": 60.0},
    "interface": {"task": "integration.tasks.forget_expired", "schedule": 3600.0},
    "posted_forms": {"task": "accounts.tasks.forget_posted_forms", "schedule": 24 * 3600.0},
}
CELERY_TIMEZONE = TIME_ZONE

# Webhooks: seconds for one delivery, all of it; certificates trusted besides those of the system; hosts that may lead
# inside (none: only tests name one)
WEBHOOK_SECONDS = 10
WEBHOOK_CA_FILE = env.str("WEBHOOK_CA_FILE", default="")
WEBHOOK_HOSTS_INSIDE: frozenset[str] = frozenset()

# The platform 汉检链 (docs/hanjianlian.md): nothing is exchanged while there is no address; with one, the secret must be set
HANJIANLIAN = {"url": env.str("HANJIANLIAN_URL", default="").rstrip("/"), "client_id": "", "client_secret": ""}
if HANJIANLIAN["url"]:
    HANJIANLIAN["client_id"] = env.str("HANJIANLIAN_CLIENT_ID")
    HANJIANLIAN["client_secret"] = secret("HANJIANLIAN_CLIENT_SECRET")

# -- Uploads  ----

FILE_UPLOAD_PERMISSIONS = 0o600
MAX_UPLOAD_BYTES = 50 * 1024 * 1024
MAX_REQUEST_BYTES = 4 * MAX_UPLOAD_BYTES  # several files in one form; what is larger is turned away unread
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# -- What a government site shows in its footer; hidden when empty  ----

SITE_FOOTER = {
    "sponsor": env.str("SITE_SPONSOR", default="武汉市市场监督管理局"),
    "contact": env.str("SITE_CONTACT", default=""),
    "site_code": env.str("SITE_CODE", default=""),
    "icp": env.str("SITE_ICP", default=""),
    "police": env.str("SITE_POLICE", default=""),
    "report_error_url": env.str("SITE_REPORT_ERROR_URL", default=""),
}
MEASURE = env.str("MEASURE", default="wuhan")
# Working days within which intake means to look at a submission: the bureau's own promise, the measure sets none
INTAKE_CHECK_DAYS = env.int("INTAKE_CHECK_DAYS", default=5)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "weasyprint.progress": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        "pikepdf": {"level": "WARNING"},
    },
}
SILENCED_SYSTEM_CHECKS = [
    "security.W019",  # frames of our own origin only: a PDF is viewed in place, inside our own page
    "security.W021",  # to be preloaded into browsers is for the owner of the whole domain to ask
]
