"""A corpus of broken measures: wuhan.toml with one thing wrong, refused at the line that is wrong."""

import re
from pathlib import Path

import pytest

from measures import loader
from measures.loader import FOLDER, read
from measures.measure import MeasureError
from measures.setting import Setting

TEXT = (FOLDER / "wuhan.toml").read_text()
LINES = TEXT.split("\n")


def line_of(*marks: str) -> int:
    """The line, from 1, that is found by going from mark to mark, each a whole line or the beginning of one."""
    number = 0
    for mark in marks:
        number = next(n for n in range(number, len(LINES)) if LINES[n].startswith(mark)) + 1
    return number


def changed(number: int, new: str) -> str:
    """The file with line `number` replaced; an empty `new` takes the line out."""
    return "\n".join([*LINES[: number - 1], *([new] if new else []), *LINES[number:]])


def refused(text: str | bytes) -> MeasureError:
    with pytest.raises(MeasureError) as error:
        read(text.encode() if isinstance(text, str) else text, "wuhan.toml")
    return error.value


# Each row: the way to the line, what it becomes, what the message says. The error must name that very line.
REPLACED = [
    # text that is no TOML
    (["[measure]", "name"], 'name = "没有结束', "TOML 语法错误"),
    (["[[grounds]]"], "[[grounds", "TOML 语法错误"),
    (["[notice]", "days"], "days = 5日", "TOML 语法错误"),
    (["[notice]", "rule"], "days = 6", "TOML 语法错误"),
    (["[measure]", "stage"], 'stage = """征求意见稿"""', "三个引号"),
    # tables and keys that no measure has
    (["[notice]"], "[notices]", "不认识 [notices] 这一节"),
    (["[[steps]]"], "[[stages]]", "不认识 [stages] 这一节"),
    (["[measure]", "stage"], 'phase = "征求意见稿"', "没有「phase」这一项"),
    (["[notice]", "days"], "day = 5", "没有「day」这一项"),
    (["[money.award]", "ceiling"], "amount = 100000", "没有「amount」这一项"),
    (["[rubric]", "total_points"], "points = 100", "没有「points」这一项"),
    (["[[settings]]", "suggestion"], 'default = "60"', "没有「default」这一项"),
    # values of the wrong type
    (["[title]", "cap ="], 'cap = "50"', "「cap」应是不小于 0 的整数"),
    (["[title]", "cap ="], "cap = -1", "「cap」应是不小于 0 的整数"),
    (["[measure]", "validity_years"], "validity_years = true", "「validity_years」应是不小于 0 的整数"),
    (["[measure]", "last_article"], 'last_article = "22"', "「last_article」应是不小于 0 的整数"),
    (["[measure]", "name"], 'name = " "', "「name」应是不为空的文字"),
    (["[measure]", "name"], "name = 7", "「name」应是不为空的文字"),
    (["[title]", "forbidden_words ="], 'forbidden_words = "国家"', "「forbidden_words」应是一列不为空的文字"),
    (["[title]", "forbidden_words ="], "forbidden_words = []", "「forbidden_words」应是一列不为空的文字"),
    (["[[conditions]]", "computed"], 'computed = "true"', "「computed」应填 true 或 false"),
    (["[notice]", "rule"], 'rule = "weeks"', "「rule」只能是 calendar、calendar_roll、working_days"),
    (["[notice]", "rule"], "rule = [1]", "「rule」只能是"),
    (["[self_assessment]", "grace_rule"], "grace_rule = 1", "「grace_rule」只能是"),
    (["[[service_kinds]]", "qi_component"], 'qi_component = "magic"', "「qi_component」只能是"),
    (["[[thresholds]]", "op"], 'op = "=>"', "「op」只能是"),
    (["[[thresholds]]", "value"], 'value = "2"', "「value」应是不小于 0 的数字"),
    (["[[thresholds]]", "value"], "value = nan", "「value」应是不小于 0 的数字"),
    (["[[settings]]", "kind"], 'kind = "number"', "「kind」只能是"),
    (["[[settings]]", "scope"], 'scope = "always"', "「scope」只能是"),
    (["[[indicators]]", "points"], 'points = "3"', "「points」应是不小于 0 的数字"),
    (["[[indicators]]", "points"], "points = -3", "「points」应是不小于 0 的数字"),
    (["[[groups]]", "points"], "points = inf", "「points」应是不小于 0 的数字"),
    (["[[dimensions]]", "points"], "points = false", "「points」应是不小于 0 的数字"),
    # articles
    (["[notice]", "article"], 'article = ""', "条款号应写成"),
    (["[notice]", "article"], "article = 15", "条款号应写成"),
    (["[notice]", "article"], 'article = "第十五条"', "条款号应写成"),
    (["[notice]", "article"], 'article = "23"', "办法只有 22 条，没有第 23 条"),
    (["[notice]", "article"], 'article = "0"', "办法只有 22 条，没有第 0 条"),
    (["[title]", "cap_article"], 'cap_article = "91"', "办法只有 22 条，没有第 91 条"),
    # codes
    (["[[service_kinds]]", "[[service_kinds]]", "code"], 'code = "metrology"', "「metrology」在第"),
    (["[[conditions]]", "[[conditions]]", "code"], 'code = "operation"', "「operation」在第"),
    (["[[materials]]", "[[materials]]", "code"], 'code = "application_form"', "「application_form」在第"),
    (["[[steps]]", "[[steps]]", "code"], 'code = "announce"', "「announce」在第"),
    (["[[grounds]]", "[[grounds]]", "code"], 'code = "false_material"', "「false_material」在第"),
    (["[[exits]]", "[[exits]]", "code"], 'code = "delist"', "「delist」在第"),
    (["[[money.tiers]]", "[[money.tiers]]", "tier"], "tier = 1", "「1」在第"),
    (["[[dimensions]]", "[[dimensions]]", "code"], 'code = "foundation"', "「foundation」在第"),
    (["[[dimensions]]", "[[dimensions]]", "number"], 'number = "1"', "「1」在第"),
    (["[[groups]]", "[[groups]]", "code"], 'code = "1.1"', "「1.1」在第"),
    (["[[indicators]]", "[[indicators]]", "code"], 'code = "1.1.1"', "「1.1.1」在第"),
    (["[[thresholds]]", "[[thresholds]]", "code"], 'code = "operating_years"', "「operating_years」在第"),
    (["[[settings]]", "[[settings]]", "code"], 'code = "pass_mark"', "「pass_mark」在第"),
    # what hangs under nothing, and what names an unknown indicator
    (["[[groups]]", "code"], 'code = "7.1"', "编号 7.1 的一级指标 7 不存在"),
    (["[[indicators]]", "code"], 'code = "1.9.1"', "编号 1.9.1 的二级指标 1.9 不存在"),
    (["[[indicators]]", "code"], 'code = "组织架构"', "用点隔开的编号"),
    (["[[indicators]]", "code"], "code = 1.1", "用点隔开的编号"),
    (['code = "technicians"', "indicator"], 'indicator = "2.1.9"', "指标 2.1.9 不存在"),
    (['code = "specialists"', "condition"], 'condition = "staff"', "条件 staff 不存在"),
    (['code = "satisfaction_boundary"', "indicators"], 'indicators = ["3.2.1", "3.2.2"]', "指标 3.2.2 不存在"),
    # points that do not add up: at the line of the sum
    (['code = "1.1"', "points"], "points = 7", "「组织管理」写的是 7 分"),
    (['number = "2"', "points"], "points = 31", "「服务提供」写的是 31 分"),
    (["[rubric]", "total_points"], "total_points = 99", "「总分」写的是 99 分"),
    # numbers that make no sense
    (["[[materials]]", "min_files"], "min_files = 0", "1 ≤ min_files ≤ max_files"),
    (["[[materials]]", "min_files"], "min_files = 11", "1 ≤ min_files ≤ max_files"),
    (["[[materials]]", "file_types"], 'file_types = ["pdf", "exe"]', "不能收 exe 文件"),
    (["[notice]", "days"], "days = 0", "公示天数应在 1 至 366 之间"),
    (["[notice]", "days"], "days = 367", "公示天数应在 1 至 366 之间"),
    (["[self_assessment]", "day"], "day = 32", "不是一个日期"),
    (["[[money.tiers]]", "tier"], "tier = 4", "这里应是 1"),
    (["[[money.tiers]]", "places"], "places = 0", "都应大于 0"),
    (["[[money.tiers]]", "amount"], "amount = 0", "都应大于 0"),
    # settings that contradict themselves
    (["[[settings]]", "suggestion"], 'suggestion = "101"', "建议值 suggestion 不合"),
    (["[[settings]]", "min"], "min = 101", "min 大于 max"),
    (['code = "step"', "suggestion"], 'suggestion = "0.3"', "建议值 suggestion 不合"),
    (
        ['code = "tie_order"', "choices"],
        'choices = [{ value = "other", label = "其他" },',
        "choices 应是各一级指标的",
    ),
    (['code = "step"', "choices"], 'choices = [{ value = "0.5", label = "半分" },', "两项的 value 相同"),
    (['code = "step"', "choices"], 'choices = [{ value = "2" },', "「choices」应是一列"),
]
REMOVED = [  # each row: the table, the key whose line is taken out; the error must name the head of the table
    (["[measure]"], "code", "缺少「code」"),
    (["[title]"], "name", "缺少「name」"),
    (["[title]"], "article", "缺少条款号"),
    (["[notice]"], "article", "缺少条款号"),
    (["[notice]"], "days", "缺少「days」"),
    (["[self_assessment]"], "month", "缺少「month」"),
    (["[money.award]"], "ceiling", "缺少「ceiling」"),
    (["[money.award]"], "article", "缺少条款号"),
    (["[rubric]"], "article", "缺少条款号"),
    (["[rubric]"], "total_points", "「total_points」应是不小于 0 的数字"),
    (["[[service_kinds]]"], "article", "缺少条款号"),
    (["[[service_kinds]]"], "code", "缺少「code」"),
    (["[[conditions]]"], "article", "缺少条款号"),
    (["[[conditions]]"], "computed", "缺少「computed」"),
    (["[[materials]]"], "article", "缺少条款号"),
    (["[[steps]]"], "article", "缺少条款号"),
    (["[[grounds]]"], "article", "缺少条款号"),
    (["[[exits]]"], "article", "缺少条款号"),
    (["[[money.tiers]]"], "article", "缺少条款号"),
    (["[[money.tiers]]"], "places", "缺少「places」"),
    (["[[dimensions]]"], "article", "缺少条款号"),
    (["[[dimensions]]"], "code", "缺少「code」"),
    (["[[dimensions]]"], "points", "缺少「points」"),
    (["[[groups]]"], "article", "缺少条款号"),
    (["[[indicators]]"], "article", "缺少条款号"),
    (["[[indicators]]"], "code", "用点隔开的编号"),
    (["[[indicators]]"], "points", "缺少「points」"),
    (["[[thresholds]]"], "article", "缺少条款号"),
    (["[[thresholds]]"], "value", "缺少「value」"),
    (["[[settings]]"], "help", "缺少「help」"),
    (["[[settings]]"], "suggestion", "缺少「suggestion」"),
]


@pytest.mark.parametrize(("way", "new", "says"), REPLACED, ids=[f"{' '.join(row[0])} {row[1]}" for row in REPLACED])
def test_a_wrong_line_is_named(way: list[str], new: str, says: str) -> None:
    number = line_of(*way)
    error = refused(changed(number, new))
    assert (error.line, error.file) == (number, "wuhan.toml")
    assert says in error.problem
    assert str(error) == f"wuhan.toml 第{number}行：{error.problem}"


@pytest.mark.parametrize(("way", "key", "says"), REMOVED, ids=[f"{row[0][0]} {row[1]}" for row in REMOVED])
def test_a_missing_key_is_named_at_the_head_of_its_table(way: list[str], key: str, says: str) -> None:
    head = line_of(*way)
    error = refused(changed(line_of(*way, key + " ="), ""))
    assert error.line == head
    assert says in error.problem


@pytest.mark.parametrize("article_line", [n for n, line in enumerate(LINES, 1) if re.match("article =", line)])
def test_no_article_at_all_may_be_missing(article_line: int) -> None:
    head = next(n for n in range(article_line, 0, -1) if LINES[n - 1].startswith("["))
    error = refused(changed(article_line, ""))
    assert error.line == head
    assert "缺少条款号" in error.problem


@pytest.mark.parametrize("points_line", [n for n, line in enumerate(LINES, 1) if re.match("points =", line)])
def test_no_points_can_be_changed_alone(points_line: int) -> None:
    """A wrong sum stands at the line of the sum, and its message names the lines of all parts."""
    error = refused(changed(points_line, "points = 50"))
    named = {error.line, *map(int, re.findall(r"\d+", error.problem.partition("第 ")[2].partition(" 行")[0]))}
    assert points_line in named


def test_a_wrong_point_of_an_indicator_is_told_with_both_sums() -> None:
    error = refused(changed(line_of('code = "1.1.1"', "points"), "points = 4"))
    parts = [line_of(f'code = "1.1.{n}"', "points") for n in (1, 2)]
    assert error.line == line_of('code = "1.1"', "points")
    assert error.problem == (f"「组织管理」写的是 6 分，下级各项（第 {parts[0]}、{parts[1]} 行）合计 7 分，请核对。")


def test_an_indicator_without_points_is_refused_even_when_the_sum_is_right() -> None:
    first, second = line_of('code = "1.1.1"', "points"), line_of('code = "1.1.2"', "points")
    lines = list(LINES)
    lines[first - 1], lines[second - 1] = "points = 6", "points = 0"
    error = refused("\n".join(lines))
    assert (error.line, error.problem) == (second, "指标的分值应大于 0。")


def test_a_cap_goes_with_its_article_and_a_threshold_with_one_thing() -> None:
    error = refused(changed(line_of("[title]", "cap_article"), ""))
    assert (error.line, "一起写" in error.problem) == (line_of("[title]", "cap ="), True)
    error = refused(changed(line_of('code = "technicians"', "indicator"), ""))
    assert (error.line, "应写明一个" in error.problem) == (line_of('code = "technicians"'), True)
    number = line_of('code = "technicians"', "indicator")
    error = refused(changed(number, 'indicator = "2.1.1"\ncondition = "team"'))
    assert "不能都写" in error.problem


def test_choices_stand_only_where_something_is_chosen() -> None:
    number = line_of('code = "pass_mark"', "unit")
    error = refused(changed(number, 'choices = [{ value = "60", label = "六十" }]'))
    assert (error.line, "时要写 choices" in error.problem) == (number, True)


@pytest.mark.parametrize(("old", "missing"), [
    ("[notice]\ndays = 5\nrule = \"calendar_roll\"\narticle = \"15(4)\"\n", "缺少 [notice] 一节"),
    ("[rubric]\ntotal_points = 100\narticle = \"附件\"\n", "缺少 [rubric] 一节"),
])  # fmt: skip
def test_a_missing_table_is_told_at_the_end_of_the_file(old: str, missing: str) -> None:
    text = TEXT.replace(old, "")
    error = refused(text)
    assert error.line == text.count("\n")
    assert missing in error.problem


def test_a_missing_list_is_told_at_the_end_of_the_file() -> None:
    text = re.sub(r"\[\[steps\]\]\n(?:[^\[\n].*\n)*", "", TEXT)
    error = refused(text)
    assert (error.line, "缺少 [[steps]]" in error.problem) == (text.count("\n"), True)


def test_a_list_written_in_another_way_is_refused() -> None:
    error = refused(changed(line_of("[[steps]]"), "[steps]").replace("[[steps]]", "[[grounds]]"))
    assert "steps 的每一项应写成 [[steps]]" in error.problem
    assert error.line == line_of("[[steps]]")
    error = refused("notice = 5\n" + re.sub(r"\[notice\]\n(?:[^\[\n].*\n)*", "", TEXT))
    assert error.line == 1
    error = refused(TEXT.replace("[notice]", "[[notice]]"))
    assert (error.line, "应写成一节 [notice]" in error.problem) == (line_of("[notice]"), True)


def test_bytes_that_are_not_utf_8_are_refused_at_their_line() -> None:
    error = refused(TEXT.encode().replace("市级质量服务站".encode(), "市级".encode("gb18030"), 1))
    assert error.line == line_of("[title]", "short_name")
    assert "不是 UTF-8 编码" in error.problem


def test_an_empty_file_is_refused() -> None:
    assert refused("").line == 1


def test_a_file_that_is_called_otherwise_than_its_code_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hubei.toml").write_text(TEXT)
    monkeypatch.setattr(loader, "FOLDER", tmp_path)
    with pytest.raises(MeasureError, match=f"hubei.toml 第{line_of('[measure]', 'code')}行"):
        loader.load("hubei")
    with pytest.raises(FileNotFoundError):
        loader.load("nowhere")


def test_a_measure_without_cap_money_grounds_and_settings_can_be_described() -> None:
    """As other cities' documents are: nothing of these stands in them."""
    text = TEXT
    for table in (r"\[money\.award\]", r"\[\[money\.tiers\]\]", r"\[\[grounds\]\]", r"\[\[exits\]\]"):
        text = re.sub(table + r"\n(?:[^\[\n].*\n)*", "", text)
    text = text[: text.index("# -- 办法没有规定")]
    text = re.sub(r"cap(_article)? = .*\n", "", text)
    measure = read(text.encode(), "wuhan.toml")
    assert (measure.cap, measure.money.award, measure.money.tiers) == (None, None, ())
    assert (measure.grounds, measure.exits, measure.settings) == ((), (), ())
    assert measure.money.prize_total == 0


def test_a_measure_is_frozen() -> None:
    setting = read(TEXT.encode(), "wuhan.toml").setting("pass_mark")
    assert isinstance(setting, Setting)
    with pytest.raises(AttributeError):
        setting.suggestion = "50"  # type: ignore[misc]
