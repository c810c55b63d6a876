"""One round as it is being played: who takes part, how large it is, when its steps fall."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import Any

from config.clockwork import run_clockwork
from config.rehearsal.cast import Cast, Site, Tick
from config.rehearsal.plan import Dates, Sizes
from evaluation.models import Application, Objection, PublicNotice, Round


class Failed(Exception):
    """The rehearsal cannot go on; the message says why."""


@dataclass
class Stage:
    """`sites` are the applicants, `applications` what became of each, in the order in which they were begun. `emails`
    and `endings` say who the applicant at a place is, and what happens to it, where that is not left to the play; `name` what the round is called. An objection at an `unsettled` place is still
    being investigated when the play ends; so many titled stations never send their report as `unreported` says."""

    cast: Cast
    sizes: Sizes
    dates: Dates
    random: random.Random
    settings: dict[str, str]
    tick: Tick = lambda number: None
    sites: list[Site] = field(default_factory=list)
    applications: list[Application] = field(default_factory=list)
    objections: list[Objection] = field(default_factory=list)
    name: str = ""
    emails: dict[int, str] = field(default_factory=dict)
    endings: dict[int, Any] = field(default_factory=dict)
    unsettled: frozenset[int] = frozenset()
    unreported: int = 0
    _round: Round | None = None
    _notice: PublicNotice | None = None

    @property
    def round(self) -> Round:
        """The round as it stands now in the database."""
        if self._round is None:
            raise Failed("the round is not drafted yet")
        self._round = Round.objects.get(pk=self._round.pk)
        return self._round

    @round.setter
    def round(self, round: Round) -> None:
        self._round = round

    @property
    def notice(self) -> PublicNotice:
        if self._notice is None:
            raise Failed("the results are not in public notice yet")
        self._notice = PublicNotice.objects.get(pk=self._notice.pk)
        return self._notice

    @notice.setter
    def notice(self, notice: PublicNotice) -> None:
        self._notice = notice


def strike(at: dt.datetime) -> None:
    """The clock strikes: everything that is due at `at` happens, as in the sweep of every minute."""
    broken = [name for name, count in run_clockwork(at).items() if count is None]
    if broken:
        raise Failed(f"the clockwork failed at {at:%Y-%m-%d %H:%M} in {', '.join(broken)}; the log says why")
