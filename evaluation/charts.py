"""The charts of an evaluation: an entry in its field, the totals of a round. Drawn with the marks of `ledger.charts`."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from statistics import median

from ledger.charts import (
    BLUE,
    FIELD,
    INK,
    LEFT,
    RED,
    RIGHT,
    RULE,
    SOFT,
    WIDTH,
    Chart,
    diamond,
    drawing,
    line,
    rect,
    text,
)


@dataclass(frozen=True, slots=True)
class DimensionBar:
    """One dimension of an entry: its score and the scores of all entries of the field, its own among them."""

    name: str
    maximum: Decimal
    score: Decimal
    field: Sequence[Decimal]


def entry_chart(key: str, caption: str, bars: Sequence[DimensionBar]) -> Chart:
    """An entry's dimension scores against the field: lowest, median and highest. `key` makes ids on a page unique."""
    body, rows = [], []
    for number, bar in enumerate(bars):
        low, middle, high = min(bar.field), Decimal(median(bar.field)), max(bar.field)
        body += _dimension_row(bar, low, middle, high, top=8 + number * 52)
        rows.append((bar.name, *(f"{value:.2f}" for value in (bar.score, low, middle, high)), f"{bar.maximum:f}"))
    bottom = 8 + len(bars) * 52
    body += [
        diamond(LEFT + 6, bottom + 12),
        text(LEFT + 18, bottom + 16, "本对象", SOFT),
        rect(LEFT + 88, bottom + 6, 28, 12, FIELD, RULE),
        text(LEFT + 122, bottom + 16, "最低至最高", SOFT),
        line(LEFT + 220, bottom + 4, LEFT + 220, bottom + 20, INK, 2),
        text(LEFT + 228, bottom + 16, "中位数", SOFT),
    ]
    told = "；".join(f"{row[0]}{row[1]}分，全场最低{row[2]}、中位{row[3]}、最高{row[4]}，满分{row[5]}" for row in rows)
    return Chart(
        svg=drawing(key, caption, f"{told}。" if told else "没有数据。", bottom + 28, body),
        caption=caption,
        head=("维度", "本对象", "全场最低", "全场中位", "全场最高", "满分"),
        rows=tuple(rows),
    )


def _dimension_row(bar: DimensionBar, low: Decimal, middle: Decimal, high: Decimal, top: int) -> list[str]:
    def across(points: Decimal) -> float:
        return LEFT + float(points / bar.maximum) * (RIGHT - LEFT)

    return [
        text(LEFT, top + 12, bar.name, INK),
        text(RIGHT, top + 12, f"{bar.score:.2f} / {bar.maximum:f}", INK, anchor="end"),
        line(LEFT, top + 30, RIGHT, top + 30, RULE, 1),
        line(LEFT, top + 24, LEFT, top + 36, RULE, 1),
        line(RIGHT, top + 24, RIGHT, top + 36, RULE, 1),
        rect(across(low), top + 24, max(across(high) - across(low), 1), 12, FIELD, RULE),
        line(across(middle), top + 21, across(middle), top + 39, INK, 2),
        diamond(across(bar.score), top + 30),
    ]


def round_chart(
    key: str,
    caption: str,
    totals: Sequence[Decimal],
    pass_mark: Decimal | None = None,
    last_awarded: Decimal | None = None,
    width: int = 5,
) -> Chart:
    """How the totals of a round are spread: a histogram by steps of `width` points, with the boundary lines.

    A step holds its lower edge; 100 belongs to the last. `last_awarded` is the lowest total that gets a free slot.
    """
    counts = _histogram([*totals, *(mark for mark in (pass_mark, last_awarded) if mark is not None)], totals, width)
    first, last = counts[0][0], counts[-1][1]
    floor, roof = 176, 56
    most = max(1, *(count for _, _, count in counts))

    def across(points: Decimal | int) -> float:
        return LEFT + float((points - first) / Decimal(last - first)) * (RIGHT - LEFT)

    # Bars first, then lines, then words with a white edge: nothing hides a word.
    bars, lines, words = [], [line(LEFT, floor, RIGHT, floor, RULE, 1)], []
    for low, high, count in counts:
        tall = (floor - roof) * count / most
        below = pass_mark is not None and high <= pass_mark
        if count:
            fill, edge = ("#fff", RULE) if below else ("#8fb3d9", BLUE)
            bars.append(rect(across(low) + 1, floor - tall, across(high) - across(low) - 2, tall, fill, edge))
            words.append(text((across(low) + across(high)) / 2, floor - tall - 4, str(count), INK, "middle"))
    ticks = range(first, last + 1, width * max(1, -(-len(counts) // 8)))
    words += [text(across(tick), floor + 16, str(tick), SOFT, _anchor(tick, first, last)) for tick in ticks]
    words.append(text(RIGHT, floor + 34, "总分（分）" if totals else "还没有总分", SOFT, "end"))
    rows = [(_step(low, high), f"{count}") for low, high, count in counts]
    for height, name, mark, dash in ((14, "合格线", pass_mark, "6 4"), (32, "最后一个名额", last_awarded, "2 3")):
        if mark is not None:
            x, left = across(mark), across(mark) > WIDTH / 2
            lines.append(line(x, height - 10, x, floor, RED, 2, dash))
            side = (x - 5, "end") if left else (x + 5, "start")
            words.append(text(side[0], height, f"{name} {mark:.2f}", RED, side[1]))
            rows.append((name, f"{mark:.2f}分"))
    told = "，".join(f"{_step(low, high)}{count}个" for low, high, count in counts if count)
    marks = "；".join(f"{row[0]}{row[1]}" for row in rows[len(counts) :])
    described = f"共{len(totals)}个参评对象" + (f"：{told}" if told else "") + (f"；{marks}" if marks else "")
    return Chart(
        svg=drawing(key, caption, f"{described}。", floor + 42, [*bars, *lines, *words]),
        caption=caption,
        head=("总分", "参评对象数"),
        rows=tuple(rows),
    )


def _histogram(shown: Sequence[Decimal], totals: Sequence[Decimal], width: int) -> list[tuple[int, int, int]]:
    """(lower edge, upper edge, count) of each step, from that of the lowest of `shown` up to 100."""

    top = (100 - 1) // width

    def step(points: Decimal) -> int:
        return min(int((points / width).to_integral_value(ROUND_FLOOR)), top)

    lowest = min((step(points) for points in shown), default=0)
    tally = [step(points) for points in totals]
    return [(number * width, (number + 1) * width, tally.count(number)) for number in range(lowest, top + 1)]


def _step(low: int, high: int) -> str:
    return f"{low}至{high}分" if high >= 100 else f"{low}分以上不满{high}分"


def _anchor(tick: int, first: int, last: int) -> str:
    return "start" if tick == first else "end" if tick == last else "middle"
