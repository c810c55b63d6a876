import time

import pytest
from celery import current_app

from accounts.actions import notify
from accounts.models import Message, User
from accounts.tasks import deliver_mail
from ledger.queue import wake


@pytest.fixture
def dead_broker(tmp_path, monkeypatch):
    """A Redis address at which nobody answers."""
    monkeypatch.setattr(current_app.conf, "broker_url", f"redis+socket://{tmp_path}/nobody.sock")
    monkeypatch.setattr(current_app, "_pool", None)
    current_app.amqp._producer_pool = None
    yield
    current_app.amqp._producer_pool = None


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
