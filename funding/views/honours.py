"""Public lists, commendations and what districts give besides."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from accounts.exports import Column, export
from accounts.forms import LongReasonForm
from accounts.pages import ActPage, DetailPage, ListPage
from accounts.states import Role
from funding.actions import commendation as actions
from funding.actions import matching, publication
from funding.forms.honours import CommendationFilter, NominateForm, TopForm, YearForm
from funding.forms.money import MatchingFilter, MatchingForm
from funding.models.publication import ListKind
from funding.queries.budget import budgets_visible_to
from funding.queries.commendation import commendations_by_digest, commendations_visible_to, public_commendations
from funding.queries.grant import matching_visible_to
from funding.queries.publication import (
    confirmed_rankings,
    grant_rows,
    leading_rows,
    public_lists,
    rankings_visible_to,
    whole_lists,
)
from ledger.journal import history_of
from ledger.moves import may

COLUMNS = {
    "station": "服务站",
    "organisation": "建设主体",
    "credit_code": "统一社会信用代码",
    "district": "所在区",
    "scheme": "支持类别",
    "rank": "名次",
    "amount": "金额（元）",
    "article": "依据",
}
SHOWN = {
    ListKind.GRANTS: tuple(COLUMNS),
    ListKind.PRIORITY: ("rank", "station", "organisation", "credit_code", "district"),
}


class ListOfLists(ListPage):
    title = "资金和激励公开"
    public = True
    template_name = "funding/public/lists.html"
    query = staticmethod(public_lists)

    def context(self) -> dict[str, Any]:
        user = self.request.user
        return {
            **super().context(),
            "rankings": confirmed_rankings()[:5] if user.has_perm("funding.publish_list") else [],
        }


class ListDetail(DetailPage):
    """A published list as it was published."""

    public = True
    template_name = "funding/public/list.html"
    query = staticmethod(whole_lists)

    def get_title(self) -> str:
        return self.object.title

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if kind := request.GET.get("export"):
            columns = [Column(COLUMNS[key], lambda row, key=key: row.get(key)) for key in SHOWN[self.object.kind]]
            return export(kind, columns, self.object.content["rows"], title=self.object.title)
        return super().get(request, *args, **kwargs)


class GrantsPublish(ActPage):
    title = "公布资金支持名单"
    template_name = "funding/publish.html"
    query = staticmethod(budgets_visible_to)
    permission = "funding.publish_list"
    button = "公布"
    question = "公布现在已批准和已支付的资金支持。公布以后不能修改；有变化的，另行公布新的名单。"
    success = "名单已公布。"

    def context(self) -> dict[str, Any]:
        return {**super().context(), "rows": grant_rows(self.object)}

    def act(self, **data: Any) -> Any:
        return publication.publish_grants(self.object, actor=self.request.user)

    def get_success_url(self) -> str:
        return self.result.get_absolute_url()


class PriorityPublish(GrantsPublish):
    title = "公布优先考虑名单"
    query = staticmethod(rankings_visible_to)
    form_class = TopForm
    question = "对评价领先的质量服务站，在承担政府职能转移、服务采购、申报国家和省级评定等方面依法优先考虑（办法第二十条）。下面是前 10 名，公布时以填写的名次为准。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"top": 10}}

    def context(self) -> dict[str, Any]:
        return {**super(GrantsPublish, self).context(), "rows": leading_rows(self.object, 10)}

    def act(self, **data: Any) -> Any:
        return publication.publish_priority(self.object, actor=self.request.user, **data)


# -- What districts give  ----


class MatchingList(ListPage):
    title = "区级配套资金"
    roles = {Role.FINANCE, Role.MANAGER, Role.LEADER, Role.AUDITOR, Role.DISTRICT}
    template_name = "funding/matching_list.html"
    query = staticmethod(matching_visible_to)
    filterset_class = MatchingFilter
    search_fields = ("station__name", "district__name")
    search = "服务站、区"
    sorts = {"year": ("year",), "amount": ("amount",)}
    sort = "-year"
    columns = (
        Column("年度", "year"),
        Column("区", "district.name"),
        Column("服务站", "station.name"),
        Column("金额（元）", "amount"),
        Column("政策依据或者说明", "note"),
        Column("登记时间", "recorded_at"),
        Column("撤销登记时间", "withdrawn_at"),
    )

    def context(self) -> dict[str, Any]:
        return {**super().context(), "may_record": self.request.user.has_perm("funding.record_matching")}


class MatchingRecord(ActPage):
    title = "登记区级配套"
    roles = {Role.FINANCE, Role.DISTRICT}
    form_class = MatchingForm
    question = "鼓励各区配套给予资金激励（办法第十九条）。单独登记，不计入市局预算。"
    button = "登记"
    success = "区级配套已登记。"

    def get_object(self) -> Any:
        return ""

    def form_kwargs(self) -> dict[str, Any]:
        return {"user": self.request.user, "initial": {"year": timezone.localdate().year}}

    def act(self, **data: Any) -> Any:
        return matching.record_matching(actor=self.request.user, **data)

    def get_success_url(self) -> str:
        return reverse("funding:matching_list")


class MatchingWithdraw(ActPage):
    title = "撤销登记"
    query = staticmethod(matching_visible_to)
    permission = "funding.record_matching"
    form_class = LongReasonForm
    danger = True
    success = "登记已撤销。"

    def act(self, **data: Any) -> Any:
        return matching.withdraw_matching(self.object, actor=self.request.user, **data)

    def get_success_url(self) -> str:
        return reverse("funding:matching_list")


# -- Commendation  ----


class CommendationPublicList(ListPage):
    """Published with the consent of each person in it."""

    title = "通报表扬"
    public = True
    template_name = "funding/public/commendations.html"
    query = staticmethod(public_commendations)
    sorts = {"year": ("-year", "station__name")}
    sort = "year"


class CommendationList(ListPage):
    title = "通报表扬提名"
    roles = {Role.INTAKE, Role.MANAGER, Role.LEADER, Role.AUDITOR}
    template_name = "funding/commendation_list.html"
    query = staticmethod(commendations_visible_to)
    filterset_class = CommendationFilter
    search_fields = ("name", "station__name")
    search = "姓名、服务站"
    sorts = {"nominated": ("nominated_at",), "year": ("year",)}
    sort = "-nominated"
    columns = (
        Column("年度", "year"),
        Column("服务站", "station.name"),
        Column("姓名", "name"),
        Column("岗位", "post"),
        Column("状态", "get_state_display"),
        Column("提名时间", "nominated_at"),
        Column("公布时间", "published_at"),
    )

    def context(self) -> dict[str, Any]:
        user = self.request.user
        return {
            **super().context(),
            "may_nominate": user.has_perm("funding.nominate_staff"),
            "may_publish": user.has_perm("funding.publish_commendation"),
        }


class CommendationDetail(DetailPage):
    template_name = "funding/commendation_detail.html"
    query = staticmethod(commendations_visible_to)

    def get_title(self) -> str:
        return f"通报表扬：{self.object.name}"

    def context(self) -> dict[str, Any]:
        user = self.request.user
        return {
            **super().context(),
            "consents": self.object.consents.all(),
            "may_cancel": may(user, self.object, "cancel"),
            "may_renew": user.has_perm("funding.nominate_staff") and self.object.state in {"nominated", "declined"},
            "history": history_of(self.object),
        }


class CommendationNominate(ActPage):
    title = "提名表扬"
    roles = {Role.MANAGER}
    form_class = NominateForm
    question = "优秀管理和服务人员由市局通报表扬（办法第十九条）。本人同意以后才公布，并可以随时撤回。"
    button = "提名并征求本人意见"
    success = "已提名，征求意见的链接已发到本人邮箱。"

    def get_object(self) -> Any:
        return ""

    def form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"year": timezone.localdate().year}}

    def act(self, **data: Any) -> Any:
        return actions.nominate_staff(actor=self.request.user, **data)

    def get_success_url(self) -> str:
        return self.result.get_absolute_url()


class CommendationAct(ActPage):
    query = staticmethod(commendations_visible_to)
    permission = "funding.nominate_staff"


class CommendationRenew(CommendationAct):
    title = "重发链接"
    question = "原来的链接失效，新的链接发到本人邮箱。"
    success = "新的链接已发出。"

    def act(self, **data: Any) -> Any:
        return actions.renew_link(self.object, actor=self.request.user)


class CommendationCancel(CommendationAct):
    title = "撤销提名"
    form_class = LongReasonForm
    danger = True
    success = "提名已撤销。"

    def act(self, **data: Any) -> Any:
        return actions.cancel_nomination(self.object, actor=self.request.user, **data)


class CommendationsPublish(ActPage):
    title = "公布表扬"
    roles = {Role.LEADER}
    form_class = YearForm
    question = "公布这一年度本人已同意的人员。"
    button = "公布"
    success = "已公布。"

    def get_object(self) -> Any:
        return ""

    def form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"year": timezone.localdate().year}}

    def act(self, year: int) -> Any:
        return actions.publish_commendations(year=year, actor=self.request.user)

    def get_success_url(self) -> str:
        return reverse("funding:commendation_public")


class CommendationAnswer(ActPage):
    """What the link of the mail opens: the person reads what would be published, and decides; also later."""

    title = "通报表扬：本人意见"
    public = True
    template_name = "funding/public/answer.html"
    success = "您的意见已记录。"

    def get_object(self) -> Any:
        found = commendations_by_digest(actions.digest_of(self.kwargs["token"])).first()
        if found is None:
            raise Http404("no such link")
        return found

    def context(self) -> dict[str, Any]:
        state = self.object.state
        return {
            **super().context(),
            "wording": actions.wording_of(self.object),
            "may_agree": state in {"nominated", "declined"},
            "may_refuse": state == "nominated",
            "may_withdraw": state in {"consented", "published"},
        }

    def act(self, **data: Any) -> Any:
        if self.request.POST.get("answer") == "yes":
            return actions.give_consent(self.object)
        return actions.refuse_consent(self.object)

    def get_success_url(self) -> str:
        return self.request.path
