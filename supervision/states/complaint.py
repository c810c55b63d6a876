"""States of a complaint (投诉) by the public about a station."""

from django.db import models

from ledger.moves import State, move, moves


class ComplaintState(State):
    RECEIVED = "received", "已收到", "warn", "待决定是否受理"
    ACCEPTED = "accepted", "已受理", "info", "已受理，待指定核查人"
    NOT_ACCEPTED = "not_accepted", "不予受理", "neutral", "不予受理"
    INVESTIGATING = "investigating", "核查中", "info", "核查中"
    CONCLUDED = "concluded", "核查完毕，待答复", "warn", "已有结论，待答复"
    ANSWERED = "answered", "已答复", "good", "已答复"
    WITHDRAWN = "withdrawn", "已撤回", "neutral", "投诉人已撤回"


class Finding(models.TextChoices):
    FOUNDED = "founded", "属实"
    PARTLY = "partly", "部分属实"
    UNFOUNDED = "unfounded", "不属实"


C = ComplaintState
COMPLAINT_MOVES = moves(
    move("accept", C.RECEIVED, C.ACCEPTED, "supervision.handle_complaint", "受理投诉"),
    move("not_accept", C.RECEIVED, C.NOT_ACCEPTED, "supervision.handle_complaint", "不予受理投诉", needs_reason=True),
    # From investigating as well: another person takes over
    move(
        "investigate", {C.ACCEPTED, C.INVESTIGATING}, C.INVESTIGATING, "supervision.handle_complaint", "指定投诉核查人"
    ),
    move("conclude", C.INVESTIGATING, C.CONCLUDED, "supervision.conclude_complaint", "作出投诉核查结论"),
    move("answer", C.CONCLUDED, C.ANSWERED, "supervision.answer_complaint", "答复投诉人"),
    # By whoever has the number: no person of the portal may do it
    move(
        "withdraw",
        {C.RECEIVED, C.ACCEPTED, C.INVESTIGATING},
        C.WITHDRAWN,
        "supervision.withdraw_complaint",
        "撤回投诉",
        by_clock=True,
    ),
)
COMPLAINT_UNDER_WAY = frozenset({C.ACCEPTED, C.INVESTIGATING, C.CONCLUDED})
COMPLAINT_OPEN = COMPLAINT_UNDER_WAY | {C.RECEIVED}


class StatementState(State):
    """Of the statement that a station is asked for while a complaint is looked into."""

    ASKED = "asked", "待说明", "warn", "待服务站说明"
    GIVEN = "given", "已说明", "good", "已说明"
    CLOSED = "closed", "不再需要", "neutral", "核查已结束，不再需要"


S = StatementState
STATEMENT_MOVES = moves(
    move("give", S.ASKED, S.GIVEN, "supervision.give_complaint_statement", "提交情况说明"),
    move("close", S.ASKED, S.CLOSED, "supervision.close_complaint_statement", "不再要求说明", by_clock=True),
)
