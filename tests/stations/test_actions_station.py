import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from ledger.errors import Refused
from ledger.files import store_bytes
from ledger.journal import history_of
from stations import actions
from stations.models import Industry, Station, TeamMember
from tests.factories import make_district, make_organisation, make_station, make_user

pytestmark = pytest.mark.django_db


def stored(name="证明.pdf"):
    at = timezone.now()
    return store_bytes(name.encode(), name=name, content_type="application/pdf", actor=None, at=at)


@pytest.fixture
def owner():
    return make_user()


@pytest.fixture
def station(owner):
    return make_station(make_organisation(owner))


def refused(call, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return caught.value.code


def test_a_new_station_is_supervised_by_its_district_unless_a_zone_is_named(owner):
    organisation, zone = make_organisation(owner), make_district("WH-DHGX", "东湖新技术开发区", "zone")
    industry = Industry.objects.first()
    plain = actions.create_station(
        organisation,
        actor=owner,
        name="武昌质量服务站",
        district=make_district(),
        address="一路",
        industries=[industry],
    )
    assert plain.supervised_by == plain.district
    assert list(plain.industries.all()) == [industry]
    in_zone = actions.create_station(
        organisation, actor=owner, name="光谷质量服务站", district=make_district(), supervised_by=zone, address="二路"
    )
    assert in_zone.supervised_by == zone
    assert history_of(in_zone)[0].move == "create"


@pytest.mark.parametrize("name", ["国家光电质量服务站", "中国车谷质量服务站", "武汉全国质量服务站"])
def test_a_station_claims_no_national_rank(owner, name):
    organisation = make_organisation(owner)
    fields = {"district": make_district(), "address": "一路"}
    assert refused(actions.create_station, organisation, actor=owner, name=name, **fields) == "name_claims_rank"
    with pytest.raises(IntegrityError), transaction.atomic():
        Station.objects.create(organisation=organisation, name=name, supervised_by=fields["district"], **fields)


def test_a_name_exists_once(owner, station):
    organisation = make_organisation(owner)
    fields = {"district": station.district, "address": "一路"}
    code = refused(actions.create_station, organisation, actor=owner, name=f" {station.name} ", **fields)
    assert code == "station_name_taken"


def test_another_organisation_does_not_change_the_station(station):
    stranger = make_user()
    make_organisation(stranger)
    assert refused(actions.update_station, station, actor=stranger, phone="1") == "not_allowed"
    assert refused(actions.set_ability, station, "metrology", actor=stranger, description="能") == "not_allowed"
    assert refused(actions.add_team_member, station, actor=stranger, role="head", name="甲") == "not_allowed"


def test_a_change_counts_the_version_and_a_stale_page_is_refused(owner, station):
    industries = list(Industry.objects.all()[:2])
    changed = actions.update_station(station, actor=owner, seen=0, commitment="免费咨询", industries=industries)
    assert changed.version == 1
    assert history_of(station)[0].facts == {"fields": ["commitment", "industries"]}
    assert refused(actions.update_station, station, actor=owner, seen=0, commitment="收费咨询") == "stale"


def test_an_ability_is_claimed_changed_and_taken_back_with_its_files(owner, station):
    first, second = stored("一.pdf"), stored("二.pdf")
    ability = actions.set_ability(station, "metrology", actor=owner, description="校准", add_evidence=[first])
    again = actions.set_ability(
        station, "metrology", actor=owner, description="检定", add_evidence=[second], remove_evidence=[first]
    )
    assert again.pk == ability.pk
    assert (again.description, list(again.evidence.all())) == ("检定", [second])
    actions.remove_ability(again, actor=owner)
    assert not station.abilities.exists()
    assert [row.move for row in history_of(station)] == ["remove_ability", "change_ability", "add_ability"]
    first.refresh_from_db()  # still on the record


def test_only_the_ten_kinds_of_article_nine_exist(owner, station):
    assert refused(actions.set_ability, station, "astrology", actor=owner, description="算") == "unknown_kind"


def test_evidence_of_one_item_is_bounded(owner, station):
    many = [stored(f"{n}.pdf") for n in range(21)]
    call = {"actor": owner, "description": "校准", "add_evidence": many}
    assert refused(actions.set_ability, station, "metrology", **call) == "too_many_files"
    assert not station.abilities.exists()


def test_one_head_and_any_number_of_specialists(owner, station):
    head = actions.add_team_member(station, actor=owner, role="head", name="甲")
    assert refused(actions.add_team_member, station, actor=owner, role="head", name="乙") == "role_taken"
    for name in "丙丁":
        actions.add_team_member(station, actor=owner, role="specialist", name=name, years=6)
    specialist = TeamMember.objects.get(name="丙")
    assert refused(actions.update_team_member, specialist, actor=owner, role="head") == "role_taken"
    actions.update_team_member(head, actor=owner, role="head", name="甲甲")
    actions.remove_team_member(head, actor=owner)
    actions.update_team_member(specialist, actor=owner, role="head")
    assert sorted(station.team.values_list("role", "name")) == [("head", "丙"), ("specialist", "丁")]


def test_the_journal_names_no_member_of_the_team(owner, station):
    actions.add_team_member(station, actor=owner, role="head", name="欧阳某某")
    assert "欧阳" not in str(history_of(station)[0].facts)


def test_presence_online_needs_a_screenshot_once_and_a_day_that_has_been(owner, station):
    today = timezone.localdate()
    call = {"actor": owner, "url": "https://example.com/shop", "seen_on": today}
    assert refused(actions.set_online_presence, station, "hanjianlian", **call) == "screenshot_missing"
    tomorrow = {**call, "seen_on": today + dt.timedelta(days=1), "screenshot": stored()}
    assert refused(actions.set_online_presence, station, "hanjianlian", **tomorrow) == "seen_in_the_future"
    shot = stored()
    actions.set_online_presence(station, "hanjianlian", screenshot=shot, **call)
    kept = actions.set_online_presence(station, "hanjianlian", **{**call, "url": "https://example.com/new"})
    assert (kept.screenshot, kept.url) == (shot, "https://example.com/new")
    actions.remove_online_presence(kept, actor=owner)
    assert not station.online.exists()
