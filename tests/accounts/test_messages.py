import pytest
from django.core import mail

from accounts.actions import mark_read, notify, notify_address
from accounts.models import Message, User
from accounts.tasks import deliver_mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def lin():
    return User.objects.create_user("lin@example.cn", name="林")


def test_an_event_is_told_a_person_once(lin):
    for _ in range(2):
        notify(
            [lin, lin], key="application:1:returned", subject="需要补正", body="请补充审计报告", url="/applications/1/"
        )
    assert Message.objects.count() == 1


def test_mail_is_sent_once_however_often_the_task_runs(lin):
    notify([lin], key="k", subject="需要补正", body="请补充审计报告", url="/applications/1/")
    notify_address("anon@example.cn", key="k", subject="已收到异议", body="查询号")

    assert deliver_mail() == 2
    assert deliver_mail() == 0

    assert sorted(m.to[0] for m in mail.outbox) == ["anon@example.cn", "lin@example.cn"]
    assert mail.outbox[0].body.endswith("/applications/1/")


def test_a_failed_mail_waits_and_is_given_up_after_the_last_attempt(lin, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1
    notify([lin], key="k", subject="s", body="b")
    for _ in range(7):
        Message.objects.update(next_attempt_at=None)
        deliver_mail()
    message = Message.objects.get()
    assert (message.email_state, message.attempts) == ("failed", 6)


def test_a_person_marks_only_own_messages_as_read(lin):
    other = User.objects.create_user("wu@example.cn")
    notify([lin, other], key="k", subject="s", body="b")

    assert mark_read(Message.objects.all(), actor=lin) == 1
    assert Message.objects.get(recipient=other).read_at is None
