"""The validator against python-stdnum where both speak, and against the standard where stdnum is silent (2.2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from ledger.errors import Refused
from stations.credit_code import (
    ALPHABET,
    DEPARTMENTS,
    caution,
    check_sign,
    describe,
    make_credit_code,
    normalise,
    organisation_check_sign,
    validate,
)

REAL = "91110000600037341L"
numbers = st.integers(0, 999_999)
kinds = st.sampled_from([first + second for first, (_, seconds) in DEPARTMENTS.items() for second in seconds])
regions = st.sampled_from(["420100", "420106", "110000", "100000", "650100", "820000"])


def refusal(value: str) -> Refused:
    with pytest.raises(Refused) as caught:
        validate(value)
    assert caught.value.field == "credit_code"
    assert caught.value.message.endswith("。")
    return caught.value


@given(numbers, kinds, regions)
def test_every_code_that_we_make_is_valid(number, kind, region):
    code = make_credit_code(number, kind=kind, region=region)
    assert validate(code) == code
    assert "登记的" in describe(code)


@given(numbers, kinds, regions)
def test_stdnum_agrees_on_every_valid_code_but_the_letters_it_does_not_know(number, kind, region):
    code = make_credit_code(number, kind=kind, region=region)
    assert uscc.is_valid(code) is kind[0].isdigit()


@given(st.text(alphabet=ALPHABET + "IOZSV-", min_size=16, max_size=19))
def test_what_stdnum_refuses_we_refuse_unless_it_begins_with_a_letter(value):
    try:
        accepted = validate(value)
    except Refused:
        return
    assert accepted[0].isalpha() or uscc.validate(value) == accepted


@given(numbers, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_sign_is_always_found(number, position, sign):
    code = make_credit_code(number)
    wrong = code[:position] + sign + code[position + 1 :]
    if wrong == code:
        assert validate(wrong) == code
    else:
        refusal(wrong)


@given(numbers, st.integers(0, 16))
def test_two_neighbours_exchanged_are_always_found(number, position):
    code = make_credit_code(number)
    wrong = code[:position] + code[position + 1] + code[position] + code[position + 2 :]
    if wrong != code:
        refusal(wrong)


@pytest.mark.parametrize(
    "typed",
    [
        REAL.lower(),
        f" {REAL[:8]} {REAL[8:]}　",
        "-".join([REAL[:2], REAL[2:8], REAL[8:17], REAL[17]]),
        "".join(chr(ord(sign) + 0xFEE0) for sign in REAL),
        f"{REAL[:4]}—{REAL[4:]}\n",
    ],
)
def test_lower_case_spaces_dashes_and_full_width_are_put_right(typed):
    assert normalise(typed) == REAL
    assert validate(typed) == REAL


def test_each_failure_says_what_to_correct():
    good = make_credit_code(7)
    assert refusal("  ").code == "credit_code_missing"
    short = refusal(good[:17])
    assert short.code == "credit_code_length"
    assert "少了 1 位" in short.message
    assert "多了 2 位" in refusal(good + "00").message
    misread = refusal(good[:9] + "O" + good[10:])
    assert misread.code == "credit_code_sign"
    assert "第 10 位是「O」" in misread.message
    assert "数字 0" in misread.message
    assert refusal("中" + good[1:]).code == "credit_code_sign"
    assert refusal("B1" + good[2:]).code == "credit_code_department"
    kind = refusal("95" + good[2:])
    assert kind.code == "credit_code_kind"
    assert "1（企业）" in kind.message
    assert refusal(make_credit_code(7, region="990000")).code == "credit_code_region"
    assert refusal(make_credit_code(7, region="4201AB")).code == "credit_code_region"


def test_the_digit_inside_is_checked_even_where_the_whole_sum_is_right():
    first_17 = "91420106MA4K00001"  # organisation code whose own check digit is wrong
    assert organisation_check_sign("MA4K0000") != "1"
    code = first_17 + check_sign(first_17)
    assert uscc.is_valid(code)
    assert refusal(code).code == "credit_code_organisation"


def test_eighteen_zeros_pass_stdnum_and_not_us():
    assert uscc.is_valid("0" * 18)
    assert refusal("0" * 18).code == "credit_code_department"


def test_the_last_sign_alone_wrong_is_named():
    code = make_credit_code(5)
    wrong = code[:17] + ("0" if code[17] != "0" else "1")
    assert refusal(wrong).code == "credit_code_check"
    with pytest.raises(ValidationError):
        uscc.validate(wrong)


def test_state_organs_and_sole_traders_are_warned_of_and_not_blocked():
    assert "机关" in caution(validate(make_credit_code(1, kind="11")))
    assert "个体工商户" in caution(validate(make_credit_code(1, kind="92")))
    assert caution(validate(make_credit_code(1, kind="12"))) == ""


@pytest.mark.parametrize("number", [-1, 1_000_000])
def test_a_number_that_does_not_fit_is_refused(number):
    with pytest.raises(ValueError, match="999999"):
        make_credit_code(number)
