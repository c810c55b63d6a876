"""How often somebody may call: counted per client, or per address without a token, in PostgreSQL."""

from __future__ import annotations

import ipaddress
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from rest_framework.throttling import BaseThrottle

from integration.actions.limit import count_request

STRETCH = 60  # seconds


class CallLimit(BaseThrottle):
    """`API_CALLS_PER_MINUTE` of the settings. What is answered from the shelf of public pages is not counted."""

    waits = 0

    def allow_request(self, request: Any, view: Any) -> bool:
        if request.auth is not None:
            subject, kind = f"client:{request.auth.application_id}", "client"
        else:
            subject, kind = f"address:{network_of(request)}", "address"
        self.waits = count_request(subject, most=settings.API_CALLS_PER_MINUTE[kind], seconds=STRETCH)
        return not self.waits

    def wait(self) -> float:
        return self.waits


def network_of(request: HttpRequest) -> str:
    """The caller's address; of IPv6 the 64 bits that one subscriber has."""
    try:
        address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    except (PermissionDenied, ValueError):  # a proxy that speaks through a socket and does not say for whom
        return "unknown"
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else str(address)
