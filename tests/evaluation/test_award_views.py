"""The end of a round on the screen: dry run, proposal, approval by another, result, and what the applicant reads."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.states import Role
from evaluation.actions import award
from evaluation.models import Conclusion, TieDecision
from evaluation.queries.award import todo_for
from stations.models import Certificate
from tests.evaluation.test_award import AFTER, Notice
from tests.factories import join, make_user
from tests.ledger.test_uploads import pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def zhao():
    return make_user(Role.MANAGER, name="赵")


@pytest.fixture
def qian():
    return make_user(Role.LEADER, name="钱")


@pytest.fixture
def notice(zhao, monkeypatch):
    return Notice(zhao, monkeypatch)


@pytest.fixture
def closed(notice):
    notice.close()
    return notice


def read(response) -> str:
    return response.content.decode()


def test_a_conclusion_is_tried_proposed_and_approved_by_another(client, closed, zhao, qian):
    client.force_login(zhao)
    address = f"/rounds/{closed.round.pk}/conclusion/"
    page = client.get(address)
    assert {group.fate: len(group.items) for group in page.context["groups"]} == {
        "award": 2,
        "retain": 1,
        "delist": 1,
        "reserve": 1,
    }
    slots = page.context["slots"]
    assert (slots.before, slots.after, slots.free_after) == (2, 3, 0)
    answer = client.post(address, {"document_number": "武市监〔2026〕58号"}, follow=True)
    conclusion = Conclusion.objects.get()
    assert conclusion.document_number == "武市监〔2026〕58号"
    assert "须由另一位有审批权限的人员批准" in read(answer)
    assert client.get(f"/conclusions/{conclusion.pk}/approve/").status_code == 404
    assert "已有一份结论等待审批" in read(client.get(address))

    client.force_login(qian)
    assert "批准并执行" in read(client.get(f"/conclusions/{conclusion.pk}/"))
    assert "不能撤回" in read(client.get(f"/conclusions/{conclusion.pk}/approve/"))
    answer = client.post(f"/conclusions/{conclusion.pk}/approve/", follow=True)
    assert all(number in read(answer) for number in Certificate.objects.values_list("number", flat=True))
    assert closed.states()["first"] == "awarded"


def test_while_the_notice_is_open_the_page_shows_the_plan_and_says_why_it_cannot_be_proposed(
    client, notice, zhao, monkeypatch
):
    monkeypatch.setattr("evaluation.views.award.timezone.now", lambda: AFTER)
    client.force_login(zhao)
    address = f"/rounds/{notice.round.pk}/conclusion/"
    page = read(client.get(address))
    assert "还在公示期内" in page
    assert notice.first.station.name in page
    answer = client.post(address, {"document_number": "文号"})
    assert answer.status_code == 422
    assert not Conclusion.objects.exists()


def test_a_rejection_needs_its_reason_and_goes_back_to_who_proposed(client, closed, zhao, qian):
    conclusion = award.propose_conclusion(closed.round, actor=zhao, at=AFTER)
    client.force_login(qian)
    address = f"/conclusions/{conclusion.pk}/reject/"
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "请核对文号"}).status_code == 302
    assert "请核对文号" in read(client.get(f"/conclusions/{conclusion.pk}/"))
    client.force_login(zhao)
    assert "提请审批" in read(client.get(f"/rounds/{closed.round.pk}/conclusion/"))


def test_a_promoted_reserve_and_a_held_entry_are_marked(client, notice, zhao):
    notice.object_to(notice.first, upheld=True)
    notice.object_to(notice.kept)
    notice.close()
    client.force_login(zhao)
    page = client.get(f"/rounds/{notice.round.pk}/conclusion/")
    fates = {group.fate: group for group in page.context["groups"]}
    assert [item["entry"] for item in fates["held"].items] == [notice.kept.pk]
    assert fates["award"].promoted == 1
    assert "候补递补" in read(page)


def test_a_tie_that_an_objection_brought_to_the_boundary_is_decided_before_the_conclusion(client, notice, zhao, qian):
    """Three titled stations are within a tier, so the tie is made among the new ones: two equal, one place."""
    lines = notice.round.rankings.get().lines
    dimensions = lines.get(entry=notice.third).dimensions
    lines.filter(entry=notice.second).update(total=75, dimensions=dimensions, rank=2)
    notice.close()
    client.force_login(zhao)
    address = f"/rounds/{notice.round.pk}/conclusion/"
    page = read(client.get(address))
    assert "先记录集体决定" in page
    said = {
        f"place_{notice.second.pk}": "1",
        f"place_{notice.third.pk}": "2",
        "reason": "集体研究",
        "minutes": SimpleUploadedFile("纪要.pdf", pdf()),
    }
    assert client.post(f"{address}ties/last_slot/", said).status_code == 302
    assert TieDecision.objects.get().order == [notice.second.pk, notice.third.pk]
    assert client.get(f"{address}ties/last_slot/").status_code == 404
    award.approve_conclusion(award.propose_conclusion(notice.round, actor=zhao, at=AFTER), actor=qian, at=AFTER)
    assert notice.states()["second"] == "awarded"


def test_who_reads_conclusions_and_who_does_not(client, closed, zhao):
    conclusion = award.propose_conclusion(closed.round, actor=zhao, at=AFTER)
    for role, status in ((Role.AUDITOR, 200), (Role.MANAGER, 200), (Role.INTAKE, 403)):
        client.force_login(make_user(role))
        assert client.get("/conclusions/").status_code == status
        assert client.get(f"/conclusions/{conclusion.pk}/").status_code in {status, 404}
        assert client.get(f"/conclusions/{conclusion.pk}/approve/").status_code == 404


def test_the_list_finds_and_exports(client, closed, zhao):
    client.force_login(zhao)
    assert "还没有结论" in read(client.get("/conclusions/"))
    award.propose_conclusion(closed.round, actor=zhao, at=AFTER, document_number="武市监〔2026〕58号")
    assert client.get("/conclusions/?q=58号").context["total"] == 1
    assert client.get("/conclusions/?state=rejected").context["total"] == 0
    lines = b"".join(client.get("/conclusions/?export=csv").streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2


def test_what_waits_stands_on_the_home_of_whose_turn_it_is(closed, zhao, qian):
    assert ["拟办评价结论" in todo.title for todo in todo_for(zhao)] == [True]
    assert todo_for(qian) == []
    conclusion = award.propose_conclusion(closed.round, actor=zhao, at=AFTER)
    assert todo_for(zhao) == []
    assert [todo.url for todo in todo_for(qian)] == [f"/conclusions/{conclusion.pk}/"]


@pytest.mark.parametrize("published", [True, False])
def test_the_applicant_reads_the_result_after_the_announcement_and_scores_only_where_published(
    client, monkeypatch, zhao, qian, published
):
    notice = Notice(zhao, monkeypatch, scores_published=published)
    lin = make_user(name="林")
    join(lin, notice.third.station.organisation)
    client.force_login(lin)
    address = f"/applications/{notice.third.application_id}/"
    assert "评价结果</h2>" not in read(client.get(address))
    notice.close()
    award.approve_conclusion(award.propose_conclusion(notice.round, actor=zhao, at=AFTER), actor=qian, at=AFTER)
    page = read(client.get(address))
    assert "评价结果</h2>" in page
    assert "列为候补" in page
    assert ("75.00" in page) is published
