"""Papers bound into one PDF: the portal's own pages first, then each annex. Bytes in, bytes out."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

import pikepdf

from ledger.documents import render_pdf
from ledger.uploads import PDF

IMAGES = ("image/png", "image/jpeg")


@dataclass(frozen=True)
class Annex:
    """A paper as it was handed in. `pages` is its PDF, empty for what has no pages of its own (a table, a text): that is
    laid into the archive as it is."""

    name: str
    sha256: str
    content: bytes
    content_type: str
    pages: bytes = b""

    @property
    def count(self) -> int:
        return page_count(self.pages) if self.pages else 0


def annex(name: str, sha256: str, content: bytes, content_type: str) -> Annex:
    """A paper made ready: a PDF as it is, a picture on a page."""
    if content_type == PDF:
        return Annex(name, sha256, content, content_type, content)
    if content_type in IMAGES:
        source = f"data:{content_type};base64,{b64encode(content).decode()}"
        return Annex(name, sha256, content, content_type, render_pdf("documents/picture.html", {"source": source}))
    return Annex(name, sha256, content, content_type)


def bind(body: bytes, annexes: Sequence[Annex]) -> bytes:
    with pikepdf.open(io.BytesIO(body)) as bound:
        for paper in annexes:
            if paper.pages:
                with pikepdf.open(io.BytesIO(paper.pages)) as pages:
                    bound.pages.extend(pages.pages)
            else:
                dates = {"description": "", "creation_date": "", "mod_date": ""}
                laid = pikepdf.AttachedFileSpec(
                    bound, paper.content, filename=paper.name, mime_type=paper.content_type, **dates
                )
                bound.attachments[paper.name] = laid
        out = io.BytesIO()
        bound.save(out)
        return out.getvalue()


def page_count(content: bytes) -> int:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return len(pdf.pages)
