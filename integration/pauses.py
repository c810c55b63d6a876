"""How long to wait before something that failed is tried again."""

from __future__ import annotations

import datetime as dt
import random

JITTER = 0.2


def about(seconds: float) -> dt.timedelta:
    """That long, up to a fifth more or less by chance: what failed together does not come back together."""
    return dt.timedelta(seconds=seconds * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311  chance, no secret
