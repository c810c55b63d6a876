"""Machine clients are registered, get a new secret, are disabled; stations give them leave and take it back."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from oauth2_provider.models import AccessToken

from integration.models import ApiClient, StationAuthorisation
from integration.states.client import AuthorisationState, ClientState, Scope
from ledger import moves
from ledger.errors import Refused
from ledger.journal import record
from stations.models import Station

SECRET_BYTES = 36  # 48 characters: too many to guess, so that a fast hash of it is enough


@transaction.atomic
def register_client(
    *,
    actor: Any,
    at: dt.datetime | None = None,
    name: str,
    operator: str,
    contact: str,
    purpose: str,
    scopes: Sequence[str],
) -> tuple[ApiClient, str]:
    """A new client and its secret, which is told this once and kept only as a hash.

    Raises Refused: `not_allowed`, `name_taken`, `scopes_missing`.
    """
    at = at or timezone.now()
    moves.require(actor, "integration.manage_client", "登记接口客户端")
    if ApiClient.objects.filter(name=name).exists():
        raise Refused("name_taken", "已有同名的接口客户端，请换一个名称，或使用原来的。", field="name")
    secret = secrets.token_urlsafe(SECRET_BYTES)
    client = ApiClient.objects.create(
        client_id=f"c{secrets.token_hex(12)}",
        client_secret=secret,
        client_type=ApiClient.CLIENT_CONFIDENTIAL,
        authorization_grant_type=ApiClient.GRANT_CLIENT_CREDENTIALS,
        name=name,
        operator=operator,
        contact=contact,
        purpose=purpose,
        scopes=ordered(scopes),
        secret_set_at=at,
        registered_by=actor,
    )
    facts = {"name": name, "operator": operator, "client_id": client.client_id, "scopes": client.scopes}
    record(client, "register", actor=actor, at=at, after=client.state, facts=facts)
    return client, secret


@transaction.atomic
def update_client(
    client: ApiClient,
    *,
    actor: Any,
    at: dt.datetime | None = None,
    name: str,
    operator: str,
    contact: str,
    purpose: str,
    scopes: Sequence[str],
) -> ApiClient:
    """Change what is known of a client. A scope that is taken away ends at once, also for tokens already given out.

    Raises Refused: `not_allowed`, `name_taken`, `scopes_missing`.
    """
    at = at or timezone.now()
    moves.require(actor, "integration.manage_client", "修改接口客户端")
    row = moves.lock(client)
    if ApiClient.objects.filter(name=name).exclude(pk=row.pk).exists():
        raise Refused("name_taken", "已有同名的接口客户端，请换一个名称。", field="name")
    values = {"name": name, "operator": operator, "contact": contact, "purpose": purpose, "scopes": ordered(scopes)}
    changed = {key: [getattr(row, key), value] for key, value in values.items() if getattr(row, key) != value}
    if not changed:
        return row
    if "scopes" in changed:
        end_tokens(row)
    for key, value in values.items():
        setattr(row, key, value)
    row.save(update_fields=[*values, "updated"])
    record(row, "update", actor=actor, at=at, before=row.state, after=row.state, facts={"changed": changed})
    return row


@transaction.atomic
def rotate_secret(client: ApiClient, *, actor: Any, at: dt.datetime | None = None) -> str:
    """A new secret, told this once. The old one and every token that it has opened end now. Raises Refused:
    `not_allowed`, `client_disabled`."""
    at = at or timezone.now()
    moves.require(actor, "integration.manage_client", "更换密钥")
    row = moves.lock(client)
    if row.state != ClientState.ACTIVE:
        raise Refused("client_disabled", "这个客户端已停用，不能更换密钥。如需使用，请先恢复。")
    secret = secrets.token_urlsafe(SECRET_BYTES)
    row.client_secret, row.secret_set_at = secret, at
    row.save(update_fields=["client_secret", "secret_set_at", "updated"])
    end_tokens(row)
    record(row, "rotate_secret", actor=actor, at=at, before=row.state, after=row.state)
    return secret


@transaction.atomic
def disable_client(client: ApiClient, *, actor: Any, at: dt.datetime | None = None, reason: str) -> ApiClient:
    """Shut a client out; its tokens end now, what stations have given it stays known. Raises Refused: `not_allowed`,
    `wrong_state`, `reason_missing`."""
    moves.apply(client, "disable", actor=actor, at=at or timezone.now(), reason=reason)
    end_tokens(client)
    return client


@transaction.atomic
def enable_client(client: ApiClient, *, actor: Any, at: dt.datetime | None = None) -> ApiClient:
    """Let it in again, with the secret that it had. Raises Refused: `not_allowed`, `wrong_state`."""
    moves.apply(client, "enable", actor=actor, at=at or timezone.now())
    return client


@transaction.atomic
def authorise_client(
    station: Station, client: ApiClient, *, actor: Any, at: dt.datetime | None = None, scopes: Sequence[str]
) -> StationAuthorisation:
    """Give the client leave to act for the station in these scopes.

    Raises Refused: `not_allowed`, `client_disabled`, `already_authorised`, `scopes_missing`, `scope_not_offered`.
    """
    at = at or timezone.now()
    moves.require(actor, "integration.authorise_client", "授权接口客户端", station)
    row = moves.lock(client)
    if row.state != ClientState.ACTIVE:
        raise Refused("client_disabled", "这个接口客户端已停用，现在不能授权。", field="client")
    if row.authorisations.filter(station=station, state=AuthorisationState.GIVEN).exists():
        raise Refused("already_authorised", "已经授权过这个客户端。要改变权限范围，请先撤回再授权。", field="client")
    if missing := set(scopes) - set(row.scopes):
        labels = "、".join(Scope(scope).label for scope in ordered(missing))
        raise Refused("scope_not_offered", f"这个客户端没有登记“{labels}”，请取消该项。", field="scopes")
    given = StationAuthorisation.objects.create(
        client=row, station=station, scopes=ordered(scopes), given_by=actor, given_at=at
    )
    facts = {"client": row.name, "client_id": row.client_id, "station": station.pk, "scopes": given.scopes}
    record(given, "give", actor=actor, at=at, after=given.state, facts=facts)
    return given


@transaction.atomic
def withdraw_authorisation(
    authorisation: StationAuthorisation, *, actor: Any, at: dt.datetime | None = None
) -> StationAuthorisation:
    """Take the leave back, from this instant. Raises Refused: `not_allowed`, `wrong_state`."""
    at = at or timezone.now()
    moves.apply(authorisation, "withdraw", actor=actor, at=at, withdrawn_at=at)
    return authorisation


def end_tokens(client: ApiClient) -> None:
    AccessToken.objects.filter(application=client).delete()


def ordered(scopes: Sequence[str] | set[str]) -> list[str]:
    """Each once, in the order in which they are declared. Raises Refused: `scopes_missing`."""
    found = [scope.value for scope in Scope if scope in scopes]
    if not found:
        raise Refused("scopes_missing", "请至少选择一项权限范围。", field="scopes")
    return found
