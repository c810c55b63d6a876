"""Journal rows as a person reads them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Model

from ledger.models import JournalEntry

# Who wrote a row that no person of the portal wrote: the clock, unless named here
AUTHORS = {"public": "社会公众", "commendation_link": "被提名人本人", "rating_link": "服务对象"}


@dataclass(frozen=True)
class Line:
    """One row of a timeline."""

    entry: JournalEntry
    title: str
    after: str
    who: str


def lines(entries: Iterable[JournalEntry]) -> list[Line]:
    """Titles come from the MOVES table of the model, or from its `ACTS` for what is no move."""
    return [
        Line(
            entry,
            title_of(entry),
            state_of(entry),
            author_of(entry),
        )
        for entry in entries
    ]


def author_of(entry: JournalEntry) -> str:
    if entry.actor_id is not None:
        return str(entry.actor)
    client = entry.job.removeprefix("api:")
    return f"接口客户端 {client}" if client != entry.job else AUTHORS.get(entry.job, "系统定时办理")


def title_of(entry: JournalEntry) -> str:
    model = model_of(entry)
    moves = getattr(model, "MOVES", {})
    if entry.move in moves:
        return str(moves[entry.move].label)
    return str(getattr(model, "ACTS", {}).get(entry.move, entry.move))


def state_of(entry: JournalEntry) -> str:
    """The wording of the state that the thing went into, when it went into another one."""
    if not entry.after or entry.after == entry.before:
        return ""
    choices = dict(model_of(entry)._meta.get_field("state").flatchoices)  # type: ignore[union-attr]
    return str(choices.get(entry.after, entry.after))


def model_of(entry: JournalEntry) -> type[Model]:
    return apps.get_model(entry.object_type)
