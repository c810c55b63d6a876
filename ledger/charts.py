"""Charts as SVG drawn on the server, each with the same figures as a table. Every app above draws with these marks.

Colours, sizes and fonts are presentation attributes, so that a strict content security policy lets them through and
WeasyPrint prints them. Nothing is told by colour alone: bars that fall short are hollow, lines are dashed differently
and carry words. 360 units wide, so that on a narrow phone the text keeps its size; on a wide screen a chart grows to the
width that its place gives it (class `chart`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

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


def progress_chart(key: str, caption: str, items: Sequence[Progress]) -> Chart:
    """Bars of what is done, such as sheets submitted by expert."""
    body, rows = [], []
    for number, item in enumerate(items):
        share = item.done / item.total if item.total else 0.0
        words = f"{item.done} / {item.total}"
        top = 8 + number * 40
        body += [
            text(LEFT, top + 12, item.label, INK),
            text(RIGHT, top + 12, words, INK, anchor="end"),
            rect(LEFT, top + 19, RIGHT - LEFT, 10, "#fff", RULE),
        ]
        if item.done:
            body.append(rect(LEFT, top + 19, share * (RIGHT - LEFT), 10, BLUE, BLUE))
        rows.append((item.label, str(item.done), str(item.total), f"{int(share * 100)}%"))
    told = "；".join(f"{row[0]}完成{row[1]}，应完成{row[2]}" for row in rows)
    return Chart(
        svg=drawing(key, caption, f"{told}。" if told else "没有数据。", 8 + len(items) * 40 + 4, body),
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
            text(LEFT, top + 12, item.label, INK),
            text(RIGHT, top + 12, f"{item.whole:,}", INK, anchor="end"),
            rect(LEFT, top + 19, RIGHT - LEFT, 14, "#fff", RULE),
        ]
        for (_, value), (fill, edge) in zip(item.parts, FILLS, strict=False):
            wide = value / item.whole * (RIGHT - LEFT) if item.whole else 0.0
            if value:
                body.append(rect(x, top + 19, wide, 14, fill, edge))
            x += wide
        values = [*(value for _, value in item.parts), left]
        body.append(text(RIGHT, top + 48, f"{rest} {left:,}", SOFT, anchor="end"))
        rows.append((item.label, f"{item.whole:,}", *(f"{value:,}" for value in values)))
    bottom, x = 8 + len(items) * 62, LEFT
    for name, (fill, edge) in zip([*names, rest], [*FILLS, ("#fff", RULE)], strict=False):
        body += [rect(x, bottom + 6, 20, 12, fill, edge), text(x + 26, bottom + 16, name, SOFT)]
        x += 46 + 14 * len(name)
    told = "；".join(
        f"{row[0]}共{row[1]}" + "".join(f"，{name}{value}" for name, value in zip([*names, rest], row[2:], strict=True))
        for row in rows
    )
    return Chart(
        svg=drawing(key, caption, f"{told}。" if told else "没有数据。", bottom + 28, body),
        caption=caption,
        head=("项目", "总额", *names, rest),
        rows=tuple(rows),
    )


def scale_chart(
    key: str, caption: str, bars: Sequence[tuple[str, Decimal | None]], *, mark: tuple[str, Decimal], unit: str = "分"
) -> Chart:
    """Points of 0 to 100, one bar each, and the line that they must pass. A bar that does not pass it is hollow; None is
    what nobody has given points yet."""
    name, bound = mark
    body, rows = [], []
    at = LEFT + float(bound) / 100 * (RIGHT - LEFT)
    for number, (label, points) in enumerate(bars):
        top = 26 + number * 44
        said = f"{points:.2f}" if points is not None else "—"
        body += [
            text(LEFT, top + 12, label, INK),
            text(RIGHT, top + 12, f"{said} {unit}" if points is not None else "没有评价", INK, anchor="end"),
            rect(LEFT, top + 19, RIGHT - LEFT, 14, "#fff", FIELD),
        ]
        if points:
            wide = float(points) / 100 * (RIGHT - LEFT)
            fill = "#8fb3d9" if points > bound else "#fff"
            body.append(rect(LEFT, top + 19, wide, 14, fill, BLUE))
        body.append(line(at, top + 16, at, top + 36, RED, 2, "6 4"))
        rows.append((label, said))
    body.append(text(at, 16, f"{name} {bound:f}{unit}", RED, "middle" if 25 <= bound <= 75 else "end"))
    told = "；".join(f"{label}{said}{unit}" if said != "—" else f"{label}没有评价" for label, said in rows)
    described = f"{told}。{name}{bound:f}{unit}。" if rows else "没有数据。"
    return Chart(
        svg=drawing(key, caption, described, 26 + len(bars) * 44 + 4, body),
        caption=caption,
        head=("项目", f"平均（{unit}）"),
        rows=tuple(rows),
    )


# -- marks --------------------------------------------------------------------------------------------------------


def drawing(key: str, title: str, description: str, height: int, body: Sequence[str]) -> SafeString:
    name = escape(key)
    return SafeString(
        f'<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" role="img" aria-labelledby="{name}-title {name}-desc" font-family="{FONT}" font-size="13">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
        f"{''.join(body)}</svg>"
    )


def text(x: float, y: float, words: str, colour: str, anchor: str = "start") -> str:
    """Words with a white edge, drawn as a copy beneath: not every renderer knows paint-order."""
    place, written = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"', escape(words)
    return (
        f'<text {place} fill="#fff" stroke="#fff" stroke-width="3" aria-hidden="true">{written}</text>'
        f'<text {place} fill="{colour}">{written}</text>'
    )


def rect(x: float, y: float, width: float, height: float, fill: str, edge: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{height:.1f}" '
        f'fill="{fill}" stroke="{edge}" stroke-width="1"/>'
    )


def line(x1: float, y1: float, x2: float, y2: float, colour: str, width: int, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{width}"{dashes}/>'
    )


def diamond(x: float, y: float, half: int = 7) -> str:
    points = f"{x:.1f},{y - half:.1f} {x + half:.1f},{y:.1f} {x:.1f},{y + half:.1f} {x - half:.1f},{y:.1f}"
    return f'<polygon points="{points}" fill="{BLUE}" stroke="#fff" stroke-width="1"/>'
