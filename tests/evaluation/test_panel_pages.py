"""The bureau's pages: pool, institutions, the board and its confirmation, progress, locking, entries; and who may not."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.states import Role
from evaluation.actions.pool import record_mandate, register_institution
from evaluation.models import Expert, Institution, Recusal, ScoreSheet
from stations.credit_code import make_credit_code
from tests.evaluation.panel_cast import many_entries, many_sheets, picture, submitted_sheet
from tests.factories import make_entry, make_expert, make_round, make_sheet, make_user

pytestmark = pytest.mark.django_db


def address(name, *args):
    return reverse(f"evaluation:{name}", args=args)


def text_of(response):
    return response.content.decode()


@pytest.fixture
def manager(client):
    manager = make_user(Role.MANAGER)
    client.force_login(manager)
    return manager


@pytest.fixture
def evaluation():
    return make_round()


# -- Pool  ----

EXPERT = {
    "email": "wu@example.com",
    "name": "吴专家",
    "employer": "某大学",
    "fields_known": ["metrology"],
    "load_cap": "10",
    "employments": "甲检测公司，2019-07-01，2024-05-31\n乙研究院，2024-06-01",
}


def test_an_expert_is_registered_with_employments_and_found_in_the_list(client, manager):
    client.post(address("expert_register"), EXPERT)
    expert = Expert.objects.get()
    rows = expert.employments.order_by("from_date").values_list("organisation", "from_date", "to_date")
    assert list(rows) == [
        ("甲检测公司", dt.date(2019, 7, 1), dt.date(2024, 5, 31)),
        ("乙研究院", dt.date(2024, 6, 1), None),
    ]
    make_expert()
    page = client.get(address("expert_list"), {"q": "吴专家", "field": "metrology"})
    assert [row[0] for row in page.context["rows"]] == [expert]
    exported = b"".join(client.get(address("expert_list"), {"export": "csv"}).streaming_content).decode()
    assert "吴专家,wu@example.com,某大学,,计量" in exported


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"employments": "甲公司，去年"}, "请写成 2024-05-31 的样子"),
        ({"employments": "甲公司"}, "入职日期不能空"),
        ({"employments": "甲公司，2024-13-45"}, "请写成 2024-05-31 的样子"),
        ({"employer_code": "123"}, "应为 18 位"),
        ({"email": "不是邮箱"}, "请填写有效的邮箱"),
    ],
)
def test_what_is_wrong_with_an_expert_is_said_and_what_was_typed_stays(client, manager, change, message):
    page = client.post(address("expert_register"), {**EXPERT, **change})
    assert page.status_code == 422
    assert message in text_of(page)
    assert "吴专家" in text_of(page)
    assert not Expert.objects.exists()


def test_a_correction_that_shows_a_conflict_says_whom_it_concerns(client, manager):
    sheet = make_sheet()
    organisation = sheet.entry.station.organisation
    form = client.get(address("expert_edit", sheet.expert_id)).context["form"]
    posted = {
        **EXPERT,
        "employer": form.initial["employer"],
        "employments": f"{organisation.name}，2020-01-01",
        "active": "on",
    }
    page = client.post(address("expert_edit", sheet.expert_id), posted, follow=True)
    assert f"该专家与{organisation.name}存在利益冲突" in text_of(page)
    assert ScoreSheet.objects.get().state == "recused"


def test_an_institution_its_manager_and_its_mandate(client, manager, evaluation):
    boss = make_user()
    posted = {"name": "评价中心", "code": make_credit_code(777), "qualification": "CNAS", "managers": boss.email}
    assert "没有使用x@example.com的账号" in text_of(
        client.post(address("institution_register"), {**posted, "managers": "x@example.com"})
    )
    client.post(address("institution_register"), posted)
    institution = Institution.objects.get()
    mandate = {
        "round": evaluation.pk,
        "number": "委〔2026〕1号",
        "valid_from": "2026-11-01",
        "valid_to": "2026-12-31",
        "document": picture("委托书.jpg"),
    }
    page = client.post(address("mandate_record", institution.pk), mandate, follow=True)
    assert "委〔2026〕1号" in text_of(page)
    document = address("mandate_document", institution.mandates.get().pk)
    for user, status in ((boss, 200), (make_user(), 404)):
        client.force_login(user)
        response = client.get(document)
        assert response.status_code == status
        assert b"".join(response).startswith(b"\xff\xd8") is (status == 200)


def test_an_institutions_manager_sees_progress_and_no_mark(client, manager):
    boss = make_user()
    institution = register_institution(
        actor=manager, name="评价中心", code=make_credit_code(777), qualification="CNAS", managers=[boss]
    )
    sheet = submitted_sheet(make_entry(), make_expert(institution=institution), _4_1_1="7.5")
    client.force_login(boss)
    page = text_of(client.get(address("institution_progress")))
    assert str(sheet.expert) in page
    assert "已提交" in page
    assert "97.5" not in page
    assert client.get(address("sheet_detail", sheet.pk)).status_code == 404
    assert client.get(address("expert_list")).status_code == 403


# -- Board  ----


def board(client, evaluation, **params):
    return client.get(address("panel_board", evaluation.pk), params)


def test_a_proposal_is_changed_by_hand_shown_and_confirmed(client, manager, evaluation):
    entries, experts = [make_entry(evaluation) for _ in range(2)], [make_expert() for _ in range(3)]
    in_conflict = make_expert(employer=entries[0].station.organisation.name)
    page = board(client, evaluation, per_entry=1, seed=5)
    pairs = [pair["value"] for row in page.context["rows"] for pair in row["pairs"]]
    assert len(pairs) == 2
    extra = next(expert for expert in experts if f"{entries[0].pk}-{expert.pk}" not in pairs)
    posted = {"pair": pairs[:1], f"add_{entries[0].pk}": f"{extra} · {extra.employer} #{extra.pk}"}
    posted |= {"due_at": "2030-01-01T18:00", "chair": experts[0].pk}
    shown = client.post(address("panel_confirm", evaluation.pk), posted)
    assert "将新建 2 份评分表，涉及 1 个参评对象、2 位专家" in text_of(shown)
    assert not ScoreSheet.objects.exists()
    assert not Recusal.objects.exists()
    wanted = {(entries[0].pk, int(pairs[0].partition("-")[2])), (entries[0].pk, extra.pk)}
    confirmed = {
        "pair": [f"{a}-{b}" for a, b in wanted],
        "due_at": "2030-01-01T18:00",
        "chair": experts[0].pk,
        "confirmed": "1",
    }
    done = client.post(address("panel_confirm", evaluation.pk), confirmed)
    assert done.url == address("panel_progress", evaluation.pk)
    assert set(ScoreSheet.objects.values_list("entry_id", "expert_id")) == wanted
    assert timezone.localtime(ScoreSheet.objects.first().due_at).hour == 18
    assert Recusal.objects.get().expert == in_conflict
    client.post(address("panel_confirm", evaluation.pk), confirmed)
    assert ScoreSheet.objects.count() == 2


def test_a_name_that_is_nobodys_and_a_conflict_are_refused_with_all_that_was_typed(client, manager, evaluation):
    entry = make_entry(evaluation)
    bad = make_expert(employer=entry.station.organisation.name)
    good = make_expert()
    posted = {f"add_{entry.pk}": "张三", "pair": [f"{entry.pk}-{good.pk}"]}
    page = client.post(address("panel_confirm", evaluation.pk), posted)
    assert page.status_code == 422
    assert "没有“张三”这位专家" in text_of(page)
    assert f'value="{entry.pk}-{good.pk}" checked' in text_of(page)
    page = client.post(address("panel_confirm", evaluation.pk), {"pair": [f"{entry.pk}-{bad.pk}"], "confirmed": "1"})
    assert page.status_code == 422
    assert "应当回避" in text_of(page)
    assert not ScoreSheet.objects.exists()


def test_entries_that_stay_short_and_experts_load_are_shown(client, manager, evaluation):
    entry = make_entry(evaluation)
    make_expert(load_cap=7)
    page = text_of(board(client, evaluation, per_entry=3, seed=1))
    assert f"{entry.station.organisation.name}：需要 3 份，能排 1 份" in page
    assert '<td data-label="上限" class="number">7</td>' in page


def test_the_board_says_why_it_is_empty(client, manager):
    assert "开始评审以后" in text_of(board(client, make_round("open")))
    assert "没有要分配的参评对象" in text_of(board(client, make_round()))


def test_the_board_costs_the_same_at_3_and_at_60_entries(client, manager, evaluation, django_assert_num_queries):
    for _ in range(4):
        make_expert(load_cap=100)
    many_entries(evaluation, 3)
    board(client, evaluation)
    with django_assert_num_queries(14):
        board(client, evaluation)
    many_entries(evaluation, 57)
    with django_assert_num_queries(14):
        page = board(client, evaluation)
    assert len(page.context["rows"]) == 60


def test_readers_see_the_board_and_may_not_confirm(client, evaluation):
    make_entry(evaluation)
    client.force_login(make_user(Role.AUDITOR))
    assert "核对将要分配的内容" not in text_of(board(client, evaluation))
    assert client.post(address("panel_confirm", evaluation.pk), {"confirmed": "1"}).status_code == 404


# -- Progress and locking  ----


def scored(evaluation, *points):
    entry = make_entry(evaluation)
    for value in points:
        submitted_sheet(entry, _4_1_1=value)
    return entry


def test_progress_shows_spread_beside_the_mean(client, manager):
    evaluation = make_round(spread_threshold=Decimal(3))
    scored(evaluation, "10", "9", "5")
    page = text_of(client.get(address("panel_progress", evaluation.pk)))
    for figure in ("98.00", "95.00—100.00", "5.00", "2.16", "分差大"):
        assert figure in page
    exported = b"".join(
        client.get(address("panel_progress", evaluation.pk), {"export": "csv"}).streaming_content
    ).decode()
    assert ",3,0,98.00,5.00,2.16,是" in exported


def test_progress_costs_the_same_at_3_and_at_300_rows(client, manager, evaluation, django_assert_num_queries):
    expert = make_expert()
    many_sheets(many_entries(evaluation, 3), expert)
    client.get(address("panel_progress", evaluation.pk))
    with django_assert_num_queries(8):
        client.get(address("panel_progress", evaluation.pk))
    many_sheets(many_entries(evaluation, 297), expert)
    with django_assert_num_queries(8):
        page = client.get(address("panel_progress", evaluation.pk))
    assert len(page.context["rows"]) == 20


def test_the_chair_sees_no_entry_that_is_still_to_be_scored_by_the_chair(client):
    chair = make_expert()
    evaluation = make_round(chair=chair.user)
    done, busy = scored(evaluation, "9", "8", "7"), scored(evaluation, "9", "8", "7")
    make_sheet(busy, chair, state="open")
    client.force_login(chair.user)
    page = client.get(address("panel_progress", evaluation.pk))
    assert [line.entry for line in page.context["rows"]] == [done]
    assert text_of(page).count("退回复核</a>") == 3
    assert client.get(address("panel_progress", make_round().pk)).status_code == 404


def test_locking_names_the_unready_then_asks_about_the_spread_then_locks(client, manager):
    evaluation = make_round(spread_threshold=Decimal(3))
    entry = scored(evaluation, "10", "9")
    url = address("panel_lock", evaluation.pk)
    page = text_of(client.get(url))
    assert "还不能锁定" in page
    assert '<button class="button">锁定' not in page
    submitted_sheet(entry, _4_1_1="5")
    assert "分差超过 3 分的" in text_of(client.get(url))
    refused = client.post(url, {})
    assert refused.status_code == 422
    assert "请评审组长复核" in text_of(refused)
    client.post(url, {"flagged_seen": "on"})
    assert set(ScoreSheet.objects.values_list("state", flat=True)) == {"locked"}
    assert "没有要锁定的评分" in text_of(client.get(url))


# -- Entries  ----


def test_an_entry_shows_sheets_recusals_and_what_can_be_done(client, manager, evaluation):
    sheet = make_sheet(make_entry(evaluation))
    free, barred = make_expert(), make_expert(employer=sheet.entry.station.organisation.name)
    entry_page = address("entry_detail", sheet.entry_id)
    assert address("sheet_recuse", sheet.pk) in text_of(client.get(entry_page))
    client.post(address("sheet_recuse", sheet.pk), {"reason": "逾期未交"})
    page = text_of(client.get(entry_page))
    assert "逾期未交" in page
    form = client.get(address("sheet_replace", sheet.pk)).context["form"]
    assert set(form.fields["expert"].queryset) == {free}
    assert client.post(address("sheet_replace", sheet.pk), {"expert": barred.pk}).status_code == 422
    client.post(address("sheet_replace", sheet.pk), {"expert": free.pk})
    assert ScoreSheet.objects.get(state="gated").expert == free


@pytest.mark.parametrize("name", ["entry_list", "expert_list", "institution_list", "visit_list"])
def test_lists_cost_the_same_at_3_and_at_60_rows(client, manager, evaluation, name, django_assert_max_num_queries):
    def grow(number):
        for number_of, entry in enumerate(many_entries(evaluation, number)):
            make_expert()
            code = make_credit_code(100_000 + entry.pk + number_of)
            Institution.objects.create(name=f"机构{entry.pk}", credit_code=code, qualification="有")
            entry.visits.create(planned_for=timezone.now(), place="某处")

    grow(3)
    client.get(address(name))
    with django_assert_max_num_queries(8) as first:
        client.get(address(name))
    grow(57)
    with django_assert_max_num_queries(len(first.captured_queries)):
        page = client.get(address(name))
    assert page.context["total"] >= 60
    assert len(page.context["rows"]) == 20


@pytest.mark.parametrize("role", [None, Role.DISTRICT, Role.FINANCE, Role.SYSTEM_ADMIN])
def test_who_does_not_evaluate_has_no_business_here(client, evaluation, role):
    entry, expert = make_entry(evaluation), make_expert()
    client.force_login(make_user(role))
    for url in (address("entry_list"), address("expert_list"), address("institution_list"), address("expert_register")):
        assert client.get(url).status_code == 403
    for url in (address("entry_detail", entry.pk), address("expert_edit", expert.pk)):
        assert client.get(url).status_code in {403, 404}
    assert client.get(address("panel_board", evaluation.pk)).status_code == 403
    assert client.get(address("panel_progress", evaluation.pk)).status_code == 404
    assert client.post(address("panel_lock", evaluation.pk)).status_code == 404


def test_a_mandate_makes_an_institutions_experts_appear_on_the_board(client, manager, evaluation):
    institution = register_institution(
        actor=manager, name="评价中心", code=make_credit_code(777), qualification="CNAS", managers=[]
    )
    make_entry(evaluation)
    expert = make_expert(institution=institution)
    assert board(client, evaluation).context["experts"] == []
    today = timezone.localdate()
    record_mandate(
        institution, evaluation, actor=manager, number="委1号", document=picture(), valid_from=today, valid_to=today
    )
    assert [row["expert"] for row in board(client, evaluation).context["experts"]] == [expert]
