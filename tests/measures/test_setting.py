from decimal import Decimal

import pytest

import measures
from measures.setting import plain, setting_text


@pytest.mark.parametrize(
    ("value", "said"),
    [(Decimal("0.50"), "0.5"), (Decimal("60.00"), "60"), (Decimal(100), "100"), (10, "10"), ("mean", "mean")],
)
def test_numbers_carry_no_idle_noughts(value, said):
    assert plain(value) == said


def test_every_setting_of_the_measure_can_be_said_in_words():
    measure = measures.load("wuhan")
    said = {item.code: setting_text(item, item.clean(item.suggestion)) for item in measure.round_settings}
    assert said["pass_mark"] == "60 分"
    assert said["tie_order"] == "服务成效、服务提供、服务实施、基础建设"
    assert said["scores_published"] == "否"
    assert said["step"] == "0.5 分"
    assert not any(raw in said.values() for raw in ("true", "false", "mean", "chosen", "exclusive"))
