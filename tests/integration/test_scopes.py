"""Every address of the interface x every kind of caller: no token, a wrong one, one without the scope, one of a client that
no station has authorised, expired, of a disabled client, and the right one.

The addresses and the scopes that they ask for come from the description of the interface, which the code makes.
"""

import datetime as dt
import re

import pytest
from django.db import transaction

from accounts.states import Role
from integration.actions.client import disable_client
from integration.api.schema import schema
from integration.states.client import Scope
from tests.factories import make_station, make_user
from tests.integration.scene import bearer, make_client, make_token

pytestmark = pytest.mark.django_db
NOW = dt.datetime.now(dt.UTC)
ARGUMENTS = {"{key}": "wuhan"}  # anything else is a number


def operations() -> list[tuple[str, str, str | None]]:
    """(method, path, scope); no scope for what everybody may read."""
    found = []
    for route, methods in schema()["paths"].items():
        path = re.sub(r"{\w+}", lambda found: ARGUMENTS.get(found[0], "1"), route)
        for method, operation in methods.items():
            if {} in (operation.get("security") or []):
                continue  # the feed: public, and more of it with a token (test_feed)
            scopes = [scope for entry in operation.get("security") or [] for scope in entry.get("oauth2", [])]
            found.append((method, path, scopes[0] if scopes else None))
    return found


OPERATIONS = operations()
PROTECTED = [row for row in OPERATIONS if row[2]]
PUBLIC = [row for row in OPERATIONS if not row[2]]


def ask(client, method: str, path: str, token: str | None) -> tuple[int, str]:
    """Status and code of the answer; what it wrote is undone."""
    with transaction.atomic():
        extra = {} if method == "get" else {"data": b"{}", "content_type": "application/json"}
        answer = getattr(client, method)(path, headers=bearer(token) if token else {}, **extra)
        transaction.set_rollback(True)
    is_problem = answer["Content-Type"] == "application/problem+json"
    assert is_problem == (answer.status_code >= 400), (method, path, answer.content)
    return answer.status_code, answer.json()["code"] if is_problem else ""


@pytest.fixture
def callers():
    """{kind of caller: its token for a scope}."""
    authorised, _ = make_client(make_station())
    unauthorised, _ = make_client(name="没有授权的平台")
    disabled, _ = make_client(name="停用的平台")
    disable_client(disabled, actor=make_user(Role.SYSTEM_ADMIN), reason="停用")
    return {
        "no token": lambda scope: None,
        "unknown": lambda scope: "unknown",
        "expired": lambda scope: make_token(authorised, [scope], expires=NOW - dt.timedelta(seconds=1)),
        "disabled": lambda scope: make_token(disabled, [scope]),
        "without scope": lambda scope: make_token(authorised, [other for other in Scope.values if other != scope]),
        "without authorisation": lambda scope: make_token(unauthorised, [scope]),
        "right": lambda scope: make_token(authorised, [scope]),
    }


DENIED = {
    "no token": (401, "not_authenticated"),
    "unknown": (401, "token_invalid"),
    "expired": (401, "token_expired"),
    "disabled": (401, "client_disabled"),
    "without scope": (403, "insufficient_scope"),
}


def test_there_is_something_of_both_kinds():
    assert len(PROTECTED) >= 2
    assert len(PUBLIC) >= 7


@pytest.mark.parametrize(("method", "path", "scope"), PROTECTED)
def test_only_the_right_token_gets_past_the_door(client, callers, method, path, scope):
    for kind, token in callers.items():
        status, code = ask(client, method, path, token(scope))
        if kind in DENIED:
            assert (status, code) == DENIED[kind], kind
        else:
            assert status not in {401, 403, 500}, (kind, status, code)


@pytest.mark.parametrize(("method", "path", "scope"), PUBLIC)
def test_what_is_public_is_the_same_with_any_token(client, callers, method, path, scope):
    plain = ask(client, method, path, None)
    assert plain[0] in {200, 404, 422}
    for kind, token in callers.items():
        assert ask(client, method, path, token(Scope.STATIONS_READ)) == plain, kind
