"""Reconciliation: what we have, what we sent, what the platform has; and what we pulled of what it has. Plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from integration.states.hanjianlian import Difference


@dataclass(frozen=True)
class Unlike:
    """One thing that is not the same here and there. The three hashes are "" where there is none."""

    number: str
    what: Difference
    ours: str = ""
    sent: str = ""
    theirs: str = ""


def compare_sent(ours: Mapping[str, str], sent: Mapping[str, str], theirs: Mapping[str, str]) -> Iterator[Unlike]:
    """{number: hash} of the documents as they are now, as the platform confirmed them, and as it has them.

    What the platform has as it is now is the same, also where its confirmation never reached us.
    """
    for number in sorted(ours.keys() | sent.keys() | theirs.keys()):
        now, last, there = ours.get(number, ""), sent.get(number, ""), theirs.get(number, "")
        if what := difference_of(now, last, there):
            yield Unlike(number, what, now, last, there)


def difference_of(now: str, last: str, there: str) -> Difference | None:
    if now == there or not (now or there):
        return None
    if not there:
        return Difference.MISSING_THERE if last else Difference.NOT_SENT
    if not now:
        return Difference.EXTRA_THERE
    return Difference.OUTDATED if there == last else Difference.HASH_DIFFERS


def compare_pulled(here: Mapping[str, str], theirs: Mapping[str, str]) -> Iterator[Unlike]:
    """{number: mark} of what we have pulled, and of what the platform has."""
    for number in sorted(here.keys() | theirs.keys()):
        mark, there = here.get(number, ""), theirs.get(number, "")
        if mark != there:
            what = (
                Difference.MISSING_HERE if not mark else Difference.GONE_THERE if not there else Difference.HASH_DIFFERS
            )
            yield Unlike(number, what, ours=mark, theirs=there)
