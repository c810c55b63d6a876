"""Phase after phase, with a progress bar and the seconds that each took."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO

from django.apps import apps
from tqdm import tqdm

from accounts.actions.messages import silence_outbox
from config.rehearsal import cast as casting
from config.rehearsal import intake, outcome, panel
from config.rehearsal.cast import JOB, Cast, Tick
from config.rehearsal.plan import DAY, SETTINGS, Dates, Sizes
from config.rehearsal.stage import Failed, Stage
from ledger.queue import hush

# What migrations fill: dictionaries, the calendar, the places, Django's own lists
FILLED_BY_MIGRATIONS = {
    "stations.district", "stations.industry", "stations.slot", "stations.slotcap", "contenttypes.contenttype",
    "auth.permission",
}  # fmt: skip


@dataclass
class Bar:
    """A progress bar over all phases, on the terminal only; seconds by phase."""

    total: int
    stream: TextIO | None = None
    timings: dict[str, float] = field(default_factory=dict)
    bar: tqdm | None = None

    @contextmanager
    def shown(self) -> Iterator[None]:
        self.bar = tqdm(total=self.total, file=self.stream, disable=self.stream is None, ncols=88, leave=False)
        try:
            yield
        finally:
            self.bar.close()

    def tick(self, number: int = 1) -> None:
        if self.bar is not None:
            self.bar.update(number)

    def phase(self, name: str, act: Callable[[], object]) -> None:
        if self.bar is not None:
            self.bar.set_description(name)
        begun = time.perf_counter()
        act()
        self.timings[name] = self.timings.get(name, 0.0) + time.perf_counter() - begun


def refuse_full_database() -> None:
    """A rehearsal is played on an empty database. Raises Failed, naming what is there."""
    found = [
        str(model._meta.verbose_name)
        for model in apps.get_models()
        if model._meta.app_label != "measures"
        and model._meta.label_lower not in FILLED_BY_MIGRATIONS
        and model._meta.managed
        and model._base_manager.exists()
    ]
    if found:
        raise Failed(
            f"this database holds data ({', '.join(found[:5])}): a rehearsal needs an empty one. "
            "Add --scratch to have one made for it and dropped afterwards."
        )


def steps(sizes: Sizes) -> int:
    """How long the bar is: about one step for each thing that takes time."""
    entries = sizes.titled + sizes.applicants
    return sizes.titled * 2 + sizes.applicants + 1 + sizes.experts + entries * sizes.sheets + sizes.objections + 6


def stage_of(cast: Cast, sizes: Sizes, dates: Dates, seed: int, tick: Tick, **settings: str) -> Stage:
    chance = random.Random(f"round {dates.year} {seed}")  # noqa: S311 - a rehearsal, no secret
    chosen = {**SETTINGS, "min_sheets": str(sizes.sheets), **settings}
    return Stage(cast=cast, sizes=sizes, dates=dates, random=chance, settings=chosen, tick=tick)


def found_the_house(
    cast: Cast, sizes: Sizes, dates: Dates, bar: Bar, at: dt.datetime, emails: Mapping[int, str] | None = None
) -> None:
    """The titled stations of earlier years and the pool of experts."""
    entries = sizes.titled + sizes.applicants
    bar.phase("stations", lambda: casting.found_titled(cast, sizes.titled, dates.year, at, bar.tick, emails))
    bar.phase(
        "experts", lambda: casting.gather_experts(cast, sizes.experts, entries, sizes.sheets, at + 2 * DAY, bar.tick)
    )


def play_to_notice(stage: Stage, bar: Bar) -> None:
    """From the evaluation notice to the day on which the results go to public notice."""
    bar.phase("notice", lambda: intake.give_notice_of_round(stage))
    bar.phase("applications", lambda: intake.live_through_autumn(stage))
    bar.phase("assignment", lambda: panel.begin_review(stage))
    bar.phase("scoring", lambda: panel.score(stage))
    bar.phase("ranking", lambda: outcome.rank(stage))
    bar.phase("public notice", lambda: outcome.give_notice(stage))


def play_to_end(stage: Stage, bar: Bar) -> None:
    bar.phase("objections", lambda: outcome.object_to_it(stage))
    bar.phase("conclusion", lambda: outcome.conclude(stage))


def rehearse(sizes: Sizes, year: int, seed: int, stream: TextIO | None = None) -> tuple[Stage, dict[str, float]]:
    """Play a whole round. Nothing is sent: no mail leaves, no worker is woken. Raises Failed, Refused."""
    refuse_full_database()
    dates = Dates.of_year(year)
    bar = Bar(steps(sizes), stream)
    with hush(), bar.shown():
        founded = dates.before(200)
        cast = casting.hire(seed, founded)
        found_the_house(cast, sizes, dates, bar, founded + DAY)
        stage = stage_of(cast, sizes, dates, seed, bar.tick)
        play_to_notice(stage, bar)
        play_to_end(stage, bar)
        silence_outbox(actor=JOB)
    return stage, bar.timings
