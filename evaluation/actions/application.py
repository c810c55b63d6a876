"""How an application is submitted, supplemented after a return, withdrawn and resumed (Art 13, 14)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Length
from django.utils import timezone

from accounts.models import User
from evaluation.actions.draft import allow, refuse_outside_window, tell_members
from evaluation.models import Application, ApplicationVersion, MaterialVerdict, Round
from evaluation.parts import names
from evaluation.queries.application import (
    Problem,
    latest_version,
    measure_of,
    open_return,
    readiness_of,
)
from evaluation.queries.snapshot import snapshot_of
from evaluation.states import ApplicationState
from evaluation.versions import changed_codes, with_outside_of
from ledger import moves
from ledger.canonical import fingerprint
from ledger.errors import Refused
from measures.periods import Rule, deadline
from measures.queries import current_calendar


class NotReady(Refused):
    """An application that cannot be submitted yet. `problems` lists each reason."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        listed = " ".join(f"{number}. {problem.message}" for number, problem in enumerate(self.problems, start=1))
        super().__init__("not_ready", f"还有{len(self.problems)}处需要补齐，没有提交：{listed}")


# -- Submission  ----


@transaction.atomic
def submit_application(application: Application, *, actor: User, at: dt.datetime | None = None) -> ApplicationVersion:
    """Submit a draft within the window: a numbered, frozen version. Once submitted, a second call answers with the same.

    Raises Refused: `not_allowed`, `window`, `wrong_state`; NotReady with every reason.
    """
    at = at or timezone.now()
    row = moves.lock(application)
    allow(actor, row, "提交申报")
    if row.state == ApplicationState.SUBMITTED:
        return given_version(row)
    if row.state == ApplicationState.DRAFT:
        refuse_outside_window(row.round, at)
    snapshot = ready_snapshot(row, at)
    number = row.number or next_number(row.round)
    version = freeze(row, {**snapshot, "number": number}, actor=actor, at=at)
    facts = {"version": version.number, "sha256": version.sha256}
    due_at = check_due(at)
    moves.apply(application, "submit", actor=actor, at=at, facts=facts, number=number, submitted_at=at, due_at=due_at)
    tell_members(
        application,
        f"submitted-{version.number}",
        "申报已提交",
        f"申报编号 {number}，第{version.number}版。请等待市市场监管局审查材料。",
        at=at,
    )
    return version


@transaction.atomic
def supplement_application(
    application: Application, *, actor: User, at: dt.datetime | None = None
) -> ApplicationVersion:
    """Answer a return: a new version that differs from the one before in the named items only.

    Raises Refused: `not_allowed`, `wrong_state`, `overdue`, `not_named` (something else was changed), `unanswered`
    (nothing was); NotReady.
    """
    at = at or timezone.now()
    row = moves.lock(application)
    allow(actor, row, "提交补正")
    if row.state == ApplicationState.SUBMITTED:
        return given_version(row)
    request = open_return(row)
    if request is None:
        raise Refused(
            "wrong_state", f"现在的状态是「{row.get_state_display()}」，没有等待补正的事项。请刷新页面查看最新情况。"
        )
    if row.due_at is None or at >= row.due_at:
        raise Refused("overdue", "补正期限已过，不能再提交补正。如有疑问，请联系受理人员。")
    measure = measure_of(row)
    previous = request.version.snapshot
    named = {item["code"] for item in request.items}
    fresh = with_outside_of(previous, {**snapshot_of(row, measure), "number": row.number}, named)
    changed = set(changed_codes(previous, fresh, names(measure)))
    if changed - named:
        listed = "、".join(names(measure)[code] for code in names(measure) if code in changed - named)
        raise Refused("not_named", f"补正通知没有要求修改“{listed}”。请恢复原来的内容，只修改通知列出的事项。")
    if not changed:
        listed = "、".join(names(measure)[code] for code in names(measure) if code in named)
        raise Refused("unanswered", f"通知要求补正“{listed}”，都还没有修改。请修改后再提交。")
    fresh["checks"] = refuse_unready(row, fresh, at)
    version = freeze(row, fresh, actor=actor, at=at)
    carry_verdicts(request.version, version, changed)
    request.answered_at = at
    request.save(update_fields=["answered_at"])
    facts = {"version": version.number, "sha256": version.sha256, "changed": sorted(changed)}
    moves.apply(application, "supplement", actor=actor, at=at, facts=facts, submitted_at=at, due_at=check_due(at))
    tell_members(
        application,
        f"submitted-{version.number}",
        "补正已提交",
        f"申报编号 {row.number}，第{version.number}版。请等待市市场监管局审查材料。",
        at=at,
    )
    return version


def carry_verdicts(before: ApplicationVersion, after: ApplicationVersion, changed: set[str]) -> None:
    """A material that was found complete and was not changed is complete in the new version as well."""
    complete = before.verdicts.filter(verdict=MaterialVerdict.Verdict.COMPLETE).exclude(code__in=changed)
    MaterialVerdict.objects.bulk_create(
        MaterialVerdict(
            version=after, code=known.code, verdict=known.verdict, given_by=known.given_by, given_at=known.given_at
        )
        for known in complete.select_related("given_by")
    )


def ready_snapshot(row: Application, at: dt.datetime) -> dict[str, Any]:
    """What the application says, with the checks on it; NotReady when something is missing."""
    snapshot = snapshot_of(row, measure_of(row))
    return {**snapshot, "checks": refuse_unready(row, snapshot, at)}


def refuse_unready(row: Application, snapshot: Mapping[str, Any], at: dt.datetime) -> list[dict[str, Any]]:
    readiness = readiness_of(row, at, snapshot)
    if readiness.problems:
        raise NotReady(readiness.problems)
    return [{"code": check.code, "met": check.met, "computed": check.computed} for check in readiness.checks]


def freeze(row: Application, snapshot: dict[str, Any], *, actor: User, at: dt.datetime) -> ApplicationVersion:
    """Keep the snapshot as the next version, with the hash of its canonical bytes."""
    last = latest_version(row)
    return ApplicationVersion.objects.create(
        application=row,
        number=last.number + 1 if last else 1,
        submitted_at=at,
        submitted_by=actor,
        snapshot=snapshot,
        sha256=fingerprint(snapshot),
    )


def given_version(row: Application) -> ApplicationVersion:
    """The version of an application that is submitted already: a form posted twice changes nothing."""
    return row.versions.order_by("-number")[0]


def next_number(round: Round) -> str:
    """The next number of the year's series, such as 申报-2026-0001. Without gaps: the lock is held to the end of the
    transaction, and a transaction that fails gives its number back."""
    prefix = f"申报-{round.year}-"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [prefix])
    taken = Application.objects.filter(number__startswith=prefix).order_by(Length("number").desc(), "-number")
    last = taken.values_list("number", flat=True).first()
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:04d}"


def check_due(at: dt.datetime) -> dt.datetime:
    """Until when the bureau means to have looked at a submission: its own promise, the measure sets no time."""
    return deadline(at, settings.INTAKE_CHECK_DAYS, Rule.WORKING_DAYS, current_calendar()).closes_at


# -- Withdrawal  ----


@transaction.atomic
def withdraw_application(
    application: Application, *, actor: User, at: dt.datetime | None = None, reason: str = ""
) -> None:
    """Take a submitted or returned application back. Within the window it can be resumed.

    Raises Refused: `not_allowed`, `wrong_state`.
    """
    at = at or timezone.now()
    moves.apply(application, "withdraw", actor=actor, at=at, reason=reason, due_at=None)
    tell_members(
        application,
        f"withdrawn-{at.isoformat()}",
        "申报已撤回",
        f"申报编号 {application.number}。申报截止前可以重新填报并提交。",
        at=at,
    )


@transaction.atomic
def resume_application(application: Application, *, actor: User, at: dt.datetime | None = None) -> None:
    """Make a withdrawn application a draft again, within the window; it keeps its number.

    Raises Refused: `not_allowed`, `window`, `wrong_state`.
    """
    at = at or timezone.now()
    row = moves.lock(application)
    allow(actor, row, "重新填报")
    refuse_outside_window(row.round, at)
    moves.apply(application, "resume", actor=actor, at=at, due_at=row.round.closes_at)
