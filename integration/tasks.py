"""What beat asks for."""

from celery import shared_task
from django.utils import timezone
from oauth2_provider.models import clear_expired

from integration.actions import delivery
from integration.actions.hanjianlian import pull, push, reconciliation
from integration.actions.limit import forget_counts


@shared_task
def forget_expired() -> None:
    """Every hour: tokens that no longer open anything, and counts of requests that nobody asks about."""
    clear_expired()
    forget_counts(timezone.now())


@shared_task
def arrange_deliveries() -> None:
    """Every ten seconds: what has happened is numbered and sent on its way. The sweep of every minute does it as well."""
    delivery.arrange_deliveries()


@shared_task
def deliver_to(endpoint: int) -> None:
    """What is due at one endpoint: one that hangs holds up nobody else's."""
    delivery.deliver_to(endpoint)


@shared_task
def push_hanjianlian() -> None:
    """What is to be at the platform 汉检链 and is not yet."""
    push.push_documents()


@shared_task
def pull_hanjianlian() -> None:
    """What the platform has that we do not know yet."""
    pull.pull_due()


@shared_task
def reconcile_hanjianlian(job_id: int) -> None:
    """Compare what is here and there, telling how far it is."""
    reconciliation.work_on(job_id)
