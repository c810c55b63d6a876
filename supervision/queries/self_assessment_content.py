"""What a self-assessment says: item by item as it stands now, as one plain JSON value, and as it was filed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch

import measures
from ledger.canonical import fingerprint
from ledger.files import file_part
from measures import Measure
from measures.measure import Indicator
from measures.setting import plain
from supervision.models import SelfAssessment, SelfAssessmentEvidence, SelfAssessmentItem, SelfAssessmentVersion
from supervision.queries.figures import Figure, counted, figures_of
from supervision.states.self_assessment import FILED_STATES

Snapshot = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """One indicator with what the station says of it now, the figures of the year, the files."""

    indicator: Indicator
    item: SelfAssessmentItem
    figures: list[Figure]
    files: list[Any]

    @property
    def token(self) -> str:
        return token_of(self.item.version, self.content)

    @property
    def content(self) -> str:
        return content_of(
            self.item.own_score,
            self.item.narrative,
            {figure.code: figure.value for figure in self.figures if figure.typed},
        )

    @property
    def empty(self) -> bool:
        return self.item.own_score is None and not self.item.narrative.strip()

    @property
    def lacking(self) -> list[str]:
        """What is still to be given, in words."""
        gaps = ["自评分"] if self.item.own_score is None else []
        gaps += [] if self.item.narrative.strip() else ["自评说明"]
        return gaps + [figure.threshold.label for figure in self.figures if figure.typed and figure.value is None]


def content_of(score: Decimal | None, narrative: str, figures: Mapping[str, Decimal | None]) -> str:
    """One spelling for what an item says, to find out whether two say the same."""
    said = {code: plain(value) for code, value in figures.items() if value is not None}
    return fingerprint([None if score is None else plain(score), narrative, said])[:16]


def token_of(version: int, content: str) -> str:
    """What a form carries of the item that it was filled from: its version, and what it said."""
    return f"{version}.{content}"


def measure_of(assessment: SelfAssessment) -> Measure:
    slot = assessment.title.slot
    assert slot is not None  # noqa: S101  a city title has its slot (constraint)
    return measures.load(slot.measure)


def lines_of(assessment: SelfAssessment) -> dict[str, Line]:
    """{indicator code: what stands there now} in the order of the annex. Five queries, six where the year has service records."""
    measure = measure_of(assessment)
    evidence = Prefetch("evidence", SelfAssessmentEvidence.objects.select_related("file"))
    rows = assessment.items.select_related("saved_by").prefetch_related(evidence)
    items = {item.indicator: item for item in rows}
    typed = dict(assessment.typed_figures.values_list("threshold", "value"))
    found: dict[str, list[Figure]] = {}
    for figure in figures_of(measure, typed, counted(assessment.title.station, assessment.year, measure)):
        found.setdefault(figure.threshold.indicator, []).append(figure)
    lines = {}
    for indicator in measure.indicators:
        item = items.get(indicator.code) or SelfAssessmentItem(
            assessment=assessment, indicator=indicator.code, max_points=indicator.points
        )
        files = list(item.evidence.all()) if item.pk else []
        lines[indicator.code] = Line(indicator, item, found.get(indicator.code, []), files)
    return lines


def lacking(assessment: SelfAssessment, lines: Mapping[str, Line] | None = None) -> list[tuple[str, str]]:
    """[(indicator code, sentence)] of what must be given before the report can be filed."""
    found = []
    for code, line in (lines or lines_of(assessment)).items():
        if gaps := line.lacking:
            found.append((code, f"{code} {line.indicator.name}：{'、'.join(gaps)}"))
    return found


# -- Frozen  ----


def snapshot_of(assessment: SelfAssessment) -> dict[str, Any]:
    """The whole report as plain JSON values; points and figures are texts."""
    measure, lines = measure_of(assessment), lines_of(assessment)
    title = assessment.title
    scores = [line.item.own_score for line in lines.values() if line.item.own_score is not None]
    return {
        "year": assessment.year,
        "measure": measure.code,
        "title": title.number,
        "station": title.station.name,
        "organisation": {
            "name": title.station.organisation.name,
            "credit_code": title.station.organisation.credit_code,
        },
        "total": plain(sum(scores, Decimal(0))) if scores else None,
        "parts": [
            {
                "code": part.code,
                "name": part.name,
                "points": plain(part.points),
                "lines": [item_part(lines[indicator.code]) for indicator in part.indicators],
            }
            for part in measure.dimensions
        ],
        "report": file_part(assessment.report) if assessment.report else None,
    }


def item_part(line: Line) -> dict[str, Any]:
    score = line.item.own_score
    return {
        "code": line.indicator.code,
        "name": line.indicator.name,
        "max": plain(line.indicator.points),
        "own_score": None if score is None else plain(score),
        "narrative": line.item.narrative,
        "figures": [figure_part(figure) for figure in line.figures],
        "files": [file_part(evidence.file) for evidence in line.files],
    }


def figure_part(figure: Figure) -> dict[str, Any]:
    return {
        "code": figure.code,
        "label": figure.threshold.label,
        "wanted": figure.threshold.text,
        "value": None if figure.value is None else plain(figure.value),
        "text": figure.text,
        "met": figure.met,
        "source": str(figure.source),
        "source_name": str(figure.source.label),
        "records": figure.records,
    }


def latest_version(assessment: SelfAssessment) -> SelfAssessmentVersion | None:
    return assessment.versions.select_related("filed_by").order_by("-number").first()


def filed_content(assessment: SelfAssessment) -> Snapshot:
    """What the report says to whoever did not write it: the last filed version. Before there is one, what stands now."""
    version = latest_version(assessment) if assessment.state in FILED_STATES else None
    return version.snapshot if version else snapshot_of(assessment)


def items_in(snapshot: Snapshot) -> dict[str, Any]:
    """{indicator code: its part of a snapshot}"""
    return {item["code"]: item for part in snapshot["parts"] for item in part["lines"]}


def keys_of(snapshot: Snapshot) -> set[str]:
    """Every file that a snapshot names."""
    files = [file["key"] for item in items_in(snapshot).values() for file in item["files"]]
    return {*files, *([snapshot["report"]["key"]] if snapshot["report"] else [])}
