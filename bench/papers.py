"""Pages of papers a second of CPU on one core, warm: fonts cut, style sheet and fetcher in place (ledger/documents.py)."""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import pikepdf

from evaluation.actions.publishing import paper
from evaluation.models import PublicNotice
from stations.actions.certificate import set_certificate
from stations.models import Certificate

PAPERS = 20
Timed = tuple[str, float, float]


def measure() -> list[Timed]:
    """(paper, pages a second, kB a page)."""
    certificate = Certificate.objects.select_related("title__slot", "title__station__organisation").earliest("pk")
    notice = PublicNotice.objects.filter(kind="result").exclude(state="draft").latest("pk")
    return [
        timed("certificate", lambda: set_certificate(certificate), PAPERS),
        timed(
            f"notice of {len(notice.content['entries'])} entries",
            lambda: paper(notice.content, at=notice.published_at, sha256=notice.sha256),
            PAPERS // 5,
        ),
    ]


def timed(label: str, paper: Callable[[], bytes], times: int) -> Timed:
    paper()
    begun, size, pages = time.process_time(), 0, 0
    for _ in range(times):
        content = paper()
        size += len(content)
        pages += pages_of(content)
    return label, pages / (time.process_time() - begun), size / pages / 1000


def pages_of(content: bytes) -> int:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return len(pdf.pages)
