"""What the bureau does with a report: reviewed, returned and supplemented, taken into the round."""

import datetime as dt

import pytest

from accounts.states import Role
from ledger.actors import Job
from ledger.errors import Refused
from ledger.journal import history_of
from supervision.actions.self_assessment import Typed, file_self_assessment, save_items
from supervision.actions.self_assessment_clock import mark_missing, stand_returns
from supervision.actions.self_assessment_review import (
    return_self_assessment,
    review_self_assessment,
    take_into_round,
)
from supervision.queries.self_assessment_content import filed_content, items_in, lines_of
from tests.factories import make_user
from tests.supervision.test_self_assessment import DECEMBER, OCTOBER, SHANGHAI, assessment, filed, fill, lin, save

pytestmark = pytest.mark.django_db
__all__ = ["assessment", "lin"]
UNTIL = dt.date(2026, 11, 10)
LATER = OCTOBER + dt.timedelta(days=15)
ASKED = {"1.1.1": "没有写明人员变动", "2.2.1": " "}


@pytest.fixture
def manager():
    return make_user(Role.MANAGER)


@pytest.fixture
def returned(assessment, lin, manager):
    row = filed(assessment, lin)
    return_self_assessment(row, actor=manager, at=OCTOBER, items=ASKED, last_day=UNTIL)
    row.refresh_from_db()
    return row


def test_the_station_is_told_what_the_bureau_thinks_of_its_report(assessment, lin, manager):
    row = filed(assessment, lin)
    with pytest.raises(Refused) as refusal:
        review_self_assessment(row, actor=manager, at=OCTOBER, feedback=" ")
    assert refusal.value.code == "feedback_missing"
    review_self_assessment(row, actor=manager, at=OCTOBER, feedback="服务记录完整")
    row.refresh_from_db()
    assert (row.state, row.feedback, row.timeliness) == ("reviewed", "服务记录完整", "in_time")
    assert "服务记录完整" in lin.messages_received.latest("pk").body


def test_a_returned_report_names_what_and_until_when(returned, lin):
    assert (returned.state, returned.returned) == ("returned", {"1.1.1": "没有写明人员变动"})
    assert returned.return_due_at == dt.datetime(2026, 11, 11, tzinfo=SHANGHAI)
    assert "没有写明人员变动" in history_of(returned)[0].reason
    assert "2026年11月10日24时前" in lin.messages_received.latest("pk").body


def test_only_what_was_named_is_supplemented_and_the_first_filing_stays_a_fact(returned, lin, manager):
    with pytest.raises(Refused) as refusal:
        save(returned, lin, i_3_1_1="顺手改")
    assert refusal.value.code == "not_returned"
    line = lines_of(returned)["1.1.1"]
    typed = Typed(own_score=line.item.own_score, narrative="站长未变，专员增加两名", token=line.token)
    save_items(returned, actor=lin, at=LATER, items={"1.1.1": typed})
    # what the bureau and the experts read is what was filed, until it is filed anew
    assert "专员增加" not in items_in(filed_content(returned))["1.1.1"]["narrative"]
    row = file_self_assessment(returned, actor=lin, at=LATER)
    assert (row.state, row.timeliness, row.filed_at) == ("filed", "in_time", OCTOBER)
    assert [version.number for version in row.versions.all()] == [1, 2]
    assert "专员增加" in items_in(filed_content(row))["1.1.1"]["narrative"]
    assert "请审阅" in manager.messages_received.latest("pk").body


def test_a_late_report_stays_late_when_it_is_filed_again(assessment, lin, manager):
    fill(assessment, lin)
    mark_missing(at=assessment.due_at, actor=Job("sweep"))
    row = file_self_assessment(assessment, actor=lin, at=DECEMBER)
    return_self_assessment(row, actor=manager, at=DECEMBER, items=ASKED, last_day=dt.date(2026, 12, 20))
    row = file_self_assessment(row, actor=lin, at=DECEMBER + dt.timedelta(days=1))
    assert (row.state, row.timeliness) == ("filed_late", "late")


def test_what_is_not_filed_again_stands_as_it_was_filed(returned):
    job = Job("sweep")
    assert stand_returns(at=returned.return_due_at - dt.timedelta(seconds=1), actor=job) == 0
    assert stand_returns(at=DECEMBER, actor=job) == 1
    returned.refresh_from_db()
    assert (returned.state, returned.versions.count()) == ("filed", 1)
    assert history_of(returned)[0].at == returned.return_due_at


def test_a_report_under_evaluation_is_not_returned_and_one_that_was_out_stands(returned, manager):
    take_into_round(returned, actor=manager, at=LATER, facts={"entry": 1})
    returned.refresh_from_db()
    assert (returned.state, returned.entered_at) == ("filed", LATER)
    assert take_into_round(returned, actor=manager, at=DECEMBER, facts={"entry": 1}).entered_at == LATER
    with pytest.raises(Refused) as refusal:
        return_self_assessment(returned, actor=manager, at=LATER, items=ASKED, last_day=dt.date(2026, 11, 20))
    assert refusal.value.code == "in_round"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"items": {"1.1.1": ""}}, "nothing_named"),
        ({"items": {"9.9.9": "没有这项"}}, "unknown_item"),
        ({"last_day": OCTOBER.date()}, "due_in_the_past"),
    ],
)
def test_a_return_that_says_nothing_is_refused(assessment, lin, manager, changes, code):
    row = filed(assessment, lin)
    with pytest.raises(Refused) as refusal:
        return_self_assessment(row, actor=manager, at=OCTOBER, **{"items": ASKED, "last_day": UNTIL, **changes})
    assert refusal.value.code == code


@pytest.mark.parametrize("who", [Role.LEADER, Role.AUDITOR, None])
def test_only_intake_and_managers_review(assessment, lin, who):
    row = filed(assessment, lin)
    with pytest.raises(Refused) as refusal:
        review_self_assessment(row, actor=make_user(who), at=OCTOBER, feedback="好")
    assert refusal.value.code == "not_allowed"


def test_what_is_not_filed_cannot_be_taken_into_a_round(assessment, manager):
    with pytest.raises(Refused) as refusal:
        take_into_round(assessment, actor=manager, at=OCTOBER, facts={})
    assert refusal.value.code == "not_filed"
