"""What runs out in the libraries is told in time, each stage once."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Message
from config.clockwork import run_clockwork
from config.deadlines import KINDS
from services.actions.agency import change_qualification
from services.actions.library_reminders import remind_expiries
from tests.factories import join, make_user
from tests.services.library_scene import make_agency, make_equipment, make_qualification, make_staffed_station

pytestmark = pytest.mark.django_db
LAST = dt.date(2026, 8, 31)
END = dt.datetime(2026, 9, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
DAY = dt.timedelta(days=1)


@pytest.fixture
def here():
    return make_staffed_station()


def told(person) -> list[str]:
    return list(Message.objects.filter(recipient=person).order_by("pk").values_list("subject", flat=True))


def test_a_qualification_is_told_sixty_thirty_and_seven_days_before_and_when_it_has_run_out(here):
    station, lin = here
    colleague = make_user(name="郑同事")
    join(colleague, station.organisation)
    held = make_qualification(make_agency(station, name="检测院"), number="171700", valid_until=LAST)
    steps = {}
    for days in (61, 60, 59, 30, 7, 1, 0, -1):
        steps[days] = remind_expiries(END - days * DAY)
        assert remind_expiries(END - days * DAY) == 0
    assert steps == {61: 0, 60: 1, 59: 0, 30: 1, 7: 1, 1: 0, 0: 1, -1: 0}
    said = told(lin)
    assert said == told(colleague)
    assert [subject.removeprefix(f"检测院的{held}") for subject in said] == [
        "60天内到期", "30天内到期", "7天内到期", "已过期",
    ]  # fmt: skip
    message = Message.objects.filter(recipient=lin).first()
    assert "2026年8月31日24时" in message.body
    assert message.url == held.agency.get_absolute_url()
    assert message.email_state == Message.EmailState.WAITING


def test_a_renewal_is_told_of_by_its_new_date_only(here):
    held = make_qualification(make_agency(here[0]), valid_until=LAST)
    remind_expiries(END - 60 * DAY)
    change_qualification(held, actor=here[1], at=END - 50 * DAY, valid_until=LAST.replace(year=2030))
    assert remind_expiries(END - 30 * DAY) == 0
    held.refresh_from_db()
    assert remind_expiries(held.expires_at - 10 * DAY) == 1


def test_instruments_are_told_of_by_the_clock_and_what_is_retired_or_endless_is_not(here):
    make_equipment(here[0], calibrated_until=LAST)
    make_equipment(here[0], calibrated_until=LAST, state="retired")
    make_equipment(here[0], calibrated_until=None)
    make_qualification(make_agency(here[0], state="retired"), valid_until=LAST)
    make_qualification(make_agency(here[0]), valid_until=None)
    assert run_clockwork(END - 5 * DAY)["remind_expiries"] == 1
    assert "检定校准7天内到期" in told(here[1])[0]


def test_a_long_name_does_not_break_a_subject_and_braces_are_only_braces(here):
    make_qualification(make_agency(here[0], name="长{due}{0}" * 11), number="9" * 60, valid_until=LAST)
    assert remind_expiries(END - 5 * DAY) == 1
    assert len(told(here[1])[0]) <= 120


def test_where_all_is_told_the_clock_asks_as_little_for_thirty_as_for_three(here, django_assert_max_num_queries):
    def more(count):
        for _ in range(count):
            make_qualification(make_agency(here[0]), valid_until=LAST)
        remind_expiries(END - 5 * DAY)

    more(3)
    with django_assert_max_num_queries(3):
        remind_expiries(END - 5 * DAY)
    more(27)
    with django_assert_max_num_queries(3):
        remind_expiries(END - 5 * DAY)


def test_what_runs_out_stands_among_the_dates_of_its_station(here):
    held = make_qualification(make_agency(here[0], name="检测院"), type="cnas", valid_until=LAST)
    kind = next(kind for kind in KINDS if kind.code == "qualification")
    [row] = kind.visible_to(here[1]).filter(kind.waiting)
    assert (row, kind.title(row), getattr(row, kind.field)) == (held, "检测院 CNAS", END)
    assert not kind.visible_to(make_staffed_station()[1])
