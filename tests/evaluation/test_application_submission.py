"""Submission, supplement, withdrawal: what is frozen, what is refused, and what a second click does."""

import datetime as dt
import re
import threading
import time

import pytest
from django.db import connection, connections, transaction
from django.db.utils import IntegrityError, InternalError

from accounts.models import Message
from evaluation.actions.application import (
    NotReady,
    resume_application,
    submit_application,
    supplement_application,
    withdraw_application,
)
from evaluation.actions.draft import add_material, remove_material, save_answers
from evaluation.actions.intake import return_application
from evaluation.models import Application, ApplicationVersion, ReturnRequest
from evaluation.queries.snapshot import LABELS
from evaluation.versions import changes
from ledger.canonical import fingerprint
from ledger.errors import Refused
from ledger.models import JournalEntry
from measures import load
from tests.evaluation.dossiers import (
    AT,
    CLOSES,
    MATERIALS,
    WUHAN,
    filled_draft,
    open_round,
    ready_station,
    submitted,
    upload,
)
from tests.factories import make_user

pytestmark = pytest.mark.django_db
LATER = AT + dt.timedelta(days=1)


def test_a_submission_freezes_a_numbered_version_with_its_hash():
    version, owner = submitted()
    application = version.application
    application.refresh_from_db()
    assert (application.state, application.number, version.number) == ("submitted", "申报-2026-0001", 1)
    assert (application.submitted_at, version.submitted_by) == (AT, owner)
    version.refresh_from_db()
    assert version.sha256 == fingerprint(version.snapshot)  # what the database gives back hashes to the same
    assert version.snapshot["number"] == application.number
    assert set(version.snapshot["materials"]) == set(MATERIALS)
    assert [file["name"] for file in version.snapshot["materials"]["systems"]] == ["systems.pdf"]
    assert version.snapshot["checks"][0]["met"] is True
    entry = JournalEntry.objects.get(move="submit")
    assert (entry.before, entry.after, entry.facts["sha256"]) == ("draft", "submitted", version.sha256)
    assert Message.objects.get(recipient=owner).subject.startswith("申报已提交")


def test_the_bureau_promises_an_answer_within_its_working_days():
    version, _ = submitted()
    version.application.refresh_from_db()
    # Tuesday 10 November, five working days: to the end of Tuesday the 17th
    assert version.application.due_at == dt.datetime(2026, 11, 17, 16, tzinfo=dt.UTC)


def test_a_second_submission_of_the_same_form_changes_nothing():
    version, owner = submitted()
    assert submit_application(version.application, actor=owner, at=LATER).pk == version.pk
    assert ApplicationVersion.objects.count() == 1
    assert JournalEntry.objects.filter(move="submit").count() == 1
    assert Message.objects.count() == 1


def test_a_version_is_never_changed():
    version, _ = submitted()
    with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
        ApplicationVersion.objects.filter(pk=version.pk).update(sha256="0" * 64)


def test_what_is_said_afterwards_does_not_reach_the_version():
    version, owner = submitted()
    station = version.application.station
    station.name = "改名后的服务站"
    station.save()
    version.refresh_from_db()
    assert version.snapshot["station"]["name"] != "改名后的服务站"
    with pytest.raises(Refused, match="先撤回") as refusal:
        save_answers(version.application, actor=owner, at=LATER, version=99, systems="后来的话")
    assert refusal.value.code == "closed"


def test_what_is_missing_is_all_named_and_nothing_is_written():
    owner = make_user()
    application, _ = filled_draft(owner, kinds=4, specialists=4)
    remove_material(application, application.material_files.get(code="audit_report"), actor=owner, at=AT)
    application.projects.all().delete()
    remove_material(application, application.material_files.get(code="projects"), actor=owner, at=AT)
    save_answers(application, actor=owner, at=AT, version=99, declared=False, finance="")
    with pytest.raises(NotReady) as refusal:
        submit_application(application, actor=owner, at=AT)
    told = {problem.code: problem for problem in refusal.value.problems}
    assert set(told) == {"team", "abilities", "management", "audit_report", "projects", "declaration"}
    assert "还差1名" in told["team"].message
    assert "还差1类" in told["abilities"].message
    assert {problem.step for problem in refusal.value.problems} == {"conditions", "abilities", "materials", "check"}
    application.refresh_from_db()
    assert (application.state, application.number) == ("draft", None)
    assert not ApplicationVersion.objects.exists()


def test_a_fall_in_the_number_of_firms_wants_a_word():
    application, owner = filled_draft()
    save_answers(application, actor=owner, at=AT, version=99, firms_last_year=100)
    with pytest.raises(NotReady, match="服务企业数变化说明"):
        submit_application(application, actor=owner, at=AT)
    save_answers(application, actor=owner, at=AT, version=99, growth_note="集中服务了龙头企业。")
    assert submit_application(application, actor=owner, at=AT)


def test_a_young_organisation_is_told_from_when_it_may_apply():
    application, owner = filled_draft()
    application.organisation.founded_on = dt.date(2024, 11, 11)
    application.organisation.save()
    with pytest.raises(NotReady, match="要到2026年11月11日才满"):
        submit_application(Application.objects.get(pk=application.pk), actor=owner, at=AT)
    assert submit_application(Application.objects.get(pk=application.pk), actor=owner, at=LATER)


def test_the_window_closes_on_the_instant():
    application, owner = filled_draft()
    with pytest.raises(Refused, match="2026年11月20日24时截止"):
        submit_application(application, actor=owner, at=CLOSES)
    assert submit_application(application, actor=owner, at=CLOSES - dt.timedelta(microseconds=1))


def test_a_stranger_submits_nothing():
    application, _ = filled_draft()
    with pytest.raises(Refused, match="not_allowed"):
        submit_application(application, actor=make_user("intake"), at=AT)


def test_numbers_run_without_gaps_when_a_submission_fails():
    evaluation = open_round()
    first, _ = submitted(evaluation=evaluation)
    failed, owner = filled_draft(evaluation=evaluation)
    with transaction.atomic():
        submit_application(failed, actor=owner, at=AT)
        transaction.set_rollback(True)
    second, _ = submitted(evaluation=evaluation)
    assert [first.snapshot["number"], second.snapshot["number"]] == ["申报-2026-0001", "申报-2026-0002"]


# -- Withdrawal  ----


def test_withdrawn_resumed_and_submitted_again_it_keeps_its_number():
    version, owner = submitted()
    application = version.application
    withdraw_application(application, actor=owner, at=LATER)
    assert application.state == "withdrawn"
    resume_application(application, actor=owner, at=LATER)
    save_answers(application, actor=owner, at=LATER, version=99, finance="改写的财务状况")
    again = submit_application(application, actor=owner, at=LATER)
    application.refresh_from_db()
    assert (application.number, again.number) == ("申报-2026-0001", 2)
    (change,) = changes(version.snapshot, again.snapshot, load("wuhan"), LABELS)
    assert (change.code, change.lines[0].label) == ("conditions", "财务状况")
    assert (change.lines[0].before, change.lines[0].after) == ("近三年连续盈利。", "改写的财务状况")


def test_after_the_window_a_withdrawn_application_is_not_resumed():
    version, owner = submitted()
    withdraw_application(version.application, actor=owner, at=LATER)
    with pytest.raises(Refused, match="截止"):
        resume_application(version.application, actor=owner, at=CLOSES)
    version.application.refresh_from_db()
    assert version.application.state == "withdrawn"


# -- Supplement  ----


@pytest.fixture
def returned():
    """A returned application: its audit report and the conditions are to be mended."""
    version, owner = submitted()
    items = [{"code": "audit_report", "reason": "缺签章页"}, {"code": "conditions", "reason": "财务状况太简略"}]
    return_application(version.application, items=items, actor=make_user("intake"), at=LATER)
    return version, owner


def test_a_supplement_with_the_named_items_is_a_new_version(returned):
    version, owner = returned
    application = version.application
    add_material(application, "audit_report", upload("签章页.pdf"), actor=owner, at=LATER)
    again = supplement_application(application, actor=owner, at=LATER)
    assert (again.number, application.state) == (2, "submitted")
    assert JournalEntry.objects.get(move="supplement").facts["changed"] == ["audit_report"]
    assert ReturnRequest.objects.get(version=version).answered_at == LATER
    assert supplement_application(application, actor=owner, at=LATER).pk == again.pk
    assert ApplicationVersion.objects.count() == 2


def test_only_the_named_items_can_be_changed(returned):
    version, owner = returned
    with pytest.raises(Refused) as refusal:
        add_material(version.application, "systems", upload("新制度.pdf"), actor=owner, at=LATER)
    assert refusal.value.code == "not_named"
    with pytest.raises(Refused) as refusal:
        save_answers(version.application, actor=owner, at=LATER, version=99, declared_by="李四")
    assert refusal.value.code == "not_named"
    save_answers(version.application, actor=owner, at=LATER, version=99, finance="详细的财务状况")


def test_what_slips_past_the_screens_is_caught_against_the_version_before(returned):
    version, owner = returned
    Application.objects.filter(pk=version.application_id).update(declared_by="李四")
    with pytest.raises(Refused, match="材料真实性声明") as refusal:
        supplement_application(version.application, actor=owner, at=LATER)
    assert refusal.value.code == "not_named"


def test_what_is_kept_outside_and_was_not_named_stands_as_it_was_submitted(returned):
    version, owner = returned
    application = version.application
    application.station.name = "改名后的服务站"
    application.station.save()
    save_answers(application, actor=owner, at=LATER, version=99, finance="详细的财务状况")
    again = supplement_application(application, actor=owner, at=LATER)
    assert again.snapshot["station"] == version.snapshot["station"]
    assert again.snapshot["answers"]["finance"] == "详细的财务状况"


def test_a_supplement_without_any_change_is_no_answer(returned):
    version, owner = returned
    with pytest.raises(Refused, match="基本条件说明、上年度财务审计报告") as refusal:
        supplement_application(version.application, actor=owner, at=LATER)
    assert refusal.value.code == "unanswered"


def test_a_supplement_comes_too_late_on_the_instant(returned):
    version, owner = returned
    application = Application.objects.get(pk=version.application_id)
    save_answers(application, actor=owner, at=LATER, version=99, finance="详细")
    with pytest.raises(Refused, match="补正期限已过"):
        supplement_application(application, actor=owner, at=application.due_at)
    with pytest.raises(Refused, match="补正期限已过"):
        save_answers(application, actor=owner, at=application.due_at, version=99, finance="更详细")
    assert supplement_application(application, actor=owner, at=application.due_at - dt.timedelta(seconds=1))


def test_a_supplement_may_come_after_intake_has_closed(returned):
    version, owner = returned
    application = Application.objects.get(pk=version.application_id)
    assert application.due_at > LATER
    remove_material(application, application.material_files.get(code="audit_report"), actor=owner, at=LATER)
    add_material(application, "audit_report", upload("新报告.pdf"), actor=owner, at=LATER)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # a published round's window is frozen otherwise
        cursor.execute("UPDATE evaluation_round SET closes_at = %s", [LATER])
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert supplement_application(application, actor=owner, at=LATER + dt.timedelta(hours=1)).number == 2


# -- The broker, the crowd  ----


@pytest.mark.django_db(transaction=True)
def test_a_submission_works_with_redis_down(dead_broker):
    begun = time.monotonic()
    version, owner = submitted()
    assert time.monotonic() - begun < 15
    assert Application.objects.get(pk=version.application_id).state == "submitted"
    assert Message.objects.filter(recipient=owner, email_state="waiting").count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_get_eight_numbers_in_a_row_and_one_form_sent_four_times_one_version():
    evaluation = open_round()
    drafts = [filled_draft(evaluation=evaluation) for _ in range(5)]
    jobs = [*drafts, drafts[0], drafts[0], drafts[0]]
    barrier = threading.Barrier(len(jobs))
    failures = []

    def run(application, owner):
        barrier.wait()
        try:
            submit_application(Application.objects.get(pk=application.pk), actor=owner, at=AT)
        except Exception as error:  # noqa: BLE001  a thread's failure must be seen
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    numbers = sorted(Application.objects.values_list("number", flat=True))
    assert numbers == [f"申报-2026-{number:04d}" for number in range(1, 6)]
    assert ApplicationVersion.objects.count() == 5


def test_the_answer_to_a_stranger_names_no_other_state():
    version, _ = submitted()
    with pytest.raises(Refused) as refusal:
        withdraw_application(version.application, actor=make_user(), at=LATER)
    assert refusal.value.code == "not_allowed"
    assert not re.search("submitted|已提交", refusal.value.message)


def test_ready_stations_need_no_more_than_the_measure_asks():
    assert ready_station().abilities.count() == int(WUHAN.threshold("abilities").value)
