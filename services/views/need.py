"""Needs: posted and followed by companies."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from accounts.followed import FindPage, FollowPage, ReceiptPage, keep_private
from accounts.pages import ActPage, ListPage
from ledger.errors import Refused
from services.actions import need as actions
from services.actions import need_draft
from services.forms.need import CodeForm, NeedForm, WithdrawForm
from services.models import Need, NeedDraft
from services.queries.need import drafts, my_needs, needs_by_number, service_words
from services.states.need import WITHDRAWABLE, NeedSource

# What the station does among itself is not told to the company
NOT_TOLD = ("plan", "propose", "progress", "finish", "remind", "date")


class NeedCreate(ActPage):
    """The form by which a company says what it needs; from the page of a station, that station is chosen already."""

    title = "找服务"
    public = True
    template_name = "services/need/form.html"
    form_class = NeedForm
    success = "需求已提交。请保存查询号。"

    def get_object(self) -> Any:
        return None

    def form_kwargs(self) -> dict[str, Any]:
        user = self.request.user
        known = {"station": self.request.GET.get("station", ""), "service": self.request.GET.get("service", "")}
        if user.is_authenticated:
            known |= {"contact_name": user.name, "contact_email": user.email, "contact_phone": user.phone}
        return {"initial": known, "verified": user.is_authenticated}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not ratelimit.consume(request, action="post_need"):
            return ratelimit.respond_429(request)
        return super().post(request, *args, **kwargs)

    def act(self, **data: Any) -> Need | NeedDraft:
        if self.request.user.is_authenticated:
            return actions.post_need(actor=self.request.user, source=NeedSource.WEB, **data)
        self.success = "验证码已发到您的邮箱。"
        return need_draft.draft_need(**data)

    def get_success_url(self) -> str:
        if isinstance(self.result, NeedDraft):
            return reverse("services:need_confirm", args=[self.result.pk])
        return actions.follow_path(self.result)


class DraftPage(ActPage):
    """A need that waits for its code: for whoever has the address of the page."""

    public = True
    query = staticmethod(drafts)
    lookup = "key"

    def show(self, **extra: Any) -> Any:
        return keep_private(super().show(**extra))

    def get_success_url(self) -> str:
        return reverse("services:need_confirm", args=[self.object.pk])


class NeedConfirm(DraftPage):
    title = "核验邮箱"
    template_name = "services/need/confirm.html"
    form_class = CodeForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Not through `act`: a wrong code is counted, so it must not be rolled back with the refusal."""
        form = self.get_form()
        if not form.is_valid():
            return self.refuse(form, 422)
        try:
            need = need_draft.confirm_draft(self.object, code=form.cleaned_data["code"])
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            return self.refuse(form, 422, refusal.code)
        if need is None:
            form.add_error("code", "验证码不对，请对照最近一封邮件重新输入。")
            return self.refuse(form, 422, "code_wrong")
        return self.go_to(actions.follow_path(need))


class NeedCodeResend(DraftPage):
    title = "重新发送验证码"
    template_name = "services/need/resend.html"
    success = "新的验证码已发出，前一个作废。"

    def act(self, **data: Any) -> None:
        need_draft.send_again(self.object)


class NeedFollow(FollowPage):
    title = "需求查询"
    template_name = "services/need/follow.html"
    query = staticmethod(needs_by_number)
    not_told = NOT_TOLD

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "service": service_words(self.object),
            "withdrawable": self.object.state in WITHDRAWABLE,
        }


class NeedReceipt(ReceiptPage):
    query = staticmethod(needs_by_number)
    paper = "documents/need_receipt.html"
    follow_path = staticmethod(actions.follow_path)


class NeedFind(FindPage):
    title = "需求办理查询"
    template_name = "services/need/find.html"
    query = staticmethod(needs_by_number)
    follow_name = "services:need_follow"


class NeedWithdraw(ActPage):
    """By whoever has the number."""

    title = "撤回需求"
    public = True
    query = staticmethod(needs_by_number)
    lookup = "number"
    template_name = "services/need/withdraw.html"
    form_class = WithdrawForm
    danger = True
    success = "需求已撤回。"

    def show(self, **extra: Any) -> Any:
        return keep_private(super().show(**extra))

    def act(self, reason: str) -> None:
        actions.withdraw_need(self.object, actor=actions.PUBLIC, reason=reason)

    def get_success_url(self) -> str:
        return actions.follow_path(self.object)


class MyNeedList(ListPage):
    title = "我的服务需求"
    template_name = "services/need/mine.html"
    query = staticmethod(my_needs)
    search_fields = ("company", "text", "station__name")
    search = "企业、需求内容或服务站"
    sorts = {"received": ("received_at",)}
    sort = "-received"

    def context(self) -> dict[str, Any]:
        found = super().context()
        return {**found, "lines": [(need, service_words(need)) for need in found["rows"]]}
