"""The yearly self-assessment (Art 16) as its station writes it: items saved as they are typed, evidence, filing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.actions import notify
from accounts.models import User
from accounts.queries import people_with
from accounts.states import Role
from ledger import moves
from ledger.canonical import fingerprint
from ledger.errors import Refused
from ledger.files import store_upload
from ledger.journal import record
from ledger.models import StoredFile
from measures.setting import plain
from supervision.models import (
    SelfAssessment,
    SelfAssessmentEvidence,
    SelfAssessmentFigure,
    SelfAssessmentVersion,
)
from supervision.queries.self_assessment_content import (
    Line,
    content_of,
    lacking,
    latest_version,
    lines_of,
    snapshot_of,
    token_of,
)
from supervision.states.self_assessment import OWED, SelfAssessmentState, Timeliness

MAX_TEXT = 5000
MAX_FILES = 20
MOST = Decimal(9999999)
HALF = Decimal("0.5")
WRITABLE = OWED | {SelfAssessmentState.RETURNED}
AT_WORK = {SelfAssessmentState.FILED, SelfAssessmentState.FILED_LATE, SelfAssessmentState.REVIEWED}


@dataclass(frozen=True)
class Typed:
    """What somebody typed on one indicator. `token` is that of the item which he had before his eyes (Line.token); ""
    for whoever did not look, such as a rehearsal."""

    own_score: Decimal | None = None
    narrative: str = ""
    figures: Mapping[str, Decimal | None] = field(default_factory=dict)
    token: str = ""

    @property
    def content(self) -> str:
        return content_of(self.own_score, self.narrative, self.figures)


@dataclass(frozen=True)
class Saved:
    """What became of a save: `written` items, and `stale` ones, which somebody else has changed since and which were
    therefore left as they are. `tokens` are the new ones of the items that now say what was sent."""

    written: list[str]
    stale: list[str]
    tokens: dict[str, str]
    lines: Mapping[str, Line]


@transaction.atomic
def save_items(
    assessment: SelfAssessment, *, actor: User, at: dt.datetime | None = None, items: Mapping[str, Typed]
) -> Saved:
    """Keep what was typed on some indicators, each by itself. What was not touched since it was shown is left alone, so
    that several people can write at once; what two have changed is not written over, but told.

    Raises Refused: `not_allowed`, `wrong_state`, `not_returned`, `too_long`, `score_invalid`, `figure_invalid`, each
    naming the indicator; then nothing at all is written.
    """
    at = at or timezone.now()
    row = writable(assessment, actor)
    lines = lines_of(row)
    written: list[str] = []
    stale: list[str] = []
    tokens: dict[str, str] = {}
    for code, typed in items.items():
        line = lines[code]
        check_typed(line, typed)
        version, _, shown = typed.token.partition(".")
        if typed.content == line.content:
            tokens[code] = line.token
        if typed.content in (line.content, shown):
            continue
        if typed.token and version != str(line.item.version):
            stale.append(code)
            continue
        refuse_unasked(row, code)
        tokens[code] = write_item(row, line, typed, actor=actor, at=at)
        written.append(code)
    if written:
        begin(row, actor, at)
    assessment.refresh_from_db(fields=["state"])
    return Saved(written, stale, tokens, lines)


def write_item(row: SelfAssessment, line: Line, typed: Typed, *, actor: User, at: dt.datetime) -> str:
    """The token of the item as it is written."""
    item = line.item
    item.own_score, item.narrative = typed.own_score, typed.narrative
    item.version += 1
    item.saved_by, item.saved_at = actor, at
    item.save()
    for code, value in typed.figures.items():
        known = SelfAssessmentFigure.objects.filter(assessment=row, threshold=code)
        if value is None:
            known.delete()
        elif known.exclude(value=value).update(value=value, entered_by=actor, entered_at=at) == 0:
            SelfAssessmentFigure.objects.get_or_create(
                assessment=row, threshold=code, defaults={"value": value, "entered_by": actor, "entered_at": at}
            )
    return token_of(item.version, typed.content)


def check_typed(line: Line, typed: Typed) -> None:
    """Raise Refused unless this can be kept of this indicator."""
    code, name = line.indicator.code, f"{line.indicator.code} {line.indicator.name}"
    if len(typed.narrative) > MAX_TEXT:
        raise Refused("too_long", f"“{name}”的自评说明超过 {MAX_TEXT} 字，请删减后再保存。", field=code)
    if complaint := score_complaint(line, typed.own_score):
        raise Refused("score_invalid", f"“{name}”的{complaint}", field=code)
    known = {figure.code: figure for figure in line.figures if figure.typed}
    for threshold, value in typed.figures.items():
        if threshold not in known or (value is not None and not 0 <= value <= MOST):
            raise Refused("figure_invalid", f"“{name}”的数据须是 0 至 {MOST} 之间的数，请改正。", field=code)


def score_complaint(line: Line, score: Decimal | None) -> str:
    """What is wrong with an own score, "" when nothing is: 0 to the points of the indicator, in halves."""
    if score is None:
        return ""
    if not 0 <= score <= line.indicator.points:
        return f"自评分须在 0 至 {plain(line.indicator.points)} 分之间，请改正。"
    return "" if score % HALF == 0 else "自评分每档 0.5 分，请改正。"


# -- Files  ----


@transaction.atomic
def add_evidence(
    assessment: SelfAssessment,
    code: str,
    upload: UploadedFile | StoredFile,
    *,
    actor: User,
    at: dt.datetime | None = None,
) -> SelfAssessmentEvidence:
    """Put a file to one indicator.

    Raises Refused as `save_items`, what an upload raises, and `too_many_files`.
    """
    at = at or timezone.now()
    row = writable(assessment, actor)
    refuse_unasked(row, code)
    line = lines_of(row)[code]
    if len(line.files) >= MAX_FILES:
        raise Refused("too_many_files", f"每项最多 {MAX_FILES} 个文件，请合并后再上传。", field="files")
    stored = upload if isinstance(upload, StoredFile) else store_upload(upload, actor=actor, at=at)
    if line.item.pk is None:
        line.item.save()
    begin(row, actor, at)
    evidence = SelfAssessmentEvidence.objects.create(item=line.item, file=stored, added_by=actor, added_at=at)
    facts = {"indicator": code, "file": stored.name, "sha256": stored.sha256}
    record(row, "add_evidence", actor=actor, at=at, before=row.state, after=row.state, facts=facts)
    return evidence


@transaction.atomic
def remove_evidence(evidence: SelfAssessmentEvidence, *, actor: User, at: dt.datetime | None = None) -> None:
    """Take a file away from its indicator; versions that were filed keep it. Raises Refused as `save_items`."""
    at = at or timezone.now()
    row = writable(evidence.item.assessment, actor)
    refuse_unasked(row, evidence.item.indicator)
    facts = {"indicator": evidence.item.indicator, "file": evidence.file.name, "sha256": evidence.file.sha256}
    record(row, "remove_evidence", actor=actor, at=at, before=row.state, after=row.state, facts=facts)
    evidence.delete()


@transaction.atomic
def attach_report(
    assessment: SelfAssessment, upload: UploadedFile | StoredFile, *, actor: User, at: dt.datetime | None = None
) -> SelfAssessment:
    """Put a report of the organisation's own making (PDF) into the self-assessment; a new one takes the place of the old.

    Raises Refused as `save_items`, and what an upload raises.
    """
    at = at or timezone.now()
    row = writable(assessment, actor)
    begin(row, actor, at)
    row.report = upload if isinstance(upload, StoredFile) else store_upload(upload, actor=actor, at=at, kinds=("pdf",))
    row.save(update_fields=["report"])
    facts = {"file": row.report.name, "sha256": row.report.sha256}
    record(row, "attach", actor=actor, at=at, before=row.state, after=row.state, facts=facts)
    return row


# -- Filing  ----


@transaction.atomic
def file_self_assessment(assessment: SelfAssessment, *, actor: User, at: dt.datetime | None = None) -> SelfAssessment:
    """File the report with the bureau: in time until `due_at`, late from then on; what was returned keeps the fact of its
    first filing. What is filed is frozen as a version. Filing twice changes nothing.

    Raises Refused: `not_allowed`, `incomplete` naming what lacks.
    """
    at = at or timezone.now()
    row: SelfAssessment = moves.lock(assessment)
    moves.check_permission(SelfAssessment.MOVES["file"], actor, row)
    if row.state in AT_WORK:
        return row
    if gaps := lacking(row):
        said = "；".join(sentence for _, sentence in gaps[:5]) + (f"等 {len(gaps)} 项" if len(gaps) > 5 else "")
        raise Refused("incomplete", f"还不能报送，请先补充：{said}。")
    again = row.state == SelfAssessmentState.RETURNED
    if again:
        move = f"file_again{'_late' if row.timeliness == Timeliness.LATE else ''}"
        changes: dict[str, Any] = {}
    else:
        late = at >= row.due_at or row.state == SelfAssessmentState.MISSING
        move = "file_late" if late else "file"
        changes = {"filed_at": at, "timeliness": Timeliness.LATE if late else Timeliness.IN_TIME}
    moves.apply(row, move, actor=actor, at=at, facts=facts_of(row), **changes)
    freeze(row, actor=actor, at=at)
    tell_bureau(row, again=again, at=at)
    return row


def facts_of(row: SelfAssessment) -> dict[str, Any]:
    """What the journal keeps of a filing: which version it was the making of."""
    last = latest_version(row)
    return {"version": last.number + 1 if last else 1}


def freeze(row: SelfAssessment, *, actor: User, at: dt.datetime) -> SelfAssessmentVersion:
    """Keep the report as the next version, with the hash of its canonical bytes."""
    last, snapshot = latest_version(row), snapshot_of(row)
    return SelfAssessmentVersion.objects.create(
        assessment=row,
        number=last.number + 1 if last else 1,
        filed_at=at,
        filed_by=actor,
        snapshot=snapshot,
        sha256=fingerprint(snapshot),
    )


def tell_bureau(row: SelfAssessment, *, again: bool, at: dt.datetime) -> None:
    """Only a report that was returned is waited for by somebody; fifty others come in by themselves and stand in the list."""
    if again:
        notify(
            people_with(Role.INTAKE, Role.MANAGER),
            at=at,
            key=f"self-assessment:{row.pk}:again:{row.versions.count()}",
            subject=f"{row.title.station}的自评已补充报送",
            body=f"{row.title.station}已按退回意见补充 {row.year} 年度自评，请审阅。",
            url=row.get_absolute_url(),
        )


# -- Who may write  ----


def writable(assessment: SelfAssessment, actor: Any) -> SelfAssessment:
    """The locked row, if `actor` may write it now."""
    row: SelfAssessment = moves.lock(assessment)
    moves.check_permission(SelfAssessment.MOVES["file"], actor, row)
    if row.state not in WRITABLE:
        raise Refused("wrong_state", "自评报告已经报送，不能再修改。如需更正，请联系市市场监管局退回。")
    return row


def refuse_unasked(row: SelfAssessment, code: str) -> None:
    """Of a returned report only what the bureau named may be changed."""
    if row.state == SelfAssessmentState.RETURNED and code not in row.returned:
        raise Refused("not_returned", f"市局退回补充的事项不包括指标 {code}，请只修改退回的事项。", field=code)


def begin(row: SelfAssessment, actor: Any, at: dt.datetime) -> None:
    if row.state == SelfAssessmentState.DUE:
        moves.apply(row, "begin", actor=actor, at=at)
