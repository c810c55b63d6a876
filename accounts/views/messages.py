"""What the portal has told a person."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from accounts import actions, queries
from accounts.exports import Column
from accounts.forms import MessageFilter
from accounts.pages import ActPage, DetailPage, ListPage


class MessageList(ListPage):
    title = "消息"
    template_name = "accounts/message_list.html"
    query = staticmethod(queries.messages_of)
    filterset_class = MessageFilter
    search_fields = ("subject", "body")
    search = "标题或正文"
    sorts = {"unread": ("-unread", "-created_at"), "time": ("-created_at",), "subject": ("subject",)}
    sort = "unread"
    columns = (
        Column("标题", "subject"),
        Column("正文", "body"),
        Column("时间", "created_at"),
        Column("未读", "unread"),
    )


class MessagePage(DetailPage):
    template_name = "accounts/message_detail.html"
    query = staticmethod(queries.messages_of)

    def get_title(self) -> str:
        return str(self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """To open a message is to have read it."""
        if self.object.unread:
            actions.mark_read(queries.messages_of(request.user).filter(pk=self.object.pk), actor=request.user)
            request.user.unread -= 1
        return self.show()


class MessagesRead(ActPage):
    title = "全部标为已读"
    query = staticmethod(queries.person_of)
    question = "把您的未读消息全部标为已读，消息本身仍然保留。"
    success = "已全部标为已读。"

    def get_object(self) -> Any:
        return queries.person_of(self.request.user).get()

    def act(self, **data: Any) -> Any:
        return actions.mark_read(queries.messages_of(self.request.user), actor=self.request.user)

    def get_success_url(self) -> str:
        return reverse("accounts:message_list")
