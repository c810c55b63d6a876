# ruff: noqa: S608 - the statements are our own, put together from constants
"""Each corruption of how titles end is found and told by its name; a proper revocation and a proper give-up break none.

The database would refuse them all: the tests switch its triggers off, and drop the constraint that is in the way.
"""

import datetime as dt

import pytest
from django.db import connection, transaction

from accounts.states import Role
from config import invariants
from config.invariants.exits import EXITS
from ledger.files import store_bytes
from supervision.actions import departure as departures
from supervision.actions import revocation as actions
from tests.factories import make_organisation, make_station, make_title, make_user
from tests.supervision.inspection_scene import make_year_plan

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 3, 2, 2, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
SERVED = {"how": "in_person", "served_to": "张三"}


@pytest.fixture
def exits():
    """One title revoked after its period lapsed, a case that the station has answered, one title given up."""
    make_year_plan(2026)
    owner, manager, leader = make_user(name="林"), make_user(Role.MANAGER), make_user(Role.LEADER)
    organisation = make_organisation(owner)
    case, answered = (told(make_title(make_station(organisation)), manager) for _ in range(2))
    actions.hear_statement(answered, actor=owner, at=AT + 3 * HOUR, text="报告已经补报。")
    assert actions.lapse_due(case.statement_due_at) == 1
    at = case.statement_due_at + DAY
    actions.propose_revocation(case, actor=manager, at=at, proposal="建议撤销。")
    actions.approve_revocation(case, actor=leader, at=at)
    actions.draw_decision(case, actor=manager, at=at, document_number="武市监〔2026〕90号")
    actions.serve_decision(case, actor=manager, at=at, served_at=at, **SERVED)
    actions.execute_revocation(case, actor=leader, at=at)
    paper = store_bytes(b"%PDF-1.4", name="声明.pdf", content_type="application/pdf", actor=owner, at=AT)
    given_up = make_title(make_station(organisation))
    asked = departures.ask_departure(given_up, kind="give_up", reason="业务调整。", statement=paper, actor=owner, at=AT)
    departures.confirm_departure(asked, document_number="武市监〔2026〕91号", actor=leader, at=AT + DAY)


def told(title, manager):
    case = actions.open_case(title, actor=manager, at=AT, grounds=["report_missing"], facts="没有报送自评。")
    actions.draw_notice(case, actor=manager, at=AT, document_number=f"武市监〔2026〕{case.pk}号")
    return actions.serve_notice(case, actor=manager, at=AT + HOUR, served_at=AT + HOUR, **SERVED)


def broken():
    return {one.name for one in invariants.check()} & EXITS.keys()


CASES = "supervision_revocationcase"
CORRUPTIONS: dict[str, tuple[str, ...]] = {
    "ended_title_without_its_exit": (
        "ALTER TABLE stations_title DROP CONSTRAINT an_ended_title_names_article_and_decision",
        "UPDATE stations_title SET ended_decision = '' WHERE state = 'terminated'",
    ),
    "title_revoked_without_an_executed_case": (
        "UPDATE stations_title SET state = 'revoked' WHERE state = 'terminated'",
    ),
    "case_executed_but_its_title_is_not_revoked": (
        "UPDATE stations_title SET state = 'delisted' WHERE state = 'revoked'",
    ),
    "revocation_approved_by_who_proposed_it": (
        f"ALTER TABLE {CASES} DROP CONSTRAINT who_proposed_a_revocation_does_not_approve_it",
        f"UPDATE {CASES} SET approved_by_id = proposed_by_id WHERE state = 'executed'",
    ),
    "revocation_decided_without_notice": ("DELETE FROM supervision_casepaper WHERE kind = 'notice'",),
    "revocation_decided_without_answer_or_lapse": (
        "DELETE FROM ledger_journalentry WHERE object_type = 'supervision.revocationcase' AND move = 'lapse'",
    ),
    "station_answered_after_its_period": ("UPDATE supervision_statement SET made_at = made_at + interval '90 days'",),
    "two_running_revocations_of_a_title": (
        "DROP INDEX one_running_revocation_case_per_title",
        f"UPDATE {CASES} SET state = 'notified', title_id = (SELECT min(title_id) FROM {CASES})",
    ),
    "departure_confirmed_by_who_asked_for_it": (
        "ALTER TABLE supervision_departure DROP CONSTRAINT who_asked_for_a_departure_does_not_decide_it",
        "UPDATE supervision_departure SET decided_by_id = asked_by_id",
    ),
    "departure_confirmed_but_its_title_did_not_end": (
        "UPDATE supervision_departure SET document_number = '武市监〔2026〕92号'",
    ),
}


def test_a_revocation_and_a_give_up_in_due_form_break_nothing(exits):
    assert not broken()


def test_every_invariant_of_exits_has_its_corruption():
    assert CORRUPTIONS.keys() == EXITS.keys()


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_corruption_is_told_by_its_name(exits, name):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in CORRUPTIONS[name]:
            cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        assert name in broken()
        transaction.set_rollback(True)
