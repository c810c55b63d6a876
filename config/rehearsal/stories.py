"""Several people at once: each is a generator that yields the instant at which he or she goes on."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Callable, Iterable, Iterator

from django.utils import timezone

from measures.periods import SHANGHAI, Calendar

Story = Iterator[dt.datetime]


def act_out(stories: Iterable[Story], tick: Callable[[int], None], *, until: dt.datetime | None = None) -> None:
    """Run all stories in the order of their instants; of equal instants, the earlier story first. What would happen
    after `until` does not happen."""
    waiting: list[tuple[dt.datetime, int, Story]] = []
    for number, story in enumerate(stories):
        resume(waiting, number, story, tick)
    while waiting:
        at, number, story = heapq.heappop(waiting)
        if until is not None and at > until:
            return
        resume(waiting, number, story, tick)


def resume(
    waiting: list[tuple[dt.datetime, int, Story]], number: int, story: Story, tick: Callable[[int], None]
) -> None:
    try:
        heapq.heappush(waiting, (next(story), number, story))
    except StopIteration:
        tick(1)


def office_hours(at: dt.datetime, calendar: Calendar) -> dt.datetime:
    """The first minute from `at` on in which the bureau works: nine to half past five of a working day."""
    local = timezone.localtime(at, SHANGHAI)
    if local.hour >= 17:
        local = local.replace(hour=9, minute=local.minute) + dt.timedelta(days=1)
    elif local.hour < 9:
        local = local.replace(hour=9, minute=local.minute)
    while not calendar.day(local.date()).working:
        local = local.replace(hour=9) + dt.timedelta(days=1)
    return local
