"""A station writes and files its self-assessment."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.states import Role
from ledger.actors import Job
from ledger.canonical import fingerprint
from ledger.errors import Refused
from ledger.files import store_bytes
from stations.states import TeamRole
from supervision.actions import self_assessment as actions
from supervision.actions.self_assessment import Typed
from supervision.actions.self_assessment_clock import mark_missing, open_self_assessments
from supervision.models import SelfAssessment, SelfAssessmentItem
from supervision.queries.figures import figures
from supervision.queries.self_assessment import missing_self_assessments, self_assessments_visible_to
from supervision.queries.self_assessment_content import items_in, lines_of
from tests.factories import join, make_organisation, make_station, make_title, make_user
from tests.supervision.reports import everything

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
JULY = dt.datetime(2026, 7, 1, 9, tzinfo=SHANGHAI)
OCTOBER = dt.datetime(2026, 10, 20, 9, tzinfo=SHANGHAI)
DECEMBER = dt.datetime(2026, 12, 1, 9, tzinfo=SHANGHAI)


@pytest.fixture
def lin():
    return make_user(name="林")


@pytest.fixture
def assessment(lin):
    make_title(make_station(make_organisation(lin)), awarded_at=JULY)
    open_self_assessments(year=2026, measure="wuhan", actor=Job("sweep"), at=JULY)
    return SelfAssessment.objects.get()


def fill(assessment, lin, at=OCTOBER):
    actions.save_items(assessment, actor=lin, at=at, items=everything())


def filed(assessment, lin, at=OCTOBER):
    fill(assessment, lin, at)
    return actions.file_self_assessment(assessment, actor=lin, at=at)


def token(assessment, code):
    return lines_of(assessment)[code].token


def save(assessment, actor, **texts):
    """Saves texts by indicator (i_1_1_1) from what is shown now."""
    items = {name[2:].replace("_", "."): text for name, text in texts.items()}
    typed = {code: Typed(narrative=text, token=token(assessment, code)) for code, text in items.items()}
    return actions.save_items(assessment, actor=actor, at=OCTOBER, items=typed)


# -- Writing together  ----


def test_two_people_on_two_indicators_keep_each_others_work(assessment, lin):
    wu = make_user(name="吴")
    join(wu, assessment.title.station.organisation)
    page_of_wu = {code: token(assessment, code) for code in ("1.1.1", "4.1.1")}
    save(assessment, lin, i_1_1_1="林写的")
    typed = {"1.1.1": Typed(token=page_of_wu["1.1.1"]), "4.1.1": Typed(narrative="吴写的", token=page_of_wu["4.1.1"])}
    saved = actions.save_items(assessment, actor=wu, at=OCTOBER, items=typed)
    assert (saved.written, saved.stale) == (["4.1.1"], [])
    said = {item.indicator: (item.narrative, item.version, item.saved_by) for item in SelfAssessmentItem.objects.all()}
    assert said == {"1.1.1": ("林写的", 1, lin), "4.1.1": ("吴写的", 1, wu)}


def test_a_stale_save_of_the_same_indicator_is_told_and_writes_nothing_over(assessment, lin):
    shown = token(assessment, "1.1.1")
    save(assessment, lin, i_1_1_1="先保存的")
    saved = actions.save_items(
        assessment, actor=lin, at=OCTOBER, items={"1.1.1": Typed(narrative="后保存的", token=shown)}
    )
    assert (saved.written, saved.stale) == ([], ["1.1.1"])
    assert SelfAssessmentItem.objects.get().narrative == "先保存的"


def test_the_same_save_twice_writes_once(assessment, lin):
    typed = {"1.1.1": Typed(own_score=Decimal("1.5"), narrative="甲", token=token(assessment, "1.1.1"))}
    first = actions.save_items(assessment, actor=lin, at=OCTOBER, items=typed)
    again = actions.save_items(assessment, actor=lin, at=OCTOBER, items=typed)
    assert (first.written, again.written, again.stale) == (["1.1.1"], [], [])
    assert SelfAssessmentItem.objects.get().version == 1
    assert again.tokens == first.tokens == {"1.1.1": token(assessment, "1.1.1")}


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        (Typed(own_score=Decimal("9.5")), "score_invalid", "0 至 3 分之间"),
        (Typed(own_score=Decimal(-1)), "score_invalid", "0 至 3 分之间"),
        (Typed(own_score=Decimal("0.3")), "score_invalid", "每档 0.5 分"),
        (Typed(narrative="长" * 5001), "too_long", "超过 5000 字"),
        (Typed(figures={"visits": Decimal(1)}), "figure_invalid", "数据"),
    ],
)
def test_what_an_indicator_does_not_take_is_refused_and_nothing_is_written(assessment, lin, typed, code, said):
    with pytest.raises(Refused, match=said) as refusal:
        actions.save_items(assessment, actor=lin, at=OCTOBER, items={"1.1.2": Typed(narrative="好"), "1.1.1": typed})
    assert (refusal.value.code, refusal.value.field) == (code, "1.1.1")
    assert not SelfAssessmentItem.objects.exists()


def test_the_database_refuses_points_above_those_of_the_indicator(assessment):
    with pytest.raises(IntegrityError, match="an_own_score_is_within_its_indicator"), transaction.atomic():
        assessment.items.create(indicator="1.1.1", max_points=2, own_score=Decimal("2.5"))


def test_a_figure_is_kept_changed_and_taken_back(assessment, lin):
    def known():
        return {figure.code: figure for figure in figures(assessment.title.station, 2026)}

    for value, met in ((Decimal(230), True), (Decimal(150), False), (None, None)):
        actions.save_items(
            assessment,
            actor=lin,
            at=OCTOBER,
            items={"2.2.1": Typed(figures={"firms_trained": value}, token=token(assessment, "2.2.1"))},
        )
        figure = known()["firms_trained"]
        assert (figure.value, figure.met, figure.source) == (value, met, "typed")
    assert list(known()) == [
        "technicians", "firms_trained", "firms_compared", "firms_diagnosed", "firms_branded", "satisfaction", "visits",
        "problems_solved", "media_reports",
    ]  # fmt: skip


def test_the_team_is_counted_and_not_typed(assessment):
    station = assessment.title.station
    for years, degree in ((1, True), (6, False), (2, False)):
        station.team.create(role=TeamRole.SPECIALIST, name="甲", years=years, relevant_degree=degree)
    figure = figures(station, 2026)[0]
    assert (figure.code, figure.value, figure.source, figure.met) == ("technicians", 2, "counted", False)
    assert "2 名" in figure.records


# -- Filing  ----


def test_an_incomplete_one_is_refused_and_names_what_lacks(assessment, lin):
    fill(assessment, lin)
    some = {"firms_trained": Decimal(3), "firms_compared": None}
    actions.save_items(assessment, actor=lin, at=OCTOBER, items={"2.2.1": Typed(narrative="只有文字", figures=some)})
    actions.save_items(assessment, actor=lin, at=OCTOBER, items={"1.1.1": Typed(own_score=Decimal(1))})
    with pytest.raises(
        Refused, match=r"1\.1\.1 .*：自评说明；2\.2\.1 .*：自评分、全年接受标准比对服务的企业"
    ) as refusal:
        actions.file_self_assessment(assessment, actor=lin, at=OCTOBER)
    assert refusal.value.code == "incomplete"
    assessment.refresh_from_db()
    assert assessment.state == "draft"


def test_filed_in_time_once_and_frozen(assessment, lin):
    row = filed(assessment, lin)
    again = actions.file_self_assessment(assessment, actor=lin, at=DECEMBER)
    assert (again.state, again.filed_at, again.timeliness) == ("filed", OCTOBER, "in_time")
    version = row.versions.get()
    assert version.sha256 == fingerprint(version.snapshot)
    item = items_in(version.snapshot)["4.1.3"]
    assert [(figure["code"], figure["text"], figure["source_name"]) for figure in item["figures"]] == [
        ("visits", "501 家次", "服务站填写"),
        ("problems_solved", "101 个", "服务站填写"),
    ]
    assert version.snapshot["total"] == "100"


def test_a_filed_version_cannot_be_changed(assessment, lin):
    version = filed(assessment, lin).versions.get()
    with pytest.raises(Exception, match="never"), transaction.atomic():
        type(version).objects.filter(pk=version.pk).update(number=2)


def test_missing_by_the_clock_then_filed_late(assessment, lin):
    fill(assessment, lin)
    job = Job("sweep")
    assert mark_missing(at=assessment.due_at - dt.timedelta(seconds=1), actor=job) == 0
    assert mark_missing(at=DECEMBER, actor=job) == 1
    assert mark_missing(at=DECEMBER, actor=job) == 0
    assert [row.pk for row in missing_self_assessments("wuhan")] == [assessment.pk]
    late = actions.file_self_assessment(assessment, actor=lin, at=DECEMBER)
    assert (late.state, late.timeliness) == ("filed_late", "late")
    assert not missing_self_assessments("wuhan").exists()


def test_filed_at_the_due_instant_is_late_and_a_second_before_is_not(assessment, lin):
    fill(assessment, lin)
    sid = transaction.savepoint()
    row = actions.file_self_assessment(assessment, actor=lin, at=assessment.due_at)
    assert row.state == "filed_late"
    transaction.savepoint_rollback(sid)
    row = actions.file_self_assessment(assessment, actor=lin, at=assessment.due_at - dt.timedelta(seconds=1))
    assert row.state == "filed"


def test_a_filed_one_is_not_written_any_more(assessment, lin):
    filed(assessment, lin)
    with pytest.raises(Refused) as refusal:
        save(assessment, lin, i_1_1_1="改")
    assert refusal.value.code == "wrong_state"


def test_files_are_added_and_taken_away_and_the_filed_version_keeps_them(assessment, lin):
    proof, extra = (
        store_bytes(b"%PDF-", name=name, content_type="application/pdf", actor=lin, at=OCTOBER)
        for name in ("台账.pdf", "多余.pdf")
    )
    actions.add_evidence(assessment, "1.1.1", proof, actor=lin, at=OCTOBER)
    wrong = actions.add_evidence(assessment, "1.1.1", extra, actor=lin, at=OCTOBER)
    actions.remove_evidence(wrong, actor=lin, at=OCTOBER)
    version = filed(assessment, lin).versions.get()
    assert [file["name"] for file in items_in(version.snapshot)["1.1.1"]["files"]] == ["台账.pdf"]


# -- Who  ----


def test_a_stranger_writes_and_files_nothing(assessment):
    stranger = make_user()
    for act in (
        lambda: save(assessment, stranger, i_1_1_1="改"),
        lambda: actions.file_self_assessment(assessment, actor=stranger, at=OCTOBER),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code == "not_allowed"
    assert not SelfAssessmentItem.objects.exists()


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


@pytest.mark.django_db(transaction=True)
def test_of_ten_who_save_the_same_item_at_once_one_is_kept_and_nine_are_told(assessment, lin):
    shown = token(assessment, "1.1.1")

    def write(number):
        try:
            typed = {"1.1.1": Typed(narrative=f"第{number}位", token=shown)}
            return actions.save_items(assessment, actor=lin, at=OCTOBER, items=typed)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        saved = list(pool.map(write, range(10)))
    assert sorted(len(one.written) for one in saved) == [0] * 9 + [1]
    assert sum(len(one.stale) for one in saved) == 9
    kept = next(number for number, one in enumerate(saved) if one.written)
    item = SelfAssessmentItem.objects.get()
    assert (item.narrative, item.version) == (f"第{kept}位", 1)


@pytest.mark.django_db(transaction=True)
def test_of_ten_who_file_at_once_one_version_is_frozen(assessment, lin):
    fill(assessment, lin)

    def send(_):
        try:
            return actions.file_self_assessment(assessment, actor=lin, at=OCTOBER).state
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(send, range(10))) == {"filed"}
    assert assessment.versions.count() == 1
