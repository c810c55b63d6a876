"""Staff and experts need a second factor, and are signed out when they leave their desk."""

import datetime as dt
import time

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache

from accounts.actions import deactivate_person, end_sessions, set_second_factor
from accounts.states import Role
from ledger.actors import Job
from tests.factories import make_expert, make_user

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "a-long-password-2026"
ACTIVATION = "/accounts/2fa/totp/activate/"


@pytest.fixture(autouse=True)
def required(settings):
    settings.REQUIRE_SECOND_FACTOR = True
    cache.clear()  # limits of the sign-in form, which count per minute across tests


def code(secret=SECRET):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def with_password(role=None):
    user = make_user(role, password=PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def sign_in(client, user, *, factor=True):
    answer = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    if factor:
        assert answer.url == "/accounts/2fa/authenticate/"
        answer = client.post(answer.url, {"code": code()})
    return answer


@pytest.fixture
def clerk():
    user = with_password(Role.INTAKE)
    set_second_factor(user, SECRET, actor=Job("test"))
    return user


@pytest.mark.parametrize("path", ["/home/", "/account/", "/", "/admin/"])
def test_staff_without_a_second_factor_are_led_to_its_activation_from_everywhere(client, path):
    client.force_login(make_user(Role.SYSTEM_ADMIN))
    assert client.get(path).url == ACTIVATION


def test_an_expert_needs_it_too_and_an_applicant_does_not(client):
    client.force_login(make_expert().user)
    assert client.get("/home/").url == ACTIVATION
    client.force_login(make_user())
    assert client.get("/home/").status_code == 200


def test_signing_out_and_large_letters_stay_open(client):
    client.force_login(make_user(Role.MANAGER))
    assert client.get("/accounts/logout/").status_code == 200
    assert client.post("/large-type/", {"large": "1", "next": "/"}).url == "/"


def test_a_program_is_told_in_json(client):
    client.force_login(make_user(Role.MANAGER))
    answer = client.get("/home/", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_missing")


def test_the_whole_way_from_password_to_activation_to_the_workbench(client):
    user = with_password(Role.INTAKE)
    sign_in(client, user, factor=False)
    assert client.get("/home/").url == ACTIVATION
    again = client.get(ACTIVATION, follow=True)
    assert again.redirect_chain[-1][0].startswith("/accounts/reauthenticate/")
    assert "须先启用两步验证" in again.content.decode()
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get(ACTIVATION)
    secret = page.context["form"].secret
    assert client.post(ACTIVATION, {"code": code(secret)}).url == "/accounts/2fa/recovery-codes/"
    assert client.get("/home/").status_code == 200
    stored = Authenticator.objects.get(user=user, type="totp").data["secret"]
    assert secret not in stored


def test_a_known_secret_lets_demo_accounts_in(client, clerk):
    assert sign_in(client, clerk).url == "/home/"
    assert client.get("/home/").status_code == 200


def test_a_wrong_code_does_not_sign_in_and_guessing_ends(client, clerk):
    client.post("/accounts/login/", {"login": clerk.email, "password": PASSWORD})
    wrong = f"{(int(code()) + 1) % 10**6:06}"
    for _ in range(10):
        client.post("/accounts/2fa/authenticate/", {"code": wrong})
    assert client.post("/accounts/2fa/authenticate/", {"code": code()}).status_code == 200
    assert client.get("/home/").status_code == 302


def test_staff_cannot_switch_it_off(client, clerk):
    sign_in(client, clerk)
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=clerk, type="totp").exists()


def test_the_gate_costs_signed_in_staff_no_query(client, clerk, django_assert_num_queries):
    sign_in(client, clerk)
    client.get("/accessibility/")
    with django_assert_num_queries(2):  # session, user
        client.get("/accessibility/")


def test_after_half_an_hour_without_a_request_the_session_is_over(client, clerk):
    now = dt.datetime.now(dt.UTC)
    with time_machine.travel(now, tick=False) as clock:
        sign_in(client, clerk)
        client.get("/home/")
        clock.shift(dt.timedelta(minutes=29))
        assert client.get("/home/").status_code == 200
        clock.shift(dt.timedelta(minutes=31))
        answer = client.get("/home/?q=1", follow=True)
        assert answer.redirect_chain == [("/accounts/login/?next=/home/%3Fq%3D1", 302)]
        assert "30 分钟没有操作" in answer.content.decode()


def test_after_twelve_hours_the_session_is_over_however_busy(client, clerk):
    now = dt.datetime.now(dt.UTC)
    with time_machine.travel(now, tick=False) as clock:
        sign_in(client, clerk)
        client.get("/home/")
        for _ in range(35):
            clock.shift(dt.timedelta(minutes=20))
            assert client.get("/home/").status_code == 200
        clock.shift(dt.timedelta(minutes=20))
        assert client.get("/home/", headers={"Accept": "application/json"}).status_code == 401


def test_an_applicant_is_not_signed_out_for_being_idle(client):
    now = dt.datetime.now(dt.UTC)
    with time_machine.travel(now, tick=False) as clock:
        client.force_login(make_user())
        client.get("/home/")
        clock.shift(dt.timedelta(hours=3))
        assert client.get("/home/").status_code == 200


def test_a_changed_password_ends_the_other_sessions(client, clerk):
    other = type(client)()
    sign_in(client, clerk)
    other.force_login(clerk)
    changed = {"oldpassword": PASSWORD, "password1": "another-long-one-2026", "password2": "another-long-one-2026"}
    assert client.post("/accounts/password/change/", changed).status_code == 302
    assert client.get("/home/").status_code == 200
    assert other.get("/home/").url == "/accounts/login/?next=/home/"


def test_ended_sessions_and_a_deactivated_account_are_out_at_once(client):
    user = make_user()
    client.force_login(user)
    end_sessions(user, actor=user)
    assert client.get("/home/").status_code == 302
    client.force_login(user)
    assert client.get("/home/").status_code == 200
    deactivate_person(user, actor=make_user(Role.SECURITY_ADMIN), reason="离职")
    assert client.get("/home/").status_code == 302


def test_five_wrong_passwords_lock_out_with_a_sentence_and_the_time(client, clerk):
    for _ in range(5):
        answer = client.post("/accounts/login/", {"login": clerk.email, "password": "wrong"})
    assert answer.status_code == 429
    assert "请 15 分钟后再试" in answer.content.decode()
    assert answer["Retry-After"] == "900"
    right = client.post("/accounts/login/", {"login": clerk.email, "password": PASSWORD})
    assert right.status_code == 429


def test_one_persons_lock_out_does_not_lock_out_the_office(client, clerk):
    for _ in range(5):
        client.post("/accounts/login/", {"login": "somebody.else@example.com", "password": "wrong"})
    assert sign_in(client, clerk).url == "/home/"


def test_the_administration_has_no_sign_in_form_of_its_own(client):
    answer = client.get("/admin/login/?next=/admin/")
    assert answer.url.startswith("/accounts/login/?next=")
