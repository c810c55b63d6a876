"""Rounds: drafted and published by a manager, opened and closed by the clock (Art 15(1))."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings as site
from django.db import transaction
from django.utils import timezone

import measures
from accounts.actions import notify
from accounts.queries import people_with
from accounts.states import Role
from evaluation.actions import intake
from evaluation.actions.notices import publish_evaluation_notice
from evaluation.models import Application, Indicator, PublicNotice, Round
from evaluation.models.round import COLUMN_SETTINGS
from evaluation.rules import unset_settings
from evaluation.states import ApplicationState, RoundState
from ledger import moves
from ledger.actors import Job
from ledger.errors import Refused
from ledger.journal import last_word, record
from measures.queries import current_calendar
from measures.setting import SettingError

FIELDS = ("name", "year", "opens_at", "closes_at", "requirements", "contact", "chair")


@transaction.atomic
def draft_round(
    *, actor: Any, at: dt.datetime | None = None, settings: Mapping[str, Any] | None = None, **fields: Any
) -> Round:
    """Begin a round of the portal's measure. `fields` are those of FIELDS; `settings` maps codes of silent settings to
    what was typed, empty for what is not decided yet.

    Raises Refused: `not_allowed`, `round_exists`, `window_backwards`, `setting_invalid`.
    """
    at = at or timezone.now()
    moves.require(actor, "evaluation.draft_round", "起草评价")
    round = Round(measure=site.MEASURE, created_by=actor, **{name: fields[name] for name in FIELDS if name in fields})
    refuse_second_round(round)
    put_settings(round, settings or {})
    refuse_backwards(round)
    round.save()
    record(round, "draft", actor=actor, at=at, after=round.state)
    return round


@transaction.atomic
def update_round(
    round: Round,
    *,
    actor: Any,
    at: dt.datetime | None = None,
    seen: int | None = None,
    settings: Mapping[str, Any] | None = None,
    **fields: Any,
) -> None:
    """Change a draft. `seen` is the journal row that the editor had before his eyes (ledger.journal.last_word).

    Raises Refused: `not_allowed`, `wrong_state` once published, `stale_page` when somebody else has saved meanwhile,
    and as draft_round does.
    """
    at = at or timezone.now()
    moves.require(actor, "evaluation.draft_round", "修改评价", round)
    row = moves.lock(round)
    if row.state != RoundState.DRAFT:
        raise Refused("wrong_state", f"现在的状态是「{row.get_state_display()}」，评价已发布，设定不能再修改。")
    if seen is not None and seen != last_word(row):
        raise Refused("stale_page", "您打开本页之后，别人保存过这一轮评价。请在另一个窗口查看最新内容，核对后再保存。")
    for name, value in fields.items():
        setattr(row, name, value)
    refuse_second_round(row)
    put_settings(row, settings or {})
    refuse_backwards(row)
    row.save()
    record(row, "update", actor=actor, at=at, before=row.state, after=row.state)
    round.refresh_from_db()


@transaction.atomic
def publish_round(
    round: Round, *, actor: Any, at: dt.datetime | None = None, document_number: str = ""
) -> PublicNotice:
    """Freeze the rules of the round and publish its evaluation notice: version of the measure, version of the calendar,
    the indicators of the annex, every setting (Art 15(1)).

    Raises Refused: `not_allowed`, `wrong_state`, `settings_unset` naming each, `window_past`.
    """
    at = at or timezone.now()
    moves.require(actor, "evaluation.publish_round", "发布评价通知", round)
    row = moves.lock(round)
    measure = measures.load(row.measure)
    if missing := unset_settings(row, measure):
        labels = "、".join(f"「{setting.label}」" for setting in missing)
        raise Refused("settings_unset", f"办法未规定、要由市局设定的事项还没有填写：{labels}。请填写后再发布。")
    if row.closes_at <= at:
        raise Refused("window_past", "申报截止时间已经过去，请先修改申报时间。", field="closes_at")
    if row.state == RoundState.DRAFT:  # otherwise the move below says what is wrong
        freeze_rubric(row, measure)
    moves.apply(
        round,
        "publish",
        actor=actor,
        at=at,
        facts={"measure_version": measure.version},
        measure_version=measure.version,
        calendar_version=current_calendar().version,
        published_at=at,
    )
    return publish_evaluation_notice(round, actor=actor, at=at, document_number=document_number)


def freeze_rubric(round: Round, measure: measures.Measure) -> None:
    """Copy the indicators of the annex into the round: the rubric that scores are held against from now on."""
    round.indicators.all().delete()
    Indicator.objects.bulk_create(
        Indicator(
            round=round,
            code=item.code,
            dimension=item.dimension,
            name=item.name,
            position=position,
            max_points=item.points,
        )
        for position, item in enumerate(measure.indicators, start=1)
    )


@transaction.atomic
def open_round(round: Round, *, actor: Any, at: dt.datetime | None = None) -> None:
    """Begin to take applications. Raises Refused: `not_allowed`, `wrong_state`, `too_early`."""
    at = at or timezone.now()
    if at < round.opens_at:
        raise Refused("too_early", "通知公布的申报开始时间还没有到，不能提前开放申报。")
    moves.apply(round, "open", actor=actor, at=at)


@transaction.atomic
def close_intake(round: Round, *, actor: Any, at: dt.datetime | None = None) -> None:
    """Take no more applications; drafts that were not submitted lapse. Raises Refused: `not_allowed`, `wrong_state`, `too_early`."""
    at = at or timezone.now()
    if at < round.closes_at:
        raise Refused("too_early", "通知公布的申报截止时间还没有到，不能提前截止。")
    moves.apply(round, "close_intake", actor=actor, at=at)
    intake.lapse_drafts(round, at=at)
    waiting = round.applications.filter(state=ApplicationState.SUBMITTED).count()
    notify(
        people_with(Role.INTAKE, Role.MANAGER),
        at=at,
        key=f"round:{round.pk}:intake_closed",
        subject=f"{round.name}申报已截止",
        body=f"申报已按通知公布的时间截止，待受理 {waiting} 份。请在办理期限内完成受理审查。",
        url=round.get_absolute_url(),
    )


def open_due(at: dt.datetime | None = None, *, actor: Any = None) -> int:
    """Open every published round whose time has come. Idempotent; returns how many were opened."""
    at = at or timezone.now()
    due = Round.objects.filter(state=RoundState.PUBLISHED, opens_at__lte=at)
    return sum(by_the_clock(open_round, round, actor or Job("open_rounds"), at) for round in due)


def close_due(at: dt.datetime | None = None, *, actor: Any = None) -> int:
    """Close the intake of every open round whose time is over. Idempotent; returns how many were closed."""
    at = at or timezone.now()
    due = Round.objects.filter(state=RoundState.OPEN, closes_at__lte=at)
    return sum(by_the_clock(close_intake, round, actor or Job("close_intake"), at) for round in due)


def by_the_clock(action: Any, obj: Any, actor: Any, at: dt.datetime) -> bool:
    """Whether the action was done: a thing that another worker has moved meanwhile is left alone."""
    try:
        action(obj, actor=actor, at=at)
    except Refused as refusal:
        if refusal.code != "wrong_state":
            raise
        return False
    return True


@transaction.atomic
def begin_review(round: Round, *, actor: Any, at: dt.datetime | None = None) -> None:
    """Go from intake to the panel, once no application waits any more: what was accepted, and every titled station that
    filed its self-assessment (Art 19), becomes an entry.

    Raises Refused: `not_allowed`, `wrong_state`, `applications_pending`, `nothing_to_review`.
    """
    at = at or timezone.now()
    moves.apply(round, "begin_review", actor=actor, at=at)
    pending = Application.objects.filter(
        round=round, state__in=[ApplicationState.SUBMITTED, ApplicationState.RETURNED]
    ).count()
    if pending:
        raise Refused("applications_pending", f"还有 {pending} 份申报没有办结受理（待受理或补正中），请先办结。")
    intake.enter_applications(round, actor=actor, at=at)
    intake.enter_titled(round, actor=actor, at=at)
    if not round.entries.exists():
        raise Refused("nothing_to_review", "没有已受理的申报，也没有已报送自评的市级站，不能开始评审。")


@transaction.atomic
def cancel_round(round: Round, *, actor: Any, reason: str, at: dt.datetime | None = None) -> None:
    """End a round without result; who applied is told. Raises Refused: `not_allowed`, `wrong_state`, `reason_missing`."""
    at = at or timezone.now()
    moves.apply(round, "cancel", actor=actor, at=at, reason=reason)
    for application in round.applications.exclude(state=ApplicationState.LAPSED).select_related("created_by"):
        notify(
            [application.created_by],
            at=at,
            key=f"round:{round.pk}:cancelled",
            subject=f"{round.name}已取消",
            body=f"本轮评价已取消。理由：{reason}",
        )


# -- What both drafting and changing check  ----


def put_settings(round: Round, typed: Mapping[str, Any]) -> None:
    """Put what was typed into the round, each as the measure's setting wants it; what is empty stays unset."""
    measure = measures.load(round.measure)
    for setting in measure.round_settings:
        if setting.code not in typed:
            continue
        raw, value = typed[setting.code], None
        if raw is not None and str(raw).strip() not in {"", "[]"}:
            try:
                value = setting.clean(raw)
            except SettingError as error:
                raise Refused("setting_invalid", str(error), field=setting.code) from error
        if setting.code in COLUMN_SETTINGS:
            setattr(round, setting.code, column_value(setting.code, value))
        elif value is None:
            round.more_settings.pop(setting.code, None)
        else:
            round.more_settings[setting.code] = value


def column_value(code: str, value: Any) -> Any:
    """The value as the column of that name holds it: a choice such as "0.5" may be a decimal there."""
    column: Any = Round._meta.get_field(code)
    if value is None:
        return None if column.null else column.get_default()
    return column.to_python(list(value) if isinstance(value, tuple) else value)


def refuse_second_round(round: Round) -> None:
    running = Round.objects.filter(measure=round.measure, year=round.year).exclude(
        state__in=[RoundState.CANCELLED, RoundState.CONCLUDED]
    )
    if running.exclude(pk=round.pk).exists():
        raise Refused("round_exists", f"{round.year}年度已有一轮评价没有结束，请在那一轮里办理。", field="year")


def refuse_backwards(round: Round) -> None:
    if round.closes_at <= round.opens_at:
        raise Refused("window_backwards", "申报截止时间要晚于申报开始时间，请修改。", field="closes_at")
