"""The printed working, word for word: it must be enough to recompute a score by hand."""

from decimal import Decimal

from evaluation.ranking import RankInput, rank
from evaluation.scoring import Aggregation, aggregate
from evaluation.working import Line, show_rank, show_working
from tests.evaluation.rubrics import SMALL, sheet

FIVE = (
    sheet(1, "3", "4", "9"),
    sheet(2, "2.5", "3", "8"),
    sheet(3, "2", "3", "8.5"),
    sheet(4, "1", "2", "5"),
    sheet(5, "3", "4", "7"),
)


def test_the_working_of_a_trimmed_mean() -> None:
    score = aggregate(FIVE, SMALL, Aggregation.TRIMMED_MEAN, 5, Decimal("7.5"))
    assert show_working(score, SMALL) == [
        Line("评分表1", "基础建设7 + 服务成效9", "16", "去掉（最高）"),
        Line("评分表2", "基础建设5.5 + 服务成效8", "13.5", "计入"),
        Line("评分表3", "基础建设5 + 服务成效8.5", "13.5", "计入"),
        Line("评分表4", "基础建设3 + 服务成效5", "8", "去掉（最低）"),
        Line("评分表5", "基础建设7 + 服务成效7", "14", "计入"),
        Line(
            "汇总方法",
            "去掉最高最低后平均：5份评分表去掉总分最高、最低各1份，其余3份取平均；总分相同的，去掉先锁定的",
            "3份计入",
        ),
        Line("总分", "(13.5 + 13.5 + 14) ÷ 3 = 41 ÷ 3，四舍五入到两位小数", "13.67"),
        Line("基础建设", "(5.5 + 5 + 7) ÷ 3 = 17.5 ÷ 3，四舍五入到两位小数", "5.83"),
        Line("服务成效", "(8 + 8.5 + 7) ÷ 3 = 23.5 ÷ 3，四舍五入到两位小数", "7.83"),
        Line("极差", "最高16 − 最低8", "8.00", "超过提示线7.5分，请评审组复核"),
        Line("标准差", "全部5份评分表总分的总体标准差", "2.66"),
    ]


def method(number: int, aggregation: Aggregation) -> tuple[str, str]:
    score = aggregate(FIVE[:number], SMALL, aggregation, 1)
    line = next(line for line in show_working(score, SMALL) if line.label == "汇总方法")
    return line.text, line.result


def test_the_method_is_told_as_it_was_applied() -> None:
    assert method(5, Aggregation.MEAN) == ("算术平均：全部5份评分表取平均", "5份计入")
    assert method(4, Aggregation.TRIMMED_MEAN) == (
        "去掉最高最低后平均：评分表不足5份，不作去除，全部4份取平均",
        "4份计入",
    )
    rule = "份评分表由两端成对去掉总分最高、最低各1份，取居中的"
    last = "份；总分相同的，去掉先锁定的"
    assert method(5, Aggregation.MEDIAN) == (f"中位数：5{rule}1{last}", "1份计入")
    assert method(4, Aggregation.MEDIAN) == (f"中位数：4{rule}2{last}", "2份计入")


def test_one_sheet_is_shown_without_a_division() -> None:
    score = aggregate(FIVE[1:2], SMALL, Aggregation.MEAN, 1, Decimal(10))
    lines = {line.label: line for line in show_working(score, SMALL)}
    assert lines["总分"] == Line("总分", "13.5", "13.50")
    assert lines["极差"] == Line("极差", "最高13.5 − 最低13.5", "0.00", "未超过提示线10分")


def test_without_a_threshold_the_spread_has_no_remark() -> None:
    lines = show_working(aggregate(FIVE, SMALL, Aggregation.MEAN, 1), SMALL)
    assert [line.note for line in lines if line.label == "极差"] == [""]


def test_the_rank_is_shown_with_its_tie_keys() -> None:
    entries = [
        RankInput(number, Decimal("86.40"), {"base": Decimal("18.20"), "effect": Decimal("25.10")}) for number in (1, 2)
    ]
    names = {"base": "基础建设", "effect": "服务成效"}
    tied = rank(entries, ("effect", "base"))[1]
    assert show_rank(tied, ("effect", "base"), names) == Line(
        "排名", "依次比较：总分86.40，服务成效25.10，基础建设18.20", "第1名", "与其他参评对象并列"
    )
    assert show_rank(rank(entries[:1], ())[0], (), names) == Line("排名", "依次比较：总分86.40", "第1名")
