"""The way of an inspection through the screens: drawn at a desk, written down on a phone with a photograph, read by the
station, put right and accepted."""

import pytest

from tests.browser.cast import lead_station
from tests.browser.uploads import paper, photograph
from tests.factories import make_title
from tests.supervision.inspection_scene import make_year_plan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 740}


def hold_a_phone(person):
    person.page.set_viewport_size(PHONE)


def test_an_inspection_from_the_draw_to_the_accepted_improvement(walk, cast):
    walk.at(2026, 5, 11, 9)
    zhao, wu, lin = cast.zhao, cast.wu, cast.lin
    make_year_plan(manager=zhao.user)
    title = make_title(lead_station(lin))
    plan = draw(walk, zhao)
    found = plan.inspections.get()
    assert {person.pk for person in found.inspectors.all()} == {wu.user.pk, zhao.user.pk}
    inspect_on_a_phone(wu, found)
    lin.sign_in()
    lin.go(found.get_absolute_url())
    lin.reads("门口没有站牌", "当天已经订制站牌")
    lin.look("record-for-the-station")
    ask_and_answer(walk, zhao, lin, found)
    found.refresh_from_db()
    assert (found.state, found.title_id) == ("closed", title.pk)


def draw(walk, zhao):
    from supervision.models import InspectionPlan  # noqa: PLC0415  read after Django is set up

    zhao.sign_in()
    zhao.go("/inspection-plans/")
    zhao.look("no-plan-yet")
    zhao.follow("起草检查计划")
    zhao.type(name="2026年上半年监督检查", starts_on="2026-05-11", ends_on="2026-06-12", stations_count="1")
    zhao.look("plan-form")
    zhao.press("保存")
    zhao.reads("现在可以抽取的服务站有 1 个")
    zhao.follow("随机抽取", exact=True)
    zhao.look("draw")
    zhao.press("现在抽取")
    zhao.reads("抽取过程", "随机种子")
    zhao.look("drawn")
    return InspectionPlan.objects.get()


def inspect_on_a_phone(inspector, found):
    inspector.sign_in()
    hold_a_phone(inspector)
    inspector.follow("监督检查：")
    inspector.follow("开始检查")
    inspector.press("开始检查")
    inspector.follow("1.2.3")
    inspector.main.get_by_label("不符合", exact=True).check()
    inspector.type(text="门口没有站牌")
    inspector.page.locator("[data-save-state]", has_text="已保存").wait_for()
    assert found.findings.get().text == "门口没有站牌"
    inspector.pick("photos", photograph("站门.jpg"))
    inspector.press("保存", exact=True)
    inspector.page.wait_for_url("**#finding-1.2.3")
    inspector.reads("照片1", "已填写 1 / 19 项")
    inspector.look("checklist")
    hold_a_phone(inspector)
    inspector.follow("1.2.3")
    inspector.look("finding")
    hold_a_phone(inspector)
    inspector.follow("返回清单")
    inspector.follow("形成检查记录")
    inspector.type(representative="李站长", statement="当天已经订制站牌")
    inspector.look("record")
    hold_a_phone(inspector)
    inspector.press("形成检查记录")
    inspector.reads("记录校验值", "李站长")
    inspector.look("recorded")


def ask_and_answer(walk, zhao, lin, found):
    zhao.go(found.get_absolute_url())
    zhao.follow("提出整改")
    zhao.look("improvement-form")
    zhao.press("提出整改")
    zhao.reads("2026年6月10日24时")
    lin.go("/home/")
    lin.follow("整改：")
    lin.follow("报送整改情况")
    lin.type(report="站牌已经挂好，见照片")
    lin.press("报送", exact=True)
    lin.reads("请上传证明材料。")
    lin.type(report="站牌已经挂好，见照片")
    lin.pick("evidence", photograph("站牌.jpg"), paper("安装单.pdf"))
    lin.look("answer")
    lin.press("报送", exact=True)
    lin.page.wait_for_url("**/improvements/*/#item-1")
    lin.reads("已报送，待验收")
    zhao.go("/improvements/items/")
    zhao.look("items")
    zhao.follow("没有站牌")
    zhao.look("improvement")
    zhao.follow("验收通过")
    zhao.press("验收通过")
    zhao.reads("整改完成")
    zhao.go("/improvements/")
    zhao.look("improvements")
    zhao.go("/inspections/")
    zhao.look("inspections")
    zhao.go(found.get_absolute_url())
    zhao.follow("办结检查")
    zhao.press("办结检查")
    zhao.reads("已办结")
