"""Plain functions that make rows for tests: no magic, every default may be given."""

import datetime as dt
import itertools
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

import measures
from accounts.models import RoleGrant, User
from accounts.states import Role
from evaluation.models import Application, Entry, Expert, Indicator, Round, Score, ScoreSheet
from evaluation.states import ApplicationState, EntryState, RoundState, SheetState, Track
from ledger.actors import Job
from ledger.files import store_bytes
from ledger.journal import record
from stations.credit_code import make_credit_code
from stations.models import District, Membership, Organisation, Slot, SlotCap, Station, Title
from stations.rules import forget_memberships
from stations.states import DistrictKind, Level, MemberRole, OrganisationKind
from supervision.models import RevocationCase, SelfAssessment

_numbers = itertools.count(1)
CAP = 50


def make_user(role: str | None = None, *, scope: str = "", password: str | None = None, **fields: Any) -> User:
    """A person, with one work role where `role` is given; district staff need `scope`, the code of their district."""
    number = next(_numbers)
    fields.setdefault("email", f"person{number}@example.com")
    fields.setdefault("name", f"测试{number}")
    user = User.objects.create_user(password=password, **fields)
    if role is not None:
        RoleGrant.objects.create(user=user, role=role, scope=scope or ("420106" if role == Role.DISTRICT else ""))
    return user


def make_district(code: str = "420106", name: str = "武昌区", kind: str = DistrictKind.DIVISION) -> District:
    """The row of the dictionary, or a new one where the dictionary was flushed by a transactional test."""
    gb_code = code if kind == DistrictKind.DIVISION else None
    defaults = {"name": name, "kind": kind, "gb_code": gb_code, "supervising_bureau": f"{name}市场监督管理局"}
    return District.objects.get_or_create(code=code, defaults=defaults)[0]


def make_organisation(owner: User | None = None, **fields: Any) -> Organisation:
    """An enterprise founded in 2015; `owner` becomes its administrator."""
    number = next(_numbers)
    fields.setdefault("name", f"武汉测试质量技术有限公司{number}")
    fields.setdefault("credit_code", make_credit_code(300_000 + number))  # away from the numbers that tests choose
    fields.setdefault("kind", OrganisationKind.ENTERPRISE)
    fields.setdefault("founded_on", dt.date(2015, 3, 2))
    fields.setdefault("district", fields.get("district") or make_district())
    fields.setdefault("address", "武昌区测试路 1 号")
    organisation = Organisation.objects.create(**fields)
    if owner is not None:
        join(owner, organisation, role=MemberRole.OWNER)
    return organisation


def join(user: User, organisation: Organisation, role: str = MemberRole.MEMBER) -> Membership:
    """Make `user` a member; forget the memberships that the user object remembers."""
    forget_memberships(user)
    return Membership.objects.create(user=user, organisation=organisation, role=role, joined_at=timezone.now())


def make_station(organisation: Organisation | None = None, **fields: Any) -> Station:
    organisation = organisation or make_organisation()
    fields.setdefault("name", f"测试产业质量基础设施“一站式”服务站{next(_numbers)}")
    fields.setdefault("district", organisation.district)
    fields.setdefault("supervised_by", fields["district"])
    fields.setdefault("address", "武昌区测试路 1 号 2 楼")
    return Station.objects.create(organisation=organisation, **fields)


def make_slots(cap: int = CAP, measure: str = "wuhan") -> list[Slot]:
    """The numbered places of a measure: as many as `cap`, made where they are missing."""
    SlotCap.objects.update_or_create(measure=measure, defaults={"cap": cap})
    Slot.objects.bulk_create([Slot(measure=measure, number=n) for n in range(1, cap + 1)], ignore_conflicts=True)
    return list(Slot.objects.filter(measure=measure, number__lte=cap))


def make_title(station: Station | None = None, **fields: Any) -> Title:
    """An active city title in the lowest free slot (a district title has none)."""
    station = station or make_station()
    if fields.setdefault("level", Level.CITY) == Level.CITY and "slot" not in fields:
        taken = set(Title.objects.filter(state="active").values_list("slot_id", flat=True))
        fields["slot"] = next(slot for slot in make_slots() if slot.pk not in taken)
    fields.setdefault("number", f"TEST-{next(_numbers):04d}")
    fields.setdefault("awarded_at", timezone.now())
    fields.setdefault("basis", "2025 年度评价")
    if "ended_at" in fields:
        fields.setdefault("ended_article", "第十九条")
        fields.setdefault("ended_decision", "武市监〔2025〕9号")
    return Title.objects.create(station=station, **fields)


def make_executed_case(title: Title) -> RevocationCase:
    """What must be there before a title is revoked: a case of two persons, told, decided and executed (Art 18)."""
    at, clerk, leader = timezone.now(), make_user(Role.INTAKE), make_user(Role.LEADER)
    case = RevocationCase.objects.create(
        title=title,
        state="executed",
        grounds=["false_material"],
        facts="材料不实",
        opened_by=clerk,
        opened_at=at,
        statement_days=5,
        statement_due_at=at,
        deadline={"days": [], "provisional": False},
        proposed_by=clerk,
        proposed_at=at,
        approved_by=leader,
        approved_at=at,
        ended_at=at,
    )
    pdf = store_bytes(b"%PDF-1.4", name="文书.pdf", content_type="application/pdf", actor=clerk, at=at)
    for kind in ("notice", "decision"):
        number = f"武市监〔2026〕测{next(_numbers)}号"
        served = {"served_at": at, "served_how": "post", "served_by": clerk}
        case.papers.create(kind=kind, document_number=number, pdf=pdf, drawn_at=at, **served)
    return case


# -- A round  ----


def put(obj: Any, state: str, **changes: Any) -> Any:
    """Set a thing into a state past all moves, with the journal row that the database asks for."""
    with transaction.atomic():
        record(obj, "test", actor=Job("test"), at=timezone.now(), before=obj.state, after=state)
        type(obj).objects.filter(pk=obj.pk).update(state=state, **changes)
    obj.refresh_from_db()
    return obj


def make_round(state: str = RoundState.REVIEWING, **fields: Any) -> Round:
    """A round of the Wuhan measure with its settings and the rubric of the annex, in any state."""
    measure = measures.load("wuhan")
    now = timezone.now()
    year = fields.setdefault("year", 2026 + Round.objects.count())
    defaults: dict[str, Any] = {
        "measure": measure.code,
        "measure_version": measure.version,
        "calendar_version": "test",
        "name": f"{year}年度质量服务站评价",
        "opens_at": now - dt.timedelta(days=40),
        "closes_at": now - dt.timedelta(days=10),
        "pass_mark": Decimal(60),
        "step": Decimal("0.5"),
        "min_sheets": 3,
        "aggregation": "mean",
        "spread_threshold": Decimal(15),
        "tie_order": ["effect", "provision", "implementation", "foundation"],
        "day_rule": "calendar_roll",
        "scores_published": False,
        "return_limit": 2,
        "return_days": 5,
        "published_at": now - dt.timedelta(days=50),
    }
    fields.setdefault("created_by", fields.get("created_by") or make_user(Role.MANAGER))
    evaluation = Round.objects.create(**{**defaults, **fields})
    Indicator.objects.bulk_create(
        Indicator(
            round=evaluation,
            code=item.code,
            dimension=item.dimension,
            name=item.name,
            position=position,
            max_points=item.points,
        )
        for position, item in enumerate(measure.indicators, start=1)
    )
    return put(evaluation, state) if state != RoundState.DRAFT else evaluation


def make_application(evaluation: Round | None = None, station: Station | None = None, **fields: Any) -> Application:
    """An application of a station, submitted unless `state` says otherwise."""
    station = station or make_station()
    number = next(_numbers)
    fields.setdefault("state", ApplicationState.SUBMITTED)
    fields.setdefault("created_by", fields.get("created_by") or make_user())
    fields.setdefault("created_at", timezone.now())
    fields.setdefault("submitted_at", timezone.now())
    fields.setdefault("number", f"SB2026-{number:04d}")
    return Application.objects.create(
        round=evaluation or make_round(), station=station, organisation=station.organisation, **fields
    )


def make_entry(evaluation: Round | None = None, station: Station | None = None, track: str = Track.NEW) -> Entry:
    """An entry that waits for its experts: with an application, or for a titled station with a filed self-assessment."""
    evaluation = evaluation or make_round()
    station = station or make_station()
    if track == Track.NEW:
        application = make_application(evaluation, station, state=ApplicationState.ENTERED)
        return Entry.objects.create(round=evaluation, station=station, track=track, application=application)
    dossier = SelfAssessment.objects.create(
        title=make_title(station), year=evaluation.year, state="filed", due_at=timezone.now(), filed_at=timezone.now()
    )
    return Entry.objects.create(round=evaluation, station=station, track=track, dossier=dossier)


def make_expert(user: User | None = None, **fields: Any) -> Expert:
    fields.setdefault("employer", f"武汉测试大学{next(_numbers)}")
    fields.setdefault("fields", ["metrology", "standards"])
    return Expert.objects.create(user=user or make_user(), **fields)


def make_sheet(entry: Entry | None = None, expert: Expert | None = None, state: str = SheetState.GATED) -> ScoreSheet:
    """A sheet of an entry that is being scored."""
    entry = entry or make_entry()
    if entry.state == EntryState.ASSIGNED:
        put(entry, EntryState.SCORING)
    sheet = ScoreSheet.objects.create(entry=entry, expert=expert or make_expert(), assigned_at=timezone.now())
    return put(sheet, state) if state != SheetState.GATED else sheet


def make_scored_entry(
    evaluation: Round, points: Sequence[str | Decimal], *, track: str = Track.NEW, station: Station | None = None
) -> Entry:
    """An entry with one locked sheet per element of `points`, each sheet's total: taken off the last indicators first."""
    entry = make_entry(evaluation, station, track)
    for total in points:
        sheet = make_sheet(entry, state=SheetState.OPEN)
        left = Decimal(total)
        scores = []
        for indicator in evaluation.indicators.order_by("position"):
            given = min(left, indicator.max_points)
            left -= given
            scores.append(Score(sheet=sheet, indicator=indicator, points=given, saved_at=timezone.now()))
        Score.objects.bulk_create(scores)
        put(sheet, SheetState.SUBMITTED)
        put(sheet, SheetState.LOCKED, locked_at=timezone.now())
    return put(entry, EntryState.SCORED)
