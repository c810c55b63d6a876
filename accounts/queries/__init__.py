"""Who is who, who is told what: reads about people and messages."""

from accounts.queries.messages import messages_of, outbox_of
from accounts.queries.people import (
    district_staff,
    grants_visible_to,
    is_locked_out,
    people_visible_to,
    people_with,
    person_of,
    totp_of,
)
from accounts.queries.todo import todo_for

__all__ = [
    "district_staff",
    "grants_visible_to",
    "is_locked_out",
    "messages_of",
    "outbox_of",
    "people_visible_to",
    "people_with",
    "person_of",
    "todo_for",
    "totp_of",
]
