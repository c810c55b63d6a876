from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from rules import has_perm

from accounts.states import ADMINS, PERSON_ACTS, Role


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person. There is no super-user: every right comes from a role, a membership or an assignment."""

    email = models.EmailField("邮箱", unique=True)
    name = models.CharField("姓名", max_length=40, blank=True)
    phone = models.CharField("手机", max_length=20, blank=True)
    is_active = models.BooleanField("启用", default=True)
    date_joined = models.DateTimeField("注册时间", default=timezone.now)
    large_type = models.BooleanField("大字版", default=False)
    session_epoch = models.PositiveIntegerField(default=0, help_text="加一后，此人在所有设备上的登录全部失效")

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []
    ACTS = PERSON_ACTS

    class Meta:
        verbose_name = verbose_name_plural = "用户"
        constraints = [models.UniqueConstraint(Lower("email"), name="one_user_per_email")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_absolute_url(self) -> str:
        return reverse("accounts:person_detail", args=[self.pk])

    def get_full_name(self) -> str:
        return self.name or self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must match, or it ends: the password, as Django has it, and the epoch of the sessions."""
        return salted_hmac(
            "accounts.User.session", f"{self.password} {self.session_epoch}", secret=secret, algorithm="sha256"
        ).hexdigest()

    @cached_property
    def roles(self) -> frozenset[str]:
        """Work roles in force, read once per request."""
        return frozenset(grant.role for grant in self.current_grants)

    @cached_property
    def current_grants(self) -> list["RoleGrant"]:
        return list(self.role_grants.filter(ended_at__isnull=True))

    @property
    def districts(self) -> frozenset[str]:
        """Codes of the districts for which the person works as district staff."""
        return frozenset(grant.scope for grant in self.current_grants if grant.role == Role.DISTRICT)

    @property
    def is_staff(self) -> bool:
        """Whether Django's admin lets the person in."""
        return Role.SYSTEM_ADMIN in self.roles

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and has_perm(perm, self, obj)

    def has_perms(self, perms: list[str], obj: object = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff


class RoleGrant(models.Model):
    """A role given to a person, by whom and until when. Ended grants are kept."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_grants", verbose_name="用户")
    role = models.CharField("角色", max_length=20, choices=Role)
    scope = models.CharField("区域代码", max_length=20, blank=True, help_text="区局人员所在的区或功能区")
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "角色授权"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "scope"], condition=Q(ended_at__isnull=True), name="one_current_grant_of_a_role"
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(ended_at__isnull=True, role__in=sorted(ADMINS)),
                name="three_administrators_are_three_people",
            ),
            models.CheckConstraint(
                condition=(Q(role=Role.DISTRICT) & ~Q(scope="")) | (~Q(role=Role.DISTRICT) & Q(scope="")),
                name="district_staff_have_a_district",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()}"


class Message(models.Model):
    """An in-site message and, unless `email_state` says otherwise, an e-mail in the outbox. Sent after commit."""

    ACTS = {"resend": "重发邮件"}

    class EmailState(models.TextChoices):
        WAITING = "waiting", "待发"
        SENT = "sent", "已发"
        FAILED = "failed", "失败"
        NONE = "none", "不发"

    recipient = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="messages_received")
    address = models.EmailField("收件邮箱", blank=True, help_text="没有账号的人，例如提出异议的人")
    key = models.CharField(max_length=120, help_text="同一事项对同一人只发一次")
    subject = models.CharField("标题", max_length=120)
    body = models.TextField("正文")
    url = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField(null=True)
    email_state = models.CharField(max_length=10, choices=EmailState, default=EmailState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    erase_when_sent = models.BooleanField(default=False, help_text="正文含一次性链接，发出后即清除")

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "address", "key"], name="a_message_is_sent_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=(Q(recipient__isnull=False) & Q(address="")) | (Q(recipient__isnull=True) & ~Q(address="")),
                name="a_message_has_one_recipient",
            ),
        ]
        indexes = [
            # accounts.tasks.deliver_mail reads the outbox by this
            models.Index(fields=["id"], condition=Q(email_state="waiting"), name="mail_waiting"),
            models.Index(fields=["recipient", "-id"], name="messages_of_a_person"),
            # accounts.sign_in counts them at every request of a person
            models.Index(fields=["recipient"], condition=Q(read_at__isnull=True), name="unread_of_a_person"),
        ]

    def __str__(self) -> str:
        return self.subject


class PostedForm(models.Model):
    """A form that was posted, by the random token that it carried, and where its answer led."""

    key = models.UUIDField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    path = models.CharField(max_length=300)
    answer = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.path


class CalendarFeed(models.Model):
    """The secret address at which a person's calendar program reads the dates that concern him or her. Only the digest of
    the secret is kept; a new one takes the place of the old."""

    ACTS = {"make": "生成日历订阅地址", "end": "停用日历订阅地址"}

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="calendar_feeds", verbose_name="用户")
    token_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField("生成时间")
    ended_at = models.DateTimeField("停用时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "日历订阅"
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at__isnull=True), name="one_calendar_feed_per_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}的日历订阅"
