"""What waits for somebody: the shape in which every app offers its work to the home page."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Todo:
    """One thing to do, with the address where it is done. `reason` says why it is this person's turn."""

    title: str
    url: str
    due_at: dt.datetime | None = None
    reason: str = ""
    tone: str = "neutral"
