"""What the interface keeps, a module for each noun."""

from integration.models.client import ApiClient, StationAuthorisation
from integration.models.limit import RequestCount

__all__ = ["ApiClient", "RequestCount", "StationAuthorisation"]
