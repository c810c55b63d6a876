"""The money through its pages: what each role does, what nobody sees, and what a page costs."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.states import Role
from funding.actions import commendation, matching, receipt
from funding.models import BankAccount, Budget, Commendation, Grant, MatchingFund, PaymentBatch, PublicList
from ledger.models import JournalEntry
from stations.actions import end_title
from tests.factories import make_executed_case, make_user
from tests.funding.scene import LATER, Bureau, concluded

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau():
    return Bureau()


def at(name, *args):
    return reverse(f"funding:{name}", args=args)


def text_of(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def cost(client, url):
    client.get(url)  # what is kept between requests, is kept from here on
    with CaptureQueriesContext(
        connection,
    ) as told:
        assert client.get(url).status_code == 200
    return len(told)


def test_finance_opens_a_budget_and_what_was_typed_stays_when_it_is_refused(client, bureau):
    client.force_login(bureau.sun)
    typed = {"year": 2026, "award_support": "多少", "prize": "400000", "source": "武财〔2026〕3号"}
    page = client.post(at("budget_open"), typed)
    assert page.status_code == 422
    assert "请填写整数，单位为元" in page.content.decode()
    assert "武财〔2026〕3号" in page.content.decode()
    answer = client.post(at("budget_open"), {**typed, "award_support": "1000000"})
    assert answer.url == Budget.objects.get().get_absolute_url()
    shown = text_of(client.get(answer.url))
    assert "1,400,000.00 元" in shown
    assert "<svg" in shown


def test_the_year_is_exported_with_its_figures(client, bureau):
    (support, _) = bureau.entitled()
    budget = bureau.budget()
    bureau.approved(support, budget)
    client.force_login(bureau.sun)
    content = client.get(f"{budget.get_absolute_url()}?export=xlsx").content
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    assert rows[1] == ("新授牌一次性支持", 2_000_000, 100_000, 0, 0, 1_900_000, 0, 1)
    assert rows[-1][0] == "合计"


def test_the_manager_computes_by_a_button_and_proposes_all_after_a_dry_run(client, bureau):
    concluded(new=2, tiers=(1,), owner=bureau.lin)
    budget = bureau.budget()
    client.force_login(bureau.zhao)
    assert "有评价结论还没有计算" in text_of(client.get(at("entitlement_list")))
    client.post(at("entitlement_compute"))
    dry = text_of(client.get(at("grant_propose_all", budget.pk)))
    assert "1,800,000.00 元" in dry
    assert "逐项（3 笔）" in dry
    client.post(at("grant_propose_all", budget.pk))
    assert Grant.objects.filter(state="proposed").count() == 3


def test_an_amount_above_the_ceiling_is_told_beside_its_field(client, bureau):
    (support, _) = bureau.entitled()
    budget = bureau.budget()
    client.force_login(bureau.zhao)
    page = client.post(at("grant_propose", support.pk), {"budget": budget.pk, "amount": 100_001, "amount_reason": ""})
    assert page.status_code == 422
    assert "办法规定最高 100,000 元" in page.content.decode()
    assert 'value="100001"' in page.content.decode()


def test_the_leader_approves_what_was_shown_and_nothing_that_came_since(client, bureau):
    support, prize = bureau.entitled()
    budget = bureau.budget()
    first = bureau.proposed(support, budget)
    client.force_login(bureau.qian)
    assert f'name="shown" value="{first.pk}"' in text_of(client.get(at("grant_approve_all")))
    bureau.proposed(prize, budget)
    client.post(at("grant_approve_all"), {"shown": str(first.pk)})
    assert list(Grant.objects.order_by("pk").values_list("state", flat=True)) == ["approved", "proposed"]


def test_a_budget_that_is_too_small_is_told_before_anything_is_approved(client, bureau):
    (support, _) = bureau.entitled()
    proposed = bureau.proposed(support, bureau.budget(award_support=50_000))
    client.force_login(bureau.qian)
    shown = text_of(client.get(at("grant_approve_all")))
    assert "预算不够全部批准" in shown
    assert "全部批准</button>" not in shown
    page = client.post(at("grant_approve", proposed.pk))
    assert "只剩 50,000 元" in page.content.decode()


def test_accounts_are_masked_on_every_page_but_one(client, bureau):
    support, _ = bureau.entitled()
    grant = bureau.approved(support, bureau.budget())
    batch = bureau.batch(grant)
    secret = "6222021001123456789"
    pages = [
        at("grant_detail", grant.pk),
        at("batch_detail", batch.pk),
        at("batch_make"),
        at("batch_reveal", batch.pk),
        at("batch_list"),
        at("account_write", grant.organisation_id),
    ]
    for user in (bureau.sun, bureau.zhao, bureau.qian, bureau.lin, make_user(Role.AUDITOR)):
        client.force_login(user)
        for page in pages:
            content = client.get(page).content.decode()
            assert secret not in content
            assert "光谷支行" not in content
    assert not JournalEntry.objects.filter(move__in=["reveal", "export"]).exists()
    client.force_login(bureau.sun)
    seen = client.post(at("batch_reveal", batch.pk), {"reason": "付款"})
    assert secret in seen.content.decode()
    assert "no-store" in seen["Cache-Control"]
    assert JournalEntry.objects.get(move="reveal").reason == "付款"


def test_the_owner_enters_the_account_that_the_home_page_asks_for(client, bureau):
    support, _ = bureau.entitled()
    grant = bureau.approved(support, bureau.budget())
    client.force_login(bureau.lin)
    page = at("account_write", grant.organisation_id)
    assert page in text_of(client.get("/home/"))
    typed = {"holder": "别的公司", "bank": "工商银行光谷支行", "number": "6222 0210 0112 3456"}
    refused = client.post(page, typed)
    assert "户名应与单位名称一致" in refused.content.decode()
    client.post(page, {**typed, "holder": grant.organisation.name})
    assert BankAccount.objects.get().tail == "3456"
    assert page not in text_of(client.get("/home/"))


def test_the_list_for_the_finance_office_comes_back_as_receipts(client, bureau):
    found = bureau.entitled(new=2, tiers=())
    budget = bureau.budget()
    grants = [bureau.approved(due, budget) for due in found]
    for grant in grants:
        bureau.account(grant.organisation)
    client.force_login(bureau.sun)
    client.post(at("batch_make"), {"grants": [grant.pk for grant in grants]})
    batch = PaymentBatch.objects.get()
    paper = client.post(at("batch_export", batch.pk), {"reason": "交财务室"})
    book = openpyxl.load_workbook(io.BytesIO(paper.content))
    sheet = book.active
    assert sheet["E2"].value == "6222021001123456789"
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row} <= {"s", "n"}
    assert JournalEntry.objects.get(move="export").reason == "交财务室"

    for line in (2, 3):
        sheet.cell(line, 8).value, sheet.cell(line, 9).value = (
            f"{timezone.localtime(batch.made_at):%Y-%m-%d}",
            f"ICBC{line}",
        )
    sheet["F3"].value = "=F2"
    page = client.post(at("receipt_import", batch.pk), {"table": upload(book)})
    assert page.status_code == 422
    assert "第 3 行：金额里是公式" in page.content.decode()
    assert not Grant.objects.filter(state="paid").exists()

    sheet["F3"].value = 100_000
    client.post(at("receipt_import", batch.pk), {"table": upload(book)})
    assert Grant.objects.filter(state="paid").count() == 2
    client.post(at("batch_reconcile", batch.pk), {"voucher": "记-12"})
    assert Grant.objects.filter(state="reconciled").count() == 2


def upload(book):
    buffer = io.BytesIO()
    book.save(buffer)
    return SimpleUploadedFile("回单.xlsx", buffer.getvalue())


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("回单.xlsx", b"not a workbook", "不是有效的 Excel 表格"),
        ("回单.pdf", b"%PDF-1.4", "请换成 Excel 表格"),
        ("回单.csv", "支付编号,金额\n1,2\n".encode(), "表头缺少：付款日期、银行流水号"),
        ("回单.csv", "支付编号,金额,付款日期,银行流水号\n=1+1,2,2026-12-01,R\n".encode(), "第 2 行：支付编号里是公式"),
    ],
)
def test_a_table_that_is_no_table_of_receipts_is_refused_with_a_sentence(client, bureau, name, content, sentence):
    support, _ = bureau.entitled()
    batch = bureau.batch(bureau.approved(support, bureau.budget()))
    client.force_login(bureau.sun)
    page = client.post(at("receipt_import", batch.pk), {"table": SimpleUploadedFile(name, content)})
    assert page.status_code == 422
    assert sentence in page.content.decode()


def test_a_paid_grant_of_a_revoked_title_is_shown_to_be_recovered(client, bureau):
    support, _ = bureau.entitled()
    grant = bureau.paid(bureau.approved(support, bureau.budget()))
    make_executed_case(support.title)
    end_title(
        support.title,
        move="revoke",
        actor=bureau.qian,
        article="第十八条",
        decision="武市监〔2026〕9号",
        reason="材料不实",
    )
    client.force_login(bureau.zhao)
    assert "1 笔已支付资金的称号已撤销" in text_of(client.get("/home/"))
    listed = text_of(client.get(f"{at('grant_list')}?attention=recover"))
    assert grant.get_absolute_url() in listed
    client.post(at("grant_recover", grant.pk), {"reason": "称号撤销"})
    client.force_login(bureau.sun)
    assert "登记 1 笔追回资金的退款" in text_of(client.get("/home/"))
    client.post(at("grant_repay", grant.pk), {"repaid_on": LATER.date(), "reference": "TK1"})
    grant.refresh_from_db()
    assert grant.state == "recovered"


def test_an_owner_sees_the_decision_and_not_what_the_bureau_says_among_itself(client, bureau):
    support, prize = bureau.entitled()
    budget = bureau.budget()
    waiting = bureau.proposed(prize, budget)
    given = bureau.approved(support, budget)
    client.force_login(bureau.lin)
    shown = text_of(client.get(at("grant_detail", given.pk)))
    assert "100,000.00 元" in shown
    assert "赵" not in shown
    assert client.get(at("grant_detail", waiting.pk)).status_code == 404
    client.force_login(make_user())
    assert client.get(at("grant_detail", given.pk)).status_code == 404


def test_the_home_of_finance_says_how_the_budget_stands(client, bureau):
    support, _ = bureau.entitled()
    client.force_login(bureau.sun)
    assert "可用" not in text_of(client.get("/home/"))
    bureau.approved(support, bureau.budget())
    shown = text_of(client.get("/home/"))
    assert "240万元" in shown
    assert "230万元" in shown


def test_todos_say_what_waits_for_whom(client, bureau):
    support, prize = bureau.entitled()
    budget = bureau.budget()
    client.force_login(bureau.zhao)
    assert "拟定 2 个支持对象的资金" in text_of(client.get("/home/"))
    proposed = bureau.proposed(support, budget)
    client.force_login(bureau.qian)
    assert "审批 1 笔资金支持" in text_of(client.get("/home/"))
    bureau.approved(prize, budget)
    client.force_login(bureau.sun)
    assert "支付 1 笔已批准的资金" in text_of(client.get("/home/"))
    paid = bureau.paid(Grant.objects.exclude(pk=proposed.pk).get())
    assert "对账 1 笔已支付的资金" in text_of(client.get("/home/"))
    receipt.reconcile_grant(paid, voucher="记-1", actor=bureau.sun)
    assert "资金" not in text_of(client.get("/home/")).split("等我办理")[1].split("</section>")[0]


def many_grants(bureau, number):
    """So many that were sent back, past the triggers: a live one would need an entitlement each."""
    one = Grant.objects.first()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        sent_back = {"state": "rejected", "decided_by": bureau.qian, "decided_at": LATER}
        fields = {
            field.attname: getattr(one, field.attname) for field in Grant._meta.concrete_fields if not field.primary_key
        }
        fields = {name: value for name, value in fields.items() if name not in {"state", "decided_by_id", "decided_at"}}
        Grant.objects.bulk_create(Grant(**fields, **sent_back) for _ in range(number))
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def many(bureau, number, batch, station):
    many_grants(bureau, number)
    PaymentBatch.objects.bulk_create(
        PaymentBatch(number=f"T{n}-{number}", year=2026, made_by=bureau.sun, made_at=LATER) for n in range(number)
    )
    facts = {"station": station, "year": 2026, "recorded_by": bureau.sun, "recorded_at": LATER, "note": "区级"}
    MatchingFund.objects.bulk_create(
        MatchingFund(district=station.supervised_by, amount=n + 1, **facts) for n in range(number)
    )
    Commendation.objects.bulk_create(
        Commendation(
            year=2026,
            station=station,
            name=f"{number}-{n}",
            post="站长",
            merit="好",
            email="a@b.cn",
            token_sha256=f"{number}-{n}",
            nominated_by=bureau.zhao,
            nominated_at=LATER,
        )
        for n in range(number)
    )


MOST = {
    "grant_list": 8,
    "batch_list": 7,
    "matching_list": 7,
    "commendation_list": 7,
    "entitlement_list": 9,
    "budget_list": 7,
}


def test_a_page_costs_the_same_with_three_rows_and_with_three_hundred(client, bureau):
    found = bureau.entitled(new=3, tiers=(1,))
    budget = bureau.budget()
    batch = bureau.batch(bureau.approved(found[0], budget))
    bureau.proposed(found[1], budget)
    client.force_login(bureau.zhao)
    detail = {"batch_detail": batch.pk, "budget_detail": budget.pk, "grant_propose_all": budget.pk}
    pages = {**{name: at(name) for name in MOST}, **{name: at(name, pk) for name, pk in detail.items()}}
    many(bureau, 3, batch, found[0].station)
    few = {name: cost(client, url) for name, url in pages.items()}
    many(bureau, 300, batch, found[0].station)
    bureau.entitled(new=20, tiers=(1, 1, 2, 2), year=2027)
    assert {name: cost(client, url) for name, url in pages.items()} == few
    assert {name: found for name, found in few.items() if found > MOST.get(name, 12)} == {}


def test_what_a_district_gave_is_recorded_by_the_district_and_in_no_sum(client, bureau):
    support, _ = bureau.entitled()
    budget = bureau.budget()
    district = make_user(Role.DISTRICT, scope=support.station.supervised_by_id)
    client.force_login(district)
    client.post(
        at("matching_record"), {"station": support.station.pk, "year": 2026, "amount": 60_000, "note": "区奖励办法"}
    )
    fund = MatchingFund.objects.get()
    assert "区奖励办法" in text_of(client.get(at("matching_list")))
    client.force_login(bureau.sun)
    shown = text_of(client.get(budget.get_absolute_url()))
    assert "区级配套 60,000.00 元" in shown
    assert "2,400,000.00 元" in shown
    elsewhere = make_user(Role.DISTRICT, scope="420102")
    client.force_login(elsewhere)
    assert client.get(at("matching_withdraw", fund.pk)).status_code == 404
    matching.withdraw_matching(fund, reason="登记有误", actor=district)
    client.force_login(bureau.sun)
    assert "区级配套 0.00 元" in text_of(client.get(budget.get_absolute_url()))


def test_a_public_list_shows_no_person_and_no_account_and_stays_as_it_was_published(client, bureau):
    support, prize = bureau.entitled()
    budget = bureau.budget()
    bureau.batch(bureau.approved(support, budget))
    client.force_login(bureau.zhao)
    client.post(at("grants_publish", budget.pk))
    client.post(at("priority_publish", support.run.ranking_id), {"top": 1})
    client.logout()
    listed = text_of(client.get(at("public_lists")))
    assert "2026年度质量提升支持资金名单" in listed
    assert "2026年度评价领先质量服务站名单" in listed
    grants, leading = (text_of(client.get(one.get_absolute_url())) for one in PublicList.objects.order_by("pk"))
    assert support.station.name in grants
    assert prize.station.name not in grants
    assert "6222" not in grants
    assert "名次在前 1 名" in leading
    assert prize.station.name in leading
    first = PublicList.objects.earliest("pk")
    table = b"".join(client.get(f"{first.get_absolute_url()}?export=csv").streaming_content).decode()
    assert support.organisation.credit_code in table
    bureau.approved(prize, budget)
    assert prize.station.name not in text_of(client.get(first.get_absolute_url()))


def test_a_person_is_commended_in_public_only_while_consenting(client, bureau, monkeypatch):
    support, _ = bureau.entitled()
    tokens = iter(["first-link", "second-link"])
    monkeypatch.setattr(commendation.secrets, "token_urlsafe", lambda size: next(tokens))
    client.force_login(bureau.zhao)
    typed = {"station": support.station.pk, "year": 2026, "name": "何站长", "post": "站长", "merit": "服务百家企业"}
    client.post(at("commendation_nominate"), {**typed, "email": "he@example.cn"})
    nominated = Commendation.objects.get()
    assert "first-link" not in nominated.token_sha256
    client.post(at("commendation_renew", nominated.pk))
    client.logout()
    assert client.get(at("commendation_answer", "first-link")).status_code == 404

    answer = at("commendation_answer", "second-link")
    assert "服务百家企业" in text_of(client.get(answer))
    client.post(answer, {"answer": "yes"})
    assert "何站长" not in text_of(client.get(at("commendation_public")))
    client.force_login(bureau.qian)
    client.post(at("commendations_publish"), {"year": 2026})
    client.logout()
    shown = text_of(client.get(at("commendation_public")))
    assert "何站长" in shown
    assert "he@example.cn" not in shown

    client.post(answer, {"answer": "no"})
    assert "何站长" not in text_of(client.get(at("commendation_public")))
    consent = nominated.consents.get()
    assert consent.withdrawn_at is not None
    assert "服务百家企业" in consent.wording
    assert client.post(answer, {"answer": "yes"}).status_code == 409
