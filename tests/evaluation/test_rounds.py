"""A round: drafted, published with its rules frozen, opened and closed by the clock."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

import measures
from accounts.models import Message
from accounts.states import Role
from evaluation.actions import rounds
from evaluation.models import PublicNotice, Round
from evaluation.states import NoticeKind, RoundState
from ledger.actors import Job
from ledger.errors import Refused
from ledger.journal import last_word
from ledger.models import JournalEntry
from measures.queries import current_calendar
from supervision.models import SelfAssessment
from tests.evaluation.scene import (
    CLOSES,
    DRAFTED,
    OPENS,
    PUBLISHED,
    SETTINGS,
    draft_round,
    make_entry,
    published_round,
    put,
)
from tests.factories import make_application, make_title, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return make_user(Role.MANAGER)


def refusal(call, *args, **kwargs) -> Refused:
    with pytest.raises(Refused) as caught, transaction.atomic():
        call(*args, **kwargs)
    return caught.value


def test_a_draft_holds_settings_as_what_they_are(manager):
    round = draft_round(manager)
    round.refresh_from_db()
    assert round.state == RoundState.DRAFT
    assert (round.pass_mark, round.step, round.scores_published) == (Decimal(60), Decimal("0.5"), False)
    assert round.tie_order == ["effect", "provision", "implementation", "foundation"]
    assert round.more_settings["reserve_size"] == 5
    assert round.setting("failed_published") is True
    assert round.setting("objection_days") == 15


def test_a_draft_may_leave_settings_open_and_take_them_back(manager):
    round = draft_round(manager, pass_mark="", tie_order="", reserve_size="")
    assert [round.setting(code) for code in ("pass_mark", "tie_order", "reserve_size")] == [None, None, None]
    rounds.update_round(round, actor=manager, settings={"pass_mark": "70", "aggregation": "", "step": ""})
    assert (round.pass_mark, round.aggregation, round.step) == (Decimal(70), "", None)


def test_only_a_manager_drafts():
    for user in (make_user(), make_user(Role.INTAKE), make_user(Role.LEADER), Job("clock")):
        assert refusal(rounds.draft_round, actor=user).code == "not_allowed"


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"pass_mark": "101"}, "setting_invalid", "pass_mark"),
        ({"min_sheets": "三"}, "setting_invalid", "min_sheets"),
        ({"tie_order": "effect,effect"}, "setting_invalid", "tie_order"),
        ({"closes_at": OPENS}, "window_backwards", "closes_at"),
    ],
)
def test_a_wrong_value_is_refused_at_its_field(changes, code, field):
    said = refusal(draft_round, **changes)
    assert (said.code, said.field) == (code, field)
    assert not Round.objects.exists()


def test_one_round_runs_in_a_year(manager):
    draft_round(manager)
    assert refusal(draft_round, manager).code == "round_exists"
    assert draft_round(manager, year=2027).year == 2027


def test_who_saves_over_somebody_elses_change_is_told(manager):
    round = draft_round(manager)
    seen = last_word(round)
    rounds.update_round(round, actor=make_user(Role.MANAGER), name="别人改的", seen=seen)
    assert refusal(rounds.update_round, round, actor=manager, name="我改的", seen=seen).code == "stale_page"
    round.refresh_from_db()
    assert round.name == "别人改的"


def test_a_round_is_not_published_while_a_setting_is_open_and_each_is_named(manager):
    round = draft_round(manager, pass_mark="", day_rule="", reserve_size="")
    said = refusal(rounds.publish_round, round, actor=manager, at=PUBLISHED)
    assert said.code == "settings_unset"
    assert all(label in said.message for label in ("合格分数线", "公示天数的计算办法", "候补名单的数量"))
    assert "计分单位" not in said.message
    assert not PublicNotice.objects.exists()
    assert not round.indicators.exists()


def test_publishing_freezes_the_rules_and_tells_the_public(manager):
    round = draft_round(manager, requirements="材料一式一份。", contact="质量处 027-85661234")
    notice = rounds.publish_round(round, actor=manager, at=PUBLISHED, document_number="武市监〔2026〕42号")
    measure = measures.load("wuhan")
    round.refresh_from_db()
    assert (round.state, round.published_at) == (RoundState.PUBLISHED, PUBLISHED)
    assert (round.measure_version, round.calendar_version) == (measure.version, current_calendar().version)
    assert round.indicators.count() == 19
    assert sum(indicator.max_points for indicator in round.indicators.all()) == 100
    assert (notice.kind, notice.state, notice.serial) == (NoticeKind.EVALUATION, "published", "通知-2026-001")
    body = notice.content["body"]
    assert "自2026年8月17日 9:00起，至2026年9月16日 17:30止" in body
    assert "办法未规定，由市局设定" in body
    assert "合格分数线：60 分" in body
    assert "材料一式一份。" in body
    assert notice.pdf.content_type == "application/pdf"


def test_a_published_round_changes_no_more(manager):
    round = published_round(manager)
    assert refusal(rounds.update_round, round, actor=manager, name="另一个").code == "wrong_state"
    assert refusal(rounds.publish_round, round, actor=manager, at=PUBLISHED).code == "wrong_state"
    for change in ({"pass_mark": 1}, {"more_settings": {}}, {"closes_at": CLOSES + dt.timedelta(days=1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Round.objects.filter(pk=round.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        round.indicators.update(max_points=99)
    assert PublicNotice.objects.count() == 1


def test_a_round_whose_window_has_passed_is_not_published(manager):
    assert refusal(rounds.publish_round, draft_round(manager), actor=manager, at=CLOSES).code == "window_past"


def test_the_clock_opens_and_closes_at_the_published_instants():
    round = published_round()
    second = dt.timedelta(seconds=1)
    assert (rounds.open_due(OPENS - second), rounds.open_due(OPENS), rounds.open_due(OPENS)) == (0, 1, 0)
    assert (rounds.close_due(CLOSES - second), rounds.close_due(CLOSES), rounds.close_due(CLOSES)) == (0, 1, 0)
    round.refresh_from_db()
    assert round.state == RoundState.INTAKE_CLOSED
    acts = JournalEntry.objects.filter(object_type="evaluation.round", move__in=["open", "close_intake"])
    assert [(act.move, act.at, act.job) for act in acts] == [
        ("open", OPENS, "open_rounds"),
        ("close_intake", CLOSES, "close_intake"),
    ]


def test_a_missed_clock_opens_and_closes_in_one_go():
    round = published_round()
    assert (rounds.open_due(CLOSES), rounds.close_due(CLOSES)) == (1, 1)
    round.refresh_from_db()
    assert round.state == RoundState.INTAKE_CLOSED


def test_nobody_opens_or_closes_before_the_published_time(manager):
    round = published_round(manager)
    assert refusal(rounds.open_round, round, actor=manager, at=DRAFTED).code == "too_early"
    rounds.open_round(round, actor=manager, at=OPENS)
    assert refusal(rounds.close_intake, round, actor=manager, at=OPENS).code == "too_early"


def test_the_end_of_intake_is_told_to_the_bureau(django_capture_on_commit_callbacks):
    clerk = make_user(Role.INTAKE)
    published_round()
    rounds.open_due(OPENS)
    rounds.close_due(CLOSES)
    assert Message.objects.filter(recipient=clerk, subject__contains="申报已截止").count() == 1


def test_review_begins_when_no_application_waits_and_makes_entries_of_what_was_accepted(manager):
    round = published_round(manager)
    accepted, other = make_application(round), make_application(round)
    titled = make_title()
    SelfAssessment.objects.create(title=titled, year=2026, state="filed", due_at=CLOSES, filed_at=OPENS)
    rounds.open_due(OPENS)
    rounds.close_due(CLOSES)
    round.refresh_from_db()
    put(accepted, "accepted")
    for waiting in ("submitted", "returned"):
        put(other, waiting)
        assert refusal(rounds.begin_review, round, actor=manager, at=CLOSES).code == "applications_pending"
    put(other, "not_accepted")
    rounds.begin_review(round, actor=manager, at=CLOSES)
    assert round.state == RoundState.REVIEWING
    assert {(entry.station, entry.track) for entry in round.entries.all()} == {
        (accepted.station, "new"),
        (titled.station, "titled"),
    }


def test_review_does_not_begin_with_nothing(manager):
    round = published_round(manager)
    rounds.open_due(OPENS)
    rounds.close_due(CLOSES)
    round.refresh_from_db()
    assert refusal(rounds.begin_review, round, actor=manager, at=CLOSES).code == "nothing_to_review"
    round.refresh_from_db()
    assert round.state == RoundState.INTAKE_CLOSED


def test_drafts_lapse_when_intake_closes():
    round = published_round()
    draft, submitted = make_application(round, state="draft"), make_application(round)
    rounds.open_due(OPENS)
    rounds.close_due(CLOSES)
    for application in (draft, submitted):
        application.refresh_from_db()
    assert (draft.state, submitted.state) == ("lapsed", "submitted")


def test_a_leader_cancels_with_a_reason_and_applicants_are_told(manager):
    round = published_round(manager)
    applicant = make_entry(round).application.created_by
    assert refusal(rounds.cancel_round, round, actor=manager, reason="经费未落实").code == "not_allowed"
    leader = make_user(Role.LEADER)
    assert refusal(rounds.cancel_round, round, actor=leader, reason=" ").code == "reason_missing"
    rounds.cancel_round(round, actor=leader, reason="经费未落实")
    assert round.state == RoundState.CANCELLED
    assert "经费未落实" in Message.objects.get(recipient=applicant).body


def test_every_required_setting_of_the_measure_stands_in_the_tests():
    assert set(SETTINGS) == {item.code for item in measures.load("wuhan").round_settings if item.required}
