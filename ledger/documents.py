"""Papers: Django templates under `templates/documents/`, set as PDF by WeasyPrint without touching the network."""

from __future__ import annotations

import mimetypes
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from ledger.fonts import cut_faces

BASE = "static:///"  # relative addresses in a template or style sheet are names of our static files
STYLE = "css/documents.css"


class DocumentError(RuntimeError):
    """A template that asks for anything but our own static files."""


class StaticFetcher(URLFetcher):
    """Reads our static files, our cut fonts and `data:`, nothing else: neither the network nor the disk.

    One for the whole process, because each default fetcher loads the store of certificate authorities.
    """

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        scheme, _, rest = url.partition(":")
        if scheme == "data":
            return super().fetch(url, headers)
        path = self.fonts().get(rest) if scheme == "font" else self.static(rest) if scheme == "static" else None
        if path is None:
            raise FatalURLFetchingError(f"a paper may not read {url}")
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    @staticmethod
    @cache
    def fonts() -> dict[str, Path]:
        return {path.name: path for _, path in cut_faces()}

    @staticmethod
    def static(name: str) -> Path | None:
        found = finders.find(name.lstrip("/"))
        return Path(found) if found else None


class Typesetter:
    """Fonts, style sheet and fetcher, made once per process. Pango is not safe across threads: hence the lock."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.fetcher = StaticFetcher()
        self.fonts = FontConfiguration()
        faces = "".join(
            f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight}; src: url("font:{path.name}") }}\n'
            for face, path in cut_faces()
        )
        style = Path(str(finders.find(STYLE))).read_text(encoding="utf-8")
        self.style = CSS(string=faces + style, base_url=BASE, url_fetcher=self.fetcher, font_config=self.fonts)

    def pdf(self, html: str) -> bytes:
        with self.lock:
            page = HTML(string=html, base_url=BASE, url_fetcher=self.fetcher)
            return page.write_pdf(stylesheets=[self.style], font_config=self.fonts)


typesetter = cache(Typesetter)


def render_pdf(template: str, context: Mapping[str, Any]) -> bytes:
    """The PDF of `templates/documents/<template>` (the name is given in full, "documents/receipt.html").

    The template extends `documents/official.html` (an official paper, GB/T 9704) or `documents/plain.html` (forms,
    slips, score summaries). The same context gives the same page; nothing is read from the network. The first call
    in a process takes about a second, later ones some 40 ms a page.

    Raises DocumentError when the template refers to anything but our static files.
    """
    html = render_to_string(template, dict(context))
    try:
        return typesetter().pdf(html)
    except FatalURLFetchingError as error:  # a BaseException, which would end the worker
        raise DocumentError(str(error)) from error
