"""Applications for tests, filled in through the same actions that the screens call."""

import datetime as dt
import io
from typing import Any
from zoneinfo import ZoneInfo

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

import measures
from accounts.models import User
from evaluation.actions.application import submit_application
from evaluation.actions.draft import add_material, replace_projects, save_answers, start_application
from evaluation.models import Application, ApplicationVersion, Round
from ledger.files import store_bytes
from stations.models import Ability, OnlinePresence, Station, TeamMember
from stations.states import TeamRole
from tests.factories import make_organisation, make_round, make_station, make_user

WUHAN = measures.load("wuhan")
SHANGHAI = ZoneInfo("Asia/Shanghai")
OPENS = dt.datetime(2026, 11, 2, tzinfo=SHANGHAI)
AT = dt.datetime(2026, 11, 10, 10, tzinfo=SHANGHAI)
CLOSES = dt.datetime(2026, 11, 21, tzinfo=SHANGHAI)
MATERIALS = tuple(material.code for material in WUHAN.materials)

ANSWERS: dict[str, Any] = {
    "statement": "服务光电子信息产业链。",
    "systems": "制定了人员、流程、档案管理制度。",
    "finance": "近三年连续盈利。",
    "credit_checked_on": dt.date(2026, 11, 9),
    "not_dishonest": True,
    "place": "固定场所 300 平方米，检测设备 40 台。",
    "recognition": "获市级质量提升项目立项。",
    "firms_last_year": 230,
    "firms_year_before": 180,
    "declared_by": "张三",
    "declared": True,
}
PROJECT = {
    "year": 2025,
    "name": "激光器比对",
    "client": "武汉某光电公司",
    "kind": "standards",
    "outcome": "形成团体标准 1 项",
}


def pdf_bytes(text: str = "") -> bytes:
    """A real, empty page; `text` goes into its metadata, so that two files differ."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.docinfo["/Title"] = text
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def png_bytes() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(out, "PNG")
    return out.getvalue()


def upload(name: str = "材料.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf_bytes(name) if content is None else content)


def open_round(**fields: Any) -> Round:
    return make_round("open", **{"opens_at": OPENS, "closes_at": CLOSES, **fields})


def ready_station(owner: User | None = None, *, kinds: int = 5, specialists: int = 5) -> Station:
    """A station that meets the computed conditions of Art 13, of an organisation that `owner` administers."""
    owner = owner or make_user()
    station = make_station(make_organisation(owner))
    proof = store_bytes(pdf_bytes("证明"), name="证明.pdf", content_type="application/pdf", actor=owner, at=AT)
    for kind in WUHAN.service_kinds[:kinds]:
        ability = Ability.objects.create(station=station, kind=kind.code, description=f"{kind.name}服务")
        ability.evidence.add(proof)
    TeamMember.objects.create(station=station, role=TeamRole.HEAD, name="李站长")
    TeamMember.objects.create(station=station, role=TeamRole.CHIEF_QUALITY_OFFICER, name="王首席")
    for number in range(specialists):
        TeamMember.objects.create(station=station, role=TeamRole.SPECIALIST, name=f"专员{number}", relevant_degree=True)
    OnlinePresence.objects.create(
        station=station,
        platform="hanjianlian",
        url="https://example.com/shop",
        screenshot=proof,
        seen_on=dt.date(2026, 11, 1),
    )
    return station


def filled_draft(
    owner: User | None = None, evaluation: Round | None = None, at: dt.datetime = AT, **station: Any
) -> tuple[Application, User]:
    """A draft that can be submitted, and the person who filled it in."""
    owner = owner or make_user()
    return fill_in(evaluation or open_round(), ready_station(owner, **station), owner, at), owner


def fill_in(evaluation: Round, station: Station, owner: User, at: dt.datetime = AT) -> Application:
    """The station's draft in this round, with everything that submission asks for."""
    application = start_application(evaluation, station, actor=owner, at=at)
    answers = {**ANSWERS, "credit_checked_on": at.astimezone(SHANGHAI).date()}
    save_answers(application, actor=owner, at=at, version=0, **answers)
    for code in MATERIALS:
        add_material(application, code, upload(f"{code}.pdf"), actor=owner, at=at)
    replace_projects(application, [{**PROJECT, "year": application.round.year}], actor=owner, at=at)
    return application


def submitted(
    owner: User | None = None, evaluation: Round | None = None, at: dt.datetime = AT
) -> tuple[ApplicationVersion, User]:
    """A submitted application's first version, and the person who submitted it."""
    application, owner = filled_draft(owner, evaluation, at)
    version = submit_application(application, actor=owner, at=at)
    return version, owner
