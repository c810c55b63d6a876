"""The people and stations of a rehearsal, entered through the actions that their screens call."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings

import measures
from accounts.actions import appoint_first_admin, grant_role
from accounts.models import User
from accounts.states import Role
from config.rehearsal import papers
from config.rehearsal.names import FIELDS, Body, Names
from evaluation.actions import pool
from evaluation.models import Expert, Institution, Round
from ledger.actors import Job
from ledger.files import store_upload
from ledger.models import StoredFile
from stations.actions import (
    add_team_member,
    create_station,
    import_title,
    register_organisation,
    set_ability,
    set_online_presence,
)
from stations.credit_code import make_credit_code
from stations.models import District, Industry, Station, Title
from stations.states import Level, Platform, TeamRole, TitleState

JOB = Job("rehearsal")
STAFF = (
    ("intake", Role.INTAKE, ""),
    ("intake2", Role.INTAKE, ""),
    ("manager", Role.MANAGER, ""),
    ("manager2", Role.MANAGER, ""),
    ("leader", Role.LEADER, ""),
    ("district", Role.DISTRICT, "420106"),
    ("auditor", Role.AUDITOR, ""),
    ("finance", Role.FINANCE, ""),
)
ADMINS = (
    ("security", Role.SECURITY_ADMIN),
    ("system", Role.SYSTEM_ADMIN),
    ("audit", Role.AUDIT_ADMIN),
)
Tick = Callable[[int], None]


@dataclass
class Site:
    """An organisation with its station and the person who acts for it."""

    body: Body
    station: Station
    owner: User


@dataclass
class Cast:
    """Everybody who takes part. `staff` is by the name in STAFF and ADMINS."""

    names: Names
    random: random.Random
    staff: dict[str, User]
    experts: list[Expert] = field(default_factory=list)
    institution: Institution | None = None
    titled: list[Site] = field(default_factory=list)
    bodies: int = 0

    @property
    def manager(self) -> User:
        return self.staff["manager"]

    @property
    def intake(self) -> User:
        return self.staff["intake"]

    @property
    def leader(self) -> User:
        return self.staff["leader"]


def make_person(email: str, name: str, *, password: str | None = None, phone: str = "") -> User:
    """An account whose address is confirmed, as after signing up. Without a password nobody can sign in with it."""
    user = User.objects.create_user(email, password, name=name, phone=phone)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def hire(seed: int, at: dt.datetime, *, password: str | None = None) -> Cast:
    """The bureau's people: administrators first, who give the others their roles."""
    cast = Cast(Names(f"names {seed}"), random.Random(f"cast {seed}"), {})  # noqa: S311
    for key, role in ADMINS:
        make_person(f"{key}@example.com", cast.names.person(), password=password)
        cast.staff[key] = appoint_first_admin(f"{key}@example.com", role=role, password="", actor=JOB, at=at)
    for key, role, scope in STAFF:
        user = make_person(f"{key}@example.com", cast.names.person(), password=password)
        grant_role(user, role, scope=scope, actor=cast.staff["security"], at=at, reason="演练")
        cast.staff[key] = user
    return cast


# -- Stations  ----


def districts() -> dict[str, str]:
    return dict(District.objects.values_list("code", "name"))


def build(cast: Cast, at: dt.datetime, *, quality: float, kinds: int = 5, email: str = "") -> Site:
    """An organisation registers, and enters a station that meets the computed conditions of Art 13. `email` is that of
    the person who acts for it, or one is made up."""
    cast.bodies += 1
    body = cast.names.body(cast.bodies, quality, districts())
    owner = make_person(email or body.email, body.owner, phone=body.contact)
    district = District.objects.get(pk=body.district)
    organisation = register_organisation(
        actor=owner,
        at=at,
        name=body.name,
        credit_code=body.credit_code,
        kind=body.kind,
        founded_on=dt.date(2008 + body.number % 12, 1 + body.number % 12, 1 + body.number % 28),
        district=district,
        address=body.address,
        legal_representative=cast.names.person(),
        contact_name=body.owner,
        contact_phone=body.contact,
    )
    station = create_station(
        organisation,
        actor=owner,
        at=at,
        name=body.station,
        district=district,
        address=f"{body.address}服务大厅",
        area=round(120 + quality * 400),
        window="一站式服务窗口",
        opening_hours="工作日 9:00—17:00",
        phone=body.contact,
        introduction=f"面向{body.field}企业提供计量、标准、检验检测、认证和质量管理等一站式服务。",
        commitment="两个工作日内响应需求，服务过程可查询，收费项目公开。",
        industries=industries_for(body),
    )
    equip(cast, station, owner, at, kinds=kinds)
    return Site(body, station, owner)


def industries_for(body: Body) -> list[Industry]:
    rows = list(Industry.objects.order_by("position"))
    return [rows[FIELDS.index(body.field) % len(rows)]] if rows else []


def equip(cast: Cast, station: Station, owner: User, at: dt.datetime, *, kinds: int) -> None:
    """Abilities with proof, a team, and presence on the platforms."""
    proof = store_upload(papers.pdf("evidence"), actor=owner, at=at)
    for kind in service_kinds(cast, kinds):
        text = f"配备专职人员和设备，能够提供{kind.name}服务。"
        set_ability(station, kind.code, actor=owner, at=at, description=text, add_evidence=[proof])
    for role in (TeamRole.HEAD, TeamRole.CHIEF_QUALITY_OFFICER):
        hire_member(cast, station, owner, at, proof, role, 12)
    for number in range(5):
        hire_member(cast, station, owner, at, proof, TeamRole.SPECIALIST, 3 + number)
    shot = store_upload(papers.picture("平台截图.png"), actor=owner, at=at)
    day = at.date() - dt.timedelta(days=3)
    for platform in (Platform.PROVINCE_NET, Platform.HANJIANLIAN):
        url = f"https://example.com/{platform}/{station.pk}"
        set_online_presence(station, platform, actor=owner, at=at, url=url, seen_on=day, screenshot=shot)


def service_kinds(cast: Cast, number: int) -> Sequence[Any]:
    kinds = measures.load(settings.MEASURE).service_kinds
    return kinds[: min(number, 5)] + tuple(cast.random.sample(list(kinds[5:]), max(number - 5, 0)))


def hire_member(
    cast: Cast, station: Station, owner: User, at: dt.datetime, proof: StoredFile, role: str, years: int
) -> None:
    add_team_member(
        station,
        actor=owner,
        at=at,
        role=role,
        name=cast.names.person(),
        education="本科，质量管理工程" if years % 2 else "硕士，测控技术与仪器",
        relevant_degree=True,
        years=years,
        certificate="中级工程师" if years > 4 else "",
        add_evidence=[proof],
    )


def found_titled(
    cast: Cast, number: int, year: int, at: dt.datetime, tick: Tick, emails: Mapping[int, str] | None = None
) -> None:
    """Stations that hold a title since before this system; a few of them have gone slack. `emails` are those of people
    by the place of their station."""
    slack = max(1, round(number / 16)) if number > 2 else 0
    for place in range(number):
        quality = 0.36 + cast.random.random() * 0.1 if place < slack else 0.66 + cast.random.random() * 0.3
        site = build(cast, at, quality=quality, kinds=5 + place % 3, email=(emails or {}).get(place, ""))
        import_title(
            site.station,
            actor=cast.manager,
            at=at,
            awarded_on=dt.date(year - 1, 12, 20),
            source=f"{year - 1}年授牌名单第{place + 1}号（系统启用前授予）",
        )
        cast.titled.append(site)
        tick(1)


def keep_holders(cast: Cast, newcomers: Sequence[Site] = ()) -> None:
    """Who holds a city title now, of the old ones and the newcomers, is who reports and is evaluated next."""
    held = Title.objects.filter(state=TitleState.ACTIVE, level=Level.CITY)
    holders = set(held.values_list("station_id", flat=True))
    cast.titled = [site for site in [*cast.titled, *newcomers] if site.station.pk in holders]


# -- Experts  ----


def gather_experts(cast: Cast, number: int, entries: int, sheets: int, at: dt.datetime, tick: Tick) -> None:
    """The pool: a third of it belongs to a third-party institution."""
    keeper = make_person("institution@example.com", cast.names.person())
    cast.institution = pool.register_institution(
        actor=cast.manager,
        at=at,
        name="湖北质评技术评估中心（演练）",
        code=make_credit_code(900_001, kind="12"),
        qualification="具备第三方评估资质，有质量管理评价人员二十名。",
        managers=[keeper],
    )
    cast.staff["institution"] = keeper
    kinds = [kind.code for kind in measures.load(settings.MEASURE).service_kinds]
    # twice the even share, so that recusals and hand changes find room
    cap = max(20, math.ceil(entries * sheets / number * 1.5))
    for place in range(number):
        cast.experts.append(
            pool.register_expert(
                actor=cast.manager,
                at=at,
                email=f"expert{place + 1:02d}@example.com",
                name=cast.names.person(),
                employer=f"武汉{cast.random.choice(FIELDS)}大学（演练）{place % 4 + 1}院",
                position=("教授", "正高级工程师", "副研究员", "高级工程师")[place % 4],
                fields=cast.random.sample(kinds, 4),
                institution=cast.institution if place % 3 == 2 else None,
                load_cap=cap,
                employments=former_employers(cast, place, at),
            )
        )
        tick(1)


def former_employers(cast: Cast, place: int, at: dt.datetime) -> list[pool.Employer]:
    """Every fifth expert left one of the titled organisations a year ago: a conflict that the system computes."""
    if place % 5 or not cast.titled:
        return []
    body = cast.titled[place % len(cast.titled)].body
    return [
        pool.Employer(
            organisation=body.name,
            credit_code=body.credit_code,
            since=dt.date(at.year - 6, 3, 1),
            until=dt.date(at.year - 1, 3, 1),
        )
    ]


def mandate(cast: Cast, round: Round, at: dt.datetime, number: str = "") -> None:
    """Entrust the institution with the round (Art 12): without it its experts are given nothing."""
    if cast.institution is None:
        return
    pool.record_mandate(
        cast.institution,
        round,
        actor=cast.manager,
        at=at,
        number=number or f"委托-{round.year}-01",
        document=papers.pdf("mandate"),
        valid_from=at.date(),
        valid_to=at.date() + dt.timedelta(days=180),
    )
