"""The pool of experts, and the institutions with their written mandates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions import notify
from accounts.models import User
from accounts.states import STAFF
from evaluation.actions.sheets import recuse
from evaluation.models import Expert, ExpertEmployment, Institution, Mandate, Recusal, Round, ScoreSheet
from evaluation.queries.panel import LIVE, computed_conflicts, with_employers
from evaluation.states import SheetState
from ledger import journal, moves
from ledger.errors import Refused
from ledger.files import store_upload
from stations import credit_code


@dataclass(frozen=True, kw_only=True)
class Employer:
    """A former or second employer of an expert; `until` is None while it lasts."""

    organisation: str
    since: dt.date
    until: dt.date | None = None
    credit_code: str = ""


# -- Pool  ----


@transaction.atomic
def register_expert(
    *,
    actor: User,
    at: dt.datetime | None = None,
    email: str,
    name: str,
    employer: str,
    phone: str = "",
    employer_code: str = "",
    position: str = "",
    fields: Collection[str] = (),
    institution: Institution | None = None,
    load_cap: int = 20,
    employments: Iterable[Employer] = (),
) -> Expert:
    """Take a person into the pool. Who has no account yet is given one, and sets a password by e-mail.

    Raises Refused `expert_exists`, `expert_is_staff` (the bureau's own people see all marks, so they give none).
    """
    at = at or timezone.now()
    moves.require(actor, "evaluation.manage_experts", "登记专家")
    user = User.objects.filter(email__iexact=email.strip()).first()
    if user is None:
        user = User.objects.create_user(email.strip(), name=name, phone=phone)
    if user.roles & STAFF:
        raise Refused("expert_is_staff", "该邮箱属于市局工作人员，能看到全部评分，不能再登记为专家。", field="email")
    if Expert.objects.filter(user=user).exists():
        raise Refused("expert_exists", "该邮箱的使用人已在专家库中，请到专家库中修改。", field="email")
    expert = Expert.objects.create(
        user=user,
        employer=employer,
        employer_code=checked_code(employer_code, "employer_code"),
        position=position,
        fields=checked_fields(fields),
        institution=institution,
        load_cap=load_cap,
    )
    write_employments(expert, employments)
    journal.record(expert, "register", actor=actor, at=at, facts={"employer": employer, "fields": list(fields)})
    notify(
        [user],
        at=at,
        key=f"expert-registered-{expert.pk}",
        subject="您已列入评审专家库",
        body="您已列入武汉市质量基础设施“一站式”服务站评审专家库。首次登录请用本邮箱在登录页点“忘记密码”设置密码。",
        url=reverse("evaluation:sheet_list"),
    )
    return expert


@transaction.atomic
def update_expert(
    expert: Expert,
    *,
    actor: User,
    at: dt.datetime | None = None,
    employments: Iterable[Employer] | None = None,
    **changes: Any,
) -> list[ScoreSheet]:
    """Correct an expert's record: employer, employer_code, position, fields, institution, load_cap, active.

    A conflict that the new record shows takes the expert off the entries concerned at once; returns those sheets.
    """
    at = at or timezone.now()
    moves.require(actor, "evaluation.manage_experts", "修改专家信息")
    allowed = {"employer", "employer_code", "position", "fields", "institution", "load_cap", "active"}
    if unknown := changes.keys() - allowed:
        raise TypeError(f"not a part of an expert's record: {', '.join(sorted(unknown))}")
    row = Expert.objects.select_for_update(no_key=True).get(pk=expert.pk)
    if "employer_code" in changes:
        changes["employer_code"] = checked_code(changes["employer_code"], "employer_code")
    if "fields" in changes:
        changes["fields"] = checked_fields(changes["fields"])
    for name, value in changes.items():
        setattr(row, name, value)
        setattr(expert, name, value)
    row.save(update_fields=list(changes) or None)
    if employments is not None:
        row.employments.all().delete()
        write_employments(row, employments)
    journal.record(row, "update", actor=actor, at=at, facts={name: str(value) for name, value in changes.items()})
    return recuse_new_conflicts(row, actor=actor, at=at)


def recuse_new_conflicts(expert: Expert, *, actor: User, at: dt.datetime) -> list[ScoreSheet]:
    """Recuse the expert from what is still being scored and is now seen to be a conflict."""
    held = {
        sheet.entry_id: sheet
        for sheet in ScoreSheet.objects.filter(LIVE, expert=expert)
        .exclude(state=SheetState.LOCKED)
        .select_related("entry__station__organisation", "expert__user")
    }
    (fresh,) = with_employers(Expert.objects.filter(pk=expert.pk))
    found = computed_conflicts([fresh], [sheet.entry for sheet in held.values()], timezone.localdate(at))
    for (entry_id, _), conflicts in found.items():
        recuse(held[entry_id], Recusal.Source.COMPUTED, actor=actor, at=at, reason=conflicts[0].sentence)
    return [held[entry_id] for entry_id, _ in found]


def write_employments(expert: Expert, employments: Iterable[Employer]) -> None:
    rows = list(employments)
    for row in rows:
        if row.until and row.until < row.since:
            message = f"在“{row.organisation}”的离职日期早于入职日期，请更正。"
            raise Refused("employment_reversed", message, field="employments")
    ExpertEmployment.objects.bulk_create(
        ExpertEmployment(
            expert=expert,
            organisation=row.organisation,
            credit_code=checked_code(row.credit_code, "employments"),
            from_date=row.since,
            to_date=row.until,
        )
        for row in rows
    )


def checked_code(code: str, field: str) -> str:
    """A credit code as it is kept; empty is allowed, a wrong one is refused."""
    if not code.strip():
        return ""
    try:
        return credit_code.validate(code)
    except Refused as refused:
        raise Refused(refused.code, refused.message, field=field) from None


def checked_fields(fields: Collection[str]) -> list[str]:
    return sorted(set(fields))


# -- Institutions  ----


@transaction.atomic
def register_institution(
    *,
    actor: User,
    at: dt.datetime | None = None,
    name: str,
    code: str,
    qualification: str,
    managers: Iterable[User] = (),
) -> Institution:
    """Enter a qualified third party to which the evaluation may be entrusted (Art 12)."""
    at = at or timezone.now()
    moves.require(actor, "evaluation.manage_experts", "登记第三方机构")
    code = credit_code.validate(code)
    if Institution.objects.filter(credit_code=code).exists() or Institution.objects.filter(name=name).exists():
        raise Refused("institution_exists", "该机构已经登记，请在列表中查找并修改。", field="code")
    institution = Institution.objects.create(name=name, credit_code=code, qualification=qualification)
    institution.managers.set(managers)
    journal.record(institution, "register", actor=actor, at=at, facts={"name": name, "credit_code": code})
    return institution


@transaction.atomic
def update_institution(
    institution: Institution,
    *,
    actor: User,
    at: dt.datetime | None = None,
    qualification: str,
    managers: Iterable[User],
) -> None:
    """Correct the qualification, and who may follow the institution's experts."""
    at = at or timezone.now()
    moves.require(actor, "evaluation.manage_experts", "修改第三方机构", institution)
    people = list(managers)
    institution.qualification = qualification
    institution.save(update_fields=["qualification"])
    institution.managers.set(people)
    facts = {"qualification": qualification, "managers": [user.pk for user in people]}
    journal.record(institution, "update", actor=actor, at=at, facts=facts)


@transaction.atomic
def record_mandate(
    institution: Institution,
    round: Round,
    *,
    actor: User,
    at: dt.datetime | None = None,
    number: str,
    document: UploadedFile,
    valid_from: dt.date,
    valid_to: dt.date,
) -> Mandate:
    """Put the written mandate on the record; without one in force an institution's experts are given nothing."""
    at = at or timezone.now()
    moves.require(actor, "evaluation.manage_experts", "登记委托书", round)
    if valid_to < valid_from:
        raise Refused("mandate_reversed", "委托书的终止日期早于起始日期，请更正。", field="valid_to")
    if Mandate.objects.filter(institution=institution, round=round).exists():
        raise Refused("mandate_exists", "该机构在本轮评价已有委托书，不能重复登记。", field="number")
    mandate = Mandate.objects.create(
        institution=institution,
        round=round,
        number=number,
        document=store_upload(document, actor=actor, at=at, kinds=("pdf", "png", "jpg")),
        valid_from=valid_from,
        valid_to=valid_to,
    )
    facts = {"round": round.pk, "number": number, "sha256": mandate.document.sha256}
    journal.record(institution, "mandate", actor=actor, at=at, facts=facts)
    return mandate
