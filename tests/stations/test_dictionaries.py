import pytest

from stations.models import District, Industry
from tests.factories import make_organisation, make_station, make_title, make_user

pytestmark = pytest.mark.django_db


def test_the_city_has_thirteen_districts_and_zones_without_invented_numbers():
    divisions = District.objects.filter(kind="division")
    assert divisions.count() == 13
    assert all(row.gb_code == row.code and row.code.startswith("4201") for row in divisions)
    assert District.objects.get(code="420104").name == "硚口区"
    zones = District.objects.filter(kind="zone")
    assert {row.code for row in zones} == {"WH-DHGX", "WH-JKQ", "WH-DHFJ", "WH-CJXQ", "WH-LKG"}
    assert all(row.gb_code is None for row in zones)


def test_the_industries_are_nine_six_and_five_and_not_yet_verified():
    counts = {
        code: Industry.objects.filter(code__startswith=f"965-{code}").count()
        for code in ("pillar", "emerging", "future")
    }
    assert counts == {"pillar": 9, "emerging": 6, "future": 5}
    assert not Industry.objects.filter(verified=True).exists()


def test_the_factories_make_what_the_database_accepts():
    owner = make_user()
    station = make_station(make_organisation(owner))
    title = make_title(station)
    other = make_title()
    assert owner.has_perm("stations.write_station", station)
    assert (title.slot.number, other.slot.number) == (1, 2)
    assert make_user("district").districts == {"420106"}
