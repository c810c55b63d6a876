"""How a public notice comes to be: numbered, frozen with its hash, set as a paper, published."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings as site
from django.db import connection
from django.utils import timezone

import measures
from evaluation.announcement import paragraphs
from evaluation.models import PublicNotice, Round
from evaluation.states import NoticeKind
from ledger import moves
from ledger.actors import Job
from ledger.canonical import canonical, fingerprint
from ledger.documents import render_pdf
from ledger.events import publish as publish_event
from ledger.files import store_bytes
from ledger.journal import record
from ledger.models import EventKind
from measures.periods import Deadline

SERIALS = {NoticeKind.EVALUATION: "通知", NoticeKind.RESULT: "公示", NoticeKind.AWARD: "授牌"}
WINDOW = ("last_day", "closes_at", "counted_days", "calendar_version")


def create_notice(round: Round, kind: NoticeKind, *, actor: Any, at: dt.datetime, **fields: Any) -> PublicNotice:
    permission = "evaluation.conclude_round" if kind == NoticeKind.AWARD else "evaluation.publish_notice"
    moves.require(actor, permission, "起草公告", round)
    notice = PublicNotice.objects.create(round=round, kind=kind, serial=next_serial(kind, round.year), **fields)
    record(notice, "draft", actor=actor, at=at, after=notice.state)
    return notice


def next_serial(kind: NoticeKind, year: int) -> str:
    """Our own number, such as 公示-2026-001, never taken for a 发文字号. Two who draft at once wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('evaluation_publicnotice.serial'))")
    begin = f"{SERIALS[kind]}-{year}-"
    last = PublicNotice.objects.filter(serial__startswith=begin).order_by("-serial").values_list("serial", flat=True)
    return f"{begin}{int((last.first() or '0').rpartition('-')[2]) + 1:03d}"


def content_of(
    notice: PublicNotice,
    *,
    at: dt.datetime,
    entries: list[dict[str, Any]] | None = None,
    window: Deadline | None = None,
) -> dict[str, Any]:
    """What the public sees, whole: this is what is hashed. The window is as it was at publication."""
    content: dict[str, Any] = {
        "kind": str(notice.kind),
        "serial": notice.serial,
        "document_number": notice.document_number,
        "authority": site.SITE_FOOTER["sponsor"],
        "title": notice.title,
        "body": notice.body,
        "year": notice.round.year,
        "measure": measures.load(notice.round.measure).name,
        "published_at": timezone.localtime(at).isoformat(),
        "corrects": notice.corrects.serial if notice.corrects else None,
        "entries": entries or [],
    }
    return {**content, "window": window.as_json()} if window else content


def paper(content: dict[str, Any], *, at: dt.datetime, window: Deadline | None = None, sha256: str = "") -> bytes:
    """The notice as an official paper (PDF). Without `sha256` it is a draft, and says so."""
    context = {
        "content": content,
        "paragraphs": paragraphs(content["body"]),
        "sha256": sha256,
        "window": window,
        "signed_on": timezone.localtime(at),
    }
    return render_pdf("documents/notice.html", context)


def preview(notice: PublicNotice, *, at: dt.datetime) -> bytes:
    """The paper of a draft as it would be published now."""
    return paper(content_of(notice, at=at, entries=notice.content.get("entries", [])), at=at)


def publish(
    notice: PublicNotice, *, actor: Any, at: dt.datetime, content: dict[str, Any], window: Deadline | None = None
) -> None:
    """Freeze content, hash, window and paper, and let the public see them."""
    sha256 = fingerprint(content)
    pdf = paper(content, at=at, window=window, sha256=sha256)
    author = None if isinstance(actor, Job) else actor
    stored = store_bytes(pdf, name=f"{notice.serial}.pdf", content_type="application/pdf", actor=author, at=at)
    changes: dict[str, Any] = {"pdf": stored}
    if window:
        frozen = PublicNotice()
        put_window(frozen, window)
        changes |= {name: getattr(frozen, name) for name in WINDOW} | {"day_rule": str(window.rule)}
    moves.apply(
        notice,
        "publish",
        actor=actor,
        at=at,
        facts={"sha256": sha256, "bytes": len(canonical(content))},
        content=content,
        sha256=sha256,
        published_at=at,
        published_by=author,
        **changes,
    )
    publish_event(EventKind.NOTICE_PUBLISHED, notice, notice_data(notice), at=at)


def notice_data(notice: PublicNotice) -> dict[str, Any]:
    """What the world outside is told of a notice; the whole of it is at its address."""
    return {
        "notice": notice.pk,
        "serial": notice.serial,
        "kind": str(notice.kind),
        "title": notice.title,
        "document_number": notice.document_number,
        "year": notice.round.year,
        "corrects": notice.corrects_id,
        "published_at": notice.published_at,
        "closes_at": notice.closes_at,
        "sha256": notice.sha256,
        "url": site.SITE_URL + notice.get_absolute_url(),
    }


def put_window(notice: PublicNotice, window: Deadline) -> None:
    notice.last_day = window.last_day
    notice.closes_at = window.closes_at
    notice.counted_days = window.as_json()["days"]
    notice.calendar_version = window.calendar_version
