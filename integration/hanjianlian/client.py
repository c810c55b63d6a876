"""Talking to the platform: OAuth 2.0 client credentials (RFC 6749, 4.4), bearer tokens (RFC 6750), JSON over TLS.

Everything goes through `integration.outside`: public addresses only, no redirects, cut off when the time is over.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

from django.conf import settings

from integration import outside
from integration.hanjianlian.reading import Unfit, instant
from integration.outside import Answer, NotReached
from integration.states.hanjianlian import Fault

LONGEST = 4 * 1024 * 1024  # bytes of one page
PAGE = 200  # items of one page, asked for
PAGES = 10_000  # a platform whose pages never end is not followed for ever
TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]{1,4000}=*")  # RFC 6750; nothing that would end a header
KEPT = 500  # characters of an answer that says no
SOON = 30  # seconds: a token that is over so soon is asked for anew
PAUSE_AT_MOST = dt.timedelta(days=1)


class Trouble(Exception):
    """The request came to nothing. `problem` is a value of Fault or of Problem; `pause`: what the platform asked us to wait."""

    def __init__(
        self, problem: str, status: int | None = None, excerpt: str = "", pause: dt.timedelta = dt.timedelta()
    ) -> None:
        super().__init__(problem)
        self.problem, self.status, self.excerpt, self.pause = problem, status, excerpt, pause


@dataclass(frozen=True)
class Page:
    items: list[Any]
    complete_until: dt.datetime | None


def is_configured() -> bool:
    return bool(settings.HANJIANLIAN["url"])


class Platform:
    """One conversation; keeps its token as long as it lasts, and no longer."""

    def __init__(self) -> None:
        self.base: str = settings.HANJIANLIAN["url"]
        self.token = ""
        self.token_until = 0.0  # monotonic seconds

    def sign_in(self) -> None:
        """A token, by the secret. Raises Trouble."""
        known = settings.HANJIANLIAN
        both = f"{quote_plus(known['client_id'])}:{quote_plus(known['client_secret'])}"
        headers = {
            "Authorization": "Basic " + base64.b64encode(both.encode()).decode(),
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        with_scope = {"grant_type": "client_credentials", "scope": "station-portal"}
        answer = reached(outside.post, f"{self.base}/oauth/token", urlencode(with_scope).encode(), headers)
        if answer.status in {400, 401, 403}:
            raise Trouble(Fault.TOKEN_REFUSED, answer.status, excerpt_of(answer))
        check_status(answer)
        said = json_of(answer)
        token, lasts = said.get("access_token"), said.get("expires_in", 300)
        bearer = str(said.get("token_type", "")).lower() == "bearer"
        if not (bearer and isinstance(token, str) and TOKEN.fullmatch(token) and type(lasts) is int and lasts > 0):
            raise Trouble(Fault.TOKEN_REFUSED, answer.status)  # no excerpt: there may be a token in it
        self.token, self.token_until = token, time.monotonic() + min(lasts, 86_400) - SOON

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One request with the token; a token that is not taken is asked for anew, once. Raises Trouble."""
        fresh = not self.token or time.monotonic() >= self.token_until
        if fresh:
            self.sign_in()
        answer = self.send(method, path, body, headers or {})
        if answer.status == 401 and not fresh:
            self.sign_in()
            answer = self.send(method, path, body, headers or {})
        if answer.status == 401:
            self.token = ""
            raise Trouble(Fault.UNAUTHORISED, answer.status, excerpt_of(answer))
        return answer

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        known = {"Authorization": f"Bearer {self.token}", "Accept": "application/json", **headers}
        return reached(outside.request, method, f"{self.base}/{path}", body, known, at_most=LONGEST)

    def put(self, path: str, number: str, content: bytes) -> Answer:
        """The document under our own number. The answer's ETag must say the SHA-256 of what was sent. Raises Trouble."""
        digest = hashlib.sha256(content)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Content-Digest": f"sha-256=:{base64.b64encode(digest.digest()).decode()}:",  # RFC 9530
        }
        answer = self.ask("PUT", f"{path}/{quote(number, safe='')}", content, headers)
        check_status(answer)
        if answer.headers.get("etag", "").strip() != f'"{digest.hexdigest()}"':
            raise Trouble(Fault.NOT_CONFIRMED, answer.status, excerpt_of(answer))
        return answer

    def pages(self, path: str, *, since: dt.datetime | None = None) -> Iterator[Page]:
        """Everything that the platform has under `path`, or what has changed since. Raises Trouble."""
        asked: dict[str, str] = {"limit": str(PAGE)}
        if since:
            asked["updated_since"] = since.isoformat()
        seen: set[str] = set()
        for _ in range(PAGES):
            page, following = self.page(path, asked)
            yield page
            if following is None:
                return
            if following in seen:
                raise Trouble(Fault.UNREADABLE, excerpt="分页游标重复")
            seen.add(following)
            asked = {"limit": str(PAGE), "cursor": following}
        raise Trouble(Fault.UNREADABLE, excerpt="分页没有尽头")

    def page(self, path: str, asked: Mapping[str, str]) -> tuple[Page, str | None]:
        answer = self.ask("GET", f"{path}?{urlencode(asked)}")
        check_status(answer)
        said = json_of(answer)
        items, following, until = said.get("items"), said.get("next"), said.get("complete_until")
        fits = isinstance(items, list) and (following is None or (isinstance(following, str) and following))
        if not fits:
            raise Trouble(Fault.UNREADABLE, answer.status, excerpt_of(answer))
        try:
            complete = None if until is None else instant({"complete_until": until}, "complete_until")
        except Unfit as wrong:
            raise Trouble(Fault.UNREADABLE, answer.status, str(wrong)) from None
        return Page(items, complete), following  # type: ignore[arg-type]


def reached(request: Any, *args: Any, **kwargs: Any) -> Answer:
    try:
        return request(*args, **kwargs)
    except NotReached as failure:
        raise Trouble(failure.problem) from None


def check_status(answer: Answer) -> None:
    """Raises Trouble for what is not 2xx, or longer than we read."""
    status = answer.status
    if 200 <= status < 300:
        if not answer.whole:
            raise Trouble(Fault.TOO_LONG, status)
        return
    if 300 <= status < 400:
        raise Trouble(outside.Problem.REDIRECT, status, excerpt_of(answer))
    busy = status in {408, 425, 429, 503}
    problem = Fault.BUSY if busy else Fault.FAILED if status >= 500 else Fault.REFUSED
    raise Trouble(problem, status, excerpt_of(answer), pause_of(answer) if busy else dt.timedelta())


def pause_of(answer: Answer) -> dt.timedelta:
    """Retry-After in seconds, a day at most."""
    asked = answer.headers.get("retry-after", "").strip()
    seconds = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 8 else 0
    return min(dt.timedelta(seconds=seconds), PAUSE_AT_MOST)


def json_of(answer: Answer) -> dict[str, Any]:
    """The answer's JSON object. Raises Trouble: HTML, other text, or another shape."""
    try:
        said = json.loads(answer.body, parse_constant=refuse_constant)
    except (ValueError, RecursionError):
        raise Trouble(Fault.UNREADABLE, answer.status, excerpt_of(answer)) from None
    if not isinstance(said, dict):
        raise Trouble(Fault.UNREADABLE, answer.status, excerpt_of(answer))
    return said


def refuse_constant(name: str) -> None:
    raise ValueError(name)


def excerpt_of(answer: Answer) -> str:
    return answer.body[: 4 * KEPT].decode(errors="replace").replace("\x00", "")[:KEPT]
