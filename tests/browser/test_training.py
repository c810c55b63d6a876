"""A training event in a real browser: announced, signed up for, attended on a phone, concluded, and rated by its guest."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from accounts.models import Message
from services.models import ServiceRecord, TrainingEvent, TrainingSignUp
from services.queries.training import code_of
from stations.credit_code import make_credit_code
from tests.browser.cast import lead_station

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TITLE, FIRM = "计量器具管理培训", "武汉某汽车零部件有限公司"
PHONE = {"width": 360, "height": 740}


def test_a_training_from_its_announcement_to_a_guest_s_rating(walk, cast):
    walk.at(2026, 6, 1, 9, 0)
    lead_station(cast.lin)
    it_is_announced(cast.lin)
    a_company_signs_up(cast.public)
    walk.at(2026, 6, 10, 9, 5)
    two_companies_check_in(cast.public)
    walk.at(2026, 6, 10, 12, 30)
    it_is_concluded(cast.lin)
    the_guest_rates(cast.public)
    walk.at(2026, 6, 11, 9, 0)
    the_station_reads_it(cast.lin)


def it_is_announced(lin) -> None:
    lin.sign_in()
    lin.follow("培训活动", "nav", exact=True)
    lin.look("none-yet")
    lin.follow("新建培训活动")
    lin.press("保存草稿")
    lin.reads("请填写培训主题")
    lin.look("form-refused")
    lin.type(title=TITLE, starts_at="2026-06-10T09:00", ends_at="2026-06-10T12:00", place="创新路 8 号", capacity="12")
    lin.choose(kind="metrology")
    lin.press("保存草稿")
    lin.reads("还没有发布")
    lin.follow("发布", exact=True)
    lin.press("发布培训活动")
    lin.reads("已发布，企业可以报名")
    lin.look("file")


def a_company_signs_up(public) -> None:
    public.go("/trainings/")
    public.look("public-list")
    public.follow(TITLE)
    public.look("public-page")
    public.follow("报名", exact=True)
    public.page.set_viewport_size(PHONE)
    public.type(credit_code=make_credit_code(777_001), company=FIRM, people="2", name="孙工", phone="13800001111")
    public.type(email="sun@firm.example")
    public.tick("我已阅读并同意个人信息使用说明")
    public.press("提交报名")
    public.reads("已报名", FIRM)
    public.look("signed-up")
    assert TrainingSignUp.objects.get().state == "signed"


def two_companies_check_in(public) -> None:
    address = f"/trainings/check-in/{code_of(TrainingEvent.objects.get())}/"
    public.go(address)
    public.look("check-in")
    public.page.set_viewport_size(PHONE)
    public.type(credit_code=make_credit_code(777_001), people="2")
    public.press("签到")
    public.reads("请入场")
    public.go(address)
    public.type(credit_code=make_credit_code(777_002))
    public.press("签到")
    public.reads("没有找到这个单位的报名")
    public.type(company="没有报名的厂")
    public.press("签到")
    public.reads("请入场")


def it_is_concluded(lin) -> None:
    lin.walk.traveller.move_to(lin.walk.now)
    from services.actions.training import hold_due  # noqa: PLC0415  the clock of the walk

    hold_due(lin.walk.now)
    lin.sign_in()
    lin.reads(f"办结培训活动：{TITLE}")
    lin.follow(f"办结培训活动：{TITLE}")
    lin.follow("签到二维码")
    lin.look("code")
    lin.follow("返回")
    lin.follow("签到名单")
    lin.reads(FIRM, "没有报名的厂")
    lin.look("attendance")
    lin.follow(TITLE)
    lin.follow("办结", exact=True)
    lin.press("办结培训活动")
    lin.reads("已办结，到场单位已计入服务记录")
    assert ServiceRecord.objects.filter(origin="training", set_aside="").count() == 2


def the_guest_rates(public) -> None:
    mail = Message.objects.get(address="sun@firm.example", url__startswith="/rate/")
    public.go(urlsplit(mail.url).path)
    public.page.set_viewport_size(PHONE)
    public.press("提交评价")
    public.reads("请选择服务场所便利度")
    public.look("rating-refused")
    public.page.set_viewport_size(PHONE)
    for group in public.main.get_by_role("group").all()[:5]:
        group.get_by_label("满意", exact=True).check()
    public.main.get_by_role("group").nth(5).get_by_label("没有").check()
    public.type(comment="讲得清楚，资料够用。")
    public.press("提交评价")
    public.reads("谢谢您的评价")
    public.look("thanks")


def the_station_reads_it(lin) -> None:
    lin.sign_in()
    lin.follow("服务评价", "nav", exact=True)
    lin.reads("讲得清楚，资料够用。", "2026年6月")
    expect(lin.main).not_to_contain_text(FIRM)
    lin.look("ratings")
    lin.follow("服务满意度", "nav", exact=True)
    lin.follow("光谷光电子信息产业")
    lin.reads("75.00", "50.00")
    lin.look("satisfaction")
