"""States of a case of revocation (Art 18) and of a station's own exit (its end, or its wish)."""

from django.db import models

from ledger.moves import State, move, moves


class RevocationState(State):
    OPENED = "opened", "办理中", "warn", "已立案，待告知"
    NOTIFIED = "notified", "陈述申辩期内", "warn", "已告知，待陈述申辩"
    HEARD = "heard", "已听取陈述申辩", "info", "已听取陈述申辩"
    LAPSED = "lapsed", "陈述申辩期满", "info", "期满未陈述申辩"
    PROPOSED = "proposed", "审批中", "warn", "待审批"
    APPROVED = "approved", "已批准撤销", "bad", "已批准，待送达决定"
    SERVED = "served", "决定已送达", "bad", "决定已送达，待执行"
    EXECUTED = "executed", "称号已撤销", "bad", "已执行"
    DROPPED = "dropped", "已终结，不撤销", "neutral", "已终结，不撤销"


class ServiceMethod(models.TextChoices):
    """How a paper is brought to its addressee."""

    IN_PERSON = "in_person", "直接送达"
    LEFT = "left", "留置送达"
    POST = "post", "邮寄送达"
    ELECTRONIC = "electronic", "电子送达（经同意）"
    PUBLIC = "public", "公告送达"


class DepartureKind(models.TextChoices):
    GIVE_UP = "give_up", "自愿放弃称号"
    ENTITY_TERMINATED = "entity_terminated", "主体资格终止"


class DepartureState(State):
    ASKED = "asked", "等待市局确认", "warn", "待确认"
    CONFIRMED = "confirmed", "称号已终止", "neutral", "已确认，称号终止"
    REFUSED = "refused", "市局未同意", "neutral", "不予确认"
    WITHDRAWN = "withdrawn", "已撤回", "neutral", "已撤回"


R, D = RevocationState, DepartureState
HANDLE, APPROVE = "supervision.handle_revocation", "supervision.approve_revocation"
REVOCATION_MOVES = moves(
    move("notify", R.OPENED, R.NOTIFIED, HANDLE, "记录告知书送达"),
    move("hear", {R.NOTIFIED, R.LAPSED}, R.HEARD, "supervision.hear_revocation", "提交陈述申辩"),
    move("lapse", R.NOTIFIED, R.LAPSED, HANDLE, "陈述申辩期满", by_clock=True),
    move("propose", {R.HEARD, R.LAPSED}, R.PROPOSED, HANDLE, "拟办撤销", needs_reason=True),
    move("approve", R.PROPOSED, R.APPROVED, APPROVE, "批准撤销"),
    move("return_heard", R.PROPOSED, R.HEARD, APPROVE, "退回重新拟办", needs_reason=True),
    move("return_lapsed", R.PROPOSED, R.LAPSED, APPROVE, "退回重新拟办", needs_reason=True),
    move("serve", R.APPROVED, R.SERVED, HANDLE, "记录决定书送达"),
    move("execute", R.SERVED, R.EXECUTED, APPROVE, "执行撤销"),
    move(
        "drop",
        {R.OPENED, R.NOTIFIED, R.HEARD, R.LAPSED, R.PROPOSED, R.APPROVED, R.SERVED},
        R.DROPPED,
        "supervision.drop_revocation",
        "终结案件，不撤销",
        needs_reason=True,
    ),
)
RUNNING = tuple(state for state in R if state not in {R.EXECUTED, R.DROPPED})
DEPARTURE_MOVES = moves(
    move("confirm", D.ASKED, D.CONFIRMED, "supervision.confirm_departure", "确认终止称号"),
    move("refuse", D.ASKED, D.REFUSED, "supervision.confirm_departure", "不予确认", needs_reason=True),
    move("withdraw", D.ASKED, D.WITHDRAWN, "supervision.withdraw_departure", "撤回"),
)
