"""Figures of the annex: what the system knows of a station's year, and where each number comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models

import measures
from measures import Measure
from measures.measure import Threshold
from measures.setting import plain
from services.queries.figures import Counted
from services.queries.figures import counted as counted_services
from stations.models import Station
from stations.states import TeamRole
from supervision.models import SelfAssessment, SelfAssessmentFigure


class Source(models.TextChoices):
    TYPED = "typed", "服务站填写"
    COUNTED = "counted", "系统统计"
    IMPORTED = "imported", "外部导入"


@dataclass(frozen=True)
class Figure:
    """One number of the annex. `value` None: not known yet. `records` says in words what it rests on."""

    threshold: Threshold
    value: Decimal | None
    source: Source
    records: str = ""

    @property
    def code(self) -> str:
        return self.threshold.code

    @property
    def met(self) -> bool | None:
        return None if self.value is None else self.threshold.is_met(self.value)

    @property
    def text(self) -> str:
        return "" if self.value is None else f"{plain(self.value)} {self.threshold.unit}"

    @property
    def typed(self) -> bool:
        return self.source == Source.TYPED


def figures(station: Station, year: int) -> list[Figure]:
    """Every number that the annex names for one year of a station, in its order.

    What its service records count goes before what it typed; without records of the year, what it typed stands.
    """
    assessment = SelfAssessment.objects.filter(title__station=station, year=year).select_related("title__slot").last()
    code = assessment.title.slot.measure if assessment and assessment.title.slot else settings.MEASURE
    typed = dict(SelfAssessmentFigure.objects.filter(assessment=assessment).values_list("threshold", "value"))
    return figures_of(measures.load(code), typed, counted(station, year, measures.load(code)))


def figures_of(measure: Measure, typed: Mapping[str, Decimal], known: Mapping[str, Counted]) -> list[Figure]:
    """What was counted goes before what was typed."""
    found = []
    for threshold in measure.thresholds:
        if not threshold.indicator:
            continue  # a condition of application (Art 13), not a number of the year
        if threshold.code in known:
            value, records, imported = known[threshold.code]
            found.append(Figure(threshold, value, Source.IMPORTED if imported else Source.COUNTED, records))
        else:
            found.append(Figure(threshold, typed.get(threshold.code), Source.TYPED))
    return found


def counted(station: Station, year: int, measure: Measure) -> dict[str, Counted]:
    """{threshold code: its number} of what the portal's own records say: the team as it is today, the services of the
    year. Two queries; one more where the year has service records."""
    enough = next((item for item in measure.thresholds if item.code == "specialist_years"), None)
    team = station.team.filter(role=TeamRole.SPECIALIST)
    fit = [person for person in team if person.relevant_degree or (enough and enough.is_met(person.years))]
    records = f"服务站团队中有相关专业背景或者从业年数达到要求的专业人员 {len(fit)} 名"
    return {"technicians": Counted(Decimal(len(fit)), records), **counted_services(station, year)}


def editable_codes(measure: Measure) -> dict[str, list[Any]]:
    """{indicator code: thresholds whose numbers the station types}"""
    found: dict[str, list[Any]] = {}
    for threshold in measure.thresholds:
        if threshold.indicator and threshold.code not in COUNTED:
            found.setdefault(threshold.indicator, []).append(threshold)
    return found


COUNTED = frozenset({"technicians"})
