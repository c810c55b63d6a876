"""Invariants that need more than a statement: hashes, recomputation, the journal of every kind of thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from evaluation.models import ApplicationVersion, Conclusion, Expert, Objector, PublicNotice, Ranking, Score, ScoreSheet
from evaluation.queries.panel import computed_conflicts, with_employers
from evaluation.queries.ranking import rubric_of_round
from evaluation.scoring import Aggregation, from_hundredths, score_entries, to_hundredths
from evaluation.states import NoticeState, RankingState, SheetState
from funding.models import PublicList
from ledger.canonical import canonical, fingerprint
from supervision.models import Complainant, SelfAssessmentVersion

# -- Hashes  ----


def notices_changed() -> Iterator[str]:
    for notice in PublicNotice.objects.exclude(state=NoticeState.DRAFT).iterator():
        if fingerprint(notice.content) != notice.sha256:
            yield f"notice {notice.serial}"


def versions_changed() -> Iterator[str]:
    for version in ApplicationVersion.objects.iterator(chunk_size=200):
        if fingerprint(version.snapshot) != version.sha256:
            yield f"application {version.application_id}, version {version.number}"


def self_assessments_changed() -> Iterator[str]:
    for version in SelfAssessmentVersion.objects.iterator(chunk_size=200):
        if fingerprint(version.snapshot) != version.sha256:
            yield f"self-assessment {version.assessment_id}, version {version.number}"


def plans_changed() -> Iterator[str]:
    for conclusion in Conclusion.objects.iterator():
        if fingerprint(conclusion.plan) != conclusion.plan_sha256:
            yield f"conclusion {conclusion.pk}"


def lists_changed() -> Iterator[str]:
    for one in PublicList.objects.iterator():
        if fingerprint(one.content) != one.sha256:
            yield f"public list {one.pk}"


# -- Rankings  ----


def rankings_wrong() -> Iterator[str]:
    """Every total and dimension of a confirmed ranking, computed anew from the sheets it names."""
    for ranking in Ranking.objects.filter(state=RankingState.CONFIRMED).select_related("round"):
        yield from wrong_lines(ranking)


def wrong_lines(ranking: Ranking) -> Iterator[str]:
    lines = {line.entry_id: line for line in ranking.lines.all()}
    rows = rows_of(ranking)
    known = {entry: [rows.get(sheet, ()) for sheet in line.working["sheets"]] for entry, line in lines.items()}
    rubric = rubric_of_round(ranking.round)
    whole = {entry: found for entry, found in known.items() if all(len(row) == len(rubric.indicators) for row in found)}
    for entry in known.keys() - whole.keys():
        yield f"{ranking}: entry {entry} rests on sheets that are not whole"
    threshold = ranking.settings["spread_threshold"]
    scores = score_entries(
        list(whole.items()),
        rubric,
        Aggregation(ranking.settings["aggregation"]),
        1,
        None if threshold is None else Decimal(threshold),
    )
    for score in scores:
        line = lines[score.id]
        told = {code: Decimal(points) for code, points in line.dimensions.items()}
        codes = [dimension.code for dimension in rubric.dimensions]
        right = dict(zip(codes, map(from_hundredths, score.dimensions), strict=True))
        if line.total != from_hundredths(score.total) or told != right:
            yield f"{ranking}: entry {score.id} has {line.total}, its sheets give {from_hundredths(score.total)}"


def rows_of(ranking: Ranking) -> dict[int, tuple[int, ...]]:
    """{sheet: its points in hundredths, in the rubric's order}."""
    values = (
        Score.objects.filter(sheet__entry__round=ranking.round_id, points__isnull=False)
        .order_by("sheet_id", "indicator__position")
        .values_list("sheet_id", "points")
    )
    rows: dict[int, list[int]] = defaultdict(list)
    for sheet, points in values.iterator(chunk_size=20_000):
        rows[sheet].append(to_hundredths(points))  # type: ignore[arg-type]  # none is null: filtered above
    return {sheet: tuple(row) for sheet, row in rows.items()}


# -- Conflicts  ----


def employers_scored() -> Iterator[str]:
    """Live sheets of experts who, on the day that they were given them, worked for the applicant or had left it lately."""
    sheets = ScoreSheet.objects.exclude(state=SheetState.RECUSED).select_related("entry__station__organisation")
    by_expert: dict[int, list[ScoreSheet]] = defaultdict(list)
    for sheet in sheets:
        by_expert[sheet.expert_id].append(sheet)
    for expert in with_employers(Expert.objects.filter(pk__in=by_expert)):
        for sheet in by_expert[expert.pk]:
            for conflicts in computed_conflicts(
                [expert], [sheet.entry], timezone.localdate(sheet.assigned_at)
            ).values():
                yield f"sheet {sheet.pk}: {conflicts[0].sentence}"


# -- Journal  ----


def moving_models() -> list[type[Model]]:
    return [model for model in apps.get_models() if hasattr(model, "MOVES")]


def states_unjournalled() -> Iterator[str]:
    """The last state that the journal gives a thing is the one it has; without any, it is as it was made."""
    statement = """
        SELECT t.id, t.state, last.after FROM {table} t LEFT JOIN LATERAL (
            SELECT j.after FROM ledger_journalentry j
            WHERE j.object_type = %s AND j.object_id = t.id::text AND j.after <> '' ORDER BY j.id DESC LIMIT 1
        ) last ON true WHERE t.state <> coalesce(last.after, %s)"""
    for model in moving_models():
        first = model._meta.get_field("state").get_default() or ""  # type: ignore[union-attr]  # a column, never a relation
        with connection.cursor() as cursor:
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(statement.format(table=table), [model._meta.label_lower, str(first)])
            for pk, state, told in cursor.fetchall():
                yield f"{model._meta.label_lower} {pk} is {state}, the journal says {told or first or 'nothing'}"


def journal_gaps() -> Iterator[str]:
    """Each row of a thing's journal begins at the state in which the one before it ended."""
    statement = """
        SELECT object_type, object_id, id, before, earlier FROM (
            SELECT object_type, object_id, id, before,
                lag(after) OVER (PARTITION BY object_type, object_id ORDER BY id) AS earlier
            FROM ledger_journalentry WHERE after <> '' AND object_type = ANY(%s)
        ) rows WHERE earlier IS NOT NULL AND before <> earlier"""
    with connection.cursor() as cursor:
        cursor.execute(statement, [[model._meta.label_lower for model in moving_models()]])
        for kind, thing, row, before, earlier in cursor.fetchall():
            yield f"{kind} {thing}: journal row {row} begins at {before or 'nothing'}, the one before ended at {earlier}"


# -- Personal data  ----


def personal_data_published() -> Iterator[str]:
    """No name of a person who objected or complained, and no address or number of one, or of an expert, stands in a public
    notice; nor the complainant's in what a station is asked."""
    secrets: set[str] = set()
    for objector in Objector.objects.iterator():
        secrets |= objector.secrets()
    for complainant in Complainant.objects.prefetch_related("complaint__statements").iterator(chunk_size=200):
        own = complainant.secrets()
        secrets |= own
        for asked in complainant.complaint.statements.all():
            if any(secret in asked.question for secret in own):
                yield f"what a station is asked, {asked.pk}"
    for email, phone in Expert.objects.values_list("user__email", "user__phone"):
        secrets |= {email, phone}
    secrets.discard("")
    for notice in PublicNotice.objects.exclude(state=NoticeState.DRAFT).iterator():
        public = canonical(notice.content).decode()
        if any(secret in public for secret in secrets):
            yield f"notice {notice.serial}"  # what it is, stays unsaid
