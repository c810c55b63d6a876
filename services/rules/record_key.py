"""What tells one service from another when it comes in by a table: its number, or else all that it says. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ledger.canonical import fingerprint
from services.rules.record import COUNTS, MONEY

SAID = ("client_code", "client_name", "industry_id", "item", "served_on", *COUNTS, *MONEY, "summary")


def key_of(values: Mapping[str, Any]) -> str:
    """The key of a row of a table, from its columns (`rules.record.read_facts`): SHA-256 of the external number where the
    row has one, otherwise of its contents. A later correction on the screen leaves it as it was, so that the same file
    finds its rows again."""
    if number := values["external_id"]:
        return fingerprint({"number": number})
    return fingerprint({"row": contents_of(values)})


def contents_of(values: Mapping[str, Any]) -> dict[str, str]:
    """What a record says, spelled in one way; money to the cent."""
    return {name: spelled(values[name]) for name in SAID}


def spelled(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)
