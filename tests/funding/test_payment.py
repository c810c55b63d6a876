import datetime as dt
import io

import openpyxl
import pytest
from django.db import IntegrityError, connection, transaction

from accounts.states import Role
from funding.actions import batch, grant, receipt
from funding.models import BankAccount, BankReceipt, Grant, PaymentItem
from funding.queries.payment import grants_to_pay, payable
from funding.receipts import ReceiptRow, read_receipts
from ledger.errors import Refused
from ledger.journal import history_of
from stations.actions import end_title
from tests.factories import make_executed_case, make_user
from tests.funding.scene import LATER, Bureau

pytestmark = pytest.mark.django_db
DAY = LATER.date()


@pytest.fixture
def bureau():
    return Bureau()


@pytest.fixture
def grants(bureau):
    budget = bureau.budget()
    return [bureau.approved(due, budget) for due in bureau.entitled(new=2, tiers=(1,))]


def refused(act, *args, **facts):
    with pytest.raises(Refused) as refusal:
        act(*args, **facts)
    return refusal.value


def at_once():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_an_account_is_sealed_masked_and_kept_when_it_is_changed(bureau, grants):
    made = bureau.batch(grants[0])
    first = made.items.get().account
    bureau.account(grants[0].organisation, "6222 9999 9999 9999 111")
    assert BankAccount.objects.filter(organisation=grants[0].organisation).count() == 2
    ((_, seen),) = batch.reveal_accounts(made, reason="付款", actor=bureau.sun, at=LATER)
    assert seen.number == "6222021001123456789"
    assert first.masked == "****6789"
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(a)::text FROM funding_bankaccount a")
        kept = "".join(row[0] for row in cursor.fetchall())
    assert "6222021001123456789" not in kept
    assert "光谷支行" not in kept
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        BankAccount.objects.update(tail="0000")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number": "12 34"}, "number_wrong"),
        ({"number": "6222abc0210011234"}, "number_wrong"),
        ({"holder": "别的公司"}, "holder_differs"),
        ({"bank": "工"}, "bank_missing"),
    ],
)
def test_a_wrong_account_is_refused_with_a_sentence(bureau, grants, changes, code):
    from funding.actions.account import write_account  # noqa: PLC0415  beside its only use

    facts = {"holder": grants[0].organisation.name, "bank": "工商银行支行", "number": "6222021001123456", **changes}
    assert refused(write_account, grants[0].organisation, **facts, actor=bureau.lin).code == code
    member = make_user()
    assert refused(write_account, grants[0].organisation, **facts, actor=member).code == "not_allowed"


def test_every_look_at_accounts_is_journalled_with_its_purpose(bureau, grants):
    made = bureau.batch(*grants)
    assert refused(batch.reveal_accounts, made, reason=" ", actor=bureau.sun).code == "reason_missing"
    for role in (Role.MANAGER, Role.LEADER, Role.AUDITOR):
        assert refused(batch.reveal_accounts, made, reason="看看", actor=make_user(role)).code == "not_allowed"
    batch.reveal_accounts(made, reason="核对付款", actor=bureau.sun, at=LATER)
    entry = history_of(made).first()
    assert (entry.move, entry.actor, entry.reason) == ("reveal", bureau.sun, "核对付款")
    assert entry.facts["items"] == [f"{made.number}-{n:03d}" for n in (1, 2, 3)]
    assert "6222" not in str(entry.facts)


def test_a_batch_takes_approved_grants_with_account_and_title_once(bureau, grants):
    one, two, three = grants
    assert refused(batch.make_batch, [one], actor=bureau.sun, at=LATER).code == "not_payable"
    for grant_ in grants:
        bureau.account(grant_.organisation)
    make_executed_case(three.entitlement.title)
    end_title(
        three.entitlement.title,
        move="revoke",
        actor=bureau.qian,
        article="第十八条",
        decision="武市监〔2026〕9号",
        reason="材料不实",
    )
    assert [payable(found) for found in grants_to_pay()] == [True, True, False]
    assert refused(batch.make_batch, grants, actor=bureau.sun, at=LATER).code == "not_payable"
    made = batch.make_batch([one, two], actor=bureau.sun, at=LATER)
    assert made.number == "FK2026-001"
    assert refused(batch.make_batch, [one], actor=bureau.sun, at=LATER).code == "stale"
    assert refused(batch.make_batch, [], actor=bureau.sun, at=LATER).code == "nothing_to_pay"
    assert refused(grant.cancel_grant, one, actor=bureau.zhao, reason="x").code == "in_a_batch"


def test_a_dropped_payment_can_be_made_anew_and_what_is_paid_stays(bureau, grants):
    made = bureau.batch(grants[0])
    item = made.items.get()
    assert refused(batch.drop_item, item, reason="", actor=bureau.sun).code == "reason_missing"
    batch.drop_item(item, reason="银行退回，账号有误", actor=bureau.sun, at=LATER)
    assert refused(batch.drop_item, item, reason="x", actor=bureau.sun).code == "already_dropped"
    again = bureau.batch(grants[0]).items.get()
    pay = {"amount": 100_000, "paid_on": DAY, "reference": "R1", "actor": bureau.sun, "at": LATER}
    assert refused(receipt.record_receipt, item, **pay).code == "dropped"
    receipt.record_receipt(again, **pay)
    assert refused(batch.drop_item, again, reason="x", actor=bureau.sun).code == "already_paid"
    with pytest.raises(IntegrityError, match="stays as it was made"), transaction.atomic():
        PaymentItem.objects.filter(pk=again.pk).update(dropped_at=LATER)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": 99_999}, "amount_differs"),
        ({"paid_on": DAY + dt.timedelta(days=1)}, "date_wrong"),
        ({"paid_on": DAY - dt.timedelta(days=1)}, "date_wrong"),
        ({"reference": " "}, "reference_missing"),
    ],
)
def test_a_wrong_receipt_is_refused_with_a_sentence(bureau, grants, changes, code):
    item = bureau.batch(grants[0]).items.get()
    facts = {"amount": 100_000, "paid_on": DAY, "reference": "R1", **changes}
    assert refused(receipt.record_receipt, item, **facts, actor=bureau.sun, at=LATER).code == code
    assert refused(receipt.record_receipt, item, **facts, actor=bureau.zhao, at=LATER).code == "not_allowed"


def test_a_grant_is_paid_once_and_reconciled(bureau, grants):
    one, two, _ = grants
    made = bureau.batch(one, two)
    first, second = made.items.all()
    pay = {"amount": 100_000, "paid_on": DAY, "actor": bureau.sun, "at": LATER}
    receipt.record_receipt(first, reference="R1", **pay)
    assert refused(receipt.record_receipt, first, reference="R2", **pay).code == "already_paid"
    assert refused(receipt.record_receipt, second, reference="R1", **pay).code == "reference_used"
    assert refused(receipt.reconcile_batch, made, voucher="", actor=bureau.sun).code == "voucher_missing"
    assert [found.pk for found in receipt.reconcile_batch(made, voucher="记-12", actor=bureau.sun, at=LATER)] == [
        one.pk
    ]
    assert refused(receipt.reconcile_batch, made, voucher="x", actor=bureau.sun).code == "nothing_to_reconcile"
    one.refresh_from_db()
    assert (one.state, one.voucher) == ("reconciled", "记-12")
    at_once()


def test_nothing_is_paid_without_the_receipt_of_the_bank(bureau, grants):
    bureau.batch(grants[0])
    with pytest.raises(IntegrityError, match="no receipt"), transaction.atomic():
        Grant.objects.filter(pk=grants[0].pk).update(state="paid")


def rows_of(made):
    return [
        ReceiptRow(line, item.number, item.amount, DAY, f"R{line}") for line, item in enumerate(made.items.all(), 2)
    ]


def test_a_table_of_receipts_is_taken_whole_or_not_at_all(bureau, grants):
    made = bureau.batch(*grants)
    good = rows_of(made)
    bad = [*good[:1], ReceiptRow(3, good[1].number, 1, DAY, "R3"), ReceiptRow(4, "FK2026-999-001", 5, DAY, "R4")]
    refusal = refused(receipt.import_receipts, made, bad, actor=bureau.sun, at=LATER)
    assert "第 3 行：金额 1 元与应付 100,000 元不一致" in refusal.message
    assert "第 4 行：本批次没有支付编号 FK2026-999-001" in refusal.message
    assert not BankReceipt.objects.exists()
    receipt.import_receipts(made, good, actor=bureau.sun, at=LATER)
    assert set(Grant.objects.values_list("state", flat=True)) == {"paid"}
    again = refused(receipt.import_receipts, made, good, actor=bureau.sun, at=LATER)
    assert again.message.count("已登记过回单") == 3


HEADS = ("支付编号", "收款单位", "金额", "付款日期", "银行流水号")


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in (HEADS, *rows):
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_table_is_read_row_by_row_with_a_sentence_for_each_fault():
    rows, problems = read_receipts(
        "回单.xlsx",
        workbook(
            ("FK2026-001-001", "甲", 50000, dt.datetime(2026, 12, 1), "R1"),  # noqa: DTZ001  as Excel gives it
            ("FK2026-001-002", "乙", "=50000*2", "2026-12-01", "R2"),
            ("FK2026-001-003", "丙", "12.5", "12月1日", "R3"),
            ("FK2026-001-001", "甲", "50,000.00", "2026年12月1日", "R1"),
            (None, None, None, None, None),
            ("FK2026-001-004", "丁", None, "20261201", ""),
        ),
    )
    assert [row.amount for row in rows] == [50_000, 50_000]
    assert [str(problem) for problem in problems] == [
        "第 3 行：金额里是公式，请改成数值或文字（复制后“选择性粘贴-数值”）再导入。",
        "第 4 行：金额「12.5」不是以元为单位的正整数，请按回单填写。",
        "第 4 行：付款日期「12月1日」不是日期，请写成 2026-12-01。",
        "第 7 行：没有填写金额。",
        "第 7 行：没有填写银行流水号。",
        "第 5 行：支付编号 FK2026-001-001 与第 2 行重复，请删去一行。",
        "第 5 行：银行流水号 R1 与第 2 行重复，请删去一行。",
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
def test_a_csv_table_is_read_in_the_encodings_that_people_have(encoding):
    content = "支付编号,金额,付款日期,银行流水号\nFK2026-001-001,50000,2026-12-01,R1\n".encode(encoding)
    (row,), problems = read_receipts("回单.csv", content)
    assert (row.number, row.amount, row.paid_on, problems) == ("FK2026-001-001", 50_000, dt.date(2026, 12, 1), [])


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", b"PK not a workbook", "table_unreadable"),
        ("a.csv", b"\xff\xff\xff", "table_unreadable"),
        ("a.csv", "编号,金额\n1,2\n".encode(), "table_head"),
        ("a.csv", ",".join(HEADS).encode(), "table_empty"),
        ("a.csv", b"", "table_head"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(name, content, code):
    assert refused(read_receipts, name, content).code == code
