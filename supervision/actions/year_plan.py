"""The year's plan of supervision: drafted, adopted, and changed with a reason while it is in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

import measures
from ledger import moves
from ledger.errors import Refused
from ledger.journal import last_word, record
from measures.setting import SettingError
from supervision.actions.classification import show_classes
from supervision.models import YearPlan
from supervision.queries.year_plan import unset
from supervision.states.year_plan import YearPlanState


@transaction.atomic
def draft_year_plan(*, measure: str, year: int, actor: Any, at: dt.datetime | None = None) -> YearPlan:
    """Begin the plan of a year; what last year's plan decided is taken over, to be looked through.

    Raises Refused: `not_allowed`, `plan_exists`.
    """
    at = at or timezone.now()
    moves.require(actor, "supervision.write_year_plan", "起草年度监督安排")
    if YearPlan.objects.filter(measure=measure, year=year).exists():
        raise Refused("plan_exists", f"{year} 年度监督安排已经有了，请直接修改。", field="year")
    last = YearPlan.objects.filter(measure=measure, year__lt=year).order_by("-year").first()
    plan = YearPlan.objects.create(measure=measure, year=year, settings=dict(last.settings) if last else {})
    record(plan, "draft", actor=actor, at=at, after=plan.state, facts={"year": year, "taken_from": last and last.year})
    return plan


@transaction.atomic
def update_year_plan(
    plan: YearPlan,
    *,
    actor: Any,
    at: dt.datetime | None = None,
    self_assessment_opens_on: dt.date | None,
    settings: Mapping[str, Any],
    reason: str = "",
    seen: int | None = None,
) -> YearPlan:
    """Decide the settings. While the plan is in force a change needs a reason, and nothing can be taken back to undecided.

    `seen` is the journal row that the editor had before his eyes (ledger.journal.last_word).

    Raises Refused: `not_allowed`, `setting_invalid` naming the field, `reason_missing`, `opens_in_another_year`,
    `already_opened`, `stale_page` when somebody else has saved meanwhile.
    """
    at = at or timezone.now()
    moves.require(actor, "supervision.write_year_plan", "修改年度监督安排")
    row = moves.lock(plan)
    if seen is not None and seen != last_word(row):
        raise Refused("stale_page", "您打开本页之后，别人保存过这份安排。请在另一个窗口查看最新内容，核对后再保存。")
    before = {"self_assessment_opens_on": row.self_assessment_opens_on, **row.settings}
    if row.state == YearPlanState.IN_FORCE and not reason.strip():
        raise Refused("reason_missing", "年度监督安排已经执行，修改请写明理由。", field="reason")
    check_opening(row, self_assessment_opens_on, at)
    row.self_assessment_opens_on = self_assessment_opens_on
    row.settings = typed_settings(row.measure, settings)
    if row.state == YearPlanState.IN_FORCE:
        refuse_open_ends(row)
    row.save(update_fields=["self_assessment_opens_on", "settings"])
    after = {"self_assessment_opens_on": row.self_assessment_opens_on, **row.settings}
    changed = {key: [plain(before.get(key)), plain(value)] for key, value in after.items() if before.get(key) != value}
    record(
        row, "update", actor=actor, at=at, before=row.state, after=row.state, reason=reason, facts={"changed": changed}
    )
    show_classes(at, actor=actor)
    return row


@transaction.atomic
def adopt_year_plan(plan: YearPlan, *, actor: Any, at: dt.datetime | None = None) -> YearPlan:
    """Put the plan in force. Asked twice, it stays in force. Raises Refused: `not_allowed`, `settings_unset`."""
    row = moves.lock(plan)
    if row.state == YearPlanState.IN_FORCE:
        return row
    refuse_open_ends(row)
    at = at or timezone.now()
    moves.apply(row, "adopt", actor=actor, at=at, facts={"settings": row.settings})
    show_classes(at, actor=actor)
    return row


def refuse_open_ends(plan: YearPlan) -> None:
    if missing := unset(plan):
        raise Refused("settings_unset", f"还没有决定：{'、'.join(missing)}。请填写后再保存。")


def check_opening(plan: YearPlan, opens_on: dt.date | None, at: dt.datetime) -> None:
    """Self-assessment opens within its year and before its due date, and is not moved once it has opened."""
    if opens_on == plan.self_assessment_opens_on:
        return
    field = "self_assessment_opens_on"
    old = plan.self_assessment_opens_on
    if plan.state == YearPlanState.IN_FORCE and old and old <= timezone.localdate(at):
        raise Refused("already_opened", "本年度自评已经开放，开放日期不能再改。", field=field)
    law = measures.load(plan.measure).self_assessment
    last = dt.date(plan.year, law.month, law.day)
    if opens_on and not dt.date(plan.year, 1, 1) <= opens_on < last:
        raise Refused(
            "opens_in_another_year",
            f"开放日期应在 {plan.year} 年内，并早于报送截止日（{law.month}月{law.day}日），请修改。",
            field=field,
        )


def typed_settings(measure: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Each setting as the measure wants it; what is empty stays undecided."""
    typed: dict[str, Any] = {}
    for setting in measures.load(measure).supervision_settings:
        text = str(raw.get(setting.code, "")).strip()
        if text in {"", "None"}:
            continue
        try:
            value = setting.clean(text)
        except SettingError as error:
            raise Refused("setting_invalid", str(error), field=setting.code) from error
        typed[setting.code] = str(value) if isinstance(value, Decimal) else value
    return typed


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
