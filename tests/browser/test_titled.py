"""Both tracks of a round, walked in Chromium to an end that nobody could foresee: a self-assessment filed as dossier, a
tie at the last place that a meeting decides, an objection that is upheld, and the reserve that moves up.

Fifty places, forty-nine of them taken. Of two titled stations, Chen's passes and Ma's fails, which makes two places free.
Of three new ones Luo's is best; Lin's and Tian's are equal, so the second place waits for a decision: Lin's. Then an
objection to Luo's is upheld, and Tian's comes up from the reserve.

Applications, marks and the rest of what test_round walks are made by the actions.
"""

import datetime as dt

import pytest
from playwright.sync_api import expect

from evaluation.actions.objections import file_objection
from evaluation.models import Entry, Objection, PublicNotice, Ranking, Round
from ledger.actors import Job
from stations.models import Title
from supervision.actions.self_assessment_clock import open_self_assessments
from supervision.models import SelfAssessment
from tests.browser import backstage
from tests.browser.cast import lead_station
from tests.browser.uploads import paper
from tests.browser.walk import SHANGHAI
from tests.factories import make_title

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHEN, MA = "武汉东湖生物医药产业质量基础设施“一站式”服务站", "武汉阳逻港航产业质量基础设施“一站式”服务站"
LUO, LIN, TIAN = (
    f"武汉{trade}产业质量基础设施“一站式”服务站" for trade in ("车谷智能网联汽车", "光谷光电子信息", "江夏装备制造")
)
FAILS = {"_2_2_1": "0", "_2_2_2": "0", "_3_2_1": "0", "_4_1_1": "0", "_4_1_2": "0"}


def test_a_titled_stations_report_a_tie_and_an_objection_that_is_upheld(walk, cast):
    chen, ma, luo, tian = (walk.person(name, f"{name}@example.com") for name in ("chen", "ma", "luo", "tian"))
    stations = {
        name: lead_station(owner, name, f"{name[:6]}技术服务有限公司")
        for name, owner in {CHEN: chen, MA: ma, LUO: luo, LIN: cast.lin, TIAN: tian}.items()
    }
    for name in (CHEN, MA):
        make_title(stations[name], awarded_at=dt.datetime(2025, 12, 9, tzinfo=SHANGHAI))
    backstage.others_hold(47)
    the_self_assessment(walk, chen, ma)
    evaluation = backstage.open_round(walk, cast)
    walk.at(2026, 11, 10, 10, 0)
    for owner, name in ((luo, LUO), (cast.lin, LIN), (tian, TIAN)):
        backstage.accept(backstage.submit(evaluation, stations[name], owner.user), cast.wu.user)
    backstage.begin_review(walk, cast, evaluation)
    walk.at(2026, 11, 24, 9, 0)
    equal = {"_1_1_1": "2", "_2_1_1": "1"}
    points = {CHEN: {"_1_1_1": "2"}, MA: FAILS, LUO: {}, LIN: equal, TIAN: equal}
    backstage.score_all(cast, evaluation, {stations[name]: taken for name, taken in points.items()})
    the_tie(walk, cast.zhao)
    the_notice(walk, cast.zhao, cast.public)
    the_objection(walk, cast.zhao, cast.wu)
    the_dry_run(walk, cast.zhao)
    the_conclusion(walk, cast.zhao, cast.qian, cast.public)
    what_each_is_told(walk, chen, ma, luo, tian)


# -- 4.6 The dossier of a titled station  ----


def the_self_assessment(walk, chen, ma):
    walk.at(2026, 10, 12, 9, 0)
    open_self_assessments(year=2026, measure="wuhan", actor=Job("open_self_assessments"))
    chen.sign_in()
    chen.look("titled-home")
    chen.follow("年度自评", "nav")
    chen.look("self-assessments")
    chen.follow(CHEN)
    chen.reads("还有 19 项指标没有填完", "基础建设")
    chen.look("self-assessment-due")
    backstage.report(SelfAssessment.objects.get(title__station__name=CHEN), chen.user)
    chen.go(chen.path)
    chen.reads("已报送", "2026年10月12日", "第1版")
    chen.look("self-assessment-filed")
    backstage.report(SelfAssessment.objects.get(title__station__name=MA), ma.user)
    assert SelfAssessment.objects.filter(state="filed").count() == 2


# -- 4.6 A tie  ----


def the_tie(walk, zhao):
    walk.at(2026, 11, 27, 18, 30)
    zhao.sign_in()
    evaluation = Round.objects.get()
    zhao.go(f"/rounds/{evaluation.pk}/ranking/")
    zhao.look("ranking-ready")
    zhao.follow("计算排名")
    zhao.press("开始计算")
    backstage.work()
    zhao.go(f"/rounds/{evaluation.pk}/ranking/?track=new")
    zhao.reads("有并列处在边界上，排名停在这里", LIN, TIAN, "其中 1 个排在边界以内")
    expect(zhao.main).not_to_contain_text("核对并确认排名")
    zhao.look("ranking-tied")
    zhao.follow("记录集体决定")
    lin, tian = (Entry.objects.get(station__name=name) for name in (LIN, TIAN))
    reason = "11月27日评审委员会集体研究：光谷站 2026 年承担市级质量提升项目 2 项，列先。"
    zhao.type(**{f"place_{lin.pk}": "1", f"place_{tian.pk}": "1", "reason": reason})
    zhao.pick("minutes", paper("会议纪要.pdf"))
    zhao.press("记录集体决定")
    zhao.reads("次序有重复")
    zhao.look("tie-refused")
    zhao.type(**{f"place_{tian.pk}": "2"})
    zhao.pick("minutes", paper("会议纪要.pdf"))
    zhao.press("记录集体决定")
    zhao.reads("集体决定已记录")
    backstage.work()
    zhao.go(f"/rounds/{evaluation.pk}/ranking/?track=new")
    zhao.look("ranking-new")
    zhao.go(f"/rounds/{evaluation.pk}/ranking/?track=titled")
    zhao.reads(CHEN, "第 1 等次", MA)
    zhao.look("ranking-titled")
    zhao.follow(CHEN)
    zhao.look("ranking-place-titled")
    zhao.go(f"/rounds/{evaluation.pk}/ranking/")
    zhao.follow("核对并确认排名")
    zhao.look("ranking-confirm-both-tracks")
    zhao.press("确认排名")
    lines = Ranking.objects.get(state="confirmed").lines
    found = dict(lines.values_list("entry__station__name", "outcome"))
    assert found == {CHEN: "retain", MA: "fail", LUO: "award", LIN: "award", TIAN: "reserve"}


# -- 4.7 Public notice with a reserve, an objection that is upheld  ----


def the_notice(walk, zhao, public):
    walk.at(2026, 12, 1, 9, 0)
    zhao.sign_in()
    zhao.go(Round.objects.get().get_absolute_url())
    zhao.follow("起草评价结果公示")
    zhao.press("起草评价结果公示")
    zhao.look("result-notice-both-tracks")
    zhao.press("确认发布")
    public.go("/notices/")
    public.follow("评价结果的公示")
    public.reads(*(CHEN, MA, LUO, LIN, TIAN), "候补")
    public.look("notice-with-reserve")


def the_objection(walk, zhao, wu):
    """Filed backstage (test_round files one through the page)."""
    walk.at(2026, 12, 2, 20, 0)
    notice, luo = PublicNotice.objects.get(kind="result"), Entry.objects.get(station__name=LUO)
    statement = "该站申报的 2 名质量专员实际在另一家单位任职，社保记录可以核实。"
    file_objection(notice, luo, kind="person", name="郑先生", email="zheng@example.com", statement=statement)
    walk.at(2026, 12, 3, 9, 0)
    zhao.sign_in()
    zhao.go("/objections/work/")
    zhao.follow(LUO)
    zhao.follow("受理", exact=True)
    zhao.press("受理")
    zhao.reads("被异议的参评对象已暂缓")
    zhao.follow("指定核查人")
    zhao.look("objection-investigate")
    zhao.choose(investigator=str(wu.user.pk))
    zhao.press("指定核查人")
    wu.sign_in()
    wu.look("investigator-home")
    wu.go("/objections/work/?mine=true")
    wu.look("objections-mine")
    wu.follow(LUO)
    wu.follow("查看异议人身份")
    wu.look("objection-reveal")
    wu.type(reason="电话核实异议事项")
    wu.press("查看")
    wu.reads("郑先生")
    wu.look("objection-revealed")
    zhao.go(f"/rounds/{Round.objects.get().pk}/conclusion/")
    zhao.reads("还在公示期内", "异议未办结，暂缓")
    zhao.look("dry-run-in-notice")
    zhao.go("/objections/work/")
    zhao.follow(LUO)
    zhao.follow("作出核查结论")
    zhao.tick("异议成立")
    zhao.type(text="经核对社保缴费记录，2 名质量专员自 2024 年起在其他单位参保，人员条件不符合第十三条。")
    zhao.press("作出核查结论")
    zhao.reads("异议成立")
    zhao.look("objection-upheld")
    zhao.follow("反馈异议人")
    zhao.type(answer="经核查，异议成立，该站本轮不予通过。感谢您的监督。")
    zhao.press("反馈异议人")
    zhao.reads("已反馈")
    assert Objection.objects.get().finding == "upheld"
    walk.at(2026, 12, 8, 0, 1)
    backstage.sweep()


# -- 4.8 Dry run, conclusion  ----


def the_dry_run(walk, zhao):
    walk.at(2026, 12, 8, 9, 0)
    zhao.sign_in()
    zhao.go(Round.objects.get().get_absolute_url())
    zhao.follow("拟办结论")
    zhao.reads("授予称号（2 个，其中候补递补 1 个）", "保留称号（1 个", "摘牌（1 个", "异议成立，不予通过（1 个")
    awarded = zhao.page.locator("section[aria-labelledby=fate-award]")
    expect(awarded).to_contain_text(LIN)
    expect(awarded.locator("tr", has_text=TIAN)).to_contain_text("候补递补")
    zhao.look("dry-run")
    assert Title.objects.filter(state="active").count() == 49  # nothing was done yet


def the_conclusion(walk, zhao, qian, public):
    zhao.type(document_number="武市监〔2026〕58号")
    zhao.press("提请审批")
    zhao.look("conclusion-waits")
    qian.sign_in()
    qian.go("/conclusions/")
    qian.follow(Round.objects.get().name)
    qian.look("conclusion-to-approve")
    qian.follow("批准并执行")
    qian.press("批准并执行")
    qian.reads("结论已执行")
    qian.look("conclusion-both-tracks")
    active = set(Title.objects.filter(state="active").values_list("station__name", flat=True))
    assert len(active) == 50
    assert active >= {CHEN, LIN, TIAN}
    assert not active & {MA, LUO}
    public.go("/notices/")
    public.follow("评价结果的公告")
    public.reads("授予称号 2 个", "保留称号 1 个", "予以摘牌 1 个")
    public.look("award-notice")
    qian.go("/staff/titles/")
    qian.look("titles")


def what_each_is_told(walk, chen, ma, luo, tian):
    walk.at(2026, 12, 9, 9, 0)
    said = {chen: "保留称号", ma: "予以摘牌", luo: "不予通过", tian: "获得称号"}
    for person, word in said.items():
        person.sign_in()
        person.go("/messages/")
        person.reads(word)
    for person, name, outcome in ((luo, LUO, "不予通过"), (tian, TIAN, "授予称号")):
        person.go("/applications/")
        person.follow(name)
        expect(person.page.locator("[aria-current=step]")).to_contain_text(outcome)
        person.look(f"application-{'refused' if person is luo else 'promoted'}")
    assert tian.download("下载证书（PDF）").startswith(b"%PDF")
    ma.go("/my/stations/")
    ma.reads("已摘牌")
    ma.look("station-delisted")
