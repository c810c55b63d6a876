"""Who decides on the classes of stations (Art 17)."""

import rules

from accounts.rules import is_manager
from stations.rules import is_member

rules.add_perm("supervision.manage_classes", is_manager)
rules.add_perm("supervision.classify_station", is_manager & ~is_member)
