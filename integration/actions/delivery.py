"""Events are delivered to webhook endpoints: arranged once each, tried until they arrive or are given up, replayed by hand.

A delivery is sent while its row is locked. A worker that dies lets go of the row, and the delivery is sent again: a
receiver may get a message twice and knows it by its id. It never gets none.
"""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

from django.db import transaction
from django.utils import timezone

from integration.models import Attempt, Delivery, WebhookEndpoint
from integration.outside import NotReached, post
from integration.pauses import about
from integration.queries.webhook import IN_USE, endpoints_with_work, events_readable_by
from integration.signing import signed
from integration.states.webhook import EndpointState, Outcome, Problem
from ledger import events, moves
from ledger.actors import Job
from ledger.errors import Refused
from ledger.journal import record
from ledger.models import Event
from ledger.queue import wake, wake_on_commit
from ledger.turns import turn

TASK = "integration.tasks.deliver_to"
# Seconds until the next attempt: eleven attempts in a day, then it is given up
PAUSES = (5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 28_800)
RANGE = 5_000  # numbers of events looked at in one step
BUDGET = 60  # seconds of work at one endpoint in one task
GONE = 410
KEPT = 500  # characters of an answer


def arrange_deliveries(at: dt.datetime | None = None) -> int:
    """Number what has happened, arrange its deliveries, and wake a worker for every endpoint at which one is due.
    Idempotent. Returns how many were arranged."""
    at = at or timezone.now()
    events.number()
    upto, arranged = events.last(), 0
    for endpoint in WebhookEndpoint.objects.filter(IN_USE, made_until__lt=upto):
        while (made := arrange_range(endpoint, upto, at)) is not None:
            arranged += made
    for endpoint in endpoints_with_work(at):
        wake(TASK, endpoint.pk)
    return arranged


@transaction.atomic
def arrange_range(endpoint: WebhookEndpoint, upto: int, at: dt.datetime) -> int | None:
    """Deliveries of the next RANGE events, and how many they are; None when nothing is left, or somebody is at it."""
    rows = WebhookEndpoint.objects.select_for_update(skip_locked=True, of=("self",)).select_related("client")
    row = rows.filter(IN_USE, pk=endpoint.pk, made_until__lt=upto).first()
    if row is None:
        return None
    end = min(upto, row.made_until + RANGE)
    found = Event.objects.filter(
        events_readable_by(row.client), seq__gt=row.made_until, seq__lte=end, kind__in=row.kinds
    ).order_by("seq")
    made = Delivery.objects.bulk_create(
        [Delivery(endpoint=row, event=event, next_at=at, made_at=at) for event in found.only("pk")],
        ignore_conflicts=True,
    )
    row.made_until = end
    row.save(update_fields=["made_until"])
    return len(made)


def deliver_to(endpoint: int) -> int:
    """Send what is due at this endpoint, oldest first, until one fails or the time for it is over: the rest comes with the
    next turn. Returns how many arrived; none while another worker is at it: a slow receiver takes up one worker."""
    arrived, end = 0, time.monotonic() + BUDGET
    with turn(f"webhook:{endpoint}") as ours:
        while ours and time.monotonic() < end and deliver_next(endpoint):
            arrived += 1
    return arrived


@transaction.atomic
def deliver_next(endpoint: int) -> bool:
    """Send one delivery that is due and that nobody else is sending. Whether it arrived; False also when none is due."""
    rows = Delivery.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
    row = (
        rows.filter(endpoint=endpoint, outcome=Outcome.WAITING, next_at__lte=timezone.now())
        .filter(endpoint__in=WebhookEndpoint.objects.filter(IN_USE))
        .select_related("endpoint__client", "event")
        .order_by("next_at", "id")
        .first()
    )
    return row is not None and send(row)


def send(row: Delivery) -> bool:
    """One attempt, and what follows from it."""
    at, begun = timezone.now(), time.monotonic()
    status, problem, excerpt = attempt(row, at)
    spent = round((time.monotonic() - begun) * 1000)
    row.attempts += 1
    row.last_at, row.last_status, row.last_problem = at, status, problem
    settle(row, problem, timezone.now())
    row.save(update_fields=["attempts", "last_at", "last_status", "last_problem", "outcome", "next_at"])
    Attempt.objects.create(
        delivery=row, at=at, milliseconds=spent, status=status, problem=problem, excerpt=excerpt[:KEPT]
    )
    if problem == Problem.GONE:
        reason = "接收方答复 410（地址已停用），系统停止推送。"
        endpoint = moves.lock(row.endpoint)
        if endpoint.state == EndpointState.ACTIVE:
            moves.apply(endpoint, "disable", actor=Job("deliver_webhooks"), at=at, reason=reason)
    return not problem


def attempt(row: Delivery, at: dt.datetime) -> tuple[int | None, str, str]:
    """(status, what was wrong or "", excerpt of the answer)."""
    readable = Event.objects.filter(events_readable_by(row.endpoint.client), pk=row.event_id)
    if not readable.exists():  # the station has taken its leave back since
        return None, Problem.NO_LEAVE, ""
    body, headers = signed(row.event, row.endpoint.secrets_at(at), at=at)
    try:
        answer = post(row.endpoint.url, body, headers)
    except NotReached as failure:
        return None, failure.problem, ""
    excerpt = answer.body.decode(errors="replace").replace("\x00", "")
    return answer.status, problem_of(answer.status), excerpt


def problem_of(status: int) -> str:
    if 200 <= status < 300:
        return ""
    if status == GONE:
        return Problem.GONE
    return Problem.REDIRECT if 300 <= status < 400 else Problem.STATUS


def settle(row: Delivery, problem: str, at: dt.datetime) -> None:
    """Arrived, given up, or when to try again."""
    row.next_at = None
    if not problem:
        row.outcome = Outcome.DELIVERED
    elif problem in {Problem.GONE, Problem.NO_LEAVE} or row.attempts > len(PAUSES):
        row.outcome = Outcome.DEAD
    else:
        row.next_at = at + about(PAUSES[row.attempts - 1])


@transaction.atomic
def replay_delivery(delivery: Delivery, *, actor: Any, at: dt.datetime | None = None) -> Delivery:
    """Send a delivery anew that arrived or was given up. The message keeps its id, so that the receiver can tell.

    Raises Refused: `not_allowed`, `endpoint_disabled`, `wrong_state`.
    """
    row = moves.lock(delivery)
    check_replay(row.endpoint, actor)
    if row.outcome == Outcome.WAITING:
        raise Refused("wrong_state", "这条推送还在等待发送，不用重新推送。请刷新页面查看最新情况。")
    put_back(row, actor=actor, at=at or timezone.now())
    return row


@transaction.atomic
def replay_dead(endpoint: WebhookEndpoint, *, actor: Any, at: dt.datetime | None = None) -> int:
    """Send anew all that was given up at this endpoint, as after a long failure of the receiver. Returns how many.

    Raises Refused: `not_allowed`, `endpoint_disabled`, `nothing_to_replay`.
    """
    check_replay(endpoint, actor)
    rows = Delivery.objects.select_for_update(of=("self",)).filter(endpoint=endpoint, outcome=Outcome.DEAD)
    dead = list(rows.select_related("endpoint", "event").order_by("id"))
    if not dead:
        raise Refused("nothing_to_replay", "没有未送达的推送。")
    for row in dead:
        put_back(row, actor=actor, at=at or timezone.now())
    return len(dead)


def check_replay(endpoint: WebhookEndpoint, actor: Any) -> None:
    moves.require(actor, "integration.manage_webhook", "重新推送", endpoint)
    if endpoint.state != EndpointState.ACTIVE:
        raise Refused("endpoint_disabled", "这个推送地址已停用，请先恢复推送地址，再重新推送。")


def put_back(row: Delivery, *, actor: Any, at: dt.datetime) -> None:
    """Among what waits, with all its attempts before it."""
    facts = {"endpoint": row.endpoint.url, "event": row.event.seq, "earlier": row.outcome, "attempts": row.attempts}
    row.outcome, row.next_at, row.attempts = Outcome.WAITING, at, 0
    row.save(update_fields=["outcome", "next_at", "attempts"])
    record(row, "replay", actor=actor, at=at, facts=facts)
    wake_on_commit(TASK, row.endpoint_id)
