"""Stations, certificates and seals are pushed over TLS to a reference receiver of docs/hanjianlian.md."""

import datetime as dt
import time

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import override_settings
from django.utils import timezone

from accounts.states import Role
from config.clockwork import run_clockwork
from integration import tasks
from integration.actions.hanjianlian import pull, push
from integration.hanjianlian import client
from integration.models import SendAttempt, SentDocument
from ledger.canonical import fingerprint
from ledger.errors import Refused
from ledger.journal import history_of
from ledger.sealing import published
from stations.actions import end_title
from stations.models import Certificate
from tests.factories import make_executed_case, make_station, make_user
from tests.integration.hanjianlian_scene import AT, due_now, make_seal, make_titled

pytestmark = pytest.mark.django_db


def arrange_and_push():
    arranged = push.arrange_documents(timezone.now())
    return arranged, push.push_documents()


def last_problem():
    return SentDocument.objects.exclude(last_problem="").values_list("last_problem", flat=True).first()


def test_what_the_directory_shows_arrives_with_its_certificates_and_seals(platform):
    station, seal = make_titled(introduction="计量校准"), make_seal()
    make_station()  # has no title, and is nobody's business
    assert arrange_and_push() == (3, 3)
    said = platform.document("stations", str(station.pk))
    assert (said["name"], said["introduction"]) == (station.name, "计量校准")
    assert said["organisation"]["credit_code"] == station.organisation.credit_code
    assert said["titles"][0]["state"] == "active"
    certificate = platform.document("certificates", said["titles"][0]["certificate"])
    assert (certificate["station"], certificate["valid"]) == (str(station.pk), True)
    assert platform.document("seals", "1").items() >= published(seal).items()
    assert list(platform.held["stations"]) == [str(station.pk)]
    kept = SentDocument.objects.get(kind="station")
    assert (kept.outcome, kept.confirmed_hash, kept.last_status) == ("confirmed", fingerprint(said), 201)
    assert platform.signed_in == 1


def test_no_document_tells_of_a_person(platform):
    owner = make_user(name="欧阳某某", email="secret.person@example.cn")
    station = make_titled()
    station.organisation.memberships.create(user=owner, role="owner", joined_at=AT)
    station.team.create(role="head", name="欧阳某某")
    arrange_and_push()
    sent = b"".join(content for kind in platform.held.values() for content in kind.values()).decode()
    assert station.name in sent
    assert "欧阳某某" not in sent
    assert "secret.person" not in sent


def test_what_is_there_is_not_sent_again(platform):
    make_titled()
    assert arrange_and_push() == (2, 2)
    assert [arrange_and_push() for _ in range(2)] == [(0, 0), (0, 0)]
    assert len(platform.puts()) == SendAttempt.objects.count() == 2


def test_a_change_is_sent_and_nothing_else(platform):
    station, other = make_titled(), make_titled()
    arrange_and_push()
    platform.asked.clear()
    station.opening_hours = "工作日 9:00-17:00"
    station.save()
    assert arrange_and_push() == (1, 1)
    assert platform.puts() == [f"stations/{station.pk}"]
    assert platform.document("stations", str(station.pk))["opening_hours"] == "工作日 9:00-17:00"
    assert str(other.pk) in platform.held["stations"]


def test_a_revoked_title_is_told_by_station_and_certificate(platform):
    station = make_titled()
    arrange_and_push()
    title = station.titles.get()
    make_executed_case(title)
    known = {"article": "第十八条", "decision": "武市监〔2026〕3号", "reason": "弄虚作假"}
    end_title(title, actor=make_user(Role.LEADER), at=AT, move="revoke", **known)
    assert arrange_and_push() == (2, 2)
    certificate = platform.document("certificates", title.certificate.number)
    assert (certificate["valid"], certificate["ended_article"]) == (False, "第十八条")
    assert platform.document("stations", str(station.pk))["titles"][0]["state"] == "revoked"


def test_a_number_with_signs_of_an_address_stays_one_step_of_it(platform):
    station = make_titled()
    station.titles.get().certificate.delete()
    Certificate.objects.create(title=station.titles.get(), number="武/质 2026?1", issued_at=AT)
    assert arrange_and_push() == (2, 2)
    assert list(platform.held["certificates"]) == ["武/质 2026?1"]


@pytest.mark.parametrize(
    ("fault", "problem", "status"),
    [
        ("fail", "failed", 500),
        ("hang", "timeout", None),
        ("redirect", "redirect", 307),
        ("refuse", "refused", 422),
        ("busy", "busy", 429),
        ("lie", "not_confirmed", 201),
        ("html", "not_confirmed", 200),
        ("big", "too_long", 200),
    ],
)
def test_a_failure_is_kept_with_its_reason_and_tried_again_later(platform, fault, problem, status):
    make_titled()
    platform.fault, platform.fault_at = fault, "stations"
    begun = time.monotonic()
    push.arrange_documents(timezone.now())
    push.push_documents()
    row = SentDocument.objects.get(kind="station")
    assert time.monotonic() - begun < 3
    assert (row.outcome, row.attempts, row.last_problem, row.last_status) == ("waiting", 1, problem, status)
    wait = row.next_at - timezone.now()
    assert (
        (dt.timedelta(seconds=540) if fault == "busy" else dt.timedelta(seconds=40)) < wait < dt.timedelta(seconds=601)
    )
    assert row.tries.get().problem == problem
    assert "\x00" not in row.tries.get().excerpt
    platform.fault = ""
    due_now()
    push.push_documents()
    row.refresh_from_db()
    assert (row.outcome, row.attempts, row.last_problem) == ("confirmed", 0, "")


def test_a_refused_document_keeps_no_other_from_going(platform):
    refused, good = make_titled(), make_titled()
    platform.fault, platform.fault_at = "refuse", f"stations/{refused.pk}"
    assert arrange_and_push() == (4, 3)
    assert str(good.pk) in platform.held["stations"]
    assert SentDocument.objects.filter(outcome="waiting").get().number == str(refused.pk)


def test_while_the_platform_is_down_one_document_is_tried_and_all_follow_when_it_is_back(platform):
    for _ in range(3):
        make_titled()
    platform.fault = "fail"
    assert arrange_and_push() == (6, 0)
    assert len(platform.puts()) == 1
    assert push.push_documents() == 0
    assert len(platform.puts()) == 2
    platform.fault = ""
    assert push.push_documents() == 6  # also those whose next try would have come later
    assert not SentDocument.objects.filter(outcome="waiting").exists()


def test_a_wrong_secret_is_told_and_no_document_leaves(platform, settings):
    settings.HANJIANLIAN = settings.HANJIANLIAN | {"client_secret": "wrong"}
    make_titled()
    assert arrange_and_push() == (2, 0)
    assert last_problem() == "token_refused"
    assert platform.asked == []


@pytest.mark.parametrize("fault", ["fail", "html", "garbage", "big", "array", "redirect"])
def test_a_token_address_in_trouble_is_told(platform, fault):
    platform.fault, platform.fault_at = fault, "/oauth/token"
    make_titled()
    assert arrange_and_push() == (2, 0)
    assert last_problem() in {"failed", "unreadable", "too_long", "redirect"}


def test_a_token_that_is_over_is_asked_for_anew_once(platform):
    speaker = client.Platform()
    speaker.sign_in()
    platform.good_tokens.clear()
    assert speaker.ask("GET", "stations?limit=1").status == 200
    assert platform.signed_in == 2
    platform.good_tokens.clear()
    speaker.token = ""
    platform.good_tokens = Never()
    with pytest.raises(client.Trouble) as caught:
        speaker.ask("GET", "stations?limit=1")
    assert (caught.value.problem, platform.signed_in) == ("unauthorised", 3)


class Never(set):
    """Tokens of which none is ever good."""

    def __contains__(self, token):
        return False


def test_a_token_of_a_short_life_is_not_used_beyond_it(platform):
    platform.lasts = 20
    speaker = client.Platform()
    for _ in range(2):
        assert speaker.ask("GET", "stations?limit=1").status == 200
    assert platform.signed_in == 2


def test_what_changes_while_it_is_on_its_way_goes_again(platform, monkeypatch):
    station = make_titled()
    push.arrange_documents(timezone.now())
    true = client.Platform.put

    def change_meanwhile(self, path, number, content):
        answer = true(self, path, number, content)
        if path == "stations" and b"9:00" not in content:
            station.opening_hours = "9:00"
            station.save()
            push.keep_documents(timezone.now())
        return answer

    monkeypatch.setattr(client.Platform, "put", change_meanwhile)
    assert push.push_documents() == 3
    row = SentDocument.objects.get(kind="station")
    assert (row.outcome, row.tries.count()) == ("confirmed", 2)
    assert platform.document("stations", str(station.pk))["opening_hours"] == "9:00"


def test_a_worker_that_dies_after_sending_sends_again_and_doubles_nothing(platform, monkeypatch):
    make_titled()
    push.arrange_documents(timezone.now())

    def die(*args):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(push, "keep_try", die)
        with pytest.raises(SystemExit):
            push.push_documents()
    assert SentDocument.objects.filter(outcome="waiting").count() == 2
    assert push.push_documents() == 2
    assert sorted(len(rows) for rows in platform.held.values()) == [0, 1, 1]
    assert len(platform.puts()) == 3


def test_one_worker_at_a_time_talks_to_the_platform(platform):
    make_titled()
    push.arrange_documents(timezone.now())
    other = connection.copy()  # the other worker
    try:
        with other.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_lock(hashtext('hanjianlian:push')), pg_advisory_lock(hashtext('hanjianlian:pull'))"
            )
            assert (push.push_documents(), pull.pull_due()) == (0, {})
            cursor.execute("SELECT pg_advisory_unlock_all()")
        assert platform.asked == []
    finally:
        other.close()
    assert push.push_documents() == 2


def test_without_configuration_nothing_is_written_and_nobody_is_asked(platform):
    make_titled()
    with override_settings(HANJIANLIAN={"url": "", "client_id": "", "client_secret": ""}):
        done = run_clockwork(timezone.now())
        assert [done[f"{what}_hanjianlian"] for what in ("push", "pull", "reconcile")] == [0, 0, 0]
        tasks.push_hanjianlian()
        tasks.pull_hanjianlian()
        with pytest.raises(Refused, match="HANJIANLIAN_URL"):
            push.send_again(SentDocument(kind="station"), actor=make_user(Role.SYSTEM_ADMIN))
    assert not SentDocument.objects.exists()
    assert (platform.asked, platform.signed_in) == ([], 0)


def test_with_redis_down_the_documents_wait_and_the_next_sweep_finds_them(platform, dead_broker):
    make_titled()
    assert run_clockwork(timezone.now())["push_hanjianlian"] == 2
    assert SentDocument.objects.filter(outcome="waiting").count() == 2
    tasks.push_hanjianlian()  # as the worker does when the broker is back
    assert len(platform.held["stations"]) == 1


def test_many_seals_are_arranged_in_steps(platform, monkeypatch):
    monkeypatch.setattr(push, "SEALS_AT_ONCE", 2)
    for hour in range(3):
        make_seal(AT + hour * dt.timedelta(hours=1))
    assert [push.keep_documents(AT) for _ in range(3)] == [2, 1, 0]


def test_arranging_costs_the_same_for_few_and_many(platform, django_assert_max_num_queries):
    for _ in range(3):
        make_titled()
    with django_assert_max_num_queries(12) as few:
        push.arrange_documents(timezone.now())
    for _ in range(12):
        make_titled()
    with django_assert_max_num_queries(12) as many:
        push.arrange_documents(timezone.now())
    assert len(few) == len(many)


def test_a_person_sends_again_and_the_journal_says_who(platform):
    make_titled()
    arrange_and_push()
    row, admin = SentDocument.objects.get(kind="station"), make_user(Role.SYSTEM_ADMIN)
    push.send_again(row, actor=admin)
    assert push.push_documents() == 1
    assert history_of(row).get().actor == admin
    with pytest.raises(Refused, match="权限"):
        push.send_again(row, actor=make_user(Role.AUDITOR))


def test_the_database_takes_no_confirmation_of_something_else(platform):
    make_titled()
    arrange_and_push()
    rows = SentDocument.objects.filter(kind="station")
    for change in ({"confirmed_hash": "0" * 64}, {"next_at": AT}, {"outcome": "waiting"}, {"kind": "person"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
