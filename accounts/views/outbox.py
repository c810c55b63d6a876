"""Mails that have not left yet, for the system administrator."""

from typing import Any

from django.urls import reverse

from accounts import actions, queries
from accounts.exports import Column
from accounts.forms import OutboxFilter
from accounts.pages import ActPage, ListPage
from accounts.states import Role


class Outbox(ListPage):
    title = "待发邮件"
    roles = {Role.SYSTEM_ADMIN}
    template_name = "accounts/outbox.html"
    query = staticmethod(queries.outbox_of)
    filterset_class = OutboxFilter
    search_fields = ("subject", "address", "recipient__email")
    search = "标题或收件邮箱"
    sorts = {"time": ("created_at",), "next": ("next_attempt_at",), "attempts": ("attempts",)}
    sort = "-time"
    columns = (
        Column("标题", "subject"),
        Column("状态", "get_email_state_display"),
        Column("已尝试次数", "attempts"),
        Column("产生时间", "created_at"),
        Column("下次尝试", "next_attempt_at"),
    )


class MailResend(ActPage):
    title = "重发邮件"
    query = staticmethod(queries.outbox_of)
    permission = "accounts.manage_outbox"
    question = "这封邮件会立即重新排队发送。重发前请先确认邮件服务器已恢复正常。"
    button = "重发"
    success = "已重新排队，几分钟内发出。"

    def act(self, **data: Any) -> Any:
        return actions.resend_mail(self.object, actor=self.request.user)

    def get_success_url(self) -> str:
        return reverse("accounts:outbox")
