"""Machine clients for tests: registered by the action, authorised by the action, with a token of the real endpoint."""

import base64
import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.test import Client
from oauth2_provider.models import AccessToken, set_token_value

from accounts.states import Role
from integration.actions.client import authorise_client, register_client
from integration.models import ApiClient
from integration.states.client import Scope
from stations.models import Station
from stations.states import MemberRole
from tests.factories import join, make_user

ALL = tuple(Scope.values)


def make_client(*stations: Station, scopes: Sequence[str] = ALL, name: str = "汉检链") -> tuple[ApiClient, str]:
    """A client in use with its secret, authorised by the owners of these stations for all its scopes."""
    client, secret = register_client(
        actor=make_user(Role.SYSTEM_ADMIN),
        name=name,
        operator="武汉检测链科技有限公司",
        contact="ops@example.cn",
        purpose="推送服务记录",
        scopes=scopes,
    )
    for station in stations:
        owner = make_user()
        join(owner, station.organisation, role=MemberRole.OWNER)
        authorise_client(station, client, actor=owner, scopes=scopes)
    return client, secret


def basic(client: ApiClient, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{client.client_id}:{secret}".encode()).decode()


def ask_token(client: ApiClient, secret: str, scope: str = "") -> Any:
    """The answer of /oauth/token/."""
    data = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
    return Client().post("/oauth/token/", data, headers={"Authorization": basic(client, secret)})


def make_token(client: ApiClient, scopes: Sequence[str] = ALL, *, expires: dt.datetime | None = None) -> str:
    """A token put into place without the endpoint, for tests that are not about it."""
    raw = f"token-of-{client.pk}-{AccessToken.objects.count()}"
    expires = expires or dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    token = AccessToken(application=client, scope=" ".join(scopes), expires=expires)
    set_token_value(token, raw)
    token.save()
    return raw


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
