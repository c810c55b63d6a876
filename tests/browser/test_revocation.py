"""A title is revoked in a real browser: from the suspicion that a report is missing to the public list of ended titles."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from ledger.actors import Job
from stations.models import Title
from stations.states import TitleState
from supervision.actions.self_assessment_clock import mark_missing, open_self_assessments
from supervision.actions.year_plan import adopt_year_plan
from supervision.models import CasePaper, RevocationCase, Statement
from tests.browser.cast import STATION, lead_station
from tests.browser.uploads import paper, photograph
from tests.browser.walk import SHANGHAI
from tests.factories import make_title
from tests.supervision.test_year_plan import drafted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOTICE, DECISION = "武市监告〔2026〕17号", "武市监〔2026〕31号"
SAID = "评估报告已于十月二十六日寄出，因地址有误退回，现补交。"


def test_a_title_is_revoked_from_the_suspicion_to_the_public_list(walk, cast):
    walk.at(2026, 10, 12, 9, 0)
    adopt_year_plan(drafted(cast.zhao.user), actor=cast.zhao.user)
    title = make_title(lead_station(cast.lin), awarded_at=dt.datetime(2025, 12, 9, tzinfo=SHANGHAI))
    open_self_assessments(year=2026, measure="wuhan", actor=Job("open_self_assessments"))
    mark_missing(at=walk.at(2026, 11, 10, 9, 0), actor=Job("mark_missing"))
    the_case_is_opened(cast.zhao)
    the_station_is_told(walk, cast.zhao)
    walk.at(2026, 11, 12, 9, 0)
    the_station_answers(cast.lin)
    walk.at(2026, 11, 18, 9, 0)
    it_is_proposed(cast.zhao)
    it_is_approved(cast.qian)
    walk.at(2026, 11, 19, 14, 0)
    the_decision_is_served(cast.zhao)
    it_is_executed(cast.qian)
    the_public_reads_it(cast.public, title)
    the_station_reads_the_end(cast.lin)
    title.refresh_from_db()
    assert title.state == TitleState.REVOKED


def the_case_is_opened(zhao) -> None:
    zhao.sign_in()
    zhao.go("/suspicions/")
    zhao.reads(STATION, "2026 年度自评没有报送")
    zhao.look("suspicions")
    zhao.follow("立案")
    zhao.reads("已按系统发现的疑点填入")
    facts = zhao.main.locator("[name=facts]")
    expect(facts).to_have_value("2026 年度自评没有报送，期限是2026年11月2日24时。")
    assert zhao.main.locator("[name=grounds]:checked").count() == 1
    zhao.look("open")
    zhao.pick("evidence", paper("报送情况截屏.pdf"))
    zhao.press("立案", exact=True)
    zhao.reads("已立案。下一步制作并送达告知书", "报送情况截屏.pdf")
    zhao.look("opened")
    zhao.follow("撤销称号", "nav[aria-label=当前位置]")
    zhao.look("list")


def the_station_is_told(walk, zhao) -> None:
    zhao.follow(RevocationCase.objects.get().number)
    zhao.follow("制作告知书")
    zhao.look("notice")
    zhao.type(document_number=NOTICE)
    zhao.press("制作告知书")
    zhao.reads("告知书已制作", "尚未记录送达")
    zhao.look("notice-drawn")
    assert zhao.download(NOTICE).startswith(b"%PDF")
    walk.at(2026, 11, 10, 16, 0)
    zhao.sign_in()
    zhao.go(RevocationCase.objects.get().get_absolute_url())
    zhao.follow("记录告知书送达")
    zhao.choose(how="in_person")
    zhao.type(served_at="2026-11-10T15:30", served_to="林经办")
    zhao.pick("proof", photograph("回证.jpg"))
    zhao.look("notify")
    zhao.press("记录送达")
    zhao.reads("陈述申辩期限开始计算", "签收人 林经办", "送达回证")
    zhao.look("notified")


def the_station_answers(lin) -> None:
    lin.sign_in()
    lin.reads("拟被撤销称号，请陈述申辩")
    lin.look("station-home")
    lin.follow("拟被撤销称号")
    lin.reads("撤销称号告知", "可以陈述申辩", NOTICE, "2026 年度自评没有报送")
    expect(lin.main).not_to_contain_text("报送情况截屏")
    lin.look("told")
    assert lin.download(NOTICE).startswith(b"%PDF")
    lin.follow("提交陈述申辩")
    lin.look("statement")
    lin.follow("返回")
    lin.follow("提交陈述申辩")
    lin.type(text=SAID)
    lin.pick("files", paper("邮寄凭证.pdf"))
    lin.press("提交")
    lin.reads("陈述申辩已提交", SAID, "邮寄凭证.pdf")
    lin.reads("补充陈述申辩")
    lin.look("answered")
    assert Statement.objects.get().files.count() == 1


def it_is_proposed(zhao) -> None:
    zhao.sign_in()
    zhao.reads("审阅陈述申辩")
    zhao.follow("撤销案件")
    zhao.reads(SAID, "邮寄凭证.pdf")
    zhao.look("heard")
    zhao.follow("拟办撤销")
    zhao.press("提交审批")
    zhao.look("propose-refused")
    zhao.type(proposal="邮寄日期与凭证不符，系统填报至期满仍是空白，陈述不成立，建议撤销。")
    zhao.press("提交审批")
    zhao.reads("须由另一位审批负责人批准", "待审批")
    zhao.look("proposed")


def it_is_approved(qian) -> None:
    qian.sign_in()
    qian.reads("审批撤销")
    qian.follow("撤销案件")
    qian.reads("邮寄日期与凭证不符")
    qian.look("to-approve")
    qian.follow("批准撤销")
    qian.look("approve")
    qian.press("批准", exact=True)
    qian.reads("已批准。下一步制作并送达决定书")


def the_decision_is_served(zhao) -> None:
    zhao.sign_in()
    zhao.follow("撤销案件")
    zhao.follow("制作决定书")
    zhao.type(document_number=DECISION)
    zhao.press("制作决定书")
    zhao.reads("决定书已制作")
    assert zhao.download(DECISION).startswith(b"%PDF")
    zhao.follow("记录决定书送达")
    zhao.choose(how="post")
    zhao.type(served_at="2026-11-19T10:00")
    zhao.press("记录送达")
    zhao.reads("决定书的送达已记录", "邮寄送达")
    zhao.look("decision-served")
    assert CasePaper.objects.filter(served_at__isnull=False).count() == 2


def it_is_executed(qian) -> None:
    qian.sign_in()
    qian.reads("执行撤销")
    qian.follow("撤销案件")
    qian.follow("执行撤销")
    qian.look("execute")
    qian.press("执行撤销")
    qian.reads("称号已撤销，名额已空出", "已执行")
    qian.look("executed")


def the_public_reads_it(public, title: Title) -> None:
    public.go(f"/certificates/{title.number}/")
    public.reads("撤销", "自 2026年11月19日 起不再有效", "第十八条", DECISION)
    public.look("certificate")
    public.follow("查看称号终止名单")
    public.reads(STATION, title.number, DECISION, "2026年11月19日")
    public.look("ended-titles")


def the_station_reads_the_end(lin) -> None:
    lin.sign_in()
    lin.go(RevocationCase.objects.get().station_url())
    lin.reads(NOTICE, DECISION, "称号已撤销")
    lin.look("station-end")
    assert lin.download(DECISION).startswith(b"%PDF")
