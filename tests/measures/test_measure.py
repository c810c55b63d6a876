"""What the Wuhan measure says, held against the document article by article."""

import hashlib
from decimal import Decimal

import pytest

import measures
from measures.articles import citation, numeral
from measures.loader import FOLDER
from measures.periods import Rule
from measures.setting import SILENT, SettingError


@pytest.fixture(scope="module")
def wuhan() -> measures.Measure:
    return measures.load("wuhan")


def test_the_version_is_the_hash_of_the_file(wuhan: measures.Measure) -> None:
    assert wuhan.version == hashlib.sha256((FOLDER / "wuhan.toml").read_bytes()).hexdigest()
    assert measures.load("wuhan") is wuhan


def test_the_annex_has_4_dimensions_8_groups_19_indicators_and_100_points(wuhan: measures.Measure) -> None:
    assert [(d.code, d.name, d.points) for d in wuhan.dimensions] == [
        ("foundation", "基础建设", 20),
        ("provision", "服务提供", 30),
        ("implementation", "服务实施", 20),
        ("effect", "服务成效", 30),
    ]
    assert [(g.code, g.name, g.points) for g in wuhan.groups] == [
        ("1.1", "组织管理", 6),
        ("1.2", "服务场所", 8),
        ("1.3", "管理制度", 6),
        ("2.1", "技术资源", 5),
        ("2.2", "服务内容", 25),
        ("3.1", "服务流程", 10),
        ("3.2", "服务反馈", 10),
        ("4.1", "服务效能", 30),
    ]
    assert wuhan.total_points == 100


def test_the_indicators_are_those_of_the_annex_in_its_order(wuhan: measures.Measure) -> None:
    assert [(i.code, i.name, i.points, i.dimension) for i in wuhan.indicators] == [
        ("1.1.1", "组织架构", 3, "foundation"),
        ("1.1.2", "经费保障", 3, "foundation"),
        ("1.2.1", "选址布局", 2, "foundation"),
        ("1.2.2", "规模布局", 2, "foundation"),
        ("1.2.3", "服务标识", 4, "foundation"),
        ("1.3.1", "制度建设", 4, "foundation"),
        ("1.3.2", "信息公开", 2, "foundation"),
        ("2.1.1", "技术人员", 2, "provision"),
        ("2.1.2", "协同资源", 3, "provision"),
        ("2.2.1", "线下服务", 10, "provision"),
        ("2.2.2", "线上服务", 15, "provision"),
        ("3.1.1", "需求收集", 3, "implementation"),
        ("3.1.2", "服务对接", 3, "implementation"),
        ("3.1.3", "过程管理", 4, "implementation"),
        ("3.2.1", "服务满意度评价", 10, "implementation"),
        ("4.1.1", "质量服务创新", 10, "effect"),
        ("4.1.2", "促进产业链质量提升", 10, "effect"),
        ("4.1.3", "经济效益", 5, "effect"),
        ("4.1.4", "社会效益", 5, "effect"),
    ]
    assert all(isinstance(i.points, Decimal) and len(i.checks) >= 2 for i in wuhan.indicators)
    assert {i.code: i.group for i in wuhan.indicators} == {i.code: i.code[:3] for i in wuhan.indicators}


def test_there_are_ten_kinds_of_service_each_with_its_item_of_article_9(wuhan: measures.Measure) -> None:
    assert [(kind.code, kind.qi_component) for kind in wuhan.service_kinds] == [
        ("metrology", "metrology"),
        ("standards", "standardization"),
        ("testing", "conformity_assessment"),
        ("certification", "conformity_assessment"),
        ("quality_management", "beyond_core"),
        ("intellectual_property", "beyond_core"),
        ("branding", "beyond_core"),
        ("chain_innovation", "beyond_core"),
        ("chain_improvement", "beyond_core"),
        ("other", "beyond_core"),
    ]
    assert [kind.article for kind in wuhan.service_kinds] == [f"9({number})" for number in range(1, 11)]


def test_the_seven_conditions_say_which_are_computed_and_what_is_judged(wuhan: measures.Measure) -> None:
    assert [(c.code, c.computed, c.article) for c in wuhan.conditions] == [
        ("operation", True, "13(1)"),
        ("management", False, "13(2)"),
        ("credit", False, "13(3)"),
        ("premises", False, "13(4)"),
        ("team", True, "13(5)"),
        ("abilities", True, "13(6)"),
        ("record", False, "13(7)"),
    ]
    assert all(condition.judged for condition in wuhan.conditions)
    assert [(t.code, t.op, t.value) for t in wuhan.condition("team").thresholds] == [
        ("directors", "==", 1),
        ("chief_quality_officers", "==", 1),
        ("specialists", ">=", 5),
        ("specialist_years", ">=", 5),
    ]


def test_the_seven_materials_say_which_the_portal_generates(wuhan: measures.Measure) -> None:
    assert [(m.code, m.generated, m.article) for m in wuhan.materials] == [
        ("application_form", True, "14(1)"),
        ("registration", False, "14(2)"),
        ("systems", False, "14(3)"),
        ("audit_report", False, "14(4)"),
        ("abilities", False, "14(5)"),
        ("projects", True, "14(6)"),
        ("declaration", True, "14(7)"),
    ]


def test_steps_notice_report_grounds_and_exits_are_those_of_articles_15_to_19(wuhan: measures.Measure) -> None:
    assert [step.article for step in wuhan.steps] == [f"15({number})" for number in range(1, 6)]
    assert (wuhan.notice.days, wuhan.notice.rule, wuhan.notice.article) == (5, Rule.CALENDAR_ROLL, "15(4)")
    assert (wuhan.self_assessment.month, wuhan.self_assessment.day) == (10, 31)
    assert [ground.article for ground in wuhan.grounds] == [f"18({number})" for number in range(1, 6)]
    assert [(e.code, e.discretionary) for e in wuhan.exits] == [
        ("delist", False),
        ("revoke", True),
        ("terminate", True),
    ]


def test_the_cap_and_the_money_are_those_of_article_19(wuhan: measures.Measure) -> None:
    assert (wuhan.cap, wuhan.title.cap_article) == (50, "19")
    assert wuhan.money.award is not None
    assert (wuhan.money.award.ceiling, wuhan.money.award.once) == (100_000, True)
    assert [(t.tier, t.places, t.amount) for t in wuhan.money.tiers] == [
        (1, 3, 50_000),
        (2, 5, 30_000),
        (3, 10, 10_000),
    ]
    assert (wuhan.money.prize_places, wuhan.money.prize_total) == (18, 400_000)


def test_the_numbers_of_the_annex_stand_at_their_indicators(wuhan: measures.Measure) -> None:
    found = {(i.code, t.code): (t.op, t.value) for i in wuhan.indicators for t in i.thresholds}
    assert found == {
        ("2.1.1", "technicians"): (">=", 5),
        ("2.2.1", "firms_trained"): (">=", 200),
        ("2.2.1", "firms_compared"): (">=", 100),
        ("2.2.1", "firms_diagnosed"): (">=", 30),
        ("2.2.1", "firms_branded"): (">=", 10),
        ("3.2.1", "satisfaction"): (">", 80),
        ("4.1.3", "visits"): (">=", 500),
        ("4.1.3", "problems_solved"): (">=", 100),
        ("4.1.4", "media_reports"): (">=", 5),
    }


@pytest.mark.parametrize(
    ("op", "met"), [(">=", [False, True, True]), (">", [False, False, True]), ("<=", [True, True, False])]
)
def test_a_threshold_is_met_as_article_1259_of_the_civil_code_reads(
    wuhan: measures.Measure, op: str, met: list[bool]
) -> None:
    values = {field: getattr(wuhan.threshold("satisfaction"), field) for field in ("label", "value", "unit", "article")}
    threshold = measures.measure.Threshold(code="x", op=op, **values)
    assert [threshold.is_met(figure) for figure in (Decimal("79.9"), 80, Decimal("80.1"))] == met


def test_less_and_equal_thresholds_are_met_by_less_and_by_equal(wuhan: measures.Measure) -> None:
    assert [wuhan.threshold("directors").is_met(n) for n in (0, 1, 2)] == [False, True, False]
    less = measures.measure.Threshold(code="x", label="x", op="<", value=Decimal(3), unit="次", article="18")
    assert [less.is_met(n) for n in (2, 3, 4)] == [True, False, False]
    assert less.text == "低于 3 次"
    assert wuhan.threshold("firms_trained").text == "不少于 200 家"


def test_a_name_of_a_station_must_not_sound_national(wuhan: measures.Measure) -> None:
    assert wuhan.title.forbidden_words == ("国家", "中国", "全国")


@pytest.mark.parametrize(
    ("article", "cited"),
    [
        ("15(4)", "第十五条第（四）项"),
        ("9(10)", "第九条第（十）项"),
        ("22", "第二十二条"),
        ("10", "第十条"),
        ("附件", "附件"),
    ],
)
def test_articles_are_cited_as_the_law_writes_them(article: str, cited: str) -> None:
    assert citation(article) == cited


def test_numerals_below_a_hundred_are_written_in_chinese() -> None:
    assert [numeral(n) for n in (1, 10, 11, 19, 20, 35, 99)] == ["一", "十", "十一", "十九", "二十", "三十五", "九十九"]


def test_what_the_measure_does_not_have_is_a_key_error(wuhan: measures.Measure) -> None:
    for look_up in (wuhan.indicator, wuhan.dimension, wuhan.group, wuhan.service_kind, wuhan.condition, wuhan.material,
                    wuhan.threshold, wuhan.setting, wuhan.ground, wuhan.step, wuhan.exit):  # fmt: skip
        with pytest.raises(KeyError, match="nowhere"):
            look_up("nowhere")


# -- Settings: what the measure does not say  ----


def test_every_setting_is_marked_as_the_bureaus_own(wuhan: measures.Measure) -> None:
    assert {setting.note for setting in wuhan.settings} == {"办法未规定，由市局设定"} == {SILENT}
    assert {"pass_mark", "step", "min_sheets", "aggregation", "spread_threshold", "tie_order", "day_rule",
            "scores_published", "return_limit", "return_days"} <= {s.code for s in wuhan.round_settings}  # fmt: skip
    assert {s.scope for s in wuhan.settings} == {"round", "supervision"}


@pytest.mark.parametrize(
    ("code", "raw", "value"),
    [
        ("pass_mark", " 60 ", Decimal(60)),
        ("pass_mark", "100", Decimal(100)),
        ("min_sheets", "5", 5),
        ("min_sheets", 3, 3),
        ("scores_published", "True", True),
        ("scores_published", False, False),
        ("aggregation", "median", "median"),
        ("tie_order", "effect, provision,implementation,foundation",
         ("effect", "provision", "implementation", "foundation")),
        ("tie_order", ["foundation", "provision", "implementation", "effect"],
         ("foundation", "provision", "implementation", "effect")),
    ],
)  # fmt: skip
def test_a_setting_takes_its_values(wuhan: measures.Measure, code: str, raw: object, value: object) -> None:
    cleaned = wuhan.setting(code).clean(raw)
    assert cleaned == value
    assert type(cleaned) is type(value)


@pytest.mark.parametrize(
    ("code", "raw", "says"),
    [
        ("pass_mark", "", "请为「合格分数线」填写一个数字，小数不超过四位。"),
        ("pass_mark", "NaN", "请为「合格分数线」填写一个数字，小数不超过四位。"),
        ("pass_mark", "６０", "请为「合格分数线」填写一个数字，小数不超过四位。"),
        ("pass_mark", "100.1", "「合格分数线」不能大于 100，请改小。"),
        ("pass_mark", "-1", "「合格分数线」不能小于 0，请改大。"),
        ("min_sheets", "2.5", "请为「每个参评对象最少评分表数」填写一个整数。"),
        ("min_sheets", "0", "「每个参评对象最少评分表数」不能小于 1，请改大。"),
        ("scores_published", "也许", "请为「公示时公开分数」选择是或否。"),
        ("step", "0.3", "请为「计分单位」选择一项：1 分、0.5 分、0.1 分。"),
        ("tie_order", "effect,effect,provision,foundation",
         "请把「总分相同时比较各方面得分的次序」的每一项各排一次：服务成效、服务提供、服务实施、基础建设。"),
    ],
)  # fmt: skip
def test_a_setting_refuses_what_it_does_not_take_and_says_what_to_do(
    wuhan: measures.Measure, code: str, raw: object, says: str
) -> None:
    with pytest.raises(SettingError) as refused:
        wuhan.setting(code).clean(raw)
    assert str(refused.value) == says
