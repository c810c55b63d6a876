"""Webhook endpoints are registered, changed, get a new secret, are disabled and enabled again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from integration.models import ApiClient, WebhookEndpoint
from integration.rules.webhook import validate_kinds, validate_url
from integration.signing import new_secret
from integration.states.client import ClientState
from integration.states.webhook import EndpointState
from ledger import events, moves
from ledger.errors import Refused
from ledger.journal import record
from ledger.sealed import seal
from measures.words import cn_instant

# How long a message carries the signature of the earlier secret as well
BOTH_SECRETS = dt.timedelta(hours=24)


@transaction.atomic
def register_endpoint(
    client: ApiClient, *, actor: Any, at: dt.datetime | None = None, url: str, kinds: Sequence[str]
) -> tuple[WebhookEndpoint, str]:
    """A new endpoint and its signing secret, told this once. It gets what happens from now on; what was before is in the
    feed.

    Raises Refused: `not_allowed`, `client_disabled`, `url_invalid`, `address_refused`, `url_taken`, `kinds_missing`,
    `scope_missing`.
    """
    at = at or timezone.now()
    moves.require(actor, "integration.manage_webhook", "登记推送地址")
    row = moves.lock(client)
    if row.state != ClientState.ACTIVE:
        raise Refused("client_disabled", "这个接口客户端已停用，请先恢复再登记推送地址。", field="client")
    validate_url(url)
    refuse_doubled(row, url)
    secret = new_secret()
    endpoint = WebhookEndpoint.objects.create(
        client=row,
        url=url,
        kinds=validate_kinds(row, kinds),
        secret=seal(secret),
        made_until=events.last(),
        registered_at=at,
        registered_by=actor,
    )
    facts = {"client_id": row.client_id, "url": url, "kinds": endpoint.kinds}
    record(endpoint, "register", actor=actor, at=at, after=endpoint.state, facts=facts)
    return endpoint, secret


def refuse_doubled(client: ApiClient, url: str, *, but: WebhookEndpoint | None = None) -> None:
    if client.webhooks.filter(url=url).exclude(pk=but and but.pk).exists():
        raise Refused("url_taken", "这个客户端已登记过这个地址，请直接修改原来的。", field="url")


@transaction.atomic
def update_endpoint(
    endpoint: WebhookEndpoint, *, actor: Any, at: dt.datetime | None = None, url: str, kinds: Sequence[str]
) -> WebhookEndpoint:
    """Another address, or other kinds of events. What waits goes to the new address. Raises Refused as register does."""
    at = at or timezone.now()
    moves.require(actor, "integration.manage_webhook", "修改推送地址")
    row = moves.lock(endpoint)
    values = {"url": url, "kinds": validate_kinds(row.client, kinds)}
    changed = {key: [getattr(row, key), value] for key, value in values.items() if getattr(row, key) != value}
    if not changed:
        return row
    if "url" in changed:
        validate_url(url)
        refuse_doubled(row.client, url, but=row)
    row.url, row.kinds = url, values["kinds"]
    row.save(update_fields=["url", "kinds"])
    record(row, "update", actor=actor, at=at, before=row.state, after=row.state, facts={"changed": changed})
    return row


@transaction.atomic
def rotate_webhook_secret(
    endpoint: WebhookEndpoint, *, actor: Any, at: dt.datetime | None = None, at_once: bool = False
) -> str:
    """A new signing secret, told this once. For a day every message carries both signatures, so that the receiver can
    change over without losing one; `at_once`, for a secret that others know, the earlier one ends now.

    Raises Refused: `not_allowed`, `endpoint_disabled`, `still_changing` while the receiver may know only the earlier one.
    """
    at = at or timezone.now()
    moves.require(actor, "integration.manage_webhook", "更换签名密钥")
    row = moves.lock(endpoint)
    if row.state != EndpointState.ACTIVE:
        raise Refused("endpoint_disabled", "这个推送地址已停用，不能更换密钥。如需使用，请先恢复。")
    if row.earlier_until and at < row.earlier_until and not at_once:
        raise Refused(
            "still_changing",
            f"上一次更换还在过渡期（至{cn_instant(row.earlier_until)}），再换一次会使接收方手里的密钥失效。"
            "密钥已经泄露的，请勾选“立即停用原来的密钥”。",
            field="at_once",
        )
    secret = new_secret()
    kept = ("", None) if at_once else (row.secret, at + BOTH_SECRETS)
    (row.earlier_secret, row.earlier_until), row.secret = kept, seal(secret)
    row.save(update_fields=["secret", "earlier_secret", "earlier_until"])
    facts = {"earlier_until": row.earlier_until}
    record(row, "rotate_secret", actor=actor, at=at, before=row.state, after=row.state, facts=facts)
    return secret


@transaction.atomic
def disable_endpoint(
    endpoint: WebhookEndpoint, *, actor: Any, at: dt.datetime | None = None, reason: str
) -> WebhookEndpoint:
    """Send nothing there any more; what waits, waits. Raises Refused: `not_allowed`, `wrong_state`, `reason_missing`."""
    moves.apply(endpoint, "disable", actor=actor, at=at or timezone.now(), reason=reason)
    return endpoint


@transaction.atomic
def enable_endpoint(endpoint: WebhookEndpoint, *, actor: Any, at: dt.datetime | None = None) -> WebhookEndpoint:
    """Send there again: what waited, and what happens from now on. What happened in between is in the feed.

    Raises Refused: `not_allowed`, `wrong_state`, `address_refused`, `url_invalid`.
    """
    validate_url(endpoint.url)
    moves.apply(endpoint, "enable", actor=actor, at=at or timezone.now(), made_until=events.last())
    return endpoint
