"""States of a training event (培训活动) and of a company's sign-up for it."""

from django.db import models

from ledger.moves import State, move, moves


class TrainingState(State):
    DRAFT = "draft", "草稿", "neutral", "未发布"
    OPEN = "open", "报名中", "info", "报名中"
    HELD = "held", "已开始", "warn", "已开始，待办结"
    CONCLUDED = "concluded", "已结束", "good", "已办结，计入服务记录"
    CANCELLED = "cancelled", "已取消", "neutral", "已取消"


T = TrainingState
TRAINING_MOVES = moves(
    move("publish", T.DRAFT, T.OPEN, "services.run_training", "发布培训活动"),
    move("hold", T.OPEN, T.HELD, "services.hold_training", "开始培训活动", by_clock=True),
    move("conclude", T.HELD, T.CONCLUDED, "services.run_training", "办结培训活动"),
    move(
        "cancel",
        {T.DRAFT, T.OPEN, T.HELD},
        T.CANCELLED,
        "services.run_training",
        "取消培训活动",
        needs_reason=True,
    ),
)
TRAINING_PUBLIC = frozenset({T.OPEN, T.HELD, T.CONCLUDED, T.CANCELLED})


class SignUpState(State):
    SIGNED = "signed", "已报名", "good", "已报名"
    WAITING = "waiting", "候补中", "warn", "候补"
    CANCELLED = "cancelled", "已取消", "neutral", "已取消"


S = SignUpState
SIGN_UP_MOVES = moves(
    # Places came free: by the clock, or by whoever made them free
    move("promote", S.WAITING, S.SIGNED, "services.promote_sign_up", "候补转为报名", by_clock=True),
    # By whoever has the number, or by the station that was called
    move("cancel", {S.SIGNED, S.WAITING}, S.CANCELLED, "services.run_sign_up", "取消报名", by_clock=True),
)
SIGN_UP_OPEN = frozenset({S.SIGNED, S.WAITING})


class AttendanceWay(models.TextChoices):
    QR = "qr", "扫码签到"
    STAFF = "staff", "工作人员登记"
