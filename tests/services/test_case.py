"""Typical cases: written, handed in at the right length, reviewed, published, taken down."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from accounts.models import Message
from accounts.states import Role
from config.home import todos_for
from ledger.errors import Refused
from ledger.journal import history_of
from services.actions import case as actions
from services.models import TypicalCase
from services.queries.case import cases_visible_to, published_cases
from services.rules.case import AIM, LEAST, MOST, length_of
from services.states.case import CaseState
from tests.evaluation.dossiers import png_bytes
from tests.factories import make_organisation, make_station, make_user, put

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 20, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
TEXTS = {"situation": "情" * 600, "practice": "做" * 900, "effect": "效" * 500}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(AT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def lin():
    return make_user(name="林经办")


@pytest.fixture
def clerk():
    return make_user(Role.MANAGER, name="赵管理")


@pytest.fixture
def case(lin):
    station = make_station(make_organisation(lin))
    return actions.begin_case(station, actor=lin, project="光电子产业质量强链", year=2026, **TEXTS)


def refused(act, *args, **kwargs) -> str:
    with pytest.raises(Refused) as refusal:
        act(*args, **kwargs)
    return refusal.value.code


def test_a_case_goes_back_and_forth_and_is_published_with_its_reviewer(case, lin, clerk):
    actions.submit_case(case, actor=lin)
    assert "审核典型案例（1 篇）" in [todo.title for todo in todos_for(clerk)]
    actions.return_case(case, actor=clerk, reason="成效请写数字")
    assert "修改典型案例：光电子产业质量强链" in [todo.title for todo in todos_for(lin)]
    actions.write_case(case, actor=lin, project=case.project, year=2026, **{**TEXTS, "effect": "增" * 600})
    actions.submit_case(case, actor=lin)
    assert case.remark == ""
    assert not published_cases().exists()
    actions.publish_case(case, actor=clerk)
    assert (case.reviewed_by, case.published_at, list(published_cases())) == (clerk, AT, [case])
    assert refused(actions.write_case, case, actor=lin, project="改", year=2026) == "wrong_state"
    actions.retract_case(case, actor=clerk, reason="企业要求不公开")
    assert not published_cases().exists()
    moves = ["begin", "submit", "return", "write", "submit", "publish", "retract"]
    assert [entry.move for entry in reversed(history_of(case))] == moves
    said = set(Message.objects.filter(recipient=lin).values_list("subject", flat=True))
    assert said == {f"典型案例{what}：光电子产业质量强链" for what in ("退回修改", "已发布", "已撤下")}


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ({"effect": ""}, "part_missing"),
        ({"situation": "短", "practice": "短", "effect": "短" * (LEAST - 3)}, "too_short"),
        ({"situation": "情" * 1000, "practice": "做" * 1000, "effect": "效" * (MOST - 1999)}, "too_long"),
    ],
)
def test_what_is_far_from_two_thousand_signs_is_not_handed_in(case, lin, texts, code):
    actions.write_case(case, actor=lin, project=case.project, year=2026, **{**TEXTS, **texts})
    assert refused(actions.submit_case, case, actor=lin) == code
    case.refresh_from_db()
    assert case.state == CaseState.DRAFT


def test_the_length_is_that_of_the_annex_and_white_space_is_no_sign():
    assert (AIM, LEAST, MOST) == (2000, 1000, 3000)
    assert length_of({"situation": "一 二\n", "practice": "　三", "effect": "\t"}) == 3


def test_just_enough_and_just_not_too_much_is_handed_in(case, lin):
    for length in (LEAST, MOST):
        texts = {"situation": "情", "practice": "做" * ((length - 1) // 2), "effect": "效" * (length // 2)}
        assert length_of(texts) == length
        put(case, CaseState.DRAFT)
        actions.write_case(case, actor=lin, project=case.project, year=2026, **texts)
        actions.submit_case(case, actor=lin)
        assert case.state == CaseState.SUBMITTED


def test_two_people_who_write_at_once_lose_nothing(case, lin):
    actions.write_case(case, actor=lin, project="第一人", year=2026, seen=0, **TEXTS)
    assert refused(actions.write_case, case, actor=lin, project="第二人", year=2026, seen=0, **TEXTS) == "stale"
    case.refresh_from_db()
    assert (case.project, case.version) == ("第一人", 1)


def test_pictures_are_kept_taken_out_and_no_more_than_six(case, lin):
    def picture(name: str) -> SimpleUploadedFile:
        return SimpleUploadedFile(name, png_bytes())

    facts = {"actor": lin, "project": case.project, "year": 2026, **TEXTS}
    actions.write_case(case, pictures=[picture(f"{n}.png") for n in range(6)], **facts)
    assert refused(actions.write_case, case, pictures=[picture("7.png")], **facts) == "too_many_pictures"
    first = case.pictures.order_by("pk")[0]
    actions.write_case(case, pictures=[picture("7.png")], removed=[first], **facts)
    assert (case.pictures.count(), first in case.pictures.all()) == (6, False)
    with pytest.raises(Refused) as refusal:
        actions.write_case(
            case, pictures=[SimpleUploadedFile("a.pdf", b"%PDF-1.4")], removed=case.pictures.all(), **facts
        )
    assert refusal.value.field == "pictures"


def test_a_draft_is_the_stations_own_and_a_year_is_a_year(case, lin, clerk):
    other = make_user()
    make_station(make_organisation(other))
    assert [list(cases_visible_to(user)) for user in (lin, clerk, other)] == [[case], [], []]
    actions.submit_case(case, actor=lin)
    assert [list(cases_visible_to(user)) for user in (lin, clerk, other)] == [[case], [case], []]
    assert refused(actions.publish_case, case, actor=lin) == "not_allowed"
    assert refused(actions.publish_case, case, actor=make_user(Role.LEADER)) == "not_allowed"
    assert refused(actions.begin_case, case.station, actor=other, project="a", year=2026) == "not_allowed"
    assert refused(actions.begin_case, case.station, actor=lin, project=" ", year=2026) == "project_missing"
    assert refused(actions.begin_case, case.station, actor=lin, project="a", year=2027) == "year_wrong"


def test_a_draft_is_given_up_and_a_published_case_is_not(case, lin, clerk):
    actions.submit_case(case, actor=lin)
    assert refused(actions.discard_case, case, actor=lin) == "wrong_state"
    actions.return_case(case, actor=clerk, reason="不典型")
    actions.discard_case(case, actor=lin)
    assert list(cases_visible_to(clerk)) == []


def test_the_database_publishes_nothing_that_nobody_reviewed(case):
    with pytest.raises(IntegrityError, match="a_submitted_case_has_its_parts"), transaction.atomic():
        TypicalCase.objects.filter(pk=case.pk).update(state="submitted", effect="")
    with pytest.raises(IntegrityError, match="a_published_case_was_reviewed"), transaction.atomic():
        TypicalCase.objects.filter(pk=case.pk).update(state="published", submitted_at=AT)
