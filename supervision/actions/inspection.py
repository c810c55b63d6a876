"""An inspection on the spot: begun, written down indicator by indicator with photographs, recorded for good, settled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

import measures
from accounts.actions import notify
from ledger import moves
from ledger.errors import Refused
from ledger.files import store_upload
from ledger.journal import record
from ledger.uploads import IMAGES
from measures.words import cn_day
from stations.queries.members import people_of
from supervision.models import Inspection, InspectionFinding
from supervision.queries.inspection import nonconformities, photos_of, record_fingerprint
from supervision.states.improvement import ImprovementState
from supervision.states.inspection import RECORDED, InspectionState, Verdict

TEXT_LENGTH = 1000
MOST_PHOTOS = 20


@transaction.atomic
def begin_inspection(inspection: Inspection, *, actor: Any, at: dt.datetime | None = None) -> Inspection:
    """The inspectors are at the station. Begun twice, the first time counts. Raises Refused `too_early` before the plan
    begins."""
    at = at or timezone.now()
    row = moves.lock(inspection)
    moves.check_permission(Inspection.MOVES["begin"], actor, row)
    if row.state == InspectionState.IN_PROGRESS:
        return row
    if timezone.localdate(at) < row.plan.starts_on:
        raise Refused("too_early", f"检查从{cn_day(row.plan.starts_on)}开始，请到时再开始检查。")
    moves.apply(row, "begin", actor=actor, at=at, begun_at=at)
    return row


def writable(inspection: Inspection, actor: Any) -> Inspection:
    """The inspection under its lock, while it is being written by those who were drawn for it."""
    row: Inspection = moves.lock(inspection)
    moves.require(actor, "supervision.record_inspection", "填写检查记录", row)
    if row.state != InspectionState.IN_PROGRESS:
        raise Refused("wrong_state", f"本次检查现在是「{row.get_state_display()}」，不能填写检查情况。")
    return row


def finding_of(row: Inspection, code: str) -> InspectionFinding:
    """The row of this indicator, made when there is none yet. Raises Refused `unknown_indicator`."""
    try:
        indicator = measures.load(row.plan.measure).indicator(code)
    except KeyError:
        raise Refused("unknown_indicator", "没有这项指标，请刷新页面后重新填写。") from None
    return InspectionFinding.objects.get_or_create(inspection=row, indicator=code, defaults={"name": indicator.name})[0]


@transaction.atomic
def save_finding(
    inspection: Inspection,
    *,
    actor: Any,
    at: dt.datetime | None = None,
    indicator: str,
    verdict: str,
    text: str = "",
    photos: Iterable[UploadedFile] = (),
    version: int | None = None,
) -> InspectionFinding:
    """Keep what was found about one indicator, as it is typed; photographs are added to those that are there. `version` is
    the one that the writer had before the eyes.

    Raises Refused: `not_allowed`, `wrong_state`, `unknown_indicator`, `unknown_verdict`, `too_long`, `stale`,
    `too_many_photos`, and what `store_upload` raises.
    """
    at = at or timezone.now()
    row = writable(inspection, actor)
    finding = finding_of(row, indicator)
    if verdict not in Verdict.values:
        raise Refused("unknown_verdict", "请选择检查结论。", field="verdict")
    if len(text) > TEXT_LENGTH:
        raise Refused("too_long", f"检查情况最多{TEXT_LENGTH}字，请精简。", field="text")
    changed = (finding.verdict, finding.text) != (verdict, text)
    if changed and version is not None and version != finding.version:
        message = "您打开本页之后，另一位检查人员保存过这一项。请在另一个窗口核对，再次保存将以您的内容为准。"
        raise Refused("stale", message)
    if changed:
        finding.verdict, finding.text = verdict, text
        finding.version += 1
        finding.save(update_fields=["verdict", "text", "version"])
        facts = {"indicator": indicator, "verdict": verdict, "text": text}
        record(row, "save_finding", actor=actor, at=at, facts=facts)
    add_photos(row, finding, list(photos), actor=actor, at=at)
    return finding


def add_photos(
    row: Inspection, finding: InspectionFinding, photos: list[UploadedFile], *, actor: Any, at: dt.datetime
) -> None:
    if not photos:
        return
    if finding.photos.count() + len(photos) > MOST_PHOTOS:
        raise Refused("too_many_photos", f"每项指标最多{MOST_PHOTOS}张照片，请挑选后再上传。", field="photos")
    try:
        stored = [store_upload(photo, actor=actor, at=at, kinds=IMAGES) for photo in photos]
    except Refused as refusal:
        raise Refused(refusal.code, refusal.message, field="photos") from refusal
    finding.photos.add(*stored)
    facts = {"indicator": finding.indicator, "sha256": [file.sha256 for file in stored]}
    record(row, "add_photos", actor=actor, at=at, facts=facts)


@transaction.atomic
def remove_photo(inspection: Inspection, *, actor: Any, at: dt.datetime | None = None, key: Any) -> None:
    """Take a photograph off the checklist before it is recorded. The file and its hash stay on the journal. Removed twice
    is removed."""
    row = writable(inspection, actor)
    photo = photos_of(row).filter(key=key).first()
    if photo is None:
        return
    finding = row.findings.filter(photos=photo).get()
    finding.photos.remove(photo)
    facts = {"indicator": finding.indicator, "sha256": photo.sha256}
    record(row, "remove_photo", actor=actor, at=at or timezone.now(), facts=facts)


@transaction.atomic
def record_inspection(
    inspection: Inspection,
    *,
    actor: Any,
    at: dt.datetime | None = None,
    summary: str,
    representative: str,
    statement: str,
) -> Inspection:
    """Close the record: from here on nothing of it changes. The station's people can read it, and are told.

    Raises Refused: `not_allowed`, `wrong_state`, `nothing_checked`, `text_missing`, `statement_missing`,
    `too_few_inspectors`.
    """
    at = at or timezone.now()
    row = moves.lock(inspection)
    if row.state in RECORDED:
        return row
    refuse_unfinished(row, representative=representative.strip(), statement=statement.strip())
    row.summary, row.recorded_at = summary.strip(), at
    row.representative, row.statement = representative.strip(), statement.strip()
    sha256 = record_fingerprint(row)
    moves.apply(
        row,
        "record",
        actor=actor,
        at=at,
        facts={"sha256": sha256},
        summary=row.summary,
        representative=row.representative,
        statement=row.statement,
        recorded_at=at,
        record_sha256=sha256,
    )
    notify(
        people_of(row.title.station.organisation),
        at=at,
        key=f"inspection:{row.pk}:recorded",
        subject=f"监督检查记录：{row.title.station}",
        body="本次监督检查已形成记录，可以查看检查结果。需要整改的，将另行通知。",
        url=row.get_absolute_url(),
    )
    return row


def refuse_unfinished(row: Inspection, *, representative: str, statement: str) -> None:
    if row.inspectors.count() < 2:
        raise Refused("too_few_inspectors", "检查须由2人以上进行，本次记录不能完成。")
    checked = row.findings.exclude(verdict=Verdict.NOT_CHECKED)
    if not checked.exists():
        raise Refused("nothing_checked", "还没有填写任何一项指标的检查情况，请先填写。")
    silent = [f"{finding.indicator} {finding.name}" for finding in nonconformities(row) if not finding.text.strip()]
    if silent:
        raise Refused("text_missing", f"判为不符合的，请写明现场看到的情况：{'、'.join(silent)}。")
    if not representative:
        raise Refused("statement_missing", "请填写服务站在场人员的姓名。", field="representative")
    if not statement:
        raise Refused("statement_missing", "请记录服务站的意见；没有意见的写“无异议”。", field="statement")


@transaction.atomic
def close_inspection(
    inspection: Inspection, *, actor: Any, at: dt.datetime | None = None, reason: str = ""
) -> Inspection:
    """Settle an inspection: nothing was found, or what was asked for has been done. Without improvement asked for, what was
    found needs a reason.

    Raises Refused: `not_allowed`, `wrong_state`, `improvement_open`, `reason_missing`.
    """
    row = moves.lock(inspection)
    if row.state == InspectionState.CLOSED:
        return row
    if row.improvements.filter(state=ImprovementState.OPEN).exists():
        raise Refused("improvement_open", "整改还没有完成，全部验收以后才能办结。")
    if row.state == InspectionState.RECORDED and nonconformities(row) and not reason.strip():
        raise Refused("reason_missing", "检查发现了不符合项，又没有提出整改，请写明理由。", field="reason")
    moves.apply(row, "close", actor=actor, at=at or timezone.now(), reason=reason)
    return row


@transaction.atomic
def cancel_inspection(inspection: Inspection, *, actor: Any, at: dt.datetime | None = None, reason: str) -> Inspection:
    """Call off an inspection that is not recorded, and tell the inspectors."""
    at = at or timezone.now()
    moves.apply(inspection, "cancel", actor=actor, at=at, reason=reason)
    notify(
        inspection.inspectors.all(),
        at=at,
        key=f"inspection:{inspection.pk}:cancelled",
        subject=f"监督检查已取消：{inspection.title.station}",
        body=f"原定的监督检查已取消：{reason}",
    )
    return inspection
