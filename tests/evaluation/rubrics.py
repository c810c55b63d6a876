"""Rubrics and sheets for the tests of pure calculations: a small one to reckon by hand, and the annex's shape."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from evaluation.scoring import Dimension, Indicator, Rubric, Sheet

START = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)

SMALL = Rubric(
    dimensions=(Dimension("base", "基础建设"), Dimension("effect", "服务成效")),
    indicators=(
        Indicator("a", "组织架构", "base", Decimal(3)),
        Indicator("b", "制度建设", "base", Decimal(4)),
        Indicator("c", "经济效益", "effect", Decimal(10)),
    ),
    step=Decimal("0.5"),
)

ANNEX_POINTS = {
    "1": (3, 3, 2, 2, 4, 4, 2),
    "2": (2, 3, 10, 15),
    "3": (3, 3, 4, 10),
    "4": (10, 10, 5, 5),
}


def annex(step: str = "0.5") -> Rubric:
    """The annex: 4 dimensions, 19 indicators, 100 points."""
    return Rubric(
        dimensions=tuple(Dimension(code, f"维度{code}") for code in ANNEX_POINTS),
        indicators=tuple(
            Indicator(f"{code}.{place}", f"指标{code}.{place}", code, Decimal(points))
            for code, row in ANNEX_POINTS.items()
            for place, points in enumerate(row, start=1)
        ),
        step=Decimal(step),
    )


def sheet(minute: int, *scores: str | None, key: str | None = None) -> Sheet:
    """A sheet on SMALL, locked so many minutes after START."""
    values = [None if score is None else Decimal(score) for score in scores]
    return Sheet(
        key=key or f"e{minute}",
        locked_at=START + timedelta(minutes=minute),
        scores=dict(zip(("a", "b", "c"), values, strict=True)),
    )
