"""The yearly self-assessment, walked in Chromium: the bureau decides the year's plan, the clock opens the report, two
colleagues write it at once, one finds that the other has changed the same item, it is filed, returned, filed again and
reviewed."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from supervision.actions.self_assessment import Typed, file_self_assessment, save_items
from supervision.models import SelfAssessment, SelfAssessmentItem
from tests.browser import backstage
from tests.browser.cast import lead_station
from tests.browser.uploads import paper
from tests.browser.walk import SHANGHAI
from tests.factories import join, make_title
from tests.supervision.reports import everything
from tests.supervision.test_year_plan import SETTINGS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHEN = "武汉东湖生物医药产业质量基础设施“一站式”服务站"


def test_a_year_of_self_assessment(walk, cast):
    chen, fang = walk.person("陈", "chen@example.com"), walk.person("方", "fang@example.com")
    station = lead_station(chen, CHEN, "武汉东湖生物技术服务有限公司")
    join(fang.user, station.organisation)
    title = make_title(station, awarded_at=dt.datetime(2024, 12, 9, tzinfo=SHANGHAI))
    last_year(title, chen.user)
    the_plan(walk, cast.zhao)
    the_clock_opens(walk, chen)
    two_write_at_once(walk, chen, fang)
    it_is_filed(walk, chen)
    it_is_returned_and_filed_again(walk, chen, cast.zhao)
    it_is_reviewed(walk, chen, cast.zhao)


def last_year(title, owner):
    at = dt.datetime(2025, 10, 20, 9, tzinfo=SHANGHAI)
    before = SelfAssessment.objects.create(title=title, year=2025, due_at=dt.datetime(2025, 11, 1, tzinfo=SHANGHAI))
    save_items(before, actor=owner, at=at, items=everything("上一年度按要求完成。"))
    file_self_assessment(before, actor=owner, at=at)


def the_plan(walk, zhao):
    walk.at(2026, 8, 20, 9, 0)
    zhao.sign_in()
    zhao.follow("年度监督安排", "nav")
    zhao.reads("还没有年度监督安排")
    zhao.look("year-plan-none")
    zhao.follow("起草年度监督安排")
    zhao.type(year="2026")
    zhao.press("起草", exact=True)
    zhao.look("year-plan-empty")
    zhao.follow("没有填写的先按建议值填入")
    zhao.type(self_assessment_opens_on="2026-09-01", statement_days=SETTINGS["statement_days"])
    zhao.look("year-plan-suggested")
    zhao.press("保存", exact=True)
    zhao.reads("各项已经决定")
    zhao.look("year-plan-decided")
    zhao.follow("确定年度监督安排")
    zhao.press("确定", exact=True)
    zhao.reads("执行中", "2026年9月1日零时")


def the_clock_opens(walk, chen):
    walk.at(2026, 9, 1, 0, 1)
    backstage.sweep()
    walk.at(2026, 10, 5, 9, 0)
    backstage.sweep()
    chen.sign_in()
    chen.reads("2026 年度自评")
    chen.follow("年度自评", "nav")
    chen.follow(CHEN)
    chen.reads("还有 19 项指标没有填完", "期限前 30 日提醒", "2026年11月2日24时")
    chen.look("self-assessment-open")


def two_write_at_once(walk, chen, fang):
    chen.follow("填写基础建设")
    fang.sign_in()
    fang.go(chen.path)
    state = chen.page.locator("[data-save-state]")
    chen.type(score_1_1_1="2.5", text_1_1_1="陈：站长一名，专员六名。")
    expect(state).to_contain_text("已保存")
    chen.look("self-assessment-write")
    # on another item: both are kept
    fang.type(text_1_1_2="方：岗位职责已上墙。")
    expect(fang.page.locator("[data-save-state]")).to_contain_text("已保存")
    assert SelfAssessmentItem.objects.get(assessment__year=2026, indicator="1.1.1").narrative.startswith("陈")
    # on the same item: told, and nothing is lost
    fang.type(text_1_1_1="方：站长一名，专员七名。")
    expect(fang.page.locator("[data-save-state]")).to_contain_text("1.1.1 已由别人修改过")
    fang.press("保存", exact=True)
    fang.reads("您填写的时候，别人保存过这一项", "陈：站长一名，专员六名。")
    expect(fang.page.locator("main [name=text_1_1_1]")).to_have_value("方：站长一名，专员七名。")
    fang.look("self-assessment-stale")
    fang.press("保存", exact=True)
    fang.reads("已保存")
    said = SelfAssessmentItem.objects.get(assessment__year=2026, indicator="1.1.1")
    assert (said.narrative, said.version) == ("方：站长一名，专员七名。", 2)
    # a number above the indicator, seen at its field
    chen.go(chen.path)
    chen.type(score_1_1_1="9")
    expect(state).to_contain_text("自评分不能超过 3 分")
    chen.press("保存", exact=True)
    chen.reads("自评分不能超过 3 分")
    chen.look("self-assessment-too-many-points")
    chen.type(score_1_1_1="3")
    chen.press("保存", exact=True)
    chen.reads("已保存")
    chen.follow("上传证明材料")
    chen.pick("files", paper("岗位台账.pdf"))
    chen.press("上传")
    chen.reads("已上传 1 个文件", "岗位台账.pdf")
    chen.follow("服务成效")
    chen.reads("2025 年度：自评")
    chen.look("self-assessment-figures")


def it_is_filed(walk, chen):
    row = SelfAssessment.objects.get(year=2026)
    chen.go(f"/self-assessments/{row.pk}/file/")
    chen.reads("还缺以下内容", "4.1.3")
    chen.look("self-assessment-lacking")
    given = {item.indicator for item in row.items.all()}
    rest = {code: typed for code, typed in everything().items() if code not in given}
    scored = {"1.1.2": Typed(own_score=everything()["1.1.2"].own_score, narrative="方：岗位职责已上墙。")}
    save_items(row, actor=chen.user, items={**rest, **scored})
    chen.go(f"/self-assessments/{row.pk}/file/")
    chen.look("self-assessment-check")
    chen.press("确认报送")
    chen.reads("年度自评已报送市市场监管局", "第1版", "自评总分 100 分")
    assert chen.download("第1版 评估报告").startswith(b"%PDF")
    chen.look("self-assessment-filed")


def it_is_returned_and_filed_again(walk, chen, zhao):
    walk.at(2026, 10, 8, 10, 0)
    zhao.sign_in()
    zhao.follow("年度自评", "nav")
    zhao.reads("等待审阅")
    zhao.look("self-assessments")
    zhao.follow(CHEN)
    zhao.look("self-assessment-bureau")
    zhao.follow("退回补充")
    zhao.type(reason_4_1_3="请写明走访次数的台账来源。")
    zhao.look("self-assessment-return")
    zhao.press("退回", exact=True)
    zhao.reads("退回补充", "请写明走访次数的台账来源。")
    chen.sign_in()
    chen.reads("市局退回 1 项")
    chen.follow("补充")
    chen.look("self-assessment-returned")
    chen.follow("填写服务成效")
    chen.type(text_4_1_3="走访 501 家次，台账见附件。")
    expect(chen.page.locator("[data-save-state]")).to_contain_text("已保存")
    chen.press("保存并返回")
    chen.follow("核对并报送")
    chen.press("确认报送")
    chen.reads("第2版", "按期")


def it_is_reviewed(walk, chen, zhao):
    zhao.go(f"/self-assessments/{SelfAssessment.objects.get(year=2026).pk}/")
    zhao.follow("审阅", exact=True)
    zhao.type(feedback="数据和台账一致，建议增加线上服务。")
    zhao.press("完成审阅")
    zhao.reads("已审阅")
    chen.go(chen.path)
    chen.reads("市局的审阅意见", "建议增加线上服务")
    chen.look("self-assessment-reviewed")
