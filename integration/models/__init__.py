"""What the interface keeps, a module for each noun."""

from integration.models.client import ApiClient, StationAuthorisation
from integration.models.hanjianlian import (
    AnchorReceipt,
    Discrepancy,
    PullState,
    Reconciliation,
    RefusedItem,
    SendAttempt,
    SentDocument,
)
from integration.models.idempotency import IdempotencyKey
from integration.models.limit import RequestCount
from integration.models.webhook import Attempt, Delivery, WebhookEndpoint

__all__ = [
    "AnchorReceipt",
    "ApiClient",
    "Attempt",
    "Delivery",
    "Discrepancy",
    "IdempotencyKey",
    "PullState",
    "Reconciliation",
    "RefusedItem",
    "RequestCount",
    "SendAttempt",
    "SentDocument",
    "StationAuthorisation",
    "WebhookEndpoint",
]
