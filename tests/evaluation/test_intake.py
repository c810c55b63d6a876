"""Completeness check, return, decision, the clock, and the way into the evaluation (Art 15(2))."""

import datetime as dt
import threading

import pytest
from django.db import connections

from accounts.models import Message
from evaluation.actions.application import supplement_application
from evaluation.actions.draft import add_material, save_answers
from evaluation.actions.intake import (
    accept_application,
    enter_applications,
    enter_titled,
    judge_material,
    lapse_drafts,
    lapse_returns,
    not_accept_application,
    return_application,
)
from evaluation.models import Application, Entry, MaterialVerdict, ReturnRequest
from ledger.actors import Job
from ledger.errors import Refused
from ledger.models import JournalEntry
from measures.models import CalendarVersion
from supervision.models import SelfAssessment
from tests.evaluation.dossiers import AT, CLOSES, MATERIALS, filled_draft, open_round, submitted, upload
from tests.factories import join, make_title, make_user, put

pytestmark = pytest.mark.django_db
LATER = AT + dt.timedelta(days=1)
ITEM = {"code": "audit_report", "reason": "缺签章页"}


@pytest.fixture
def clerk():
    return make_user("intake")


def judge_all(version, clerk, verdict="complete"):
    for code in MATERIALS:
        judge_material(version, code, verdict, "" if verdict == "complete" else "不清晰", actor=clerk, at=LATER)


def test_all_seven_complete_and_it_is_accepted(clerk):
    version, owner = submitted()
    judge_all(version, clerk)
    accept_application(version.application, actor=clerk, at=LATER)
    assert version.application.state == "accepted"
    assert Message.objects.filter(recipient=owner, subject__startswith="申报已受理").exists()
    assert JournalEntry.objects.filter(move="judge_material").count() == 7


def test_it_is_not_accepted_while_a_material_is_not_judged_or_lacking(clerk):
    version, _ = submitted()
    judge_material(version, "systems", "lacking", "缺目录", actor=clerk, at=LATER)
    with pytest.raises(Refused, match="上年度财务审计报告") as refusal:
        accept_application(version.application, actor=clerk, at=LATER)
    assert refusal.value.code == "not_judged"
    for code in MATERIALS:
        if code != "systems":
            judge_material(version, code, "complete", actor=clerk, at=LATER)
    with pytest.raises(Refused, match="管理制度和程序文件") as refusal:
        accept_application(version.application, actor=clerk, at=LATER)
    assert refusal.value.code == "lacking"
    judge_material(version, "systems", "complete", actor=clerk, at=LATER)
    accept_application(version.application, actor=clerk, at=LATER)


@pytest.mark.parametrize(
    ("code", "verdict", "reason", "refused"),
    [
        ("systems", "lacking", "  ", "reason_missing"),
        ("cooking", "complete", "", "no_such_material"),
        ("systems", "maybe", "", "no_such_verdict"),
    ],
)
def test_a_verdict_that_makes_no_sense_is_refused(clerk, code, verdict, reason, refused):
    version, _ = submitted()
    with pytest.raises(Refused) as refusal:
        judge_material(version, code, verdict, reason, actor=clerk, at=LATER)
    assert refusal.value.code == refused
    assert not MaterialVerdict.objects.exists()


def test_a_verdict_given_twice_is_written_once(clerk):
    version, _ = submitted()
    judge_material(version, "systems", "complete", actor=clerk, at=LATER)
    judge_material(version, "systems", "complete", actor=clerk, at=LATER)
    assert JournalEntry.objects.filter(move="judge_material").count() == 1


@pytest.mark.parametrize("role", ["manager", "leader", "auditor", "district", None])
def test_only_intake_decides(role):
    version, _ = submitted()
    actor = make_user(role)
    with pytest.raises(Refused, match="not_allowed"):
        judge_material(version, "systems", "complete", actor=actor, at=LATER)
    with pytest.raises(Refused, match="not_allowed"):
        return_application(version.application, items=[ITEM], actor=actor, at=LATER)
    with pytest.raises(Refused, match="not_allowed"):
        not_accept_application(version.application, reason="x", actor=actor, at=LATER)


def test_a_clerk_of_the_applicant_keeps_away(clerk):
    version, _ = submitted()
    join(clerk, version.application.organisation)
    with pytest.raises(Refused, match="应当回避"):
        judge_material(version, "systems", "complete", actor=clerk, at=LATER)


# -- Return  ----


def test_a_return_names_items_and_is_due_after_the_rounds_working_days(clerk):
    version, owner = submitted()
    request = return_application(version.application, items=[ITEM], actor=clerk, at=LATER)
    # Wednesday 11 November, five working days: to the end of Wednesday the 18th
    assert request.due_at == dt.datetime(2026, 11, 18, 16, tzinfo=dt.UTC)
    assert (version.application.state, version.application.due_at) == ("returned", request.due_at)
    assert version.verdicts.get().verdict == "lacking"
    message = Message.objects.get(recipient=owner, subject__startswith="申报需要补正")
    assert "2026年11月18日24时" in message.body
    assert "上年度财务审计报告：缺签章页" in message.body


@pytest.mark.parametrize(
    ("items", "refused"),
    [
        ([], "no_items"),
        ([{"code": "cooking", "reason": "x"}], "no_such_item"),
        ([{"code": "systems", "reason": " "}], "reason_missing"),
        ([{"code": "systems", "reason": "长" * 501}], "reason_long"),
    ],
)
def test_a_return_without_sense_is_refused(clerk, items, refused):
    version, _ = submitted()
    with pytest.raises(Refused) as refusal:
        return_application(version.application, items=items, actor=clerk, at=LATER)
    assert refusal.value.code == refused
    assert not ReturnRequest.objects.exists()


def test_returns_end_at_the_limit_of_the_round(clerk):
    version, owner = submitted()
    application = version.application
    for count in range(application.round.return_limit):
        return_application(application, items=[{"code": "conditions", "reason": "再详细些"}], actor=clerk, at=LATER)
        save_answers(application, actor=owner, at=LATER, version=99, finance=f"第{count}次说明")
        supplement_application(application, actor=owner, at=LATER)
    with pytest.raises(Refused, match="最多退回补正2次"):
        return_application(application, items=[ITEM], actor=clerk, at=LATER)


def test_an_old_version_is_not_judged(clerk):
    version, owner = submitted()
    return_application(version.application, items=[{"code": "conditions", "reason": "x"}], actor=clerk, at=LATER)
    save_answers(version.application, actor=owner, at=LATER, version=99, finance="新的说明")
    supplement_application(version.application, actor=owner, at=LATER)
    with pytest.raises(Refused, match="最新版本"):
        judge_material(version, "systems", "complete", actor=clerk, at=LATER)


def test_what_was_complete_and_did_not_change_need_not_be_judged_again(clerk):
    version, owner = submitted()
    application = version.application
    judge_all(version, clerk)
    return_application(application, items=[ITEM, {"code": "conditions", "reason": "太简略"}], actor=clerk, at=LATER)
    add_material(application, "audit_report", upload("签章页.pdf"), actor=owner, at=LATER)
    again = supplement_application(application, actor=owner, at=LATER)
    assert set(again.verdicts.values_list("code", flat=True)) == set(MATERIALS) - {"audit_report"}
    with pytest.raises(Refused, match="还有材料没有审查：上年度财务审计报告。"):
        accept_application(application, actor=clerk, at=LATER)
    judge_material(again, "audit_report", "complete", actor=clerk, at=LATER)
    accept_application(application, actor=clerk, at=LATER)


def test_not_accepted_needs_a_reason_that_the_applicant_reads(clerk):
    version, owner = submitted()
    with pytest.raises(Refused, match="reason_missing"):
        not_accept_application(version.application, reason=" ", actor=clerk, at=LATER)
    not_accept_application(version.application, reason="建设主体不是法人。", actor=clerk, at=LATER)
    assert version.application.state == "not_accepted"
    assert "建设主体不是法人" in Message.objects.get(recipient=owner, subject__startswith="申报不予受理").body


@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_once_make_one_decision():
    version, _ = submitted()
    clerks = [make_user("intake"), make_user("intake")]
    judge_all(version, clerks[0])
    barrier = threading.Barrier(2)
    outcomes = []

    def run(act):
        barrier.wait()
        try:
            act()
            outcomes.append("done")
        except Refused as refusal:
            outcomes.append(refusal.code)
        finally:
            connections.close_all()

    acts = [
        lambda: accept_application(Application.objects.get(pk=version.application_id), actor=clerks[0], at=LATER),
        lambda: return_application(
            Application.objects.get(pk=version.application_id), items=[ITEM], actor=clerks[1], at=LATER
        ),
    ]
    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "wrong_state"]
    assert JournalEntry.objects.filter(move__in=["accept", "return"]).count() == 1


# -- The clock  ----


def test_an_unanswered_return_lapses_when_it_is_due_and_not_before(clerk):
    version, owner = submitted()
    request = return_application(version.application, items=[ITEM], actor=clerk, at=LATER)
    assert lapse_returns(request.due_at - dt.timedelta(seconds=1)) == 0
    assert lapse_returns(request.due_at) == 1
    assert lapse_returns(request.due_at) == 0
    version.application.refresh_from_db()
    assert version.application.state == "lapsed"
    entry = JournalEntry.objects.get(move="lapse")
    assert (entry.actor, entry.job) == (None, "lapse_returns")
    assert Message.objects.filter(recipient=owner, subject__startswith="申报逾期失效").count() == 1


def test_nothing_lapses_on_a_provisional_date(clerk):
    version, _ = submitted(at=AT)
    CalendarVersion.objects.filter(year=2026)
    christmas = dt.datetime(2026, 12, 28, 2, tzinfo=dt.UTC)
    request = return_application(version.application, items=[ITEM], actor=clerk, at=christmas)
    assert request.due_at.year == 2027
    assert JournalEntry.objects.get(move="return").facts["provisional"] is True
    assert "暂定" in Message.objects.get(subject__startswith="申报需要补正").body
    assert lapse_returns(request.due_at + dt.timedelta(days=30)) == 0
    version.application.refresh_from_db()
    assert version.application.state == "returned"


def test_drafts_lapse_when_intake_closes_and_what_was_submitted_stays(clerk):
    evaluation = open_round()
    version, _ = submitted(evaluation=evaluation)
    draft, owner = filled_draft(evaluation=evaluation)
    with pytest.raises(Refused, match="才截止"):
        lapse_drafts(evaluation, at=CLOSES - dt.timedelta(seconds=1))
    assert lapse_drafts(evaluation, at=CLOSES) == 1
    assert lapse_drafts(evaluation, at=CLOSES) == 0
    draft.refresh_from_db()
    version.application.refresh_from_db()
    assert (draft.state, version.application.state) == ("lapsed", "submitted")
    assert Message.objects.filter(recipient=owner).count() == 1


# -- Into the evaluation  ----


def test_accepted_applications_enter_once_on_the_track_of_new_stations(clerk):
    evaluation = open_round()
    version, _ = submitted(evaluation=evaluation)
    submitted(evaluation=evaluation)  # not decided: stays
    judge_all(version, clerk)
    accept_application(version.application, actor=clerk, at=LATER)
    manager = make_user("manager")
    with pytest.raises(Refused, match="申报截止以后"):
        enter_applications(evaluation, actor=manager, at=LATER)
    put(evaluation, "intake_closed")
    (entry,) = enter_applications(evaluation, actor=manager, at=CLOSES)
    assert (entry.track, entry.application_id, entry.state) == ("new", version.application_id, "assigned")
    version.application.refresh_from_db()
    assert version.application.state == "entered"
    assert enter_applications(evaluation, actor=manager, at=CLOSES) == []
    for actor in (clerk, Job("clock")):
        with pytest.raises(Refused, match="not_allowed"):
            enter_applications(evaluation, actor=actor, at=CLOSES)


def test_titled_stations_enter_on_the_self_assessment_that_they_filed():
    evaluation = put(open_round(), "intake_closed")
    manager = make_user("manager")

    def dossier(state="filed", year=2026, **title):
        made = make_title(**title)
        filed_at = AT if state.startswith("filed") else None
        return SelfAssessment.objects.create(title=made, year=year, state=state, due_at=AT, filed_at=filed_at)

    filed, late = dossier(), dossier("filed_late")
    dossier("missing")
    dossier(year=2025)
    dossier(level="district")
    entries = enter_titled(evaluation, actor=manager, at=CLOSES)
    assert [(entry.track, entry.dossier) for entry in entries] == [("titled", filed), ("titled", late)]
    assert enter_titled(evaluation, actor=manager, at=CLOSES) == []
    assert Entry.objects.count() == 2
