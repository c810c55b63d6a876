"""Online services and anchoring receipts are pulled from a reference receiver of docs/hanjianlian.md."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Message
from accounts.states import Role
from config.clockwork import run_clockwork
from integration import tasks
from integration.actions.hanjianlian import pull
from integration.hanjianlian.reading import Unfit, read_receipt, read_service
from integration.models import AnchorReceipt, PullState, RefusedItem
from ledger.errors import Refused
from ledger.journal import history_of
from ledger.models import JournalEntry
from stations.models import OnlineService
from tests.factories import make_station, make_user
from tests.integration.hanjianlian_scene import AT, make_seal, make_titled, receipt, service

pytestmark = pytest.mark.django_db
SERVICES, RECEIPTS = "online-services", "anchor-receipts"


def turn():
    """A turn whose time has come: {kind: (taken, refused)}."""
    PullState.objects.update(next_at=timezone.now())
    return {kind: (came.taken, came.refused) for kind, came in pull.pull_due().items()}


def refused():
    return dict(RefusedItem.objects.filter(settled_at=None).values_list("key", "reason"))


def test_services_and_receipts_are_taken_as_they_are_told(platform):
    station, seal = make_titled(), make_seal()
    platform.told[SERVICES] = [service(station), service(station, 2, content="experts", state="offline")]
    platform.told[RECEIPTS] = [receipt(seal)]
    assert turn() == {"online_service": (2, 0), "receipt": (1, 0)}
    shown, gone = OnlineService.objects.order_by("number")
    assert (shown.station, shown.platform, shown.content, shown.online) == (station, "hanjianlian", "feature", True)
    assert (gone.content, gone.online) == ("experts", False)
    kept = AnchorReceipt.objects.get()
    assert (kept.seal, kept.verdict, kept.reference) == (seal, "matches", "0xabc1")
    assert '"reference": "0xabc1"' in kept.raw


def test_pages_are_followed_to_their_end(platform):
    station = make_titled()
    platform.page_size = 2
    platform.told[SERVICES] = [service(station, number) for number in range(1, 6)]
    assert turn()["online_service"] == (5, 0)
    assert OnlineService.objects.count() == 5
    assert len([line for line in platform.asked if SERVICES in line]) == 3


def test_the_next_turn_asks_for_what_has_changed_since(platform):
    station = make_titled()
    platform.told[SERVICES] = [service(station)]
    turn()
    platform.told[SERVICES] += [service(station, 2, updated_at="2026-11-20T20:00:00+08:00")]
    assert turn()["online_service"] == (1, 0)
    assert "updated_since=2026-11-20T08%3A00%3A00%2B00%3A00" in platform.asked[-2]
    assert OnlineService.objects.count() == 2


def test_a_platform_whose_clock_is_ahead_hides_nothing_from_the_next_turn(platform, monkeypatch):
    monkeypatch.setattr("tests.integration.reference_receiver.COMPLETE_UNTIL", "2999-01-01T00:00:00+00:00")
    turn()
    assert PullState.objects.get(kind="receipt").since <= timezone.now()


def test_what_was_told_is_brought_up_to_date_and_never_back(platform):
    station = make_titled()
    for at, title in [("09", "初"), ("11", "新"), ("10", "旧")]:
        platform.told[SERVICES] = [service(station, title=title, updated_at=f"2026-11-20T{at}:00:00+08:00")]
        PullState.objects.update(since=None)
        turn()
    assert OnlineService.objects.get().title == "新"


def test_a_receipt_is_stored_once_however_often_it_comes(platform):
    seal = make_seal()
    platform.told[RECEIPTS] = [receipt(seal), receipt(seal)]
    rows = JournalEntry.objects.count()
    assert [turn()["receipt"][0] for _ in range(3)] == [1, 0, 0]
    assert AnchorReceipt.objects.count() == 1
    assert JournalEntry.objects.count() == rows  # else each seal would bring the next one


def test_a_receipt_that_contradicts_our_seal_is_kept_and_told_loudly(platform):
    seal, people = make_seal(), [make_user(Role.SYSTEM_ADMIN), make_user(Role.AUDITOR), make_user(Role.AUDIT_ADMIN)]
    platform.told[RECEIPTS] = [
        receipt(seal, root="0" * 64),
        receipt(seal, 2, hash="1" * 64),
        receipt(seal, 3, seal="77"),
        receipt(seal, 4),
    ]
    assert turn()["receipt"] == (4, 0)
    verdicts = dict(AnchorReceipt.objects.values_list("number", "verdict"))
    assert verdicts == {"AR-1": "differs", "AR-2": "differs", "AR-3": "no_such_seal", "AR-4": "matches"}
    assert set(Message.objects.values_list("recipient", flat=True)) == {person.pk for person in people}
    assert Message.objects.filter(recipient=people[1]).count() == 3
    turn()
    assert Message.objects.count() == 9


def test_a_receipt_that_says_something_else_the_second_time_is_refused(platform):
    seal = make_seal()
    platform.told[RECEIPTS] = [receipt(seal)]
    turn()
    platform.told[RECEIPTS] = [receipt(seal, reference="0xother", updated_at="2026-11-20T20:00:00+08:00")]
    assert turn()["receipt"] == (0, 1)
    assert "回执不能更改" in refused()["AR-1"]
    assert AnchorReceipt.objects.get().reference == "0xabc1"


BAD = {
    "no object": "text",
    "a list": [1],
    "nothing": None,
    "no number": {"id": None},
    "a long number": {"id": "x" * 65},
    "a station that is no number": {"station": "七"},
    "a station beyond all numbers": {"station": 2**70},
    "a truth for a number": {"station": True},
    "a content that is unknown": {"content": "shop"},
    "a state that is unknown": {"state": ["online"]},
    "a title with a NUL": {"title": "a\x00b"},
    "a title of half a character": {"title": "\ud800"},
    "a long title": {"title": "长" * 201},
    "an address inside": {"url": "http://10.0.0.1/"},
    "a script for an address": {"url": "javascript:alert(1)"},
    "a time without a zone": {"updated_at": "2026-11-20T10:00:00"},
    "a time that is none": {"updated_at": 5},
    "a time to come": {"updated_at": "2999-01-01T00:00:00+08:00"},
    "the end of all times": {"updated_at": "9999-12-31T23:59:59-23:59"},
    "too much": {"more": "x" * 20_000},
}


@pytest.mark.parametrize("name", BAD)
def test_a_document_of_a_wrong_form_is_refused_in_a_sentence(name):
    station = make_station()
    bad = BAD[name]
    raw = service(station, **bad) if isinstance(bad, dict) else bad
    with pytest.raises(Unfit, match=r"。$"):
        read_service(raw, at=timezone.now())


@pytest.mark.parametrize(
    "bad",
    [{"root": "0" * 63}, {"root": "Z" * 64}, {"hash": 7}, {"seal": 0}, {"reference": ""}, {"anchored_at": "gestern"}],
)
def test_a_receipt_of_a_wrong_form_is_refused_in_a_sentence(bad):
    with pytest.raises(Unfit, match=r"。$"):
        read_receipt(receipt(make_seal(), **bad), at=timezone.now())


def test_bad_documents_are_refused_one_by_one_and_the_others_taken(platform):
    station, other = make_titled(), make_titled()
    bad = [
        service(station, n, **facts) if isinstance(facts, dict) else facts for n, facts in enumerate(BAD.values(), 50)
    ]
    wrong = [service(station, 90, credit_code=other.organisation.credit_code), service(station, 91, station="999999")]
    platform.told[SERVICES] = [service(station), *bad, *wrong, service(other, 2)]
    assert turn()["online_service"] == (2, len(bad) + 2)
    assert set(OnlineService.objects.values_list("number", flat=True)) == {"OS-1", "OS-2"}
    said = refused()
    assert "建设主体不一致" in said["OS-90"]
    assert "没有编号为 999999 的服务站" in said["OS-91"]
    turn()
    assert RefusedItem.objects.count() == len(bad) + 2


def test_what_was_refused_is_taken_when_it_has_been_mended_there(platform):
    station = make_titled()
    platform.told[SERVICES] = [service(station, content="shop")]
    turn()
    assert list(refused()) == ["OS-1"]
    platform.told[SERVICES] = [service(station, updated_at="2026-11-20T20:00:00+08:00")]
    turn()
    assert refused() == {}
    assert RefusedItem.objects.get().settled_at


def test_what_was_refused_is_taken_when_its_station_has_come_here(platform):
    station = make_titled()
    number = station.pk + 1000
    platform.told[SERVICES] = [service(station, station=str(number))]
    turn()
    assert list(refused()) == ["OS-1"]
    make_station(station.organisation, pk=number)
    assert turn()["online_service"] == (1, 0)
    assert refused() == {}
    assert OnlineService.objects.get().station_id == number


@pytest.mark.parametrize("fault", ["fail", "hang", "redirect", "html", "garbage", "big", "deep", "array", "busy"])
def test_a_platform_in_trouble_loses_nothing_and_is_asked_again_later(platform, fault):
    station = make_titled()
    platform.told[SERVICES] = [service(station)]
    turn()
    since = PullState.objects.get(kind="online_service").since
    platform.fault, platform.fault_at = fault, SERVICES
    assert "online_service" not in turn()
    state = PullState.objects.get(kind="online_service")
    assert (state.since, state.failures) == (since, 1)
    assert state.last_problem
    assert state.next_at > timezone.now()
    platform.fault = ""
    assert turn()["online_service"][1] == 0
    state.refresh_from_db()
    assert (state.failures, state.last_problem) == (0, "")


def test_pages_that_go_in_a_circle_are_left(platform, monkeypatch):
    from integration.hanjianlian import client  # noqa: PLC0415

    monkeypatch.setattr(client.Platform, "page", lambda self, path, asked: (client.Page([], None), "again"))
    assert turn() == {}
    assert set(PullState.objects.values_list("last_problem", flat=True)) == {"unreadable"}


def test_the_clock_asks_for_a_turn_every_ten_minutes(platform):
    make_titled()
    now = timezone.now()
    assert run_clockwork(now)["pull_hanjianlian"] == 2
    tasks.pull_hanjianlian()
    asked = len(platform.asked)
    assert pull.wake_pulls(timezone.now()) == 0
    tasks.pull_hanjianlian()
    assert len(platform.asked) == asked
    assert pull.wake_pulls(timezone.now() + dt.timedelta(minutes=11)) == 2


def test_a_person_has_everything_pulled_anew(platform):
    station, admin = make_titled(), make_user(Role.SYSTEM_ADMIN)
    platform.told[SERVICES] = [service(station)]
    turn()
    OnlineService.objects.all().delete()
    assert turn()["online_service"] == (0, 0)
    pull.pull_anew(actor=admin)
    pull.pull_due()
    assert OnlineService.objects.count() == 1
    assert history_of(PullState.objects.get(kind="receipt")).get().actor == admin
    with pytest.raises(Refused, match="权限"):
        pull.pull_anew(actor=make_user(Role.AUDITOR))


def test_a_page_costs_the_same_whatever_is_on_it(platform):
    station = make_titled()
    seals = [make_seal(AT + hour * dt.timedelta(hours=1)) for hour in range(2)]

    def cost(kind, items):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            pull.take_page(kind, items, at=timezone.now())
        return len(queries)

    few = cost("online_service", [service(station, n) for n in range(3)])
    many = cost("online_service", [service(station, n) for n in range(300)])
    assert few == many <= 8
    few = cost("receipt", [receipt(seals[0], n) for n in range(3)])
    many = cost("receipt", [receipt(seals[1], n) for n in range(10, 310)])
    assert few == many <= 9


def test_the_database_keeps_a_receipt_as_it_came_and_its_verdict_true(platform):
    seal = make_seal()
    platform.told[RECEIPTS] = [receipt(seal)]
    turn()
    rows = AnchorReceipt.objects.all()
    for change in (lambda: rows.update(reference="x"), rows.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    known = {
        "seal_number": seal.number,
        "seal": seal,
        "reference": "r",
        "anchored_at": AT,
        "received_at": AT,
        "raw": "",
    }
    for lie in (
        {"root": "0" * 64, "verdict": "matches"},
        {"root": seal.root, "verdict": "differs"},
        {"root": seal.root, "hash": "0" * 64, "verdict": "matches"},
        {"root": seal.root, "verdict": "matches", "seal_number": 5},
        {"root": seal.root, "verdict": "no_such_seal", "seal": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            AnchorReceipt.objects.create(number="lie", **(known | lie))
