"""Messages and the outbox as pages."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.actions import notify
from accounts.models import Message
from accounts.states import Role
from accounts.tasks import deliver_mail
from ledger.models import JournalEntry
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def lin():
    return make_user(name="林一")


@pytest.fixture
def page(client, lin):
    client.force_login(lin)
    return client


def message(user, subject, **fields):
    fields = {"body": "正文", "created_at": timezone.now(), **fields}
    return Message.objects.create(recipient=user, key=subject, subject=subject, **fields)


def said(response):
    return response.content.decode()


def test_unread_messages_come_first_and_are_counted_in_the_header(page, lin):
    message(lin, "新而已读", read_at=timezone.now())
    message(lin, "旧而未读", created_at=timezone.now() - dt.timedelta(days=3))
    message(make_user(), "别人的")
    answer = page.get("/messages/")
    assert [row.subject for row in answer.context["rows"]] == ["旧而未读", "新而已读"]
    assert '消息 <span class="count">1<span class="visually-hidden"> 条未读</span></span>' in said(answer)
    assert "别人的" not in said(answer)
    unread_only = page.get("/messages/?unread=True")
    assert [row.subject for row in unread_only.context["rows"]] == ["旧而未读"]


def test_to_open_a_message_is_to_have_read_it(page, lin):
    one = message(lin, "需要补正", url="/guide/")
    answer = page.get(f"/messages/{one.pk}/")
    assert '<a class="button" href="/guide/">去办理</a>' in said(answer)
    one.refresh_from_db()
    assert one.read_at is not None
    assert "条未读" not in said(answer)


def test_another_persons_message_does_not_exist(page):
    other = message(make_user(), "别人的")
    assert page.get(f"/messages/{other.pk}/").status_code == 404
    other.refresh_from_db()
    assert other.read_at is None


def test_all_are_marked_read_and_only_the_own(page, lin):
    other = make_user()
    notify([lin, other], key="k", subject="s", body="b")
    assert "全部标为已读" in said(page.get("/messages/read/"))
    assert page.post("/messages/read/").url == "/messages/"
    assert list(Message.objects.filter(read_at__isnull=True).values_list("recipient", flat=True)) == [other.pk]


def test_without_messages_the_page_says_what_will_come(page):
    assert "还没有消息" in said(page.get("/messages/"))
    assert "没有符合条件的消息" in said(page.get("/messages/?q=x"))


def test_messages_are_exported_as_they_are_filtered(page, lin):
    message(lin, "公示开始")
    message(lin, "补正")
    lines = b"".join(page.get("/messages/?q=公示&export=csv").streaming_content).decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["标题", "公示开始"]


@pytest.mark.parametrize("rows", [3, 300])
def test_messages_cost_the_same_at_3_and_at_300(page, lin, rows, django_assert_num_queries):
    for number in range(rows):
        message(lin, f"第{number}条")
    with django_assert_num_queries(6):  # session, person with roles and unread count, count, rows; expert, membership
        answer = page.get("/messages/")
    assert len(answer.context["rows"]) == min(rows, 20)


def test_a_link_that_opens_something_is_not_kept_after_it_was_sent(lin):
    kept, erased = message(lin, "a", url="/x/"), message(lin, "b", url="/secret/", erase_when_sent=True)
    assert deliver_mail() == 2
    for one in (kept, erased):
        one.refresh_from_db()
    assert (kept.body, kept.url) == ("正文", "/x/")
    assert (erased.body, erased.url) == ("", "")


@pytest.fixture
def admin(client):
    admin = make_user(Role.SYSTEM_ADMIN)
    client.force_login(admin)
    return client


def test_the_outbox_shows_what_has_not_left_without_its_text(admin, lin):
    message(lin, "失败的", email_state="failed", body="机密内容")
    message(lin, "已发的", email_state="sent")
    answer = said(admin.get("/outbox/"))
    assert "失败的" in answer
    assert "已发的" not in answer
    assert "机密内容" not in answer
    assert lin.email not in answer


def test_a_failed_mail_is_sent_again_and_journalled(admin, lin):
    one = message(lin, "失败的", email_state="failed", attempts=6)
    assert admin.post(f"/outbox/{one.pk}/resend/").url == "/outbox/"
    one.refresh_from_db()
    assert (one.email_state, one.attempts) == ("waiting", 0)
    assert JournalEntry.objects.get().move == "resend"
    assert deliver_mail() == 1
    assert admin.post(f"/outbox/{one.pk}/resend/").status_code == 404


def test_only_the_system_administrator_sees_the_outbox(client, lin):
    one = message(lin, "失败的", email_state="failed")
    for role in (None, Role.MANAGER, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN):
        client.force_login(make_user(role))
        assert client.get("/outbox/").status_code == 403
        assert client.post(f"/outbox/{one.pk}/resend/").status_code == 404


@pytest.mark.parametrize("rows", [3, 300])
def test_the_outbox_costs_the_same_at_3_and_at_300(admin, lin, rows, django_assert_num_queries):
    for number in range(rows):
        message(lin, f"第{number}封")
    with django_assert_num_queries(5):
        admin.get("/outbox/")
