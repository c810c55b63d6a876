"""How an application is filled in: begun, answered, its materials and its list of projects (Art 13, 14)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.actions import notify
from accounts.models import User
from evaluation.models import Application, MaterialFile, ProjectRow, Round
from evaluation.parts import ANSWERS, PROJECTS
from evaluation.project_table import Project, check_rows, read_xlsx
from evaluation.queries.application import (
    editable_codes,
    in_window,
    measure_of,
    projects_of,
)
from evaluation.queries.snapshot import field_of, label_of
from evaluation.states import ApplicationState, RoundState
from ledger import moves
from ledger.errors import Refused
from ledger.files import store_upload
from ledger.journal import record
from ledger.models import StoredFile
from ledger.uploads import MAX_BYTES, check_upload
from measures.measure import Material
from measures.words import cn_instant
from stations.models import Station
from stations.queries.members import people_of
from stations.states import Level, TitleState

WRITE = "evaluation.write_application"
TABLE_KINDS = ("xlsx",)


class Stale(Refused):
    """Somebody else changed the same fields meanwhile. `theirs` is {field: (value now, who wrote it)}."""

    def __init__(self, theirs: Mapping[str, tuple[Any, str]]) -> None:
        told = "；".join(f"“{label_of(name)}”由{who}改过" for name, (_, who) in theirs.items())
        super().__init__("stale", f"您打开页面之后，{told}。您填写的内容没有覆盖它，请核对两处内容后再保存。")
        self.theirs = dict(theirs)


# -- Draft  ----


@transaction.atomic
def start_application(round: Round, station: Station, *, actor: User, at: dt.datetime | None = None) -> Application:
    """The application of a station in a round: begun, or, when somebody of the organisation has begun it, that one.

    Raises Refused: `not_allowed`, `window`, `titled` (a titled station is evaluated on its self-assessment).
    """
    at = at or timezone.now()
    allow(actor, station, "申报")
    round = Round.objects.get(pk=round.pk)
    refuse_outside_window(round, at)
    if station.titles.filter(level=Level.CITY, state=TitleState.ACTIVE).exists():
        raise Refused(
            "titled", "这个服务站已有市级称号，不用再申报：请在10月底前报送年度服务效能评估报告，据此参加评价。"
        )
    application, created = Application.objects.get_or_create(
        round=round,
        station=station,
        defaults={
            "organisation_id": station.organisation_id,
            "created_by": actor,
            "created_at": at,
            "due_at": round.closes_at,
        },
    )
    if created:
        record(application, "start", actor=actor, at=at, after=ApplicationState.DRAFT)
    return application


@transaction.atomic
def save_answers(
    application: Application, *, actor: User, at: dt.datetime | None = None, version: int, **answers: Any
) -> Application:
    """Save some answers of a draft, or of the named items of a return, as one types. `version` is that of the page: an
    answer that somebody else has changed since is not overwritten, all the others are saved side by side.

    Raises Refused: `not_allowed`, `closed`, `not_named`, `invalid`; Stale, in which case nothing is saved.
    """
    at = at or timezone.now()
    row = lock_for_edit(application, {ANSWERS[name] for name in answers}, actor=actor, at=at)
    values = {name: clean(row, name, value, at) for name, value in answers.items()}
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    theirs = {name for name in changed if is_newer(row, name, version, actor)}
    if theirs:
        people = User.objects.in_bulk([row.field_versions[name][1] for name in theirs])
        raise Stale({name: (getattr(row, name), str(people[row.field_versions[name][1]])) for name in theirs})
    if changed:
        mark_changed(row, changed, actor=actor)
        for name, value in changed.items():
            setattr(row, name, value)
        row.save(update_fields=["version", "field_versions", *changed])
    application.refresh_from_db()
    return application


def is_newer(row: Application, name: str, version: int, actor: User) -> bool:
    """Whether somebody else has written the field since the page of `version` was shown. What the person has written
    since from that same page is no conflict: `version` stays that of the page while it is saved as one types."""
    written, by = row.field_versions.get(name, [0, None])
    return written > version and by != actor.pk


def clean(row: Application, name: str, value: Any, at: dt.datetime) -> Any:
    """The value as the field wants it, or Refused with what is wrong."""
    field = field_of(name)
    if isinstance(value, str):
        value = value.replace("\x00", "").strip()
        if field.max_length and len(value) > field.max_length:
            raise Refused(
                "invalid", f"“{label_of(name)}”最多{field.max_length}字，现有{len(value)}字，请精简。", field=name
            )
    try:
        value = field.clean(value, row)
    except ValidationError as error:
        raise Refused("invalid", f"“{label_of(name)}”：{'；'.join(error.messages)}", field=name) from None
    if name == "credit_checked_on" and value and value > timezone.localdate(at):
        raise Refused("invalid", "信用查询日期不能晚于今天，请核对。", field=name)
    return value


def mark_changed(row: Application, fields: Iterable[str], *, actor: User) -> None:
    row.version += 1
    row.field_versions = {**row.field_versions, **{name: [row.version, actor.pk] for name in fields}}


@transaction.atomic
def add_material(
    application: Application,
    code: str,
    upload: UploadedFile | StoredFile,
    *,
    actor: User,
    at: dt.datetime | None = None,
) -> MaterialFile:
    """Put one file to a material. The same content twice is one file.

    Raises Refused: `not_allowed`, `closed`, `not_named`, `no_such_material`, `too_many_files`, and those of
    `ledger.uploads.check_upload`.
    """
    at = at or timezone.now()
    row = lock_for_edit(application, {code}, actor=actor, at=at)
    material = material_of(row, code)
    present = row.material_files.filter(code=code, removed_at__isnull=True)
    if present.count() >= material.max_files:
        raise Refused(
            "too_many_files",
            f"“{material.name}”最多{material.max_files}个文件，请删除多余的或者合并后再上传。",
            field=code,
        )
    if isinstance(upload, StoredFile):
        stored = upload
    else:
        stored = store_upload(upload, actor=actor, at=at, kinds=kinds_of(material))
    same = present.filter(file__sha256=stored.sha256).first()
    if same is not None:
        return same
    file = MaterialFile.objects.create(application=row, code=code, file=stored, added_by=actor, added_at=at)
    record(row, "add_material", actor=actor, at=at, facts={"code": code, "name": stored.name, "sha256": stored.sha256})
    return file


def kinds_of(material: Material) -> tuple[str, ...]:
    """The kinds of `ledger.uploads` that a material takes; there, jpeg is one with jpg."""
    return tuple(dict.fromkeys("jpg" if kind == "jpeg" else kind for kind in material.file_types))


def material_of(application: Application, code: str) -> Material:
    try:
        return measure_of(application).material(code)
    except KeyError:
        raise Refused("no_such_material", "办法没有这一项材料，请刷新页面后重新选择。", field="code") from None


@transaction.atomic
def remove_material(
    application: Application, file: MaterialFile, *, actor: User, at: dt.datetime | None = None
) -> None:
    """Take a file out of the application. It is kept: a submitted version may hold it.

    Raises Refused: `not_allowed`, `closed`, `not_named`.
    """
    at = at or timezone.now()
    row = lock_for_edit(application, {file.code}, actor=actor, at=at)
    if row.material_files.filter(pk=file.pk, removed_at__isnull=True).update(removed_at=at):
        facts = {"code": file.code, "name": file.file.name, "sha256": file.file.sha256}
        record(row, "remove_material", actor=actor, at=at, facts=facts)


@transaction.atomic
def replace_projects(
    application: Application,
    rows: Iterable[Mapping[str, Any] | Project],
    *,
    actor: User,
    at: dt.datetime | None = None,
    version: int | None = None,
) -> list[ProjectRow]:
    """Put these rows in the place of the list of projects (Art 14(6)). `version` as in `save_answers`; None asks nothing.

    Raises Refused: `not_allowed`, `closed`, `not_named`, `stale`; RowsRefused with every row that is wrong.
    """
    at = at or timezone.now()
    row = lock_for_edit(application, {PROJECTS}, actor=actor, at=at)
    kinds = {kind.code: kind.name for kind in measure_of(row).service_kinds}
    raw = [item if isinstance(item, Mapping) else asdict(item) for item in rows]
    projects = check_rows(raw, kinds=kinds, year=row.round.year)
    if version is not None and is_newer(row, PROJECTS, version, actor):
        raise Refused("stale", "您打开页面之后，本单位有人改过项目清单。请刷新页面核对后再保存。")
    if projects == projects_of(row):
        return list(row.projects.all())
    row.projects.all().delete()
    made = ProjectRow.objects.bulk_create(
        ProjectRow(application=row, position=position, **asdict(project))
        for position, project in enumerate(projects, start=1)
    )
    mark_changed(row, [PROJECTS], actor=actor)
    row.save(update_fields=["version", "field_versions"])
    record(row, "replace_projects", actor=actor, at=at, facts={"rows": len(made)})
    application.version, application.field_versions = row.version, row.field_versions
    return made


@transaction.atomic
def import_projects(
    application: Application, upload: UploadedFile, *, actor: User, at: dt.datetime | None = None
) -> list[ProjectRow]:
    """The list of projects out of an XLSX table, all of it or nothing.

    Raises Refused as `ledger.uploads.check_upload`, `project_table.read_xlsx` and `replace_projects` do.
    """
    at = at or timezone.now()
    row = lock_for_edit(application, {PROJECTS}, actor=actor, at=at)
    kinds = {kind.code: kind.name for kind in measure_of(row).service_kinds}
    projects = read_xlsx(content_of_table(upload), kinds=kinds, year=row.round.year)
    return replace_projects(application, projects, actor=actor, at=at)


def content_of_table(upload: UploadedFile) -> bytes:
    """The bytes of a table that is read and not kept, after the same checks as a file that is kept."""
    if upload.size and upload.size > MAX_BYTES:
        raise Refused("file_too_large", f"文件「{upload.name}」太大，请拆分后再导入。", field="table")
    content = upload.read()
    check_upload(upload.name or "", content, TABLE_KINDS)
    return content


# -- Shared  ----


def allow(actor: User, obj: Any, what: str) -> None:
    if not actor.has_perm(WRITE, obj):
        raise Refused("not_allowed", f"您没有为这个单位{what}的权限。如需办理，请联系本单位的管理员。")


def refuse_outside_window(round: Round, at: dt.datetime) -> None:
    """Refused `window` unless applications are taken at `at`."""
    if in_window(round, at):
        return
    if round.state in (RoundState.DRAFT, RoundState.PUBLISHED) or at < round.opens_at:
        raise Refused("window", f"申报还没有开始，{cn_instant(round.opens_at)}起可以申报。")
    if round.state == RoundState.CANCELLED:
        raise Refused("window", "本轮评价已取消，不再接收申报。请留意新的评价通知。")
    raise Refused("window", f"申报已于{cn_instant(round.closes_at)}截止，不再接收。请留意下一次评价通知。")


def lock_for_edit(application: Application, codes: set[str], *, actor: User, at: dt.datetime) -> Application:
    """The application's row under its lock, when `actor` may change these parts and materials at `at`."""
    row = moves.lock(application)
    allow(actor, row, "填报")
    editable = editable_codes(row, at)
    if not editable:
        if row.state == ApplicationState.DRAFT:
            refuse_outside_window(row.round, at)
        if row.state == ApplicationState.RETURNED:
            raise Refused("overdue", "补正期限已过，不能再修改。如有疑问，请联系受理人员。")
        raise Refused("closed", f"现在的状态是「{row.get_state_display()}」，内容不能修改。需要修改的，先撤回申报。")
    if not codes <= editable:
        raise Refused("not_named", "这次只能修改补正通知列出的事项，其他内容保持提交时的样子。")
    return row


def tell_members(application: Application, event: str, subject: str, body: str, *, at: dt.datetime) -> None:
    notify(
        people_of(application.organisation),
        at=at,
        key=f"application-{application.pk}-{event}",
        subject=f"{subject}：{application.station}",
        body=body,
        url=f"/applications/{application.pk}/",
    )
