"""A company's need in a real browser: posted on a telephone, matched, contracted, served and rated; then it counts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from accounts.models import Message
from evaluation.models import ScoreSheet
from evaluation.states import SheetState
from services.actions.record import add_record
from services.models import Need, ServiceRecord
from stations.credit_code import make_credit_code
from stations.models import Station
from tests.browser import backstage
from tests.browser.cast import STATION, lead_station
from tests.browser.uploads import paper, photograph
from tests.factories import make_title
from tests.services.need_scene import CODE, SECRETS
from tests.services.test_need_work import agency_of, specialist_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
COMPANY = "武汉精密零件有限公司"
PHONE = {"width": 360, "height": 780}


def test_a_need_from_the_telephone_of_a_company_to_the_archive(walk, cast):
    """The station holds a district's title and stands for the city's: an expert has its sheet before and after."""
    station = lead_station(cast.lin)
    make_title(station, level="district")
    sheet = the_station_stands_for_evaluation(walk, cast, station)
    before = the_sheet_says(cast.experts[0], sheet, "score-sheet-before")
    agency = agency_of(station)
    agency_of(station, "没有资质的机构", qualified=False, number=2)
    specialist_of(station)
    number = a_company_asks(cast.public, station)
    the_station_assesses(cast.lin)
    the_station_matches(cast.lin, agency.name)
    the_station_contracts(cast.lin)
    walk.at(2026, 11, 27, 9, 0)
    the_station_serves(cast.lin)
    the_company_rates(cast.public, number)
    it_counts(cast.lin, station)
    assert the_sheet_says(cast.experts[0], sheet, "score-sheet-after") == before + 1
    it_is_archived(cast.lin)


def the_station_stands_for_evaluation(walk, cast, station: Station) -> ScoreSheet:
    """Its application of the year with the experts, on 24 November; one service was given in the spring."""
    evaluation = backstage.open_round(walk, cast)
    walk.at(2026, 11, 10, 10, 0)
    facts = {"client_code": make_credit_code(77), "client_name": "汉江仪表厂", "item": "metrology.calibration"}
    add_record(station, actor=cast.lin.user, origin="typed", served_on="2026-03-02", **facts)
    backstage.accept(backstage.submit(evaluation, station, cast.lin.user), cast.wu.user)
    backstage.begin_review(walk, cast, evaluation)
    walk.at(2026, 11, 24, 9, 0)
    sheets = backstage.give_out(cast, evaluation, backstage.register_experts(cast))
    return next(sheet for sheet in sheets if sheet.expert.user == cast.experts[0].user)


def the_sheet_says(expert, sheet: ScoreSheet, picture: str) -> int:
    """How many visits of the year stand beside the indicator, as the expert reads it."""
    expert.sign_in()
    expert.go(f"/sheets/{sheet.pk}/")
    if sheet.state == SheetState.GATED:
        expert.press("我声明无利益冲突，查看材料")
        sheet.refresh_from_db()
    expert.reads("系统按服务记录统计")
    expert.look(picture)
    return int(re.search(r"系统按服务记录统计 (\d+) 家次", expert.main.inner_text()).group(1))


def last_mail() -> Message:
    return Message.objects.filter(address=SECRETS[2]).latest("pk")


def a_company_asks(public, station: Station) -> str:
    public.page.set_viewport_size(PHONE)
    public.go(f"/stations/{station.pk}/")
    public.follow("请这个服务站服务")
    public.look("form")
    public.page.set_viewport_size(PHONE)
    public.press("提交需求")
    public.reads("请填写需求内容", "请选择需要的服务")
    public.type(text="三坐标测量机需要校准，客户要求十二月中旬前提供证书。", wanted_on="2026-12-12", company=COMPANY)
    public.type(credit_code=CODE, contact_name=SECRETS[0], contact_phone=SECRETS[1], contact_email=SECRETS[2])
    public.choose(service="metrology.calibration", district=station.district_id)
    public.tick("我已阅读并同意个人信息使用说明")
    public.press("提交需求")
    public.reads("核验邮箱")
    public.look("code")
    public.page.set_viewport_size(PHONE)
    public.type(code=re.search(r"\d{6}", last_mail().body).group())
    public.press("核验并提交需求")
    public.reads("需求已收到", COMPANY, STATION)
    public.look("received")
    assert public.download("下载回执").startswith(b"%PDF")
    return str(Need.objects.get().number)


def the_station_assesses(lin) -> None:
    lin.sign_in()
    lin.reads(f"{COMPANY}的服务需求", "请评估")
    lin.follow("服务需求", "nav", exact=True)
    lin.look("list")
    lin.follow(COMPANY)
    lin.reads(*SECRETS, "三坐标测量机")
    lin.look("detail-received")
    lin.follow("评估")
    lin.tick("协调服务机构")
    lin.type(assessment="本站没有校准资质，协调计量机构上门。")
    lin.look("assess")
    lin.press("评估需求")
    lin.reads("已评估，待对接", "本站没有校准资质")


def the_station_matches(lin, agency: str) -> None:
    lin.follow("对接服务资源")
    lin.reads("与企业同区", "法计2026", "不能提出的 1 个")
    lin.look("match")
    lin.main.get_by_label(agency).check()
    lin.press("提出对接")
    lin.reads("待答复")
    lin.follow("接受")
    lin.type(answer="十一月二十五日上门，三个工作日出证书。")
    lin.press("登记接受对接")
    lin.reads("已对接，待签合同")


def the_station_contracts(lin) -> None:
    lin.follow("制定服务方案")
    lin.type(goal="十二月十日前取得校准证书。", measures="一、上门校准；二、出具证书；三、复核。")
    lin.press("制定服务方案")
    lin.reads("十二月十日前取得校准证书")
    lin.follow("登记服务合同")
    lin.choose(size="small")
    lin.type(signed_on="2026-11-24", ends_on="2026-12-12", item_1="三坐标测量机校准", amount_1="3000")
    lin.type(item_2="上门服务", amount_2="200", discount="500", discount_reason="小型企业减免")
    lin.look("contract")
    lin.pick("file", paper("服务合同.pdf"))
    lin.press("登记服务合同")
    lin.reads("2026-0001", "已签合同，待开始", "2,700")
    lin.follow("开始服务")
    lin.press("开始服务")
    lin.reads("服务中")
    lin.follow("登记进展")
    lin.type(text="上门校准", due_on="2026-11-25")
    lin.look("progress")
    lin.press("登记进展")
    lin.reads("上门校准", "登记完成")


def the_station_serves(lin) -> None:
    lin.sign_in()
    lin.reads(f"{COMPANY}：上门校准")  # two days late by now
    lin.follow(f"{COMPANY}：上门校准")
    lin.look("in-progress")
    lin.follow("登记完成")
    lin.type(problems_found="2", problems_solved="2", problems="探针磨损，已更换；Z 轴超差，已调整。")
    lin.press("登记完成")
    lin.reads("逾期完成", "发现 2 个，解决 2 个")
    lin.follow("交付服务成果")
    lin.look("deliver")
    lin.type(summary="校准合格，出具证书一份。", experts="2", saved_cost="1500")
    lin.pick("report", photograph("证书.jpg"))
    lin.press("交付服务成果")
    lin.reads("已交付，待评价", "校准合格")
    lin.look("delivered")


def the_company_rates(public, number: str) -> None:
    public.page.set_viewport_size(PHONE)
    public.go(last_mail().url)
    for aspect in ("place", "response", "skill", "conduct", "outcome"):
        public.page.locator(f"main input[name={aspect}][value='5']").check()
    public.page.locator("main input[name=integrity][value=clean]").check()
    public.press("提交评价")
    public.page.wait_for_url("**/ratings/thanks/")
    public.go(f"/needs/{number}/")
    public.reads("已评价")
    public.look("rated")


def it_counts(lin, station: Station) -> None:
    """The service stands among the station's records, in its satisfaction of the year, and in its figures."""
    lin.go(f"/stations/{station.pk}/figures/2026/visits/")
    lin.reads(COMPANY)
    record = ServiceRecord.objects.get(client_code=CODE)
    assert (record.origin, record.problems_found, record.problems_solved, record.set_aside) == ("need", 2, 2, "")
    lin.go("/service-records/")
    lin.reads(COMPANY, "需求办结")
    lin.go(f"/satisfaction/{station.pk}/")
    lin.reads("100")


def it_is_archived(lin) -> None:
    lin.go(Need.objects.get().get_absolute_url())
    lin.follow("归档")
    lin.press("归档")
    expect(lin.main).to_contain_text("服务档案2026-0001.pdf")
    lin.look("archived")
    archive = lin.download("服务档案2026-0001.pdf")
    (lin.walk.folder / "archive.pdf").write_bytes(archive)
    assert archive.startswith(b"%PDF")
