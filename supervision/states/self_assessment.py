"""States of the yearly self-assessment (Art 16), and how it was filed."""

from django.db import models

from ledger.moves import State, move, moves


class SelfAssessmentState(State):
    DUE = "due", "待报送", "warn", "待报送"
    DRAFT = "draft", "待报送", "warn", "填报中"
    FILED = "filed", "已报送", "good", "按期报送"
    FILED_LATE = "filed_late", "已报送", "warn", "逾期报送"
    MISSING = "missing", "未报送", "bad", "到期未报送"
    RETURNED = "returned", "已报送", "warn", "退回补充"
    REVIEWED = "reviewed", "已报送", "good", "已审阅"


class Timeliness(models.TextChoices):
    """A fact of its own, which later states do not wipe out. Who was missing and files after all has filed late."""

    OPEN = "", "未到期"
    IN_TIME = "in_time", "按期"
    LATE = "late", "逾期"
    MISSING = "missing", "未报送"


S = SelfAssessmentState
OPEN_STATES = frozenset({S.DUE, S.DRAFT})
OWED = frozenset({S.DUE, S.DRAFT, S.MISSING})
# What has been filed at least once: it has a frozen version, on which a titled station is evaluated
FILED_STATES = frozenset({S.FILED, S.FILED_LATE, S.RETURNED, S.REVIEWED})

WRITE, REVIEW = "supervision.write_self_assessment", "supervision.review_self_assessment"
SELF_ASSESSMENT_MOVES = moves(
    move("begin", S.DUE, S.DRAFT, WRITE, "填报自评"),
    move("file", {S.DUE, S.DRAFT}, S.FILED, WRITE, "报送自评报告"),
    move("file_late", {S.DUE, S.DRAFT, S.MISSING}, S.FILED_LATE, WRITE, "逾期报送"),
    move("miss", {S.DUE, S.DRAFT}, S.MISSING, "supervision.mark_missing", "记为未报送", by_clock=True),
    move("review", {S.FILED, S.FILED_LATE}, S.REVIEWED, REVIEW, "审阅自评报告"),
    move("return", {S.FILED, S.FILED_LATE}, S.RETURNED, REVIEW, "退回补充", needs_reason=True),
    move("file_again", S.RETURNED, S.FILED, WRITE, "补充后再次报送"),
    move("file_again_late", S.RETURNED, S.FILED_LATE, WRITE, "补充后再次报送"),
    move("stand", S.RETURNED, S.FILED, REVIEW, "按原报送内容处理", by_clock=True),
    move("stand_late", S.RETURNED, S.FILED_LATE, REVIEW, "按原报送内容处理", by_clock=True),
)
