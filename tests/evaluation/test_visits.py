import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Message
from accounts.states import Role
from evaluation.actions.visits import cancel_visit, finish_visit, plan_visit, record_finding
from evaluation.models import SiteVisit, VisitFinding
from evaluation.queries.visits import possible_visitors, visits_visible_to
from ledger.errors import Refused
from ledger.models import JournalEntry, StoredFile
from tests.evaluation.panel_cast import picture
from tests.factories import join, make_entry, make_expert, make_sheet, make_user, put

pytestmark = pytest.mark.django_db


def refused(code):
    return pytest.raises(Refused, match=f"（{code}）$")


@pytest.fixture
def manager():
    return make_user(Role.MANAGER)


@pytest.fixture
def clerk():
    return make_user(Role.INTAKE)


def tomorrow():
    return timezone.now() + dt.timedelta(days=1)


@pytest.fixture
def visit(manager, clerk):
    entry = put(make_entry(), "scoring")
    return plan_visit(entry, actor=manager, planned_for=tomorrow(), place="武昌区测试路1号", visitors=[manager, clerk])


def finish(visit, actor, **changes):
    facts = {
        "summary": "总体一致",
        "station_signed_by": "李站长",
        "bureau_signed_by": "王组长",
        "signed_record": picture("record.jpg"),
    }
    finish_visit(visit, actor=actor, **{**facts, **changes})


def test_a_visit_is_planned_and_both_sides_are_told(manager, clerk):
    entry = make_entry()
    member = make_user()
    join(member, entry.station.organisation)
    visit = plan_visit(entry, actor=manager, planned_for=tomorrow(), place="测试路1号", visitors=[manager, clerk])
    assert set(visit.visitors.all()) == {manager, clerk}
    assert set(Message.objects.values_list("recipient", flat=True)) == {manager.pk, clerk.pk, member.pk}
    notice = Message.objects.get(recipient=member)
    assert "测试路1号" in notice.body
    assert manager.name not in notice.body


def test_one_person_is_no_visit_and_the_same_person_twice_is_one(manager):
    entry = make_entry()
    for visitors in ([], [manager], [manager, manager]):
        with refused("too_few_visitors"):
            plan_visit(entry, actor=manager, planned_for=tomorrow(), place="某处", visitors=visitors)


def test_visitors_are_staff_or_experts_past_the_gate(manager):
    entry = make_entry()
    gated, opened = make_sheet(entry).expert.user, make_sheet(entry, state="open").expert.user
    stranger = make_expert().user
    assert set(possible_visitors(entry)) >= {manager, opened}
    assert not {gated, stranger} & set(possible_visitors(entry))
    for other in (gated, stranger):
        with refused("visitor_not_allowed"):
            plan_visit(entry, actor=manager, planned_for=tomorrow(), place="某处", visitors=[manager, other])
    assert plan_visit(entry, actor=manager, planned_for=tomorrow(), place="某处", visitors=[manager, opened]).pk


def test_no_visit_in_the_past_and_none_after_locking(manager, clerk):
    entry = make_entry()
    facts = {"actor": manager, "place": "某处", "visitors": [manager, clerk]}
    with refused("visit_in_the_past"):
        plan_visit(entry, planned_for=timezone.now(), at=timezone.now() + dt.timedelta(seconds=5), **facts)
    put(entry, "scored")
    with refused("entry_not_scoring"):
        plan_visit(entry, planned_for=tomorrow(), **facts)


def test_a_finding_is_written_with_photographs_and_their_hashes(visit, clerk):
    finding = record_finding(
        visit,
        actor=clerk,
        indicator="1.2.3",
        verdict="partly",
        text="门口没有站牌",
        photos=[picture(), picture("b.jpg")],
    )
    assert (finding.verdict, finding.text, finding.photos.count()) == ("partly", "门口没有站牌", 2)
    assert JournalEntry.objects.get(move="record_finding").facts["photos"] == [
        file.sha256 for file in finding.photos.order_by("pk")
    ]


def test_a_finding_written_again_replaces_the_text_and_adds_photographs(visit, clerk):
    record_finding(visit, actor=clerk, indicator="1.2.3", verdict="partly", text="没有站牌", photos=[picture()])
    record_finding(visit, actor=clerk, indicator="1.2.3", verdict="confirmed", photos=[picture()])
    finding = VisitFinding.objects.get()
    assert (finding.verdict, finding.text, finding.photos.count()) == ("confirmed", "", 2)
    texts = [row.facts["text"] for row in JournalEntry.objects.filter(move="record_finding")]
    assert texts == ["没有站牌", ""]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"indicator": "9.9.9", "verdict": "confirmed"}, "unknown_indicator"),
        ({"indicator": "1.1.1", "verdict": "fine"}, "unknown_verdict"),
        ({"indicator": "1.1.1", "verdict": "not_confirmed", "text": " "}, "text_missing"),
        ({"indicator": "1.1.1", "verdict": "partly", "text": "字" * 1001}, "too_long"),
    ],
)
def test_a_finding_that_says_nothing_is_refused(visit, clerk, facts, code):
    with refused(code):
        record_finding(visit, actor=clerk, **facts)
    assert not VisitFinding.objects.exists()


def test_an_executable_called_jpg_is_refused_and_nothing_is_kept(visit, clerk):
    program = SimpleUploadedFile("photo.jpg", b"MZ\x90\x00 this is a program", "image/jpeg")
    with refused("file_damaged"):
        record_finding(visit, actor=clerk, indicator="1.1.1", verdict="confirmed", photos=[program])
    assert not VisitFinding.objects.exists()
    assert not StoredFile.objects.exists()


def test_strangers_write_no_findings(visit):
    for stranger in (make_user(Role.AUDITOR), make_expert().user):
        with refused("not_allowed"):
            record_finding(visit, actor=stranger, indicator="1.1.1", verdict="confirmed")


def test_a_visit_is_finished_with_both_signatures_and_the_signed_paper(visit, clerk):
    record_finding(visit, actor=clerk, indicator="1.1.1", verdict="confirmed")
    finish(visit, clerk)
    done = SiteVisit.objects.get()
    assert (done.state, done.station_signed_by, done.bureau_signed_by) == ("done", "李站长", "王组长")
    assert done.signed_record.sha256 == JournalEntry.objects.get(move="finish").facts["sha256"]
    with refused("visit_not_open"):
        record_finding(visit, actor=clerk, indicator="1.1.1", verdict="confirmed")


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"station_signed_by": " "}, "signature_missing", "station_signed_by"),
        ({"bureau_signed_by": ""}, "signature_missing", "bureau_signed_by"),
        ({"signed_record": None}, "record_missing", "signed_record"),
    ],
)
def test_a_visit_without_a_signature_is_not_finished(visit, clerk, changes, code, field):
    record_finding(visit, actor=clerk, indicator="1.1.1", verdict="confirmed")
    with pytest.raises(Refused) as caught:
        finish(visit, clerk, **changes)
    assert (caught.value.code, caught.value.field) == (code, field)
    assert SiteVisit.objects.get().state == "planned"


def test_a_visit_without_findings_or_with_one_visitor_is_not_finished(visit, clerk, manager):
    with refused("no_findings"):
        finish(visit, clerk)
    record_finding(visit, actor=clerk, indicator="1.1.1", verdict="confirmed")
    visit.visitors.remove(manager)
    with refused("too_few_visitors"):
        finish(visit, clerk)


def test_a_visit_is_called_off_with_a_reason(visit, manager, clerk):
    with refused("reason_missing"):
        cancel_visit(visit, actor=manager, reason="")
    cancel_visit(visit, actor=manager, reason="台风")
    assert SiteVisit.objects.get().state == "cancelled"
    assert Message.objects.filter(recipient=clerk, subject__contains="已取消").count() == 1


def test_an_expert_sees_the_visits_of_entries_past_the_gate_only(visit):
    gated, opened = make_sheet(visit.entry), make_sheet(visit.entry, state="open")
    assert list(visits_visible_to(opened.expert.user)) == [visit]
    assert not visits_visible_to(gated.expert.user).exists()
    assert not visits_visible_to(make_expert().user).exists()


def test_the_database_refuses_a_finished_visit_without_signatures(visit):
    with (
        pytest.raises(IntegrityError, match="signed_by_both_sides"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE evaluation_sitevisit SET state = 'done' WHERE id = %s", [visit.pk])
