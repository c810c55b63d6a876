"""A file with detours, walked in Chromium: its project list comes from a spreadsheet, it is withdrawn and submitted
again, a third-party institution's expert scores it, and two people of the bureau go and look.

He manages the institution, Peng is its expert; the others are those of test_round. Checking the file, and what the two
other experts do, is done by the actions: test_round walks them.
"""

import hashlib
import io

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from evaluation.models import Application, Institution, Mandate, Round, ScoreSheet, SiteVisit
from stations.credit_code import make_credit_code
from tests.browser import backstage
from tests.browser.cast import ORGANISATION, STATION, lead_station
from tests.browser.uploads import paper, photograph, project_table
from tests.evaluation.dossiers import fill_in
from tests.evaluation.panel_cast import full_marks

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
INSTITUTION = "武汉中南质量评价中心"
PROJECTS = [
    (2026, "激光器团体标准研制", "武汉华工激光工程有限公司", "标准", "团体标准 1 项", "市市场监管局"),
    (2025, "光功率计比对", "武汉光迅科技股份有限公司", "计量", "偏差减小一半", None),
]
LATE = (2025, "车载激光雷达检测方法", "东风汽车集团股份有限公司", "检验检测", "方法 2 项", None)


def test_a_file_withdrawn_once_is_scored_by_a_third_party_after_a_visit(walk, cast):
    he = walk.person("何经理", "he@example.com")
    peng = walk.person("彭博士", "peng@example.com")
    station = lead_station(cast.lin)
    evaluation = backstage.open_round(walk, cast)
    walk.at(2026, 11, 10, 10, 0)
    fill_in(evaluation, station, cast.lin.user, walk.now)
    the_spreadsheet(cast.lin)
    the_withdrawal(walk, cast.lin, cast.wu)
    backstage.accept(Application.objects.get(), cast.wu.user)
    backstage.begin_review(walk, cast, evaluation)
    backstage.register_experts(cast)
    the_institution(cast.zhao, peng)
    the_mandate(cast.zhao)
    the_sheets_are_given_out(cast.zhao, he)
    the_visit_is_planned(walk, cast.zhao, cast.lin)
    the_visit(walk, cast.wu, cast.zhao)
    the_scoring(walk, peng, he)


# -- 4.2 Project list, withdrawal  ----


def rows_of(content):
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return [tuple(row) for row in sheet.iter_rows(min_row=2, max_col=6, values_only=True)]


def the_spreadsheet(lin):
    lin.sign_in()
    lin.go("/applications/")
    lin.follow(STATION)
    lin.follow("申报材料")
    lin.follow("项目清单")
    assert rows_of(lin.download("空白模板")) == []
    wrong = [
        PROJECTS[0],
        (2019, "太早的项目", "某公司", "计量", None, None),
        (2025, "", "某公司", "做饭", None, None),
    ]
    lin.pick("table", project_table("项目（初稿）.xlsx", wrong))
    lin.press("导入", exact=True)
    lin.reads("需要修改的行", "不能为空", "2023至2026之间")
    lin.look("project-table-refused")
    lin.pick("table", project_table("项目.xlsx", PROJECTS))
    lin.press("导入", exact=True)
    lin.reads("已导入2个项目", "导出现有 2 个项目")
    expect(lin.page.locator("main [name=row-0-name]")).to_have_value(PROJECTS[0][1])
    lin.look("project-table")
    assert rows_of(lin.download("导出现有 2 个项目")) == PROJECTS


def the_withdrawal(walk, lin, wu):
    lin.follow("返回申报材料")
    lin.follow("核对提交")
    submit(lin)
    lin.reads("第1版")
    lin.follow("回到申报页面")
    lin.follow("撤回申报")
    lin.reads("撤回后可以修改并重新提交，须在2026年11月20日24时以前")
    lin.look("application-withdraw")
    lin.press("确认撤回")
    lin.reads("已撤回", "内容和材料都在")
    lin.look("application-withdrawn")
    walk.at(2026, 11, 12, 9, 0)
    wu.sign_in()
    wu.go("/intake/")
    wu.reads("已撤回")
    wu.look("intake-withdrawn")
    lin.sign_in()
    lin.go("/applications/")
    lin.look("applications-withdrawn")
    lin.follow(STATION)
    lin.follow("重新填报")  # opens a dialog
    lin.press("重新填报", "dialog")
    lin.reads("可以继续填报了")
    lin.follow("申报材料")
    lin.follow("项目清单")
    lin.pick("table", project_table("项目（定稿）.xlsx", [*PROJECTS, LATE]))
    lin.press("导入", exact=True)
    lin.reads("已导入3个项目")
    lin.follow("返回申报材料")
    lin.follow("核对提交")
    lin.look("application-check-again")
    submit(lin)
    lin.reads("第2版")
    lin.follow("回到申报页面")
    lin.follow("第2版")
    lin.reads(LATE[1])
    lin.look("application-version")
    application = Application.objects.get()
    assert (application.state, application.versions.count()) == ("submitted", 2)


def submit(lin):
    lin.follow("提交申报", exact=True)
    lin.press("确认提交")
    lin.reads("已收到您的申报")


# -- 4.4 Third party  ----


def the_institution(zhao, peng):
    zhao.sign_in()
    zhao.go("/institutions/")
    zhao.look("institutions-empty")
    zhao.follow("登记机构")
    zhao.type(
        name=INSTITUTION,
        code=make_credit_code(900_001),
        qualification="中国合格评定国家认可委员会认可的检验机构，近三年承担省级质量评价项目 6 项。",
        managers="nobody@example.com",
    )
    zhao.press("登记第三方机构")
    zhao.reads("没有使用nobody@example.com的账号")
    zhao.look("institution-register-refused")
    zhao.type(managers="he@example.com")
    zhao.press("登记第三方机构")
    zhao.reads("请登记书面委托书")
    zhao.go("/experts/")
    zhao.follow("登记专家")
    zhao.type(email=peng.user.email, name=peng.user.name, employer=INSTITUTION, position="正高级工程师")
    zhao.choose(institution=str(Institution.objects.get().pk))
    zhao.tick("标准")
    zhao.press("登记专家")
    zhao.reads("彭博士")
    zhao.go(f"/rounds/{Round.objects.get().pk}/panel/")
    expect(zhao.main).not_to_contain_text("彭博士")  # no mandate, no sheet


def the_mandate(zhao):
    zhao.go("/institutions/")
    zhao.follow(INSTITUTION)
    zhao.look("institution-without-mandate")
    zhao.follow("登记委托书")
    zhao.choose(round=str(Round.objects.get().pk))
    zhao.type(number="武质评委〔2026〕3号", valid_from="2026-11-20", valid_to="2026-11-10")
    zhao.pick("document", paper("委托书.pdf"))
    zhao.press("登记委托书")
    zhao.reads("终止日期早于起始日期")
    zhao.look("mandate-refused")
    zhao.type(valid_to="2026-12-31")
    zhao.pick("document", paper("委托书.pdf"))
    zhao.press("登记委托书")
    zhao.reads("委托书已登记", "武质评委〔2026〕3号")
    zhao.look("institution")
    assert zhao.download("委托书.pdf").startswith(b"%PDF")
    assert Mandate.objects.get().institution.name == INSTITUTION


def the_sheets_are_given_out(zhao, he):
    zhao.go(f"/rounds/{Round.objects.get().pk}/panel/?per_entry=4")
    zhao.reads("彭博士", INSTITUTION)
    expect(zhao.page.locator("main input[name=pair]:checked")).to_have_count(4)
    zhao.look("panel-board-with-institution")
    zhao.type(due_at="2026-11-27T18:00")
    zhao.press("核对将要分配的内容")
    zhao.press("确认分配")
    zhao.reads("已分配，并已通知专家")
    he.sign_in()
    he.look("institution-home")
    he.follow("本机构评分进度", "nav")
    he.reads("彭博士", ORGANISATION)
    expect(he.main).not_to_contain_text("周教授")  # what is assigned to the own experts, and no more
    he.look("institution-progress")


# -- 4.4 Site visit  ----


def the_visit_is_planned(walk, zhao, lin):
    zhao.go("/entries/")
    zhao.look("entries")
    zhao.follow(ORGANISATION)
    zhao.follow("安排现场核查")
    zhao.type(planned_for="2026-11-24T14:30", place="光谷政务服务大厅 3 号窗口")
    zhao.tick("吴受理")
    zhao.press("安排现场核查")
    zhao.reads("现场核查至少要2人")
    zhao.look("visit-plan-refused")
    zhao.tick("吴受理", "赵管理")
    zhao.press("安排现场核查")
    zhao.reads("已安排现场核查", "吴受理", "赵管理")
    zhao.look("visit-planned")
    lin.sign_in()
    lin.go("/messages/")
    lin.look("messages")
    lin.follow("现场核查通知")
    lin.reads("11月24日 14:30")


def find(visitor, code, verdict, text, *photographs):
    visitor.page.locator(f"#finding-{code.replace('.', chr(92) + '.')} a").first.click()
    visitor.tick(verdict)
    visitor.type(text=text)
    visitor.pick("photos", *photographs)
    if code == "1.2.3":
        visitor.look("visit-finding")
    visitor.press("保存")
    visitor.reads("已保存")


def the_visit(walk, wu, zhao):
    walk.at(2026, 11, 24, 15, 0)
    wu.sign_in()
    wu.reads("到了核查时间")
    wu.look("visitor-home")
    wu.go("/visits/mine/")
    wu.look("visits-mine")
    wu.follow("2026年11月24日")
    wu.follow("双方签字，完成核查")
    fill_in_signatures(wu)
    wu.press("完成现场核查")
    wu.reads("还没有填写任何一项指标的核查情况")
    wu.follow("返回")
    taken = photograph("门口.jpg"), photograph("窗口.jpg", "olive")
    find(wu, "1.2.3", "部分一致", "服务窗口已设，门口没有站牌。", *taken)
    find(wu, "1.1.1", "与材料一致", "")
    wu.reads("照片1", "照片2")
    seen = wu.download("照片1")
    assert hashlib.sha256(seen).hexdigest() in {
        photo.sha256 for photo in SiteVisit.objects.get().findings.get(indicator__code="1.2.3").photos.all()
    }
    wu.look("visit-under-way")
    wu.follow("双方签字，完成核查")
    wu.look("visit-finish")
    fill_in_signatures(wu)
    wu.press("完成现场核查")
    wu.reads("核查记录已完成", "何光远", "吴受理、赵管理", "签字记录.pdf")
    wu.look("visit-done")
    assert wu.download("签字记录.pdf").startswith(b"%PDF")
    zhao.sign_in()
    zhao.go("/visits/")


def fill_in_signatures(visitor):
    visitor.type(
        summary="场所、人员与材料相符，站牌待补挂。", station_signed_by="何光远", bureau_signed_by="吴受理、赵管理"
    )
    visitor.pick("signed_record", paper("签字记录.pdf"))


# -- 4.5 Scoring beside what was found  ----


def the_scoring(walk, peng, he):
    walk.at(2026, 11, 25, 9, 0)
    peng.sign_in()
    peng.look("institution-expert-home")
    peng.go("/sheets/")
    peng.follow(ORGANISATION)
    peng.press("我声明无利益冲突")
    peng.reads("门口没有站牌")
    peng.look("sheet-with-visit")
    sheet = ScoreSheet.objects.get(expert__user=peng.user)
    backstage.mark(sheet, full_marks(sheet, _1_2_3="1"))
    peng.go(f"/sheets/{sheet.pk}/")
    peng.reads("已提交")
    he.sign_in()
    he.follow("本机构评分进度", "nav")
    he.reads("已提交")
    answer = he.page.request.get(f"{walk.address}/sheets/{sheet.pk}/")
    assert answer.status == 404  # how far, and no mark
