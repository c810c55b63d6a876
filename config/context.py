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
        "large_type": request.COOKIES.get(LARGE_TYPE_COOKIE) == "1",
        "footer": settings.SITE_FOOTER,
    }
