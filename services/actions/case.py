"""A typical case: written by the station, handed in, reviewed by the bureau, published, taken down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.actions import notify
from ledger import moves
from ledger.errors import Refused
from ledger.files import store_upload
from ledger.journal import record
from ledger.models import StoredFile
from ledger.uploads import IMAGES
from services.models import TypicalCase
from services.models.case import PARTS
from services.rules.case import AIM, LEAST, MOST, MOST_PICTURES, length_of
from services.states.case import WRITABLE
from stations.models import Station
from stations.queries.members import people_of

FIRST_YEAR = 2020


@transaction.atomic
def begin_case(
    station: Station, *, actor: Any, project: str, year: int, at: dt.datetime | None = None, **texts: str
) -> TypicalCase:
    """Begin a case as a draft; `texts` are its parts, as far as they are written.

    Raises Refused: `not_allowed`, `project_missing`, `year_wrong`.
    """
    at = at or timezone.now()
    moves.require(actor, "services.add_case", "写典型案例", station)
    facts = cleaned(project, year, texts, at)
    case = TypicalCase.objects.create(station=station, changed_at=at, **facts)
    record(case, "begin", actor=actor, at=at, after=case.state)
    return case


@transaction.atomic
def write_case(
    case: TypicalCase,
    *,
    actor: Any,
    project: str,
    year: int,
    pictures: Sequence[UploadedFile] = (),
    removed: Collection[StoredFile] = (),
    seen: int | None = None,
    at: dt.datetime | None = None,
    **texts: str,
) -> None:
    """Write the parts of a draft, or of a case that came back. `seen` is the version that the form showed.

    Raises Refused: `not_allowed`, `wrong_state`, `stale`, `project_missing`, `year_wrong`, `too_many_pictures`, and as
    store_upload does.
    """
    at = at or timezone.now()
    row = moves.lock(case)
    moves.require(actor, "services.write_case", "修改典型案例", row)
    if row.state not in WRITABLE:
        raise Refused("wrong_state", f"现在的状态是「{row.get_state_display()}」，不能修改。")
    if seen is not None and seen != row.version:
        raise Refused("stale", "您打开本页以后，本单位另有人修改了这篇案例。请先复制您写的内容，再重新打开本页。")
    facts = cleaned(project, year, texts, at)
    kept = row.pictures.exclude(pk__in=[file.pk for file in removed])
    if kept.count() + len(pictures) > MOST_PICTURES:
        raise Refused("too_many_pictures", f"图片最多 {MOST_PICTURES} 张，请先删除几张。", field="pictures")
    try:
        added = [store_upload(file, actor=actor, at=at, kinds=IMAGES) for file in pictures]
    except Refused as refusal:
        raise Refused(refusal.code, refusal.message, field="pictures") from refusal
    for name, value in facts.items():
        setattr(row, name, value)
    row.changed_at = at
    row.version += 1
    row.save(update_fields=[*facts, "changed_at", "version"])
    row.pictures.set([*kept, *added])
    record(row, "write", actor=actor, at=at, facts={"signs": length_of(facts)})
    case.refresh_from_db()


def cleaned(project: str, year: int, texts: dict[str, str], at: dt.datetime) -> dict[str, Any]:
    """The columns of a case. Raises Refused: `project_missing`, `year_wrong`."""
    project = project.strip()
    if not project:
        raise Refused("project_missing", "请填写项目名称。", field="project")
    if not FIRST_YEAR <= year <= timezone.localdate(at).year:
        raise Refused("year_wrong", f"年度应在 {FIRST_YEAR} 至今年之间，请改正。", field="year")
    return {"project": project, "year": year, **{name: texts.get(name, "").strip() for name in PARTS}}


@transaction.atomic
def submit_case(case: TypicalCase, *, actor: Any, at: dt.datetime | None = None) -> None:
    """Hand it in for review. Raises Refused: `not_allowed`, `wrong_state`, `part_missing`, `too_short`, `too_long`."""
    at = at or timezone.now()
    row = moves.lock(case)
    for name, text in row.parts:
        if not text:
            raise Refused("part_missing", f"「{name}」还没有写，请写好再提交。")
    length = length_of({name: getattr(row, name) for name in PARTS})
    if length < LEAST:
        raise Refused("too_short", f"三部分合计 {length} 字，要求 {AIM} 字左右，请至少写到 {LEAST} 字。")
    if length > MOST:
        raise Refused("too_long", f"三部分合计 {length} 字，要求 {AIM} 字左右，请精简到 {MOST} 字以内。")
    moves.apply(case, "submit", actor=actor, at=at, facts={"signs": length}, submitted_at=at, remark="")


@transaction.atomic
def return_case(case: TypicalCase, *, actor: Any, reason: str, at: dt.datetime | None = None) -> None:
    """Ask the station to write it better. Raises Refused: `not_allowed`, `wrong_state`, `reason_missing`."""
    at = at or timezone.now()
    reason = reason.strip()
    moves.apply(case, "return", actor=actor, at=at, reason=reason, remark=reason, reviewed_by=actor)
    tell(case, "returned", f"典型案例退回修改：{case}", f"审核意见：{reason}", at=at)


@transaction.atomic
def publish_case(case: TypicalCase, *, actor: Any, at: dt.datetime | None = None) -> None:
    """Show it to everybody. Raises Refused: `not_allowed`, `wrong_state`."""
    at = at or timezone.now()
    moves.apply(case, "publish", actor=actor, at=at, reviewed_by=actor, published_at=at, remark="")
    tell(case, "published", f"典型案例已发布：{case}", "案例已在门户公开。", at=at)


@transaction.atomic
def retract_case(case: TypicalCase, *, actor: Any, reason: str, at: dt.datetime | None = None) -> None:
    """Take it down. Raises Refused: `not_allowed`, `wrong_state`, `reason_missing`."""
    at = at or timezone.now()
    reason = reason.strip()
    moves.apply(case, "retract", actor=actor, at=at, reason=reason, remark=reason, reviewed_by=actor)
    tell(case, "retracted", f"典型案例已撤下：{case}", f"理由：{reason}", at=at)


@transaction.atomic
def discard_case(case: TypicalCase, *, actor: Any, at: dt.datetime | None = None) -> None:
    """The station gives a draft up. Raises Refused: `not_allowed`, `wrong_state`."""
    moves.apply(case, "discard", actor=actor, at=at or timezone.now())


def tell(case: TypicalCase, what: str, subject: str, body: str, *, at: dt.datetime) -> None:
    notify(
        people_of(case.station.organisation),
        at=at,
        key=f"case:{case.pk}:{what}:{at.isoformat()}",
        subject=subject,
        body=body,
        url=case.get_absolute_url(),
    )
