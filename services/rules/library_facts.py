"""What a row of a library must be like, whoever writes it: a form, a table, an interface."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import ForeignKey, Model

from ledger.errors import Refused
from services.models import Agency, Client, Equipment, Specialist

PHONE = re.compile(r"[0-9+][0-9 ()（）+\-—转]{4,24}")
MOST_YEARS = 60
# By what a station knows a row again: two rows of one key are the same thing
KEYS: dict[type[Model], tuple[str, ...]] = {
    Agency: ("credit_code",),
    Specialist: ("name", "employer"),
    Client: ("credit_code",),
    Equipment: ("asset_number",),
}


def key_of(item: Any) -> tuple[str, ...]:
    return tuple(getattr(item, name) for name in KEYS[type(item)])


def refuse_wrong(item: Any, kinds: Collection[str]) -> None:
    """Raise Refused, at the field that it concerns, unless every fact of `item` can be kept. `kinds` are the codes of
    the service kinds there are.

    Codes: `missing`, `too_long`, `wrong_value`, `kinds_missing`, `kind_unknown`, `phone_unreadable`,
    `fee_negative`, `fee_without_unit`, `years_too_many`.
    """
    refuse_wrong_columns(item)
    if not isinstance(item, Client):
        refuse_wrong_kinds(item, kinds)
    refuse_wrong_phone(item)
    if isinstance(item, Specialist) and item.years > MOST_YEARS:
        raise Refused("years_too_many", f"从业年数最多填 {MOST_YEARS}，请核对。", field="years")
    if isinstance(item, Equipment) and item.fee is not None and item.fee < 0:
        raise Refused("fee_negative", "收费标准不能小于零。", field="fee")
    if isinstance(item, Equipment) and (item.fee is None) != (not item.fee_unit):
        raise Refused("fee_without_unit", "收费标准和计费单位请一起填写，不收费的都不填。", field="fee_unit")


def refuse_wrong_kinds(thing: Any, kinds: Collection[str]) -> None:
    if not thing.kinds:
        raise Refused("kinds_missing", "请至少选择一个服务种类。", field="kinds")
    if unknown := [code for code in thing.kinds if code not in kinds]:
        raise Refused("kind_unknown", f"没有这种服务种类：{'、'.join(unknown)}，请重新选择。", field="kinds")


def refuse_wrong_columns(item: Model) -> None:
    """Length, presence and choices, as the columns of the model have them."""
    foreign = {field.name for field in item._meta.fields if isinstance(field, ForeignKey)}
    try:
        item.clean_fields(exclude=foreign | {"kinds", "modes"})
    except ValidationError as wrong:
        name, errors = next(iter(wrong.error_dict.items()))
        raise refusal_of(item, name, errors[0]) from wrong


def refusal_of(item: Model, name: str, error: ValidationError) -> Refused:
    if name == NON_FIELD_ERRORS:
        return Refused("wrong_value", error.messages[0])
    field: Any = item._meta.get_field(name)
    label = field.verbose_name
    if error.code in {"blank", "null"}:
        return Refused("missing", f"请填写{label}。", field=name)
    if error.code == "max_length":
        return Refused("too_long", f"{label}最多 {field.max_length} 字，请缩短。", field=name)
    if error.code == "invalid_choice":
        return Refused("wrong_value", f"{label}不在可选范围，请重新选择。", field=name)
    return Refused("wrong_value", f"{label}：{error.messages[0]}", field=name)


def refuse_wrong_phone(item: Any) -> None:
    phone = getattr(item, "phone", "")
    if phone and not PHONE.fullmatch(phone):
        raise Refused(
            "phone_unreadable", "联系电话请填手机号，或者带区号的固定电话，例如 027-88888888。", field="phone"
        )


def refuse_wrong_qualification(held: Any, kinds: Collection[str]) -> None:
    """As `refuse_wrong`, for a qualification; besides `period_turned`."""
    refuse_wrong_columns(held)
    refuse_wrong_kinds(held, kinds)
    if held.valid_until and held.valid_until < held.valid_from:
        raise Refused("period_turned", "有效期至早于有效期起，请对照证书改正。", field="valid_until")
