"""What beat asks for."""

from celery import shared_task
from django.utils import timezone

from config.clockwork import run_clockwork


@shared_task
def sweep() -> None:
    """Every minute: what is due now. The truth is in the database, so a missed sweep is made up by the next."""
    run_clockwork(timezone.now())
