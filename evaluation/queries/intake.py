"""What intake works with: its list, and one file on one page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from accounts.rules import reads_all
from evaluation.models import Application, ApplicationVersion, MaterialVerdict, ReturnRequest
from evaluation.models.application import INTAKE_TURN
from evaluation.parts import PROJECTS, names
from evaluation.queries.application import latest_version, measure_of
from measures.measure import Material


def submitted_applications(user: Any) -> QuerySet[Application]:
    """Every application that was submitted once, for the bureau and for auditors; for nobody else any. `turn` puts those
    that wait for intake before those that wait for the applicant, and the decided ones last."""
    rows = Application.objects.select_related("station__district", "organisation", "round")
    if not reads_all(user):
        return rows.none()
    return rows.filter(submitted_at__isnull=False).annotate(turn=INTAKE_TURN)


def as_lines(rows: QuerySet[Application]) -> QuerySet[Application]:
    """As lines of the work list: of an application only what a line or an export shows, and beside it the names of what it
    belongs to."""
    return (
        rows.select_related(None)
        .only("number", "state", "submitted_at", "due_at")
        .annotate(
            station_name=F("station__name"),
            district_name=F("station__district__name"),
            organisation_name=F("organisation__name"),
            credit_code=F("organisation__credit_code"),
        )
    )


@dataclass(frozen=True, slots=True)
class JudgedMaterial:
    """A material of a version with its files as frozen, and what was found of it."""

    material: Material
    files: list[dict[str, Any]]
    projects: list[dict[str, Any]]
    verdict: MaterialVerdict | None


def judged_materials(application: Application, version: ApplicationVersion) -> list[JudgedMaterial]:
    verdicts = {verdict.code: verdict for verdict in version.verdicts.select_related("given_by")}
    snapshot = version.snapshot
    return [
        JudgedMaterial(
            material,
            snapshot["materials"].get(material.code, []),
            snapshot["projects"] if material.code == PROJECTS else [],
            verdicts.get(material.code),
        )
        for material in measure_of(application).materials
    ]


def lacking_items(application: Application) -> dict[str, str]:
    """{material code: reason} of what was found lacking in the latest version: a return begins with these."""
    version = latest_version(application)
    if version is None:
        return {}
    lacking = version.verdicts.filter(verdict=MaterialVerdict.Verdict.LACKING)
    return dict(lacking.values_list("code", "reason"))


def returns_of(application: Application) -> QuerySet[ReturnRequest]:
    return (
        ReturnRequest.objects.filter(version__application=application)
        .select_related("version", "returned_by")
        .order_by("-returned_at")
    )


def item_names(application: Application) -> dict[str, str]:
    return names(measure_of(application))


def two_versions(application: Application, number: int) -> tuple[ApplicationVersion, ApplicationVersion] | None:
    """Version `number` and the one before it; None when there is no such pair."""
    found = {version.number: version for version in application.versions.filter(number__in=[number, number - 1])}
    if len(found) != 2:
        return None
    return found[number - 1], found[number]
