"""Pages over messages, made out of the bases, for test_pages.py."""

import django_filters
from django import forms
from django.urls import path

from accounts.exports import Column
from accounts.models import Message
from accounts.pages import ActPage, DetailPage, ListPage, Page
from accounts.states import Role
from config.urls import *  # noqa: F403
from config.urls import urlpatterns as portal
from ledger.errors import Refused
from ledger.models import LongJob


def mine(user):
    return Message.objects.filter(recipient_id=user.pk)


class MessageFilter(django_filters.FilterSet):
    after = django_filters.DateFilter("created_at__date", "gte", label="起始日期")

    class Meta:
        model = Message
        fields = ["email_state"]


class MessageList(ListPage):
    title = "消息"
    template_name = "message_list.html"
    query = staticmethod(mine)
    filterset_class = MessageFilter
    search_fields = ("subject", "body")
    sorts = {"when": ("-created_at",), "subject": ("subject",)}
    sort = "when"
    columns = (Column("标题", "subject"), Column("时间", "created_at"))


class MessageDetail(DetailPage):
    title = "消息"
    template_name = "pages/act.html"
    query = staticmethod(mine)


class RenameForm(forms.Form):
    subject = forms.CharField(label="标题", max_length=20)
    note = forms.CharField(label="说明", required=False, widget=forms.Textarea)


class MessageRename(ActPage):
    title = "改标题"
    query = staticmethod(mine)
    form_class = RenameForm
    success = "已改。"

    def act(self, *, subject, note):
        if subject == "先来者":
            raise Refused("wrong_state", "已由他人办理，请刷新。")
        if subject == "坏词":
            raise Refused("bad_word", "标题含有不能用的词，请换一个。", field="subject")
        self.object.subject = subject
        self.object.attempts += 1
        self.object.save()

    def get_success_url(self):
        return f"/t/messages/{self.object.pk}/"


class MessageDraft(MessageRename):
    template_name = "draft.html"


class PaperForm(forms.Form):
    note = forms.CharField(label="说明", widget=forms.Textarea)
    paper = forms.FileField(label="申报书")


class MessagePaper(ActPage):
    title = "上传申报书"
    query = staticmethod(mine)
    form_class = PaperForm
    success = "已收到。"

    def act(self, *, note, paper):
        if paper.size > 1000:
            raise Refused("too_large", "文件太大，请压缩后再传。", field="paper")
        self.object.body = paper.name
        self.object.save()

    def get_success_url(self):
        return f"/t/messages/{self.object.pk}/"


class JobPage(DetailPage):
    title = "计算排名"
    template_name = "job.html"
    public = True
    query = staticmethod(lambda user: LongJob.objects.all())


class Marks(Page):
    title = "评分"
    template_name = "marks.html"


class ManagersOnly(Page):
    title = "管理"
    template_name = "pages/home.html"
    roles = {Role.MANAGER}


class Sneaky(DetailPage):
    query = staticmethod(mine)
    template_name = "pages/act.html"
    permission = "accounts.grant_role"


def refusing(request):
    raise Refused("too_late", "受理已经结束，请等下一次评价通知。")


urlpatterns = [
    path("t/messages/", MessageList.as_view()),
    path("t/messages/<int:pk>/", MessageDetail.as_view()),
    path("t/messages/<int:pk>/rename/", MessageRename.as_view()),
    path("t/messages/<int:pk>/sneaky/", Sneaky.as_view()),
    path("t/messages/<int:pk>/draft/", MessageDraft.as_view()),
    path("t/messages/<int:pk>/paper/", MessagePaper.as_view()),
    path("t/jobs/<int:pk>/", JobPage.as_view()),
    path("t/marks/", Marks.as_view()),
    path("t/managers/", ManagersOnly.as_view()),
    path("t/refusing/", refusing),
    *portal,
]
