"""States of inspections (Art 6): the plan, and each inspection that was drawn."""

from django.db import models

from ledger.moves import State, move, moves


class InspectionPlanState(State):
    DRAFT = "draft", "起草中", "warn", "起草中"
    DRAWN = "drawn", "检查中", "info", "已抽取，检查中"
    CLOSED = "closed", "已结束", "neutral", "已结束"
    DROPPED = "dropped", "已作废", "neutral", "已作废"


class InspectionState(State):
    ASSIGNED = "assigned", "待检查", "warn", "待检查"
    IN_PROGRESS = "in_progress", "检查中", "info", "检查中"
    RECORDED = "recorded", "已检查", "good", "已形成检查记录"
    FOLLOWED_UP = "followed_up", "整改中", "warn", "已提出整改"
    CLOSED = "closed", "已办结", "neutral", "已办结"
    CANCELLED = "cancelled", "已取消", "neutral", "已取消"


class Verdict(models.TextChoices):
    """What was found about one indicator."""

    CONFORMS = "conforms", "符合"
    DOES_NOT_CONFORM = "does_not_conform", "不符合"
    NOT_CHECKED = "not_checked", "未检查"


# From here on the record never changes
RECORDED = frozenset({InspectionState.RECORDED, InspectionState.FOLLOWED_UP, InspectionState.CLOSED})
OPEN = frozenset({InspectionState.ASSIGNED, InspectionState.IN_PROGRESS})

P = InspectionPlanState
INSPECTION_PLAN_MOVES = moves(
    move("draw", P.DRAFT, P.DRAWN, "supervision.plan_inspections", "随机抽取"),
    move("close", P.DRAWN, P.CLOSED, "supervision.plan_inspections", "结束检查计划"),
    move("drop", P.DRAFT, P.DROPPED, "supervision.plan_inspections", "作废检查计划", needs_reason=True),
)
S = InspectionState
INSPECTION_MOVES = moves(
    move("begin", S.ASSIGNED, S.IN_PROGRESS, "supervision.record_inspection", "开始检查"),
    move("record", S.IN_PROGRESS, S.RECORDED, "supervision.record_inspection", "形成检查记录"),
    move("follow_up", S.RECORDED, S.FOLLOWED_UP, "supervision.follow_up_inspection", "提出整改"),
    move("close", {S.RECORDED, S.FOLLOWED_UP}, S.CLOSED, "supervision.follow_up_inspection", "办结检查"),
    move("cancel", OPEN, S.CANCELLED, "supervision.cancel_inspection", "取消检查", needs_reason=True),
)
