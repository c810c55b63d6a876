"""Which pages are measured, as whom, and what is hoped for of each."""

from __future__ import annotations

import gzip
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from config.second_factor import PASSED, SEEN, SIGNED_IN
from evaluation.models import PublicNotice, ScoreSheet

PUBLIC, STAFF = 1.0, 1 / 6
MOST_QUERIES, MOST_BYTES = 8, 25_000


@dataclass(frozen=True)
class Page:
    """A row of the table. `speed` is the goal: this many times as fast as the floor's list; None, no goal was set."""

    label: str
    path: str
    speed: float | None = None
    who: str = ""
    unchanged: bool = False  # asked with the ETag it answered before
    portal: bool = True
    small: bool = False  # has the goals of queries and bytes as well


FLOOR = (
    Page("floor: hello", "/hello", portal=False),
    Page("floor: list, one query and a template", "/list", portal=False),
    Page("floor: the same by DRF", "/api", portal=False),
)
YARDSTICK = FLOOR[1]


def pages() -> list[Page]:
    notice = PublicNotice.objects.filter(kind="result").exclude(state="draft").latest("pk")
    sheet = ScoreSheet.objects.filter(expert__user__email="expert01@example.com", state="open").earliest("pk")
    listing, detail, directory = reverse("evaluation:notice_list"), notice.get_absolute_url(), "/stations/"
    return [
        *FLOOR,
        Page("notice list, anonymous", listing, PUBLIC),
        Page("notice list, 304", listing, 2 * PUBLIC, unchanged=True),
        Page(f"notice of {len(notice.content['entries'])} entries, anonymous", detail, PUBLIC),
        Page("the same notice, 304", detail, 2 * PUBLIC, unchanged=True),
        Page("station directory, anonymous", directory, PUBLIC),
        Page("station directory, 304", directory, 2 * PUBLIC, unchanged=True),
        Page("front page, anonymous", "/"),
        Page(
            "staff application list, 20 of 1,000", reverse("evaluation:application_list"), STAFF, "intake", small=True
        ),
        Page("expert sheet list, 20 a page", "/sheets/", STAFF, "expert01", small=True),
        Page("score sheet, half filled in", f"/sheets/{sheet.pk}/", None, "expert01"),
    ]


def session_of(who: str) -> str:
    """The key of a session of this person, signed in with the second factor."""
    user = User.objects.get(email=f"{who}@example.com")
    session = SessionStore()
    session.update(
        {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: "accounts.sign_in.SignInBackend",
            HASH_SESSION_KEY: user.get_session_auth_hash(),
            PASSED: True,
            SIGNED_IN: timezone.now().timestamp(),
            SEEN: timezone.now().timestamp() + 3600,  # or the first request of each minute would write the session
        }
    )
    session.create()
    return session.session_key


@dataclass(frozen=True)
class Size:
    """What a page is, asked alone in this process: its status, queries, bytes, and milliseconds of CPU (best of five)."""

    status: int
    queries: int
    bytes: int
    zipped: int
    cpu_ms: float


def size_of(page: Page, headers: dict[str, str]) -> Size:
    client = Client(headers={name.lower(): value for name, value in headers.items()}, SERVER_NAME="127.0.0.1")
    get: Any = lambda: client.get(page.path)  # noqa: E731
    get()  # templates are compiled, settings read
    with CaptureQueriesContext(connection) as captured:
        answer = get()
    queries = len(captured)  # the next request empties the log
    taken = []
    for _ in range(5):
        begun = time.process_time()
        get()
        taken.append(time.process_time() - begun)
    content = answer.content
    return Size(answer.status_code, queries, len(content), len(gzip.compress(content, 6)), min(taken) * 1000)


def headers_of(page: Page, sessions: dict[str, str]) -> dict[str, str]:
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={sessions[page.who]}"} if page.who else {}
