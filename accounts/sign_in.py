"""Whose sign-in it is that failed."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest


def name_typed(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str | None:
    """The address with which somebody tries to sign in, for axes to count by. allauth gives it as `email`, its form as
    `login`; without this, axes would find no name, and lock out everybody behind one office address."""
    typed = (credentials or {}).get("email") or request.POST.get("login")
    return typed.strip().lower() if typed else None
