"""One key, one effect, one answer: against a model, in parallel, and across the death of a process."""

import datetime as dt
import itertools
import os
import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.clockwork import AT_THE_END
from integration.actions.idempotency import KEPT, Answer, answer_once
from integration.models import IdempotencyKey
from integration.rules.idempotency import fingerprint, key_of
from ledger.errors import Refused
from ledger.models import JournalEntry

numbers = itertools.count(1)


def effect(client: str, value: str) -> Answer:
    """An act that leaves one row, and an answer that names it."""
    row = JournalEntry.objects.create(at=timezone.now(), object_type="test", object_id=client, move=value, job="test")
    return Answer(201, "application/json", f'{{"row":{row.pk}}}')


def effects(client: str) -> int:
    return JournalEntry.objects.filter(object_type="test", object_id=client).count()


def ask(client: str, key: str, value: str) -> Answer | str:
    try:
        return answer_once(client, key, fingerprint("POST", "/x/", {"value": value}), lambda: effect(client, value))
    except Refused as refusal:
        return refusal.code


requests = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("kl"), st.sampled_from("12")), max_size=12)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(requests)
def test_any_order_of_requests_is_answered_as_a_dictionary_would(sequence):
    """The model: the first value that a client sent with a key, and the answer to it."""
    run = next(numbers)
    first: dict[tuple[str, str], tuple[str, Answer]] = {}
    for who, key, value in sequence:
        client = f"{who}{run}"
        answer = ask(client, key, value)
        if (client, key) not in first:
            assert not answer.repeated
            first[client, key] = (value, answer)
        elif first[client, key][0] == value:
            assert (answer.status, answer.body) == (201, first[client, key][1].body)
            assert answer.repeated
        else:
            assert answer == "idempotency_key_reused"
    assert effects(f"a{run}") + effects(f"b{run}") == len(first)


@pytest.mark.django_db
def test_an_answer_that_refuses_is_kept_and_a_fault_of_ours_is_not():
    def refuse():
        return Answer(422, "application/problem+json", '{"code":"x"}')

    def fail():
        effect("c", "lost")
        return Answer(503, "application/problem+json", "{}")

    print_ = fingerprint("POST", "/x/", {})
    assert answer_once("c", "refused", print_, refuse).status == 422
    assert answer_once("c", "refused", print_, fail).status == 422
    assert answer_once("c", "failed", print_, fail).status == 503
    assert effects("c") == 0
    assert answer_once("c", "failed", print_, lambda: effect("c", "done")).status == 201


@pytest.mark.django_db
def test_a_work_that_breaks_leaves_nothing_and_may_be_tried_again():
    def broken():
        effect("d", "half")
        raise ZeroDivisionError

    print_ = fingerprint("POST", "/x/", {})
    with pytest.raises(ZeroDivisionError):
        answer_once("d", "k", print_, broken)
    assert (effects("d"), IdempotencyKey.objects.count()) == (0, 0)
    assert answer_once("d", "k", print_, lambda: effect("d", "whole")).status == 201


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_acts_and_nobody_hears_of_another_answer():
    threads, rounds = 8, 10
    barrier = threading.Barrier(threads)

    def attempt(client):
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            return ask(client, "k", "1")
        finally:
            connections.close_all()

    for number in range(rounds):
        client = f"parallel{number}"
        with ThreadPoolExecutor(threads) as pool:
            answers = list(pool.map(attempt, [client] * threads))
        told = [answer for answer in answers if answer != "request_still_running"]
        assert effects(client) == 1
        assert len({answer.body for answer in told}) == 1
        assert [answer.repeated for answer in told].count(False) == 1


CHILD = """
    import django, sys, time
    django.setup()
    from django.db import connection, transaction
    from integration.actions.idempotency import Answer, answer_once
    from tests.integration.test_idempotency import effect
    from integration.rules.idempotency import fingerprint

    def work():
        effect("dying", "half")
        print("working", flush=True)
        time.sleep(120)

    answer_once("dying", "k", fingerprint("POST", "/x/", {"value": "1"}), work)
"""


@pytest.mark.django_db(transaction=True)
def test_a_process_that_is_killed_leaves_the_key_to_the_next():
    database = connection.settings_dict["NAME"]
    url = os.environ["DATABASE_URL"]
    head, _, query = url.partition("?")
    mine = f"{head.rpartition('/')[0]}/{database}" + (f"?{query}" if query else "")
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(CHILD)],
        env={**os.environ, "DATABASE_URL": mine, "DJANGO_SETTINGS_MODULE": "config.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stdout.readline() == "working\n"
        assert ask("dying", "k", "1") == "request_still_running"
        assert ask("dying", "other", "1").status == 201
        child.kill()
    deadline = timezone.now() + dt.timedelta(seconds=20)
    while (answer := ask("dying", "k", "1")) == "request_still_running":
        assert timezone.now() < deadline
    assert (answer.status, answer.repeated, effects("dying")) == (201, False, 2)


def test_the_order_of_names_makes_no_other_request_but_method_path_and_content_do():
    one = fingerprint("POST", "/a/", {"x": 1, "y": [{"b": "字", "a": None}]})
    assert one == fingerprint("POST", "/a/", {"y": [{"a": None, "b": "字"}], "x": 1})
    others = [("POST", "/b/", {}), ("PUT", "/a/", {}), ("POST", "/a/", {"x": "1"}), ("POST", "/a/", {"x": 1})]
    assert len({one, *(fingerprint(*other) for other in others)}) == 5


@pytest.mark.parametrize(
    ("header", "key"), [("a-1", "a-1"), ('"8e03978e"', "8e03978e"), ("  k ", "k"), ('"', '"'), ("x" * 200, "x" * 200)]
)
def test_a_key_is_read_with_and_without_quotation_marks(header, key):
    assert key_of(header) == key


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "idempotency_key_missing"),
        ("  ", "idempotency_key_missing"),
        ('""', "idempotency_key_invalid"),
        ("a b", "idempotency_key_invalid"),
        ("x" * 201, "idempotency_key_invalid"),
        ("键", "idempotency_key_invalid"),
        ("a\x00", "idempotency_key_invalid"),
    ],
)
def test_a_key_that_is_missing_or_odd_is_refused(header, code):
    with pytest.raises(Refused) as refusal:
        key_of(header)
    assert refusal.value.code == code


@pytest.mark.django_db
def test_the_clockwork_forgets_answers_after_seven_days():
    now = timezone.now()
    for key, age in {"old": KEPT, "young": KEPT - dt.timedelta(seconds=1)}.items():
        answer_once("e", key, "0" * 64, lambda: Answer(200, "application/json", "{}"), at=now - age)
    assert AT_THE_END["forget_idempotency_keys"](now) == 1
    assert list(IdempotencyKey.objects.filter(client_id="e").values_list("key", flat=True)) == ["young"]
