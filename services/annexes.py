"""The forms of Hunan's plan that the portal fills: the typical case (annex 2) and the yearly table (annex 3)."""

import measures

CASE = measures.load("hunan").form("case")
STATISTICS = measures.load("hunan").form("statistics")
