"""The printed working of a score: line by line enough to recompute it by hand with paper and pencil.

Experts are not named: sheets are numbered in the order in which they were given, so that the working may be shown to
the applicant as well.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from evaluation.ranking import Ranked
from evaluation.scoring import TRIM_FROM, Aggregation, Dropped, EntryScore, Rubric, plain


class Line(NamedTuple):
    """One line: what is reckoned, how, what comes out, and a remark where there is one. `_asdict()` is fit for JSON."""

    label: str
    text: str
    result: str
    note: str = ""


def show_working(score: EntryScore, rubric: Rubric) -> list[Line]:
    """Sheets, which were left out, sums, rounding, spread."""
    names = {dimension.code: dimension.name for dimension in rubric.dimensions}
    dropped = {item.sheet: item for item in score.dropped}
    lines = [
        Line(
            label=f"评分表{number}",
            text=" + ".join(f"{names[code]}{plain(points)}" for code, points in dimensions.items()),
            result=plain(total),
            note=_fate(dropped.get(number - 1)),
        )
        for number, (total, dimensions) in enumerate(
            zip(score.sheet_totals, score.sheet_dimensions, strict=True), start=1
        )
    ]
    lines.append(Line("汇总方法", _method(score), f"{len(score.retained)}份计入"))
    lines.append(_mean("总分", [score.sheet_totals[index] for index in score.retained], score.total))
    lines += [
        _mean(names[code], [score.sheet_dimensions[index][code] for index in score.retained], points)
        for code, points in score.dimensions.items()
    ]
    return lines + _spread(score)


def show_rank(ranked: Ranked, tie_order: Iterable[str], names: Mapping[str, str]) -> Line:
    """The tie keys and the rank; `names` are those of the dimensions."""
    keys = zip(["总分", *(names[code] for code in tie_order)], ranked.keys, strict=True)
    return Line(
        label="排名",
        text="依次比较：" + "，".join(f"{name}{points:.2f}" for name, points in keys),
        result=f"第{ranked.rank}名",
        note="与其他参评对象并列" if ranked.shared else "",
    )


def _fate(dropped: Dropped | None) -> str:
    if dropped is None:
        return "计入"
    return "去掉（最高）" if dropped.highest else "去掉（最低）"


def _method(score: EntryScore) -> str:
    count, left = len(score.sheet_totals), len(score.retained)
    match score.aggregation:
        case Aggregation.MEAN:
            return f"算术平均：全部{count}份评分表取平均"
        case Aggregation.TRIMMED_MEAN if count < TRIM_FROM:
            return f"去掉最高最低后平均：评分表不足{TRIM_FROM}份，不作去除，全部{count}份取平均"
        case Aggregation.TRIMMED_MEAN:
            return (
                f"去掉最高最低后平均：{count}份评分表去掉总分最高、最低各1份，其余{left}份取平均；"
                "总分相同的，去掉先锁定的"
            )
        case Aggregation.MEDIAN:
            return (
                f"中位数：{count}份评分表由两端成对去掉总分最高、最低各1份，取居中的{left}份；总分相同的，去掉先锁定的"
            )


def _mean(label: str, values: list[Decimal], result: Decimal) -> Line:
    shown = [plain(value) for value in values]
    if len(values) == 1:
        return Line(label, shown[0], f"{result:.2f}")
    total = plain(sum(values, Decimal(0)))
    text = f"({' + '.join(shown)}) ÷ {len(values)} = {total} ÷ {len(values)}，四舍五入到两位小数"
    return Line(label, text, f"{result:.2f}")


def _spread(score: EntryScore) -> list[Line]:
    spread, note = score.spread, ""
    if score.threshold is not None:
        limit = plain(score.threshold)
        note = f"超过提示线{limit}分，请评审组复核" if score.flagged else f"未超过提示线{limit}分"
    return [
        Line("极差", f"最高{plain(spread.highest)} − 最低{plain(spread.lowest)}", f"{spread.range:.2f}", note),
        Line("标准差", f"全部{len(score.sheet_totals)}份评分表总分的总体标准差", f"{spread.deviation:.2f}"),
    ]
