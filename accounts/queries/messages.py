from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from accounts.models import Message


def messages_of(user: Any) -> QuerySet[Message]:
    """A person's own messages, `unread` or not."""
    unread = ExpressionWrapper(Q(read_at__isnull=True), output_field=BooleanField())
    return Message.objects.filter(recipient_id=user.pk).annotate(unread=unread)


def outbox_of(user: Any) -> QuerySet[Message]:
    """Mails that have not left, for who looks after the outbox; their text is nobody's business there."""
    rows = Message.objects.defer("body", "url").select_related("recipient")
    if not user.has_perm("accounts.manage_outbox"):
        return rows.none()
    return rows.filter(email_state__in=[Message.EmailState.WAITING, Message.EmailState.FAILED])
