"""Machine clients: registered, given a secret once, let in by /oauth/token/, authorised by stations, shut out."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from oauth2_provider.models import AccessToken

from accounts.states import Role
from integration.actions import client as actions
from integration.models import ApiClient, RequestCount, StationAuthorisation
from integration.queries.client import clients_to_authorise, stations_of
from integration.states.client import Scope
from integration.tasks import forget_expired
from ledger.errors import Refused
from ledger.models import JournalEntry
from stations.states import MemberRole
from tests.factories import join, make_organisation, make_station, make_user
from tests.integration.scene import ALL, ask_token, basic, make_client

pytestmark = pytest.mark.django_db


def refused(code: str):
    return pytest.raises(Refused, match=rf"（{code}）")


def owner_of(station):
    owner = make_user()
    join(owner, station.organisation, role=MemberRole.OWNER)
    return owner


def test_a_secret_is_told_once_and_kept_as_a_fast_hash():
    client, secret = make_client()
    client.refresh_from_db()
    assert len(secret) >= 40
    assert secret not in client.client_secret
    assert client.client_secret.startswith("random_secret_sha256$")
    assert secret not in str(JournalEntry.objects.filter(object_type="integration.apiclient").values())


def test_the_token_endpoint_gives_an_hour_and_keeps_only_a_digest():
    client, secret = make_client(scopes=["services:write", "events:read"])
    answer = ask_token(client, secret)
    assert answer.status_code == 200
    said = answer.json()
    assert said["token_type"] == "Bearer"
    assert said["expires_in"] == 3600
    assert said["scope"].split() == ["services:write", "events:read"]
    assert "refresh_token" not in said
    assert answer["Cache-Control"] == "no-store"
    assert AccessToken.objects.get().token == ""


def test_a_client_gets_the_scope_it_asks_for_and_none_that_it_was_not_registered_with():
    client, secret = make_client(scopes=["services:write", "events:read"])
    assert ask_token(client, secret, "events:read").json()["scope"] == "events:read"
    answer = ask_token(client, secret, "needs:write")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


def test_a_wrong_secret_an_unknown_client_and_another_grant_get_no_token(client):
    known, secret = make_client()
    assert ask_token(known, secret + "x").status_code == 401
    strange = {"grant_type": "client_credentials", "client_id": "c\x00", "client_secret": "x"}
    assert client.post("/oauth/token/", strange).status_code == 401
    for grant in ("password", "authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"):
        answer = client.post("/oauth/token/", {"grant_type": grant}, headers={"Authorization": basic(known, secret)})
        assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type"), grant
    assert client.get("/oauth/token/").status_code == 405
    assert not AccessToken.objects.exists()


@pytest.mark.parametrize("path", ["authorize", "introspect", "revoke_token", "device-authorization", "applications"])
def test_no_other_door_of_oauth_is_open(client, path):
    answer = client.get(f"/oauth/{path}/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_a_token_request_costs_no_slow_hash():
    client, secret = make_client()
    with CaptureQueriesContext(connection) as queries:
        ask_token(client, secret)
    assert len(queries) <= 12


def test_too_many_token_requests_are_told_when_to_come_again(settings):
    settings.API_CALLS_PER_MINUTE = {**settings.API_CALLS_PER_MINUTE, "token": 2}
    client, secret = make_client()
    answers = [ask_token(client, secret) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[2]["Retry-After"]) <= 60
    assert answers[2].json()["code"] == "throttled"


def test_rotating_ends_the_old_secret_and_its_tokens():
    client, secret = make_client()
    ask_token(client, secret)
    fresh = actions.rotate_secret(client, actor=make_user(Role.SYSTEM_ADMIN))
    assert not AccessToken.objects.exists()
    assert ask_token(client, secret).status_code == 401
    assert ask_token(client, fresh).status_code == 200


def test_a_disabled_client_is_out_at_once_and_can_be_let_in_again():
    station = make_station()
    client, secret = make_client(station)
    ask_token(client, secret)
    admin = make_user(Role.SYSTEM_ADMIN)
    actions.disable_client(client, actor=admin, reason="密钥泄露")
    assert not AccessToken.objects.exists()
    assert ask_token(client, secret).status_code == 401
    assert not stations_of(client).exists()
    with refused("client_disabled"):
        actions.rotate_secret(client, actor=admin)
    actions.enable_client(client, actor=admin)
    assert ask_token(client, secret).status_code == 200
    assert list(stations_of(client)) == [station]


def test_only_the_system_administrator_registers_changes_and_disables():
    client, _ = make_client()
    for person in (make_user(Role.MANAGER), make_user(Role.SECURITY_ADMIN), make_user()):
        with refused("not_allowed"):
            actions.register_client(actor=person, name="x", operator="x", contact="x@x.cn", purpose="x", scopes=ALL)
        with refused("not_allowed"):
            actions.rotate_secret(client, actor=person)
        with refused("not_allowed"):
            actions.disable_client(client, actor=person, reason="x")


def test_names_are_taken_once_and_a_client_is_for_something():
    client, _ = make_client()
    admin = make_user(Role.SYSTEM_ADMIN)
    same = {"operator": "x", "contact": "x@x.cn", "purpose": "x"}
    with refused("name_taken"):
        actions.register_client(actor=admin, name=client.name, scopes=ALL, **same)
    with refused("scopes_missing"):
        actions.register_client(actor=admin, name="新", scopes=[], **same)


def test_taking_a_scope_away_ends_tokens_and_is_journalled():
    client, secret = make_client()
    ask_token(client, secret)
    facts = {"name": client.name, "operator": client.operator, "contact": client.contact, "purpose": "只读"}
    actions.update_client(client, actor=make_user(Role.SYSTEM_ADMIN), scopes=["services:read"], **facts)
    assert not AccessToken.objects.exists()
    changed = JournalEntry.objects.get(object_type="integration.apiclient", move="update").facts["changed"]
    assert changed == {"purpose": ["推送服务记录", "只读"], "scopes": [list(ALL), ["services:read"]]}


def test_the_owner_of_a_station_gives_leave_and_takes_it_back():
    station = make_station()
    owner = owner_of(station)
    client, _ = make_client()
    given = actions.authorise_client(station, client, actor=owner, scopes=["services:write"])
    assert list(stations_of(client)) == list(stations_of(client, Scope.SERVICES_WRITE)) == [station]
    assert not stations_of(client, Scope.SERVICES_READ).exists()
    assert not clients_to_authorise(station).exists()
    actions.withdraw_authorisation(given, actor=owner)
    assert not stations_of(client).exists()
    assert list(clients_to_authorise(station)) == [client]
    moves = JournalEntry.objects.filter(object_type="integration.stationauthorisation").values_list("move", flat=True)
    assert list(moves) == ["give", "withdraw"]


def test_leave_is_given_by_owners_only_once_and_only_for_what_is_registered():
    station = make_station()
    client, _ = make_client(scopes=["services:write"])
    member = make_user()
    join(member, station.organisation)
    stranger = owner_of(make_station(make_organisation()))
    for person in (member, stranger, make_user(Role.SYSTEM_ADMIN)):
        with refused("not_allowed"):
            actions.authorise_client(station, client, actor=person, scopes=["services:write"])
    owner = owner_of(station)
    with refused("scope_not_offered"):
        actions.authorise_client(station, client, actor=owner, scopes=["services:write", "needs:write"])
    with refused("scopes_missing"):
        actions.authorise_client(station, client, actor=owner, scopes=[])
    given = actions.authorise_client(station, client, actor=owner, scopes=["services:write"])
    with refused("already_authorised"):
        actions.authorise_client(station, client, actor=owner, scopes=["services:write"])
    with refused("not_allowed"):
        actions.withdraw_authorisation(given, actor=stranger)


def test_the_database_keeps_one_leave_and_clients_without_person():
    station = make_station()
    client, _ = make_client(station)
    given = StationAuthorisation.objects.get()
    facts = {"client": client, "station": station, "scopes": ["services:read"], "given_by": given.given_by}
    with pytest.raises(IntegrityError, match="one_leave_per_client_and_station"), transaction.atomic():
        StationAuthorisation.objects.create(given_at=given.given_at, **facts)
    with pytest.raises(IntegrityError, match="a_client_is_a_program"), transaction.atomic():
        ApiClient.objects.filter(pk=client.pk).update(authorization_grant_type="password")
    with pytest.raises(IntegrityError, match="a_client_may_do_something"), transaction.atomic():
        ApiClient.objects.filter(pk=client.pk).update(scopes=[])


def test_expired_tokens_and_old_counts_are_forgotten():
    client, secret = make_client()
    ask_token(client, secret)
    ask_token(client, secret)
    AccessToken.objects.filter(pk=AccessToken.objects.first().pk).update(expires=timezone.now() - dt.timedelta(days=1))
    RequestCount.objects.create(subject="alt", stretch=1, seen_until=timezone.now() - dt.timedelta(minutes=1))
    forget_expired()
    assert AccessToken.objects.count() == 1
    assert not RequestCount.objects.filter(subject="alt").exists()
