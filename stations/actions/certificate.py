"""The paper of a certificate: set when it is first asked for, then kept, so that every copy is the same."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import segno
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

import measures
from ledger.documents import render_pdf
from ledger.files import store_bytes
from ledger.journal import record
from ledger.models import StoredFile
from stations.models import Certificate

PDF = "application/pdf"


@transaction.atomic
def print_certificate(certificate: Certificate, *, actor: Any, at: dt.datetime | None = None) -> StoredFile:
    """The PDF of a certificate; of two who ask at once, the second waits and gets what the first had made."""
    at = at or timezone.now()
    row = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if row.pdf is not None:
        return row.pdf
    row.pdf = store_bytes(set_certificate(row), name=f"证书-{row.number}.pdf", content_type=PDF, actor=actor, at=at)
    row.save(update_fields=["pdf"])
    record(row, "print", actor=actor, at=at, facts={"sha256": row.pdf.sha256})
    return row.pdf


def set_certificate(certificate: Certificate) -> bytes:
    """The page as PDF: the same certificate gives the same page."""
    title = certificate.title
    measure = measures.load(title.slot.measure if title.slot else settings.MEASURE)
    return render_pdf(
        "documents/certificate.html",
        {
            "certificate": certificate,
            "measure": measure,
            "title_name": measure.title.name,
            "authority": measure.text.authority,
            "station": title.station.name,
            "organisation": title.station.organisation.name,
            "qr": qr_of(check_address(certificate)),
        },
    )


def check_address(certificate: Certificate) -> str:
    """Where everybody sees whether the title holds today."""
    return settings.SITE_URL + reverse("stations:certificate_page", args=[certificate.number])


def qr_of(address: str) -> SafeString:
    """The address as a QR code: SVG to stand inside a page."""
    drawn = io.BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=1)
    return SafeString(drawn.getvalue().decode())
