"""States of a commendation (通报表扬) of one person: nothing is public without that person's consent."""

from ledger.moves import State, move, moves


class CommendationState(State):
    NOMINATED = "nominated", "", "warn", "待本人同意"
    CONSENTED = "consented", "", "info", "本人已同意，待公布"
    PUBLISHED = "published", "通报表扬", "good", "已公布"
    DECLINED = "declined", "", "neutral", "本人不同意公布"
    WITHDRAWN = "withdrawn", "", "neutral", "本人已撤回同意"
    CANCELLED = "cancelled", "", "neutral", "已撤销提名"


C = CommendationState
COMMENDATION_MOVES = moves(
    # By the person, through the own link: no account of the portal, hence by a job
    move("consent", {C.NOMINATED, C.DECLINED}, C.CONSENTED, "funding.answer_nomination", "同意公布", by_clock=True),
    move("decline", C.NOMINATED, C.DECLINED, "funding.answer_nomination", "不同意公布", by_clock=True),
    move("withdraw", {C.CONSENTED, C.PUBLISHED}, C.WITHDRAWN, "funding.answer_nomination", "撤回同意", by_clock=True),
    move("publish", C.CONSENTED, C.PUBLISHED, "funding.publish_commendation", "公布表扬"),
    move(
        "cancel",
        {C.NOMINATED, C.CONSENTED, C.DECLINED},
        C.CANCELLED,
        "funding.nominate_staff",
        "撤销提名",
        needs_reason=True,
    ),
)
