"""The catalogue as its page shows it: each item with the figure that it adds to and its kind under every document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from measures.measure import Measure, ServiceKind, Threshold
from services.catalogue import CATALOGUE, Item


@dataclass(frozen=True)
class Place:
    """What an item is under one document; no kind where that document has none for it."""

    scheme: Measure
    kind: ServiceKind | None

    def __str__(self) -> str:
        if self.kind is None:
            return "不计入"
        return f"{self.kind.name}（{'，'.join(filter(None, [self.kind.tier_words, self.kind.citation]))}）"


@dataclass(frozen=True)
class Line:
    item: Item
    kind: ServiceKind
    figure: Threshold | None
    places: tuple[Place, ...]


def figures() -> list[tuple[str, str]]:
    """(code, label) of the figures of the annex to which services add, for a select."""
    used = {item.counts for item in CATALOGUE.items}
    return [(one.code, one.label) for one in CATALOGUE.measure.thresholds if one.code in used]


def lines(*, kind: str = "", counts: str = "", q: str = "") -> list[Line]:
    """Every item of the catalogue in order, of one kind, of one figure, or in which each word of `q` occurs."""
    return [
        line
        for line in all_lines()
        if (not kind or line.kind.code == kind)
        and (not counts or line.item.counts == counts)
        and all(word in text_of(line) for word in q.split()[:5])
    ]


def all_lines() -> Iterator[Line]:
    measure = CATALOGUE.measure
    for item in CATALOGUE.items:
        places = tuple(Place(scheme, place_in(scheme, item)) for scheme in CATALOGUE.schemes)
        figure = measure.threshold(item.counts) if item.counts else None
        yield Line(item, measure.service_kind(item.kind), figure, places)


def place_in(scheme: Measure, item: Item) -> ServiceKind | None:
    code = item.schemes[scheme.code]
    return scheme.service_kind(code) if code else None


def text_of(line: Line) -> str:
    return f"{line.kind.name} {line.item.name} {line.item.text} {line.item.note}"


def by_kind(found: list[Line]) -> list[tuple[ServiceKind, list[Line]]]:
    """The lines under the kinds of the measure; kinds without any are left out."""
    groups = [(kind, [line for line in found if line.kind.code == kind.code]) for kind in CATALOGUE.kinds]
    return [(kind, members) for kind, members in groups if members]
