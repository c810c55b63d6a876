"""What a conclusion would do, or did, in the words and figures of its pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.conclusion import FATE_LABELS, Fate, Plan
from evaluation.models import Conclusion, PublicNotice, Ranking, Round
from evaluation.queries import places
from evaluation.states import NoticeKind
from stations.models import Certificate, Title
from stations.states import Level, TitleState

# In the order in which it is read: what changes something first
ORDER = (Fate.AWARD, Fate.RETAIN, Fate.DELIST, Fate.REFUSE, Fate.HELD, Fate.RESERVE, Fate.FAILED)


@dataclass(frozen=True)
class Slots:
    """The places of the measure before and after the conclusion."""

    cap: int
    before: int
    delisted: int
    awarded: int

    @property
    def after(self) -> int:
        return self.before - self.delisted + self.awarded

    @property
    def free_after(self) -> int:
        return self.cap - self.after


@dataclass(frozen=True)
class Group:
    """The items of one fate, each a plain dict as the plan keeps it."""

    fate: str
    label: str
    items: list[dict[str, Any]]

    @property
    def promoted(self) -> int:
        return sum(bool(item["promoted"]) for item in self.items)


def groups_of(items: Sequence[Mapping[str, Any]]) -> list[Group]:
    found = [
        Group(str(fate), FATE_LABELS[fate], [dict(item) for item in items if item["fate"] == fate]) for fate in ORDER
    ]
    return [group for group in found if group.items]


def items_of(found: Plan) -> list[dict[str, Any]]:
    return [item.as_json() for item in found.items]


def slots_of(round: Round, ranking: Ranking, items: Sequence[Mapping[str, Any]]) -> Slots:
    """As it would be if the items were carried out now."""
    active = Title.objects.filter(state=TitleState.ACTIVE, level=Level.CITY, slot__measure=round.measure).count()
    fates = [item["fate"] for item in items]
    return Slots(ranking.settings["cap"], active, fates.count(Fate.DELIST), fates.count(Fate.AWARD))


def ties_of(ranking: Ranking, found: Plan) -> list[places.Tie]:
    kept = [{"boundary": tie.boundary, "entries": list(tie.entries), "places": dict(tie.places)} for tie in found.ties]
    return places.ties_in_words(ranking, kept) if kept else []


def with_certificates(conclusion: Conclusion, groups: Sequence[Group]) -> None:
    """Put the certificate of each awarded station beside its item: two queries."""
    entries = [item["entry"] for group in groups for item in group.items if group.fate == Fate.AWARD]
    stations = dict(conclusion.round.entries.filter(pk__in=entries).values_list("pk", "station"))
    found = Certificate.objects.filter(title__station__in=stations.values())
    numbers = {
        station: number
        for station, number, issued_at in found.values_list("title__station", "number", "issued_at")
        if issued_at == conclusion.decided_at
    }
    for group in groups:
        for item in group.items:
            item["certificate"] = numbers.get(stations.get(item["entry"], 0), "")


def announcement_of(conclusion: Conclusion) -> PublicNotice | None:
    """The public announcement that the approval of this conclusion made."""
    notices = PublicNotice.objects.filter(round=conclusion.round_id, kind=NoticeKind.AWARD)
    return next((notice for notice in notices if notice.published_at == conclusion.decided_at), None)
