"""A complaint on its way in a real browser: from the public form to the answer on the page of its number."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from stations.models import Station
from supervision.actions.year_plan import adopt_year_plan
from supervision.models import Complaint, ComplaintStatement
from tests.browser.cast import STATION, lead_station
from tests.browser.uploads import paper, photograph
from tests.factories import make_title
from tests.supervision.test_year_plan import drafted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WRITTEN = "五月二十八日委托检测，付了 800 元，至今没有出具报告。"
SECRETS = ("欧阳举报", "ouyang@example.com", "13912345678")


def test_a_complaint_from_the_form_to_the_answer(walk, cast):
    walk.at(2026, 6, 1, 9, 0)
    adopt_year_plan(drafted(cast.zhao.user), actor=cast.zhao.user)
    station = make_title(lead_station(cast.lin)).station
    number = somebody_complains(cast.public, station)
    it_is_taken_up(cast.wu)
    walk.at(2026, 6, 3, 9, 0)
    the_station_is_asked(cast.wu)
    the_station_explains(cast.lin)
    walk.at(2026, 6, 8, 9, 0)
    it_is_concluded_and_answered(cast.wu)
    the_answer_is_read(cast.public, number)
    another_is_withdrawn(cast.public, station)


def somebody_complains(public, station: Station) -> str:
    public.go(f"/stations/{station.pk}/")
    public.follow("投诉这个服务站")
    public.look("form")
    public.press("提交投诉")
    public.reads("请填写投诉的事项和经过", "请勾选")
    public.look("form-refused")
    public.type(statement=WRITTEN, happened_on="2026-05-28", name=SECRETS[0], email=SECRETS[1], phone=SECRETS[2])
    public.tick("我已阅读并同意个人信息使用说明")
    public.pick("evidence", photograph("票据.jpg"))
    public.press("提交投诉")
    public.reads("投诉已收到", STATION, "2026年6月10日")
    public.look("receipt")
    assert public.download("下载回执").startswith(b"%PDF")
    number = str(Complaint.objects.get().number)
    public.go("/complaints/")
    public.look("find")
    public.type(number=number)
    public.press("查询")
    public.reads("投诉办理情况")
    return number


def it_is_taken_up(wu) -> None:
    wu.sign_in()
    wu.reads("投诉：", "待决定是否受理")
    wu.follow("投诉", "nav", exact=True)
    wu.look("list")
    wu.follow(STATION)
    wu.reads(WRITTEN, "票据.jpg", "保密")
    wu.follow("受理", exact=True)
    wu.look("accept")
    wu.press("受理投诉")
    wu.reads("已受理。请指定核查人", "2026年8月")
    wu.follow("指定核查人")
    wu.look("investigator")
    wu.choose(investigator=str(wu.user.pk))
    wu.press("指定投诉核查人")
    wu.reads("核查中", "吴受理")
    wu.follow("查看投诉人身份")
    wu.type(reason="电话核实经过")
    wu.press("查看")
    wu.reads(*SECRETS, "本次查看已记入台账")
    wu.look("identity")


def the_station_is_asked(wu) -> None:
    wu.sign_in()
    wu.go(f"/complaints/work/{Complaint.objects.get().pk}/")
    wu.look("file")
    wu.follow("要求服务站说明情况")
    wu.type(question=f"请说明。据{SECRETS[0]}反映……", due_on="2026-06-07")
    wu.press("要求服务站说明情况")
    wu.reads("内容里写有投诉人的姓名或者联系方式")
    wu.look("ask-refused")
    wu.type(question="请说明五月以来受托检测和出具报告的情况，附台账。")
    wu.press("要求服务站说明情况")
    wu.reads("已要求服务站说明情况", "待服务站说明")


def the_station_explains(lin) -> None:
    lin.sign_in()
    lin.reads("向监管部门说明情况")
    lin.follow("情况说明", "nav", exact=True)
    lin.look("statements")
    lin.follow(STATION)
    expect(lin.main).not_to_contain_text(WRITTEN)
    lin.look("statement")
    lin.follow("提交情况说明")
    lin.look("statement-form")
    lin.type(text="五月受托 12 件，其中 1 件因设备检定延误，报告已补出。")
    lin.pick("files", paper("台账.pdf"))
    lin.press("提交情况说明")
    lin.reads("情况说明已提交", "台账.pdf")
    lin.look("statement-given")
    assert ComplaintStatement.objects.get().files.count() == 1


def it_is_concluded_and_answered(wu) -> None:
    wu.sign_in()
    wu.go(f"/complaints/work/{Complaint.objects.get().pk}/")
    wu.reads("设备检定延误")
    wu.follow("作出核查结论")
    wu.tick("部分属实")
    wu.type(text="报告逾期九日出具，已责令改正。")
    wu.look("conclude")
    wu.press("作出投诉核查结论")
    wu.reads("核查结论已记录")
    wu.follow("答复投诉人")
    wu.type(answer="报告确有逾期，服务站已于六月五日补出，并退还加急费。")
    wu.press("答复投诉人")
    wu.reads("已答复", "核查结论：部分属实")
    wu.look("file-answered")


def the_answer_is_read(public, number: str) -> None:
    public.go(f"/complaints/{number}/")
    public.reads("部分属实", "服务站已于六月五日补出")
    for inside in (*SECRETS, "吴受理", "设备检定延误", "逾期九日"):
        expect(public.main).not_to_contain_text(inside)
    public.look("answer")


def another_is_withdrawn(public, station: Station) -> None:
    public.go(f"/complaints/new/?station={station.pk}")
    public.type(statement="窗口没有人。")
    public.tick("我已阅读并同意个人信息使用说明")
    public.press("提交投诉")
    public.follow("撤回投诉")
    public.look("withdraw")
    public.press("撤回投诉")
    public.reads("投诉已撤回", "重新投诉")
    assert set(Complaint.objects.values_list("state", flat=True)) == {"answered", "withdrawn"}
