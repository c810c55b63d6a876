import datetime as dt
from zoneinfo import ZoneInfo

import pikepdf
import pytest

from accounts.states import Role
from evaluation.actions import award, notices, objections, ranking
from evaluation.models import Conclusion, Entry, PublicNotice
from evaluation.states import Track
from ledger import events
from ledger.actors import Job
from ledger.errors import Refused
from stations.models import Certificate, Title
from tests.factories import join, make_round, make_scored_entry, make_slots, make_user

pytestmark = pytest.mark.django_db
PUBLISHED = dt.datetime(2026, 11, 2, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
AFTER = dt.datetime(2026, 11, 12, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def zhao():
    return make_user(Role.MANAGER, name="赵")


@pytest.fixture
def qian():
    return make_user(Role.LEADER, name="钱")


class Notice:
    """A round whose results stood in public notice: two titled stations (one fails), three new ones for two places."""

    def __init__(self, zhao, monkeypatch, *, scores_published=True):
        monkeypatch.setattr("evaluation.actions.ranking.cap_of", lambda round: 3)
        make_slots(3)
        self.round = make_round(scores_published=scores_published)
        self.kept = make_scored_entry(self.round, ["90"] * 3, track=Track.TITLED)
        self.failing = make_scored_entry(self.round, ["40"] * 3, track=Track.TITLED)
        self.first = make_scored_entry(self.round, ["95"] * 3)
        self.second = make_scored_entry(self.round, ["85"] * 3)
        self.third = make_scored_entry(self.round, ["75"] * 3)
        found = ranking.compute_ranking(self.round, actor=zhao, at=PUBLISHED)
        ranking.confirm_ranking(found, actor=zhao, at=PUBLISHED)
        self.round.refresh_from_db()
        self.notice = notices.draft_result_notice(self.round, actor=zhao, at=PUBLISHED)
        notices.publish_result_notice(self.notice, actor=zhao, at=PUBLISHED)
        self.round.refresh_from_db()
        self.zhao = zhao

    def close(self):
        assert notices.close_due_notices(AFTER, actor=Job("sweep")) == 1

    def object_to(self, entry, *, upheld=None):
        self.notice.refresh_from_db()
        objection = objections.file_objection(
            self.notice,
            entry,
            at=PUBLISHED + dt.timedelta(days=1),
            kind="person",
            name="孙某",
            email="sun@example.cn",
            phone="",
            statement="材料不实",
        )
        objections.accept_objection(objection, actor=self.zhao, at=PUBLISHED + dt.timedelta(days=2))
        if upheld is not None:
            objections.investigate_objection(objection, actor=self.zhao, investigator=self.zhao, at=AFTER)
            objections.decide_objection(objection, actor=self.zhao, upheld=upheld, text="经核查", at=AFTER)
            objections.answer_objection(objection, actor=self.zhao, answer="已核查", at=AFTER)
        return objection

    def states(self):
        names = ("kept", "failing", "first", "second", "third")
        found = dict(Entry.objects.values_list("pk", "state"))
        return {name: found[getattr(self, name).pk] for name in names}


@pytest.fixture
def notice(zhao, monkeypatch):
    return Notice(zhao, monkeypatch)


def conclude(notice, zhao, qian, at=AFTER):
    return award.approve_conclusion(award.propose_conclusion(notice.round, actor=zhao, at=at), actor=qian, at=at)


def test_a_conclusion_delists_frees_and_awards_at_once(notice, zhao, qian):
    lin = make_user(name="林")
    join(lin, notice.first.station.organisation)
    notice.close()

    conclusion = conclude(notice, zhao, qian)

    assert notice.states() == {
        "kept": "retained",
        "failing": "delisted",
        "first": "awarded",
        "second": "awarded",
        "third": "reserve",
    }
    titles = Title.objects.filter(state="active")
    assert {title.station for title in titles} == {
        entry.station for entry in (notice.kept, notice.first, notice.second)
    }
    delisted = Title.objects.get(state="delisted")
    assert delisted.ended_article == "第十九条"
    assert delisted.ended_decision == (
        conclusion.document_number or f"{notice.round.year}年度评价结论第{conclusion.pk}号"
    )
    with delisted.ended_paper.file.open() as paper, pikepdf.open(paper) as pdf:
        assert len(pdf.pages) >= 1
    assert Certificate.objects.count() == 2
    announced = PublicNotice.objects.get(kind="award")
    assert [entry["label"] for entry in announced.content["entries"]].count("授予称号") == 2
    assert lin.messages_received.filter(subject__contains="获得称号").count() == 1
    notice.round.refresh_from_db()
    assert notice.round.state == "concluded"


def test_the_world_is_told_of_notice_titles_and_certificates_in_the_order_in_which_it_happens(notice, zhao, qian):
    notice.close()
    conclude(notice, zhao, qian)

    events.number()

    told = list(events.after(0))
    assert [(event.seq, event.kind) for event in told] == [
        (1, "notice.published"),
        (2, "notice.closed"),
        (3, "station.delisted"),
        (4, "station.retained"),
        (5, "station.awarded"),
        (6, "certificate.issued"),
        (7, "station.awarded"),
        (8, "certificate.issued"),
        (9, "notice.published"),
    ]
    assert [event.subject_id for event in told[2:5]] == [
        str(entry.station_id) for entry in (notice.failing, notice.kept, notice.first)
    ]
    certificate = Certificate.objects.get(title__station=notice.first.station)
    assert told[5].data["number"] == certificate.number
    assert told[5].data["url"].endswith(certificate.get_absolute_url())
    assert told[8].data["sha256"] == PublicNotice.objects.get(kind="award").sha256
    assert {event.for_station for event in told} == {None}


def test_nothing_is_concluded_while_the_notice_is_open(notice, zhao):
    with pytest.raises(Refused) as refusal:
        award.propose_conclusion(notice.round, actor=zhao, at=PUBLISHED)
    assert refusal.value.code == "notice_open"


def test_who_proposed_does_not_approve(notice, zhao):
    notice.close()
    both = make_user(Role.MANAGER)
    both.role_grants.create(role=Role.LEADER)
    conclusion = award.propose_conclusion(notice.round, actor=both, at=AFTER)
    with pytest.raises(Refused) as refusal:
        award.approve_conclusion(conclusion, actor=both, at=AFTER)
    assert refusal.value.code == "not_allowed"
    assert not Title.objects.filter(state="delisted").exists()


def test_approving_twice_awards_once(notice, zhao, qian):
    notice.close()
    conclusion = conclude(notice, zhao, qian)
    award.approve_conclusion(conclusion, actor=qian, at=AFTER)
    assert Title.objects.filter(state="active").count() == 3


def test_an_open_objection_holds_its_entry_alone_and_is_concluded_later(notice, zhao, qian):
    objection = notice.object_to(notice.first)
    notice.close()
    conclude(notice, zhao, qian)
    assert notice.states()["first"] == "held"
    assert notice.states()["second"] == "awarded"
    assert notice.states()["third"] == "reserve"

    later = AFTER + dt.timedelta(days=5)
    objections.investigate_objection(objection, actor=zhao, investigator=zhao, at=later)
    objections.decide_objection(objection, actor=zhao, upheld=False, text="不成立", at=later)
    objections.answer_objection(objection, actor=zhao, answer="不成立", at=later)
    notice.round.refresh_from_db()
    conclude(notice, zhao, qian, at=later)
    assert notice.states()["first"] == "awarded"
    assert Title.objects.filter(state="active").count() == 3


def test_an_upheld_objection_refuses_its_entry_and_promotes_the_reserve(notice, zhao, qian):
    notice.object_to(notice.first, upheld=True)
    notice.close()
    conclude(notice, zhao, qian)
    assert notice.states() == {
        "kept": "retained",
        "failing": "delisted",
        "first": "refused",
        "second": "awarded",
        "third": "awarded",
    }


def test_a_plan_that_has_changed_since_it_was_proposed_is_not_carried_out(notice, zhao, qian):
    objection = notice.object_to(notice.first)
    notice.close()
    conclusion = award.propose_conclusion(notice.round, actor=zhao, at=AFTER)
    objections.investigate_objection(objection, actor=zhao, investigator=zhao, at=AFTER)
    objections.decide_objection(objection, actor=zhao, upheld=False, text="不成立", at=AFTER)
    objections.answer_objection(objection, actor=zhao, answer="不成立", at=AFTER)
    with pytest.raises(Refused) as refusal:
        award.approve_conclusion(conclusion, actor=qian, at=AFTER)
    assert refusal.value.code == "plan_changed"
    assert Conclusion.objects.get().state == "proposed"


def test_a_rejected_conclusion_goes_back_to_who_proposed_it_and_can_be_proposed_anew(notice, zhao, qian):
    notice.close()
    conclusion = award.propose_conclusion(notice.round, actor=zhao, at=AFTER)
    with pytest.raises(Refused) as refusal:
        award.propose_conclusion(notice.round, actor=zhao, at=AFTER)
    assert refusal.value.code == "already_proposed"
    award.reject_conclusion(conclusion, actor=qian, at=AFTER, reason="请核对文号")
    assert zhao.messages_received.filter(body__contains="请核对文号").exists()
    conclude(notice, zhao, qian)
    assert notice.states()["first"] == "awarded"
