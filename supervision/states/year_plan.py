"""States of a year's plan of supervision."""

from ledger.moves import State, move, moves


class YearPlanState(State):
    DRAFT = "draft", "起草中", "warn", "起草中"
    IN_FORCE = "in_force", "执行中", "good", "执行中"


YEAR_PLAN_MOVES = moves(
    move("adopt", YearPlanState.DRAFT, YearPlanState.IN_FORCE, "supervision.write_year_plan", "确定年度监督安排"),
)
