"""现场核查 (Art 15(3)): planned for two or more people, recorded indicator by indicator, signed for by both sides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions import notify
from accounts.models import User
from evaluation.models import Entry, Indicator, SiteVisit, VisitFinding
from evaluation.queries.visits import possible_visitors
from evaluation.states import EntryState, VisitState
from ledger import journal, moves
from ledger.errors import Refused
from ledger.files import store_upload
from ledger.uploads import IMAGES
from measures.words import cn_clock
from stations.queries.members import people_of

LEAST_VISITORS = 2
TEXT_LENGTH = 1000
MOST_PHOTOS = 20


@transaction.atomic
def plan_visit(
    entry: Entry,
    *,
    actor: User,
    at: dt.datetime | None = None,
    planned_for: dt.datetime,
    place: str,
    visitors: Iterable[User],
) -> SiteVisit:
    """Plan a visit and tell the visitors and the station. Visitors are bureau staff, or experts who score the entry.

    Raises Refused `too_few_visitors`, `visitor_not_allowed`, `visit_in_the_past`, `entry_not_scoring`.
    """
    at = at or timezone.now()
    moves.require(actor, "evaluation.assign_experts", "安排现场核查", entry)
    people = list({user.pk: user for user in visitors}.values())
    if len(people) < LEAST_VISITORS:
        raise Refused("too_few_visitors", f"现场核查至少要{LEAST_VISITORS}人，请再选核查人员。", field="visitors")
    allowed = set(possible_visitors(entry).values_list("pk", flat=True))
    if strangers := [str(user) for user in people if user.pk not in allowed]:
        message = f"{'、'.join(strangers)}不能参加本次核查：须是市局工作人员，或者已声明无利益冲突的本项目评分专家。"
        raise Refused("visitor_not_allowed", message, field="visitors")
    if planned_for <= at:
        raise Refused("visit_in_the_past", "核查时间已经过去，请选一个将来的时间。", field="planned_for")
    if entry.state not in (EntryState.ASSIGNED, EntryState.SCORING):
        raise Refused("entry_not_scoring", f"该参评对象现在是「{entry.get_state_display()}」，不能再安排现场核查。")
    visit = SiteVisit.objects.create(entry=entry, planned_for=planned_for, place=place)
    visit.visitors.set(people)
    journal.record(visit, "plan", actor=actor, at=at, facts={"visitors": [user.pk for user in people]})
    tell_of_visit(visit, people, at=at)
    return visit


def tell_of_visit(visit: SiteVisit, people: Sequence[User], *, at: dt.datetime) -> None:
    when = cn_clock(visit.planned_for)
    organisation = visit.entry.station.organisation
    notify(
        people,
        at=at,
        key=f"visit-{visit.pk}",
        subject=f"现场核查安排：{organisation}",
        body=f"请于{when}到{visit.place}参加现场核查。",
        url=reverse("evaluation:visit_detail", args=[visit.pk]),
    )
    notify(
        people_of(organisation),
        at=at,
        key=f"visit-{visit.pk}-station",
        subject="现场核查通知",
        body=f"评审组将于{when}到{visit.place}对“{visit.entry.station}”进行现场核查，请安排人员配合并在核查记录上签字。",
    )


@transaction.atomic
def record_finding(
    visit: SiteVisit,
    *,
    actor: User,
    at: dt.datetime | None = None,
    indicator: str,
    verdict: str,
    text: str = "",
    photos: Iterable[UploadedFile] = (),
) -> VisitFinding:
    """Write down what was found about one indicator; written again, the verdict and text are replaced and photographs
    are added. What was written first stays in the journal.

    Raises Refused `visit_not_open`, `unknown_indicator`, `unknown_verdict`, `text_missing`, `too_many_photos`, and what
    `store_upload` raises.
    """
    at = at or timezone.now()
    row = open_visit(visit, actor)
    found = Indicator.objects.filter(round_id=row.entry.round_id, code=indicator).first()
    if found is None:
        raise Refused("unknown_indicator", "没有这项指标，请刷新页面后重新填写。", field="indicator")
    if verdict not in VisitFinding.Verdict.values:
        raise Refused("unknown_verdict", "请选择核查结论。", field="verdict")
    text = text.strip()
    if verdict != VisitFinding.Verdict.CONFIRMED and not text:
        raise Refused("text_missing", "与材料不完全一致的，请写明现场看到的情况。", field="text")
    if len(text) > TEXT_LENGTH:
        raise Refused("too_long", f"核查情况最多{TEXT_LENGTH}字，请精简。", field="text")
    files = [store_upload(photo, actor=actor, at=at, kinds=IMAGES) for photo in photos]
    finding, _ = VisitFinding.objects.update_or_create(
        visit=row, indicator=found, defaults={"verdict": verdict, "text": text}
    )
    if finding.photos.count() + len(files) > MOST_PHOTOS:
        raise Refused("too_many_photos", f"每项指标最多{MOST_PHOTOS}张照片，请挑选后再上传。", field="photos")
    finding.photos.add(*files)
    facts = {"indicator": indicator, "verdict": verdict, "text": text, "photos": [file.sha256 for file in files]}
    journal.record(row, "record_finding", actor=actor, at=at, facts=facts)
    return finding


def open_visit(visit: SiteVisit, actor: User) -> SiteVisit:
    """The visit under its lock, while it can still be written."""
    row: SiteVisit = moves.lock(visit)
    moves.require(actor, "evaluation.record_visit", "填写核查记录", row)
    if row.state != VisitState.PLANNED:
        raise Refused("visit_not_open", f"本次核查{row.get_state_display()}，记录不能再改。")
    return row


@transaction.atomic
def finish_visit(
    visit: SiteVisit,
    *,
    actor: User,
    at: dt.datetime | None = None,
    summary: str,
    station_signed_by: str,
    bureau_signed_by: str,
    signed_record: UploadedFile,
) -> None:
    """Close the record: what was found on the whole, who signed for each side, and the signed paper as a scan.

    Raises Refused `signature_missing`, `record_missing`, `too_few_visitors`, `no_findings`, `visit_too_early`.
    """
    at = at or timezone.now()
    row = open_visit(visit, actor)
    for field, value, whose in (
        ("station_signed_by", station_signed_by, "服务站"),
        ("bureau_signed_by", bureau_signed_by, "核查组"),
    ):
        if not value.strip():
            raise Refused("signature_missing", f"请填写{whose}签字人的姓名。", field=field)
    if not signed_record:
        raise Refused("record_missing", "请上传双方签字的核查记录扫描件。", field="signed_record")
    if row.visitors.count() < LEAST_VISITORS:
        raise Refused("too_few_visitors", f"现场核查至少要{LEAST_VISITORS}人参加，本次记录不能完成。")
    if not row.findings.exists():
        raise Refused("no_findings", "还没有填写任何一项指标的核查情况，请先填写。")
    scan = store_upload(signed_record, actor=actor, at=at, kinds=("pdf", *IMAGES))
    moves.apply(
        visit,
        "finish",
        actor=actor,
        at=at,
        facts={"sha256": scan.sha256},
        summary=summary.strip(),
        station_signed_by=station_signed_by.strip(),
        bureau_signed_by=bureau_signed_by.strip(),
        signed_record=scan,
        finished_at=at,
    )


@transaction.atomic
def cancel_visit(visit: SiteVisit, *, actor: User, at: dt.datetime | None = None, reason: str) -> None:
    """Call a planned visit off, and tell the visitors."""
    at = at or timezone.now()
    moves.apply(visit, "cancel", actor=actor, at=at, reason=reason)
    notify(
        visit.visitors.all(),
        at=at,
        key=f"visit-{visit.pk}-cancelled",
        subject=f"现场核查已取消：{visit.entry.station.organisation}",
        body=f"原定的现场核查已取消：{reason}",
    )
