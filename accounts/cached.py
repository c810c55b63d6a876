"""Public pages that everybody who is not signed in sees alike: rendered once, kept in the process, 304 when unchanged.

What such a page shows may depend on its address and on the things it names in `watched`, and on nothing else: neither
on the clock nor on the visitor. Every change of those things leaves a journal row (invariant 9), so the number of the
last row is the version of the page; it costs one indexed look. A page that shows dictionaries as well, which the
administration changes without a journal row, says in `lasts` how long it may be given out.

    class NoticeDetail(CachedPage, DetailPage):
        watched = ("evaluation.publicnotice",)
"""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.http import http_date

from accounts.pages import Page
from ledger.journal import last_word_on

MOST_PAGES = 200  # in a process; the least lately asked goes first
LARGEST = 300_000  # bytes; a larger page is rendered anew each time
PERSONAL_COOKIES = (settings.SESSION_COOKIE_NAME, "messages")
LARGE_TYPE_COOKIE = "large_type"


@dataclass(frozen=True)
class Kept:
    """A rendered page."""

    body: bytes
    content_type: str
    disposition: str
    etag: str
    changed_at: dt.datetime | None


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
        if request.method not in {"GET", "HEAD"} or any(name in request.COOKIES for name in PERSONAL_COOKIES):
            response = super().dispatch(request, *args, **kwargs)
            patch_cache_control(response, private=True, no_cache=True)
            return response
        word, at = last_word_on(self.watched)
        large = request.COOKIES.get(LARGE_TYPE_COOKIE) == "1"
        age = int(time.monotonic() // self.lasts) if self.lasts else None
        key = (type(self), request.get_host(), request.get_full_path(), large, word, age)
        kept = shelf.get(key)
        if kept is None:
            response = super().dispatch(request, *args, **kwargs)
            if response.status_code != 200 or not isinstance(response, HttpResponse):
                return response  # an error, or a file that is streamed
            kept = keep(response, at)
            if len(kept.body) <= LARGEST:
                shelf.put(key, kept)
        return self.answer(request, kept)

    def answer(self, request: HttpRequest, kept: Kept) -> HttpResponseBase:
        response = HttpResponse(kept.body, content_type=kept.content_type)
        if kept.disposition:
            response["Content-Disposition"] = kept.disposition
        response["ETag"] = kept.etag
        changed = int(kept.changed_at.timestamp()) if kept.changed_at else None
        if changed is not None:
            response["Last-Modified"] = http_date(changed)
        patch_cache_control(response, public=True, max_age=self.max_age)
        patch_vary_headers(response, ["Cookie"])
        return get_conditional_response(request, kept.etag, changed, response) or response


def keep(response: HttpResponse, changed_at: dt.datetime | None) -> Kept:
    """The page as it can be given out again. A change dated in the future (a rehearsal) says nothing of the page's age."""
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    known = changed_at if changed_at and changed_at <= timezone.now() else None
    return Kept(response.content, response["Content-Type"], response.get("Content-Disposition", ""), etag, known)
