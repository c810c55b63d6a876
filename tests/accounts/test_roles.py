"""Who gives roles to whom, and what is refused."""

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from accounts.actions import (
    deactivate_person,
    end_role,
    grant_role,
    reactivate_person,
    reset_second_factor,
    set_second_factor,
    unlock_person,
)
from accounts.models import Message, RoleGrant, User
from accounts.states import Role
from ledger.actors import Job
from ledger.errors import Refused
from ledger.models import JournalEntry
from tests.factories import make_district, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper():
    return make_user(Role.SECURITY_ADMIN)


@pytest.fixture
def lin():
    return make_user(name="林一")


def refusal(action, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        action(*args, **kwargs)
    return refused.value.code


def test_a_role_is_given_journalled_and_told(keeper, lin):
    grant = grant_role(lin, Role.INTAKE, actor=keeper)
    assert lin.roles == {Role.INTAKE}
    assert grant.granted_by == keeper
    entry = JournalEntry.objects.get(object_type="accounts.user", object_id=str(lin.pk))
    assert (entry.move, entry.actor, entry.facts) == ("grant_role", keeper, {"role": "intake", "scope": ""})
    assert Message.objects.get(recipient=lin).subject == "您已被授予角色：受理人员"


@pytest.mark.parametrize("role", [None, Role.SYSTEM_ADMIN, Role.LEADER, Role.AUDIT_ADMIN])
def test_nobody_else_gives_roles(role, lin):
    assert refusal(grant_role, lin, Role.INTAKE, actor=make_user(role)) == "not_allowed"
    assert RoleGrant.objects.filter(user=lin).count() == 0


def test_nobody_gives_or_ends_an_own_role(keeper):
    assert refusal(grant_role, keeper, Role.MANAGER, actor=keeper) == "own_role"
    assert refusal(end_role, keeper.role_grants.get(), actor=keeper, reason="x") == "own_role"


def test_the_three_administrators_are_three_people(keeper, lin):
    grant_role(lin, Role.SYSTEM_ADMIN, actor=keeper)
    assert refusal(grant_role, lin, Role.AUDIT_ADMIN, actor=keeper) == "administrators_are_exclusive"
    with pytest.raises(IntegrityError):
        RoleGrant.objects.create(user=lin, role=Role.AUDIT_ADMIN)


def test_district_staff_have_a_district_and_others_none(keeper, lin):
    make_district()
    assert refusal(grant_role, lin, Role.DISTRICT, actor=keeper) == "scope_missing"
    assert refusal(grant_role, lin, Role.DISTRICT, scope="atlantis", actor=keeper) == "no_such_district"
    assert refusal(grant_role, lin, Role.INTAKE, scope="420106", actor=keeper) == "scope_unwanted"
    grant_role(lin, Role.DISTRICT, scope="420106", actor=keeper)
    assert lin.districts == {"420106"}


def test_a_role_is_not_given_twice_nor_one_that_there_is_not(keeper, lin):
    grant_role(lin, Role.INTAKE, actor=keeper)
    assert refusal(grant_role, lin, Role.INTAKE, actor=keeper) == "already_granted"
    assert refusal(grant_role, lin, "emperor", actor=keeper) == "no_such_role"


def test_an_ended_role_is_kept_and_cannot_end_twice(keeper, lin):
    grant = grant_role(lin, Role.INTAKE, actor=keeper)
    assert refusal(end_role, grant, actor=keeper, reason=" ") == "reason_missing"
    end_role(grant, actor=keeper, reason="调岗")
    assert User.objects.get(pk=lin.pk).roles == frozenset()
    assert RoleGrant.objects.get(pk=grant.pk).ended_at is not None
    assert refusal(end_role, grant, actor=keeper, reason="调岗") == "role_has_ended"
    assert grant_role(lin, Role.INTAKE, actor=keeper).pk != grant.pk


def test_an_account_is_put_out_of_use_and_back(keeper, lin):
    assert refusal(deactivate_person, lin, actor=keeper, reason="") == "reason_missing"
    assert refusal(deactivate_person, keeper, actor=keeper, reason="x") == "oneself"
    assert refusal(deactivate_person, lin, actor=lin, reason="x") == "not_allowed"
    deactivate_person(lin, actor=keeper, reason="离职")
    lin.refresh_from_db()
    assert lin.is_active is False
    assert refusal(grant_role, lin, Role.INTAKE, actor=keeper) == "inactive_person"
    reactivate_person(lin, actor=keeper, reason="返聘")
    lin.refresh_from_db()
    assert lin.is_active is True
    assert list(JournalEntry.objects.values_list("move", flat=True)) == ["deactivate", "reactivate"]


def test_a_locked_out_person_is_let_in_again(client, keeper, lin):
    cache.clear()  # the sign-in form's own limits count across tests
    lin.set_password("a-long-password-2026")
    lin.save()
    for _ in range(5):
        client.post("/accounts/login/", {"login": lin.email, "password": "wrong"})
    right = {"login": lin.email, "password": "a-long-password-2026"}
    assert client.post("/accounts/login/", right).status_code == 429
    assert unlock_person(lin, actor=keeper) == 1
    assert client.post("/accounts/login/", right).status_code == 302


def test_a_lost_telephone_is_reset_with_a_reason_by_another(keeper, lin):
    set_second_factor(lin, "JBSWY3DPEHPK3PXP", actor=Job("test"))
    assert refusal(set_second_factor, lin, "JBSWY3DPEHPK3PXP", actor=keeper) == "not_allowed"
    assert refusal(reset_second_factor, keeper, actor=keeper, reason="x") == "oneself"
    assert refusal(reset_second_factor, lin, actor=keeper) == "reason_missing"
    reset_second_factor(lin, actor=keeper, reason="当面核验身份证")
    assert lin.authenticator_set.count() == 0


def test_the_first_administrator_is_made_by_command_and_no_second(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin.readline", lambda: "a-long-password-2026\n")
    call_command("create_admin", "--email", "First@Example.cn", "--name", "首位", "--password-stdin")
    first = User.objects.get(email="first@example.cn")
    assert first.roles == {Role.SECURITY_ADMIN}
    assert first.emailaddress_set.get().verified
    assert "两步验证" in capsys.readouterr().out
    with pytest.raises(CommandError, match="admin_exists"):
        call_command("create_admin", "--email", "second@example.cn", "--password-stdin")
    assert User.objects.count() == 1


def test_the_first_administrator_needs_a_good_password(monkeypatch):
    monkeypatch.setattr("sys.stdin.readline", lambda: "123\n")
    with pytest.raises(CommandError):
        call_command("create_admin", "--email", "first@example.cn", "--password-stdin")
    assert User.objects.count() == 0
