"""What the interface keeps, a module for each noun."""

from integration.models.client import ApiClient, StationAuthorisation
from integration.models.idempotency import IdempotencyKey
from integration.models.limit import RequestCount
from integration.models.webhook import Attempt, Delivery, WebhookEndpoint

__all__ = [
    "ApiClient",
    "Attempt",
    "Delivery",
    "IdempotencyKey",
    "RequestCount",
    "StationAuthorisation",
    "WebhookEndpoint",
]
