"""What is exchanged with the platform, for tests: stations with titles, certificates, seals, and what the platform tells."""

import datetime as dt
import itertools

from django.utils import timezone

from integration.models import SentDocument
from ledger import sealing
from ledger.actors import Job
from ledger.journal import record
from ledger.models import Seal
from stations.models import Certificate
from tests.factories import make_station, make_title, make_user

AT = dt.datetime(2026, 11, 20, 2, tzinfo=dt.UTC)
numbers = itertools.count(1)


def make_titled(**fields):
    """A station with an active title and its certificate, as the directory shows it."""
    station = make_station(**fields)
    Certificate.objects.create(title=make_title(station), number=f"WHZL-2026-{next(numbers):03d}", issued_at=AT)
    return station


def make_seal(at=AT) -> Seal:
    """A seal of one new journal row."""
    record(make_user(), "deactivate", actor=Job("sweep"), at=at)
    return sealing.seal_journal(at=at)


def due_now():
    """As if the time of the next try had come."""
    SentDocument.objects.filter(outcome="waiting").update(next_at=timezone.now())


def service(station, number=1, /, **facts):
    """What the platform tells of one online service of a station."""
    return {
        "id": f"OS-{number}",
        "station": str(station.pk),
        "credit_code": station.organisation.credit_code,
        "content": "feature",
        "title": f"三坐标测量机校准 {number}",
        "url": f"https://shop.example.cn/services/{number}",
        "state": "online",
        "updated_at": "2026-11-19T10:00:00+08:00",
    } | facts


def receipt(seal, number=1, /, **facts):
    """What the platform tells of having anchored a seal."""
    return {
        "id": f"AR-{number}",
        "seal": str(seal.number),
        "root": seal.root,
        "hash": seal.hash,
        "reference": f"0xabc{number}",
        "anchored_at": "2026-11-19T10:05:00+08:00",
        "updated_at": "2026-11-19T10:05:00+08:00",
    } | facts
