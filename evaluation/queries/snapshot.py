"""An application as one plain JSON value: what a version freezes, and what the conditions are computed from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import Field
from django.utils import timezone

from evaluation.eligibility import Facts, Specialist
from evaluation.models import Application
from evaluation.parts import ANSWERS, NEEDED
from ledger.files import file_part
from measures import Measure
from stations.models import Organisation, Station
from stations.states import TeamRole


def snapshot_of(application: Application, measure: Measure) -> dict[str, Any]:
    """Everything that the application says now, in plain JSON values. About ten queries, whatever its size."""
    station = application.station
    kinds = {kind.code: kind.name for kind in measure.service_kinds}
    return {
        "round": {"name": application.round.name, "year": application.round.year, "measure": measure.code},
        "organisation": organisation_part(application.organisation),
        "station": station_part(station),
        "answers": {name: plain(getattr(application, name)) for name in ANSWERS},
        "abilities": abilities_part(station, kinds),
        "team": team_part(station),
        "online": online_part(station),
        "projects": projects_part(application, kinds),
        "materials": materials_part(application, measure),
    }


def abilities_part(station: Station, kinds: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "kind": ability.kind,
            "kind_name": kinds.get(ability.kind, ability.kind),
            "description": ability.description,
            "evidence": [file_part(file) for file in ability.evidence.all()],
        }
        for ability in station.abilities.prefetch_related("evidence")
    ]


def team_part(station: Station) -> list[dict[str, Any]]:
    return [
        {
            "role": person.role,
            "role_name": person.get_role_display(),
            "name": person.name,
            "education": person.education,
            "relevant_degree": person.relevant_degree,
            "years": person.years,
            "certificate": person.certificate,
            "evidence": [file_part(file) for file in person.evidence.all()],
        }
        for person in station.team.prefetch_related("evidence")
    ]


def online_part(station: Station) -> list[dict[str, Any]]:
    return [
        {
            "platform": presence.platform,
            "platform_name": presence.get_platform_display(),
            "url": presence.url,
            "seen_on": plain(presence.seen_on),
            "screenshot": file_part(presence.screenshot),
        }
        for presence in station.online.select_related("screenshot")
    ]


def projects_part(application: Application, kinds: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "year": row.year,
            "name": row.name,
            "client": row.client,
            "kind": row.kind,
            "kind_name": kinds.get(row.kind, row.kind),
            "outcome": row.outcome,
            "recognised_by": row.recognised_by,
        }
        for row in application.projects.all()
    ]


def organisation_part(organisation: Organisation) -> dict[str, Any]:
    return {
        "name": organisation.name,
        "credit_code": organisation.credit_code,
        "kind": organisation.kind,
        "kind_name": organisation.get_kind_display(),
        "founded_on": plain(organisation.founded_on),
        "district": organisation.district.name,
        "address": organisation.address,
        "legal_representative": organisation.legal_representative,
        "contact_name": organisation.contact_name,
        "contact_phone": organisation.contact_phone,
    }


def station_part(station: Station) -> dict[str, Any]:
    return {
        "name": station.name,
        "district": station.district.name,
        "supervised_by": station.supervised_by.name,
        "address": station.address,
        "area": station.area,
        "window": station.window,
        "opening_hours": station.opening_hours,
        "phone": station.phone,
        "introduction": station.introduction,
        "commitment": station.commitment,
        "industries": sorted(industry.name for industry in station.industries.all()),
    }


def materials_part(application: Application, measure: Measure) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {material.code: [] for material in measure.materials}
    for row in application.material_files.filter(removed_at__isnull=True).select_related("file"):
        found[row.code].append(file_part(row.file))
    return found


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


# -- From a snapshot  ----


def facts_of(snapshot: Mapping[str, Any], *, at: dt.datetime) -> Facts:
    """The facts on which the conditions of Art 13 are computed, as a snapshot has them on the day of `at`."""
    roles = [person["role"] for person in snapshot["team"]]
    return Facts(
        on=timezone.localdate(at),
        founded_on=dt.date.fromisoformat(snapshot["organisation"]["founded_on"]),
        heads=roles.count(TeamRole.HEAD),
        chief_quality_officers=roles.count(TeamRole.CHIEF_QUALITY_OFFICER),
        specialists=tuple(
            Specialist(person["relevant_degree"], person["years"])
            for person in snapshot["team"]
            if person["role"] == TeamRole.SPECIALIST
        ),
        claimed=frozenset(ability["kind"] for ability in snapshot["abilities"]),
        evidenced=frozenset(ability["kind"] for ability in snapshot["abilities"] if ability["evidence"]),
        answers=needed_answers(snapshot["answers"]),
        firms_last_year=snapshot["answers"]["firms_last_year"],
        firms_year_before=snapshot["answers"]["firms_year_before"],
    )


def needed_answers(answers: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """{condition code: {label: value}} of what must be written; a fall in the number of firms needs a word as well."""
    needed = {code: {label_of(name): answers[name] for name in fields} for code, fields in NEEDED.items()}
    last, before = answers["firms_last_year"], answers["firms_year_before"]
    if last is not None and before is not None and last < before:
        needed["record"][label_of("growth_note")] = answers["growth_note"]
    return needed


def label_of(name: str) -> str:
    """The Chinese name of a field of the application."""
    return str(field_of(name).verbose_name)


def field_of(name: str) -> Field:
    """The field of the application in which an answer is kept."""
    field = Application._meta.get_field(name)
    assert isinstance(field, Field)  # noqa: S101  the names are those of ANSWERS
    return field


LABELS: Mapping[str, str] = {
    **{name: label_of(name) for name in ANSWERS},
    "name": "名称",
    "credit_code": "统一社会信用代码",
    "kind_name": "类别",
    "founded_on": "成立日期",
    "district": "所在区",
    "supervised_by": "监管单位",
    "address": "地址",
    "legal_representative": "法定代表人",
    "contact_name": "联系人",
    "contact_phone": "联系电话",
    "area": "场所面积（平方米）",
    "window": "服务窗口",
    "opening_hours": "服务时间",
    "phone": "服务电话",
    "introduction": "简介",
    "commitment": "服务承诺",
    "industries": "服务产业",
    "abilities": "服务能力",
    "description": "能力说明",
    "evidence": "证明材料",
    "team": "团队成员",
    "role_name": "岗位",
    "education": "学历和专业",
    "relevant_degree": "相关专业",
    "years": "从业年数",
    "certificate": "职称或证书",
    "online": "线上服务",
    "platform_name": "平台",
    "url": "网址",
    "seen_on": "截图日期",
    "screenshot": "截图",
    "projects": "服务项目",
    "files": "文件",
    "year": "年度",
    "client": "服务对象",
    "outcome": "成效",
    "recognised_by": "认可单位",
    "answers": "",
    "station": "",
    "organisation": "",
}
