"""What we have, what we sent and what the platform has are held against each other; a person mends what differs."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import override_settings
from django.utils import timezone

from accounts.states import Role
from config.clockwork import run_clockwork
from integration import tasks
from integration.actions.hanjianlian import pull, push, reconciliation
from integration.hanjianlian.comparing import compare_pulled, compare_sent
from integration.models import Discrepancy, PullState, Reconciliation, SentDocument
from ledger import jobs
from ledger.errors import Refused
from ledger.journal import history_of
from ledger.models import LongJob
from stations.models import OnlineService
from tests.factories import make_user
from tests.integration.hanjianlian_scene import due_now, make_seal, make_titled, receipt, service

pytestmark = pytest.mark.django_db
SERVICES, RECEIPTS = "online-services", "anchor-receipts"


@pytest.fixture
def admin():
    return make_user(Role.SYSTEM_ADMIN)


@pytest.fixture
def in_step(platform):
    """Two stations, a seal, a service and a receipt, the same here and there."""
    station, other, seal = make_titled(), make_titled(), make_seal()
    platform.told = {SERVICES: [service(station)], RECEIPTS: [receipt(seal)]}
    exchange()
    return station, other


def exchange():
    push.arrange_documents(timezone.now())
    due_now()
    push.push_documents()
    PullState.objects.update(next_at=timezone.now())
    pull.pull_due()


def reconcile():
    run = reconciliation.open_run()
    reconciliation.reconcile(run)
    return run


def found(run):
    return {(row.kind, row.number): row.what for row in run.discrepancies.all()}


def test_hashes_are_compared_three_ways():
    ours = {"same": "a", "not_sent": "a", "gone": "a", "changed": "b", "outdated": "b", "unheard": "a"}
    sent = {"same": "a", "gone": "a", "changed": "b", "outdated": "a", "forgotten": "a", "retired": "a"}
    theirs = {"same": "a", "changed": "x", "outdated": "a", "extra": "e", "unheard": "a", "retired": "a"}
    assert {one.number: one.what for one in compare_sent(ours, sent, theirs)} == {
        "not_sent": "not_sent",
        "gone": "missing_there",
        "changed": "hash_differs",
        "outdated": "outdated",
        "extra": "extra_there",
        "retired": "extra_there",
    }


def test_marks_of_what_was_pulled_are_compared_two_ways():
    pulled = compare_pulled({"same": "a", "changed": "a", "gone": "a"}, {"same": "a", "changed": "b", "new": "c"})
    assert {one.number: one.what for one in pulled} == {
        "changed": "hash_differs",
        "gone": "gone_there",
        "new": "missing_here",
    }


def test_what_is_in_step_has_no_difference(in_step):
    run = reconcile()
    assert (run.finished, run.differing, found(run)) == (True, 0, {})
    assert run.counts["station"] == {"ours": 2, "sent": 2, "theirs": 2, "same": 2}
    assert run.counts["seal"]["same"] == run.counts["online_service"]["same"] == run.counts["receipt"]["same"] == 1
    assert run.counts["receipt"]["sent"] is None


def test_every_kind_of_difference_is_found(platform, in_step):
    station, other = (str(one.pk) for one in in_step)
    third = make_titled()
    held = platform.held
    held["stations"][station] = b'{"id": "changed there"}'
    held["stations"]["999"] = b"{}"
    del held["seals"]["1"]
    in_step[1].address = "搬迁后的地址"
    in_step[1].save()
    platform.told[SERVICES] = [service(in_step[0], 2), service(in_step[0], 3, content="shop")]
    platform.told[RECEIPTS][0]["reference"] = "0xother"
    pull.take_page("online_service", platform.told[SERVICES][1:], at=timezone.now())
    run = reconcile()
    certificate = third.titles.get().certificate.number
    assert found(run) == {
        ("station", station): "hash_differs",
        ("station", other): "outdated",
        ("station", "999"): "extra_there",
        ("station", str(third.pk)): "not_sent",
        ("certificate", certificate): "not_sent",
        ("seal", "1"): "missing_there",
        ("online_service", "OS-1"): "gone_there",
        ("online_service", "OS-2"): "missing_here",
        ("online_service", "OS-3"): "missing_here",
        ("receipt", "AR-1"): "hash_differs",
    }
    assert run.differing == 10
    assert run.discrepancies.get(number="OS-3").note.startswith("已退回：content")
    assert run.discrepancies.get(number=other).label == SentDocument.objects.get(number=other, kind="station").label


def test_comparing_changes_nothing_on_either_side(platform, in_step):
    held = {kind: dict(rows) for kind, rows in platform.held.items()}
    del platform.held["stations"][str(in_step[0].pk)]
    rows = list(SentDocument.objects.values())
    platform.asked.clear()
    reconcile()
    assert list(SentDocument.objects.values()) == rows
    assert not platform.puts()
    assert platform.held["seals"] == held["seals"]


def test_mending_sends_and_pulls_what_differs_until_nothing_does(platform, in_step, admin):
    station = in_step[0]
    platform.held["stations"][str(station.pk)] = b"{}"
    platform.held["seals"].clear()
    make_titled()
    OnlineService.objects.all().delete()
    run = reconcile()
    assert run.differing == 5
    assert reconciliation.mend(run, actor=admin) == (4, True)
    assert history_of(run).get().facts == {"sent": 4, "pulled": True}
    push.push_documents()
    pull.pull_due()
    assert reconcile().differing == 0
    with pytest.raises(Refused, match="最新一次"):
        reconciliation.mend(run, actor=admin)


def test_what_the_platform_has_too_much_is_not_ours_to_mend(platform, in_step, admin):
    platform.held["stations"]["999"] = b"{}"
    run = reconcile()
    with pytest.raises(Refused, match="请与平台核对"):
        reconciliation.mend(run, actor=admin)
    with pytest.raises(Refused, match="权限"):
        reconciliation.mend(run, actor=make_user(Role.AUDITOR))


def test_a_worker_compares_and_tells_how_far_it_is(platform, in_step, admin):
    run = reconciliation.ask_for_reconciliation(actor=admin)
    again = reconciliation.ask_for_reconciliation(actor=admin)
    assert run == again
    job = jobs.latest(reconciliation.KIND, run)
    tasks.reconcile_hanjianlian(job.pk)
    tasks.reconcile_hanjianlian(job.pk)
    job.refresh_from_db()
    run.refresh_from_db()
    assert (job.state, job.done, job.total, job.message) == ("done", 5, 5, "对账完成，0 处差异。")
    assert (run.finished, run.asked_by) == (True, admin)


@pytest.mark.parametrize("fault", ["fail", "hang", "html", "big", "array", "redirect"])
def test_a_platform_in_trouble_ends_the_comparison_with_its_reason(platform, in_step, admin, fault):
    platform.fault, platform.fault_at = fault, "seals"
    run = reconciliation.ask_for_reconciliation(actor=admin)
    job = jobs.latest(reconciliation.KIND, run)
    tasks.reconcile_hanjianlian(job.pk)
    job.refresh_from_db()
    run.refresh_from_db()
    assert (job.state, run.finished, run.differing, Discrepancy.objects.count()) == ("failed", True, 0, 0)
    assert run.problem
    assert "对账没有完成" in job.message
    platform.fault = ""
    assert reconcile().pk != run.pk


def test_an_inventory_that_cannot_be_read_is_none(platform, in_step, monkeypatch):
    monkeypatch.setattr(platform, "items", lambda kind, since: [{"id": "1", "hash": "short"}])
    with pytest.raises(CommandError, match="答复不是约定的内容"):
        call_command("reconcile_hanjianlian")
    assert Reconciliation.objects.get().problem == "unreadable"


def test_the_clock_compares_once_a_day_and_finds_one_that_was_broken_off(platform, in_step):
    now = timezone.now()
    assert run_clockwork(now)["reconcile_hanjianlian"] == 1
    assert run_clockwork(now)["reconcile_hanjianlian"] == 0
    tasks.reconcile_hanjianlian(LongJob.objects.get().pk)
    assert Reconciliation.objects.get().finished
    assert reconciliation.reconcile_due(now + reconciliation.EVERY) == 1
    LongJob.objects.all().delete()  # as if it had been begun by hand and broken off
    assert reconciliation.reconcile_due(now + reconciliation.EVERY) == 0
    assert reconciliation.reconcile_due(now + reconciliation.EVERY + reconciliation.ABANDONED) == 1
    assert Reconciliation.objects.count() == 2
    assert LongJob.objects.filter(state="waiting").count() == 1


def test_the_command_says_what_differs_and_fails_by_its_exit_code(platform, in_step, capsys):
    call_command("reconcile_hanjianlian")
    assert "服务站\t本门户 2，平台 2，一致 2" in capsys.readouterr().out
    platform.held["stations"].clear()
    with pytest.raises(SystemExit) as ended:
        call_command("reconcile_hanjianlian", "--json")
    said = json.loads(capsys.readouterr().out)
    assert (ended.value.code, said["differing"]) == (1, 2)
    assert {row["what"] for row in said["differences"]} == {"missing_there"}
    with override_settings(HANJIANLIAN={"url": ""}), pytest.raises(CommandError, match="HANJIANLIAN_URL"):
        call_command("reconcile_hanjianlian")


def test_many_things_cost_no_more_statements_than_few(platform, in_step, django_assert_max_num_queries):
    with django_assert_max_num_queries(24) as few:
        reconcile()
    for _ in range(10):
        make_titled()
    exchange()
    with django_assert_max_num_queries(24) as many:
        reconcile()
    assert len(few) == len(many)


def test_the_database_keeps_what_was_found_and_one_comparison_at_a_time(platform, in_step):
    platform.held["stations"].clear()
    run = reconcile()
    for change in (
        lambda: run.discrepancies.update(what="outdated"),
        lambda: run.discrepancies.all().delete(),
        lambda: Reconciliation.objects.create(asked_at=timezone.now(), finished=True),
        lambda: Reconciliation.objects.bulk_create([Reconciliation(asked_at=timezone.now()) for _ in range(2)]),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
