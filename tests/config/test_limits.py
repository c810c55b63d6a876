"""Limits count over all processes, and neither they nor what is posted needs Redis."""

import os
import subprocess
import sys
import time
from urllib.parse import urlsplit, urlunsplit

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from django.conf import settings as portal_settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from accounts.states import Role
from config.health import redis_answers
from evaluation.models import Objection
from tests.evaluation.scene import IN_NOTICE, notice_of, ranked_round
from tests.factories import make_user

PASSWORD = "a-long-password-2026"
# What a second web process does: the same limit, the same address.
OTHER_PROCESS = """
import django
django.setup()
from allauth.core import ratelimit
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
request = RequestFactory().post("/")
request.user = AnonymousUser()
print([ratelimit.consume(request, action="file_objection") for _ in range(7)].count(True))
"""


def consume(times: int) -> int:
    """How many of so many attempts from one address are let through."""
    request = RequestFactory().post("/")
    request.user = AnonymousUser()
    return [ratelimit.consume(request, action="file_objection") for _ in range(times)].count(True)


@pytest.fixture
def no_redis(dead_broker, settings, tmp_path):
    settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock"
    assert not redis_answers()


@pytest.fixture
def in_notice():
    with time_machine.travel(IN_NOTICE):
        yield


@pytest.mark.django_db(transaction=True)
def test_attempts_in_another_process_count_here():
    assert portal_settings.ACCOUNT_RATE_LIMITS["file_objection"] == "10/h/ip"
    assert consume(6) == 6
    usual = urlsplit(os.environ["DATABASE_URL"])
    address = urlunsplit(usual._replace(path=f"/{connection.settings_dict['NAME']}"))
    environment = {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "config.settings"}
    other = subprocess.run(
        [sys.executable, "-c", OTHER_PROCESS],
        env=environment,
        cwd=portal_settings.BASE_DIR,
        check=True,
        capture_output=True,
        text=True,
    )
    assert other.stdout.strip() == "4"
    assert consume(1) == 0


@pytest.mark.django_db
def test_a_code_of_the_second_factor_is_used_up_for_every_process():
    assert cache.add("allauth.mfa.totp.used?user=1&code=123456", "y", timeout=30)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM counters WHERE cache_key LIKE '%%123456'")
        assert cursor.fetchone() == (1,)
    assert not cache.add("allauth.mfa.totp.used?user=1&code=123456", "y", timeout=30)


@pytest.mark.django_db(transaction=True)
def test_without_redis_people_sign_in(client, no_redis):
    user = make_user(password=PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    answer = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert (answer.status_code, answer.url) == (302, "/home/")


@pytest.mark.django_db(transaction=True)
def test_without_redis_objections_are_filed_and_still_limited(client, no_redis, in_notice):
    manager = make_user(Role.MANAGER)
    notice = notice_of(ranked_round(manager=manager), manager, at=timezone.now())
    entry = notice.content["entries"][0]["entry"]
    begun = time.monotonic()
    statuses = [
        client.post(
            f"/notices/{notice.pk}/objections/new/",
            {"entry": entry, "statement": f"理由{n}", "kind": "person", "name": "欧阳", "email": "a@example.com"},
        ).status_code
        for n in range(11)
    ]
    assert statuses == [302] * 10 + [429]
    assert Objection.objects.count() == 10
    assert time.monotonic() - begun < 60
