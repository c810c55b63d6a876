"""What every page needs to know."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from config.navigation import doors, rail_for

LARGE_TYPE_COOKIE = "large_type"


def site(request: HttpRequest) -> dict:
    """Doors, rail (only asked for by pages of the workbench), footer, and whether letters are large."""
    return {
        "doors": doors(request.path),
        "rail": SimpleLazyObject(lambda: rail_for(request.user, request.path)),
        "large_type": is_large(request),
        "footer": settings.SITE_FOOTER,
    }


def is_large(request: HttpRequest) -> bool:
    """What this browser chose; where it chose nothing, what the account did."""
    chosen = request.COOKIES.get(LARGE_TYPE_COOKIE)
    user = getattr(request, "user", None)  # an error page may come before anybody was asked who it is
    if chosen is None and user is not None and user.is_authenticated:
        return user.large_type
    return chosen == "1"
