"""Charts as SVG drawn on the server, each with the same figures as a table.

Colours, sizes and fonts are presentation attributes, so that a strict content security policy lets them through and
WeasyPrint prints them. Nothing is told by colour alone: own score and field differ in shape, bars below the pass mark
are hollow, lines are dashed differently and carry words. 360 units wide, so that on a narrow phone the text keeps its
size; on a wide screen a chart grows to the width that its place gives it (class `chart`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from html import escape
from statistics import median

from django.utils.safestring import SafeString

WIDTH = 360
LEFT, RIGHT = 12, 348
# Those of screens, then our cut face of papers, which screens do not have, and the installed one behind it
FONT = "PingFang SC, Microsoft YaHei, Portal Sans, Noto Sans CJK SC, sans-serif"
INK, SOFT, RULE, FIELD, BLUE, RED = "#24211e", "#5c564f", "#857e75", "#dcd8d2", "#1a4f8b", "#9b1c1c"


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing and its figures. `svg` is safe markup; `head` and `rows` are plain text for the table beside it."""

    svg: SafeString
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class DimensionBar:
    """One dimension of an entry: its score and the scores of all entries of the field, its own among them."""

    name: str
    maximum: Decimal
    score: Decimal
    field: Sequence[Decimal]


@dataclass(frozen=True, slots=True)
class Progress:
    """So many of so many are done."""

    label: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Parts:
    """A whole, and the named parts of it that are told apart; what is left of it has a name of its own."""

    label: str
    parts: Sequence[tuple[str, int]]
    whole: int


def entry_chart(key: str, caption: str, bars: Sequence[DimensionBar]) -> Chart:
    """An entry's dimension scores against the field: lowest, median and highest. `key` makes ids on a page unique."""
    body, rows = [], []
    for number, bar in enumerate(bars):
        low, middle, high = min(bar.field), Decimal(median(bar.field)), max(bar.field)
        body += _dimension_row(bar, low, middle, high, top=8 + number * 52)
        rows.append((bar.name, *(f"{value:.2f}" for value in (bar.score, low, middle, high)), f"{bar.maximum:f}"))
    bottom = 8 + len(bars) * 52
    body += [
        _diamond(LEFT + 6, bottom + 12),
        _text(LEFT + 18, bottom + 16, "本对象", SOFT),
        _rect(LEFT + 88, bottom + 6, 28, 12, FIELD, RULE),
        _text(LEFT + 122, bottom + 16, "最低至最高", SOFT),
        _line(LEFT + 220, bottom + 4, LEFT + 220, bottom + 20, INK, 2),
        _text(LEFT + 228, bottom + 16, "中位数", SOFT),
    ]
    told = "；".join(f"{row[0]}{row[1]}分，全场最低{row[2]}、中位{row[3]}、最高{row[4]}，满分{row[5]}" for row in rows)
    return Chart(
        svg=_svg(key, caption, f"{told}。" if told else "没有数据。", bottom + 28, body),
        caption=caption,
        head=("维度", "本对象", "全场最低", "全场中位", "全场最高", "满分"),
        rows=tuple(rows),
    )


def _dimension_row(bar: DimensionBar, low: Decimal, middle: Decimal, high: Decimal, top: int) -> list[str]:
    def across(points: Decimal) -> float:
        return LEFT + float(points / bar.maximum) * (RIGHT - LEFT)

    return [
        _text(LEFT, top + 12, bar.name, INK),
        _text(RIGHT, top + 12, f"{bar.score:.2f} / {bar.maximum:f}", INK, anchor="end"),
        _line(LEFT, top + 30, RIGHT, top + 30, RULE, 1),
        _line(LEFT, top + 24, LEFT, top + 36, RULE, 1),
        _line(RIGHT, top + 24, RIGHT, top + 36, RULE, 1),
        _rect(across(low), top + 24, max(across(high) - across(low), 1), 12, FIELD, RULE),
        _line(across(middle), top + 21, across(middle), top + 39, INK, 2),
        _diamond(across(bar.score), top + 30),
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
    bars, lines, words = [], [_line(LEFT, floor, RIGHT, floor, RULE, 1)], []
    for low, high, count in counts:
        tall = (floor - roof) * count / most
        below = pass_mark is not None and high <= pass_mark
        if count:
            fill, edge = ("#fff", RULE) if below else ("#8fb3d9", BLUE)
            bars.append(_rect(across(low) + 1, floor - tall, across(high) - across(low) - 2, tall, fill, edge))
            words.append(_text((across(low) + across(high)) / 2, floor - tall - 4, str(count), INK, "middle"))
    ticks = range(first, last + 1, width * max(1, -(-len(counts) // 8)))
    words += [_text(across(tick), floor + 16, str(tick), SOFT, _anchor(tick, first, last)) for tick in ticks]
    words.append(_text(RIGHT, floor + 34, "总分（分）" if totals else "还没有总分", SOFT, "end"))
    rows = [(_step(low, high), f"{count}") for low, high, count in counts]
    for height, name, mark, dash in ((14, "合格线", pass_mark, "6 4"), (32, "最后一个名额", last_awarded, "2 3")):
        if mark is not None:
            x, left = across(mark), across(mark) > WIDTH / 2
            lines.append(_line(x, height - 10, x, floor, RED, 2, dash))
            side = (x - 5, "end") if left else (x + 5, "start")
            words.append(_text(side[0], height, f"{name} {mark:.2f}", RED, side[1]))
            rows.append((name, f"{mark:.2f}分"))
    told = "，".join(f"{_step(low, high)}{count}个" for low, high, count in counts if count)
    marks = "；".join(f"{row[0]}{row[1]}" for row in rows[len(counts) :])
    described = f"共{len(totals)}个参评对象" + (f"：{told}" if told else "") + (f"；{marks}" if marks else "")
    return Chart(
        svg=_svg(key, caption, f"{described}。", floor + 42, [*bars, *lines, *words]),
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


def progress_chart(key: str, caption: str, items: Sequence[Progress]) -> Chart:
    """Bars of what is done, such as sheets submitted by expert."""
    body, rows = [], []
    for number, item in enumerate(items):
        share = item.done / item.total if item.total else 0.0
        words = f"{item.done} / {item.total}"
        top = 8 + number * 40
        body += [
            _text(LEFT, top + 12, item.label, INK),
            _text(RIGHT, top + 12, words, INK, anchor="end"),
            _rect(LEFT, top + 19, RIGHT - LEFT, 10, "#fff", RULE),
        ]
        if item.done:
            body.append(_rect(LEFT, top + 19, share * (RIGHT - LEFT), 10, BLUE, BLUE))
        rows.append((item.label, str(item.done), str(item.total), f"{int(share * 100)}%"))
    told = "；".join(f"{row[0]}完成{row[1]}，应完成{row[2]}" for row in rows)
    return Chart(
        svg=_svg(key, caption, f"{told}。" if told else "没有数据。", 8 + len(items) * 40 + 4, body),
        caption=caption,
        head=("项目", "已完成", "应完成", "完成比例"),
        rows=tuple(rows),
    )


FILLS = ((BLUE, BLUE), ("#8fb3d9", BLUE))


def parts_chart(key: str, caption: str, items: Sequence[Parts], *, rest: str) -> Chart:
    """Bars of wholes cut into parts, such as a budget's line: at most two parts, and `rest` is what is left, hollow."""
    body, rows = [], []
    names = [name for name, _ in items[0].parts] if items else []
    for number, item in enumerate(items):
        top, x = 8 + number * 62, float(LEFT)
        left = item.whole - sum(value for _, value in item.parts)
        body += [
            _text(LEFT, top + 12, item.label, INK),
            _text(RIGHT, top + 12, f"{item.whole:,}", INK, anchor="end"),
            _rect(LEFT, top + 19, RIGHT - LEFT, 14, "#fff", RULE),
        ]
        for (_, value), (fill, edge) in zip(item.parts, FILLS, strict=False):
            wide = value / item.whole * (RIGHT - LEFT) if item.whole else 0.0
            if value:
                body.append(_rect(x, top + 19, wide, 14, fill, edge))
            x += wide
        values = [*(value for _, value in item.parts), left]
        body.append(_text(RIGHT, top + 48, f"{rest} {left:,}", SOFT, anchor="end"))
        rows.append((item.label, f"{item.whole:,}", *(f"{value:,}" for value in values)))
    bottom, x = 8 + len(items) * 62, LEFT
    for name, (fill, edge) in zip([*names, rest], [*FILLS, ("#fff", RULE)], strict=False):
        body += [_rect(x, bottom + 6, 20, 12, fill, edge), _text(x + 26, bottom + 16, name, SOFT)]
        x += 46 + 14 * len(name)
    told = "；".join(
        f"{row[0]}共{row[1]}" + "".join(f"，{name}{value}" for name, value in zip([*names, rest], row[2:], strict=True))
        for row in rows
    )
    return Chart(
        svg=_svg(key, caption, f"{told}。" if told else "没有数据。", bottom + 28, body),
        caption=caption,
        head=("项目", "总额", *names, rest),
        rows=tuple(rows),
    )


# -- marks --------------------------------------------------------------------------------------------------------


def _svg(key: str, title: str, description: str, height: int, body: Sequence[str]) -> SafeString:
    name = escape(key)
    return SafeString(
        f'<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" role="img" aria-labelledby="{name}-title {name}-desc" font-family="{FONT}" font-size="13">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
        f"{''.join(body)}</svg>"
    )


def _text(x: float, y: float, words: str, colour: str, anchor: str = "start") -> str:
    """Words with a white edge, drawn as a copy beneath: not every renderer knows paint-order."""
    place, written = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"', escape(words)
    return (
        f'<text {place} fill="#fff" stroke="#fff" stroke-width="3" aria-hidden="true">{written}</text>'
        f'<text {place} fill="{colour}">{written}</text>'
    )


def _rect(x: float, y: float, width: float, height: float, fill: str, edge: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{height:.1f}" '
        f'fill="{fill}" stroke="{edge}" stroke-width="1"/>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: int, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{width}"{dashes}/>'
    )


def _diamond(x: float, y: float, half: int = 7) -> str:
    points = f"{x:.1f},{y - half:.1f} {x + half:.1f},{y:.1f} {x:.1f},{y + half:.1f} {x - half:.1f},{y:.1f}"
    return f'<polygon points="{points}" fill="{BLUE}" stroke="#fff" stroke-width="1"/>'
