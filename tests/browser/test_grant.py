"""The money of Art 19, walked in Chromium: from the entitlement that the clock computes to the reconciled payment, and what
the public reads of it.

A round has ended: two new stations were awarded, two titled ones stand in the first and the second tier. All are Lin's.
"""

import datetime as dt
import io

import pytest
from openpyxl import load_workbook

from accounts.models import Message
from funding.models import Grant, PaymentBatch
from stations.models import Organisation
from tests.browser import backstage
from tests.browser.uploads import XLSX
from tests.funding.scene import concluded

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ACCOUNT = "6222 0210 0112 3456 789"


def test_a_grant_from_entitlement_to_reconciled(walk, cast):
    walk.at(2026, 11, 16, 11, 0)
    concluded(new=2, tiers=(1, 2), owner=cast.lin.user)
    the_budget(walk, cast.sun)
    the_entitlements(walk, cast.zhao)
    the_approval(walk, cast.qian)
    the_accounts(walk, cast.lin)
    the_payment(walk, cast.sun)
    the_receipts(walk, cast.sun)
    the_books(cast.sun, cast.lin)
    in_public(walk, cast.zhao, cast.public)
    the_commendation(walk, cast)
    assert set(Grant.objects.values_list("state", flat=True)) == {"reconciled"}


def the_budget(walk, sun):
    sun.sign_in()
    sun.follow("年度资金", "nav.rail")
    sun.look("budgets-none")
    sun.follow("设立年度预算")
    sun.type(year="2026", award_support="1000000", prize="400000", source="2026年部门预算批复，武财〔2026〕3号")
    sun.look("budget-open")
    sun.press("设立预算")
    sun.reads("预算已设立", "1,400,000.00 元")


def the_entitlements(walk, zhao):
    backstage.sweep()
    zhao.sign_in()
    zhao.look("manager-home")
    zhao.follow("拟定 4 个支持对象的资金")
    zhao.look("entitlements")
    zhao.follow("拟定", "main table")
    zhao.type(amount="100001")
    zhao.press("提请审批")
    zhao.reads("办法规定最高 100,000 元")
    zhao.look("grant-above-ceiling")
    zhao.type(amount="80000", amount_reason="按项目实际投入核定")
    zhao.press("提请审批")
    zhao.reads("已提请审批", "这笔资金由您拟定")
    zhao.look("grant-proposed")
    zhao.follow("年度资金", "nav.rail")
    zhao.follow("2026年度资金预算")
    zhao.follow("批量拟定资金支持")
    zhao.reads("逐项（3 笔）")
    zhao.look("grants-dry-run")
    zhao.press("全部提请审批")
    zhao.reads("共 4 笔")
    zhao.look("grants")


def the_approval(walk, qian):
    walk.at(2026, 11, 17, 9, 0)
    qian.sign_in()
    qian.look("leader-home")
    qian.follow("审批 4 笔资金支持")
    qian.look("approve-all")
    qian.press("全部批准")
    qian.reads("已全部批准", "共 4 笔")


def the_accounts(walk, lin):
    walk.at(2026, 11, 17, 10, 0)
    lin.sign_in()
    lin.look("owner-home")
    for organisation in Organisation.objects.filter(memberships__user=lin.user):
        lin.go("/home/")
        lin.follow(f"填写收款账户：{organisation}")
        lin.type(holder="别的公司", bank="工商银行武汉光谷支行", number=ACCOUNT)
        lin.press("保存")
        lin.reads("户名应与单位名称一致")
        lin.type(holder=organisation.name)
        lin.press("保存")
        lin.reads("收款账户已保存")
    lin.go(f"/organisations/{organisation.pk}/account/")
    lin.reads("****6789")
    lin.look("account")


def the_payment(walk, sun):
    walk.at(2026, 11, 18, 9, 0)
    sun.sign_in()
    sun.look("finance-home")
    sun.follow("支付 4 笔已批准的资金")
    sun.look("batch-make")
    sun.press("生成支付批次")
    sun.reads("支付批次已生成", "****6789")
    sun.look("batch")
    sun.follow("查看收款账户")
    sun.type(reason="与财务室核对")
    sun.press("查看", exact=True)
    sun.reads(ACCOUNT.replace(" ", ""), "本次查看已记入台账")
    sun.look("accounts-seen")
    sun.follow("返回批次")
    sun.reads("查看收款账户", "与财务室核对")


def the_receipts(walk, sun):
    walk.at(2026, 11, 19, 9, 0)
    sun.sign_in()
    batch = PaymentBatch.objects.get()
    sun.go(batch.get_absolute_url())
    sun.follow("登记回单")
    sun.type(amount="1", reference="ICBC0001")
    sun.press("登记")
    sun.reads("与应付", "不一致")
    sun.look("receipt-wrong")
    sun.type(amount=str(batch.items.first().amount))
    sun.press("登记")
    sun.reads("银行回单已登记")
    sun.follow("导出付款清单")
    sun.look("export")
    sun.type(reason="交财务室付款")
    with sun.page.expect_download() as coming:
        sun.page.get_by_role("button", name="导出").click()
    book = load_workbook(io.BytesIO(coming.value.path().read_bytes()))
    sheet = book.active
    sheet.delete_rows(2)  # typed already
    for line in range(2, sheet.max_row + 1):
        sheet.cell(line, 8).value, sheet.cell(line, 9).value = dt.date(2026, 11, 19), f"ICBC100{line}"
    good = sheet.cell(2, 6).value
    sheet.cell(2, 6).value = "=1+1"
    sun.go(f"{batch.get_absolute_url()}receipts/")
    sun.pick("table", table(book))
    sun.press("导入")
    sun.reads("第 2 行：金额里是公式")
    sun.look("receipts-refused")
    sheet.cell(2, 6).value = good
    sun.pick("table", table(book))
    sun.press("导入")
    sun.reads("银行回单已全部登记")


def table(book):
    out = io.BytesIO()
    book.save(out)
    return {"name": "付款清单.xlsx", "mimeType": XLSX, "buffer": out.getvalue()}


def the_books(sun, lin):
    sun.follow("对账")
    sun.type(voucher="记-2026-1123")
    sun.press("对账")
    sun.reads("已对账")
    sun.look("batch-reconciled")
    sun.follow("年度资金", "nav.rail")
    sun.follow("2026年度资金预算")
    sun.reads("260,000.00 元")
    sun.look("year")
    lin.sign_in()
    lin.follow("资金支持", "nav.rail")
    lin.look("owner-grants")
    lin.page.locator("main td a").first.click()
    lin.reads("已支付")
    lin.look("owner-grant")


def in_public(walk, zhao, public):
    zhao.sign_in()
    zhao.follow("年度资金", "nav.rail")
    zhao.follow("2026年度资金预算")
    zhao.follow("公布名单")
    zhao.look("publish")
    zhao.press("公布")
    zhao.reads("名单已公布")
    zhao.go("/public-funds/")
    zhao.follow("优先考虑名单")
    zhao.type(top="5")
    zhao.look("priority")
    zhao.press("公布")
    zhao.reads("名次在前 5 名")
    public.go("/public-funds/")
    public.look("public-lists")
    public.follow("质量提升支持资金名单")
    public.reads("80,000.00 元", "新授牌一次性支持")
    public.look("public-grants")


def the_commendation(walk, cast):
    zhao, qian, public = cast.zhao, cast.qian, cast.public
    zhao.go("/home/")
    zhao.follow("通报表扬", "nav.rail")
    zhao.follow("提名", exact=True)
    station = zhao.page.locator("select[name=station] option").nth(1).get_attribute("value")
    zhao.choose(station=station)
    zhao.type(
        year="2026",
        name="何站长",
        post="站长",
        merit="全年走访企业 512 次，解决质量问题 117 个。",
        email="he@example.cn",
    )
    zhao.look("nominate")
    zhao.press("提名并征求本人意见")
    zhao.reads("链接已发到本人邮箱", "待本人同意")
    zhao.look("nominated")
    person = walk.stranger()
    person.go(Message.objects.get(address="he@example.cn").url)
    person.look("consent")
    person.press("同意公布")
    person.reads("您已同意公布")
    qian.sign_in()
    qian.follow("通报表扬", "nav.rail")
    qian.look("commendations")
    qian.follow("公布", exact=True)
    qian.press("公布")
    public.go("/commendations/")
    public.reads("何站长")
    public.look("commended")
    person.press("撤回同意")
    person.reads("您已撤回同意")
    public.go("/commendations/")
    public.reads("还没有公布的表扬")
