"""What an application is made of: the parts and materials that can be saved, checked and returned one by one (Art 13, 14).

A part or a material is known by its code; the codes of materials are those of the measure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from measures import Measure


@dataclass(frozen=True, slots=True)
class Part:
    """`outside`: its content is kept with the organisation or the station and is only copied into a version."""

    code: str
    name: str
    outside: bool


PARTS = (
    Part("organisation", "单位信息", outside=True),
    Part("station", "服务站信息", outside=True),
    Part("conditions", "基本条件说明", outside=False),
    Part("team", "管理团队和人才队伍", outside=True),
    Part("kinds", "服务能力", outside=True),
)
OUTSIDE = frozenset(part.code for part in PARTS if part.outside)

PROJECTS, DECLARATION = "projects", "declaration"

# Which part or material an answer belongs to, and, for the conditions, which condition of the measure it speaks to
ANSWERS: Mapping[str, str] = {
    "statement": "conditions",
    "systems": "conditions",
    "finance": "conditions",
    "credit_checked_on": "conditions",
    "not_dishonest": "conditions",
    "place": "conditions",
    "recognition": "conditions",
    "firms_last_year": "conditions",
    "firms_year_before": "conditions",
    "growth_note": "conditions",
    "declared_by": DECLARATION,
    "declared": DECLARATION,
}

# Answers without which a condition cannot be judged, by the condition's code
NEEDED: Mapping[str, tuple[str, ...]] = {
    "management": ("systems", "finance"),
    "credit": ("credit_checked_on", "not_dishonest"),
    "premises": ("place",),
    "record": ("recognition", "firms_last_year", "firms_year_before"),
}

# Which keys of a version's snapshot hold a part; materials are under "materials" by their code
SNAPSHOT_KEYS: Mapping[str, tuple[str, ...]] = {
    "organisation": ("organisation",),
    "station": ("station", "online"),
    "team": ("team",),
    "kinds": ("abilities",),
}


def names(measure: Measure) -> dict[str, str]:
    """{code: Chinese name} of every part and material, in the order in which they are shown."""
    return {part.code: part.name for part in PARTS} | {material.code: material.name for material in measure.materials}
