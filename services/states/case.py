"""States of a typical case (典型案例): written by a station, reviewed by the bureau, published."""

from ledger.moves import State, move, moves


class CaseState(State):
    DRAFT = "draft", "草稿", "neutral", "草稿"
    SUBMITTED = "submitted", "待审核", "warn", "已提交，待审核"
    RETURNED = "returned", "退回修改", "warn", "已退回修改"
    PUBLISHED = "published", "已发布", "good", "已发布"
    RETRACTED = "retracted", "已撤下", "neutral", "已撤下，不再公开"
    DISCARDED = "discarded", "已放弃", "neutral", "服务站已放弃"


S = CaseState
CASE_MOVES = moves(
    move("submit", {S.DRAFT, S.RETURNED}, S.SUBMITTED, "services.write_case", "提交典型案例"),
    move("return", S.SUBMITTED, S.RETURNED, "services.review_case", "退回典型案例", needs_reason=True),
    move("publish", S.SUBMITTED, S.PUBLISHED, "services.review_case", "发布典型案例"),
    move("retract", S.PUBLISHED, S.RETRACTED, "services.review_case", "撤下典型案例", needs_reason=True),
    move("discard", {S.DRAFT, S.RETURNED}, S.DISCARDED, "services.write_case", "放弃典型案例"),
)
WRITABLE = frozenset({S.DRAFT, S.RETURNED})
