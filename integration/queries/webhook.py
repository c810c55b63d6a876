"""Webhook endpoints and what is on its way to them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.todo import Todo
from integration.models import ApiClient, Attempt, Delivery, WebhookEndpoint
from integration.queries.client import stations_of
from integration.states.client import ClientState, Scope
from integration.states.webhook import EndpointState, Outcome
from ledger import events
from ledger.models import Event

IN_USE = Q(state=EndpointState.ACTIVE, client__state=ClientState.ACTIVE)


def endpoints_visible_to(user: Any) -> QuerySet[WebhookEndpoint]:
    """All for the system administrator, with how many deliveries wait and how many were given up; none for others."""
    rows = WebhookEndpoint.objects.select_related("client", "registered_by").annotate(
        waiting=count_of(Outcome.WAITING), dead=count_of(Outcome.DEAD)
    )
    return rows if user.has_perm("integration.manage_webhook") else rows.none()


def count_of(outcome: Outcome) -> Coalesce:
    """How many deliveries of the endpoint stand so: by the index of the few, past the many that have arrived."""
    rows = Delivery.objects.filter(endpoint=OuterRef("pk"), outcome=outcome).order_by()
    return Coalesce(Subquery(rows.values("endpoint").annotate(count=Count("pk")).values("count")), 0)


def deliveries_visible_to(user: Any) -> QuerySet[Delivery]:
    """The delivery log, for who looks after it."""
    rows = Delivery.objects.select_related("endpoint__client", "event")
    return rows if user.has_perm("integration.manage_webhook") else rows.none()


def attempts_on(delivery: Delivery) -> QuerySet[Attempt]:
    return Attempt.objects.filter(delivery=delivery)


def endpoints_with_work(at: dt.datetime) -> QuerySet[WebhookEndpoint]:
    """Endpoints in use at which something is due."""
    due = Delivery.objects.filter(endpoint=OuterRef("pk"), outcome=Outcome.WAITING, next_at__lte=at)
    return WebhookEndpoint.objects.filter(IN_USE).filter(Exists(due))


def events_readable_by(client: ApiClient) -> Q:
    """Which events the client may read: the public ones, and those of the stations that let it read theirs."""
    if Scope.EVENTS_READ not in client.scopes:
        return Q(for_station__isnull=True)
    return Q(for_station__isnull=True) | Q(for_station__in=stations_of(client, Scope.EVENTS_READ).values("pk"))


def feed(client: ApiClient | None, after: int, limit: int, *, upto: int) -> list[Event]:
    """Up to `limit` events of the numbers after `after` and up to `upto`, in their order: the public ones, and for a
    client that may read events also those of its stations. Each of the two by its own index, however many of others lie
    between."""
    rows = events.after(after).filter(seq__lte=upto)
    page = list(rows.filter(for_station__isnull=True)[:limit])
    if client is not None and Scope.EVENTS_READ in client.scopes:
        stations = list(stations_of(client, Scope.EVENTS_READ).values_list("pk", flat=True))
        page += rows.filter(for_station__in=stations)[:limit]
    return sorted(page, key=lambda event: event.seq or 0)[:limit]


def todo_for(user: Any) -> list[Todo]:
    """What could not be delivered waits for the system administrator."""
    if not user.has_perm("integration.manage_webhook"):
        return []
    dead = Delivery.objects.filter(outcome=Outcome.DEAD, endpoint__state=EndpointState.ACTIVE).count()
    if not dead:
        return []
    return [
        Todo(
            title=f"{dead} 条推送没有送达",
            url=reverse("integration:delivery_list") + f"?outcome={Outcome.DEAD}",
            reason="多次尝试仍未成功，已停止重试。请与接收方核对后重新推送。",
            tone="warn",
        )
    ]
