"""Plans of inspections (Art 6): drafted, drawn once from frozen pools by a kept seed, closed."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.actions import notify
from accounts.models import User
from ledger import moves
from ledger.canonical import fingerprint
from ledger.errors import Refused
from ledger.journal import record
from measures.periods import SHANGHAI
from measures.words import cn_day
from stations.models import District
from supervision.draw import ALGORITHM, CannotDraw, Drawn, redraw
from supervision.models import Inspection, InspectionPlan
from supervision.queries.inspection import inspectors_by_seed, pools_of
from supervision.states.inspection import OPEN, InspectionPlanState, InspectionState

SEED_BYTES = 32


@transaction.atomic
def draft_plan(
    *, measure: str, district: District | None, actor: Any, at: dt.datetime | None = None, **fields: Any
) -> InspectionPlan:
    """Draft a plan: of the city (`district` None) or of a district. `fields`: name, starts_on, ends_on, stations_count,
    inspectors_each. Raises Refused: `not_allowed`, and as `check_fields`."""
    at = at or timezone.now()
    plan = InspectionPlan(measure=measure, district=district, created_by=actor, **fields)
    moves.require(actor, "supervision.plan_inspections", "起草监督检查计划", plan)
    check_fields(plan, at)
    plan.save()
    record(plan, "draft", actor=actor, at=at, after=plan.state, facts=facts_of(plan))
    return plan


@transaction.atomic
def update_plan(plan: InspectionPlan, *, actor: Any, at: dt.datetime | None = None, **fields: Any) -> InspectionPlan:
    """Change a draft. Raises Refused: `not_allowed`, `wrong_state`, and as `check_fields`."""
    at = at or timezone.now()
    row = moves.lock(plan)
    moves.require(actor, "supervision.plan_inspections", "修改监督检查计划", row)
    if row.state != InspectionPlanState.DRAFT:
        raise Refused("wrong_state", f"这份计划{row.get_state_display()}，不能再修改。如需另行检查，请起草新的计划。")
    for name, value in fields.items():
        setattr(row, name, value)
    check_fields(row, at)
    row.save(update_fields=list(fields))
    record(row, "update", actor=actor, at=at, facts=facts_of(row))
    return row


def check_fields(plan: InspectionPlan, at: dt.datetime) -> None:
    """Raises Refused: `dates_wrong`, `too_few_inspectors`, `no_stations`."""
    if plan.ends_on < plan.starts_on:
        raise Refused("dates_wrong", "结束日期早于开始日期，请修改。", field="ends_on")
    if plan.ends_on < timezone.localdate(at):
        raise Refused("dates_wrong", "结束日期已经过去，请选将来的日期。", field="ends_on")
    if plan.inspectors_each < 2:
        raise Refused("too_few_inspectors", "每个服务站至少由2人检查。", field="inspectors_each")
    if plan.stations_count < 1:
        raise Refused("no_stations", "至少抽取1个服务站。", field="stations_count")


def facts_of(plan: InspectionPlan) -> dict[str, Any]:
    return {
        "district": plan.district_id,
        "starts_on": plan.starts_on.isoformat(),
        "ends_on": plan.ends_on.isoformat(),
        "stations": plan.stations_count,
        "inspectors_each": plan.inspectors_each,
    }


@transaction.atomic
def draw_plan(plan: InspectionPlan, *, actor: Any, at: dt.datetime | None = None) -> InspectionPlan:
    """Freeze the pools, then choose the seed, then draw; each is on the journal before the next is done, and all stand or
    fall together. Drawn twice, the first draw stays.

    Raises Refused: `not_allowed`, `wrong_state`, `too_few_stations`, `too_few_inspectors`.
    """
    at = at or timezone.now()
    row = moves.lock(plan)
    moves.check_permission(InspectionPlan.MOVES["draw"], actor, row)
    if row.state == InspectionPlanState.DRAWN:
        return row
    pools = pools_of(row, at)
    sha256 = fingerprint(pools)
    counts = {name: len(rows) for name, rows in pools.items()}
    record(row, "freeze", actor=actor, at=at, facts={"pools_sha256": sha256, **counts})
    seed = secrets.token_hex(SEED_BYTES)
    record(row, "seed", actor=actor, at=at, facts={"seed": seed, "algorithm": ALGORITHM})
    drawn = drawn_or_refused(row, seed, pools)
    moves.apply(
        row,
        "draw",
        actor=actor,
        at=at,
        facts={"drawn": [[one.station, list(one.inspectors)] for one in drawn]},
        pools=pools,
        pools_sha256=sha256,
        seed=seed,
        algorithm=ALGORITHM,
        drawn_at=at,
    )
    assign(row, drawn, actor=actor, at=at)
    return row


def drawn_or_refused(plan: InspectionPlan, seed: str, pools: dict[str, Any]) -> tuple[Drawn, ...]:
    try:
        return redraw(seed, pools, stations=plan.stations_count, each=plan.inspectors_each)
    except CannotDraw as short:
        if short.code == "too_few_stations":
            message = f"范围内有有效称号的服务站只有{short.have}个，计划抽取{short.want}个。请把抽取数量改为{short.have}个以内。"
            raise Refused(short.code, message) from short
        message = f"可以抽取的检查人员只有{short.have}人（已除去与服务站有关系的人员），每站要{short.want}人。请先由安全管理员增加检查人员。"
        raise Refused(short.code, message) from short


def assign(plan: InspectionPlan, drawn: tuple[Drawn, ...], *, actor: Any, at: dt.datetime) -> None:
    """One inspection for each drawn station; whoever was drawn is told. The station is not."""
    titles = {row["id"]: row["title"] for row in plan.pools["stations"]}
    people = User.objects.in_bulk({person for one in drawn for person in one.inspectors})
    due_at = dt.datetime.combine(plan.ends_on + dt.timedelta(days=1), dt.time(), SHANGHAI)
    for position, one in enumerate(drawn, start=1):
        inspection = Inspection.objects.create(
            plan=plan, title_id=titles[one.station], position=position, due_at=due_at
        )
        inspection.inspectors.set(one.inspectors)
        facts = {"station": one.station, "inspectors": list(one.inspectors)}
        record(inspection, "assign", actor=actor, at=at, after=inspection.state, facts=facts)
        tell_inspectors(inspection, [people[person] for person in one.inspectors], at=at)


def tell_inspectors(inspection: Inspection, people: Iterable[User], *, at: dt.datetime) -> None:
    notify(
        people,
        at=at,
        key=f"inspection:{inspection.pk}:assigned",
        subject=f"您被抽为检查人员：{inspection.title.station}",
        body=f"请在{cn_day(inspection.plan.ends_on)}前到现场完成检查并形成检查记录。检查前不得告知被检查单位。",
        url=inspection.get_absolute_url(),
    )


@transaction.atomic
def substitute_inspector(
    inspection: Inspection, *, actor: Any, at: dt.datetime | None = None, absent: User, reason: str
) -> Inspection:
    """Somebody who was drawn cannot go: who goes instead follows from the seed, nobody chooses.

    Raises Refused: `not_allowed`, `wrong_state` once the inspection has begun, `not_drawn`, `reason_missing`,
    `too_few_inspectors`.
    """
    at = at or timezone.now()
    row = moves.lock(inspection)
    moves.require(actor, "supervision.cancel_inspection", "替补检查人员", row)
    if row.state != InspectionState.ASSIGNED:
        raise Refused("wrong_state", f"本次检查现在是「{row.get_state_display()}」，不能再替补检查人员。")
    if not reason.strip():
        raise Refused("reason_missing", "请填写不能参加的理由。", field="reason")
    if absent.pk not in {person.pk for person in row.inspectors.all()}:
        raise Refused("not_drawn", f"{absent}不是本次检查的检查人员，请重新选择。", field="absent")
    gone = [*row.absent, absent.pk]
    try:
        going = inspectors_by_seed(row, gone)
    except CannotDraw as short:
        raise Refused(short.code, "名单里没有可以替补的检查人员了，请取消本次检查后另行安排。") from short
    row.absent = gone
    row.save(update_fields=["absent"])
    row.inspectors.set(going)
    facts = {"absent": absent.pk, "inspectors": list(going)}
    record(row, "substitute", actor=actor, at=at, reason=reason, facts=facts)
    tell_inspectors(row, User.objects.filter(pk=going[-1]), at=at)
    return row


@transaction.atomic
def drop_plan(plan: InspectionPlan, *, actor: Any, at: dt.datetime | None = None, reason: str) -> InspectionPlan:
    """Give up a draft. What has been drawn is not dropped: no draw is made until it pleases."""
    moves.apply(plan, "drop", actor=actor, at=at or timezone.now(), reason=reason)
    return plan


@transaction.atomic
def close_plan(plan: InspectionPlan, *, actor: Any, at: dt.datetime | None = None) -> InspectionPlan:
    """End a plan. Raises Refused: `inspections_open` while a station has neither been inspected nor called off."""
    row = moves.lock(plan)
    if row.state == InspectionPlanState.CLOSED:
        return row
    if still := row.inspections.filter(state__in=OPEN).count():
        raise Refused("inspections_open", f"还有{still}个服务站没有检查完，请先完成检查，或者写明理由取消。")
    moves.apply(row, "close", actor=actor, at=at or timezone.now())
    return row
