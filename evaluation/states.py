"""The life of everything in a round: one table each. A row of a state is value, public label, tone, staff label."""

from django.db import models

from ledger.moves import State, move, moves


class Track(models.TextChoices):
    """Two tracks run in one round (Art 19): titled stations keep or lose, new stations compete for the free slots."""

    NEW = "new", "新建服务站"
    TITLED = "titled", "已授牌服务站"


class RoundState(State):
    DRAFT = "draft", "", "neutral", "起草中"
    PUBLISHED = "published", "已发布", "info", "已发布，待开放"
    OPEN = "open", "申报中", "good", "申报中"
    INTAKE_CLOSED = "intake_closed", "申报已截止", "info", "申报截止，受理中"
    REVIEWING = "reviewing", "评审中", "info", "评审中"
    RANKED = "ranked", "评审中", "info", "已排名"
    IN_NOTICE = "in_notice", "公示中", "warn", "公示中"
    CONCLUDED = "concluded", "已公布结果", "good", "已结束"
    CANCELLED = "cancelled", "已取消", "neutral", "已取消"


R = RoundState
ROUND_MOVES = moves(
    move("publish", R.DRAFT, R.PUBLISHED, "evaluation.publish_round", "发布评价通知"),
    move("open", R.PUBLISHED, R.OPEN, "evaluation.run_round", "开放申报", by_clock=True),
    move("close_intake", R.OPEN, R.INTAKE_CLOSED, "evaluation.run_round", "截止申报", by_clock=True),
    move("begin_review", R.INTAKE_CLOSED, R.REVIEWING, "evaluation.run_round", "开始评审"),
    move("rank", R.REVIEWING, R.RANKED, "evaluation.rank_round", "确认排名"),
    move("review_again", R.RANKED, R.REVIEWING, "evaluation.rank_round", "退回评审", needs_reason=True),
    move("give_notice", R.RANKED, R.IN_NOTICE, "evaluation.publish_notice", "公示评价结果"),
    move("conclude", R.IN_NOTICE, R.CONCLUDED, "evaluation.conclude_round", "结束本轮评价"),
    move(
        "cancel",
        {R.DRAFT, R.PUBLISHED, R.OPEN, R.INTAKE_CLOSED, R.REVIEWING, R.RANKED},
        R.CANCELLED,
        "evaluation.cancel_round",
        "取消本轮评价",
        needs_reason=True,
    ),
)


class ApplicationState(State):
    DRAFT = "draft", "填报中", "neutral", "填报中"
    SUBMITTED = "submitted", "已提交，待受理", "info", "待受理"
    RETURNED = "returned", "需要补正", "warn", "补正中"
    ACCEPTED = "accepted", "已受理", "good", "已受理"
    ENTERED = "entered", "评审中", "good", "已参评"
    NOT_ACCEPTED = "not_accepted", "不予受理", "bad", "不予受理"
    LAPSED = "lapsed", "逾期失效", "bad", "逾期失效"
    WITHDRAWN = "withdrawn", "已撤回", "neutral", "已撤回"


A = ApplicationState
APPLICATION_MOVES = moves(
    move("submit", A.DRAFT, A.SUBMITTED, "evaluation.write_application", "提交申报"),
    move("supplement", A.RETURNED, A.SUBMITTED, "evaluation.write_application", "提交补正"),
    move("withdraw", {A.SUBMITTED, A.RETURNED}, A.WITHDRAWN, "evaluation.write_application", "撤回申报"),
    move("resume", A.WITHDRAWN, A.DRAFT, "evaluation.write_application", "重新填报"),
    move("return", A.SUBMITTED, A.RETURNED, "evaluation.check_application", "退回补正"),
    move("accept", A.SUBMITTED, A.ACCEPTED, "evaluation.check_application", "受理"),
    move("not_accept", A.SUBMITTED, A.NOT_ACCEPTED, "evaluation.check_application", "不予受理", needs_reason=True),
    move("lapse", {A.DRAFT, A.RETURNED}, A.LAPSED, "evaluation.run_round", "记为逾期失效", by_clock=True),
    move("enter", A.ACCEPTED, A.ENTERED, "evaluation.run_round", "列入参评"),
)


class EntryState(State):
    ASSIGNED = "assigned", "评审中", "neutral", "待分配专家"
    SCORING = "scoring", "评审中", "info", "评分中"
    SCORED = "scored", "评审中", "info", "评分完成"
    RANKED = "ranked", "评审中", "info", "已排名"
    PROPOSED = "proposed", "拟通过", "good", "拟通过"
    RESERVE = "reserve", "候补", "info", "候补"
    FAILED = "failed", "拟不通过", "bad", "拟不通过"
    HELD = "held", "异议核查中", "warn", "异议核查中"
    AWARDED = "awarded", "授予称号", "good", "已授牌"
    RETAINED = "retained", "保留称号", "good", "保留称号"
    DELISTED = "delisted", "摘牌", "bad", "已摘牌"
    REFUSED = "refused", "不予通过", "bad", "不予通过"


E = EntryState
ENTRY_MOVES = moves(
    move("begin_scoring", E.ASSIGNED, E.SCORING, "evaluation.assign_experts", "开始评分"),
    move("finish_scoring", E.SCORING, E.SCORED, "evaluation.lock_sheets", "锁定评分"),
    move("rank", E.SCORED, E.RANKED, "evaluation.rank_round", "列入排名"),
    move("review_again", E.RANKED, E.SCORED, "evaluation.rank_round", "退回评审"),
    move("propose", E.RANKED, E.PROPOSED, "evaluation.publish_notice", "拟通过"),
    move("reserve", E.RANKED, E.RESERVE, "evaluation.publish_notice", "列为候补"),
    move("fail", E.RANKED, E.FAILED, "evaluation.publish_notice", "拟不通过"),
    move("hold", {E.PROPOSED, E.RESERVE, E.FAILED}, E.HELD, "evaluation.handle_objection", "暂缓"),
    move("release_proposed", E.HELD, E.PROPOSED, "evaluation.handle_objection", "恢复拟通过"),
    move("release_reserve", E.HELD, E.RESERVE, "evaluation.handle_objection", "恢复候补"),
    move("release_failed", E.HELD, E.FAILED, "evaluation.handle_objection", "恢复拟不通过"),
    move("award", {E.PROPOSED, E.RESERVE}, E.AWARDED, "evaluation.conclude_round", "授予称号"),
    move("retain", E.PROPOSED, E.RETAINED, "evaluation.conclude_round", "保留称号"),
    move("delist", E.FAILED, E.DELISTED, "evaluation.conclude_round", "摘牌"),
    move("refuse", E.HELD, E.REFUSED, "evaluation.conclude_round", "不予通过", needs_reason=True),
)


class SheetState(State):
    GATED = "gated", "", "neutral", "待声明回避"
    OPEN = "open", "", "info", "评分中"
    SUBMITTED = "submitted", "", "good", "已提交"
    REOPENED = "reopened", "", "warn", "退回复核"
    LOCKED = "locked", "", "good", "已锁定"
    RECUSED = "recused", "", "neutral", "已回避"


S = SheetState
SHEET_MOVES = moves(
    move("declare_clear", S.GATED, S.OPEN, "evaluation.score_sheet", "声明无利益冲突"),
    # A conflict may come to light late: whatever is not locked yet can still be taken out
    move(
        "recuse",
        {S.GATED, S.OPEN, S.SUBMITTED, S.REOPENED},
        S.RECUSED,
        "evaluation.recuse_sheet",
        "回避",
        needs_reason=True,
    ),
    move("submit", {S.OPEN, S.REOPENED}, S.SUBMITTED, "evaluation.score_sheet", "提交评分表"),
    move("reopen", S.SUBMITTED, S.REOPENED, "evaluation.reopen_sheet", "退回复核", needs_reason=True),
    move("lock", S.SUBMITTED, S.LOCKED, "evaluation.lock_sheets", "锁定评分表"),
)


class VisitState(State):
    PLANNED = "planned", "", "info", "已安排"
    DONE = "done", "", "good", "已完成"
    CANCELLED = "cancelled", "", "neutral", "已取消"


VISIT_MOVES = moves(
    move("finish", VisitState.PLANNED, VisitState.DONE, "evaluation.record_visit", "完成现场核查"),
    move(
        "cancel",
        VisitState.PLANNED,
        VisitState.CANCELLED,
        "evaluation.assign_experts",
        "取消现场核查",
        needs_reason=True,
    ),
)


class RankingState(State):
    TIED = "tied", "", "warn", "并列待集体决定"
    READY = "ready", "", "info", "待确认"
    CONFIRMED = "confirmed", "", "good", "已确认"
    SUPERSEDED = "superseded", "", "neutral", "已作废"


RANKING_MOVES = moves(
    move("confirm", RankingState.READY, RankingState.CONFIRMED, "evaluation.rank_round", "确认排名"),
    move(
        "supersede",
        {RankingState.TIED, RankingState.READY, RankingState.CONFIRMED},
        RankingState.SUPERSEDED,
        "evaluation.rank_round",
        "作废排名",
    ),
)


class NoticeKind(models.TextChoices):
    EVALUATION = "evaluation", "评价通知"
    RESULT = "result", "评价结果公示"
    AWARD = "award", "授牌公告"


class NoticeState(State):
    DRAFT = "draft", "", "neutral", "起草中"
    PUBLISHED = "published", "已发布", "good", "已发布"
    CLOSED = "closed", "公示期满", "neutral", "公示期满"


NOTICE_MOVES = moves(
    move("publish", NoticeState.DRAFT, NoticeState.PUBLISHED, "evaluation.publish_notice", "发布"),
    move("close", NoticeState.PUBLISHED, NoticeState.CLOSED, "evaluation.run_round", "公示期满", by_clock=True),
)


class ObjectionState(State):
    FILED = "filed", "已收到", "warn", "待处理"
    ACCEPTED = "accepted", "已受理", "info", "已受理"
    NOT_ACCEPTED = "not_accepted", "不予受理", "neutral", "不予受理"
    INVESTIGATING = "investigating", "核查中", "info", "核查中"
    UPHELD = "upheld", "核查完毕", "bad", "异议成立，待反馈"
    REJECTED = "rejected", "核查完毕", "good", "异议不成立，待反馈"
    ANSWERED = "answered", "已反馈", "good", "已反馈"


O = ObjectionState  # noqa: E741
OBJECTION_MOVES = moves(
    move("accept", O.FILED, O.ACCEPTED, "evaluation.handle_objection", "受理异议"),
    move("not_accept", O.FILED, O.NOT_ACCEPTED, "evaluation.handle_objection", "不予受理异议", needs_reason=True),
    move("investigate", O.ACCEPTED, O.INVESTIGATING, "evaluation.handle_objection", "开始核查"),
    move("uphold", O.INVESTIGATING, O.UPHELD, "evaluation.decide_objection", "认定异议成立", needs_reason=True),
    move("reject", O.INVESTIGATING, O.REJECTED, "evaluation.decide_objection", "认定异议不成立", needs_reason=True),
    move("answer", {O.UPHELD, O.REJECTED}, O.ANSWERED, "evaluation.handle_objection", "反馈异议人"),
)
OBJECTION_OPEN = frozenset({O.FILED, O.ACCEPTED, O.INVESTIGATING})


class ConclusionState(State):
    PROPOSED = "proposed", "", "warn", "待审批"
    EXECUTED = "executed", "", "good", "已批准并执行"
    REJECTED = "rejected", "", "bad", "已退回"


CONCLUSION_MOVES = moves(
    move("approve", ConclusionState.PROPOSED, ConclusionState.EXECUTED, "evaluation.approve_conclusion", "批准结论"),
    move(
        "reject",
        ConclusionState.PROPOSED,
        ConclusionState.REJECTED,
        "evaluation.approve_conclusion",
        "退回结论",
        needs_reason=True,
    ),
)
