"""Staff and experts sign in with a second factor, and do not stay signed in at a desk that they have left.

Who that is can only be said on this floor: staff have roles (accounts), experts and managers of institutions belong to
evaluation. What was found out is kept in the session, so that the gate costs a signed-in member of staff no query.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.answers import wants_json
from config.navigation import is_expert
from ledger.sealed import seal, unseal

PASSED, SIGNED_IN, SEEN = "second_factor", "signed_in_at", "seen_at"
SEEN_STEP = dt.timedelta(minutes=1)  # how exactly the session remembers when it was last used: one write a minute
ALWAYS_OPEN = {
    "healthz",
    "readyz",
    "large_type",
    "account_logout",
    "account_reauthenticate",
    "account_email",
    "account_confirm_email",
    "account_email_verification_sent",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
}


def must_have_second_factor(user: Any) -> bool:
    """Staff, experts, and who manages the experts of an institution."""
    return bool(user.roles) or is_expert(user) or user.institutions.exists()


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets lie sealed in the database; who must have a second factor cannot switch it off."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not must_have_second_factor(authenticator.user)


class SecondFactorMiddleware:
    """Leads staff and experts without a second factor to its activation and lets them nowhere else; signs them out
    after SESSION_IDLE_AGE without a request, and after SESSION_COOKIE_AGE in any case.

    `REQUIRE_SECOND_FACTOR = False` switches it off. That is for the tests of everything else, which sign people in by
    `force_login` and would each have to type a code; tests/config/test_second_factor.py has it on.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        if not settings.REQUIRE_SECOND_FACTOR or not request.user.is_authenticated:
            return None
        if PASSED not in request.session and not must_have_second_factor(request.user):
            return None
        if over := self.time_is_up(request):
            return self.sign_out(request, over)
        if PASSED in request.session or self.is_open(request):
            return None
        if Authenticator.objects.filter(user_id=request.user.pk, type=Authenticator.Type.TOTP).exists():
            request.session[PASSED] = True
            return None
        return self.lead_to_activation(request)

    def is_open(self, request: HttpRequest) -> bool:
        match = request.resolver_match
        return match is not None and match.view_name in ALWAYS_OPEN

    def time_is_up(self, request: HttpRequest) -> str:
        """Why the session is over, in a sentence; empty while it is not. Notes that it was used."""
        now = timezone.now()
        began = request.session.setdefault(SIGNED_IN, now.timestamp())
        seen = request.session.get(SEEN, now.timestamp())
        if now.timestamp() - began >= settings.SESSION_COOKIE_AGE:
            return f"登录已满 {settings.SESSION_COOKIE_AGE // 3600} 小时，请重新登录。"
        if now.timestamp() - seen >= settings.SESSION_IDLE_AGE:
            return f"您有 {settings.SESSION_IDLE_AGE // 60} 分钟没有操作，为保护数据已退出登录，请重新登录。"
        if SEEN not in request.session or now.timestamp() - seen >= SEEN_STEP.total_seconds():
            request.session[SEEN] = now.timestamp()
        return ""

    def sign_out(self, request: HttpRequest, why: str) -> HttpResponseBase:
        logout(request)
        if wants_json(request):
            return JsonResponse({"code": "signed_out", "message": why}, status=401)
        messages.warning(request, why)
        # Back to the page that was open; a form that was posted too late begins again there.
        return redirect_to_login(request.get_full_path() if request.method == "GET" else reverse("home"))

    def lead_to_activation(self, request: HttpRequest) -> HttpResponseBase:
        if wants_json(request):
            return JsonResponse({"code": "second_factor_missing", "message": "请先启用两步验证。"}, status=403)
        messages.warning(request, "工作人员和评审专家须先启用两步验证，才能进入工作台。请按下面的步骤办理。")
        return redirect("mfa_activate_totp")
