"""States of a media report (媒体报道) about a station."""

from ledger.moves import State, move, moves


class MediaReportState(State):
    REPORTED = "reported", "待确认", "warn", "待确认"
    CONFIRMED = "confirmed", "已确认", "good", "已确认，计入全年次数"
    DECLINED = "declined", "不予确认", "bad", "不予确认"
    WITHDRAWN = "withdrawn", "已撤回", "neutral", "服务站已撤回"


M = MediaReportState
MEDIA_REPORT_MOVES = moves(
    # From declined as well, and the other way round: a mistake of who decides is put right, and the journal keeps both
    move("confirm", {M.REPORTED, M.DECLINED}, M.CONFIRMED, "services.decide_media_report", "确认媒体报道"),
    move(
        "decline",
        {M.REPORTED, M.CONFIRMED},
        M.DECLINED,
        "services.decide_media_report",
        "不予确认媒体报道",
        needs_reason=True,
    ),
    move("withdraw", {M.REPORTED, M.DECLINED}, M.WITHDRAWN, "services.withdraw_media_report", "撤回媒体报道"),
)
