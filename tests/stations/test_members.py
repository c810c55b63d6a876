"""Several people of one organisation: invited, joined, changed, gone."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Message
from accounts.states import Role
from accounts.tasks import deliver_mail
from ledger.errors import Refused
from ledger.models import JournalEntry
from stations.actions.members import (
    accept_invitation,
    change_member_role,
    digest,
    invite_member,
    remove_member,
    withdraw_invitation,
)
from stations.models import Invitation, Membership
from stations.states import MemberRole
from tests.factories import join, make_organisation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def lin():
    return make_user(name="林一")


@pytest.fixture
def organisation(lin):
    return make_organisation(lin)


def refusal(action, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        action(*args, **kwargs)
    return refused.value.code


def link():
    return Message.objects.get(key__startswith="invitation:").url


def test_an_invitation_goes_by_mail_and_keeps_only_the_hash_of_its_token(organisation, lin, mailoutbox):
    invitation = invite_member(organisation, email=" Wu@Example.cn", actor=lin)
    token = link().split("/")[2]
    assert invitation.token_sha256 == digest(token)
    assert (invitation.email, invitation.role) == ("wu@example.cn", "member")
    assert deliver_mail() == 1
    assert mailoutbox[0].to == ["wu@example.cn"]
    assert token in mailoutbox[0].body
    message = Message.objects.get()
    assert (message.body, message.url) == ("", "")


def test_whoever_owns_the_address_joins_once(organisation, lin):
    invitation = invite_member(organisation, email="wu@example.cn", role="owner", actor=lin)
    wu = make_user(email="wu@example.cn", name="吴二")
    accept_invitation(invitation, actor=wu)
    assert wu.memberships.get().role == MemberRole.OWNER
    assert wu.has_perm("stations.manage_members", organisation)
    assert refusal(accept_invitation, invitation, actor=wu) == "invitation_used"
    assert Message.objects.get(recipient=lin).subject == f"吴二已加入{organisation.name}"
    moves = JournalEntry.objects.filter(object_id=str(organisation.pk)).values_list("move", flat=True)
    assert list(moves) == ["invite_member", "join"]


def test_another_address_staff_and_late_comers_are_refused(organisation, lin):
    invitation = invite_member(organisation, email="wu@example.cn", actor=lin)
    wu = make_user(email="wu@example.cn")
    assert refusal(accept_invitation, invitation, actor=make_user()) == "other_address"
    assert refusal(accept_invitation, invitation, actor=make_user(Role.INTAKE)) == "not_allowed"
    late = timezone.now() + dt.timedelta(days=7, seconds=1)
    assert refusal(accept_invitation, invitation, actor=wu, at=late) == "invitation_expired"
    assert wu.memberships.count() == 0


def test_one_open_invitation_per_address_and_a_new_one_after_it_ran_out(organisation, lin):
    first = invite_member(organisation, email="wu@example.cn", actor=lin)
    assert refusal(invite_member, organisation, email="WU@example.cn", actor=lin) == "already_invited"
    later = timezone.now() + dt.timedelta(days=8)
    second = invite_member(organisation, email="wu@example.cn", actor=lin, at=later)
    first.refresh_from_db()
    assert first.withdrawn_at == later
    assert Invitation.objects.filter(withdrawn_at__isnull=True).get() == second
    assert refusal(invite_member, organisation, email=lin.email, actor=lin) == "already_member"


def test_a_withdrawn_invitation_opens_nothing(organisation, lin):
    invitation = invite_member(organisation, email="wu@example.cn", actor=lin)
    withdraw_invitation(invitation, actor=lin)
    assert refusal(withdraw_invitation, invitation, actor=lin) == "invitation_used"
    assert refusal(accept_invitation, invitation, actor=make_user(email="wu@example.cn")) == "invitation_used"


def test_only_the_organisations_administrator_manages(organisation, lin):
    clerk, stranger = make_user(), make_user()
    membership = join(clerk, organisation)
    invitation = invite_member(organisation, email="wu@example.cn", actor=lin)
    own = Membership.objects.get(user=lin)
    for actor in (clerk, stranger, make_user(Role.MANAGER)):
        assert refusal(invite_member, organisation, email="a@example.cn", actor=actor) == "not_allowed"
        assert refusal(withdraw_invitation, invitation, actor=actor) == "not_allowed"
        assert refusal(change_member_role, membership, role="owner", actor=actor) == "not_allowed"
        assert refusal(remove_member, own, actor=actor) == "not_allowed"


def test_the_last_administrator_neither_goes_nor_steps_down(organisation, lin):
    own = Membership.objects.get(user=lin)
    assert refusal(remove_member, own, actor=lin) == "last_owner"
    assert refusal(change_member_role, own, role="member", actor=lin) == "last_owner"
    gone = make_user(is_active=False)
    join(gone, organisation, role=MemberRole.OWNER)
    assert refusal(remove_member, own, actor=lin) == "last_owner"
    join(make_user(), organisation, role=MemberRole.OWNER)
    remove_member(own, actor=lin)
    assert not lin.has_perm("stations.manage_members", organisation)
    assert refusal(remove_member, own, actor=lin) == "has_left"


def test_a_member_is_made_administrator_told_and_may_leave(organisation, lin):
    wu = make_user()
    membership = join(wu, organisation)
    change_member_role(membership, role="owner", actor=lin)
    assert Message.objects.get(recipient=wu).subject.endswith("已变更为管理员")
    membership.refresh_from_db()
    remove_member(membership, actor=wu)
    assert JournalEntry.objects.latest("id").move == "leave"


# -- Pages  ----


def said(response):
    return response.content.decode()


def members_url(organisation):
    return f"/organisations/{organisation.pk}/members/"


def test_the_administrator_sees_everything_and_a_colleague_sees_masks(client, organisation, lin):
    wu = make_user(name="吴二二", email="wu@example.cn")
    join(wu, organisation)
    client.force_login(lin)
    page = said(client.get(members_url(organisation)))
    assert "吴二二" in page
    assert "wu@example.cn" in page
    client.force_login(wu)
    page = said(client.get(members_url(organisation)))
    assert "林*" in page
    assert lin.email not in page
    assert "邀请成员" not in page
    export = b"".join(client.get(f"{members_url(organisation)}?export=csv").streaming_content).decode("utf-8-sig")
    assert lin.email not in export
    assert "wu@example.cn" in export
    assert len(client.get(f"{members_url(organisation)}?q={lin.email}").context["rows"]) == 2


def test_to_strangers_and_to_clerks_the_acts_do_not_exist(client, organisation, lin):
    clerk = make_user()
    membership = join(clerk, organisation)
    invitation = invite_member(organisation, email="wu@example.cn", actor=lin)
    paths = [
        f"{members_url(organisation)}invite/",
        f"/memberships/{membership.pk}/role/",
        f"/memberships/{membership.pk}/remove/",
        f"/invitations/{invitation.pk}/withdraw/",
    ]
    for user in (clerk, make_user(), make_user(Role.MANAGER)):
        client.force_login(user)
        assert {client.get(path).status_code for path in paths} == {404}
    assert client.get(members_url(organisation)).status_code == 404


def test_the_whole_way_of_an_invitation_through_the_pages(client, organisation, lin):
    client.force_login(lin)
    wrong = client.post(f"{members_url(organisation)}invite/", {"email": "wu", "role": "member"})
    assert wrong.status_code == 422
    invite = {"email": "wu@example.cn", "role": "member"}
    assert client.post(f"{members_url(organisation)}invite/", invite).url == members_url(organisation)
    assert "wu@example.cn" in said(client.get(members_url(organisation)))
    assert "发给了另一个邮箱" in said(client.get(link()))
    client.logout()
    assert client.get(link()).url == f"/accounts/login/?next={link()}"
    client.force_login(make_user(email="wu@example.cn", name="吴二"))
    assert organisation.name in said(client.get(link()))
    assert client.post(link()).url == members_url(organisation)
    assert client.get(members_url(organisation)).status_code == 200
    assert client.get("/invitations/no-such-token/").status_code == 404


def test_members_are_changed_removed_and_leave_through_the_pages(client, organisation, lin):
    wu = make_user()
    membership = join(wu, organisation)
    client.force_login(lin)
    client.post(f"/memberships/{membership.pk}/role/", {"role": "owner"})
    membership.refresh_from_db()
    assert membership.role == MemberRole.OWNER
    client.post(f"/memberships/{membership.pk}/remove/")
    membership.refresh_from_db()
    assert membership.left_at is not None
    refused = client.post(f"{members_url(organisation)}leave/")
    assert refused.status_code == 422
    assert "至少要有一位管理员" in said(refused)


@pytest.mark.parametrize("rows", [3, 300])
def test_members_cost_the_same_at_3_and_at_300(client, organisation, lin, rows, django_assert_num_queries):
    for _ in range(rows):
        join(make_user(), organisation)
    client.force_login(lin)
    # session, person, memberships (of the request's lazy user, and of the user in it), organisation, count, rows,
    # invitations; roles and expert for the rail
    with django_assert_num_queries(8):
        client.get(members_url(organisation))
