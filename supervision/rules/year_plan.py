"""Who decides the year's plan of supervision."""

import rules

from accounts.rules import is_manager, reads_all

rules.add_perm("supervision.write_year_plan", is_manager)
rules.add_perm("supervision.read_year_plan", reads_all)
