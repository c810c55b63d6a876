"""States of the yearly self-assessment (Art 16)."""

from ledger.moves import State, move, moves


class SelfAssessmentState(State):
    DUE = "due", "待报送", "warn", "待报送"
    DRAFT = "draft", "待报送", "warn", "填报中"
    FILED = "filed", "已报送", "good", "按期报送"
    FILED_LATE = "filed_late", "已报送", "warn", "逾期报送"
    MISSING = "missing", "未报送", "bad", "到期未报送"


S = SelfAssessmentState
SELF_ASSESSMENT_MOVES = moves(
    move("begin", S.DUE, S.DRAFT, "supervision.write_self_assessment", "填报自评"),
    move("file", {S.DUE, S.DRAFT}, S.FILED, "supervision.write_self_assessment", "报送自评报告"),
    move("file_late", {S.DUE, S.DRAFT, S.MISSING}, S.FILED_LATE, "supervision.write_self_assessment", "逾期报送"),
    move("miss", {S.DUE, S.DRAFT}, S.MISSING, "supervision.mark_missing", "记为未报送", by_clock=True),
)
