"""Charts: sound markup for a strict policy, words for those who do not see, true places for those who do."""

import re
from decimal import Decimal
from html import unescape
from xml.etree import ElementTree as ET

import pytest
import weasyprint
from django.template.loader import render_to_string

from evaluation.charts import DimensionBar, entry_chart, round_chart
from ledger.charts import Chart, Parts, Progress, parts_chart, progress_chart, scale_chart

SVG = "{http://www.w3.org/2000/svg}"


def points(*values: str) -> list[Decimal]:
    return [Decimal(value) for value in values]


BARS = [
    DimensionBar("基础建设", Decimal(20), Decimal("15.50"), points("10", "15.5", "20")),
    DimensionBar("服务成效", Decimal(30), Decimal(30), points("12", "18", "24", "30")),
]
LINES = [
    Parts("一次性支持", (("已支付", 250_000), ("已批准待支付", 250_000)), 1_000_000),
    Parts("没有预算", (("已支付", 0), ("已批准待支付", 0)), 0),
]
SCALE = [("服务场所便利度", Decimal("91.25")), ("服务响应及时度", Decimal(80)), ("服务期望达成度", None)]
MARK = ("须高于", Decimal(80))
CHARTS = [
    entry_chart("entry-1", "各维度得分", BARS),
    entry_chart("entry-2", "没有维度", []),
    round_chart("round-1", "总分分布", points("41.20", "59.99", "60", "82.35", "100"), Decimal(60), Decimal("82.35")),
    round_chart("round-2", "没有总分", []),
    round_chart("round-3", "没有名额线", points("70"), Decimal("62.5")),
    progress_chart("progress-1", "评分进度", [Progress("硚口 <1>", 12, 20), Progress("二", 0, 0)]),
    parts_chart("money-1", "资金", LINES, rest="可用"),
    parts_chart("money-2", "没有科目", [], rest="可用"),
    scale_chart("scale-1", "五个方面", SCALE, mark=MARK),
    scale_chart("scale-2", "没有方面", [], mark=MARK),
]


def parse(chart: Chart) -> ET.Element:
    return ET.fromstring(chart.svg)  # noqa: S314 - our own markup


def words(chart: Chart) -> list[str]:
    return [node.text or "" for node in parse(chart).iter(f"{SVG}text") if node.get("aria-hidden") is None]


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.caption)
def test_a_chart_is_sound_markup_that_a_strict_policy_lets_through(chart: Chart) -> None:
    tree = parse(chart)
    for node in tree.iter():
        assert node.tag.removeprefix(SVG) in {"svg", "title", "desc", "text", "rect", "line", "polygon"}
        assert not {name for name in node.attrib if name == "style" or name.startswith("on") or "href" in name}


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.caption)
def test_a_chart_is_an_image_with_a_name_a_description_and_a_table(chart: Chart) -> None:
    tree = parse(chart)
    assert tree.get("role") == "img"
    title, description = tree.find(f"{SVG}title"), tree.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert tree.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert title.text == chart.caption
    assert (description.text or "").endswith("。")
    assert all(len(row) == len(chart.head) for row in chart.rows)


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.caption)
def test_nothing_is_drawn_outside_the_picture(chart: Chart) -> None:
    tree = parse(chart)
    _, _, width, height = map(float, (tree.get("viewBox") or "").split())
    for node in tree.iter():
        for name in ("x", "x1", "x2"):
            assert 0 <= float(node.get(name, "0")) <= width
        for name in ("y", "y1", "y2"):
            assert 0 <= float(node.get(name, "0")) <= height
        assert float(node.get("x", "0")) + float(node.get("width", "0")) <= width


def test_the_ids_of_two_charts_on_a_page_differ() -> None:
    ids = [identifier for chart in CHARTS for identifier in re.findall(r' id="([^"]+)"', chart.svg)]
    assert len(set(ids)) == len(ids) == 2 * len(CHARTS)


def test_an_entry_stands_at_its_score_within_the_field() -> None:
    chart = CHARTS[0]
    assert chart.head == ("维度", "本对象", "全场最低", "全场中位", "全场最高", "满分")
    assert chart.rows == (
        ("基础建设", "15.50", "10.00", "15.50", "20.00", "20"),
        ("服务成效", "30.00", "12.00", "21.00", "30.00", "30"),
    )
    diamonds = [node.get("points", "") for node in parse(chart).iter(f"{SVG}polygon")]
    # 12 + 15.5 / 20 of 336, and the right end.
    assert diamonds[0].startswith("272.4,")
    assert diamonds[1].startswith("348.0,")
    boxes = [(node.get("x"), node.get("width")) for node in parse(chart).iter(f"{SVG}rect")]
    assert boxes[0] == ("180.0", "168.0")
    assert "15.50 / 20" in words(chart)


def test_a_round_is_counted_by_steps_that_hold_their_lower_edge() -> None:
    chart = CHARTS[2]
    counts = {name: count for name, count in chart.rows if count != "0"}
    assert counts == {
        "40分以上不满45分": "1",
        "55分以上不满60分": "1",
        "60分以上不满65分": "1",
        "80分以上不满85分": "1",
        "95至100分": "1",
        "合格线": "60.00分",
        "最后一个名额": "82.35分",
    }
    assert "合格线 60.00" in words(chart)
    assert "最后一个名额 82.35" in words(chart)


def test_bars_below_the_pass_mark_are_hollow() -> None:
    fills = [node.get("fill") for node in parse(CHARTS[2]).iter(f"{SVG}rect")]
    assert fills == ["#fff", "#fff", "#8fb3d9", "#8fb3d9", "#8fb3d9"]


def test_a_round_without_totals_says_so() -> None:
    assert "还没有总分" in words(CHARTS[3])
    assert "共0个参评对象。" in CHARTS[3].svg


def test_progress_is_a_share_of_what_is_to_be_done() -> None:
    chart = CHARTS[5]
    assert chart.rows == (("硚口 <1>", "12", "20", "60%"), ("二", "0", "0", "0%"))
    widths = [node.get("width") for node in parse(chart).iter(f"{SVG}rect")]
    assert widths == ["336.0", "201.6", "336.0"]
    assert "硚口 &lt;1&gt;" in chart.svg


def test_parts_stand_side_by_side_in_their_whole() -> None:
    chart = parts_chart("key", "资金", LINES[:1], rest="可用")
    whole, paid, approved = list(parse(chart).iter(f"{SVG}rect"))[:3]
    wide = float(whole.get("width"))
    assert float(paid.get("width")) == pytest.approx(wide / 4)
    assert float(approved.get("x")) == pytest.approx(float(paid.get("x")) + wide / 4)
    assert chart.rows == (("一次性支持", "1,000,000", "250,000", "250,000", "500,000"),)
    assert "可用 500,000" in words(chart)


def test_a_bar_that_only_reaches_the_line_is_hollow_and_nobody_s_points_are_no_bar() -> None:
    chart = scale_chart("scale", "五个方面", SCALE, mark=MARK)
    bars = [rect for rect in parse(chart).iter(f"{SVG}rect") if rect.get("stroke") == "#1a4f8b"]
    assert [(bar.get("fill"), bar.get("width")) for bar in bars] == [("#8fb3d9", "306.6"), ("#fff", "268.8")]
    assert chart.rows[2] == ("服务期望达成度", "—")


def test_charts_can_be_set_as_pdf() -> None:
    page = "".join(chart.svg for chart in CHARTS)
    assert weasyprint.HTML(string=f"<meta charset=utf-8>{page}").write_pdf().startswith(b"%PDF")


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.caption)
def test_the_table_beside_a_chart_holds_every_figure(chart: Chart) -> None:
    page = render_to_string("pages/chart.html", {"chart": chart})
    cells = [unescape(cell) for cell in re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", page)]
    assert cells == [*chart.head, *(word for row in chart.rows or [("没有数据。",)] for word in row)]
    assert chart.svg in page
