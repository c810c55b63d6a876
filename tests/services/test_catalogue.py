"""The catalogue holds together, one record counts right in each scheme, and a wrong line is named."""

import pytest

from measures.measure import MeasureError
from services.catalogue import CATALOGUE, FILE, read

TEXT = FILE.read_text()
LINES = TEXT.split("\n")


def line_of(*marks: str) -> int:
    """The line, from 1, that is found by going from mark to mark, each the beginning of one."""
    number = 0
    for mark in marks:
        number = next(n for n in range(number, len(LINES)) if LINES[n].startswith(mark)) + 1
    return number


def refused(text: str) -> MeasureError:
    with pytest.raises(MeasureError) as error:
        read(text.encode(), "catalogue.toml")
    return error.value


def test_the_ten_kinds_are_those_of_the_measure_and_each_has_items() -> None:
    assert [kind.name for kind in CATALOGUE.kinds] == [
        "计量", "标准", "检验检测", "认证", "质量管理", "知识产权", "品牌培育", "质量强链创新", "质量强链提升", "其他特色服务",
    ]  # fmt: skip
    for kind in CATALOGUE.kinds:
        codes = {item.code for item in CATALOGUE.items_of(kind.code)}
        assert {f"{kind.code}.training", f"{kind.code}.consulting"} < codes
    assert sum(len(CATALOGUE.items_of(kind.code)) for kind in CATALOGUE.kinds) == len(CATALOGUE.items)


def test_a_select_offers_every_item_once_under_its_kind() -> None:
    offered = [code for _, items in CATALOGUE.choices() for code, _ in items]
    assert sorted(offered) == sorted(item.code for item in CATALOGUE.items)
    assert CATALOGUE.kind_of(CATALOGUE.item("standards.comparison")).name == "标准"
    with pytest.raises(KeyError):
        CATALOGUE.item("standards.nothing")


def test_four_figures_of_the_annex_are_counted_from_items() -> None:
    assert CATALOGUE.counted_as("firms_compared") == {"standards.comparison"}
    assert CATALOGUE.counted_as("firms_branded") == {"branding.integration"}
    assert CATALOGUE.counted_as("firms_diagnosed") == {
        "quality_management.diagnosis",
        "quality_management.product_diagnosis",
    }
    assert CATALOGUE.counted_as("firms_trained") == {f"{kind.code}.training" for kind in CATALOGUE.kinds} | {
        "other.special_equipment_training"
    }
    assert {item.counts for item in CATALOGUE.items} == {
        "",
        "firms_trained",
        "firms_compared",
        "firms_diagnosed",
        "firms_branded",
    }


@pytest.mark.parametrize(
    ("code", "samr", "tangshan", "shenzhen"),
    [
        # the five of the guide that have the same name everywhere
        ("metrology.calibration", "metrology", "metrology", "metrology"),
        ("certification.scheme", "certification", "certification", "certification"),
        # a kind of its own in Tangshan only (6.2.2.4), one of the others elsewhere (guide 5.2.5)
        ("other.special_equipment", "other", "special_equipment", "other"),
        # Tangshan counts renowned marks and geographical indications as branding (6.2.2.2 b)
        ("intellectual_property.renowned_mark", "intellectual_property", "branding", "intellectual_property"),
        # Shenzhen counts the diagnosis of a product as testing (9(3))
        ("quality_management.product_diagnosis", "quality_management", "quality_management", "testing"),
        # advice on policy is a kind of its own in the guide (5.2.3)
        ("quality_management.policy", "policy", "quality_management", "quality_management"),
        ("other.policy", "policy", "", "other"),
        # the chains: the guide's 5.2.4, Tangshan's innovation (6.2.2.5), no kind of Shenzhen but the others
        ("chain_innovation.map", "supply_chain", "innovation", "other"),
        ("chain_improvement.alignment", "supply_chain", "innovation", "other"),
        # named by the guide alone (5.2.5)
        ("other.registration", "other", "", ""),
    ],
)
def test_one_record_counts_right_in_each_scheme(code: str, samr: str, tangshan: str, shenzhen: str) -> None:
    item = CATALOGUE.item(code)
    assert item.schemes == {"samr": samr, "tangshan": tangshan, "shenzhen": shenzhen}
    assert item.kind == code.partition(".")[0]
    for scheme, kind in item.schemes.items():
        assert code in CATALOGUE.items_in(scheme, kind)


WRONG = [  # the way to a line, what it becomes, what the message says
    (["[catalogue]"], "[catalog]", "不认识 [catalog] 这一节"),
    (["[[kinds]]", "code"], 'code = "welding"', "没有 welding 这一类服务"),
    (["[[kinds]]", "[[kinds]]", "code"], 'code = "metrology"', "「metrology」在第"),
    (["[[kinds]]", "samr"], "samr = 5", "「samr」应是文字"),
    (["[[kinds]]", "samr"], 'hunan = "metrology"', "没有「hunan」这一项"),
    (["[[kinds]]", "tangshan"], 'tangshan = "supply_chain"', "《质量基础设施“一站式”服务站服务规范》没有 supply_chain"),
    (['code = "other.policy"', "samr"], 'samr = "policies"', "没有 policies 这一类服务"),
    (["[[items]]", "code"], 'code = "计量.检定"', "“类别.事项”"),
    (["[[items]]", "code"], 'code = "welding.training"', "没有 welding 这一类服务"),
    (["[[items]]", "[[items]]", "code"], 'code = "metrology.calibration"', "「metrology.calibration」在第"),
    (["[[items]]", "name"], 'name = " "', "「name」应是不为空的文字"),
    (["[[items]]", "name"], 'title = "检定"', "没有「title」这一项"),
    (['code = "metrology.training"', "counts"], 'counts = "visits"', "counts 只能是"),
    (['code = "standards.training"', "counts"], 'counts = "firms_compared"', "counts 应是 firms_trained"),
    (['code = "other.special_equipment"', "tangshan"], "tangshan = true", "「tangshan」应是文字"),
]


@pytest.mark.parametrize(("way", "new", "says"), WRONG, ids=[f"{' '.join(row[0])} {row[1]}" for row in WRONG])
def test_a_wrong_line_is_named(way: list[str], new: str, says: str) -> None:
    number = line_of(*way)
    error = refused("\n".join([*LINES[: number - 1], new, *LINES[number:]]))
    assert (error.line, error.file) == (number, "catalogue.toml")
    assert says in error.problem


def test_what_every_kind_must_have_is_asked_for() -> None:
    head = line_of("[catalogue]")
    error = refused(TEXT.replace('code = "branding.consulting"', 'code = "branding.advice"'))
    assert (error.line, "缺少事项 branding.consulting" in error.problem) == (head, True)
    error = refused(TEXT.replace('[[kinds]]\ncode = "other"\nsamr = "other"\ntangshan = ""\nshenzhen = "other"\n', ""))
    assert (error.line, "缺少 other 的 [[kinds]]" in error.problem) == (head, True)
    error = refused(TEXT.replace('tangshan = "special_equipment"', 'tangshan = ""'))
    assert (error.line, "算作 tangshan 的 special_equipment" in error.problem) == (
        line_of("[catalogue]", "schemes"),
        True,
    )
    error = refused(TEXT.replace('samr = "metrology"\n', "", 1))
    assert (error.line, "缺少「samr」" in error.problem) == (line_of("[[kinds]]"), True)
