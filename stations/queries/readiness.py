"""The parts of a station's file as a task list: what is done, what is missing, against the numbers of Art 13."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Prefetch, QuerySet, prefetch_related_objects
from django.urls import reverse

import measures
from stations.models import Ability, Station, TeamMember
from stations.states import TeamRole


@dataclass(frozen=True)
class Part:
    """One part of a station's file. `missing` are the things still to do; an optional part never lacks anything."""

    key: str
    label: str
    about: str
    summary: str
    missing: tuple[str, ...]
    url: str
    optional: bool = False
    begun: bool = True

    @property
    def state(self) -> str:
        """As the step bar and the task list name it: done, problem, todo."""
        if self.missing:
            return "problem" if self.begun else "todo"
        return "done" if self.begun else "todo"


def with_parts(stations: QuerySet[Station]) -> QuerySet[Station]:
    """Everything that `parts_of` looks at, in a constant number of queries."""
    return stations.prefetch_related(*_everything())


def _everything() -> tuple[Prefetch | str, ...]:
    weighed = Prefetch("abilities", Ability.objects.annotate(evidence_count=Count("evidence")), "weighed_abilities")
    return (weighed, "team", "online", "industries")


def parts_of(station: Station) -> list[Part]:
    """The five parts in order. For a station out of `with_parts` no query is made."""
    prefetch_related_objects([station], *_everything())
    return [_basics(station), _abilities(station), _team(station), _online(station), _commitment(station)]


def missing_of(station: Station) -> list[str]:
    return [f"{part.label}：{'，'.join(part.missing)}" for part in parts_of(station) if part.missing]


def is_evidenced(ability: Ability) -> bool:
    """A claim counts when it is described and at least one file proves it (Art 14(5))."""
    return bool(ability.description.strip() and ability.evidence_count)  # type: ignore[attr-defined]


def is_qualified(member: TeamMember, years: int) -> bool:
    """A specialist by a relevant degree or by whole years of work (Art 13(5))."""
    return member.role == TeamRole.SPECIALIST and (member.relevant_degree or member.years >= years)


def _url(name: str, station: Station) -> str:
    return reverse(f"stations:{name}", args=[station.pk])


def _basics(station: Station) -> Part:
    wanted = {"window": "服务窗口", "opening_hours": "服务时间", "phone": "服务电话", "introduction": "简介"}
    missing = [label for name, label in wanted.items() if not getattr(station, name).strip()]
    if not station.industries.all():
        missing.append("服务产业")
    about = "名称、场所、窗口、服务时间和服务产业（办法第十条、第十三条第（四）项）"
    lacks = (f"还没有填写{'、'.join(missing)}",) if missing else ()
    return Part(
        "basics", "基本信息", about, f"{station.district}，{station.address}", lacks, _url("station_edit", station)
    )


def _abilities(station: Station) -> Part:
    least = int(_threshold("abilities"))
    claimed = station.weighed_abilities  # type: ignore[attr-defined]
    proven = [ability for ability in claimed if is_evidenced(ability)]
    missing = []
    if bare := len(claimed) - len(proven):
        missing.append(f"有 {bare} 类没有证明材料")
    if len(proven) < least:
        missing.append(f"还差 {least - len(proven)} 类（办法要求不少于 {least} 类）")
    about = f"办法第九条所列 {len(measures.load(settings.MEASURE).service_kinds)} 类服务，每类附证明材料"
    summary = f"{len(proven)} 类有证明材料" if claimed else "还没有填报"
    url = _url("ability_list", station)
    return Part("abilities", "服务能力", about, summary, tuple(missing), url, begun=bool(claimed))


def _team(station: Station) -> Part:
    least, years = int(_threshold("specialists")), int(_threshold("specialist_years"))
    team = list(station.team.all())
    qualified = sum(is_qualified(member, years) for member in team)
    missing = [
        f"没有{role.label}"
        for role in (TeamRole.HEAD, TeamRole.CHIEF_QUALITY_OFFICER)
        if not any(member.role == role for member in team)
    ]
    if qualified < least:
        missing.append(f"符合条件的专业人员还差 {least - qualified} 名")
    about = f"站长 1 名、首席质量官 1 名、专业人员不少于 {least} 名（相关专业或从业满 {years} 年，第十三条第（五）项）"
    summary = f"共 {len(team)} 人，符合条件的专业人员 {qualified} 名" if team else "还没有填报"
    return Part("team", "团队", about, summary, tuple(missing), _url("team_list", station), begun=bool(team))


def _online(station: Station) -> Part:
    places = [presence.get_platform_display() for presence in station.online.all()]
    about = "入驻省市场监管智慧服务一张网、汉检链等平台的网址和截图（办法第十条，鼓励）"
    summary = "、".join(places) or "没有填报，不影响申报"
    url = _url("online_list", station)
    return Part("online", "线上服务", about, summary, (), url, optional=True, begun=bool(places))


def _commitment(station: Station) -> Part:
    begun = bool(station.commitment.strip())
    missing = () if begun else ("还没有写明服务承诺",)
    about = "向社会公开，接受监督（办法第十条）"
    summary = f"{len(station.commitment)} 字，公开" if begun else "还没有填写"
    return Part("commitment", "服务承诺", about, summary, missing, _url("commitment_edit", station), begun=begun)


def _threshold(code: str) -> float:
    return float(measures.load(settings.MEASURE).threshold(code).value)
