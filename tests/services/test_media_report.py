"""Media reports: named by the station, confirmed by who oversees it, and counted once."""

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
from services.actions import media_report as actions
from services.models import MediaReport
from services.queries.media_report import confirmed, media_reports_visible_to
from services.states.media_report import MediaReportState
from tests.evaluation.dossiers import png_bytes
from tests.factories import make_district, make_organisation, make_station, make_user

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 20, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
FACTS = {
    "title": "服务站帮三百家企业过了质量关",
    "outlet": "长江日报",
    "published_on": dt.date(2026, 11, 3),
    "url": "https://news.example.com/a/1",
}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(AT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def lin():
    return make_user(name="林经办")


@pytest.fixture
def station(lin):
    return make_station(make_organisation(lin))


@pytest.fixture
def clerk():
    return make_user(Role.INTAKE, name="吴受理")


@pytest.fixture
def report(station, lin):
    return actions.report_media(station, actor=lin, **FACTS)


def refused(act, *args, **kwargs) -> tuple[str, str | None]:
    with pytest.raises(Refused) as refusal:
        act(*args, **kwargs)
    return refusal.value.code, refusal.value.field


def test_a_report_counts_in_the_year_it_was_published_in_once_it_is_confirmed(station, report, clerk, lin):
    assert confirmed(station, 2026).count() == 0
    actions.confirm_media_report(report, actor=clerk)
    report.refresh_from_db()
    assert (report.state, report.decided_by, report.decided_at) == (MediaReportState.CONFIRMED, clerk, AT)
    assert list(confirmed(station, 2026)) == [report]
    assert (confirmed(station, 2025).count(), confirmed(make_station(), 2026).count()) == (0, 0)
    assert [entry.move for entry in reversed(history_of(report))] == ["report", "confirm"]
    assert Message.objects.get(recipient=lin).subject == f"媒体报道已确认：{FACTS['title']}"


def test_what_was_decided_by_mistake_is_put_right_and_both_stand_in_the_journal(station, report, clerk, lin):
    actions.confirm_media_report(report, actor=clerk)
    assert refused(actions.decline_media_report, report, actor=clerk, reason=" ") == ("reason_missing", "reason")
    actions.decline_media_report(report, actor=clerk, reason="报道的是另一家单位")
    assert (confirmed(station, 2026).count(), report.remark) == (0, "报道的是另一家单位")
    actions.confirm_media_report(report, actor=clerk)
    assert (confirmed(station, 2026).count(), report.remark) == (1, "")
    assert refused(actions.withdraw_media_report, report, actor=lin)[0] == "wrong_state"


def test_a_declined_report_that_was_named_again_is_not_confirmed_beside_it(station, report, clerk, lin):
    actions.decline_media_report(report, actor=clerk, reason="网址打不开")
    again = actions.report_media(station, actor=lin, **FACTS)
    assert refused(actions.confirm_media_report, report, actor=clerk)[0] == "named_already"
    actions.confirm_media_report(again, actor=clerk)
    assert list(confirmed(station, 2026)) == [again]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"title": " "}, "title_missing", "title"),
        ({"outlet": ""}, "outlet_missing", "outlet"),
        ({"published_on": dt.date(2026, 11, 21)}, "date_to_come", "published_on"),
        ({"published_on": dt.date(2024, 12, 31)}, "year_closed", "published_on"),
        ({"url": ""}, "evidence_missing", "url"),
        ({"evidence": [SimpleUploadedFile("a.exe", b"MZ")]}, "file_type", "evidence"),
        ({"evidence": [SimpleUploadedFile("a.png", png_bytes())] * 6}, "too_many_files", "evidence"),
    ],
)
def test_what_is_no_report_is_refused_at_its_field_and_nothing_is_kept(station, lin, changes, code, field):
    got = refused(actions.report_media, station, actor=lin, **{**FACTS, **changes})
    assert got[1] == field
    assert code in got[0] or field == "evidence"
    assert not MediaReport.objects.exists()


def test_the_same_article_is_named_once_by_its_address_or_by_what_it_is(station, report, lin):
    assert refused(actions.report_media, station, actor=lin, **{**FACTS, "title": "另一个标题"})[0] == "named_already"
    assert refused(actions.report_media, station, actor=lin, **{**FACTS, "url": "https://a.cn/"})[0] == "named_already"
    actions.withdraw_media_report(report, actor=lin)
    assert actions.report_media(station, actor=lin, **FACTS).state == MediaReportState.REPORTED


def test_the_database_takes_no_second_one_and_no_decision_without_a_name(station, report, lin):
    with pytest.raises(IntegrityError, match="an_article_counts_once_for_a_station"), transaction.atomic():
        MediaReport.objects.create(
            station=station, title="b", outlet="b", published_on=AT, url=FACTS["url"], reported_by=lin, reported_at=AT
        )
    with pytest.raises(IntegrityError, match="a_decided_media_report_says_by_whom"), transaction.atomic():
        MediaReport.objects.filter(pk=report.pk).update(state="confirmed")


def test_who_may_decide_is_the_bureau_and_the_district_that_supervises_and_never_the_station(
    station, report, lin, clerk
):
    near = make_user(Role.DISTRICT, scope="420106")
    far = make_user(Role.DISTRICT, scope=make_district("420103", "江汉区").code)
    may = {
        name: user.has_perm("services.decide_media_report", report)
        for name, user in [
            ("own", lin),
            ("clerk", clerk),
            ("near", near),
            ("far", far),
            ("leader", make_user(Role.LEADER)),
        ]
    }
    assert may == {"own": False, "clerk": True, "near": True, "far": False, "leader": False}
    assert refused(actions.confirm_media_report, report, actor=lin)[0] == "not_allowed"
    assert refused(actions.report_media, station, actor=clerk, **FACTS)[0] == "not_allowed"


def test_others_do_not_see_it_and_who_decides_is_told_that_it_waits(report, lin, clerk):
    far = make_user(Role.DISTRICT, scope=make_district("420103", "江汉区").code)
    near = make_user(Role.DISTRICT, scope="420106")
    seen = {name: list(media_reports_visible_to(user)) for name, user in [("own", lin), ("far", far), ("near", near)]}
    assert seen == {"own": [report], "far": [], "near": [report]}
    assert list(media_reports_visible_to(make_user())) == []
    assert "确认媒体报道（1 篇）" in [todo.title for todo in todos_for(clerk)]
    assert "确认媒体报道（1 篇）" in [todo.title for todo in todos_for(near)]
    assert "确认媒体报道（1 篇）" not in [todo.title for todo in todos_for(far)]
