"""Who may do what with the calendar. On this lowest floor a user is no more than `user.roles`; a visitor has none."""

from typing import Any

import rules


@rules.predicate
def keeps_the_calendar(user: Any) -> bool:
    return bool({"system_admin", "manager"} & getattr(user, "roles", set()))


@rules.predicate
def reads_the_calendar(user: Any) -> bool:
    return bool(getattr(user, "roles", ()))


rules.add_perm("measures.import_calendar", keeps_the_calendar)
rules.add_perm("measures.view_calendarversion", reads_the_calendar)
