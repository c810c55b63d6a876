"""Qualifications of agencies, and the reminders before what a library keeps runs out."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from ledger import moves
from ledger.errors import Refused
from ledger.files import store_upload
from ledger.journal import record
from services.models import Agency, Qualification
from services.queries.library import kind_names
from services.rules.library_facts import refuse_wrong_qualification


@transaction.atomic
def add_qualification(
    agency: Agency, *, actor: Any, at: dt.datetime | None = None, file: UploadedFile | None = None, **facts: Any
) -> Qualification:
    """Enter a certificate of the agency.

    Raises Refused: `not_allowed`, `already_listed`, as `refuse_wrong_qualification` and `store_upload`.
    """
    at = at or timezone.now()
    lock_of(agency, actor)
    held = Qualification(agency=agency, **facts)
    check(held)
    if file:
        held.file = take_in(file, actor, at)
    held.save(force_insert=True)
    tell(held, "add_qualification", actor, at)
    return held


@transaction.atomic
def change_qualification(
    held: Qualification, *, actor: Any, at: dt.datetime | None = None, file: UploadedFile | None = None, **facts: Any
) -> Qualification:
    """Bring a certificate up to date, for example when it was renewed. Without a new file the old one stays. Raises
    Refused as `add_qualification`."""
    at = at or timezone.now()
    lock_of(held.agency, actor)
    for name, value in facts.items():
        setattr(held, name, value)
    check(held)
    if file:
        held.file = take_in(file, actor, at)
    held.save()
    tell(held, "change_qualification", actor, at)
    return held


@transaction.atomic
def remove_qualification(held: Qualification, *, actor: Any, at: dt.datetime | None = None) -> None:
    """A certificate that was entered by mistake; its file stays on the record. Raises Refused `not_allowed`."""
    at = at or timezone.now()
    lock_of(held.agency, actor)
    tell(held, "remove_qualification", actor, at)
    held.delete()


def lock_of(agency: Agency, actor: Any) -> None:
    moves.require(actor, "services.write_library", "修改本站资源库", agency)
    moves.lock(agency)


def check(held: Qualification) -> None:
    refuse_wrong_qualification(held, kind_names())
    same = Qualification.objects.filter(agency=held.agency, type=held.type, number=held.number)
    if same.exclude(pk=held.pk).exists():
        raise Refused("already_listed", "这张证书已经登记，请直接修改原来的一条。", field="number")


def take_in(file: UploadedFile, actor: Any, at: dt.datetime) -> Any:
    try:
        return store_upload(file, actor=actor, at=at)
    except Refused as refusal:
        raise Refused(refusal.code, refusal.message, field="file") from refusal


def tell(held: Qualification, move: str, actor: Any, at: dt.datetime) -> None:
    """On the agency, whose history it belongs to."""
    agency = held.agency
    facts = {
        "type": held.type,
        "number": held.number,
        "valid_until": held.valid_until.isoformat() if held.valid_until else "",
        "sha256": held.file.sha256 if held.file else "",
    }
    record(agency, move, actor=actor, at=at, before=agency.state, after=agency.state, facts=facts)
    Agency.objects.filter(pk=agency.pk).update(changed_at=at)
