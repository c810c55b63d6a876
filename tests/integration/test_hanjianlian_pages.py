"""The pages about the exchange with 汉检链: for the system administrator, and for the auditor to read."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.states import Role
from config.home import todos_for
from integration.actions.hanjianlian import pull, push, reconciliation
from integration.models import AnchorReceipt, Reconciliation, RefusedItem, SentDocument
from integration.states.hanjianlian import FAULTS
from ledger import jobs
from stations.models import OnlineService
from tests.factories import make_user
from tests.integration.hanjianlian_scene import make_seal, make_titled, receipt, service

pytestmark = pytest.mark.django_db
LISTS = ("documents", "receipts", "services", "refused", "reconciliations")


@pytest.fixture
def admin(client):
    found = make_user(Role.SYSTEM_ADMIN)
    client.force_login(found)
    return found


@pytest.fixture
def exchanged(platform):
    """A station, a seal with a receipt that matches and one that does not, a service, and one that was refused."""
    station, seal = make_titled(), make_seal()
    platform.told = {
        "online-services": [service(station), service(station, 2, content="shop")],
        "anchor-receipts": [receipt(seal), receipt(seal, 2, root="0" * 64)],
    }
    push.arrange_documents(timezone.now())
    push.push_documents()
    pull.pull_due()
    return station


def page(client, name, *args, **query):
    return client.get(reverse(f"integration:hanjianlian{name}", args=args), query)


def text(client, name, *args, **query):
    answer = page(client, name, *args, **query)
    assert answer.status_code == 200
    return answer.content.decode()


def post(client, name, *args):
    return client.post(reverse(f"integration:hanjianlian{name}", args=args))


def test_without_configuration_the_page_says_what_to_set_and_offers_no_act(client, admin):
    shown = text(client, "")
    assert "HANJIANLIAN_URL" in shown
    assert "开始对账" not in shown
    for name in LISTS:
        assert "还没有" in text(client, f"_{name}") or name == "refused"
    answer = post(client, "_reconcile")
    assert (answer.status_code, "还没有配置汉检链" in answer.content.decode()) == (422, True)


def test_a_receipt_that_contradicts_us_stands_at_the_top(client, admin, exchanged):
    shown = text(client, "")
    assert "存证回执与本门户的台账封存不一致" in shown
    (todo,) = [todo for todo in todos_for(admin) if "存证回执" in todo.title]
    listed = client.get(todo.url).content.decode()
    assert "AR-2" in listed
    assert "AR-1" not in listed
    wrong = text(client, "_receipt", AnchorReceipt.objects.get(number="AR-2").pk)
    assert "0" * 64 in wrong
    assert "verify_journal" in wrong
    assert "与本门户一致" in text(client, "_receipt", AnchorReceipt.objects.get(number="AR-1").pk)


def test_the_lists_show_search_filter_and_export(client, admin, exchanged):
    assert exchanged.name in text(client, "_documents", kind="station")
    assert exchanged.name not in text(client, "_documents", kind="seal")
    assert "没有符合条件" in text(client, "_documents", q="别处")
    assert "三坐标测量机校准 1" in text(client, "_services", content="feature", online="true")
    assert "没有符合条件" in text(client, "_services", online="false")
    assert "content 应为" in text(client, "_refused", open="true")
    for name in LISTS:
        assert page(client, f"_{name}", export="csv").getvalue().decode().startswith("\ufeff")
    sheet = load_workbook(io.BytesIO(page(client, "_documents", export="xlsx").getvalue())).active
    assert [row[2] for row in sheet.iter_rows(min_row=2, values_only=True)].count(
        exchanged.name
    ) == 2  # the station and its certificate


def test_a_document_shows_what_was_sent_and_every_try_and_is_sent_again(client, admin, exchanged, platform):
    row = SentDocument.objects.get(kind="station")
    shown = text(client, "_document", row.pk)
    assert row.hash in shown
    assert "&quot;type&quot;: &quot;station&quot;" in shown
    assert "平台已确认" in shown
    assert "按编号和内容指纹接收" in text(client, "_send", row.pk)
    assert post(client, "_send", row.pk).status_code == 302
    platform.fault = "refuse"
    push.push_documents()
    again = text(client, "_document", row.pk)
    assert "未成功 1 次，将再试" in again
    assert "名称太长" in again
    assert "重新推送" in again


def test_documents_that_keep_failing_are_a_thing_to_do(client, admin, exchanged):
    SentDocument.objects.filter(kind="seal").update(outcome="waiting", next_at=timezone.now(), attempts=3)
    (todo,) = [todo for todo in todos_for(admin) if "推送不到" in todo.title]
    assert "第 1 号封存" in client.get(todo.url).content.decode()
    (todo,) = [todo for todo in todos_for(admin) if "不能接收" in todo.title]
    assert "OS-2" in client.get(todo.url).content.decode()


def test_a_comparison_is_asked_for_watched_read_and_mended(client, admin, exchanged, platform):
    platform.held["stations"].clear()
    answer = post(client, "_reconcile")
    waiting = client.get(answer["Location"]).content.decode()
    assert "hx-get" in waiting
    run = Reconciliation.objects.get()
    reconciliation.work_on(jobs.latest(reconciliation.KIND, run).pk)
    shown = client.get(answer["Location"]).content.decode()
    assert "推送过，平台没有" in shown
    assert "补齐差异" in shown
    assert exchanged.name in shown
    assert "没有符合条件" in text(client, "_reconciliation", run.pk, kind="certificate")
    table = page(client, "_reconciliation", run.pk, export="csv").getvalue().decode()
    assert f"服务站,{exchanged.pk},{exchanged.name},推送过，平台没有" in table
    (todo,) = [todo for todo in todos_for(admin) if "对账" in todo.title]
    assert todo.url == run.get_absolute_url()
    assert post(client, "_mend", run.pk).status_code == 302
    push.push_documents()
    assert str(exchanged.pk) in platform.held["stations"]
    assert "重新推送对账差异" in client.get(answer["Location"]).content.decode()


def test_a_comparison_that_failed_says_why(client, admin, exchanged, platform):
    platform.fault = "fail"
    run = reconciliation.ask_for_reconciliation(actor=admin)
    reconciliation.work_on(jobs.latest(reconciliation.KIND, run).pk)
    shown = text(client, "_reconciliation", run.pk)
    assert "平台内部错误" in shown
    assert "没有完成" in text(client, "_reconciliations")
    assert any("没有完成" in todo.title for todo in todos_for(admin))


def test_pulling_anew_is_asked_for(client, admin, exchanged, platform):
    OnlineService.objects.all().delete()
    assert "从头" in text(client, "_pull")
    assert post(client, "_pull")["Location"] == reverse("integration:hanjianlian")
    pull.pull_due()
    assert OnlineService.objects.count() == 1


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.AUDIT_ADMIN])
def test_who_audits_reads_and_changes_nothing(client, exchanged, role):
    client.force_login(make_user(role))
    row = SentDocument.objects.first()
    assert "开始对账" not in text(client, "")
    assert "重新推送" not in text(client, "_document", row.pk)
    for name in LISTS:
        text(client, f"_{name}")
    text(client, "_receipt", AnchorReceipt.objects.get(number="AR-2").pk)  # to which the message about it leads
    assert [post(client, "_send", row.pk).status_code, post(client, "_reconcile").status_code] == [404, 403]
    assert post(client, "_pull").status_code == 403


def test_others_are_told_that_there_is_nothing(client, exchanged):
    client.force_login(make_user(Role.MANAGER))
    row, got = SentDocument.objects.first(), AnchorReceipt.objects.first()
    assert page(client, "").status_code == page(client, "_documents").status_code == 403
    assert page(client, "_document", row.pk).status_code == page(client, "_receipt", got.pk).status_code == 404


@pytest.mark.parametrize(("name", "most"), [("", 12), *((f"_{name}", 8) for name in LISTS)])
def test_a_page_costs_the_same_for_three_and_for_three_hundred(client, admin, exchanged, name, most):
    now = timezone.now()
    Reconciliation.objects.create(asked_at=now, finished=True, finished_at=now)
    text(client, name)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            text(client, name)
        return len(queries)

    few = cost()
    station, one = OnlineService.objects.first(), AnchorReceipt.objects.get(number="AR-1")
    numbers = range(300)
    SentDocument.objects.bulk_create(
        SentDocument(kind="station", number=f"x{n}", label="甲", body={}, hash="", arranged_at=now, next_at=now)
        for n in numbers
    )
    for rows, made in ((OnlineService, station), (AnchorReceipt, one)):
        fields = {field.attname: getattr(made, field.attname) for field in rows._meta.concrete_fields}
        del fields["id"], fields["number"]
        rows.objects.bulk_create(rows(number=f"x{n}", **fields) for n in numbers)
    known = {"kind": "receipt", "reason": "不合", "first_at": now, "last_at": now}
    RefusedItem.objects.bulk_create(RefusedItem(key=f"x{n}", **known) for n in numbers)
    Reconciliation.objects.bulk_create(Reconciliation(asked_at=now, finished=True, finished_at=now) for _ in numbers)
    assert few == cost() <= most


def test_every_fault_has_its_words():
    assert len(dict(FAULTS)) == len(FAULTS)
    assert all(label for _, label in FAULTS)
