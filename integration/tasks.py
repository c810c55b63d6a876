"""What beat asks for."""

from celery import shared_task
from django.utils import timezone
from oauth2_provider.models import clear_expired

from integration.actions.limit import forget_counts


@shared_task
def forget_expired() -> None:
    """Every hour: tokens that no longer open anything, and counts of requests that nobody asks about."""
    clear_expired()
    forget_counts(timezone.now())
