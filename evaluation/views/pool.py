"""The pool of experts, and the third-party institutions with their mandates (Art 12)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from accounts.exports import Column
from accounts.pages import ActPage, DetailPage, ListPage
from accounts.states import Role
from evaluation.actions import pool as actions
from evaluation.filters.panel import ExpertFilter
from evaluation.forms.pool import (
    ExpertEditForm,
    ExpertRegisterForm,
    InstitutionEditForm,
    InstitutionForm,
    MandateForm,
    spoken_employments,
)
from evaluation.queries import panel as queries
from evaluation.queries import sheets
from ledger.files import file_response
from ledger.journal import history_of

READERS = {Role.INTAKE, Role.MANAGER, Role.LEADER, Role.AUDITOR}


class ExpertList(ListPage):
    title = "专家库"
    roles = READERS
    template_name = "evaluation/panel/experts.html"
    query = staticmethod(queries.expert_list)
    filterset_class = ExpertFilter
    search_fields = ("user__name", "user__email", "employer", "employer_code", "institution__name")
    search = "姓名、邮箱、工作单位或机构"
    sorts = {"name": ("user__name",), "employer": ("employer",), "load": ("load",)}
    sort = "name"
    columns = (
        Column("姓名", "user.name"),
        Column("邮箱", "user.email"),
        Column("工作单位", "employer"),
        Column("职务职称", "position"),
        Column("专业领域", lambda expert: "、".join(queries.spoken_fields(expert.fields))),
        Column("所属机构", "institution.name"),
        Column("在评", "load"),
        Column("上限", "load_cap"),
        Column("在库", "active"),
    )

    def context(self) -> dict[str, Any]:
        context = super().context()
        rows = [(expert, queries.spoken_fields(expert.fields)) for expert in context["rows"]]
        may_manage = self.request.user.has_perm("evaluation.manage_experts")
        return {**context, "rows": rows, "may_manage": may_manage}


class NewPage(ActPage):
    """A form that makes something new: there is no object yet."""

    object = None
    roles = {Role.MANAGER}

    def get_object(self) -> Any:
        return None


class ExpertRegister(NewPage):
    title = "登记专家"
    template_name = "evaluation/panel/pool_form.html"
    form_class = ExpertRegisterForm
    success = "已登记，并已通知本人。"

    def act(self, **data: Any) -> Any:
        return actions.register_expert(actor=self.request.user, **data)

    def get_success_url(self) -> str:
        return reverse("evaluation:expert_list")

    def context(self) -> dict[str, Any]:
        return {**super().context(), "back": reverse("evaluation:expert_list"), "back_label": "专家库"}


class ExpertEdit(ActPage):
    template_name = "evaluation/panel/pool_form.html"
    query = staticmethod(queries.experts_to_edit)
    permission = "evaluation.manage_experts"
    form_class = ExpertEditForm
    button = "保存"

    def get_title(self) -> str:
        return f"专家：{self.object}"

    @property
    def success(self) -> str:  # type: ignore[override]
        if not self.result:
            return "已保存。"
        names = "、".join(str(sheet.entry.station.organisation) for sheet in self.result)
        return f"已保存。按新的信息，该专家与{names}存在利益冲突，已取消相应的评分表，请补派专家。"

    def form_kwargs(self) -> dict[str, Any]:
        expert = self.object
        initial = {
            name: getattr(expert, name) for name in ("employer", "employer_code", "position", "load_cap", "active")
        }
        initial |= {
            "fields_known": expert.fields,
            "institution": expert.institution_id,
            "employments": spoken_employments(expert),
        }
        return {"initial": initial}

    def act(self, **data: Any) -> Any:
        return actions.update_expert(self.object, actor=self.request.user, **data)

    def get_success_url(self) -> str:
        return reverse("evaluation:expert_list")

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "back": reverse("evaluation:expert_list"),
            "back_label": "专家库",
            "person": self.object.user,
            "history": history_of(self.object),
        }


# -- Institutions  ----


class InstitutionList(ListPage):
    title = "第三方机构"
    roles = READERS
    template_name = "evaluation/panel/institutions.html"
    query = staticmethod(queries.institution_list)
    search_fields = ("name", "credit_code")
    search = "机构名称或信用代码"
    sorts = {"name": ("name",)}
    sort = "name"
    columns = (
        Column("机构名称", "name"),
        Column("统一社会信用代码", "credit_code"),
        Column("资质条件", "qualification"),
        Column("专家数", "number_of_experts"),
    )

    def context(self) -> dict[str, Any]:
        return {**super().context(), "may_manage": self.request.user.has_perm("evaluation.manage_experts")}


class InstitutionDetail(DetailPage):
    template_name = "evaluation/panel/institution.html"
    query = staticmethod(queries.institution_list)

    def get_title(self) -> str:
        return str(self.object)

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "mandates": queries.mandates_of(self.object),
            "experts": queries.experts_of(self.object),
            "may_manage": self.request.user.has_perm("evaluation.manage_experts"),
            "history": history_of(self.object),
        }


class InstitutionRegister(NewPage):
    title = "登记第三方机构"
    template_name = "evaluation/panel/pool_form.html"
    form_class = InstitutionForm
    success = "已登记。请登记书面委托书，之后才能分配该机构的专家。"

    def act(self, **data: Any) -> Any:
        return actions.register_institution(actor=self.request.user, **data)

    def get_success_url(self) -> str:
        return reverse("evaluation:institution_detail", args=[self.result.pk])

    def context(self) -> dict[str, Any]:
        return {**super().context(), "back": reverse("evaluation:institution_list"), "back_label": "第三方机构"}


class InstitutionAct(ActPage):
    template_name = "evaluation/panel/pool_form.html"
    query = staticmethod(queries.institution_list)
    permission = "evaluation.manage_experts"

    def get_success_url(self) -> str:
        return reverse("evaluation:institution_detail", args=[self.object.pk])

    def context(self) -> dict[str, Any]:
        return {**super().context(), "back": self.get_success_url(), "back_label": str(self.object)}


class InstitutionEdit(InstitutionAct):
    title = "修改第三方机构"
    form_class = InstitutionEditForm
    button = "保存"

    def form_kwargs(self) -> dict[str, Any]:
        emails = "\n".join(user.email for user in self.object.managers.all())
        return {"initial": {"qualification": self.object.qualification, "managers": emails}}

    def act(self, **data: Any) -> Any:
        return actions.update_institution(self.object, actor=self.request.user, **data)


class MandateRecord(InstitutionAct):
    title = "登记委托书"
    form_class = MandateForm
    success = "委托书已登记。"

    def act(self, **data: Any) -> Any:
        evaluation = data.pop("round")
        return actions.record_mandate(self.object, evaluation, actor=self.request.user, **data)


class MandateDocument(DetailPage):
    query = staticmethod(queries.mandates_visible_to)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return file_response(self.object.document, view="view" in request.GET)


class InstitutionProgress(ListPage):
    """What a manager of an institution sees: how far the own experts are, and no mark."""

    title = "本机构评分进度"
    template_name = "evaluation/panel/institution_progress.html"
    query = staticmethod(sheets.institution_progress)
    search_fields = ("expert__user__name", "entry__station__organisation__name")
    search = "专家或参评单位"
    sorts = {"due": ("due_at",), "expert": ("expert__user__name",), "state": ("state",)}
    sort = "due"
    columns = (
        Column("专家", "expert.user.name"),
        Column("评价", "entry.round.name"),
        Column("参评单位", "entry.station.organisation.name"),
        Column("状态", "get_state_display"),
        Column("完成期限", "due_at"),
    )
