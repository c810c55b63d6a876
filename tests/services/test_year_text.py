"""What a station says of a year, in the typed columns of Hunan's annex 3."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine

from accounts.states import Role
from ledger.errors import Refused
from services.actions.year_text import write_year_text
from services.annexes import STATISTICS
from services.models import YearText
from services.queries.year_text import FIELDS, NOTHING, Texts, texts_of, texts_of_many
from tests.factories import make_organisation, make_station, make_user

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 20, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
FACTS = {
    "situation": "面向光电子企业的服务站",
    "investment": Decimal("85.50"),
    "pass_rate": "由 92% 提高到 96%",
    "quality_effect": "三家企业获得市长质量奖提名",
    "other_effect": "带动投资 2000 万元",
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


def refused(station, year=2026, **facts) -> tuple[str, str | None]:
    with pytest.raises(Refused) as refusal:
        write_year_text(station, year, **facts)
    return refusal.value.code, refusal.value.field


def test_the_typed_columns_of_the_annex_are_the_fields() -> None:
    assert tuple(column.code for column in STATISTICS.fields if column.typed) == FIELDS


def test_what_is_written_is_read_for_one_station_and_for_a_table(station, lin, django_assert_num_queries):
    assert texts_of(station, 2026) == NOTHING
    write_year_text(station, 2026, actor=lin, **FACTS)
    assert texts_of(station, 2026) == Texts(**FACTS)
    assert texts_of(station, 2025) == NOTHING
    with django_assert_num_queries(1):
        assert texts_of_many([station.pk, station.pk + 1], 2026) == {station.pk: Texts(**FACTS)}


def test_it_is_written_again_over_what_was_there_and_by_one_at_a_time(station, lin):
    write_year_text(station, 2026, actor=lin, seen=0, **FACTS)
    assert refused(station, actor=lin, seen=0, situation="另一人")[0] == "stale"
    write_year_text(station, 2026, actor=lin, seen=1, situation="只有这一句")
    assert texts_of(station, 2026) == Texts(situation="只有这一句")
    assert YearText.objects.count() == 1


@pytest.mark.parametrize(
    ("year", "facts", "code", "field"),
    [
        (2026, {"situation": "字" * 201}, "text_too_long", "situation"),
        (2026, {"other_effect": "字" * 201}, "text_too_long", "other_effect"),
        (2026, {"pass_rate": "字" * 501}, "text_too_long", "pass_rate"),
        (2026, {"investment": Decimal(-1)}, "money_negative", "investment"),
        (2027, {}, "year_wrong", None),
        (2024, {}, "year_closed", None),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(station, lin, year, facts, code, field):
    assert refused(station, year, actor=lin, **facts) == (code, field)


def test_last_year_is_written_until_the_end_of_january(station, lin, clock):
    clock.move_to(dt.datetime(2027, 1, 31, 23, tzinfo=ZoneInfo("Asia/Shanghai")))
    write_year_text(station, 2026, actor=lin, **FACTS)
    clock.move_to(dt.datetime(2027, 2, 1, 0, tzinfo=ZoneInfo("Asia/Shanghai")))
    assert refused(station, actor=lin, **FACTS)[0] == "year_closed"


def test_only_members_of_the_station_write(station):
    for user in (make_user(), make_user(Role.MANAGER), make_user(Role.DISTRICT)):
        assert refused(station, actor=user, **FACTS)[0] == "not_allowed"
