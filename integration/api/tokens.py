"""/oauth/token/: the one door of OAuth that is open, for client credentials."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from oauth2_provider.views import TokenView

from integration.actions.limit import count_request
from integration.api.limits import STRETCH, network_of
from integration.api.problems import answer


class ClientToken(TokenView):
    """Answers as RFC 6749 asks. No device flow, no other grant: the server knows only client credentials."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        most = settings.API_CALLS_PER_MINUTE["token"]
        if waits := count_request(f"token:{network_of(request)}", most=most, seconds=STRETCH):
            response = answer(request, 429, "throttled", "")
            response["Retry-After"] = str(waits)
            return response
        return self.authorization_flow_token_response(request)

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = answer(request, 405, "method_not_allowed", "")
        response["Allow"] = "POST"
        return response
