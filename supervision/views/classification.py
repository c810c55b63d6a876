"""Classes of stations (Art 17): the dictionary, the stations with their class, and the decision on one."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.exports import Column
from accounts.pages import ActPage, DetailPage, ListPage
from accounts.states import Role
from supervision.actions import classification as actions
from supervision.forms.classification import AddClassForm, ChangeClassForm, ClassifiedFilter, ClassifyForm
from supervision.models import Classification, StationClass
from supervision.queries.classification import classes, classes_are_public, classified_stations, history_of_class

READERS = {Role.INTAKE, Role.MANAGER, Role.LEADER, Role.AUDITOR, Role.DISTRICT}


class ClassifiedList(ListPage):
    title = "分类分级"
    roles = READERS
    template_name = "supervision/classification/list.html"
    query = staticmethod(classified_stations)
    filterset_class = ClassifiedFilter
    search_fields = ("name", "organisation__name", "class_name")
    search = "服务站、单位或类别"
    sorts = {"name": ("name",), "class": ("class_position", "name"), "since": ("classified_at",)}
    sort = "class"
    columns = (
        Column("服务站", "name"),
        Column("建设主体", "organisation.name"),
        Column("监管单位", "supervised_by.name"),
        Column("类别", "class_name"),
        Column("确定时间", "classified_at"),
        Column("名录上公开的类别", "shown_class"),
    )

    def context(self) -> dict[str, Any]:
        return {**super().context(), "public": classes_are_public(timezone.now())}


class ClassifiedStation(DetailPage):
    """What class a station has, why, and which it had before."""

    roles = READERS
    template_name = "supervision/classification/detail.html"
    query = staticmethod(classified_stations)

    def get_title(self) -> str:
        return f"分类分级：{self.object}"

    def context(self) -> dict[str, Any]:
        may = self.request.user.has_perm("supervision.classify_station", self.object)
        return {**super().context(), "decisions": history_of_class(self.object), "may_classify": may}


class StationClassify(ActPage):
    title = "确定服务站类别"
    query = staticmethod(classified_stations)
    permission = "supervision.classify_station"
    form_class = ClassifyForm
    question = (
        "按评价和检查的结果确定（办法第十七条）。原来的决定保留在历史里；本年度监督安排公开分类的，名录随即更新。"
    )
    success = "类别已确定。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"station_class": self.object.class_id}}

    def act(self, **data: Any) -> Classification:
        return actions.classify_station(self.object, actor=self.request.user, **data)

    def get_success_url(self) -> str:
        return reverse("supervision:classification_detail", args=[self.object.pk])


# -- The dictionary  ----


class ClassList(ListPage):
    title = "服务站类别"
    roles = READERS
    template_name = "supervision/classification/classes.html"
    query = staticmethod(classes)
    search_fields = ("name", "code", "description")
    search = "名称、代码或说明"
    sorts = {"position": ("position", "code"), "name": ("name",)}
    sort = "position"
    columns = (
        Column("代码", "code"),
        Column("名称", "name"),
        Column("说明", "description"),
        Column("使用中", "active"),
    )


class ClassCreate(ActPage):
    title = "增加类别"
    roles = {Role.MANAGER}
    form_class = AddClassForm
    success = "类别已增加。"

    def get_object(self) -> Any:
        return StationClass()

    def context(self) -> dict[str, Any]:
        return {**super().context(), "object": "服务站类别"}

    def act(self, **data: Any) -> StationClass:
        return actions.add_class(actor=self.request.user, **data)


class ClassEdit(ActPage):
    title = "修改类别"
    query = staticmethod(classes)
    permission = "supervision.manage_classes"
    form_class = ChangeClassForm
    success = "类别已修改。"

    def form_kwargs(self) -> dict[str, Any]:
        known = ("name", "description", "position", "active")
        return {"initial": {name: getattr(self.object, name) for name in known}}

    def act(self, **data: Any) -> StationClass:
        return actions.change_class(self.object, actor=self.request.user, **data)
