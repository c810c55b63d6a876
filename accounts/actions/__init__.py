"""What happens to people, their roles and their messages; the only writer of these rows."""

from accounts.actions.calendar_feed import end_calendar_feed, make_calendar_feed
from accounts.actions.messages import mark_read, notify, notify_address, put_into_outbox, resend_mail
from accounts.actions.people import (
    ask_deletion,
    ask_export,
    deactivate_person,
    end_sessions,
    reactivate_person,
    set_large_type,
    unlock_person,
    update_profile,
)
from accounts.actions.roles import appoint_first_admin, end_role, grant_role
from accounts.actions.second_factor import reset_second_factor, set_second_factor

__all__ = [
    "appoint_first_admin",
    "ask_deletion",
    "ask_export",
    "deactivate_person",
    "end_calendar_feed",
    "end_role",
    "end_sessions",
    "grant_role",
    "make_calendar_feed",
    "mark_read",
    "notify",
    "notify_address",
    "put_into_outbox",
    "reactivate_person",
    "resend_mail",
    "reset_second_factor",
    "set_large_type",
    "set_second_factor",
    "unlock_person",
    "update_profile",
]
