"""归档: every paper of a case in one PDF with an index, kept for good."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from ledger import moves
from ledger.documents import render_pdf
from ledger.files import store_bytes
from ledger.models import StoredFile
from ledger.uploads import PDF
from services import binding
from services.models import CaseArchive, Need
from services.queries.need import service_words
from services.queries.need_work import case_of
from services.states.need import NeedState

PAPER = "documents/need_archive.html"


@transaction.atomic
def archive_need(need: Need, *, actor: Any, at: dt.datetime | None = None) -> CaseArchive:
    """Bind the case and close it. Without the company's rating too: the company need not give one.

    Raises Refused: `not_allowed`, `wrong_state`.
    """
    at = at or timezone.now()
    rated = moves.lock(need).state == NeedState.RATED
    moves.apply(need, "archive", actor=actor, at=at, facts={"rated": rated}, ended_at=at)
    case = case_of(need)
    annexes = [made_ready(name, file) for name, file in case["files"]]
    content = bound(need, {**case, "rated": rated, "at": at}, annexes)
    file = store_bytes(content, name=f"服务档案{case['number']}.pdf", content_type=PDF, actor=actor, at=at)
    return CaseArchive.objects.create(
        need=need,
        file=file,
        papers=[{"name": paper.name, "pages": paper.count, "sha256": paper.sha256} for paper in annexes],
        archived_at=at,
        archived_by=actor,
    )


def made_ready(name: str, file: StoredFile) -> binding.Annex:
    with file.file.open("rb") as content:
        return binding.annex(f"{name}：{file.name}", file.sha256, content.read(), file.content_type)


def bound(need: Need, case: dict[str, Any], annexes: list[binding.Annex]) -> bytes:
    """Set twice: the index names the page on which each annex begins, which follows from how long the body is."""
    known = {**case, "object": need, "service": service_words(need)}
    body = render_pdf(PAPER, {**known, "annexes": begun(annexes, 0)})
    body = render_pdf(PAPER, {**known, "annexes": begun(annexes, binding.page_count(body))})
    return binding.bind(body, annexes)


def begun(annexes: list[binding.Annex], before: int) -> list[dict[str, Any]]:
    """Each annex with its first page, after `before` pages; 0 where it has none."""
    lines = []
    for paper in annexes:
        first = before + 1 if paper.count else 0
        lines.append({"name": paper.name, "sha256": paper.sha256, "pages": paper.count, "first": first})
        before += paper.count
    return lines
