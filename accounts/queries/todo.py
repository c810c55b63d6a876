from typing import Any

from allauth.mfa.models import Authenticator
from django.urls import reverse

from accounts.models import Message, User
from accounts.states import Role
from accounts.todo import Todo


def todo_for(user: Any) -> list[Todo]:
    """What a person still owes the own account, and what waits for the administrators."""
    found = []
    if not user.name:
        found.append(Todo("填写您的姓名", reverse("accounts:profile_edit"), reason="办理记录和通知上要显示姓名。"))
    if Role.SYSTEM_ADMIN in user.roles:
        found += _failed_mail()
    if Role.SECURITY_ADMIN in user.roles:
        found += _staff_without_totp()
    return found


def _failed_mail() -> list[Todo]:
    failed = Message.objects.filter(email_state=Message.EmailState.FAILED).count()
    if not failed:
        return []
    reason = "已自动重试 5 次。请先检查邮件服务器，再重发。"
    return [
        Todo(f"{failed} 封邮件发送失败", reverse("accounts:outbox") + "?email_state=failed", reason=reason, tone="bad")
    ]


def _staff_without_totp() -> list[Todo]:
    protected = Authenticator.objects.filter(type=Authenticator.Type.TOTP).values("user")
    staff = User.objects.filter(is_active=True, role_grants__ended_at__isnull=True, role_grants__isnull=False)
    bare = staff.exclude(pk__in=protected).distinct().count()
    if not bare:
        return []
    reason = "他们登录后只能先启用两步验证，还不能办理业务。"
    return [
        Todo(f"{bare} 名工作人员还没有启用两步验证", reverse("accounts:person_list") + "?has_totp=False", reason=reason)
    ]
