"""States of improvement plans (整改) and of their items."""

from django.db import models

from ledger.moves import State, move, moves


class ImprovementState(State):
    OPEN = "open", "整改中", "warn", "整改中"
    DONE = "done", "整改完成", "good", "整改完成"


class ItemState(State):
    OPEN = "open", "待整改", "warn", "待整改"
    SUBMITTED = "submitted", "待验收", "info", "已报送，待验收"
    RETURNED = "returned", "退回重改", "bad", "退回重改"
    ACCEPTED = "accepted", "已验收", "good", "已验收"
    WITHDRAWN = "withdrawn", "已撤回", "neutral", "已撤回"


class Source(models.TextChoices):
    """From what an improvement plan follows."""

    SELF_ASSESSMENT = "self_assessment", "年度自评审核"
    ROUND = "round", "评价结果"
    INSPECTION = "inspection", "监督检查"
    COMPLAINT = "complaint", "投诉核查"


# Where the station has to act, and where nothing is to be done any more
OWED = frozenset({ItemState.OPEN, ItemState.RETURNED})
SETTLED = frozenset({ItemState.ACCEPTED, ItemState.WITHDRAWN})

IMPROVEMENT_MOVES = moves(
    move("complete", ImprovementState.OPEN, ImprovementState.DONE, "supervision.judge_improvement", "完成整改"),
)
S = ItemState
ITEM_MOVES = moves(
    move("submit", OWED, S.SUBMITTED, "supervision.answer_improvement", "报送整改情况"),
    move("accept", S.SUBMITTED, S.ACCEPTED, "supervision.judge_improvement", "验收通过"),
    move("send_back", S.SUBMITTED, S.RETURNED, "supervision.judge_improvement", "退回重改", needs_reason=True),
    move(
        "withdraw",
        {S.OPEN, S.SUBMITTED, S.RETURNED},
        S.WITHDRAWN,
        "supervision.judge_improvement",
        "撤回整改事项",
        needs_reason=True,
    ),
)
