"""One evaluation round, walked through the screens in Chromium, from the notice to the certificate on the wall.

Zhao manages the round, Lin applies, Wu checks what came in, Zhou and two other experts score, Qian approves, and a member
of the public without account objects. Every act is a click in the window of its person; every page on the way is held
against axe and photographed at 1280 and 360 px into `var/screenshots/round/`.

Two things are not clicked. Time: the server's clock is moved by time_machine, and the sweep that a beat starts every
minute is called when a window has opened or ended. The queue: what a click puts into it is run by the test, as the worker
would. Lin's station is registered before the walk begins (its pages have tests of their own).
"""

import pytest
from playwright.sync_api import expect

from evaluation.models import Application, Objection, Round
from stations.models import Certificate
from tests.browser.backstage import sweep, work
from tests.browser.cast import EXPERTS, ORGANISATION, STATION, lead_station
from tests.browser.uploads import paper

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MATERIALS = ("application_form", "registration", "systems", "audit_report", "abilities", "declaration")


def test_a_round_from_the_notice_to_the_certificate(walk, cast):
    lead_station(cast.lin)
    the_notice(walk, cast.zhao, cast.public)
    the_application(walk, cast.lin)
    the_intake(walk, cast.wu, cast.lin)
    the_panel(walk, cast.zhao, cast.experts)
    for number, expert in enumerate(cast.experts):
        the_scoring(walk, expert, number)
    the_ranking(walk, cast.zhao)
    the_notice_of_results(walk, cast.zhao, cast.public)
    the_objection(walk, cast.zhao, cast.wu, cast.public)
    the_conclusion(walk, cast.zhao, cast.qian)
    the_certificate(walk, cast.lin, cast.public)


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
    sweep()
    assert Round.objects.get().state == "open"


# -- 4.2 Application  ----


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
    wu.follow("受理", exact=True)
    wu.press("确认受理")
    wu.reads("已受理，并已通知申报单位")
    wu.look("intake-accepted")
    assert Application.objects.get().state == "accepted"


# -- 4.4 Panel  ----


def the_panel(walk, zhao, experts):
    walk.at(2026, 11, 21, 0, 1)
    sweep()
    walk.at(2026, 11, 23, 9, 0)
    zhao.sign_in()
    zhao.look("manager-home-closed")
    round_page = Round.objects.get().get_absolute_url()
    zhao.go(round_page)
    zhao.follow("开始评审")
    zhao.press("开始评审")
    zhao.reads("评审已开始")
    zhao.look("round-reviewing")
    zhao.go("/experts/")
    for number, expert in enumerate(experts):
        zhao.follow("登记专家")
        zhao.type(
            email=expert.user.email,
            name=expert.user.name,
            employer=f"武汉{'甲乙丙'[number]}质量研究院",
            position="教授级高工",
        )
        for field in ("metrology", "standards"):
            zhao.page.check(f"main input[name=fields_known][value={field}]")
        if not number:
            zhao.look("expert-register")
        zhao.press("登记专家")
    zhao.look("experts")
    zhao.go(round_page)
    zhao.follow("分配专家")
    expect(zhao.page.locator("main input[name=pair]:checked")).to_have_count(3)
    zhao.type(due_at="2026-11-27T18:00")
    zhao.page.locator("main select[name=chair]").select_option(index=1)
    zhao.look("panel-board")
    zhao.press("核对将要分配的内容")
    zhao.look("panel-confirm")
    zhao.press("确认分配")
    zhao.reads("已分配，并已通知专家", *EXPERTS)
    zhao.look("panel-progress")


# -- 4.5 Scoring  ----


def the_scoring(walk, expert, number):
    """All by keyboard, from the first mark to the button; the first expert's pages are looked at."""
    first = number == 0
    walk.at(2026, 11, 24, 9 + number, 0)
    expert.sign_in()
    if first:
        expert.look("expert-home")
    expert.go("/sheets/")
    if first:
        expert.look("sheets")
    expert.follow(ORGANISATION)
    expert.reads("先声明是否存在利益冲突")
    assert ".pdf" not in expert.main.inner_text()  # nothing of the file before the gate
    if first:
        expert.look("conflict-gate")
    expert.press("我声明无利益冲突")
    page = expert.page
    page.locator("[data-mark]").first.focus()
    marks = page.locator("[data-mark]").count()
    assert marks == 19
    for place in range(marks):
        full = float(focused(page, "max"))
        taken = 1 if place % 5 == number else 0
        page.keyboard.press("Control+a")
        page.keyboard.type(f"{full - taken:g}")
        if taken:
            page.keyboard.press("Tab")
            page.keyboard.type("记录不完整，扣 1 分。")
            tab_until(page, "data-mark")
        elif place < marks - 1:
            page.keyboard.press("Enter")
    expect(page.locator("[data-scored]").first).to_have_text("19")
    expect(page.locator("[data-save-state]")).to_contain_text("已保存")
    if first:
        expert.look("score-sheet")
    page.locator("#id_comment").focus()
    page.keyboard.type("基础扎实，成效明显，台账有待完善。")
    tab_until(page, "name", "check")
    page.keyboard.press("Enter")
    page.wait_for_url("**/submit/")
    if first:
        expert.look("score-sheet-check")
    expert.press("提交评分表")
    expert.reads("评分表已提交")
    if first:
        expert.look("score-sheet-submitted")


def focused(page, attribute):
    return page.evaluate("name => document.activeElement.getAttribute(name)", attribute)


def tab_until(page, attribute, value=None):
    """Tab on to an element with this attribute, as somebody without a mouse does."""
    for _ in range(12):
        page.keyboard.press("Tab")
        found = focused(page, attribute)
        if found is not None and value in (None, found):
            return
    raise AssertionError(f"no {attribute} within twelve tabs")


# -- 4.6 Ranking  ----


def the_ranking(walk, zhao):
    walk.at(2026, 11, 27, 18, 30)
    zhao.sign_in()
    evaluation = Round.objects.get()
    zhao.go(evaluation.get_absolute_url())
    zhao.follow("评审进度")
    zhao.look("panel-progress-submitted")
    zhao.follow("锁定评分表")
    zhao.look("panel-lock")
    zhao.press("锁定 1 个参评对象的评分表")
    zhao.reads("评分表已锁定")
    zhao.go(evaluation.get_absolute_url())
    zhao.follow("排名")
    zhao.follow("计算排名")
    zhao.press("开始计算")
    zhao.look("ranking-asked")
    work()
    zhao.go(f"/rounds/{evaluation.pk}/ranking/")
    zhao.reads("拟授予称号", STATION)
    zhao.look("ranking")
    zhao.follow(STATION)
    zhao.reads("计算过程")
    assert zhao.download("得分说明 PDF").startswith(b"%PDF")
    zhao.look("ranking-place")
    zhao.go(f"/rounds/{evaluation.pk}/ranking/")
    zhao.follow("核对并确认排名")
    zhao.press("确认排名")
    assert Round.objects.get().state == "ranked"


# -- 4.7 Public notice  ----


def the_notice_of_results(walk, zhao, public):
    walk.at(2026, 12, 1, 9, 0)
    zhao.sign_in()
    zhao.go(Round.objects.get().get_absolute_url())
    zhao.follow("起草评价结果公示")
    zhao.press("起草评价结果公示")
    zhao.reads("2026年12月7日24时")  # five days end on a Sunday: rolled on to Monday
    assert zhao.download("预览 PDF").startswith(b"%PDF")
    zhao.look("result-notice-publish")
    zhao.press("确认发布")
    zhao.look("result-notice-published")
    assert Round.objects.get().state == "in_notice"
    walk.at(2026, 12, 3, 20, 0)
    public.go("/")
    public.reads("正在公示")
    public.look("front-in-notice")
    public.go("/notices/")
    public.follow("评价结果的公示")
    public.reads("公示至", STATION)
    for form in ("PDF", "名单 CSV", "名单 Excel", "全文数据 JSON"):
        assert public.download(form)
    public.look("result-notice")


def the_objection(walk, zhao, wu, public):
    public.follow("我要提异议")
    public.look("objection-form")
    public.page.locator("main select[name=entry]").select_option(index=1)
    public.type(
        statement="该站公示的服务窗口 11 月多次无人值守，请核实服务承诺。", name="郑先生", email="zheng@example.com"
    )
    public.page.set_input_files("main input[name=evidence]", [paper("窗口照片.pdf")])
    public.press("提交异议")
    public.reads("异议已收到")
    assert public.download("下载回执").startswith(b"%PDF")
    number = str(Objection.objects.get().number)
    public.reads(number)
    public.look("objection-receipt")
    walk.at(2026, 12, 4, 9, 0)
    zhao.sign_in()
    zhao.look("manager-home-objection")
    zhao.go("/objections/work/")
    zhao.look("objection-list")
    zhao.follow(STATION)
    assert "郑先生" not in zhao.main.inner_text()
    zhao.look("objection-file")
    zhao.follow("受理", exact=True)
    zhao.press("受理")
    zhao.reads("被异议的参评对象已暂缓")
    zhao.follow("指定核查人")
    zhao.choose(investigator=str(wu.user.pk))
    zhao.press("指定核查人")
    zhao.follow("作出核查结论")
    zhao.page.get_by_label("异议不成立").check()
    zhao.type(text="调取窗口值守记录和监控，11 月各工作日均有人值守。")
    zhao.look("objection-decide")
    zhao.press("作出核查结论")
    zhao.follow("反馈异议人")
    zhao.type(answer="经核查，11 月各工作日服务窗口均有人值守，异议不成立。感谢您的监督。")
    zhao.press("反馈异议人")
    zhao.reads("已反馈")
    zhao.look("objection-answered")
    public.go("/objections/")
    public.type(number=number)
    public.look("objection-find")
    public.press("查询")
    public.reads("异议不成立")
    public.look("objection-answer")
    walk.at(2026, 12, 8, 0, 1)
    sweep()
    public.go("/notices/")


# -- 4.8 Conclusion and award  ----


def the_conclusion(walk, zhao, qian):
    walk.at(2026, 12, 8, 9, 0)
    zhao.sign_in()
    zhao.go(Round.objects.get().get_absolute_url())
    zhao.follow("拟办结论")
    zhao.reads(STATION)
    zhao.type(document_number="武市监〔2026〕58号")
    zhao.press("提请审批")
    zhao.reads("等待审批")
    qian.sign_in()
    qian.look("leader-home")
    qian.go("/conclusions/")
    qian.look("conclusions")
    qian.follow(Round.objects.get().name)
    qian.follow("批准并执行")
    qian.look("conclusion-approve")
    qian.press("批准并执行")
    qian.reads("结论已执行")
    assert Round.objects.get().state == "concluded"


def the_certificate(walk, lin, public):
    walk.at(2026, 12, 9, 9, 0)
    number = Certificate.objects.get().number
    lin.sign_in()
    lin.look("applicant-home-awarded")
    lin.go("/applications/")
    lin.follow(STATION)
    lin.look("application-awarded")
    assert lin.download("下载证书（PDF）").startswith(b"%PDF")
    public.go("/notices/")
    public.look("notices-awarded")
    public.go("/certificates/")
    public.type(number=number)
    public.look("certificate-check")
    public.press("查验")
    public.reads("有效", STATION, number)
    public.look("certificate")
