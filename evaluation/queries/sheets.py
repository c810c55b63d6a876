"""Who sees which sheet and which entry, the rubric of a round, and how far its scoring is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.rules import reads_all
from evaluation import scoring
from evaluation.models import Entry, Recusal, Round, Score, ScoreSheet
from evaluation.states import SheetState
from stations.rules import memberships

WRITABLE = (SheetState.OPEN, SheetState.REOPENED)
UNFINISHED = (SheetState.GATED, *WRITABLE)
HANDED_IN = (SheetState.SUBMITTED, SheetState.LOCKED)
UNGATED = (*WRITABLE, *HANDED_IN)


# -- Who sees what  ----


def own_sheets(user: Any) -> QuerySet[ScoreSheet]:
    """The sheets that an expert still has. After a recusal the entry does not exist for him or her."""
    if not user.is_authenticated:
        return ScoreSheet.objects.none()
    return ScoreSheet.objects.filter(expert__user=user, expert__active=True).exclude(state=SheetState.RECUSED)


def sheets_visible_to(user: Any) -> QuerySet[ScoreSheet]:
    """All sheets for the bureau and the auditor; to an expert the own ones; to a round's chair besides those of every
    entry that the chair has nothing (left) to score of."""
    if not user.is_authenticated:
        return ScoreSheet.objects.none()
    if reads_all(user):
        return ScoreSheet.objects.all()
    own = Q(expert__user=user, expert__active=True) & ~Q(state=SheetState.RECUSED)
    return ScoreSheet.objects.filter(own | chaired(user, "entry"))


def sheets_to_read(user: Any) -> QuerySet[ScoreSheet]:
    """The visible sheets with what every page of a sheet names, scores included."""
    return with_scores(
        sheets_visible_to(user).select_related(
            "expert__user",
            "entry__round",
            "entry__station__organisation",
            "entry__application",
            "entry__dossier__report",
        )
    )


def chaired(user: Any, entry: str = "") -> Q:
    """Entries whose other sheets the chair may look at: those of which the chair is neither recused nor still scoring."""
    prefix = f"{entry}__" if entry else ""
    key = OuterRef(f"{prefix}pk" if entry else "pk")
    busy = ScoreSheet.objects.filter(entry=key, expert__user=user, state__in=[*UNFINISHED, SheetState.RECUSED])
    recused = Recusal.objects.filter(entry=key, expert__user=user)
    return Q(**{f"{prefix}round__chair": user.pk}) & ~Exists(busy) & ~Exists(recused)


def entries_visible_to(user: Any) -> QuerySet[Entry]:
    """Whose file may be read: every one by the bureau and the auditor, the own one by the organisation, and by an
    expert the entries of which he or she has a sheet, once there is declared to be no conflict."""
    if not user.is_authenticated:
        return Entry.objects.none()
    if reads_all(user):
        return Entry.objects.all()
    assigned = own_sheets(user).filter(entry=OuterRef("pk"), state__in=UNGATED)
    own = Q(station__organisation__in=list(memberships(user)))
    return Entry.objects.filter(own | Exists(assigned) | chaired(user))


def evidence_visible_to(user: Any) -> QuerySet[Entry]:
    """As `entries_visible_to`, without the applicant's own: who evaluates, or watches over it."""
    if not user.is_authenticated:
        return Entry.objects.none()
    if reads_all(user):
        return Entry.objects.all()
    assigned = own_sheets(user).filter(entry=OuterRef("pk"), state__in=UNGATED)
    return Entry.objects.filter(Exists(assigned) | chaired(user))


def institution_progress(user: Any) -> QuerySet[ScoreSheet]:
    """For the manager of a third-party institution: how far the institution's own experts are. Marks are no part of it,
    and neither is anything of the entry but the name of its organisation."""
    return (
        ScoreSheet.objects.filter(expert__institution__managers=user.pk)
        .exclude(state=SheetState.RECUSED)
        .select_related("expert__user", "expert__institution", "entry__station__organisation", "entry__round")
        .defer("comment")
        .order_by("due_at", "pk")
    )


# -- Rubric and scores  ----


def points_of(sheet: ScoreSheet) -> dict[str, Decimal | None]:
    """{indicator code: points or None}, of what has been touched so far. One query, none when prefetched."""
    return {score.indicator.code: score.points for score in sheet.scores.all()}


def with_scores(sheets: QuerySet[ScoreSheet]) -> QuerySet[ScoreSheet]:
    return sheets.prefetch_related(Prefetch("scores", Score.objects.select_related("indicator")))


# Counted for the sheets of a page only: joined and grouped, PostgreSQL would plan longer than it counts, and put the
# scores of all sheets together before it takes the first twenty
SCORES = Score.objects.filter(sheet=OuterRef("pk")).order_by().values("sheet")
SCORED = Coalesce(Subquery(SCORES.values(number=Count("points"))), 0)
TOTAL = Subquery(SCORES.values(total=Sum("points")))


def annotate_progress(sheets: QuerySet[ScoreSheet]) -> QuerySet[ScoreSheet]:
    """With `scored`, how many indicators have points, and `total`, what they come to."""
    return sheets.annotate(scored=SCORED, total=TOTAL)


def my_sheet_list(user: Any) -> QuerySet[ScoreSheet]:
    return own_sheets(user).order_by(F("due_at").asc(nulls_last=True), "pk")


def as_lines(sheets: QuerySet[ScoreSheet]) -> QuerySet[ScoreSheet]:
    """As lines of an expert's work list: of a sheet only what a line or an export shows, and beside it the names of what
    it belongs to and how far it is."""
    names = {"round_name": F("entry__round__name"), "organisation_name": F("entry__station__organisation__name")}
    return annotate_progress(sheets.only("state", "due_at").annotate(**names))


def own_counts(user: Any) -> dict[str, int]:
    """How many of an expert's sheets there are, wait for him or her, and are done."""
    states = list(own_sheets(user).values_list("state", flat=True))
    return {"all": len(states), "waiting": sum(state in UNFINISHED for state in states)}


# -- Progress of a round  ----


@dataclass(frozen=True)
class EntryProgress:
    """How far the scoring of one entry is. `total` is what the sheets handed in would come to by the round's way of
    putting them together; the spread goes over all of them."""

    entry: Entry
    sheets: tuple[ScoreSheet, ...]
    handed_in: int
    unfinished: int
    needed: int
    total: Decimal | None
    lowest: Decimal | None
    highest: Decimal | None
    deviation: Decimal | None
    flagged: bool

    @property
    def spread(self) -> Decimal | None:
        return None if self.highest is None or self.lowest is None else self.highest - self.lowest

    @property
    def ready(self) -> bool:
        """May be locked: enough sheets, and nobody is still scoring."""
        return self.handed_in >= self.needed and not self.unfinished


def rounds_with_progress(user: Any) -> QuerySet[Round]:
    """Rounds whose scoring may be followed: all by the bureau and the auditor, the own one by its chair."""
    if reads_all(user):
        return Round.objects.all()
    return Round.objects.filter(chair__expert__active=True, chair=user.pk)


def progress_entries(round: Round, user: Any = None) -> QuerySet[Entry]:
    """Entries of a round with their live sheets (totals included) in `live_sheets`; with `user`, those only whose marks
    he or she may see."""
    live = (
        annotate_progress(ScoreSheet.objects.exclude(state=SheetState.RECUSED))
        .select_related("expert__user", "expert__institution")
        .order_by("submitted_at", "pk")
    )
    seen = Q() if user is None or reads_all(user) else chaired(user)
    return (
        Entry.objects.filter(seen, round=round)
        .select_related("station__organisation", "round")
        .prefetch_related(Prefetch("sheets", live, to_attr="live_sheets"))
        .order_by("pk")
    )


def progress_of(round: Round, entries: Iterable[Entry]) -> list[EntryProgress]:
    """One line per entry of `progress_entries`."""
    return [entry_progress(round, entry) for entry in entries]


def entry_progress(round: Round, entry: Entry) -> EntryProgress:
    sheets = tuple(entry.live_sheets)  # type: ignore[attr-defined]
    totals = [scoring.to_hundredths(sheet.total) for sheet in sheets if sheet.state in HANDED_IN]
    value = deviation = None
    if totals:
        kept, _ = scoring.retain(totals, scoring.Aggregation(round.aggregation))
        value = scoring.from_hundredths(scoring.mean_half_up(sum(totals[index] for index in kept), len(kept)))
        deviation = scoring.from_hundredths(scoring.deviation(totals))
    apart = max(totals) - min(totals) if totals else 0
    return EntryProgress(
        entry=entry,
        sheets=sheets,
        handed_in=len(totals),
        unfinished=sum(sheet.state in UNFINISHED for sheet in sheets),
        needed=round.min_sheets or 1,
        total=value,
        lowest=scoring.from_hundredths(min(totals)) if totals else None,
        highest=scoring.from_hundredths(max(totals)) if totals else None,
        deviation=deviation,
        flagged=round.spread_threshold is not None and apart > round.spread_threshold * 100,
    )


class Lines:
    """Rows of `progress_entries` as lines, for pages and exports: only those that are shown are computed."""

    ordered = True

    def __init__(self, round: Round, rows: QuerySet[Entry]) -> None:
        self.round = round
        self.rows = rows

    def __len__(self) -> int:
        return self.rows.count()

    def __getitem__(self, key: slice) -> list[EntryProgress]:
        return progress_of(self.round, self.rows[key])

    def iterator(self, chunk_size: int = 0) -> Iterable[EntryProgress]:
        return iter(progress_of(self.round, self.rows))


def sheet_tally(round: Round, user: Any) -> list[tuple[str, str, int]]:
    """(label, tone, number of sheets) for each state that occurs among the sheets that one may see."""
    rows = sheets_visible_to(user).filter(entry__round=round).order_by().values_list("state")
    counts = dict(rows.annotate(number=Count("pk")))
    return [(state.label, state.tone, counts[state.value]) for state in SheetState if counts.get(state.value)]
