"""Who writes the yearly texts of a station."""

import rules

from stations.rules import is_member

rules.add_perm("services.write_year_text", is_member)  # of a station
