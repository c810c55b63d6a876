"""Revocation: due process step by step, held by the database; suspicions that open nothing; the other ways out."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.states import Role
from config.clockwork import run_clockwork
from ledger.errors import Refused
from ledger.files import store_bytes
from ledger.journal import history_of
from stations.models import Title
from stations.states import TitleState
from supervision.actions import departure as exits
from supervision.actions import revocation as actions
from supervision.models import RevocationCase, SelfAssessment
from supervision.queries.suspicions import suspicions_for
from supervision.states.revocation import RevocationState
from tests.factories import join, make_organisation, make_station, make_title, make_user
from tests.supervision.inspection_scene import make_year_plan

pytestmark = pytest.mark.django_db

AT = dt.datetime(2026, 3, 2, 2, tzinfo=dt.UTC)  # Monday, ten in the morning
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
SERVED = {"how": "in_person", "served_to": "张三"}


@pytest.fixture
def owner(db):
    return make_user(name="林")


@pytest.fixture
def title(owner):
    make_year_plan(2026)
    organisation = make_organisation()
    join(owner, organisation, role="owner")
    return make_title(make_station(organisation))


@pytest.fixture
def manager(db):
    return make_user(Role.MANAGER)


@pytest.fixture
def leader(db):
    return make_user(Role.LEADER)


def opened(title, manager):
    return actions.open_case(title, actor=manager, at=AT, grounds=["report_missing"], facts="2025 年度没有报送自评。")


def notified(title, manager):
    case = opened(title, manager)
    actions.draw_notice(case, actor=manager, at=AT + HOUR, document_number=f"武市监〔2026〕{case.pk}号")
    return actions.serve_notice(case, actor=manager, at=AT + 2 * HOUR, served_at=AT + 2 * HOUR, **SERVED)


def lapsed(title, manager):
    case = notified(title, manager)
    assert run_clockwork(case.statement_due_at)["lapse_statements"] == 1
    case.refresh_from_db()
    return case


def served(title, manager, leader):
    case = lapsed(title, manager)
    at = case.statement_due_at + DAY
    actions.propose_revocation(case, actor=manager, at=at, proposal="建议撤销。")
    actions.approve_revocation(case, actor=leader, at=at + HOUR)
    actions.draw_decision(case, actor=manager, at=at + 2 * HOUR, document_number=f"武市监〔2026〕{900 + case.pk}号")
    return actions.serve_decision(case, actor=manager, at=at + 3 * HOUR, served_at=at + 3 * HOUR, **SERVED)


def code_of(act, *args, **kwargs):
    with pytest.raises(Refused) as refusal, transaction.atomic():
        act(*args, **kwargs)
    return refusal.value.code


def test_a_title_is_revoked_step_by_step_and_its_place_is_free(title, manager, leader, client):
    case = served(title, manager, leader)
    slot = title.slot.number
    at = case.approved_at + DAY
    actions.execute_revocation(case, actor=leader, at=at)
    actions.execute_revocation(case, actor=leader, at=at + HOUR)  # a second time changes nothing
    title.refresh_from_db()
    assert (title.state, title.ended_at, title.ended_article) == (TitleState.REVOKED, at, "第十八条第（四）项")
    assert title.ended_decision.startswith("武市监〔2026〕9")
    assert not Title.objects.filter(state=TitleState.ACTIVE, slot__number=slot).exists()
    assert [entry.move for entry in history_of(case)][::-1] == [
        "open", "draw_notice", "notify", "lapse", "propose", "approve", "draw_decision", "serve", "execute",
    ]  # fmt: skip
    public = client.get(reverse("stations:ended_title_list")).content.decode()
    assert title.station.name in public
    assert "第十八条第（四）项" in public


def test_the_period_counts_from_the_day_after_service_and_is_frozen_with_its_days(title, manager):
    case = notified(title, manager)
    # five days from 3 March end on Saturday the 7th; the rolling rule carries them to Monday the 9th
    assert case.statement_due_at == dt.datetime(2026, 3, 9, 16, tzinfo=dt.UTC)
    assert case.deadline["last_day"] == "2026-03-09"


def test_the_station_answers_within_its_period_and_not_after(title, manager, owner):
    case = notified(title, manager)
    actions.hear_statement(case, actor=owner, at=case.statement_due_at - HOUR, text="报告已经补报。")
    case.refresh_from_db()
    assert case.state == RevocationState.HEARD
    late = case.statement_due_at
    assert code_of(actions.hear_statement, case, actor=owner, at=late, text="再补充一点。") == "period_over"
    statement = actions.hear_statement(case, actor=manager, at=late, text="来电补充。")
    assert (statement.late, statement.by_staff) == (True, True)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"grounds": []}, "ground_missing"),
        ({"grounds": ["whatever"]}, "ground_missing"),
        ({"facts": " "}, "facts_missing"),
    ],
)
def test_a_case_needs_a_ground_of_the_measure_and_facts(title, manager, changes, code):
    known = {"grounds": ["report_missing"], "facts": "没有报送。", **changes}
    assert code_of(actions.open_case, title, actor=manager, at=AT, **known) == code


def test_the_second_of_two_clerks_is_told_of_the_first_ones_case(title, manager):
    case = opened(title, manager)
    with pytest.raises(Refused, match=case.number):
        opened(title, manager)


def test_nobody_approves_what_he_proposed_nor_skips_a_step(title, manager, leader):
    case = lapsed(title, manager)
    at = case.statement_due_at + DAY
    assert code_of(actions.approve_revocation, case, actor=leader, at=at) == "wrong_state"
    actions.propose_revocation(case, actor=manager, at=at, proposal="建议撤销。")
    assert code_of(actions.approve_revocation, case, actor=manager, at=at) == "not_allowed"
    with pytest.raises(IntegrityError, match="who_proposed_a_revocation"), transaction.atomic():
        RevocationCase.objects.filter(pk=case.pk).update(approved_by=manager)


def test_a_paper_is_served_after_it_was_drawn_and_not_in_the_future_and_then_is_final(title, manager):
    case = opened(title, manager)
    known = {"actor": manager, "at": AT + DAY, **SERVED}
    assert code_of(actions.serve_notice, case, served_at=AT + DAY, **known) == "paper_missing"
    paper = actions.draw_notice(case, actor=manager, at=AT + HOUR, document_number="武市监〔2026〕9号")
    assert code_of(actions.serve_notice, case, served_at=AT + 2 * DAY, **known) == "served_wrongly"
    assert code_of(actions.serve_notice, case, served_at=AT - DAY, **known) == "served_wrongly"
    actions.serve_notice(case, served_at=AT + DAY, **known)
    with pytest.raises(IntegrityError, match="final"), transaction.atomic():
        type(paper).objects.filter(pk=paper.pk).update(document_number="改")


def test_a_case_may_be_dropped_at_each_step_with_a_reason_and_the_title_stays(title, manager):
    case = notified(title, manager)
    assert code_of(actions.drop_case, case, actor=manager, at=AT + DAY, reason="") == "reason_missing"
    actions.drop_case(case, actor=manager, at=AT + DAY, reason="情节轻微，已经改正。")
    title.refresh_from_db()
    assert title.state == TitleState.ACTIVE
    assert opened(title, manager).state == RevocationState.OPENED  # a new case may follow


def revoke_by_hand(title):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_journalentry (object_type, object_id, move, before, after, job, at, reason, facts)"
            " VALUES ('stations.title', %s, 'revoke', 'active', 'revoked', 'raw', now(), '', '{}')",
            [str(title.pk)],
        )
        cursor.execute(
            "UPDATE stations_title SET state = 'revoked', ended_at = now(), ended_article = 'x',"
            " ended_decision = 'x' WHERE id = %s",
            [title.pk],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_no_title_is_revoked_past_the_process(title):
    with pytest.raises(IntegrityError, match="without an executed case"):
        revoke_by_hand(title)


# -- Suspicions  ----


def test_suspicions_name_their_facts_and_open_nothing(title, manager):
    SelfAssessment.objects.create(title=title, year=2025, due_at=AT - 120 * DAY, timeliness="missing")
    organisation = title.station.organisation
    organisation.licence_valid_until = dt.date(2026, 1, 31)
    organisation.save(update_fields=["licence_valid_until"])
    found = {one.kind: one for one in suspicions_for(manager, AT.date())}
    assert set(found) == {"report", "specialists", "abilities", "licence"}
    assert found["report"].article == "第十八条第（四）项"
    assert "2026年1月31日" in found["licence"].text
    assert not RevocationCase.objects.exists()


def test_what_was_set_aside_comes_back_when_its_facts_change(title, manager):
    assessment = SelfAssessment.objects.create(title=title, year=2025, due_at=AT - 120 * DAY, timeliness="missing")
    (report,) = [one for one in suspicions_for(manager) if one.kind == "report"]
    exits.set_suspicion_aside(report, reason="已电话核实，系统故障。", actor=manager, at=AT)
    exits.set_suspicion_aside(report, reason="已电话核实，系统故障。", actor=manager, at=AT)
    assert "report" not in {one.kind for one in suspicions_for(manager)}
    SelfAssessment.objects.filter(pk=assessment.pk).update(timeliness="late")
    assert "report" in {one.kind for one in suspicions_for(manager)}


def test_suspicions_cost_the_same_for_three_titles_and_for_all_fifty(title, manager, django_assert_num_queries):
    manager.roles  # noqa: B018 - read once per request
    for titles in (3, 50):  # more than fifty there cannot be
        while Title.objects.count() < titles:
            make_title()
        with django_assert_num_queries(5):
            assert len(suspicions_for(manager)) == 2 * titles  # two conditions lost by each


# -- The other ways out  ----


def test_a_station_gives_its_title_up_and_the_bureau_confirms(title, owner, leader):
    paper = store_bytes(b"%PDF-1.4", name="声明.pdf", content_type="application/pdf", actor=owner, at=AT)
    known = {"kind": "give_up", "statement": paper, "actor": owner, "at": AT}
    assert code_of(exits.ask_departure, title, reason="", **known) == "reason_missing"
    departure = exits.ask_departure(title, reason="业务调整。", **known)
    assert code_of(exits.ask_departure, title, reason="再次提交。", **known) == "already_asked"
    assert code_of(exits.confirm_departure, departure, document_number="", actor=leader, at=AT) == "decision_missing"
    exits.confirm_departure(departure, document_number="武市监〔2026〕8号", actor=leader, at=AT + DAY)
    title.refresh_from_db()
    assert (title.state, title.ended_decision) == (TitleState.TERMINATED, "武市监〔2026〕8号")
    assert title.ended_paper.name.startswith("终止称号决定书")


def test_only_the_owner_gives_a_title_up_and_only_staff_report_an_end(title, owner, manager):
    stranger = make_user()
    paper = store_bytes(b"%PDF-1.4", name="声明.pdf", content_type="application/pdf", actor=owner, at=AT)
    known = {"reason": "业务调整。", "statement": paper, "at": AT}
    for actor, kind in ((stranger, "give_up"), (manager, "give_up"), (owner, "entity_terminated")):
        assert code_of(exits.ask_departure, title, kind=kind, actor=actor, **known) == "not_allowed"
    departure = exits.ask_departure(title, kind="entity_terminated", actor=manager, **known)
    assert code_of(exits.refuse_departure, departure, reason="不实", actor=manager, at=AT) == "not_allowed"


def test_nobody_gets_out_of_a_running_case_by_giving_the_title_up(title, owner, manager, leader):
    paper = store_bytes(b"%PDF-1.4", name="声明.pdf", content_type="application/pdf", actor=owner, at=AT)
    known = {"kind": "give_up", "reason": "业务调整。", "statement": paper, "actor": owner, "at": AT}
    departure = exits.ask_departure(title, **known)
    case = opened(title, manager)
    known_paper = {"document_number": "武市监〔2026〕8号", "actor": leader, "at": AT}
    assert code_of(exits.confirm_departure, departure, **known_paper) == "case_running"
    exits.withdraw_departure(departure, actor=owner, at=AT)
    assert code_of(exits.ask_departure, title, **known) == "case_running"
    actions.drop_case(case, actor=manager, at=AT, reason="查无实据。")
    exits.ask_departure(title, **known)
