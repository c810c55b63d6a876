"""The papers of a case: drawn under a typed number, and how each was brought to the station. And what files it takes in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from ledger.errors import Refused
from ledger.files import store_upload
from ledger.journal import record
from ledger.models import StoredFile
from supervision.models import CasePaper, RevocationCase
from supervision.papers import draw_case_paper

Files = Sequence[UploadedFile | StoredFile]


def draw(case: RevocationCase, kind: str, number: str, actor: Any, at: dt.datetime, **content: Any) -> CasePaper:
    """The paper under its typed number; a number is used once."""
    number = number.strip()
    if not number:
        raise Refused("number_missing", "请填写发文字号，例如 武市监〔2026〕9号。", field="document_number")
    if CasePaper.objects.filter(document_number=number).exclude(case=case, kind=kind).exists():
        raise Refused("number_taken", f"发文字号 {number} 已被别的文书使用，请核对。", field="document_number")
    pdf = draw_case_paper(case, kind, number, actor=actor, at=at, **content)
    paper, _ = CasePaper.objects.update_or_create(
        case=case, kind=kind, defaults={"document_number": number, "pdf": pdf, "drawn_at": at}
    )
    record(
        case,
        f"draw_{kind}",
        actor=actor,
        at=at,
        before=case.state,
        after=case.state,
        facts={"number": number, "sha256": pdf.sha256},
    )
    return paper


def serve(
    case: RevocationCase,
    kind: str,
    actor: Any,
    at: dt.datetime,
    *,
    how: str,
    served_at: dt.datetime,
    served_to: str,
    proof: UploadedFile | StoredFile | None,
) -> CasePaper:
    """Write down how the paper was served: not before it was drawn, and not in the future."""
    paper = case.papers.select_for_update().filter(kind=kind).first()
    if paper is None:
        raise Refused("paper_missing", f"请先制作{CasePaper.Kind(kind).label}，再记录送达。")
    if not (timezone.localdate(paper.drawn_at) <= timezone.localdate(served_at) and served_at <= at):
        drawn = timezone.localtime(paper.drawn_at)
        raise Refused(
            "served_wrongly", f"送达时间应在文书制作（{drawn:%Y年%m月%d日}）之后、现在之前，请核对。", field="served_at"
        )
    paper.served_how, paper.served_at, paper.served_by, paper.served_to = how, served_at, actor, served_to.strip()
    if proof is not None:
        paper.proof = taken_in([proof], actor, at, "proof")[0]
    paper.save()
    return paper


def taken_in(files: Files, actor: Any, at: dt.datetime, field: str) -> list[StoredFile]:
    """Uploads as files on the record; what is refused is said at `field`."""
    try:
        return [f if isinstance(f, StoredFile) else store_upload(f, actor=actor, at=at) for f in files]
    except Refused as refusal:
        raise Refused(refusal.code, refusal.message, field=field) from refusal
