"""People who act for an organisation."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from accounts.exports import Column
from accounts.masks import mask_email, mask_name
from accounts.pages import ActPage, ListPage
from ledger.errors import Refused
from stations.actions import members as actions
from stations.forms.members import InviteForm, MemberFilter, MemberRoleForm
from stations.models import Membership
from stations.queries import members as queries


class MemberList(ListPage):
    """The members; to who is not their administrator, colleagues show masked names and addresses."""

    template_name = "stations/member_list.html"
    filterset_class = MemberFilter
    search = "姓名或邮箱"
    sorts = {"joined": ("joined_at",), "role": ("-role", "joined_at")}
    sort = "role"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            self.organisation = get_object_or_404(queries.organisations_of(request.user), pk=kwargs["pk"])
            self.manages = request.user.has_perm("stations.manage_members", self.organisation)
        return super().dispatch(request, *args, **kwargs)

    @property
    def search_fields(self) -> Sequence[str]:
        """Whom one may not read, one may not find letter by letter either."""
        return ("user__name", "user__email") if self.manages else ()

    @property
    def columns(self) -> Sequence[Column]:
        return (
            Column("姓名", lambda row: self.shown(row)[0]),
            Column("邮箱", lambda row: self.shown(row)[1]),
            Column("身份", "get_role_display"),
            Column("加入时间", "joined_at"),
        )

    def shown(self, row: Membership) -> tuple[str, str]:
        """Name and address as this reader may see them."""
        if self.manages or row.user_id == self.request.user.pk:
            return row.user.name, row.user.email
        return mask_name(row.user.name), mask_email(row.user.email)

    def rows(self) -> QuerySet:
        return queries.members_visible_to(self.request.user).filter(organisation=self.organisation)

    def get_title(self) -> str:
        return f"{self.organisation}的成员"

    def context(self) -> dict[str, Any]:
        context = super().context()
        return {
            **context,
            "organisation": self.organisation,
            "manages": self.manages,
            "people": [(row, *self.shown(row)) for row in context["rows"]],
            "invitations": queries.invitations_managed_by(self.request.user).filter(organisation=self.organisation),
            "now": timezone.now(),
        }


class MemberAct(ActPage):
    def get_success_url(self) -> str:
        return reverse("stations:member_list", args=[self.object.organisation_id])


class MemberInvite(ActPage):
    title = "邀请成员"
    query = staticmethod(queries.organisations_of)
    permission = "stations.manage_members"
    form_class = InviteForm
    button = "发送邀请"
    success = "邀请已发送，七日内有效。"

    def act(self, **data: Any) -> Any:
        return actions.invite_member(self.object, actor=self.request.user, **data)

    def get_success_url(self) -> str:
        return reverse("stations:member_list", args=[self.object.pk])


class InvitationWithdraw(MemberAct):
    title = "撤回邀请"
    query = staticmethod(queries.invitations_managed_by)
    permission = "stations.manage_members"
    question = "撤回后，邮件里的链接立即失效。"
    button = "撤回"
    success = "邀请已撤回。"

    def act(self, **data: Any) -> Any:
        return actions.withdraw_invitation(self.object, actor=self.request.user)


class MemberRoleChange(MemberAct):
    title = "变更成员身份"
    query = staticmethod(queries.members_visible_to)
    permission = "stations.manage_members"
    form_class = MemberRoleForm
    button = "保存"
    success = "成员身份已变更。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"role": self.object.role}}

    def act(self, **data: Any) -> Any:
        return actions.change_member_role(self.object, actor=self.request.user, **data)


class MemberRemove(MemberAct):
    title = "移除成员"
    query = staticmethod(queries.members_visible_to)
    permission = "stations.manage_members"
    question = "移除后，此人不能再查看和办理本单位的事项；以前的办理记录保留。"
    button = "移除"
    danger = True
    success = "已移除成员。"

    def act(self, **data: Any) -> Any:
        return actions.remove_member(self.object, actor=self.request.user)


class MembershipLeave(ActPage):
    title = "退出单位"
    question = "退出后，您不能再查看和办理本单位的事项；以前的办理记录保留。"
    button = "退出单位"
    danger = True
    success = "您已退出单位。"
    query = staticmethod(queries.members_visible_to)

    def get_object(self) -> Model:
        own = queries.members_visible_to(self.request.user).filter(user_id=self.request.user.pk)
        return get_object_or_404(own, organisation=self.kwargs["pk"])

    def act(self, **data: Any) -> Any:
        return actions.remove_member(self.object, actor=self.request.user)

    def get_success_url(self) -> str:
        return reverse("home")


class InvitationAccept(ActPage):
    """Where the link of the mail leads: sign in or up first, then say yes."""

    title = "接受邀请"
    template_name = "stations/invitation_accept.html"
    success = "您已加入单位，可以开始办理。"
    query = staticmethod(queries.organisations_of)

    def get_object(self) -> Model:
        token = str(self.kwargs["token"])
        return get_object_or_404(queries.invitations_by_digest(actions.digest(token)))

    def context(self) -> dict[str, Any]:
        return {**super().context(), "why_not": self.why_not()}

    def why_not(self) -> str:
        try:
            actions.refuse_unusable(self.object, self.request.user, timezone.now())
        except Refused as refusal:
            return refusal.message
        return ""

    def act(self, **data: Any) -> Any:
        return actions.accept_invitation(self.object, actor=self.request.user)

    def get_success_url(self) -> str:
        return reverse("stations:member_list", args=[self.object.organisation_id])
