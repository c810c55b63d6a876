import datetime as dt

import pytest

from ledger.errors import Refused
from ledger.journal import history_of
from stations import actions
from stations.credit_code import make_credit_code
from stations.models import Organisation
from tests.factories import join, make_district, make_organisation, make_user

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)


def facts(**changed):
    return {
        "name": "武汉光谷计量检测有限公司",
        "credit_code": make_credit_code(900_001),
        "kind": "enterprise",
        "founded_on": dt.date(2018, 5, 1),
        "district": make_district(),
        "address": "武昌区中北路 1 号",
        **changed,
    }


def test_who_registers_an_organisation_becomes_its_administrator():
    user = make_user()
    organisation = actions.register_organisation(actor=user, at=AT, **facts())
    assert user.has_perm("stations.manage_members", organisation)
    assert [(row.move, row.actor) for row in history_of(organisation)] == [("register", user)]


def test_a_code_is_kept_as_the_paper_prints_it():
    typed = make_credit_code(900_001).lower()
    organisation = actions.register_organisation(actor=make_user(), **facts(credit_code=f" {typed[:8]} {typed[8:]}"))
    assert organisation.credit_code == typed.upper()


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"credit_code": "91420106MA4K00001J"}, "credit_code_organisation", "credit_code"),
        ({"founded_on": dt.date(2026, 11, 21)}, "founded_in_the_future", "founded_on"),
    ],
)
def test_what_is_wrong_is_refused_at_its_field_and_nothing_is_written(changed, code, field):
    with pytest.raises(Refused) as refused:
        actions.register_organisation(actor=make_user(), at=AT, **facts(**changed))
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not Organisation.objects.exists()


def test_an_organisation_founded_today_in_wuhan_is_not_founded_in_the_future():
    late = dt.datetime(2026, 11, 20, 16, 30, tzinfo=dt.UTC)  # 00:30 of the 21st in Wuhan
    actions.register_organisation(actor=make_user(), at=late, **facts(founded_on=dt.date(2026, 11, 21)))


def test_a_second_registration_of_one_body_says_whom_to_ask():
    actions.register_organisation(actor=make_user(), **facts())
    with pytest.raises(Refused, match="邀请您加入") as refused:
        actions.register_organisation(actor=make_user(), **facts(name="另一个名字"))
    assert refused.value.code == "organisation_exists"


def test_staff_do_not_register_organisations():
    with pytest.raises(Refused) as refused:
        actions.register_organisation(actor=make_user("intake"), **facts())
    assert refused.value.code == "not_allowed"


def test_members_change_their_organisation_and_strangers_do_not():
    organisation, member = make_organisation(), make_user()
    with pytest.raises(Refused) as refused:
        actions.update_organisation(organisation, actor=member, name="新名称")
    assert refused.value.code == "not_allowed"
    join(member, organisation)
    changed = actions.update_organisation(organisation, actor=member, seen=0, name="新名称")
    assert (changed.name, changed.version) == ("新名称", 1)
    entry = history_of(organisation)[0]
    assert (entry.move, entry.facts) == ("update", {"fields": ["name"]})


def test_a_stale_page_is_refused_and_a_change_of_nothing_is_no_change():
    owner = make_user()
    organisation = make_organisation(owner)
    actions.update_organisation(organisation, actor=owner, seen=0, name="甲先保存")
    with pytest.raises(Refused) as refused:
        actions.update_organisation(organisation, actor=owner, seen=0, name="乙后保存")
    assert refused.value.code == "stale"
    organisation.refresh_from_db()
    assert organisation.name == "甲先保存"
    same = actions.update_organisation(organisation, actor=owner, seen=1, name="甲先保存")
    assert same.version == 1
    assert history_of(organisation).count() == 1


def test_an_organisation_cannot_take_the_code_of_another():
    owner, other = make_user(), make_organisation()
    organisation = make_organisation(owner)
    with pytest.raises(Refused) as refused:
        actions.update_organisation(organisation, actor=owner, credit_code=other.credit_code)
    assert refused.value.code == "organisation_exists"
