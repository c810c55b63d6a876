"""Abilities, team, presence online: what a station can show for itself."""

from typing import Any

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

import measures
from accounts.pages import ActPage, DetailPage
from ledger.models import StoredFile
from ledger.uploads import DOCUMENTS, IMAGES
from stations import actions, queries
from stations.forms import AbilityForm, OnlineForm, TeamMemberForm
from stations.models import Ability, OnlinePresence, Station, TeamMember
from stations.states import Platform, TeamRole
from stations.views.station import OwnStation
from stations.views.uploads import take_in


def links(station: Station, files: Any) -> list[dict[str, Any]]:
    """Files as the component lists them."""
    return [
        {
            "name": file.name,
            "size": file.size,
            "sha256": file.sha256,
            "url": reverse("stations:station_file", args=[station.pk, file.key]),
        }
        for file in files
    ]


def find_part(parts: list[queries.Part], key: str) -> queries.Part:
    return next(part for part in parts if part.key == key)


# -- Abilities  ----


class AbilityList(OwnStation, DetailPage):
    title = "服务能力"
    template_name = "stations/ability_list.html"

    def context(self) -> dict[str, Any]:
        claimed = {ability.kind: ability for ability in self.object.abilities.prefetch_related("evidence")}
        kinds = measures.load(settings.MEASURE).service_kinds
        return {
            **super().context(),
            "part": find_part(queries.parts_of(self.object), "abilities"),
            "kinds": [(kind, claimed.get(kind.code)) for kind in kinds],
        }


class AbilityEdit(OwnStation, ActPage):
    template_name = "stations/part_form.html"
    part = "ability_list"
    form_class = AbilityForm
    button = "保存"
    success = "服务能力已保存。"

    def get_object(self) -> Station:
        station = super().get_object()
        try:
            self.kind = measures.load(settings.MEASURE).service_kind(self.kwargs["kind"])
        except KeyError:
            raise Http404("没有这一种服务内容") from None
        self.ability = station.abilities.filter(kind=self.kind.code).first() or Ability(kind=self.kind.code)
        return station

    def get_title(self) -> str:
        return f"服务能力：{self.kind.name}"

    def form_kwargs(self) -> dict[str, Any]:
        return {"instance": self.ability}

    def context(self) -> dict[str, Any]:
        kept = self.ability.evidence.all() if self.ability.pk else []
        return {
            **super().context(),
            "about": f"{self.kind.citation}：{self.kind.text}",
            "files": links(self.object, kept),
        }

    def act(self, description: str, files: list, remove: list[StoredFile] | None = None) -> Ability:
        added = take_in(self.request, files, DOCUMENTS, field="files")
        return actions.set_ability(
            self.object,
            self.kind.code,
            actor=self.request.user,
            description=description,
            add_evidence=added,
            remove_evidence=remove or (),
        )


class AbilityRemove(OwnStation, ActPage):
    title = "删除服务能力"
    template_name = "stations/part_form.html"
    part = "ability_list"
    button = "删除"
    danger = True
    question = "删除后，这一类不再计入服务能力。已经提交的申报不受影响。"
    success = "已删除这一类服务能力。"

    def get_object(self) -> Station:
        station = super().get_object()
        self.ability = get_object_or_404(station.abilities, kind=self.kwargs["kind"])
        return station

    def act(self) -> None:
        actions.remove_ability(self.ability, actor=self.request.user)


# -- Team  ----


class TeamList(OwnStation, DetailPage):
    title = "团队"
    template_name = "stations/team_list.html"

    def context(self) -> dict[str, Any]:
        order = list(TeamRole)
        team = sorted(self.object.team.prefetch_related("evidence"), key=lambda member: order.index(member.role))
        return {**super().context(), "part": find_part(queries.parts_of(self.object), "team"), "team": team}


class TeamAdd(OwnStation, ActPage):
    title = "增加团队成员"
    template_name = "stations/part_form.html"
    part = "team_list"
    form_class = TeamMemberForm
    button = "保存"
    success = "团队成员已保存。"

    def form_kwargs(self) -> dict[str, Any]:
        role = self.request.GET.get("role", "")
        return {"initial": {"role": role if role in TeamRole.values else TeamRole.SPECIALIST}}

    def act(self, files: list, **data: Any) -> TeamMember:
        added = take_in(self.request, files, DOCUMENTS, field="files")
        return actions.add_team_member(self.object, actor=self.request.user, add_evidence=added, **data)


class OfMember(OwnStation):
    part = "team_list"

    def get_object(self) -> Station:
        station = super().get_object()  # type: ignore[misc]
        self.member = get_object_or_404(station.team, pk=self.kwargs["member"])  # type: ignore[attr-defined]
        return station


class TeamEdit(OfMember, ActPage):
    title = "修改团队成员"
    template_name = "stations/part_form.html"
    form_class = TeamMemberForm
    button = "保存"
    success = "团队成员已保存。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"instance": self.member}

    def context(self) -> dict[str, Any]:
        return {**super().context(), "files": links(self.object, self.member.evidence.all())}

    def act(self, files: list, remove: list[StoredFile] | None = None, **data: Any) -> TeamMember:
        added = take_in(self.request, files, DOCUMENTS, field="files")
        return actions.update_team_member(
            self.member, actor=self.request.user, add_evidence=added, remove_evidence=remove or (), **data
        )


class TeamRemove(OfMember, ActPage):
    title = "删除团队成员"
    template_name = "stations/part_form.html"
    button = "删除"
    danger = True
    question = "删除后，此人不再计入团队。已经提交的申报不受影响。"
    success = "已删除团队成员。"

    def act(self) -> None:
        actions.remove_team_member(self.member, actor=self.request.user)


# -- Online  ----


class OnlineList(OwnStation, DetailPage):
    title = "线上服务"
    template_name = "stations/online_list.html"

    def context(self) -> dict[str, Any]:
        there = {presence.platform: presence for presence in self.object.online.select_related("screenshot")}
        platforms = [(platform, there.get(platform.value)) for platform in Platform]
        told = queries.online_services_of(self.object)
        return {**super().context(), "platforms": platforms, "services": told}


class OfPlatform(OwnStation):
    part = "online_list"

    def get_object(self) -> Station:
        station = super().get_object()  # type: ignore[misc]
        if self.kwargs["platform"] not in Platform.values:  # type: ignore[attr-defined]
            raise Http404("没有这个平台")
        self.platform = Platform(self.kwargs["platform"])  # type: ignore[attr-defined]
        self.presence = station.online.filter(platform=self.platform).first()
        return station


class OnlineEdit(OfPlatform, ActPage):
    template_name = "stations/part_form.html"
    form_class = OnlineForm
    button = "保存"
    success = "线上服务已保存。"

    def get_title(self) -> str:
        return f"线上服务：{self.platform.label}"

    def form_kwargs(self) -> dict[str, Any]:
        return {"instance": self.presence}

    def context(self) -> dict[str, Any]:
        shots = [self.presence.screenshot] if self.presence else []
        return {**super().context(), "files": links(self.object, shots)}

    def act(self, screenshot: Any, **data: Any) -> OnlinePresence:
        taken = take_in(self.request, [screenshot] if screenshot else [], IMAGES, field="screenshot")
        shot = taken[0] if taken else None
        return actions.set_online_presence(
            self.object, self.platform.value, actor=self.request.user, screenshot=shot, **data
        )


class OnlineRemove(OfPlatform, ActPage):
    title = "删除线上服务"
    template_name = "stations/part_form.html"
    button = "删除"
    danger = True
    question = "删除后，名录里不再显示这个平台的网址。已经提交的申报不受影响。"
    success = "已删除线上服务。"

    def get_object(self) -> Station:
        station = super().get_object()
        if self.presence is None:
            raise Http404("没有填报这个平台")
        return station

    def act(self) -> None:
        actions.remove_online_presence(self.presence, actor=self.request.user)
