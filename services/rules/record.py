"""What a service record must be, and who keeps the records of a station. Nothing here asks the database.

A record counts in the year that it was served in. The measure names no day after which a year's figures stand; here the
records of a year are closed with the January that follows, so that what was judged by them does not move any more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial
from types import MappingProxyType
from typing import Any

import rules
from django.utils import timezone

from ledger.errors import Refused
from services.catalogue import CATALOGUE
from services.rules.station import serves
from services.states.record import SetAside
from stations.credit_code import validate
from stations.rules import is_member

COUNTS = {
    "visits": ("服务次数", 1, 10_000),
    "problems_found": ("发现问题", 0, 10_000),
    "problems_solved": ("解决问题", 0, 10_000),
    "experts": ("投入专家", 0, 10_000),
    "jobs_added": ("新增就业", 0, 1_000_000),
}  # field -> (its name, least, most)
MONEY = {"fee": "收费", "discount": "减免", "saved_cost": "节约费用", "added_profit": "增长利润"}
LESS_THAN_NOTHING = frozenset({"added_profit"})  # a profit may have fallen
MOST_MONEY = Decimal("999999999999.99")
TEXTS = {"client_name": ("服务对象", 100), "summary": ("服务情况", 2000), "external_id": ("外部编号", 100)}
EARLIEST_YEAR = 2000


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a record: a stable code, the field, and a Chinese sentence on what to do."""

    code: str
    field: str
    message: str


class Faulty(Refused):
    """A record with faults; as a refusal it speaks for the first of them."""

    def __init__(self, faults: Collection[Fault]) -> None:
        self.faults = tuple(faults)
        first = self.faults[0]
        super().__init__(first.code, first.message, field=first.field)


def closes_on(year: int) -> dt.date:
    """The last day on which records of `year` are taken, changed and withdrawn."""
    return dt.date(year + 1, 1, 31)


def is_closed(served_on: dt.date, at: dt.datetime) -> bool:
    return timezone.localdate(at) > closes_on(served_on.year)


def faults_of(
    facts: Mapping[str, Any], station: Any, at: dt.datetime, *, industries: Collection[str] | None = None
) -> list[Fault]:
    """What is wrong with these facts as a record of `station` at `at`; empty when nothing is. See `read_facts`."""
    return read_facts(facts, station, at, industries=industries)[1]


def read_facts(
    facts: Mapping[str, Any],
    station: Any,
    at: dt.datetime,
    *,
    industries: Collection[str] | None = None,
    phones: Mapping[str, str] = MappingProxyType({}),
) -> tuple[dict[str, Any], list[Fault]]:
    """The columns of a record from what a form, a table or a client gave, and the faults of it.

    Values may be of their own type or text (2026-11-20, 12, 300.50); what is absent, None or "" has its default.
    `industry` is an Industry or its code, and is looked for among `industries` when these are given. The `kind` is that of
    the item. `contact_phone`, or that of `phones` ({credit code: phone}, the station's library) where none is given, is
    compared with the station's and not kept. Facts of other names are a fault: a misspelt
    field must not be lost in silence.
    """
    reading = Reading(facts)
    values: dict[str, Any] = {
        "client_code": reading.take("client_code", read_code),
        **{
            field: reading.take(field, partial(read_text, name=name, most=most)) or ""
            for field, (name, most) in TEXTS.items()
        },
        **reading.item(),
        "served_on": reading.take("served_on", partial(read_day, at=at)),
        **{field: reading.take(field, partial(read_count, field=field)) for field in COUNTS},
        **{field: reading.take(field, partial(read_money, field=field)) for field in MONEY},
        "industry_id": reading.take("industry", partial(read_industry, industries=industries)),
    }
    for field, (_, least, _) in COUNTS.items():
        values[field] = least if values[field] is None else values[field]
    reading.missing("client_code", "请填写服务对象的统一社会信用代码。")
    reading.missing("client_name", "请填写服务对象的名称。")
    reading.missing("served_on", "请填写服务日期，例如 2026-11-20。")
    if values["problems_solved"] > values["problems_found"]:
        reading.fault("solved_exceeds_found", "problems_solved", "解决的问题不能多于发现的问题，请核对这两个数。")
    for name in reading.unknown():
        reading.fault("field_unknown", name[:60], f"没有「{name[:60]}」这个字段，请核对字段名称。")
    phone = reading.take("contact_phone", partial(read_text, name="联系电话", most=40))
    phone = phone or phones.get(values["client_code"] or "", "")
    values.update(set_aside_of(values["client_code"] or "", phone, station))
    return values, reading.faults


# Columns of a record that come from its facts, with what it is set aside for; `industry` by its code
FIELDS = ("client_code", "client_name", "industry", "item", "served_on", *COUNTS, *MONEY, "summary", "external_id")


class Reading:
    """Facts being read: faults gather instead of stopping at the first."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.facts = facts
        self.faults: list[Fault] = []

    def fault(self, code: str, field: str, message: str) -> None:
        self.faults.append(Fault(code, field, message))

    def take(self, field: str, read: Callable[[Any], Any]) -> Any:
        value = self.facts.get(field)
        if value is None or value == "":
            return None
        try:
            return read(value)
        except Refused as refusal:
            self.fault(refusal.code, field, refusal.message)
            return None

    def missing(self, field: str, message: str) -> None:
        value = self.facts.get(field)
        if value is None or not str(value).strip():
            self.fault(f"{field}_missing", field, message)

    def item(self) -> dict[str, str]:
        code, kind = self.facts.get("item") or "", self.facts.get("kind") or ""
        item = CATALOGUE.by_code.get(code) if isinstance(code, str) else None
        if not code:
            self.fault("item_missing", "item", "请选择服务事项。")
        elif item is None:
            self.fault("item_unknown", "item", "服务事项目录里没有这个事项，请从目录中选择。")
        elif kind and kind != item.kind:
            self.fault("kind_differs", "kind", "服务类别与服务事项不一致，类别可以不填，由事项决定。")
        return {"item": item.code if item else "", "kind": item.kind if item else ""}

    def unknown(self) -> list[str]:
        return sorted(str(name) for name in set(self.facts) - {*FIELDS, "kind", "contact_phone"})


def read_code(value: Any) -> str:
    return validate(read_text(value, "统一社会信用代码", 60))


def read_text(value: Any, name: str, most: int) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # a table gives a number for a code of digits
    if not isinstance(value, str):
        raise Refused("text_wanted", f"{name}应当是文字，请改正。")
    text = value.strip()
    if not text.isprintable() and any(ord(sign) < 32 and sign not in "\r\n\t" for sign in text):
        raise Refused("text_signs", f"{name}里有看不见的控制字符，请删除后重新填写。")
    if len(text) > most:
        raise Refused("text_too_long", f"{name}最多 {most} 个字，现在有 {len(text)} 个，请缩短。")
    return text


def read_day(value: Any, at: dt.datetime) -> dt.date:
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, str):
        try:
            value = dt.date.fromisoformat(value.strip().replace("/", "-"))
        except ValueError:
            raise Refused("date_wanted", "服务日期应写成 2026-11-20 这样的日期，请改正。") from None
    if not isinstance(value, dt.date):
        raise Refused("date_wanted", "服务日期应写成 2026-11-20 这样的日期，请改正。")
    if value > timezone.localdate(at):
        raise Refused("date_to_come", "服务日期还没有到，请在服务完成之后登记。")
    if value.year < EARLIEST_YEAR:
        raise Refused("date_wanted", f"服务日期早于 {EARLIEST_YEAR} 年，请核对年份。")
    if is_closed(value, at):
        raise Refused(
            "year_closed", f"{value.year} 年的服务记录已于次年 1 月 31 日截止，不能再登记或者改动，请核对服务日期。"
        )
    return value


def read_count(value: Any, field: str) -> int:
    name, least, most = COUNTS[field]
    wrong = Refused("number_wanted", f"{name}应当是 {least} 到 {most} 的整数，请改正。")
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise wrong
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        raise wrong from None
    if not number.is_finite() or number != number.to_integral_value() or not least <= number <= most:
        raise wrong
    return int(number)


def read_money(value: Any, field: str) -> Decimal:
    name = MONEY[field]
    wrong = Refused("money_wanted", f"{name}应当是以元为单位的金额，最多两位小数，例如 3000.50，请改正。")
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise wrong
    try:
        amount = Decimal(str(value).strip().replace(",", ""))
    except InvalidOperation:
        raise wrong from None
    if not amount.is_finite() or abs(amount) > MOST_MONEY or amount != amount.quantize(Decimal("0.01")):
        raise wrong
    if amount < 0 and field not in LESS_THAN_NOTHING:
        raise Refused("money_negative", f"{name}不能是负数，请改正。")
    return amount


def read_industry(value: Any, industries: Collection[str] | None) -> str:
    code = getattr(value, "pk", value)
    if not isinstance(code, str) or (industries is not None and code not in industries):
        raise Refused("industry_unknown", "产业目录里没有这个产业，请从目录中选择，或者不填。")
    return code


def set_aside_of(client_code: str, phone: str, station: Any) -> dict[str, str]:
    """A service to oneself is kept and shown, and counts nowhere."""
    own = station.organisation
    if client_code == own.credit_code:
        return aside(SetAside.OWN_ORGANISATION, f"服务对象与本站建设主体（{own.name}）是同一单位。")
    if (digits := digits_of(phone)) and digits in {digits_of(own.contact_phone), digits_of(station.phone)}:
        return aside(SetAside.SAME_CONTACT, "服务对象的联系电话与本站或者其建设主体的联系电话相同。")
    return {"set_aside": "", "set_aside_reason": ""}


def aside(why: SetAside, reason: str) -> dict[str, str]:
    return {"set_aside": why.value, "set_aside_reason": reason}


def digits_of(phone: str) -> str:
    """The number without its signs and the country's 86."""
    digits = "".join(sign for sign in phone if sign.isdecimal())
    return digits.removeprefix("86") if len(digits) > 11 else digits


# -- Who  ----

rules.add_perm("services.add_record", is_member)  # of a station
rules.add_perm("services.change_record", serves)
rules.add_perm("services.withdraw_record", serves)
