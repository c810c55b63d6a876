"""The pool of experts, who may score what, and what the board of assignments shows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

import measures
from accounts.models import User
from evaluation.assignment import Candidate, Demand
from evaluation.conflicts import Conflict, Employment, ExpertFacts, Party, find_conflicts
from evaluation.models import Entry, Expert, Institution, Mandate, Recusal, Round, ScoreSheet
from evaluation.states import EntryState, SheetState

LIVE = Q(state__in=[state for state in SheetState.values if state != SheetState.RECUSED])
ASSIGNABLE = (EntryState.ASSIGNED, EntryState.SCORING)

Pair = tuple[int, int]
"""(entry id, expert id)"""


def experts_visible_to(user: Any) -> QuerySet[Expert]:
    """The whole pool for the bureau's managers; to an institution's manager the institution's own experts."""
    pool = Expert.objects.select_related("user", "institution")
    if user.has_perm("evaluation.read_panel"):
        return pool
    return pool.filter(institution__managers=user.pk)


def institutions_visible_to(user: Any) -> QuerySet[Institution]:
    if user.has_perm("evaluation.read_panel"):
        return Institution.objects.all()
    return Institution.objects.filter(managers=user.pk)


def annotate_load(pool: QuerySet[Expert], round: Round | None) -> QuerySet[Expert]:
    """With `load`: live sheets of the expert in the round; with `recused`: how often he or she is out of it."""
    return pool.annotate(
        load=Count(
            "sheets", filter=Q(sheets__entry__round=round) & ~Q(sheets__state=SheetState.RECUSED), distinct=True
        ),
        recused=Count("recusals", filter=Q(recusals__entry__round=round), distinct=True),
    )


def employers_of(expert: Expert) -> tuple[Employment, ...]:
    """Employments on the record, and the organisations for which the person acts or acted in this portal."""
    known = [
        Employment(Party(row.organisation, row.credit_code), row.from_date, row.to_date)
        for row in expert.employments.all()
    ]
    known += [
        Employment(
            Party(row.organisation.name, row.organisation.credit_code),
            timezone.localdate(row.joined_at),
            timezone.localdate(row.left_at) if row.left_at else None,
        )
        for row in expert.user.memberships.all()
    ]
    return tuple(known)


def facts_of(expert: Expert) -> ExpertFacts:
    """What conflicts are computed from. `expert` comes from `with_employers`, or queries are made for it."""
    institution = expert.institution
    return ExpertFacts(
        employer=Party(expert.employer, expert.employer_code),
        employments=employers_of(expert),
        institution=Party(institution.name, institution.credit_code) if institution else None,
    )


def with_employers(pool: QuerySet[Expert]) -> QuerySet[Expert]:
    return pool.select_related("user", "institution").prefetch_related("employments", "user__memberships__organisation")


def applicants_of(entry: Entry) -> list[Party]:
    """The parties that an expert of the entry must have nothing to do with: the organisation and its station."""
    organisation = entry.station.organisation
    return [Party(organisation.name, organisation.credit_code), Party(entry.station.name)]


def computed_conflicts(experts: Iterable[Expert], entries: Iterable[Entry], on: dt.date) -> dict[Pair, list[Conflict]]:
    """Every pair of these with a conflict on that day, and the conflicts. Three queries at most, whatever the number."""
    applicants = [(entry.pk, applicants_of(entry)) for entry in entries]
    found = {}
    for expert in experts:
        facts = facts_of(expert)
        for entry_id, parties in applicants:
            if conflicts := find_conflicts(facts, parties, on):
                found[entry_id, expert.pk] = conflicts
    return found


def conflicts_of(sheet: ScoreSheet, on: dt.date) -> list[Conflict]:
    return computed_conflicts([sheet.expert], [sheet.entry], on).get((sheet.entry_id, sheet.expert_id), [])


def mandated_institutions(round: Round, on: dt.date) -> frozenset[int]:
    """Institutions with a written mandate for the round that is in force on that day (Art 12)."""
    mandates = Mandate.objects.filter(round=round, valid_from__lte=on, valid_to__gte=on)
    return frozenset(mandates.values_list("institution_id", flat=True))


def available_experts(round: Round, on: dt.date) -> list[Expert]:
    """Active experts who may work in the round: the bureau's own, and those of a mandated institution."""
    allowed = Q(institution__isnull=True) | Q(institution__in=mandated_institutions(round, on))
    return list(annotate_load(with_employers(Expert.objects.filter(allowed, active=True)), round).order_by("pk"))


def entries_to_assign(round: Round) -> QuerySet[Entry]:
    """Entries that can still be given experts, with what the board shows of them."""
    return (
        Entry.objects.filter(round=round, state__in=ASSIGNABLE)
        .select_related("station__organisation", "station__district")
        .prefetch_related(
            "station__abilities",
            Prefetch("sheets", ScoreSheet.objects.filter(LIVE).select_related("expert__user"), to_attr="live_sheets"),
            "recusals",
        )
        .order_by("pk")
    )


def candidates(experts: Iterable[Expert]) -> list[Candidate]:
    return [
        Candidate(id=expert.pk, cap=max(expert.load_cap - expert.load, 0), fields=frozenset(expert.fields))  # type: ignore[attr-defined]
        for expert in experts
    ]


def demands(experts: list[Expert], entries: list[Entry], on: dt.date) -> list[Demand]:
    """What each entry needs, with everybody barred who is recused or in conflict."""
    barred: dict[int, set[int]] = defaultdict(set)
    for entry_id, expert_id in computed_conflicts(experts, entries, on):
        barred[entry_id].add(expert_id)
    return [
        Demand(
            id=entry.pk,
            abilities=frozenset(ability.kind for ability in entry.station.abilities.all()),
            barred=frozenset(barred[entry.pk] | {recusal.expert_id for recusal in entry.recusals.all()}),
            existing=frozenset(sheet.expert_id for sheet in entry.live_sheets),  # type: ignore[attr-defined]
        )
        for entry in entries
    ]


def field_names(measure: str) -> dict[str, str]:
    """{code of a service kind: its name}, for the fields of an expert and the abilities of a station."""
    return {kind.code: kind.name for kind in measures.load(measure).service_kinds}


def recusals_of(round: Round) -> QuerySet[Recusal]:
    return (
        Recusal.objects.filter(entry__round=round)
        .select_related("expert__user", "entry__station")
        .order_by("entry_id", "expert_id")
    )


def replacements_for(sheet: ScoreSheet, on: dt.date) -> list[Expert]:
    """Who could take over an entry: available, with room, without conflict, and not on it or recused from it already."""
    entry = sheet.entry
    taken = set(entry.sheets.values_list("expert_id", flat=True)) | set(
        entry.recusals.values_list("expert_id", flat=True)
    )
    free = [
        expert
        for expert in available_experts(entry.round, on)
        if expert.pk not in taken and expert.load < expert.load_cap  # type: ignore[attr-defined]
    ]
    conflicts = computed_conflicts(free, [entry], on)
    return [expert for expert in free if (entry.pk, expert.pk) not in conflicts]


# -- Pages of the pool  ----


def expert_list(user: Any) -> QuerySet[Expert]:
    """The pool with `load`: how many sheets each expert still works on, in whatever round."""
    busy = Q(sheets__state__in=[SheetState.GATED, SheetState.OPEN, SheetState.REOPENED])
    return experts_visible_to(user).annotate(load=Count("sheets", filter=busy))


def experts_to_edit(user: Any) -> QuerySet[Expert]:
    return experts_visible_to(user).prefetch_related("employments")


def spoken_fields(codes: Iterable[str]) -> list[str]:
    names = field_names(settings.MEASURE)
    return [names.get(code, code) for code in codes]


def kind_choices() -> list[tuple[str, str]]:
    """The service kinds of the portal's measure, for forms and filters."""
    return list(field_names(settings.MEASURE).items())


def institution_list(user: Any) -> QuerySet[Institution]:
    return institutions_visible_to(user).annotate(number_of_experts=Count("experts")).order_by("name", "pk")


def mandates_visible_to(user: Any) -> QuerySet[Mandate]:
    return Mandate.objects.filter(institution__in=institutions_visible_to(user)).select_related("document")


def mandates_of(institution: Institution) -> QuerySet[Mandate]:
    return institution.mandates.select_related("round", "document").order_by("-valid_from", "pk")


def experts_of(institution: Institution) -> QuerySet[Expert]:
    return institution.experts.select_related("user").order_by("user__name", "pk")


def people_by_email(emails: Iterable[str]) -> dict[str, User]:
    """{email in small letters: person}, of active accounts."""
    return {user.email.lower(): user for user in User.objects.filter(email__in=list(emails), is_active=True)}
