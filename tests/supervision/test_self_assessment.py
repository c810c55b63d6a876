import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.states import Role
from ledger.actors import Job
from ledger.errors import Refused
from ledger.files import store_bytes
from supervision.actions import self_assessment as actions
from supervision.models import SelfAssessment
from supervision.queries.self_assessment import self_assessments_visible_to
from tests.factories import join, make_organisation, make_station, make_title, make_user

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
JULY = dt.datetime(2026, 7, 1, 9, tzinfo=SHANGHAI)
OCTOBER = dt.datetime(2026, 10, 20, 9, tzinfo=SHANGHAI)
DECEMBER = dt.datetime(2026, 12, 1, 9, tzinfo=SHANGHAI)
PARTS = ("foundation", "provision", "implementation", "effect")


@pytest.fixture
def lin():
    return make_user(name="林")


@pytest.fixture
def assessment(lin):
    make_title(make_station(make_organisation(lin)))
    actions.open_self_assessments(year=2026, measure="wuhan", actor=Job("sweep"), at=JULY)
    return SelfAssessment.objects.get()


def fill(assessment, lin):
    for part in PARTS:
        actions.save_part(assessment, actor=lin, at=OCTOBER, dimension=part, text="本年度情况")
    report = store_bytes(b"%PDF-", name="报告.pdf", content_type="application/pdf", actor=lin, at=OCTOBER)
    actions.attach_report(assessment, report, actor=lin, at=OCTOBER)


def test_it_opens_once_a_year_and_is_due_at_the_end_of_october_rolled_over_the_weekend(assessment, lin):
    assert actions.open_self_assessments(year=2026, measure="wuhan", actor=Job("sweep"), at=JULY) == 0
    # 31 October 2026 is a Saturday
    assert assessment.due_at == dt.datetime(2026, 11, 3, tzinfo=SHANGHAI)
    assert lin.messages_received.get().subject.startswith("2026 年度")


def test_parts_are_saved_apart_so_two_people_keep_each_others_work(assessment, lin):
    wu = make_user()
    join(wu, assessment.title.station.organisation)
    stale = SelfAssessment.objects.get()
    actions.save_part(assessment, actor=lin, at=OCTOBER, dimension="foundation", text="甲")
    actions.save_part(stale, actor=wu, at=OCTOBER, dimension="effect", text="乙")
    assert SelfAssessment.objects.get().narrative == {"foundation": "甲", "effect": "乙"}


def test_an_incomplete_one_is_refused_and_names_what_lacks(assessment, lin):
    actions.save_part(assessment, actor=lin, at=OCTOBER, dimension="foundation", text="甲")
    with pytest.raises(Refused) as refusal:
        actions.file_self_assessment(assessment, actor=lin, at=OCTOBER)
    assert refusal.value.code == "incomplete"
    assert "服务提供" in refusal.value.message
    assert "评估报告" in refusal.value.message
    assert "基础建设" not in refusal.value.message


def test_filed_in_time_and_once(assessment, lin):
    fill(assessment, lin)
    actions.file_self_assessment(assessment, actor=lin, at=OCTOBER)
    again = actions.file_self_assessment(assessment, actor=lin, at=DECEMBER)
    assert (again.state, again.filed_at) == ("filed", OCTOBER)


def test_missing_by_the_clock_then_filed_late(assessment, lin):
    fill(assessment, lin)
    assert actions.mark_missing(at=assessment.due_at - dt.timedelta(seconds=1), actor=Job("sweep")) == 0
    assert actions.mark_missing(at=assessment.due_at, actor=Job("sweep")) == 1
    assert actions.mark_missing(at=assessment.due_at, actor=Job("sweep")) == 0
    late = actions.file_self_assessment(assessment, actor=lin, at=DECEMBER)
    assert late.state == "filed_late"


def test_a_filed_one_is_not_written_any_more(assessment, lin):
    fill(assessment, lin)
    actions.file_self_assessment(assessment, actor=lin, at=OCTOBER)
    with pytest.raises(Refused) as refusal:
        actions.save_part(assessment, actor=lin, at=OCTOBER, dimension="effect", text="改")
    assert refusal.value.code == "wrong_state"


def test_a_stranger_writes_nothing(assessment):
    with pytest.raises(Refused) as refusal:
        actions.save_part(assessment, actor=make_user(), at=OCTOBER, dimension="effect", text="改")
    assert refusal.value.code == "not_allowed"


def test_who_sees_it(assessment, lin):
    district = assessment.title.station.supervised_by
    seen = {
        "own": self_assessments_visible_to(lin).count(),
        "stranger": self_assessments_visible_to(make_user()).count(),
        "manager": self_assessments_visible_to(make_user(Role.MANAGER)).count(),
        "its district": self_assessments_visible_to(make_user(Role.DISTRICT, scope=district.code)).count(),
        "another district": self_assessments_visible_to(make_user(Role.DISTRICT, scope="420102")).count(),
    }
    assert seen == {"own": 1, "stranger": 0, "manager": 1, "its district": 1, "another district": 0}
    assert timezone.is_aware(assessment.due_at)
