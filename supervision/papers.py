"""The papers of a revocation and of a station's exit: drawn with a typed 发文字号, in the layout of GB/T 9704."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

import measures
from ledger.documents import render_pdf
from ledger.files import store_bytes
from ledger.models import StoredFile
from measures.measure import Ground, Measure
from stations.models import Title
from supervision.models import CasePaper, RevocationCase

PDF = "application/pdf"


def measure_of(title: Title) -> Measure:
    """The measure by which a city title was awarded."""
    return measures.load(title.slot.measure)  # type: ignore[union-attr]  # a city title has a slot


def grounds_of(case: RevocationCase) -> list[Ground]:
    """The grounds of the case in the order of the measure."""
    return [ground for ground in measure_of(case.title).grounds if ground.code in case.grounds]


def articles_of(case: RevocationCase) -> str:
    """第十八条第（一）项、第（四）项."""
    first, *others = [ground.citation for ground in grounds_of(case)]
    return "、".join([first, *(citation[citation.index("第", 1) :] for citation in others)])


def draw(template: str, name: str, held: Title, *, actor: Any, at: dt.datetime, **content: Any) -> StoredFile:
    """A paper about the title `held` as a stored PDF."""
    measure = measure_of(held)
    known = {
        "measure": measure,
        "title_name": measure.title.name,
        "authority": measure.text.authority,
        "held": held,
        "station": held.station,
        "signed_on": timezone.localtime(at),
        **content,
    }
    return store_bytes(render_pdf(template, known), name=f"{name}.pdf", content_type=PDF, actor=actor, at=at)


def draw_case_paper(
    case: RevocationCase, kind: str, number: str, *, actor: Any, at: dt.datetime, **content: Any
) -> Any:
    label = CasePaper.Kind(kind).label
    known = {"case": case, "grounds": grounds_of(case), "articles": articles_of(case), "document_number": number}
    heading = f"关于{'拟' if kind == CasePaper.Kind.NOTICE else ''}撤销{case.title.station.name}称号的{'告知书' if kind == CasePaper.Kind.NOTICE else '决定'}"
    template = f"documents/revocation_{kind}.html"
    return draw(template, f"{label}-{case.number}", case.title, actor=actor, at=at, title=heading, **known, **content)
