"""The other documents: what each says, held against its text, and what it is silent on."""

import datetime as dt
import re

import pytest

import measures
from evaluation.eligibility import Facts, check_conditions
from measures.articles import NUMBERINGS, citation
from measures.loader import FOLDER, read
from measures.measure import MeasureError, Silent

CODES = ["wuhan", "samr", "tangshan", "shenzhen", "hunan"]


@pytest.mark.parametrize("code", CODES)
def test_every_measure_of_the_folder_loads(code: str) -> None:
    assert sorted(CODES) == sorted(path.stem for path in FOLDER.glob("*.toml"))
    measure = measures.load(code)
    assert measure.code == code
    assert measure.service_kinds


def test_the_guide_has_five_basic_and_five_extended_services() -> None:
    """5.1.1-5.1.5 and 5.2.1-5.2.5."""
    assert [(kind.code, kind.tier_words, kind.citation) for kind in measures.load("samr").service_kinds] == [
        ("metrology", "基础性服务", "5.1.1"),
        ("standards", "基础性服务", "5.1.2"),
        ("testing", "基础性服务", "5.1.3"),
        ("certification", "基础性服务", "5.1.4"),
        ("quality_management", "基础性服务", "5.1.5"),
        ("branding", "拓展性服务", "5.2.1"),
        ("intellectual_property", "拓展性服务", "5.2.2"),
        ("policy", "拓展性服务", "5.2.3"),
        ("supply_chain", "拓展性服务", "5.2.4"),
        ("other", "拓展性服务", "5.2.5"),
    ]


def test_tangshan_has_four_basic_services_and_calls_quality_management_an_extended_one() -> None:
    """6.2.1.1-6.2.1.4 and 6.2.2.1-6.2.2.5, special equipment among them."""
    assert [(kind.code, kind.tier, kind.article) for kind in measures.load("tangshan").service_kinds] == [
        ("metrology", "basic", "6.2.1.1"),
        ("standards", "basic", "6.2.1.2"),
        ("certification", "basic", "6.2.1.3"),
        ("testing", "basic", "6.2.1.4"),
        ("quality_management", "extended", "6.2.2.1"),
        ("branding", "extended", "6.2.2.2"),
        ("intellectual_property", "extended", "6.2.2.3"),
        ("special_equipment", "extended", "6.2.2.4"),
        ("innovation", "extended", "6.2.2.5"),
    ]


def test_shenzhen_differs_from_wuhan_where_its_draft_does() -> None:
    shenzhen, wuhan = measures.load("shenzhen"), measures.load("wuhan")
    assert [kind.article for kind in shenzhen.service_kinds] == [f"9({n})" for n in range(1, 9)]
    assert (shenzhen.notice.days, wuhan.notice.days) == (10, 5)
    assert (shenzhen.self_assessment.month, shenzhen.self_assessment.day) == (12, 31)
    assert [(t.code, t.text, t.citation) for t in shenzhen.thresholds] == [
        ("operating_years", "不少于 2 年", "第十三条第（一）项"),
        ("service_staff", "不少于 10 人", "第十三条第（五）项"),
        ("abilities", "不少于 5 项", "第十三条第（六）项"),
    ]
    assert [ground.article for ground in shenzhen.grounds] == [f"18({n})" for n in range(1, 6)]
    assert ([way.code for way in shenzhen.exits], shenzhen.cap) == (["revoke"], None)
    assert (shenzhen.money.award, shenzhen.money.tiers, shenzhen.text.validity_years) == (None, (), 5)


def test_applicants_can_be_held_against_the_conditions_of_another_measure() -> None:
    facts = Facts(
        on=dt.date(2026, 9, 1),
        founded_on=dt.date(2020, 1, 1),
        heads=0,
        chief_quality_officers=0,
        specialists=(),
        claimed=frozenset({"metrology", "standards", "testing", "certification"}),
        evidenced=frozenset({"metrology", "standards", "testing", "certification"}),
    )
    met = {check.code: check.met for check in check_conditions(measures.load("shenzhen"), facts)}
    assert met == {
        "operation": True,
        "management": None,
        "credit": None,
        "premises": None,
        "staff": None,
        "abilities": False,
        "record": None,
    }


def test_hunan_prints_its_table_of_sixteen_columns_and_the_lengths_of_its_fields() -> None:
    hunan = measures.load("hunan")
    table = hunan.form("statistics")
    assert [column.name for column in table.fields] == [
        "序号", "地区", "站点名称", "基本情况", "本年度投入经费", "参与服务专家", "服务主要内容", "服务的主要产业", "服务次数",
        "服务市场主体", "产品质量合格率提升情况", "为企业节约费用", "为企业增长利润", "服务企业新增就业岗位", "服务企业质量提高成效",
        "其他成效",
    ]  # fmt: skip
    assert {column.code: column.max_chars for column in table.fields if column.typed} == {
        "situation": 200,
        "investment": None,
        "pass_rate": None,
        "quality_effect": None,
        "other_effect": 200,
    }
    case = hunan.form("case")
    assert (case.max_chars, case.citation) == (2000, "附件2")
    assert [part.name for part in case.fields] == ["试点项目名称", "基本情况", "主要做法", "发展成效"]
    assert [part.max_chars for part in hunan.form("application").fields] == [500, 300, 300, 300, 300, 300, 200]
    assert {t.code: int(t.value) for t in hunan.thresholds} == {
        "pilot_cities": 3,
        "pilot_counties": 6,
        "pilot_parks": 6,
        "pilot_years": 2,
    }


@pytest.mark.parametrize(
    ("code", "silent"),
    [
        ("wuhan", set()),
        ("shenzhen", {"materials", "rubric"}),
        ("hunan", {"materials", "notice", "self_assessment", "rubric"}),
        ("samr", {"title", "conditions", "materials", "steps", "notice", "self_assessment", "rubric"}),
        ("tangshan", {"title", "conditions", "materials", "steps", "notice", "self_assessment", "rubric"}),
    ],
)
def test_a_document_says_what_it_is_silent_on(code: str, silent: set[str]) -> None:
    measure = measures.load(code)
    sections = ("title", "conditions", "materials", "steps", "notice", "self_assessment", "rubric")
    assert {name for name in sections if not measure.says(name)} == silent
    for name in ("title", "notice", "self_assessment"):
        if name in silent:
            with pytest.raises(Silent):
                getattr(measure, name)
    if "rubric" in silent:
        assert (measure.indicators, measure.total_points) == ((), 0)
    if "title" in silent:
        assert measure.cap is None


# -- What is refused  ----

WRONG = [  # the file, the text that is changed, what it becomes, the line that is named, what is said
    ("samr", 'article = "5.1.1"', 'article = "第5条"', 'article = "第5条"', "条款号应写成"),
    ("samr", 'article = "5.1.1"', 'article = "9.1.1"', 'article = "9.1.1"', "只有 8 章"),
    ("samr", 'article = "5.1.1"', 'article = "9(1)"', 'article = "9(1)"', "条款号应写成"),
    ("samr", 'tier = "basic"', 'tier = "best"', 'tier = "best"', "「tier」只能是 basic、extended"),
    ("samr", 'numbering = "clauses"', 'numbering = "pages"', 'numbering = "pages"', "「numbering」只能是"),
    ("samr", '"title", ', '"mood", ', 'silent = ["mood"', "silent 只能从"),
    ("samr", '"title", ', "", "", "缺少 [title] 一节"),
    ("samr", '"rubric"]', "]", "", "缺少 [rubric] 一节"),
    ("shenzhen", '"materials", ', "", "", "缺少 [[materials]]，至少要有一项"),
    ("shenzhen", '["materials",', '["materials", "notice",', "[notice]", "silent 说没有规定 notice"),
    ("shenzhen", '["materials",', '["materials", "steps",', "[[steps]]", "silent 说没有规定 steps"),
    ("hunan", 'article = "三2"', 'article = "七2"', 'article = "七2"', "只有 6 节"),
    ("hunan", 'article = "三2"', 'article = "3(2)"', 'article = "3(2)"', "条款号应写成"),
    ("hunan", 'form = "case"', 'form = "story"', 'form = "story"', "表格 story 不存在"),
    ("hunan", 'code = "needs"', 'code = "served"', 'code = "served"', "已经有 served 这一栏"),
    ("hunan", "max_chars = 500", 'max_chars = "500"', 'max_chars = "500"', "「max_chars」应是不小于 0 的整数"),
    ("hunan", '[[forms]]\ncode = "case"', '[[forms]]\ncode = "empty"\nname = "空"\narticle = "附件2"\n\n[[forms]]\ncode = "case"', 'code = "empty"', "没有任何一栏"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "old", "new", "at", "says"), WRONG, ids=[f"{row[0]} {row[4]}" for row in WRONG])
def test_a_wrong_line_is_named(code: str, old: str, new: str, at: str, says: str) -> None:
    """An empty `at` is what is missing: told at the end of the file."""
    text = (FOLDER / f"{code}.toml").read_text()
    assert old in text
    # The last of what occurs twice: a second use of a code is the one that is wrong
    before, _, after = text.rpartition(old) if "served" in new else text.partition(old)
    text = before + new + after
    with pytest.raises(MeasureError) as error:
        read(text.encode(), f"{code}.toml")
    lines = text.split("\n")
    wanted = (
        next(n for n, line in enumerate(lines, 1) if line.startswith(at) and n >= before.count("\n") + 1)
        if at
        else None
    )
    if at.startswith("["):
        wanted = lines.index(at) + 1
    assert (error.value.line, says in error.value.problem) == (wanted or text.count("\n"), True)


@pytest.mark.parametrize("code", CODES)
def test_no_article_may_be_missing(code: str) -> None:
    text = (FOLDER / f"{code}.toml").read_text()
    for line in [n for n, line in enumerate(text.split("\n")) if re.match("article =", line)][:5]:
        lines = text.split("\n")
        del lines[line]
        with pytest.raises(MeasureError, match="缺少"):
            read("\n".join(lines).encode(), f"{code}.toml")


@pytest.mark.parametrize(
    ("article", "cited", "first"),
    [("5.2.1", "5.2.1", 5), ("6.2.1.1a", "6.2.1.1a", 6), ("六(三)", "六（三）", 6), ("三1", "三1", 3), ("附件3", "附件3", None)],
)  # fmt: skip
def test_parts_of_other_documents_are_cited_as_these_count(article: str, cited: str, first: int | None) -> None:
    assert citation(article) == cited
    assert NUMBERINGS["articles"].first(article) == first
