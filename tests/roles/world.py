"""One world with one of everything, and thirteen people who look at it; used by the role matrix."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AnonymousUser
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.actions import make_calendar_feed, notify
from accounts.models import Message, RoleGrant
from accounts.states import Role
from evaluation.models import Conclusion, Institution, Mandate, Recusal, SiteVisit
from evaluation.states import SheetState
from integration.actions.client import authorise_client
from ledger.files import store_bytes
from ledger.models import JournalEntry
from ledger.sealing import seal_journal
from ledger.uploads import XLSX
from services.models import NeedDraft, NeedMatch, Progress, Specialist
from stations.credit_code import make_credit_code
from stations.models import Certificate
from supervision.models import (
    Complaint,
    ComplaintStatement,
    Inspection,
    InspectionPlan,
    RevocationCase,
    SelfAssessment,
    StationClass,
    YearPlan,
)
from tests.evaluation import dossiers, scene
from tests.factories import (
    join,
    make_entry,
    make_expert,
    make_organisation,
    make_round,
    make_scored_entry,
    make_sheet,
    make_station,
    make_title,
    make_user,
    put,
)
from tests.integration.scene import make_client
from tests.services.record_scene import make_record
from tests.supervision.inspection_scene import asked_improvement, make_year_plan

ACTORS = (
    "anonymous",
    "own",
    "other",
    "assigned",
    "unassigned",
    "conflicted",
    "intake",
    "manager",
    "leader",
    "finance",
    "district",
    "auditor",
    "admin",
)
NOW = dt.datetime(2026, 11, 12, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


@dataclass
class World:
    """People by the name of their column, and for each address the arguments that lead to the object of `own`."""

    people: dict[str, Any]
    arguments: dict[str, dict[str, Any]] = field(default_factory=dict)

    def kwargs(self, name: str, route: str) -> dict[str, Any]:
        """The arguments of an address: those of its longest known beginning, cut to what the route asks for."""
        known = [begin for begin in self.arguments if route.startswith(begin)]
        return self.arguments[max(known, key=len)] if known else {}


def addresses() -> list[tuple[str, str]]:
    """(name, route) of every address of ours and of the libraries, without the inside of Django's admin."""

    def walk(resolver: URLResolver, route: str, space: str) -> Any:
        for item in resolver.url_patterns:
            here = route + str(item.pattern)
            if isinstance(item, URLPattern):
                yield f"{space}{item.name}", here
            else:
                yield from walk(item, here, f"{space}{item.namespace}:" if item.namespace else space)

    found = [(name, route) for name, route in walk(get_resolver(), "", "") if not name.startswith("admin:")]
    return [*found, ("admin:index", "admin/")]


def make_world() -> World:
    own = make_user(name="林")
    evaluation = dossiers.open_round(year=2026)
    version, _ = dossiers.submitted(own, evaluation)
    application = version.application
    station = application.station
    other = make_user(name="吴")
    join(other, make_station(make_organisation()).organisation, role="owner")
    manager = make_user(Role.MANAGER)
    ranking = scene.ranked_round(("new", "award"), ("titled", "retain"), manager=manager, year=2025)
    notice = scene.notice_of(ranking, manager)
    listed = ranking.lines.first().entry
    objection = object_to(notice, listed)

    reviewing = make_round(year=2024)
    entry = make_entry(reviewing, station)
    assigned, unassigned, conflicted = (make_expert(make_user(name=name)) for name in ("周", "郑", "王"))
    sheet = make_sheet(entry, assigned, SheetState.OPEN)
    Recusal.objects.create(expert=conflicted, entry=entry, source="declared", reason="同事", made_at=NOW)
    visit = SiteVisit.objects.create(entry=entry, planned_for=NOW, place="服务站")
    visit.visitors.add(manager, assigned.user)
    institution = Institution.objects.create(
        name="武汉评价研究院", credit_code="52420100MJH000000X", qualification="资质"
    )
    tied = tied_ranking(manager)
    conclusion = Conclusion.objects.create(
        round=tied.round, plan=[], plan_sha256="0" * 64, proposed_by=manager, proposed_at=NOW
    )
    photo = store_bytes(dossiers.png_bytes(), name="窗口.png", content_type="image/png", actor=manager, at=NOW)
    finding = visit.findings.create(indicator=reviewing.indicators.get(code="1.1.1"), verdict="confirmed")
    finding.photos.add(photo)
    mandate = Mandate.objects.create(
        institution=institution,
        round=reviewing,
        number="委托〔2026〕1号",
        document=photo,
        valid_from=NOW.date(),
        valid_to=NOW.date(),
    )
    title = make_title(station)
    ended = make_title(station, state="delisted", ended_at=NOW, ended_paper=photo)
    certificate = Certificate.objects.create(title=title, number="WHZL-2026-901", issued_at=NOW)
    plan = YearPlan.objects.create(measure="wuhan", year=2026)
    inspection = recorded_inspection(title, manager, photo)
    make_year_plan(2027)
    task = asked_improvement(manager, station, at=NOW.replace(year=2027)).items.get()
    task.evidence.add(photo)
    assessment = SelfAssessment.objects.create(title=title, year=2026, due_at=NOW)
    item = assessment.items.create(indicator="1.1.1", max_points=2)
    proof = item.evidence.create(file=photo, added_at=NOW)
    complaint, asked = complain_of(station, clerk := make_user(Role.INTAKE))
    notify([own], key="k", subject="通知", body="内容")
    message = Message.objects.filter(recipient=own).latest("pk")
    world = World(
        people={
            "anonymous": AnonymousUser(),
            "own": own,
            "other": other,
            "assigned": assigned.user,
            "unassigned": unassigned.user,
            "conflicted": conflicted.user,
            "intake": clerk,
            "manager": manager,
            "leader": make_user(Role.LEADER),
            "finance": make_user(Role.FINANCE),
            "district": make_user(Role.DISTRICT, scope=station.supervised_by_id),
            "auditor": make_user(Role.AUDITOR),
            "admin": make_user(Role.SYSTEM_ADMIN),
        }
    )
    files = application.material_files.select_related("file")
    material = files.first()
    world.arguments = {
        "api/v1/measures/": {"key": "wuhan"},
        "api/v1/notices/": {"pk": notice.pk},
        "api/v1/equipment/": {"pk": 1},
        "api/v1/stations/": {"pk": station.pk},
        "api/v1/certificates/": {"number": certificate.number},
        "api/v1/seals/": {"number": 1},
        **interface_of(station, own),
        "dates/": {"token": make_calendar_feed(own, actor=own)},
        "journal/": {"pk": JournalEntry.objects.order_by("pk").first().pk},
        "journal/<int:entry_id>/": {"entry_id": seal_journal(at=NOW).leaves.get(position=0).entry_id},
        "messages/": {"pk": message.pk},
        "outbox/": {"pk": message.pk},
        "people/": {"pk": other.pk},
        "people/grants/": {"pk": RoleGrant.objects.filter(user=manager).get().pk},
        "rounds/": {"pk": evaluation.pk},
        "rounds/<int:pk>/ranking/": {"pk": tied.round_id, "boundary": "tier_1"},
        "rounds/<int:round>/ranking/": {"round": tied.round_id, "pk": tied.lines.first().pk},
        "applications/": {
            "pk": application.pk,
            "number": 1,
            "code": material.code,
            "key": material.file.key,
            "file": material.pk,
        },
        "rounds/<int:pk>/conclusion/": {"pk": evaluation.pk, "boundary": "last_slot"},
        "conclusions/": {"pk": conclusion.pk},
        "applications/start/": {"pk": evaluation.pk},
        "intake/": {"pk": application.pk, "number": 1, "code": material.code},
        "notices/": {"pk": notice.pk},
        "objections/": {"number": objection.number},
        "objections/work/": {"pk": objection.pk, "file": objection.evidence.get().pk},
        "service-records/": {"pk": make_record(station).pk},
        "stations/<int:pk>/figures/": {"pk": station.pk, "year": 2026, "code": "visits"},
        "self-assessments/": {
            "pk": assessment.pk,
            "part": "foundation",
            "code": "1.1.1",
            "number": 1,
            "file": proof.pk,
            "key": proof.file.key,
        },
        "classifications/": {"pk": station.pk},
        "classes/": {"pk": StationClass.objects.create(code="a", name="A类").pk},
        "complaints/": {"number": complaint.number},
        "complaints/work/": {"pk": complaint.pk, "file": complaint.evidence.get().pk},
        "complaint-statements/": {"pk": asked.pk, "file": asked.files.get().pk},
        "year-plans/": {"pk": plan.pk},
        **needs_of(station, own),
        "inspection-plans/": {"pk": inspection.plan_id},
        "inspections/": {"pk": inspection.pk, "code": "1.1.1", "key": photo.key},
        "improvements/": {"pk": task.plan_id},
        "improvements/items/": {"pk": task.pk, "key": photo.key},
        "improvements/stations/": {"pk": station.pk},
        "organisations/": {"pk": station.organisation_id},
        "memberships/": {"pk": station.organisation.memberships.get().pk},
        "stations/": {"pk": station.pk, "key": station.abilities.first().evidence.first().key},
        "my/stations/": {
            "pk": station.pk,
            "kind": "metrology",
            "member": station.team.first().pk,
            "platform": "hanjianlian",
        },
        "staff/stations/": {"pk": station.pk},
        "staff/titles/import/table/": {"key": material.file.key},
        "certificates/": {"number": certificate.number},
        "experts/": {"pk": assigned.pk},
        "institutions/": {"pk": institution.pk},
        "entries/": {"pk": entry.pk, "key": photo.key},
        "sheets/": {"pk": sheet.pk},
        "visits/": {"pk": visit.pk, "code": "1.1.1", "key": photo.key},
        "mandates/": {"pk": mandate.pk},
        **revocation_of(title, make_title(make_station(station.organisation)), manager, photo),
        **funding_of(own),
        **rating_of(station, own),
        **libraries_of(station, own, photo),
        **training_of(station, own),
        **webhook_of(),
        **exchange_of(),
        **reports_of(station, own, manager, photo),
        **{f"rounds/<int:pk>/{page}/": {"pk": reviewing.pk} for page in ("panel", "progress", "lock")},
        "titles/": {"pk": ended.pk},
        "invitations/": {"pk": 0, "token": "unknown"},
        "accounts/confirm-email/": {"key": "unknown"},
        "accounts/^confirm-email/": {"key": "unknown"},
        "accounts/^password/reset/key/": {"uidb36": "1", "key": "unknown"},
    }
    return world


def webhook_of() -> dict[str, dict[str, Any]]:
    """An endpoint of a machine client, and a delivery to it that was given up."""
    from integration.models import Delivery, WebhookEndpoint  # noqa: PLC0415  read after Django is set up
    from ledger.models import Event  # noqa: PLC0415  as above
    from tests.integration.scene import make_client  # noqa: PLC0415  as above

    client, _ = make_client(name="推送平台")
    known = {"registered_at": NOW, "registered_by": client.registered_by}
    endpoint = WebhookEndpoint.objects.create(
        client=client, url="https://example.cn/hooks", kinds=["notice.closed"], secret="sealed", **known
    )
    event = Event.objects.create(
        kind="notice.closed", subject_type="evaluation.publicnotice", subject_id="1", at=NOW, seq=1
    )
    delivery = Delivery.objects.create(endpoint=endpoint, event=event, outcome="dead", made_at=NOW)
    return {"webhooks/": {"pk": endpoint.pk}, "webhooks/deliveries/": {"pk": delivery.pk}}


def exchange_of() -> dict[str, dict[str, Any]]:
    """A document that waits, a receipt and a comparison of the exchange with 汉检链."""
    from integration.models import AnchorReceipt, Reconciliation, SentDocument  # noqa: PLC0415  as above

    known = {"label": "第 1 号封存", "body": {}, "hash": "0" * 64, "arranged_at": NOW, "next_at": NOW}
    document = SentDocument.objects.create(kind="seal", number="1", **known)
    told = {"root": "0" * 64, "reference": "0x1", "anchored_at": NOW, "received_at": NOW, "raw": "{}"}
    receipt = AnchorReceipt.objects.create(number="AR-1", seal_number=9_999, verdict="no_such_seal", **told)
    run = Reconciliation.objects.create(asked_at=NOW, finished=True, finished_at=NOW)
    return {
        "hanjianlian/documents/": {"pk": document.pk},
        "hanjianlian/receipts/": {"pk": receipt.pk},
        "hanjianlian/reconciliations/": {"pk": run.pk},
    }


def needs_of(station: Any, actor: Any) -> dict[str, dict[str, Any]]:
    """A need of a company that the station of `own` has received."""
    from services.actions.need import PUBLIC, post_need  # noqa: PLC0415  read after Django is set up
    from tests.services.need_scene import TYPED  # noqa: PLC0415  as above

    need = post_need(actor=PUBLIC, at=NOW, source="web", station=station, **TYPED)
    step = Progress.objects.create(need=need, text="上门", due_at=NOW, entered_at=NOW, entered_by=actor)
    who = {"name": "周", "category": "staff", "employer": "本站", "field": "长度计量"}
    specialist = Specialist.objects.create(station=station, changed_at=NOW, **who)
    known = {"points": 60, "proposed_at": NOW, "proposed_by": actor}
    match = NeedMatch.objects.create(need=need, specialist=specialist, **known)
    draft = NeedDraft.objects.create(facts="", code_digest="", sent_at=NOW, made_at=NOW)
    return {
        "needs/": {"number": need.number},
        "needs/new/": {"key": draft.pk},
        "needs/work/": {"pk": need.pk, "key": draft.pk},  # a key of no paper of this need
        "needs/work/steps/": {"pk": step.pk},
        "needs/work/matches/": {"pk": match.pk},
    }


def revocation_of(title: Any, other: Any, manager: Any, photo: Any) -> dict[str, dict[str, Any]]:
    """A case that the station was told of, another title without one, and a title that is being given up."""
    case = RevocationCase.objects.create(
        title=title,
        state="notified",
        grounds=["report_missing"],
        facts="没有报送。",
        opened_by=manager,
        opened_at=NOW,
        statement_days=5,
        statement_due_at=NOW + dt.timedelta(days=3650),
        deadline={"days": [], "provisional": False},
    )
    known = {"pdf": photo, "drawn_at": NOW, "served_at": NOW, "served_how": "post", "served_by": manager}
    case.papers.create(kind="notice", document_number="武市监〔2026〕99号", **known)
    departure = other.departures.create(kind="give_up", reason="停业", statement=photo, asked_by=manager, asked_at=NOW)
    return {
        "revocations/": {"pk": case.pk, "key": photo.key},
        "revocations/new/": {"pk": other.pk},
        "my/revocations/": {"pk": case.pk, "key": photo.key},
        "suspicions/": {"pk": other.pk, "kind": "specialists"},
        "departures/": {"pk": departure.pk},
        "departures/new/": {"pk": other.pk},
    }


def interface_of(station: Any, own: Any) -> dict[str, dict[str, Any]]:
    """A client that the station has let in, and one that it might."""
    known, other = make_client()[0], make_client(name="另一平台")[0]
    given = authorise_client(station, known, actor=own, scopes=["services:read"])
    return {
        "clients/": {"pk": known.pk},
        "authorisations/": {"pk": given.pk},
        "authorisations/stations/": {"pk": station.pk, "client": other.pk},
    }


def funding_of(own: Any) -> dict[str, dict[str, Any]]:
    """A grant that is approved and in a batch, one that is proposed, and what stands beside them."""
    from funding.actions import matching, publication  # noqa: PLC0415  read after Django is set up
    from tests.funding.scene import Bureau  # noqa: PLC0415  as above

    bureau = Bureau()
    bureau.lin = own
    first, second = bureau.entitled(year=2022)
    budget = bureau.budget(2022)
    proposed = bureau.proposed(second, budget)
    batch = bureau.batch(bureau.approved(first, budget))
    fund = matching.record_matching(first.station, year=2022, amount=5, note="区级", actor=bureau.sun)
    commendation = nominated(first.station, bureau.zhao)
    listed = publication.publish_grants(budget, actor=bureau.zhao)
    return {
        "money/": {"pk": budget.pk},
        "entitlements/": {"pk": second.pk},
        "grants/": {"pk": proposed.pk},
        "payments/": {"pk": batch.pk},
        "payments/items/": {"pk": batch.items.get().pk},
        "matching/": {"pk": fund.pk},
        "commendations/": {"token": "unknown"},
        "commendations/work/": {"pk": commendation.pk},
        "public-funds/": {"pk": listed.pk},
        "public-funds/priority/": {"pk": second.run.ranking_id},
    }


def rating_of(station: Any, own: Any) -> dict[str, dict[str, Any]]:
    """A poor rating of a service of the own station."""
    from services.actions import rating  # noqa: PLC0415  read after Django is set up
    from services.actions.record import add_record  # noqa: PLC0415  as above
    from services.aspects import CODES  # noqa: PLC0415  as above
    from services.queries.rating import invitation_of  # noqa: PLC0415  as above

    facts = {"client_code": make_credit_code(700), "client_name": "武汉某厂", "item": "metrology.training"}
    known = {"actor": own, "at": NOW, "origin": "typed", "served_on": NOW.date(), **facts}
    record = add_record(station, **known)
    link = rating.invite(record, actor=own, at=NOW).strip("/").rpartition("/")[2]
    invitation = invitation_of(rating.digest_of(link))
    given = rating.rate(invitation, marks=dict.fromkeys(CODES, 2), integrity="clean", at=NOW)
    return {
        "rate/": {"token": "unknown"},
        "ratings/": {"pk": given.pk},
        "satisfaction/": {"pk": station.pk},
    }


def libraries_of(station: Any, own: Any, photo: Any) -> dict[str, dict[str, Any]]:
    """A shared row of each library, a qualification, a booking, and a table of which no row can be taken."""
    from services.views.shelves import SHELVES  # noqa: PLC0415  read after Django is set up
    from tests.services import library_scene as make  # noqa: PLC0415  as above

    agency = make.make_agency(station, shared=True)
    held = make.make_qualification(agency, file=photo)
    equipment = make.make_equipment(station, shared=True)
    booking = make.make_booking(equipment, NOW.replace(year=2030))
    rows = {
        "agencies": agency,
        "specialists": make.make_specialist(station, shared=True),
        "clients": make.make_client(station, shared=True),
        "equipment": equipment,
    }
    found = {f"libraries/{folder}/": {"pk": row.pk, "key": photo.key} for folder, row in rows.items()}
    for shelf, folder in zip(SHELVES, rows, strict=True):
        content = make.book_of(make.ROWS[shelf.code], make.ROWS[shelf.code] | {"服务种类": "没有", "企业规模": "没有"})
        table = store_bytes(content, name="表.xlsx", content_type=XLSX, actor=own, at=NOW)
        found[f"libraries/{folder}/import/"] = {"station": station.pk, "key": table.key}
    content = make.book_of({"服务日期": "?", "统一社会信用代码": "?", "服务对象": "某厂", "服务事项": "?"})
    table = store_bytes(content, name="表.xlsx", content_type=XLSX, actor=own, at=NOW)
    found["service-records/import/"] = {"station": station.pk, "key": table.key}
    return {**found, "libraries/qualifications/": {"pk": held.pk}, "libraries/bookings/": {"pk": booking.pk}}


def training_of(station: Any, own: Any) -> dict[str, dict[str, Any]]:
    """An open event of the own station, with a company that signed up and one that came."""
    from services.actions.training import create_training, publish_training  # noqa: PLC0415  read after Django is set up
    from services.actions.training_sign_up import sign_up  # noqa: PLC0415  as above
    from services.queries.training import code_of  # noqa: PLC0415  as above

    begins = NOW + dt.timedelta(days=3650)
    facts = {"title": "计量培训", "kind": "metrology", "place": "武昌", "capacity": 30}
    times = {"starts_at": begins, "ends_at": begins + dt.timedelta(hours=2)}
    event = create_training(station, actor=own, at=NOW, **facts, **times)
    publish_training(event, actor=own, at=NOW)
    who = {"name": "孙某", "phone": "13800000000", "consent": True}
    signed = sign_up(event, credit_code=make_credit_code(701), company="武汉某厂", people=2, at=NOW, **who)
    came = event.attendances.create(
        credit_code=make_credit_code(702), company="武汉另一厂", people=1, way="staff", at=NOW, registered_by=own
    )
    return {
        "trainings/": {"pk": event.pk},
        "trainings/sign-ups/": {"number": signed.number},
        "trainings/check-in/": {"code": code_of(event)},
        "trainings/work/": {"pk": event.pk},
        "trainings/work/sign-ups/": {"pk": signed.pk},
        "trainings/work/attendance/": {"pk": came.pk},
    }


def reports_of(station: Any, own: Any, manager: Any, photo: Any) -> dict[str, dict[str, Any]]:
    """A media report and a typical case of the own station, which was handed in, and another one that is published."""
    from services.actions import case as cases  # noqa: PLC0415  read after Django is set up
    from services.actions.media_report import report_media  # noqa: PLC0415  as above

    facts = {"title": "报道", "outlet": "长江日报", "published_on": NOW.date(), "url": "https://example.cn/1"}
    report = report_media(station, actor=own, at=NOW, **facts)
    report.evidence.set([photo])
    texts = {"situation": "情" * 500, "practice": "做" * 500, "effect": "效" * 500}
    submitted, published = (
        cases.begin_case(station, actor=own, at=NOW, project=project, year=2026, **texts) for project in ("甲", "乙")
    )
    for case in (submitted, published):
        case.pictures.set([photo])
        cases.submit_case(case, actor=own, at=NOW)
    cases.publish_case(published, actor=manager, at=NOW)
    return {
        "services/media-reports/": {"pk": report.pk, "file": photo.pk},
        "services/cases/": {"pk": submitted.pk, "key": photo.key},
        "cases/": {"pk": published.pk, "key": photo.key},
        "services/year-texts/": {"pk": station.pk, "year": 2026},
    }


def nominated(station: Any, manager: Any) -> Any:
    from funding.actions.commendation import nominate_staff  # noqa: PLC0415  read after Django is set up

    facts = {"name": "何某", "post": "站长", "merit": "服务企业", "email": "he@example.cn"}
    return nominate_staff(station, year=2026, actor=manager, **facts)


def tied_ranking(manager: Any) -> Any:
    """Four titled stations with the same points, for three prizes."""
    from evaluation.actions.ranking import compute_ranking  # noqa: PLC0415  read after Django is set up

    evaluation = make_round(year=2023, min_sheets=1)
    for _ in range(4):
        make_scored_entry(evaluation, ["80"], track="titled")
    return compute_ranking(evaluation, actor=manager)


def recorded_inspection(title: Any, manager: Any, photo: Any) -> Any:
    """Of the station of `own`, by the manager and another; the plan is the city's, drawn from one station."""
    station, other = title.station, make_user(Role.INTAKE)
    people = [{"id": person.pk, "name": person.name, "barred": []} for person in (manager, other)]
    known = {"id": station.pk, "name": station.name, "organisation": station.organisation_id, "title": title.pk}
    plan = InspectionPlan.objects.create(
        name="检查", measure="wuhan", starts_on=NOW, ends_on=NOW, stations_count=1, created_by=manager
    )
    pools = {"stations": [{**known, "organisation_name": "", "number": title.number}], "inspectors": people}
    drawn = {"pools": pools, "pools_sha256": "0" * 64, "seed": "0" * 64, "algorithm": "sha256-1", "drawn_at": NOW}
    put(plan, "drawn", **drawn)
    inspection = Inspection.objects.create(plan=plan, title=title, position=1, due_at=NOW)
    inspection.inspectors.add(manager, other)
    inspection.findings.create(indicator="1.1.1", name="场所").photos.add(photo)
    said = {"representative": "李", "statement": "无异议", "record_sha256": "0" * 64}
    return put(inspection, "recorded", recorded_at=NOW, **said)


def object_to(notice: Any, entry: Any) -> Any:
    from evaluation.actions.objections import file_objection  # noqa: PLC0415  read after Django is set up

    at = notice.published_at + dt.timedelta(hours=1)
    evidence = [dossiers.upload("证据.pdf")]
    return file_objection(
        notice,
        entry,
        at=at,
        kind="person",
        name="孙某",
        email="sun@example.cn",
        phone="",
        statement="材料不实",
        evidence=evidence,
    )


def complain_of(station: Any, investigator: Any) -> tuple[Complaint, ComplaintStatement]:
    """A complaint that is being looked into, and what the station was asked."""
    from supervision.actions.complaint import receive_complaint  # noqa: PLC0415  read after Django is set up

    complaint = receive_complaint(
        station, at=NOW, statement="没有出具报告", consent=True, evidence=[dossiers.upload("票据.pdf")]
    )
    asked = complaint.statements.create(question="请说明", asked_by=investigator, asked_at=NOW, due_at=NOW)
    asked.files.set(complaint.evidence.all())
    return put(complaint, "investigating", investigator=investigator), asked
