"""The ranking on the screen: asked for, looked at place by place, decided where it ties, confirmed, taken back."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from kombu.exceptions import OperationalError

from accounts.states import Role
from evaluation.actions import ranking as actions
from evaluation.models import Ranking, RankingLine, TieDecision
from evaluation.queries import ranking as queries
from evaluation.queries.allocation import replay
from evaluation.states import RoundState, SheetState, Track
from evaluation.tasks import rank, wake_waiting_jobs
from ledger import jobs
from tests.factories import make_entry, make_round, make_scored_entry, make_sheet, make_slots, make_user
from tests.ledger.test_documents import font_names
from tests.ledger.test_uploads import pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def zhao():
    return make_user(Role.MANAGER, name="赵")


@pytest.fixture
def desk(client, zhao):
    client.force_login(zhao)
    return client


@pytest.fixture
def round_(zhao, monkeypatch):
    monkeypatch.setattr("evaluation.actions.ranking.cap_of", lambda round: 2)
    make_slots(2)
    return make_round(pass_mark=Decimal(60), min_sheets=3, created_by=zhao)


@pytest.fixture
def ranked(round_, zhao):
    """One titled station and three new ones for one free place; the second is flagged."""
    make_scored_entry(round_, ["90"] * 3, track=Track.TITLED)
    for points in (["95"] * 3, ["70", "80", "90"], ["40"] * 3):
        make_scored_entry(round_, points)
    return actions.compute_ranking(round_, actor=zhao)


def read(response) -> str:
    return response.content.decode()


def compute(job) -> None:
    rank(job.pk)


def test_a_ranking_is_asked_for_computed_and_shown(desk, round_):
    entry = make_scored_entry(round_, ["80"] * 3)
    page = read(desk.get(f"/rounds/{round_.pk}/ranking/"))
    assert "还没有排名" in page
    answer = desk.post(f"/rounds/{round_.pk}/ranking/compute/", follow=True)
    assert "等待执行" in read(answer)
    assert "每分钟的巡检也会接着办理" in read(answer)
    compute(jobs.latest("ranking", round_))
    page = read(desk.get(f"/rounds/{round_.pk}/ranking/"))
    assert entry.station.name in page
    assert "80.00" in page
    assert "等待执行" not in page


def test_with_the_broker_down_the_job_waits_and_the_sweep_takes_it_up(
    desk, round_, monkeypatch, django_capture_on_commit_callbacks
):
    make_scored_entry(round_, ["80"] * 3)

    def down(*args, **kwargs):
        raise OperationalError("down")

    with monkeypatch.context() as broken, django_capture_on_commit_callbacks(execute=True):
        broken.setattr("ledger.queue.current_app.send_task", down)
        answer = desk.post(f"/rounds/{round_.pk}/ranking/compute/")
    assert answer.status_code == 302
    assert "等待执行" in read(desk.get(f"/rounds/{round_.pk}/ranking/"))
    woken = []
    monkeypatch.setattr("evaluation.tasks.wake", lambda task, job: woken.append(job))
    assert wake_waiting_jobs(round_.opens_at) == 1
    rank(woken[0])
    assert Ranking.objects.get().number == 1


def test_open_sheets_are_counted_and_refused_with_a_sentence(desk, round_):
    make_scored_entry(round_, ["80"] * 3)
    make_sheet(make_entry(round_), state=SheetState.OPEN)
    assert "还有 1 个参评对象的评分表没有锁定" in read(desk.get(f"/rounds/{round_.pk}/ranking/"))
    answer = desk.post(f"/rounds/{round_.pk}/ranking/compute/")
    assert answer.status_code == 422
    assert "还有 1 个参评对象" in read(answer)


def test_both_tracks_stand_under_their_tab_with_chart_spread_and_outcome(desk, round_, ranked):
    page = read(desk.get(f"/rounds/{round_.pk}/ranking/"))
    assert page.index("95.00") < page.index("80.00")
    assert "分差较大" in page
    assert "候补" in page
    assert "最后一个名额 95.00" in page
    titled = read(desk.get(f"/rounds/{round_.pk}/ranking/?track=titled"))
    assert "第 1 等次" in titled
    assert "最后一个名额" not in titled


def test_while_places_are_left_over_the_chart_draws_no_last_one(desk, round_, zhao):
    make_scored_entry(round_, ["80"] * 3)
    assert actions.compute_ranking(round_, actor=zhao).settings["free_slots"] == 2
    page = read(desk.get(f"/rounds/{round_.pk}/ranking/"))
    assert "合格线 60.00" in page
    assert "最后一个名额" not in page


def test_search_filter_sort_and_export_keep_to_the_track(desk, round_, ranked):
    best = RankingLine.objects.get(total=Decimal(95))
    address = f"/rounds/{round_.pk}/ranking/?track=new"
    assert [line for line, _ in desk.get(f"{address}&q={best.entry.station.name}").context["shown"]] == [best]
    assert [line.total for line, _ in desk.get(f"{address}&flagged=True").context["shown"]] == [Decimal(80)]
    spread = [line.spread for line, _ in desk.get(f"{address}&sort=-spread").context["shown"]]
    assert spread == sorted(spread, reverse=True)
    lines = b"".join(desk.get(f"{address}&export=csv").streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("名次,组别,服务站")
    assert len(lines) == 4
    assert desk.get(f"{address}&export=xlsx").status_code == 200
    assert "没有符合条件" in read(desk.get(f"{address}&q=没有这个站"))


def test_a_confirmed_ranking_moves_on_and_is_taken_back_with_a_reason(desk, round_, ranked):
    confirm = f"/rounds/{round_.pk}/ranking/confirm/"
    page = read(desk.get(confirm))
    assert "拟授予称号" in page
    assert "算术平均" in page
    assert desk.post(confirm).status_code == 302
    round_.refresh_from_db()
    assert round_.state == RoundState.RANKED
    assert "起草评价结果公示" in read(desk.get(f"/rounds/{round_.pk}/ranking/"))
    back = f"/rounds/{round_.pk}/ranking/back/"
    assert desk.post(back, {"reason": ""}).status_code == 422
    assert desk.post(back, {"reason": "一份评分表填错"}).status_code == 302
    round_.refresh_from_db()
    assert round_.state == RoundState.REVIEWING
    page = read(desk.get(f"/rounds/{round_.pk}/ranking/"))
    assert "第 1 版" in page
    assert "这是已作废的版本" in read(desk.get(f"/rounds/{round_.pk}/ranking/?version=1"))
    assert desk.get(f"/rounds/{round_.pk}/ranking/?version=7").status_code == 404


def test_a_tie_is_decided_on_the_page_and_the_ranking_computed_anew(desk, round_, zhao, monkeypatch):
    monkeypatch.setattr("evaluation.actions.ranking.cap_of", lambda round: 1)
    first, second = (make_scored_entry(round_, ["80"] * 3) for _ in range(2))
    actions.compute_ranking(round_, actor=zhao)
    page = read(desk.get(f"/rounds/{round_.pk}/ranking/"))
    assert "最后一个空余名额" in page
    address = f"/rounds/{round_.pk}/ranking/ties/last_slot/"
    said = {f"place_{first.pk}": "2", f"place_{second.pk}": "2", "reason": "集体研究"}
    answer = desk.post(address, {**said, "minutes": SimpleUploadedFile("纪要.pdf", pdf())})
    assert answer.status_code == 422
    assert "次序有重复" in read(answer)
    assert "集体研究" in read(answer)
    answer = desk.post(address, {**said, f"place_{second.pk}": "1"})
    assert answer.status_code == 422
    assert "请上传会议纪要" in read(answer)
    said = {**said, f"place_{second.pk}": "1", "minutes": SimpleUploadedFile("纪要.pdf", pdf())}
    assert desk.post(address, said).status_code == 302
    assert TieDecision.objects.get().order == [second.pk, first.pk]
    compute(jobs.latest("ranking", round_))
    found = queries.current_ranking(round_)
    assert found.lines.get(entry=second).outcome == "award"
    assert desk.get(address).status_code == 404


def test_a_place_shows_its_working_without_naming_an_expert(desk, round_, ranked):
    line = RankingLine.objects.get(total=Decimal(80))
    page = read(desk.get(f"/rounds/{round_.pk}/ranking/{line.pk}/"))
    assert "240 ÷ 3" in page
    assert "评分表3" in page
    assert "依次比较：总分80.00" in page
    names = line.entry.sheets.values_list("expert__user__name", flat=True)
    assert not any(name in page for name in names)
    paper = desk.get(f"/rounds/{round_.pk}/ranking/{line.pk}/summary.pdf")
    assert font_names(paper.content) == {"Portal Sans", "Portal Sans Bold"}  # a whole face costs a third of the page


def test_a_place_belongs_to_its_round(desk, ranked):
    line = ranked.lines.first()
    assert desk.get(f"/rounds/{ranked.round_id + 1}/ranking/{line.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("role", "page", "act"),
    [(Role.LEADER, 200, 404), (Role.AUDITOR, 200, 404), (Role.INTAKE, 403, 404), (None, 403, 404)],
)
def test_leader_and_auditor_read_and_only_a_manager_acts(client, round_, ranked, role, page, act):
    client.force_login(make_user(role))
    line = ranked.lines.first()
    assert client.get(f"/rounds/{round_.pk}/ranking/").status_code == page
    assert client.get(f"/rounds/{round_.pk}/ranking/{line.pk}/").status_code in ({page} if page == 200 else {403, 404})
    for path in ("compute/", "confirm/", "back/", "ties/last_slot/"):
        assert client.get(f"/rounds/{round_.pk}/ranking/{path}").status_code == act


def test_the_ranking_page_costs_as_many_queries_for_many_entries(desk, zhao, django_assert_num_queries):
    def page_of(entries, year):
        evaluation = make_round(year=year, created_by=zhao)
        one = make_scored_entry(evaluation, ["80"] * 3)
        ranking = Ranking.objects.create(
            round=evaluation, number=1, state="ready", computed_at=evaluation.opens_at, settings=SETTINGS
        )
        held = [one, *(make_entry(evaluation) for _ in range(entries - 1))]
        RankingLine.objects.bulk_create(
            RankingLine(
                ranking=ranking, entry=entry, track=entry.track, total=80, dimensions={}, rank=number, outcome="award", spread=0,
                deviation=0, working={},
            )
            for number, entry in enumerate(held, start=1)
        )  # fmt: skip
        return f"/rounds/{evaluation.pk}/ranking/"

    few, many = page_of(3, 2031), page_of(300, 2032)
    for address in (few, many):
        desk.get(address)  # warm
    with django_assert_num_queries(10):
        desk.get(few)
    with django_assert_num_queries(10):
        answer = desk.get(f"{many}?page=15&sort=-rank")
    assert [line.rank for line in answer.context["rows"]] == list(range(20, 0, -1))


SETTINGS = {
    "pass_mark": "60",
    "free_slots": 2,
    "aggregation": "mean",
    "min_sheets": 3,
    "spread_threshold": "15",
    "tie_order": [],
}


def test_a_confirmed_ranking_is_replayed_to_the_same_and_a_changed_line_is_named(round_, ranked, zhao, capsys):
    actions.confirm_ranking(ranked, actor=zhao)
    call_command("replay", round=round_.pk)
    assert "4 entries, the same" in capsys.readouterr().out
    line = ranked.lines.get(rank=1, entry__track="new")
    RankingLine.objects.filter(pk=line.pk).update(total=Decimal("95.01"))
    with pytest.raises(CommandError, match="1 differences"):
        call_command("replay", round=round_.pk)
    assert replay(ranked).differences == [f"entry {line.entry_id} total: kept 95.01, computed 95.00"]


def test_a_round_without_a_confirmed_ranking_cannot_be_replayed(round_):
    with pytest.raises(CommandError, match="no such ranking"):
        call_command("replay", round=round_.pk)


def test_the_line_of_the_last_slot_stands_at_an_undecided_tie(desk, round_, zhao):
    """Two places, and two of the three that could have them are equal at the second: the line is at their total."""
    for points in ("95", "80", "80"):
        make_scored_entry(round_, [points] * 3)
    actions.compute_ranking(round_, actor=zhao)
    page = read(desk.get(f"/rounds/{round_.pk}/ranking/"))
    assert "有并列处在边界上" in page
    assert "最后一个名额 80.00" in page
