"""How long a typical case is, who writes it, and who publishes it."""

from collections.abc import Mapping

import rules

from accounts.rules import is_intake, is_manager
from services.annexes import CASE
from services.models.case import PARTS
from services.rules.station import serves
from stations.rules import is_member

AIM = CASE.max_chars or 0  # "about 2,000 characters" (Hunan annex 2)
# The annex does not say how far from it one may be; ours: half as many, and half as many again
LEAST, MOST = AIM // 2, AIM * 3 // 2
MOST_PICTURES = 6


def length_of(texts: Mapping[str, str]) -> int:
    """The signs of the three parts together; white space is none."""
    return sum(len("".join(texts[name].split())) for name in PARTS)


rules.add_perm("services.add_case", is_member)  # of a station
rules.add_perm("services.write_case", serves)
rules.add_perm("services.review_case", (is_intake | is_manager) & ~serves)
