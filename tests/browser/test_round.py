"""One evaluation round, walked through the screens in Chromium, from the notice to the certificate on the wall.

Zhao manages the round, Lin applies, Wu checks what came in, Zhou and two other experts score, Qian approves, and a member
of the public without account objects. Every act is a click in the window of its person; every page on the way is held
against axe and photographed at 1280 and 360 px into `var/screenshots/`.

Two things are not clicked. Time: the server's clock is moved by time_machine, and the sweep that a beat starts every
minute is called when a window has opened or ended. The queue: what a click puts into it is run by the test, as the worker
would. Lin's station is registered before the walk begins (its pages have tests of their own).
"""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import expect

from accounts.states import Role
from evaluation.models import Application, Round
from evaluation.tasks import run_clockwork
from stations.models import Organisation, Station
from tests.browser.walk import SHANGHAI, Walk
from tests.evaluation.dossiers import pdf_bytes, ready_station

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STATION = "光谷光电子信息产业质量基础设施“一站式”服务站"
MATERIALS = ("application_form", "registration", "systems", "audit_report", "abilities", "declaration")


@pytest.fixture
def walk(browser, live_server):
    with time_machine.travel(dt.datetime(2026, 10, 20, 9, tzinfo=SHANGHAI), tick=True) as traveller:
        round_walk = Walk(browser, live_server.url, traveller)
        yield round_walk
        round_walk.end()


def test_a_round_from_the_notice_to_the_certificate(walk):
    zhao = walk.person("赵管理", "zhao@example.com", Role.MANAGER)
    lin = walk.person("林经办", "lin@example.com")
    wu = walk.person("吴受理", "wu@example.com", Role.INTAKE)
    public = walk.stranger()
    register_station(lin)
    the_notice(walk, zhao, public)
    the_application(walk, lin)
    the_intake(walk, wu, lin)
    assert walk.said == []


def sweep(walk):
    """What a beat does every minute."""
    done = run_clockwork(timezone.now())
    assert None not in done.values(), done


def register_station(lin):
    station = ready_station(lin.user)
    Organisation.objects.filter(pk=station.organisation_id).update(
        name="武汉光谷质量技术服务有限公司",
        legal_representative="何光远",
        contact_name="林经办",
        contact_phone="027-87650000",
    )
    Station.objects.filter(pk=station.pk).update(
        name=STATION,
        area=320,
        window="光谷政务服务大厅 3 号窗口",
        opening_hours="工作日 9:00—17:00",
        phone="027-87650001",
    )


# -- 4.1 Notice  ----


def the_notice(walk, zhao, public):
    walk.at(2026, 10, 20, 9, 30)
    public.go("/")
    public.look("front-before")
    zhao.sign_in()
    zhao.look("manager-home")
    zhao.go("/rounds/")
    zhao.look("rounds-empty")
    zhao.follow("起草新一轮评价")
    zhao.follow("没有填写的先按建议值填入")
    zhao.type(
        opens_at="2026-11-02T09:00", closes_at="2026-11-21T00:00", contact="质量发展处 027-85612345", pass_mark=""
    )
    zhao.type(min_sheets="3")
    zhao.choose(scores_published="true")
    zhao.look("round-draft")
    zhao.press("保存草稿")
    zhao.reads("还不能发布", "合格分数线")
    zhao.look("round-drafted")
    zhao.follow("修改设定")
    zhao.type(pass_mark="60")
    zhao.press("保存草稿")
    zhao.follow("核对并发布")
    zhao.reads("合格分数线：60 分")
    assert zhao.download("预览 PDF").startswith(b"%PDF")
    zhao.look("round-publish")
    zhao.type(document_number="武市监〔2026〕42号")
    zhao.press("确认发布")
    zhao.reads("评价通知已发布")
    zhao.look("round-published")
    public.go("/notices/")
    public.look("notices")
    public.follow("评价")
    public.reads("武市监〔2026〕42号")
    assert public.download("PDF").startswith(b"%PDF")
    public.look("notice")
    assert Round.objects.get().state == "published"
    walk.at(2026, 11, 2, 9, 1)
    sweep(walk)
    assert Round.objects.get().state == "open"


# -- 4.2 Application  ----


def paper(name):
    return {"name": name, "mimeType": "application/pdf", "buffer": pdf_bytes(name)}


def give(person, material, *names):
    """Upload papers for a material."""
    section = person.page.locator(f"#material-{material}")
    before = section.locator(".files li").count()
    section.locator("input[type=file]").set_input_files([paper(name) for name in names])
    section.get_by_role("button", name="上传").click()
    expect(person.page.locator(f"#material-{material} .files li")).to_have_count(before + len(names))


def the_application(walk, lin):
    walk.at(2026, 11, 10, 10, 0)
    lin.sign_in()
    lin.look("applicant-home")
    lin.go("/applications/")
    lin.look("applications")
    lin.follow("开始申报")
    lin.look("application-start")
    lin.press("开始填报")
    lin.look("application-tasks")
    lin.follow("单位信息")
    lin.look("application-organisation")
    lin.follow("下一步")
    lin.reads("请填写“财务状况”")
    lin.type(
        statement="服务光电子信息产业链上的 1200 家中小企业。",
        systems="制定了人员管理、服务流程、档案管理、投诉处理四项制度。",
        finance="上一年度收入 860 万元，利润 97 万元，近三年连续盈利。",
        credit_checked_on="2026-11-09",
        place="固定场所 320 平方米，检测设备 40 台（套），可以组织 6 家检验检测机构。",
        recognition="获市级质量提升项目立项 2 项。",
        firms_last_year="230",
        firms_year_before="180",
    )
    lin.page.check("main input[type=checkbox][name=not_dishonest]")
    expect(lin.page.locator("#checks")).not_to_contain_text("请填写“财务状况”")  # saved as one types
    lin.look("application-conditions")
    lin.press("保存", exact=True)
    lin.follow("下一步")
    lin.look("application-abilities")
    lin.follow("下一步")
    for material in MATERIALS:
        give(lin, material, f"{material}.pdf", *(["附件.pdf"] if material == "systems" else []))
    lin.look("application-materials")
    lin.follow("填写项目清单")
    lin.choose(**{"row-0-year": "2026", "row-1-year": "2025", "row-0-kind": "standards", "row-1-kind": "metrology"})
    lin.type(
        **{
            "row-0-name": "激光器团体标准研制",
            "row-0-client": "武汉华工激光工程有限公司",
            "row-0-outcome": "团体标准 1 项",
        }
    )
    lin.type(
        **{"row-1-name": "光功率计比对", "row-1-client": "武汉光迅科技股份有限公司", "row-1-outcome": "偏差减小一半"}
    )
    lin.press("保存清单")
    lin.reads("导出现有 2 个项目")
    lin.look("application-projects")
    lin.follow("返回申报材料")
    lin.follow("下一步")
    lin.look("application-check")
    lin.type(declared_by="何光远")
    lin.page.check("main input[type=checkbox][name=declared]")
    lin.press("保存声明")
    lin.follow("提交申报", exact=True)
    lin.look("application-submit")
    lin.press("确认提交")
    lin.reads("已收到您的申报", "第1版")
    assert lin.download("下载回执").startswith(b"%PDF")
    lin.look("application-receipt")
    lin.follow("回到申报页面")
    lin.look("application-submitted")


# -- 4.3 Intake  ----


def judge(clerk, material, verdict, reason=""):
    section = clerk.page.locator(f"#material-{material}")
    section.get_by_label(verdict, exact=True).check()
    if reason:
        section.locator("textarea").fill(reason)
    section.get_by_role("button", name="保存意见").click()
    expect(clerk.page.locator(f"#material-{material}")).to_contain_text(clerk.user.name)


def the_intake(walk, wu, lin):
    walk.at(2026, 11, 11, 9, 0)
    wu.sign_in()
    wu.look("intake-home")
    wu.go("/intake/")
    wu.look("intake-list")
    wu.follow(Application.objects.get().number)
    wu.look("intake-file")
    judge(wu, "audit_report", "需补正", "缺签章页，请补上。")
    wu.follow("其余材料均齐全")
    wu.press("确定")
    wu.reads("1 类材料需要补正")
    wu.look("intake-judged")
    wu.follow("退回补正")
    expect(wu.page.locator("main [name=named-audit_report]")).to_be_checked()
    wu.look("intake-return")
    wu.press("退回补正")
    wu.look("intake-returned")
    walk.at(2026, 11, 13, 15, 0)
    lin.sign_in()
    lin.look("applicant-home-returned")
    lin.go("/applications/")
    lin.follow(STATION)
    lin.reads("需要补正", "缺签章页，请补上。")
    lin.look("application-returned")
    lin.follow("审计报告")
    assert lin.page.locator("input[type=file]").count() == 1  # the named material and no other
    give(lin, "audit_report", "审计报告（含签章页）.pdf")
    lin.look("application-supplement-material")
    lin.follow("补正完成后，核对并提交")
    lin.look("application-supplement-check")
    lin.follow("提交补正", exact=True)
    lin.press("确认提交补正")
    lin.reads("第2版")
    walk.at(2026, 11, 16, 9, 0)
    wu.sign_in()
    wu.go("/intake/")
    wu.follow(Application.objects.get().number)
    wu.follow("逐项对照")
    wu.reads("审计报告（含签章页）.pdf")
    wu.look("intake-changes")
    wu.follow(Application.objects.get().number)
    judge(wu, "audit_report", "齐全")
    if wu.page.get_by_role("link", name="其余材料均齐全").count():
        wu.follow("其余材料均齐全")
        wu.press("确定")
    wu.look("intake-complete")
    wu.follow("受理", exact=True)
    wu.press("确认受理")
    wu.reads("已受理，并已通知申报单位")
    wu.look("intake-accepted")
    assert Application.objects.get().state == "accepted"
