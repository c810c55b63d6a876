"""A snapshot as it is read by people: in sections, with what changed, and with its files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from evaluation.models import Application, ApplicationVersion, MaterialFile
from evaluation.parts import ANSWERS, DECLARATION, PARTS
from evaluation.queries.application import measure_of
from evaluation.queries.snapshot import LABELS, snapshot_of
from evaluation.versions import Change, changes, spoken
from ledger.models import StoredFile
from measures import Measure
from stations.rules import memberships

Files = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a snapshot: facts as (label, text), or a table of texts with the files of each row, and files."""

    code: str
    name: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    heads: tuple[str, ...] = ()
    rows: list[tuple[tuple[str, ...], Files]] = field(default_factory=list)
    files: Files = field(default_factory=list)

    @property
    def lines(self) -> list[tuple[list[tuple[str, str]], Files]]:
        """The rows with the head of each cell beside it, for a screen on which a table becomes cards."""
        return [(list(zip(self.heads, cells, strict=False)), files) for cells, files in self.rows]


ORGANISATION = (
    "name", "credit_code", "kind_name", "founded_on", "district", "address", "legal_representative", "contact_name",
    "contact_phone",
)  # fmt: skip
STATION = (
    "name", "district", "supervised_by", "address", "area", "window", "opening_hours", "phone", "industries",
    "introduction", "commitment",
)  # fmt: skip
TEAM = ("role_name", "name", "education", "relevant_degree", "years", "certificate")
ABILITY = ("kind_name", "description")
PROJECT = ("year", "name", "client", "kind_name", "outcome", "recognised_by")
ONLINE = ("platform_name", "url", "seen_on")


def sections_of(snapshot: Mapping[str, Any], measure: Measure) -> list[Section]:
    """The whole snapshot in the order of the file: parts first, then the materials of Art 14."""
    names = {part.code: part.name for part in PARTS}
    online = table_of(snapshot["online"], ONLINE, lambda row: [row["screenshot"]])
    sections = [
        Section("organisation", names["organisation"], facts=facts_of_part(snapshot["organisation"], ORGANISATION)),
        Section(
            "station",
            names["station"],
            facts=facts_of_part(snapshot["station"], STATION),
            heads=("平台", "网址", "截图日期", "截图"),
            rows=online,
        ),
        Section("conditions", names["conditions"], facts=answers_of(snapshot, "conditions")),
        Section(
            "team",
            names["team"],
            heads=("岗位", "姓名", "学历和专业", "相关专业", "从业年数", "职称或证书", "证明材料"),
            rows=table_of(snapshot["team"], TEAM, evidence_of),
        ),
        Section(
            "kinds",
            names["kinds"],
            heads=("服务内容", "能力说明", "证明材料"),
            rows=table_of(snapshot["abilities"], ABILITY, evidence_of),
        ),
    ]
    for material in measure.materials:
        is_list = material.code == "projects"
        sections.append(
            Section(
                material.code,
                material.name,
                facts=answers_of(snapshot, DECLARATION) if material.code == DECLARATION else [],
                heads=("年度", "项目名称", "服务对象", "服务内容", "成效", "认可单位") if is_list else (),
                rows=table_of(snapshot["projects"], PROJECT, lambda row: []) if is_list else [],
                files=snapshot["materials"].get(material.code, []),
            )
        )
    return sections


def answers_of(snapshot: Mapping[str, Any], code: str) -> list[tuple[str, str]]:
    return facts_of_part(snapshot["answers"], [name for name, part in ANSWERS.items() if part == code])


def facts_of_part(part: Mapping[str, Any], keys: Iterable[str]) -> list[tuple[str, str]]:
    return [(LABELS[key], spoken(part.get(key), LABELS)) for key in keys]


def table_of(rows: Iterable[Mapping[str, Any]], keys: Iterable[str], files: Any) -> list[tuple[tuple[str, ...], Files]]:
    return [(tuple(spoken(row.get(key), LABELS) for key in keys), files(row)) for row in rows]


def evidence_of(row: Mapping[str, Any]) -> Files:
    return list(row["evidence"])


def changes_in(version: ApplicationVersion, measure: Measure) -> list[Change]:
    """What `version` changed in the one before it; nothing for the first."""
    if version.number == 1:
        return []
    before = ApplicationVersion.objects.filter(application_id=version.application_id, number=version.number - 1).first()
    return changes(before.snapshot, version.snapshot, measure, LABELS) if before else []


# -- Files  ----


def present_files(application: Application) -> QuerySet[MaterialFile]:
    """The files that the application holds now."""
    return application.material_files.filter(removed_at__isnull=True).select_related("file", "added_by")


def current_files(application: Application) -> dict[str, list[MaterialFile]]:
    """{material code: its files}"""
    found: dict[str, list[MaterialFile]] = {}
    for file in present_files(application):
        found.setdefault(file.code, []).append(file)
    return found


def file_for(user: Any, application: Application, key: str) -> StoredFile | None:
    """The file `key` if `user` may open it through `application` (already known to be his to read): members see the
    draft as well, everybody else what a submitted version holds."""
    snapshots: list[Any] = list(application.versions.values_list("snapshot", flat=True))
    own = application.organisation_id in memberships(user)
    if own:
        snapshots.append(snapshot_of(application, measure_of(application)))
    in_record = any(key in keys_in(snapshot) for snapshot in snapshots)
    if in_record or (own and MaterialFile.objects.filter(application=application, file__key=key).exists()):
        return StoredFile.objects.filter(key=key).first()
    return None


def keys_in(value: Any) -> set[str]:
    """Every file key in a snapshot, however deep."""
    if isinstance(value, Mapping):
        inside = set[str]().union(*(keys_in(item) for item in value.values()))
        return inside | ({value["key"]} if "sha256" in value else set())
    if isinstance(value, list):
        return set[str]().union(*(keys_in(item) for item in value))
    return set()
