"""The entitlements of a round that was played by the real actions to its conclusion."""

from collections import Counter

import pytest

from config.rehearsal.plan import Sizes
from config.rehearsal.play import rehearse
from evaluation.models import Conclusion, RankingLine
from funding.actions.entitlement import compute_entitlements_due
from funding.models import Entitlement

pytestmark = pytest.mark.django_db


def test_who_was_awarded_and_who_kept_a_title_in_a_tier_is_entitled_and_nobody_else():
    rehearse(Sizes(titled=6, applicants=8, experts=8, objections=2, sheets=3), 2026, 7)
    decided = Conclusion.objects.filter(state="executed").latest("decided_at").decided_at
    assert compute_entitlements_due(decided) == Conclusion.objects.filter(state="executed").count()
    assert compute_entitlements_due(decided) == 0

    plan = [item for conclusion in Conclusion.objects.filter(state="executed") for item in conclusion.plan]
    awarded = {item["entry"] for item in plan if item["fate"] == "award"}
    tiers = {item["entry"]: item["tier"] for item in plan if item["fate"] == "retain" and item["tier"]}
    found = {due.entry_id: due for due in Entitlement.objects.select_related("title", "run")}
    assert awarded
    assert tiers
    assert set(found) == awarded | set(tiers)
    assert {entry: found[entry].tier for entry in tiers} == tiers
    assert all(due.title.station_id == due.station_id and due.title.state == "active" for due in found.values())
    ranks = dict(RankingLine.objects.filter(ranking__state="confirmed").values_list("entry", "rank"))
    assert {entry: due.rank for entry, due in found.items()} == {entry: ranks[entry] for entry in found}
    assert Counter(due.ceiling for due in found.values() if not due.tier) == {100_000: len(awarded)}
