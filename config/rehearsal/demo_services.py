"""What the stations of the demo do all year: services that are counted, ratings, libraries, needs in every state, cases,
media reports, a training."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from django.utils import timezone

from config.rehearsal.cast import Site
from config.rehearsal.demo_companies import company
from config.rehearsal.demo_libraries import stock_libraries
from config.rehearsal.demo_needs import take_needs
from config.rehearsal.demo_reports import tell_of_the_year
from config.rehearsal.plan import DAY, clock
from config.rehearsal.stage import Stage
from measures.periods import SHANGHAI
from services.actions.rating import invite, rate
from services.actions.record import add_records
from services.actions.statistics import roll_up
from services.actions.training import create_training, publish_training
from services.actions.training_sign_up import sign_up
from services.aspects import CODES
from services.catalogue import CATALOGUE
from services.models import RatingInvitation, ServiceRecord
from services.states.rating import Integrity
from services.states.record import Origin
from supervision.actions.need_response import date_needs

SHOWN = "titled@example.com"  # whose account the visitor is given
BUSY, OTHERS = 260, 40  # services of that station in this year, and of each of its neighbours
NEIGHBOURS = 6
RATED = 24
TRAINING = "企业标准编写与自我声明公开"


def serve_companies(stage: Stage, now: dt.datetime) -> None:
    """Services of this year up to yesterday, of the shown station and of some others."""
    chance = random.Random(stage.dates.year)  # noqa: S311 - made-up data
    sites = stage.cast.titled
    shown = next(site for site in sites if site.owner.email == SHOWN)
    keep_records(shown, BUSY, chance, now)
    for site in [site for site in sites if site is not shown][:NEIGHBOURS]:
        keep_records(site, OTHERS, chance, now)
    gather_ratings(shown, chance, now)
    stock_libraries(shown, next(site for site in sites if site is not shown), now)
    take_needs(shown, now)
    date_needs(now)
    tell_of_the_year(shown, stage.cast.manager, now)
    announce_training(shown, now)
    roll_up(now)


def keep_records(site: Site, number: int, chance: random.Random, now: dt.datetime) -> None:
    today = timezone.localdate(now, SHANGHAI)
    first = dt.date(today.year, 1, 1)
    days = max((today - first).days, 1)
    rows: list[dict[str, Any]] = []
    for place in range(1, number + 1):
        item = chance.choice(CATALOGUE.items)
        code, name = company(chance.randrange(number))
        found = chance.choice((0, 0, 1, 1, 2, 3))
        rows.append(
            {
                "external_id": f"{today.year}-{place:04d}",
                "client_code": code,
                "client_name": name,
                "kind": item.kind,
                "item": item.code,
                "served_on": first + chance.randrange(days) * DAY,
                "visits": chance.choice((1, 1, 1, 2)),
                "problems_found": found,
                "problems_solved": chance.randint(0, found),
                "experts": chance.choice((0, 1, 2)),
                "summary": f"{item.name}：现场了解情况，给出书面建议。",
            }
        )
    add_records(site.station, rows, actor=site.owner, at=now - DAY, origin=Origin.IMPORTED)


def gather_ratings(site: Site, chance: random.Random, now: dt.datetime) -> None:
    for record in ServiceRecord.objects.filter(station=site.station, set_aside="").order_by("pk")[:RATED]:
        invite(record, actor=site.owner, at=now - 20 * DAY)
        invitation = RatingInvitation.objects.get(record=record)
        best = chance.choice((3, 4, 5, 5))
        marks = {code: max(best - chance.choice((0, 0, 1)), 1) for code in CODES}
        rate(invitation, marks=marks, integrity=Integrity.CLEAN, at=now - chance.randint(2, 18) * DAY)


def announce_training(site: Site, now: dt.datetime) -> None:
    day = timezone.localdate(now, SHANGHAI) + 14 * DAY
    event = create_training(
        site.station,
        actor=site.owner,
        at=now - 3 * DAY,
        title=TRAINING,
        kind="standards",
        text="上午讲标准怎样写，下午上机填报，请带产品资料。",
        place=f"{site.station.name}三楼培训室",
        starts_at=clock(day, 9),
        ends_at=clock(day, 16),
        capacity=40,
    )
    publish_training(event, actor=site.owner, at=now - 3 * DAY)
    for number in (3, 5):
        code, name = company(number)
        sign_up(
            event,
            credit_code=code,
            company=name,
            people=number,
            name="演练联系人",
            phone=f"1390000{number:04d}",
            consent=True,
            at=now - 2 * DAY,
        )
