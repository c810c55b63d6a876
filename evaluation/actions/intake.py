"""What the bureau does with an application: check the materials, accept, return, not accept; and what the clock does
(Art 15(2)). Returns (补正) are not in the measure: their number and days are settings of the round."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from evaluation.actions.draft import tell_members
from evaluation.models import Application, ApplicationVersion, Entry, MaterialVerdict, ReturnRequest, Round
from evaluation.parts import names
from evaluation.queries.application import latest_version, measure_of, open_return, return_deadline
from evaluation.states import ApplicationState, RoundState, Track
from ledger import moves
from ledger.actors import Job
from ledger.errors import Refused
from ledger.journal import record
from measures.words import cn_instant
from stations.states import Level, TitleState
from supervision.actions.self_assessment_review import take_into_round
from supervision.models import SelfAssessment
from supervision.states.self_assessment import FILED_STATES

CHECK = "evaluation.check_application"
RUN = "evaluation.run_round"
INTAKE_STATES = (RoundState.OPEN, RoundState.INTAKE_CLOSED)


# -- Verdicts  ----


@transaction.atomic
def judge_material(
    version: ApplicationVersion,
    code: str,
    verdict: str,
    reason: str = "",
    *,
    actor: User,
    at: dt.datetime | None = None,
) -> MaterialVerdict:
    """Say of one material of the latest version whether it is complete; until the decision it may be said anew.

    Raises Refused: `not_allowed`, `wrong_state`, `old_version`, `no_such_material`, `no_such_verdict`, `reason_missing`.
    """
    at = at or timezone.now()
    row = lock_for_decision(version.application, actor=actor)
    refuse_old(row, version)
    if code not in {material.code for material in measure_of(row).materials}:
        raise Refused("no_such_material", "办法没有这一项材料，请刷新页面后重新选择。", field="code")
    if verdict not in MaterialVerdict.Verdict.values:
        raise Refused("no_such_verdict", "请选择“齐全”或者“需补正”。", field="verdict")
    reason = reason.strip()
    if verdict == MaterialVerdict.Verdict.LACKING and not reason:
        raise Refused("reason_missing", "请写明需要补正什么，申报单位会看到这段话。", field="reason")
    facts = {"version": version.number, "code": code, "verdict": verdict, "reason": reason}
    return write_verdict(version, facts, actor=actor, at=at)


def write_verdict(
    version: ApplicationVersion, facts: Mapping[str, Any], *, actor: User, at: dt.datetime
) -> MaterialVerdict:
    """Write the verdict and its journal row; the same verdict a second time changes nothing."""
    known = MaterialVerdict.objects.filter(version=version, code=facts["code"]).first()
    if known is not None and (known.verdict, known.reason) == (facts["verdict"], facts["reason"]):
        return known
    found, _ = MaterialVerdict.objects.update_or_create(
        version=version,
        code=facts["code"],
        defaults={"verdict": facts["verdict"], "reason": facts["reason"], "given_by": actor, "given_at": at},
    )
    record(version.application, "judge_material", actor=actor, at=at, facts=facts)
    return found


# -- Decisions  ----


@transaction.atomic
def accept_application(application: Application, *, actor: User, at: dt.datetime | None = None) -> None:
    """受理: every material of the latest version was found complete.

    Raises Refused: `not_allowed`, `round_over`, `wrong_state`, `not_judged`, `lacking`.
    """
    at = at or timezone.now()
    row = lock_for_decision(application, actor=actor)
    version = row.versions.order_by("-number")[0]
    verdicts = dict(version.verdicts.values_list("code", "verdict"))
    open_, lacking = [], []
    for material in measure_of(row).materials:
        if material.code not in verdicts:
            open_.append(material.name)
        elif verdicts[material.code] != MaterialVerdict.Verdict.COMPLETE:
            lacking.append(material.name)
    if open_:
        raise Refused("not_judged", f"还有材料没有审查：{'、'.join(open_)}。逐项给出意见后再受理。")
    if lacking:
        raise Refused("lacking", f"有材料需要补正：{'、'.join(lacking)}。请退回补正，或者更正意见后再受理。")
    moves.apply(application, "accept", actor=actor, at=at, facts={"version": version.number}, due_at=None)
    tell_members(
        application, "accepted", "申报已受理", f"申报编号 {application.number}，材料齐全，已受理，等待评审。", at=at
    )


@transaction.atomic
def return_application(
    application: Application, *, items: Sequence[Mapping[str, str]], actor: User, at: dt.datetime | None = None
) -> ReturnRequest:
    """退回补正: exactly these items, each `{"code", "reason"}`, until the end of the round's working days. A material that
    is named is thereby judged lacking.

    Raises Refused: `not_allowed`, `round_over`, `wrong_state`, `return_limit`, `no_items`, `no_such_item`,
    `reason_missing`.
    """
    at = at or timezone.now()
    row = lock_for_decision(application, actor=actor)
    limit = row.round.return_limit or 0
    given = ReturnRequest.objects.filter(version__application=row).count()
    if given >= limit:
        raise Refused(
            "return_limit", f"本轮评价每件申报最多退回补正{limit}次，已经退回{given}次。请作出受理或者不予受理的决定。"
        )
    named = checked_items(row, items)
    version = row.versions.order_by("-number")[0]
    materials = {material.code for material in measure_of(row).materials}
    for item in named:
        if item["code"] in materials:
            facts = {**item, "version": version.number, "verdict": MaterialVerdict.Verdict.LACKING.value}
            write_verdict(version, facts, actor=actor, at=at)
    until = return_deadline(row.round, at)
    request = ReturnRequest.objects.create(
        version=version, items=named, returned_by=actor, returned_at=at, due_at=until.closes_at
    )
    facts = {
        "version": version.number,
        "items": named,
        "due_at": until.closes_at,
        "provisional": until.provisional,
        "calendar": until.calendar_version,
    }
    moves.apply(application, "return", actor=actor, at=at, facts=facts, due_at=until.closes_at)
    known = names(measure_of(row))
    listed = "\n".join(f"{known[item['code']]}：{item['reason']}" for item in named)
    provisional = "（暂定，以放假安排公布后为准）" if until.provisional else ""
    body = f"申报编号 {row.number}。请在{cn_instant(until.closes_at)}{provisional}前补正以下事项，逾期未补正的申报失效：\n{listed}"
    tell_members(application, f"returned-{version.number}", "申报需要补正", body, at=at)
    return request


def checked_items(row: Application, items: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """The items as they are kept, in the order of the file, or Refused with what is wrong."""
    known = names(measure_of(row))
    reasons: dict[str, str] = {}
    for item in items:
        code, reason = item.get("code", ""), item.get("reason", "").strip()
        if code not in known:
            raise Refused("no_such_item", f"没有“{code}”这个补正事项，请刷新页面后重新选择。", field="items")
        if not reason:
            raise Refused("reason_missing", f"请写明“{known[code]}”需要补正什么。", field="items")
        if len(reason) > 500:
            raise Refused("reason_long", f"“{known[code]}”的补正要求超过500字，请精简。", field="items")
        reasons[code] = reason
    if not reasons:
        raise Refused("no_items", "请至少选择一个需要补正的事项。", field="items")
    return [{"code": code, "reason": reasons[code]} for code in known if code in reasons]


@transaction.atomic
def not_accept_application(
    application: Application, *, reason: str, actor: User, at: dt.datetime | None = None
) -> None:
    """不予受理, with the reason that the applicant reads.

    Raises Refused: `not_allowed`, `round_over`, `wrong_state`, `reason_missing`.
    """
    at = at or timezone.now()
    lock_for_decision(application, actor=actor)
    moves.apply(application, "not_accept", actor=actor, at=at, reason=reason, due_at=None)
    body = f"申报编号 {application.number}。理由：{reason}"
    tell_members(application, "not_accepted", "申报不予受理", body, at=at)


def lock_for_decision(application: Application, *, actor: User) -> Application:
    """The row under its lock, when `actor` may decide on it and it waits for a decision."""
    row = moves.lock(application)
    if not actor.has_perm(CHECK, row):
        raise Refused("not_allowed", "您不能审查这件申报：须由受理人员办理，本单位的申报应当回避。")
    if row.state != ApplicationState.SUBMITTED:
        raise Refused(
            "wrong_state", f"现在的状态是「{row.get_state_display()}」，可能别人已经先办理了，请刷新页面查看最新情况。"
        )
    if row.round.state not in INTAKE_STATES:
        raise Refused("round_over", f"本轮评价现在是「{row.round.get_state_display()}」，受理已经结束。")
    return row


def refuse_old(row: Application, version: ApplicationVersion) -> None:
    last = latest_version(row)
    if last is None or last.pk != version.pk:
        raise Refused("old_version", "申报单位已提交新的版本，请刷新页面，审查最新版本。")


# -- The clock  ----


def lapse_returns(at: dt.datetime | None = None, *, actor: Any = None) -> int:
    """Lapse every return that was not answered in time. A date that rests on an unpublished year's schedule is not
    acted on; a schedule that has since made the period longer makes it longer. Returns how many lapsed."""
    at = at or timezone.now()
    actor = actor or Job("lapse_returns")
    due = Application.objects.filter(state=ApplicationState.RETURNED, due_at__lte=at)
    return sum(lapse_return(application, actor=actor, at=at) for application in due.order_by("pk"))


@transaction.atomic
def lapse_return(application: Application, *, actor: Any, at: dt.datetime) -> bool:
    """Lapse one return if it is still unanswered, and due by the calendar in force. True when it lapsed."""
    row = moves.lock(application)
    request = open_return(row)
    if request is None or row.due_at is None or row.due_at > at:
        return False
    until = return_deadline(row.round, request.returned_at)
    if until.provisional:
        return False
    if until.closes_at > row.due_at:
        row.due_at = request.due_at = until.closes_at
        row.save(update_fields=["due_at"])
        request.save(update_fields=["due_at"])
        facts = {"due_at": until.closes_at, "calendar": until.calendar_version}
        record(row, "lengthen_return", actor=actor, at=at, facts=facts)
        return False
    reason = f"补正期限{cn_instant(row.due_at)}已过，没有补正。"
    moves.apply(row, "lapse", actor=actor, at=at, reason=reason, due_at=None)
    tell_members(row, "lapsed", "申报逾期失效", f"申报编号 {row.number}。{reason}", at=at)
    return True


@transaction.atomic
def lapse_drafts(round: Round, *, actor: Any = None, at: dt.datetime | None = None) -> int:
    """Lapse what was not submitted when intake closed, and what was withdrawn stays withdrawn. Returns how many.

    Raises Refused `not_allowed`, `window` while applications are still taken.
    """
    at = at or timezone.now()
    actor = actor or Job("lapse_drafts")
    if at < round.closes_at:
        raise Refused("window", f"申报{cn_instant(round.closes_at)}才截止，现在不能清理草稿。")
    drafts = Application.objects.filter(round=round, state=ApplicationState.DRAFT).order_by("pk")
    lapsed = 0
    for draft in drafts:
        if moves.lock(draft).state != ApplicationState.DRAFT:
            continue  # submitted in its last second
        reason = f"申报{cn_instant(round.closes_at)}截止，没有提交。"
        moves.apply(draft, "lapse", actor=actor, at=at, reason=reason, due_at=None)
        tell_members(draft, "lapsed", "申报逾期失效", reason, at=at)
        lapsed += 1
    return lapsed


# -- Into the evaluation  ----


@transaction.atomic
def enter_applications(round: Round, *, actor: Any, at: dt.datetime | None = None) -> list[Entry]:
    """Make an entry on the track of new stations of every accepted application. What is entered already stays.

    Raises Refused: `not_allowed`, `round_state`.
    """
    at = at or timezone.now()
    refuse_not_running(round, actor)
    made = []
    accepted = Application.objects.filter(round=round, state=ApplicationState.ACCEPTED)
    for application in accepted.select_for_update(no_key=True, of=("self",)).order_by("pk"):
        entry = Entry.objects.create(
            round=round, station_id=application.station_id, track=Track.NEW, application=application
        )
        record(entry, "create", actor=actor, at=at, after=entry.state, facts={"application": application.number})
        moves.apply(application, "enter", actor=actor, at=at, facts={"entry": entry.pk})
        made.append(entry)
    return made


@transaction.atomic
def enter_titled(round: Round, *, actor: Any, at: dt.datetime | None = None) -> list[Entry]:
    """Make an entry on the track of titled stations of every self-assessment of the year that was filed and whose title
    is active (Art 16, 19). What is entered already stays.

    Raises Refused: `not_allowed`, `round_state`.
    """
    at = at or timezone.now()
    refuse_not_running(round, actor)
    filed = SelfAssessment.objects.filter(
        year=round.year,
        state__in=FILED_STATES,
        title__state=TitleState.ACTIVE,
        title__level=Level.CITY,
        title__slot__measure=round.measure,
        entry__isnull=True,
    )
    made = []
    for dossier in filed.select_related("title").order_by("pk"):
        entry = Entry.objects.create(
            round=round, station_id=dossier.title.station_id, track=Track.TITLED, dossier=dossier
        )
        record(entry, "create", actor=actor, at=at, after=entry.state, facts={"title": dossier.title.number})
        take_into_round(dossier, actor=actor, at=at, facts={"entry": entry.pk})
        made.append(entry)
    return made


def refuse_not_running(round: Round, actor: Any) -> None:
    """Entries are made by who runs the round, after intake has closed and before the ranking. Locks the round: two who
    press the button at once make one set of entries."""
    if isinstance(actor, Job) or not actor.has_perm(RUN, round):
        raise Refused("not_allowed", "列入参评由评价管理人员办理。")
    state = moves.lock(round).state
    if state not in (RoundState.INTAKE_CLOSED, RoundState.REVIEWING):
        label = RoundState(state).label
        raise Refused("round_state", f"本轮评价现在是「{label}」，申报截止以后、排名以前才能列入参评。")
