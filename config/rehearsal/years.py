"""Several years in a row: what the bureau decides for each, reports that come late or never, titles that end in every
way that the measure knows, places that are filled again, and the money."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TextIO

from django.conf import settings

from accounts.actions.messages import silence_outbox
from config.rehearsal import cast as casting
from config.rehearsal import exits, money
from config.rehearsal.cast import JOB, Cast
from config.rehearsal.plan import DAY, YEAR_SETTINGS, Dates, Sizes, clock
from config.rehearsal.play import (
    Bar,
    found_the_house,
    play_to_end,
    play_to_notice,
    refuse_full_database,
    stage_of,
    steps,
)
from config.rehearsal.stage import Stage
from ledger.queue import hush
from measures.actions import import_calendar
from measures.models import CalendarVersion
from measures.schedules import Schedule
from supervision.actions.year_plan import adopt_year_plan, draft_year_plan, update_year_plan

Told = Callable[[Stage, dict[str, float]], Any]
MADE_UP = "演练用的放假安排（国务院办公厅尚未公布，本表为虚构）"
UNREPORTED = 2  # stations that never report, each year
SLACK = 2  # titled stations that have a bad year


def rehearse_years(
    sizes: Sizes, first: int, number: int, seed: int, tell: Told, stream: TextIO | None = None
) -> list[Any]:
    """Play `number` years from `first` on; `tell(stage, timings)` says what came of each, before the next begins.

    Nothing is sent: no mail leaves, no worker is woken. Raises Failed, Refused."""
    refuse_full_database()
    told = []
    with hush():
        cast = None
        for year in range(first, first + number):
            dates = Dates.of_year(year)
            bar = Bar(steps(sizes) + UNREPORTED, stream)
            with bar.shown():
                know_the_calendar(year)
                if cast is None:
                    cast = casting.hire(seed, clock(dt.date(year, 1, 5), 9))
                    found_the_house(cast, sizes, dates, bar, clock(dt.date(year, 1, 6), 9))
                decide_the_year(cast, year)
                money.open_year(cast, year)
                bar.phase("exits", lambda: exits.end_titles(cast, year))  # noqa: B023 - called at once
                stage = stage_of(cast, replace(sizes, titled=len(cast.titled)), dates, seed, bar.tick)
                stage.unreported = UNREPORTED if len(cast.titled) > 2 * UNREPORTED else 0
                play_to_notice(stage, bar)
                play_to_end(stage, bar)
                bar.phase("money", lambda: money.spend(stage))  # noqa: B023 - called at once
                silence_outbox(actor=JOB)
            told.append(tell(stage, bar.timings))
            carry_over(stage)
    return told


def know_the_calendar(year: int) -> None:
    """The periods of a year's end run into January: a schedule that is not published yet is made up, and says so."""
    for wanted in (year, year + 1):
        if not CalendarVersion.objects.filter(year=wanted).exists():
            off = {dt.date(wanted, 1, 1): "元旦"}
            off |= {dt.date(wanted, 2, day): "春节" for day in range(10, 17)}
            off |= {dt.date(wanted, 5, day): "劳动节" for day in range(1, 6)}
            off |= {dt.date(wanted, 10, day): "国庆节" for day in range(1, 8)}
            schedule = Schedule(year=wanted, source=MADE_UP, papers=(), off=off, makeup={})
            import_calendar(schedule, imported_by="演练", at=clock(dt.date(wanted - 1, 11, 5), 9))


def decide_the_year(cast: Cast, year: int) -> None:
    """The year's plan of supervision: drafted, filled in, adopted, in the second week of January."""
    at = clock(dt.date(year, 1, 12), 10)
    plan = draft_year_plan(measure=settings.MEASURE, year=year, actor=cast.manager, at=at)
    opens = dt.date(year, 9, 1)
    plan = update_year_plan(plan, actor=cast.manager, at=at, self_assessment_opens_on=opens, settings=YEAR_SETTINGS)
    adopt_year_plan(plan, actor=cast.manager, at=at + DAY)


def carry_over(stage: Stage) -> None:
    """Who holds a title after the round is who reports on the next year; some of them will have a bad one."""
    casting.keep_holders(stage.cast, stage.sites)
    for site in stage.cast.titled[4 : 4 + SLACK]:
        site.body = replace(site.body, quality=0.42)
