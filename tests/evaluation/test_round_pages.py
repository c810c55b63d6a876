"""Rounds on the screen: drafted with the silent settings marked, looked at, published, watched."""

import pytest

import measures
from accounts.states import Role
from evaluation.models import Round
from evaluation.states import RoundState
from tests.evaluation.scene import SETTINGS, draft_round, published_round, ranked_round
from tests.factories import make_user

pytestmark = pytest.mark.django_db
FACTS = {
    "name": "2031年度质量服务站评价",
    "year": "2031",
    "opens_at": "2031-08-17T09:00",
    "closes_at": "2031-09-16T17:30",
    "requirements": "",
    "contact": "质量处",
}


@pytest.fixture
def manager():
    return make_user(Role.MANAGER)


@pytest.fixture
def desk(client, manager):
    client.force_login(manager)
    return client


def read(response) -> str:
    return response.content.decode()


def test_every_silent_setting_is_marked_as_the_bureaus_own_and_none_is_filled_in(desk):
    page = read(desk.get("/rounds/new/"))
    settings = measures.load("wuhan").round_settings
    assert page.count("办法未规定，由市局设定</strong>") == len(settings)
    assert all(setting.label in page for setting in settings)
    form = desk.get("/rounds/new/").context["form"]
    assert not any(form[setting.code].value() for setting in settings)
    suggested = desk.get("/rounds/new/?suggest=1").context["form"]
    assert all(suggested[setting.code].value() == setting.suggestion for setting in settings)


def test_a_manager_drafts_decides_and_publishes(desk):
    answer = desk.post("/rounds/new/", {**FACTS, **SETTINGS, "pass_mark": ""}, follow=True)
    round = Round.objects.get()
    assert "还不能发布" in read(answer)
    assert "合格分数线" in read(answer)
    assert desk.post(f"/rounds/{round.pk}/publish/", {}).status_code == 422
    form = desk.get(f"/rounds/{round.pk}/edit/").context["form"]
    sent = {name: value for name in form.fields if (value := form[name].value()) not in (None, "")}
    sent |= {"opens_at": FACTS["opens_at"], "closes_at": FACTS["closes_at"], "pass_mark": "65"}
    assert desk.post(f"/rounds/{round.pk}/edit/", sent).status_code == 302
    page = read(desk.get(f"/rounds/{round.pk}/publish/"))
    assert "合格分数线：65 分" in page
    assert desk.get(f"/rounds/{round.pk}/preview.pdf").content.startswith(b"%PDF")
    desk.post(f"/rounds/{round.pk}/publish/", {"document_number": "武市监〔2031〕1号"})
    round.refresh_from_db()
    assert round.state == RoundState.PUBLISHED
    assert round.notices.get().document_number == "武市监〔2031〕1号"
    assert round.setting("scores_published") is False


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"pass_mark": "101"}, "不能大于 100"),
        ({"min_sheets": "几份"}, "填写一个整数"),
        ({"closes_at": "2031-08-01T09:00"}, "申报截止时间要晚于申报开始时间"),
        ({"name": ""}, "名称"),
    ],
)
def test_bad_input_gets_a_sentence_and_nothing_typed_is_lost(desk, changes, sentence):
    answer = desk.post("/rounds/new/", {**FACTS, **SETTINGS, "contact": "打好的字", **changes})
    assert answer.status_code == 422
    assert sentence in read(answer)
    assert "打好的字" in read(answer)
    assert not Round.objects.exists()


def test_of_two_who_edit_the_second_is_told_and_may_then_save(desk, manager):
    round = draft_round(manager)
    form = desk.get(f"/rounds/{round.pk}/edit/").context["form"]
    sent = {**FACTS, **SETTINGS, "seen": form["seen"].value()}
    desk.post(f"/rounds/{round.pk}/edit/", {**sent, "name": "先保存的"})
    answer = desk.post(f"/rounds/{round.pk}/edit/", {**sent, "name": "后保存的"})
    assert answer.status_code == 422
    assert "别人保存过" in read(answer)
    assert "后保存的" in read(answer)
    again = {**sent, "name": "后保存的", "seen": answer.context["form"]["seen"].value()}
    assert desk.post(f"/rounds/{round.pk}/edit/", again).status_code == 302
    round.refresh_from_db()
    assert round.name == "后保存的"


def test_the_dashboard_counts_by_state_and_says_what_is_next(desk, manager):
    ranking = ranked_round(manager=manager)
    page = read(desk.get(f"/rounds/{ranking.round_id}/"))
    assert "起草评价结果公示" in page
    assert "已排名" in page
    assert "已参评" in page


def test_the_dashboard_costs_as_many_queries_for_many_entries(desk, manager, django_assert_max_num_queries):
    small, large = ranked_round(manager=manager), ranked_round(*[("new", "award")] * 20, manager=manager, year=2027)
    desk.get(f"/rounds/{small.round_id}/")
    with django_assert_max_num_queries(20) as few:
        desk.get(f"/rounds/{small.round_id}/")
    with django_assert_max_num_queries(len(few)):
        desk.get(f"/rounds/{large.round_id}/")


def test_drafts_and_acts_are_the_managers(client, manager):
    draft = draft_round(manager)
    for role in (Role.INTAKE, Role.AUDITOR):
        client.force_login(make_user(role))
        assert client.get("/rounds/").status_code == 200
        assert client.get("/rounds/new/").status_code == 403
        for path in ("edit/", "publish/", "preview.pdf", "begin-review/", "result-notice/", "cancel/"):
            assert client.get(f"/rounds/{draft.pk}/{path}").status_code == 404
    client.force_login(make_user())
    assert client.get("/rounds/").status_code == 403
    assert client.get(f"/rounds/{draft.pk}/").status_code == 404


def test_a_leader_cancels_with_a_reason(client, manager):
    round = published_round(manager)
    client.force_login(make_user(Role.LEADER))
    assert client.post(f"/rounds/{round.pk}/cancel/", {"reason": ""}).status_code == 422
    assert client.post(f"/rounds/{round.pk}/cancel/", {"reason": "经费未落实"}).status_code == 302
    notice = round.notices.get()
    client.logout()
    assert "本轮评价已取消" in read(client.get(f"/notices/{notice.pk}/"))
