"""Charts of the statistics: bars of numbers without an upper bound."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.charts import BLUE, FIELD, INK, LEFT, RIGHT, Chart, drawing, rect, text

MOST_BARS = 20
ROW = 40


def bars_chart(key: str, caption: str, items: Sequence[tuple[str, int]], *, unit: str) -> Chart:
    """One bar for each named number, the longest as wide as the drawing. Only the first twenty are drawn: the table beside
    has them all."""
    most = max((number for _, number in items), default=0)
    shown = items[:MOST_BARS]
    body = []
    for place, (label, number) in enumerate(shown):
        top = 8 + place * ROW
        body += [
            text(LEFT, top + 12, label if len(label) <= 18 else f"{label[:17]}…", INK),
            text(RIGHT, top + 12, f"{number:,}", INK, anchor="end"),
            rect(LEFT, top + 19, RIGHT - LEFT, 10, "#fff", FIELD),
        ]
        if number:
            body.append(rect(LEFT, top + 19, number / most * (RIGHT - LEFT), 10, "#8fb3d9", BLUE))
    told = "；".join(f"{label}{number:,}{unit}" for label, number in shown)
    return Chart(
        svg=drawing(key, caption, f"{told}。" if told else "没有数据。", 8 + len(shown) * ROW + 4, body),
        caption=caption,
        head=("项目", unit),
        rows=tuple((label, f"{number:,}") for label, number in items),
    )
