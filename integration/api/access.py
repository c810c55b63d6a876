"""Who calls: a machine client by its token, and what that token lets it do.

class ServiceRecords(Endpoint):                     # Bearer and HasScope are the defaults
    scopes = {"GET": Scope.SERVICES_READ, "POST": Scope.SERVICES_WRITE}

    def get(self, request):
        client = client_of(request)
        rows = records_of(stations_of(client, Scope.SERVICES_READ))
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.auth.models import AnonymousUser
from oauth2_provider.models import AccessToken
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from integration.api.problems import Problem
from integration.models import ApiClient
from integration.queries.client import token_by_digest
from integration.states.client import ClientState

REALM = 'Bearer realm="api"'


class BearerAuthentication(BaseAuthentication):
    """The token in the Authorization header, looked up by its digest with its client in one query.

    Not the library's own class: that reads the body of the request before it knows whether the token is good.
    """

    def authenticate(self, request: Request) -> tuple[AnonymousUser, AccessToken] | None:
        scheme, _, typed = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = token_by_digest(hashlib.sha256(typed.strip().encode(errors="replace")).hexdigest())
        if token is None or token.application is None:
            raise AuthenticationFailed("访问令牌无效，请重新获取。", "token_invalid")
        if token.is_expired():
            raise AuthenticationFailed("访问令牌已过期，请重新获取。", "token_expired")
        if token.application.state != ClientState.ACTIVE:
            raise AuthenticationFailed("这个接口客户端已停用，请联系系统管理员。", "client_disabled")
        return AnonymousUser(), token

    def authenticate_header(self, request: Request) -> str:
        sent = "Authorization" in request.headers
        return f'{REALM}, error="invalid_token"' if sent else REALM


class HasScope(BasePermission):
    """Whether the token has the scope that the view names for this method in `scopes`."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.auth is None:
            return False  # 401
        wanted = view.scopes.get("GET" if request.method == "HEAD" else request.method)
        if wanted is None or wanted in granted(request.auth):
            return True
        raise Problem(
            403,
            "insufficient_scope",
            f"这个令牌没有权限范围 {wanted}。请用含该权限的令牌；客户端没有登记该权限的，请联系系统管理员。",
            headers={"WWW-Authenticate": f'{REALM}, error="insufficient_scope", scope="{wanted}"'},
        )


def granted(token: AccessToken) -> set[str]:
    """What the token says, and the client still has."""
    return set(token.scope.split()) & set(token.application.scopes)


def client_of(request: Request) -> ApiClient:
    """The client that calls. Only for views that need a token."""
    return request.auth.application
