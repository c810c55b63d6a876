from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet, Subquery

from accounts.rules import reads_all
from ledger.models import StoredFile
from ledger.uploads import XLSX
from stations.models import Slot, SlotCap, Title
from stations.queries.visibility import stations_visible_to
from stations.states import Level, TitleState


@dataclass(frozen=True)
class Place:
    """One numbered place: who holds it now, or which exit freed it (the last title that held it)."""

    slot: Slot
    holder: Title | None
    freed_by: Title | None


def active_titles(level: str = Level.CITY) -> QuerySet[Title]:
    """Titles in force, with station, organisation and place, by place."""
    return (
        Title.objects.filter(state=TitleState.ACTIVE, level=level)
        .select_related("station__organisation", "station__district", "slot")
        .order_by("slot__number", "id")
    )


def titles_visible_to(user: Any) -> QuerySet[Title]:
    """Titles of the stations that staff see, with what the list shows of them."""
    rows = Title.objects.select_related("station__organisation", "station__district", "slot", "certificate")
    if reads_all(user):
        return rows
    return rows.filter(station__in=stations_visible_to(user).values("pk"))


def ended_titles(user: Any = None) -> QuerySet[Title]:
    """City titles that were revoked, delisted or terminated, for everybody alike: which article, decision and place."""
    rows = Title.objects.exclude(state=TitleState.ACTIVE).filter(level=Level.CITY)
    return rows.select_related("station__organisation", "station__district", "slot")


def decided_titles_visible_to(user: Any) -> QuerySet[Title]:
    """Ended titles whose decision is here as a paper: of one's own stations, and of those that staff see."""
    return titles_visible_to(user).filter(ended_paper__isnull=False).select_related("ended_paper")


def uploaded_tables(user: Any) -> QuerySet[StoredFile]:
    """Workbooks that this person put on the record: a table that waits for confirmation is one of them."""
    return StoredFile.objects.filter(uploaded_by=user, content_type=XLSX)


def free_slots(measure: str) -> QuerySet[Slot]:
    """Places within the cap that no active title holds, lowest number first."""
    held = Title.objects.filter(slot=OuterRef("pk"), state=TitleState.ACTIVE)
    cap = SlotCap.objects.filter(measure=measure).values("cap")
    return (
        Slot.objects.filter(measure=measure, number__lte=Subquery(cap))
        .exclude(Exists(held))
        .order_by(F("number").asc())
    )


def slot_board(measure: str) -> list[Place]:
    """Every place of the measure in order, in two queries."""
    titles = Title.objects.select_related("station__district").order_by("ended_at", "id")
    slots = Slot.objects.filter(measure=measure).prefetch_related(Prefetch("titles", titles, to_attr="all_titles"))
    board = []
    for slot in slots:
        holder = next((title for title in slot.all_titles if title.state == TitleState.ACTIVE), None)
        ended = [title for title in slot.all_titles if title.state != TitleState.ACTIVE]
        board.append(Place(slot, holder, ended[-1] if ended and holder is None else None))
    return board
