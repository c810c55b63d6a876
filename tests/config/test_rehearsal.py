"""A whole round through the actions: the same for the same seed, whole, and recomputable from its raw scores."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts.models import Message
from config import invariants
from config.rehearsal.plan import Sizes
from config.rehearsal.play import rehearse
from config.rehearsal.report import report, year_report
from config.rehearsal.years import rehearse_years
from evaluation.models import Application, Objection, Recusal, ScoreSheet, SiteVisit
from ledger.models import JournalEntry
from supervision.models import SelfAssessmentReminder
from tests import recompute

SMALL = Sizes(titled=6, applicants=12, experts=9, objections=4)
TINY = Sizes(titled=2, applicants=4, experts=7, objections=1)


def played(seed: int, sizes: Sizes = SMALL) -> tuple[dict, dict]:
    """The report of a small round, and counts of what happened on the way; nothing of it is kept."""
    with transaction.atomic():
        stage, _ = rehearse(sizes, 2026, seed)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what the commit would check
        found = json.loads(json.dumps(report(stage, {}, "ok")))
        events = {
            "states": sorted(set(Application.objects.values_list("state", flat=True))),
            "moves": set(JournalEntry.objects.values_list("object_type", "move")),
            "objections": sorted(Objection.objects.values_list("finding", flat=True)),
            "recusals": set(Recusal.objects.values_list("source", flat=True)),
            "recused": ScoreSheet.objects.filter(state="recused").count(),
            "visits": list(SiteVisit.objects.values_list("state", flat=True)),
            "waiting mail": Message.objects.filter(email_state="waiting").count(),
            # a message tells of an act that the journal has, or is a reminder, and is of the same instant
            "messages of another instant": set(Message.objects.values_list("created_at", flat=True))
            - set(JournalEntry.objects.values_list("at", flat=True))
            - set(SelfAssessmentReminder.objects.values_list("at", flat=True)),
        }
        transaction.set_rollback(True)
    return found, events


@pytest.mark.django_db
def test_a_round_meets_with_everything_that_can_happen():
    found, events = played(7)
    assert recompute.differences(found) == []
    assert events["states"] == ["entered", "lapsed", "not_accepted", "withdrawn"]
    assert {
        ("evaluation.application", "supplement"),
        ("evaluation.application", "resume"),
        ("evaluation.scoresheet", "reopen"),
        ("evaluation.scoresheet", "recuse"),
        ("evaluation.objection", "not_accept"),
        ("stations.title", "delist"),
        ("stations.title", "award"),
        ("supervision.selfassessment", "file_late"),
    } <= events["moves"]
    assert events["objections"] == ["", "rejected", "rejected", "upheld"]
    assert {"declared", "computed"} <= events["recusals"]
    assert (events["recused"] > 0, events["visits"], events["waiting mail"]) == (True, ["done", "done"], 0)
    assert events["messages of another instant"] == set()
    outcomes = {entry["outcome"] for entry in found["entries"]}
    assert {"awarded", "retained", "delisted", "refused"} <= outcomes


@pytest.mark.django_db
def test_the_same_seed_gives_the_same_report_and_another_another():
    found, again, other = (played(seed, TINY)[0] for seed in (7, 7, 8))
    assert again == found  # although every number that the database gave out is another
    assert other["entries"] != found["entries"]


@pytest.mark.django_db
def test_years_in_a_row_end_titles_in_every_way_fill_their_places_and_spend_within_the_budget():
    sizes = Sizes(titled=9, applicants=8, experts=9, objections=1)
    with transaction.atomic():
        told = rehearse_years(sizes, 2025, 2, 7, lambda stage, timings: year_report(stage, timings, "ok"))
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert invariants.check() == []
        transaction.set_rollback(True)
    first, second = json.loads(json.dumps(told))
    assert [recompute.differences(year) for year in (first, second)] == [[], []]
    assert first["self_assessments"] == {"filed": 6, "filed_late": 1, "missing": 2}
    kinds = [ended["kind"] for ended in second["exits"]]
    assert kinds[:2] == ["revoked", "terminated"]
    assert "delisted" in kinds
    assert {ended["article"] for ended in second["exits"]} >= {"第十八条第（四）项", "第三条（自愿退出）", "第十九条"}
    before = second["slots"]["active_before"]
    assert before == first["slots"]["active_after"] - 2
    for year in (first, second):
        money = year["budget"]
        assert 0 < money["paid"] <= money["approved"] <= money["total"]
        assert {grant["scheme"] for grant in year["grants"]} == {"award_support", "prize"}


@pytest.mark.django_db
def test_a_database_that_holds_something_else_is_refused_untouched():
    Message.objects.create(
        address="someone@example.com", key="k", subject="s", body="b", created_at="2026-01-01T00:00Z"
    )
    with pytest.raises(CommandError, match="消息"):
        call_command("rehearse", titled=2, applicants=3, experts=7)
    assert JournalEntry.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "said"),
    [({"titled": 51}, "cap"), ({"experts": 3}, "experts"), ({"applicants": 0, "titled": 0}, "round needs")],
)
def test_sizes_that_make_no_round_are_refused(options, said):
    with pytest.raises(CommandError, match=said):
        call_command("rehearse", **options)
