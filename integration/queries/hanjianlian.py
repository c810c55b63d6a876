"""What is exchanged with the platform 汉检链, and what the pages show of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.todo import Todo
from integration.hanjianlian import mapping
from integration.hanjianlian.client import is_configured
from integration.hanjianlian.reading import ToldReceipt, ToldService
from integration.models import (
    AnchorReceipt,
    Discrepancy,
    PullState,
    Reconciliation,
    RefusedItem,
    SendAttempt,
    SentDocument,
)
from integration.states.hanjianlian import DocumentKind, SendOutcome, Verdict
from ledger.models import Seal
from ledger.sealing import seals
from stations.models import Certificate, OnlineService
from stations.queries import directory
from stations.states import Platform

FAILING_TOO_OFTEN = 3  # tries in a row after which a person is told
ANCHORED_WITHIN = dt.timedelta(days=1)  # of its confirmation: after that a seal without a receipt is counted

# -- The documents as they are now  ----


def station_documents() -> Iterator[dict[str, Any]]:
    """Of every station that the public directory shows. Five queries."""
    return (mapping.station_document(station) for station in directory())


def certificate_documents() -> Iterator[dict[str, Any]]:
    rows = Certificate.objects.select_related("title__station__organisation").order_by("pk")
    return (mapping.certificate_document(certificate) for certificate in rows)


def seal_documents(after: int = 0) -> Iterator[dict[str, Any]]:
    """Of the seals after this number, in their order."""
    rows = seals().filter(number__gt=after).order_by("number")
    return (mapping.seal_document(seal) for seal in rows.iterator(chunk_size=1_000))


def last_seal_arranged() -> int:
    """The number of the newest seal that is on its way: they are arranged in their order."""
    row = SentDocument.objects.filter(kind=DocumentKind.SEAL).order_by("-pk").values_list("number", flat=True).first()
    return int(row) if row else 0


def next_due(at: dt.datetime) -> SentDocument | None:
    return waiting().filter(next_at__lte=at).order_by("next_at", "pk").first()


def waiting() -> QuerySet[SentDocument]:
    return SentDocument.objects.filter(outcome=SendOutcome.WAITING)


# -- What was pulled, as it is compared  ----


def receipt_marks() -> dict[str, str]:
    """{the platform's number: mark} of every receipt."""
    rows = AnchorReceipt.objects.values_list("number", "seal_number", "root", "hash", "reference", "anchored_at")
    return {row[0]: ToldReceipt(*row).mark for row in rows.iterator(chunk_size=2_000)}


def service_marks() -> dict[str, str]:
    """{the platform's number: mark} of every online service."""
    fields = ("number", "station_id", "content", "title", "url", "online", "changed_at")
    rows = OnlineService.objects.filter(platform=Platform.HANJIANLIAN).values_list(*fields)
    return {
        number: ToldService(number, station, "", content, title, url, online, changed).mark
        for number, station, content, title, url, online, changed in rows
    }


# -- Pages  ----


def may_read(user: Any) -> bool:
    return user.has_perm("integration.read_hanjianlian")


def documents_visible_to(user: Any) -> QuerySet[SentDocument]:
    """What is pushed, for who looks after the exchange and who audits it."""
    return SentDocument.objects.all() if may_read(user) else SentDocument.objects.none()


def tries_of(document: SentDocument) -> QuerySet[SendAttempt]:
    return SendAttempt.objects.filter(document=document)


def receipts_visible_to(user: Any) -> QuerySet[AnchorReceipt]:
    rows = AnchorReceipt.objects.select_related("seal")
    return rows if may_read(user) else rows.none()


def services_visible_to(user: Any) -> QuerySet[OnlineService]:
    rows = OnlineService.objects.filter(platform=Platform.HANJIANLIAN).select_related("station__organisation")
    return rows if may_read(user) else rows.none()


def refused_visible_to(user: Any) -> QuerySet[RefusedItem]:
    return RefusedItem.objects.all() if may_read(user) else RefusedItem.objects.none()


def reconciliations_visible_to(user: Any) -> QuerySet[Reconciliation]:
    rows = Reconciliation.objects.select_related("asked_by")
    return rows if may_read(user) else rows.none()


def discrepancies_of(reconciliation: Reconciliation) -> QuerySet[Discrepancy]:
    return Discrepancy.objects.filter(reconciliation=reconciliation)


def receipts_of(seal: Seal) -> QuerySet[AnchorReceipt]:
    """What the platform said of this seal, the oldest first."""
    return AnchorReceipt.objects.filter(seal=seal).order_by("anchored_at", "pk")


def with_anchors(rows: QuerySet[Seal]) -> QuerySet[Seal]:
    """With what the platform said of each, the oldest first: one query more, whatever the page."""
    return rows.prefetch_related(Prefetch("receipts", AnchorReceipt.objects.order_by("anchored_at", "pk")))


def wrong_receipts() -> QuerySet[AnchorReceipt]:
    return AnchorReceipt.objects.exclude(verdict=Verdict.MATCHES)


def unanchored(at: dt.datetime) -> int:
    """How many seals the platform has had for a day without a receipt that matches."""
    anchored = AnchorReceipt.objects.filter(seal=OuterRef("pk"), verdict=Verdict.MATCHES)
    old = SentDocument.objects.filter(kind=DocumentKind.SEAL, confirmed_at__lt=at - ANCHORED_WITHIN)
    numbers = [int(number) for number in old.values_list("number", flat=True)]
    return Seal.objects.filter(~Exists(anchored), number__in=numbers).count()


def overview() -> dict[str, Any]:
    """The figures of the first page: nine queries, whatever there is."""
    of_documents = SentDocument.objects.values("kind").annotate(
        all=Count("pk"),
        confirmed=Count("pk", filter=Q(outcome=SendOutcome.CONFIRMED)),
        late=Count("pk", filter=Q(outcome=SendOutcome.WAITING, attempts__gt=0)),
    )
    counted = {row["kind"]: row for row in of_documents.order_by()}
    nothing = {"all": 0, "confirmed": 0, "late": 0}
    services = OnlineService.objects.filter(platform=Platform.HANJIANLIAN)
    return {
        "configured": is_configured(),
        "kinds": [(kind, counted.get(kind.value, nothing)) for kind in DocumentKind],
        "pulls": list(PullState.objects.all()),
        "services": services.count(),
        "receipts": AnchorReceipt.objects.count(),
        "wrong": list(wrong_receipts().select_related("seal")[:5]),
        "unanchored": unanchored(timezone.now()),
        "refused": RefusedItem.objects.filter(settled_at=None).count(),
        "latest": latest_reconciliation(),
    }


def latest_reconciliation() -> Reconciliation | None:
    return Reconciliation.objects.order_by("-pk").first()


def todo_for(user: Any) -> list[Todo]:
    """What a person must look into: receipts that contradict our seals, documents that fail, items that were refused,
    differences that were found."""
    if not user.has_perm("integration.manage_hanjianlian") or not is_configured():
        return []
    found = []
    if wrong := wrong_receipts().count():
        url = reverse("integration:hanjianlian_receipts") + "?wrong=true"
        why = "平台存证的内容与本门户的封存不一致，请立即核对是哪一方被改动。"
        found.append(Todo(f"{wrong} 份汉检链存证回执与本门户不一致", url, reason=why, tone="bad"))
    if failing := waiting().filter(attempts__gte=FAILING_TOO_OFTEN).count():
        url = reverse("integration:hanjianlian_documents") + "?failing=true"
        found.append(Todo(f"{failing} 份文档推送不到汉检链", url, reason="系统仍在重试，请查看原因。", tone="warn"))
    if refused := RefusedItem.objects.filter(settled_at=None).count():
        url = reverse("integration:hanjianlian_refused") + "?open=true"
        found.append(Todo(f"{refused} 条汉检链内容不能接收", url, reason="请把原因告诉平台，由平台更正。", tone="warn"))
    latest = latest_reconciliation()
    if latest and latest.finished and (latest.differing or latest.problem):
        what = f"有 {latest.differing} 处差异" if not latest.problem else f"没有完成：{latest.get_problem_display()}"
        why = "请核对后重新推送或重新拉取。"
        found.append(Todo(f"汉检链对账{what}", latest.get_absolute_url(), reason=why, tone="warn"))
    return found
