"""A row of a library as its reader may see it: in full, without the phone, or masked. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

from accounts.masks import mask_name, mask_phone

Mask = Callable[[Any], Any]


class Reach(Enum):
    """How much of a row its reader sees."""

    OWN = "own"  # of the station that keeps it
    OFFICE = "office"  # of the bureau, the district, the auditor: all but the numbers that one calls
    SHARED = "shared"  # of another station


def mask_company(value: str) -> str:
    """武汉某机械有限公司 -> 武汉**********: where it is from, not who."""
    return value[:2] + "*" * (len(value) - 2)


def mask_code(value: str) -> str:
    """914201**********1X: who registered it, and where."""
    return f"{value[:6]}{'*' * (len(value) - 8)}{value[-2:]}"


def hidden(value: Any) -> str:
    return ""


MASKS: Mapping[Reach, Mapping[str, Mapping[str, Mask]]] = {
    Reach.OWN: {},
    Reach.OFFICE: {"": {"phone": mask_phone}},
    Reach.SHARED: {
        "": {"phone": mask_phone, "contact_name": mask_name, "note": hidden},
        "specialist": {"name": mask_name},
        "client": {"name": mask_company, "credit_code": mask_code, "address": hidden},
    },
}


class Shown:
    """The row behind a mask: asked for an attribute, it gives that of the row as this reader may see it.

    `item` is the row itself, for permissions and addresses; a template asks the wrapper for what it prints.
    """

    def __init__(self, item: Any, reach: Reach) -> None:
        self.item = item
        self.reach = reach
        masks = MASKS[reach]
        self.masks = {**masks.get("", {}), **masks.get(item._meta.model_name, {})}

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.item, name)
        mask = self.masks.get(name)
        return value if mask is None else mask(value)

    def __str__(self) -> str:
        return str(self.name)

    @property
    def is_masked(self) -> bool:
        return self.reach is Reach.SHARED
