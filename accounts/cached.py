"""Public pages that everybody who is not signed in sees alike: rendered once, kept in the process, 304 when unchanged.

What such a page shows may depend on its address and on the things it names in `watched`, and on nothing else: neither
on the clock nor on the visitor. Every change of those things leaves a journal row (invariant 9), so the number of the
last row is the version of the page; it costs one indexed look. A page that shows dictionaries as well, which the
administration changes without a journal row, or the time to the minute, says in `lasts` how long it may be given out.

    class NoticeDetail(CachedPage, DetailPage):
        watched = ("evaluation.publicnotice",)

The page is rendered by its view, inside all the middleware, and says by `edition` that it may be kept. It is given out
again by `ShelfMiddleware`, which stands outside: a request that it answers opens no session and asks for no person.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers

from accounts.pages import Page
from ledger.journal import last_word_on, settled_word_on

MOST_PAGES = 200  # in a process; the least lately asked goes first
LARGEST = 300_000  # bytes; a larger page is rendered anew each time
PERSONAL_COOKIES = (settings.SESSION_COOKIE_NAME, "messages")
LARGE_TYPE_COOKIE = "large_type"
OF_THE_BODY = frozenset({"Content-Type", "Content-Length", "Content-Disposition"})


@dataclass(frozen=True)
class Edition:
    """What a page was made from: the last journal row about what it shows, and, where it lasts only so many seconds,
    the how-manieth such stretch of time. `settled`: no row with a smaller number can come any more."""

    watched: Sequence[str]
    word: int
    settled: bool
    lasts: int | None
    stretch: int

    def is_current(self) -> bool:
        return self.stretch == stretch_of(self.lasts) and self.word == last_word_on(self.watched)


def stretch_of(lasts: int | None) -> int:
    """Stretches begin with the clock's, so that what ends on a full minute ends on the page on time."""
    return int(time.time() // lasts) if lasts else 0


@dataclass(frozen=True)
class Kept:
    """A page as it left all the middleware that stands inside of the shelf, with every header of theirs."""

    body: bytes
    headers: Mapping[str, str]
    edition: Edition

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        """The page, its headers alone for HEAD, or 304 for whom has it already."""
        if told := get_conditional_response(request, self.headers["ETag"]):
            for name, value in self.headers.items():
                if name not in OF_THE_BODY:
                    told[name] = value
            return told
        return HttpResponse(b"" if request.method == "HEAD" else self.body, headers=self.headers)


class Shelf:
    """The pages of this process, the lately asked ones last."""

    def __init__(self) -> None:
        self.pages: OrderedDict[Hashable, Kept] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, key: Hashable) -> Kept | None:
        with self.lock:
            if found := self.pages.get(key):
                self.pages.move_to_end(key)
            return found

    def put(self, key: Hashable, kept: Kept) -> None:
        with self.lock:
            self.pages[key] = kept
            self.pages.move_to_end(key)
            while len(self.pages) > MOST_PAGES:
                self.pages.popitem(last=False)


shelf = Shelf()


class CachedPage(Page):
    """Put before the page's other base. Somebody with a session gets a page of his own, rendered now and not kept."""

    public = True
    watched: ClassVar[Sequence[str]] = ()
    max_age: ClassVar[int] = 60  # seconds for which a cache on the way may answer without asking
    lasts: ClassVar[int | None] = (
        None  # seconds after which it is rendered anew even though nothing watched has changed
    )

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        render = partial(super().dispatch, request, *args, **kwargs)
        return for_everybody(request, render, watched=self.watched, lasts=self.lasts, max_age=self.max_age)


def for_everybody(
    request: HttpRequest,
    render: Callable[[], HttpResponseBase],
    *,
    watched: Sequence[str],
    lasts: int | None = None,
    max_age: int = 60,
    keep: bool = True,
) -> HttpResponseBase:
    """What `render` gives, marked with its edition so that the shelf may keep it. Without `keep` it only gets its ETag:
    for what hardly anybody asks twice."""
    if is_personal(request):
        response = render()
        patch_cache_control(response, private=True, no_cache=True)
        return response
    stretch = stretch_of(lasts)
    word, settled = settled_word_on(watched)  # before it is rendered: the page is never older than its edition
    response = render()
    if response.status_code == 200 and isinstance(response, HttpResponse):  # no error, and no file that is streamed
        patch_cache_control(response, public=True, max_age=max_age)
        patch_vary_headers(response, ["Cookie"])
        response.edition = Edition(watched, word, settled and keep, lasts, stretch)  # type: ignore[attr-defined]
    return response


def is_personal(request: HttpRequest) -> bool:
    return request.method not in {"GET", "HEAD"} or any(name in request.COOKIES for name in PERSONAL_COOKIES)


class ShelfMiddleware:
    """Answers from the shelf, and lays on it what may be kept.

    It stands outside of everything that asks who the visitor is. Whatever goes wrong here is left to the inside, whose
    error pages carry all their headers.
    """

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = None if is_personal(request) else address_of(request)
        if key is None:
            return self.get_response(request)
        if (kept := shelf.get(key)) and is_current(kept):
            return kept.answer(request)
        response = self.get_response(request)
        if (edition := getattr(response, "edition", None)) is None:
            return response
        kept = keep(response, edition)
        if edition.settled and may_be_given_to_others(response):
            shelf.put(key, kept)
        return kept.answer(request) if not response.cookies else response


def address_of(request: HttpRequest) -> Hashable | None:
    """All that a public page may depend on beside what it watches."""
    try:
        host = request.get_host()
    except DisallowedHost:
        return None
    large = request.COOKIES.get(LARGE_TYPE_COOKIE) == "1"
    return request.scheme, host, request.path, request.META.get("QUERY_STRING", ""), large


def is_current(kept: Kept) -> bool:
    try:
        return kept.edition.is_current()
    except DatabaseError:
        return False


def may_be_given_to_others(response: HttpResponse) -> bool:
    return not response.cookies and response["Vary"] == "Cookie" and len(response.content) <= LARGEST


def keep(response: HttpResponse, edition: Edition) -> Kept:
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    return Kept(response.content, {**response.headers, "ETag": etag}, edition)
