"""A real Chromium for the tests marked `browser`. It is not found: the tests fail, they do not skip."""

import datetime as dt
import os

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from playwright.sync_api import sync_playwright

from config.local import bootstrap

# Playwright's loop runs in this thread; Django would take that for asynchronous code and refuse the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser():
    path = bootstrap.browser()
    assert path, "Chromium is missing: install it (apt-get install chromium) or name it in CHROMIUM"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser):
    """A page that remembers what its console said: `page.said` must stay empty, a CSP report would stand there."""
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
    opened = context.new_page()
    opened.said = []
    opened.on("console", lambda message: opened.said.append(f"{opened.url} {message.text}"))
    opened.on("pageerror", lambda error: opened.said.append(f"{opened.url} {error}"))
    yield opened
    context.close()


@pytest.fixture
def walk(request, browser, live_server):
    """The stage of a walk; in the end nobody's console may have said a thing, and every act of the walk has a name in
    Chinese in the record. Pictures are kept under the file's name."""
    from config.history import title_of  # noqa: PLC0415  these load models, which need the settings
    from ledger.models import JournalEntry  # noqa: PLC0415
    from tests.browser.walk import SHANGHAI, Walk  # noqa: PLC0415

    name = request.path.stem.removeprefix("test_")
    with time_machine.travel(dt.datetime(2026, 10, 20, 9, tzinfo=SHANGHAI), tick=True) as traveller:
        on_its_way = Walk(name, browser, live_server.url, traveller)
        yield on_its_way
        on_its_way.end()
    assert on_its_way.said == []
    assert {(row.object_type, row.move) for row in JournalEntry.objects.all() if title_of(row) == row.move} == set()


@pytest.fixture
def cast(walk):
    from tests.browser.cast import Cast  # noqa: PLC0415  as above

    return Cast(walk)


def sign_in(page, live_server, user):
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[1])
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
