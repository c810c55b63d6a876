"""A station names a media report; the district or the bureau says whether it counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.actions import notify
from ledger import moves
from ledger.errors import Refused
from ledger.files import store_upload
from ledger.journal import record
from services.models import MediaReport
from services.rules.record import is_closed
from services.states.media_report import MediaReportState
from stations.models import Station
from stations.queries.members import people_of

MOST_FILES = 5
STANDS = (MediaReportState.REPORTED, MediaReportState.CONFIRMED)


@transaction.atomic
def report_media(
    station: Station,
    *,
    actor: Any,
    title: str,
    outlet: str,
    published_on: dt.date,
    url: str = "",
    evidence: Sequence[UploadedFile] = (),
    at: dt.datetime | None = None,
) -> MediaReport:
    """The station names a report about it, with its address or its page as a file.

    Raises Refused: `not_allowed`, `title_missing`, `outlet_missing`, `date_to_come`, `year_closed`, `evidence_missing`,
    `too_many_files`, `named_already`, and as store_upload does.
    """
    at = at or timezone.now()
    moves.require(actor, "services.add_media_report", "登记媒体报道", station)
    title, outlet, url = title.strip(), outlet.strip(), url.strip()
    check_report(title, outlet, published_on, at)
    if not url and not evidence:
        raise Refused("evidence_missing", "请填写报道网址，或者上传报道的截图、扫描件。", field="url")
    if len(evidence) > MOST_FILES:
        raise Refused("too_many_files", f"报道材料最多 {MOST_FILES} 个文件，请合并后再上传。", field="evidence")
    # One at a time for a station: the same report named twice at once would break the constraint
    moves.lock(station)
    standing = MediaReport.objects.filter(station=station, state__in=STANDS)
    same = standing.filter(outlet=outlet, title=title, published_on=published_on)
    if same.exists() or (url and standing.filter(url=url).exists()):
        raise Refused("named_already", "这篇报道已经登记过，同一篇报道只计一次。", field="title")
    try:
        files = [store_upload(file, actor=actor, at=at) for file in evidence]
    except Refused as refusal:
        raise Refused(refusal.code, refusal.message, field="evidence") from refusal
    row = MediaReport.objects.create(
        station=station,
        title=title,
        outlet=outlet,
        published_on=published_on,
        url=url,
        reported_by=actor,
        reported_at=at,
    )
    row.evidence.set(files)
    record(row, "report", actor=actor, at=at, after=row.state, facts={"files": [str(file.key) for file in files]})
    return row


def check_report(title: str, outlet: str, published_on: dt.date, at: dt.datetime) -> None:
    if not title:
        raise Refused("title_missing", "请填写报道标题。", field="title")
    if not outlet:
        raise Refused("outlet_missing", "请填写媒体名称。", field="outlet")
    if published_on > timezone.localdate(at):
        raise Refused("date_to_come", "报道日期还没有到，请核对后修改。", field="published_on")
    if is_closed(published_on, at):
        raise Refused(
            "year_closed",
            f"{published_on.year} 年的记录已于次年 1 月 31 日截止，不能再登记，请核对报道日期。",
            field="published_on",
        )


@transaction.atomic
def confirm_media_report(report: MediaReport, *, actor: Any, at: dt.datetime | None = None) -> None:
    """Count it. Raises Refused: `not_allowed`, `wrong_state`, `named_already` (it was named again after it had been
    declined)."""
    at = at or timezone.now()
    moves.lock(report.station)
    others = MediaReport.objects.filter(station=report.station, state__in=STANDS).exclude(pk=report.pk)
    same = others.filter(outlet=report.outlet, title=report.title, published_on=report.published_on)
    if same.exists() or (report.url and others.filter(url=report.url).exists()):
        raise Refused("named_already", "这篇报道又登记了一次，请办理新登记的那一条。")
    moves.apply(report, "confirm", actor=actor, at=at, decided_by=actor, decided_at=at, remark="")
    tell(report, "已确认，计入全年媒体报道次数。", at=at)


@transaction.atomic
def decline_media_report(report: MediaReport, *, actor: Any, reason: str, at: dt.datetime | None = None) -> None:
    """Do not count it, or no longer. Raises Refused: `not_allowed`, `wrong_state`, `reason_missing`."""
    at = at or timezone.now()
    reason = reason.strip()
    moves.apply(report, "decline", actor=actor, at=at, reason=reason, decided_by=actor, decided_at=at, remark=reason)
    tell(report, f"不予确认，不计入全年媒体报道次数。理由：{reason}", at=at)


@transaction.atomic
def withdraw_media_report(report: MediaReport, *, actor: Any, at: dt.datetime | None = None) -> None:
    """The station takes back what it named by mistake; what is confirmed stays. Raises Refused: `not_allowed`,
    `wrong_state`."""
    moves.apply(report, "withdraw", actor=actor, at=at or timezone.now())


def tell(report: MediaReport, words: str, *, at: dt.datetime) -> None:
    notify(
        people_of(report.station.organisation),
        at=at,
        key=f"media_report:{report.pk}:{at.isoformat()}",
        subject=f"媒体报道{report.get_state_display()[:4].rstrip('，')}：{report.title}",
        body=f"{report.station}登记的{report}，{words}",
        url=report.get_absolute_url(),
    )
