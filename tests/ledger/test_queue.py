import socket
import time

import pytest
import redis
from celery import current_app
from django.conf import settings
from django.db import transaction

from accounts.actions import notify
from accounts.models import Message, User
from accounts.tasks import deliver_mail
from ledger.queue import wake, wake_on_commit


def test_waking_with_the_broker_down_is_a_log_line_and_quick(dead_broker, caplog):
    start = time.monotonic()
    wake("accounts.tasks.deliver_mail")
    assert time.monotonic() - start < 5
    assert "broker out of reach" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_with_the_broker_down_a_message_is_kept_and_sent_by_the_next_sweep(dead_broker, mailoutbox):
    lin = User.objects.create_user("lin@example.cn")
    notify([lin], key="k", subject="需要补正", body="请补充")
    assert Message.objects.get().email_state == "waiting"
    assert deliver_mail() == 1
    assert len(mailoutbox) == 1


def test_waking_does_not_wait_long_for_a_broker_that_hangs(dead_broker, monkeypatch, caplog):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(8)
        monkeypatch.setattr(current_app.conf, "broker_url", f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        start = time.monotonic()
        wake("accounts.tasks.deliver_mail")
    assert time.monotonic() - start < 15
    assert "broker out of reach" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_live_broker_gets_the_task_after_commit_only():
    queue = current_app.conf.task_default_queue
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.delete(queue)  # what other tests of this process have asked for
        with transaction.atomic():
            wake_on_commit("accounts.tasks.deliver_mail")
            assert client.llen(queue) == 0
        assert client.llen(queue) == 1
        with transaction.atomic():
            wake_on_commit("accounts.tasks.deliver_mail")
            transaction.set_rollback(True)
        assert client.llen(queue) == 1
        client.delete(queue)
