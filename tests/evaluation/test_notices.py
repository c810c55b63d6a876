"""A result notice: counted, frozen, hashed, closed on time, never shortened, corrected by a new one."""

import datetime as dt
import hashlib
import io
import json

import pypdf
import pytest
from django.db import IntegrityError, transaction

from accounts.states import Role
from evaluation.actions import notices
from evaluation.models import Entry, PublicNotice, TieDecision
from evaluation.queries.notices import in_notice_now, latest_notices, notices_visible_to
from evaluation.states import NoticeState, RoundState
from ledger.canonical import canonical
from ledger.errors import Refused
from ledger.files import store_bytes
from ledger.models import JournalEntry
from measures.periods import Calendar
from tests.evaluation.scene import IN_NOTICE, SHANGHAI, notice_of, put, ranked_round
from tests.factories import make_user

pytestmark = pytest.mark.django_db
END = dt.datetime(2026, 11, 10, 0, 0, tzinfo=SHANGHAI)
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def manager():
    return make_user(Role.MANAGER)


def refusal(call, *args, **kwargs) -> Refused:
    with pytest.raises(Refused) as caught, transaction.atomic():
        call(*args, **kwargs)
    return caught.value


def states(ranking) -> list[str]:
    return [line.entry.state for line in ranking.lines.select_related("entry").order_by("rank")]


def test_a_draft_says_what_will_be_published_and_moves_nothing(manager):
    ranking = ranked_round()
    notice = notices.draft_result_notice(ranking.round, actor=manager, at=IN_NOTICE)
    assert (notice.state, notice.serial) == (NoticeState.DRAFT, "公示-2026-001")
    assert "拟授予称号1个、候补1个、拟不通过1个、拟保留称号1个" in notice.body
    assert states(ranking) == ["ranked"] * 4
    assert notices.draft_result_notice(ranking.round, actor=manager, at=IN_NOTICE) == notice


def test_publishing_moves_entries_and_round_and_counts_the_window(manager):
    ranking = ranked_round(manager=manager)
    notice = notice_of(ranking, manager)
    ranking.round.refresh_from_db()
    assert states(ranking) == ["proposed", "reserve", "failed", "proposed"]
    assert ranking.round.state == RoundState.IN_NOTICE
    assert (notice.last_day, notice.closes_at) == (dt.date(2026, 11, 9), END)
    assert [day["date"] for day in notice.counted_days if day["counted"]][-1] == "2026-11-09"
    assert len([day for day in notice.counted_days if day["counted"]]) == 5
    assert notice.content["window"]["closes_at"] == "2026-11-10T00:00:00+08:00"


def test_the_hash_is_that_of_the_content_as_anyone_may_download_it(manager):
    notice = notice_of(ranked_round(), manager)
    notice.refresh_from_db()
    assert notice.sha256 == hashlib.sha256(canonical(notice.content)).hexdigest()
    assert json.loads(canonical(notice.content)) == notice.content


def test_without_published_scores_neither_total_nor_rank_is_told(manager):
    notice = notice_of(ranked_round(), manager)
    assert [entry["label"] for entry in notice.content["entries"]] == [
        "拟授予称号",
        "候补（第1位）",
        "拟不通过",
        "拟保留称号",
    ]
    assert not any({"rank", "total"} & set(entry) for entry in notice.content["entries"])


def test_with_published_scores_they_stand_in_the_notice(manager):
    notice = notice_of(ranked_round(scores_published="true"), manager)
    assert [(entry["rank"], entry["total"]) for entry in notice.content["entries"]][:2] == [(1, "95.00"), (2, "94.00")]


def test_the_order_of_awards_does_not_tell_ranks_that_are_not_published(manager):
    ranking = ranked_round(*[("new", "award")] * 6, *[("new", "reserve")] * 3)
    notice = notice_of(ranking, manager)
    awarded = [entry["station"] for entry in notice.content["entries"] if entry["outcome"] == "award"]
    assert awarded == sorted(awarded)
    assert [entry["label"] for entry in notice.content["entries"]][6:] == [f"候补（第{n}位）" for n in (1, 2, 3)]


def test_a_round_may_leave_out_those_that_failed(manager):
    ranking = ranked_round(failed_published="false")
    notice = notice_of(ranking, manager)
    assert "fail" not in {entry["outcome"] for entry in notice.content["entries"]}
    assert "failed" in states(ranking)


def test_a_notice_holds_no_person(manager):
    ranking = ranked_round()
    for line in ranking.lines.select_related("entry__station__organisation"):
        organisation = line.entry.station.organisation
        organisation.contact_name, organisation.contact_phone = "张联系", "13800138000"
        organisation.save()
    notice = notice_of(ranking, manager)
    text = canonical(notice.content).decode() + pdf_text(notice)
    assert not any(secret in text for secret in ("张联系", "13800138000", manager.name, manager.email))


def pdf_text(notice) -> str:
    with notice.pdf.file.open("rb") as file:
        return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(file.read())).pages)


def test_the_paper_carries_the_list_the_deadline_and_the_hash(manager):
    ranking = ranked_round()
    entry = ranking.lines.first().entry
    notice = notice_of(ranking, manager)
    text = pdf_text(notice).replace("\n", "")
    assert entry.station.name in text
    assert entry.station.organisation.credit_code in text
    assert "公示截止时间：2026年11月9日24时" in text
    assert notice.sha256 in text


def test_an_end_that_rests_on_an_unpublished_year_refuses_publication_and_names_it(manager):
    ranking = ranked_round(day_rule="working_days")
    notice = notices.draft_result_notice(ranking.round, actor=manager, at=IN_NOTICE)
    late = dt.datetime(2026, 12, 28, 10, tzinfo=SHANGHAI)
    said = refusal(notices.publish_result_notice, notice, actor=manager, at=late)
    assert said.code == "calendar_missing"
    assert "2027年" in said.message
    notice.refresh_from_db()
    assert notice.state == NoticeState.DRAFT
    assert states(ranking) == ["ranked"] * 4


def test_a_tie_that_nobody_decided_is_not_published(manager):
    ranking = ranked_round(("new", "award"), ("new", "undecided"), ("new", "undecided"))
    said = refusal(notices.draft_result_notice, ranking.round, actor=manager, at=IN_NOTICE)
    assert said.code == "tie_undecided"
    assert all(line.entry.station.name in said.message for line in ranking.lines.filter(outcome="undecided"))


def test_publication_is_all_or_nothing(manager):
    ranking = ranked_round()
    notice = notices.draft_result_notice(ranking.round, actor=manager, at=IN_NOTICE)
    put(ranking.lines.get(rank=4).entry, "scored")  # the last of them cannot move
    rows = JournalEntry.objects.count()
    assert refusal(notices.publish_result_notice, notice, actor=manager, at=IN_NOTICE).code == "wrong_state"
    ranking.round.refresh_from_db()
    assert ranking.round.state == RoundState.RANKED
    assert states(ranking) == ["ranked"] * 3 + ["scored"]
    assert JournalEntry.objects.count() == rows


def test_a_notice_is_published_once(manager):
    notice = notice_of(ranked_round(), manager)
    rows = JournalEntry.objects.count()
    assert refusal(notices.publish_result_notice, notice, actor=manager, at=IN_NOTICE).code == "wrong_state"
    assert JournalEntry.objects.count() == rows


def test_a_draft_of_a_superseded_ranking_is_not_published(manager):
    ranking = ranked_round()
    notice = notices.draft_result_notice(ranking.round, actor=manager, at=IN_NOTICE)
    put(ranking, "superseded")
    assert refusal(notices.publish_result_notice, notice, actor=manager, at=IN_NOTICE).code == "ranking_superseded"
    assert refusal(notices.draft_result_notice, ranking.round, actor=manager, at=IN_NOTICE).code == "no_ranking"


@pytest.mark.parametrize("role", [None, Role.INTAKE, Role.LEADER, Role.AUDITOR])
def test_only_a_manager_publishes(role, manager):
    ranking = ranked_round()
    assert refusal(notices.draft_result_notice, ranking.round, actor=make_user(role)).code == "not_allowed"
    notice = notices.draft_result_notice(ranking.round, actor=manager, at=IN_NOTICE)
    assert refusal(notices.publish_result_notice, notice, actor=make_user(role)).code == "not_allowed"


def test_the_database_refuses_to_change_or_delete_what_is_published(manager):
    notice = notice_of(ranked_round(), manager)
    rows = PublicNotice.objects.filter(pk=notice.pk)
    for change in (
        {"title": "另一个"},
        {"content": {}},
        {"sha256": "0" * 64},
        {"closes_at": END - SECOND},
        {"document_number": "武市监〔2026〕1号"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.delete()


def test_words_of_a_draft_change_and_of_a_published_notice_do_not(manager):
    ranking = ranked_round()
    notice = notices.draft_result_notice(ranking.round, actor=manager, at=IN_NOTICE)
    words = {"title": "公示", "body": "正文。", "document_number": "武市监〔2026〕8号"}
    notices.update_notice(notice, actor=manager, **words)
    notices.publish_result_notice(notice, actor=manager, at=IN_NOTICE)
    assert notice.content["document_number"] == "武市监〔2026〕8号"
    assert refusal(notices.update_notice, notice, actor=manager, **words).code == "wrong_state"


def test_a_notice_closes_at_the_end_of_its_last_day_and_not_before(manager):
    notice = notice_of(ranked_round(), manager)
    assert notices.close_due_notices(END - SECOND) == 0
    assert not notices.close_notice(notice, actor=manager, at=END - SECOND)
    assert (notices.close_due_notices(END), notices.close_due_notices(END)) == (1, 0)
    notice.refresh_from_db()
    assert notice.state == NoticeState.CLOSED


def test_a_changed_calendar_lengthens_a_window_and_never_shortens_one(manager, monkeypatch):
    notice = notice_of(ranked_round(), manager)
    at = IN_NOTICE + dt.timedelta(days=1)

    def calendar(version, **days):
        made = Calendar(version, frozenset({2026}), **days)
        monkeypatch.setattr(notices, "current_calendar", lambda: made)

    calendar("later", off={dt.date(2026, 11, 9): "临时放假", dt.date(2026, 11, 10): "临时放假"})
    assert (notices.lengthen_windows(at), notices.lengthen_windows(at)) == (1, 0)
    notice.refresh_from_db()
    assert (notice.last_day, notice.calendar_version) == (dt.date(2026, 11, 11), "later")
    fact = JournalEntry.objects.get(move="lengthen_window").facts
    assert fact["before"].startswith("2026-11-09T16:00")
    assert fact["after"].startswith("2026-11-12T00:00")
    calendar("earlier", makeup={dt.date(2026, 11, 7): "调休"})
    assert notices.lengthen_windows(at) == 0
    notice.refresh_from_db()
    assert notice.last_day == dt.date(2026, 11, 11)
    assert notices.close_due_notices(END) == 0
    assert notice.sha256 == hashlib.sha256(canonical(notice.content)).hexdigest()


def test_a_correction_is_a_new_notice_with_a_window_of_its_own(manager):
    ranking = ranked_round()
    first = notice_of(ranking, manager)
    station = ranking.lines.first().entry.station
    station.name = "改正后的服务站"
    station.save()
    at = IN_NOTICE + dt.timedelta(days=2)
    assert refusal(notices.draft_correction, first, actor=manager, reason="", at=at).code == "reason_missing"
    draft = notices.draft_correction(first, actor=manager, reason="服务站名称有误。", at=at)
    notices.publish_draft(draft, actor=manager, at=at)
    first.refresh_from_db()
    assert (draft.serial, draft.corrects) == ("公示-2026-002", first)
    assert draft.content["corrects"] == "公示-2026-001"
    assert "改正后的服务站" in {entry["station"] for entry in draft.content["entries"]}
    assert "改正后的服务站" not in {entry["station"] for entry in first.content["entries"]}
    assert draft.last_day == dt.date(2026, 11, 9)
    assert states(ranking) == ["proposed", "reserve", "failed", "proposed"]


def test_the_public_sees_what_is_published_and_the_bureau_drafts_as_well(manager):
    ranking = ranked_round()
    draft = notices.draft_result_notice(ranking.round, actor=manager, at=IN_NOTICE)
    assert draft not in notices_visible_to(make_user())
    assert draft in notices_visible_to(manager)
    assert draft not in latest_notices(8)
    notices.publish_result_notice(draft, actor=manager, at=IN_NOTICE)
    assert [list(in_notice_now(at)) for at in (IN_NOTICE - SECOND, IN_NOTICE, END)] == [[], [draft], []]
    assert latest_notices(8)[0] == draft


def test_an_award_notice_is_published_in_one_go_by_who_ends_the_round(manager):
    ranking = ranked_round()
    leader = make_user(Role.LEADER)
    with pytest.raises(Refused):
        notices.publish_award_notice(ranking.round, actor=manager, at=END, title="公告", body="公布。", entries=[])
    entry = {"entry": Entry.objects.first().pk, "station": "站", "label": "授予称号"}
    notice = notices.publish_award_notice(
        ranking.round, actor=leader, at=END, title="授牌公告", body="现予公布。", entries=[entry]
    )
    assert (notice.serial, notice.content["entries"]) == ("授牌-2026-001", [entry])


def test_the_reserve_list_stands_as_the_collective_decision_has_put_it(manager):
    """Three were equal at the last slot: the first got it, the others are called up in the order of the decision."""
    ranking = ranked_round(
        ("new", "award"), ("new", "reserve"), ("new", "reserve"), ("new", "reserve"), manager=manager
    )
    first, second, third, fourth = ranking.lines.order_by("rank")
    ranking.lines.filter(pk__in=[second.pk, third.pk]).update(rank=1)
    minutes = store_bytes(b"minutes", name="会议纪要.pdf", content_type="application/pdf", actor=manager, at=IN_NOTICE)
    TieDecision.objects.create(
        round=ranking.round,
        boundary="last_slot",
        order=[first.entry_id, third.entry_id, second.entry_id],
        reason="集体研究",
        minutes=minutes,
        decided_by=manager,
        decided_at=IN_NOTICE,
    )
    _, *reserve = notice_of(ranking, manager).content["entries"]
    assert [entry["entry"] for entry in reserve] == [third.entry_id, second.entry_id, fourth.entry_id]
    assert [entry["label"].partition("（")[2] for entry in reserve] == ["第1位）", "第2位）", "第3位）"]
