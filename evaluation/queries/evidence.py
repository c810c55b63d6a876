"""What an expert judges by: the file as it was submitted, the self-assessment, and what was found on the spot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import measures
from evaluation.models import ApplicationVersion, Entry, ScoreSheet, SiteVisit, VisitFinding
from evaluation.queries.version import Section, sections_of
from evaluation.scoring import RunningTotals, running_totals
from evaluation.states import Track, VisitState
from measures import Measure
from measures.measure import Indicator
from measures.setting import plain
from services.queries.figures import counted
from stations.models import OnlineService
from stations.queries import online_services_of
from stations.states import TeamRole
from supervision.queries.self_assessment_content import filed_content, items_in


@dataclass(frozen=True)
class Figure:
    """A number of the annex; `said` is what the file says of it, "" when it says nothing. `counted` is what the station's
    service records say of the same year today, whatever was filed; "" where they say nothing."""

    label: str
    wanted: str
    said: str
    met: bool | None
    counted: str = ""
    counted_met: bool | None = None


@dataclass(frozen=True)
class Evidence:
    """`sections` are the file of a new station; `parts` and `report` the self-assessment of a titled one as it was filed.
    `online` is what outside platforms tell today; asked for when it is looked at."""

    version: ApplicationVersion | None = None
    sections: list[Section] = field(default_factory=list)
    parts: list[dict[str, Any]] = field(default_factory=list)
    report: dict[str, Any] | None = None
    visits: list[SiteVisit] = field(default_factory=list)
    figures: Mapping[str, list[Figure]] = field(default_factory=dict)
    findings: Mapping[str, list[VisitFinding]] = field(default_factory=dict)
    online: Iterable[OnlineService] = ()

    def __bool__(self) -> bool:
        return bool(self.sections or self.parts or self.report)


def evidence_of(entry: Entry) -> Evidence:
    """Everything that lies beside the sheets of an entry. Some ten queries, whatever the size of the file."""
    measure = measures.load(entry.round.measure)
    visits = list(
        entry.visits.filter(state=VisitState.DONE)
        .select_related("signed_record")
        .prefetch_related("findings__indicator", "findings__photos", "visitors")
    )
    findings: dict[str, list[VisitFinding]] = defaultdict(list)
    for visit in visits:
        for finding in visit.findings.all():
            findings[finding.indicator.code].append(finding)
    online = online_services_of(entry.station)
    if entry.track == Track.TITLED:
        dossier = entry.dossier
        assert dossier is not None  # noqa: S101 - an entry has the dossier of its track (constraint)
        filed = filed_content(dossier)
        figures = with_counted(filed_figures(filed), entry, dossier.year, measure)
        known = {"parts": filed["parts"], "report": filed["report"], "figures": figures}
        return Evidence(**known, visits=visits, findings=findings, online=online)
    assert entry.application is not None  # noqa: S101 - as above
    version = entry.application.versions.order_by("-number").first()
    if version is None:
        return Evidence(visits=visits, findings=findings, online=online)
    return Evidence(
        version=version,
        sections=sections_of(version.snapshot, measure),
        visits=visits,
        figures=with_counted(figures_of(version.snapshot, measure), entry, entry.round.year, measure),
        findings=findings,
        online=online,
    )


def with_counted(found: dict[str, list[Figure]], entry: Entry, year: int, measure: Measure) -> dict[str, list[Figure]]:
    """The same figures, each with what the service records of the year come to now."""
    known = counted(entry.station, year)
    by_label = {item.label: item for item in measure.thresholds if item.code in known}

    def beside(figure: Figure) -> Figure:
        if (item := by_label.get(figure.label)) is None:
            return figure
        value = known[item.code].value
        return replace(figure, counted=f"{plain(value)} {item.unit}", counted_met=item.is_met(value))

    return {code: [beside(figure) for figure in figures] for code, figures in found.items()}


def filed_figures(filed: Mapping[str, Any]) -> dict[str, list[Figure]]:
    """The numbers of a titled station's year beside their indicators, with where each comes from."""
    return {
        code: [
            Figure(
                figure["label"],
                figure["wanted"],
                f"{figure['text']}（{figure['source_name']}）" if figure["text"] else "",
                figure["met"],
            )
            for figure in item["figures"]
        ]
        for code, item in items_in(filed).items()
    }


def figures_of(snapshot: Mapping[str, Any], measure: Measure) -> dict[str, list[Figure]]:
    """The numbers that the annex names, beside their indicators; with what the file itself says of them where it does."""
    enough = next((item for item in measure.thresholds if item.code == "specialist_years"), None)
    known = {
        "technicians": sum(
            person["relevant_degree"] or (enough is not None and enough.is_met(person["years"]))
            for person in snapshot["team"]
            if person["role"] == TeamRole.SPECIALIST
        )
    }
    found: dict[str, list[Figure]] = defaultdict(list)
    for threshold in measure.thresholds:
        if threshold.indicator:
            figure = known.get(threshold.code)
            said = "" if figure is None else f"{figure} {threshold.unit}"
            met = None if figure is None else threshold.is_met(figure)
            found[threshold.indicator].append(Figure(threshold.label, threshold.text, said, met))
    return found


# -- A sheet, line by line  ----


@dataclass(frozen=True)
class Line:
    """One indicator of the sheet, with what the expert looks at. `score` is what was saved, None when nothing was."""

    indicator: Indicator
    score: Any
    findings: list[VisitFinding]
    figures: list[Figure]
    online: Iterable[OnlineService] = ()


@dataclass(frozen=True)
class Block:
    """A first-level indicator with its lines, by second-level indicator."""

    code: str
    name: str
    points: Any
    groups: list[tuple[Any, list[Line]]]


def blocks_of(sheet: ScoreSheet, evidence: Evidence) -> list[Block]:
    measure = measures.load(sheet.entry.round.measure)
    scores = {score.indicator.code: score for score in sheet.scores.all()}

    def line(indicator: Indicator) -> Line:
        return Line(
            indicator,
            scores.get(indicator.code),
            evidence.findings.get(indicator.code, []),
            evidence.figures.get(indicator.code, []),
            evidence.online if indicator.online else (),
        )

    return [
        Block(
            part.code,
            part.name,
            part.points,
            [(group, [line(item) for item in group.indicators]) for group in part.groups],
        )
        for part in measure.dimensions
    ]


def totals_of(sheet: ScoreSheet, rubric: Any) -> RunningTotals:
    """Of what is saved now: one query."""
    saved = sheet.scores.values_list("indicator__code", "points")
    return running_totals(dict(saved), rubric)
