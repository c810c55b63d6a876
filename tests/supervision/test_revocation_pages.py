"""Revocation through its pages: the bureau's file of the case, and what the station is told."""

import datetime as dt

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.states import Role
from ledger.files import store_bytes
from stations.states import TitleState
from supervision.models import RevocationCase
from tests.evaluation.dossiers import png_bytes
from tests.factories import join, make_organisation, make_user
from tests.supervision.test_revocation import AT, DAY, HOUR, leader, manager, notified, opened, owner, title

__all__ = ["leader", "manager", "owner", "title"]
pytestmark = pytest.mark.django_db
LIST_QUERIES = 6


def as_(user):
    client = Client()
    client.force_login(user)
    return client


def text_of(response):
    return response.content.decode()


def served_at(at):
    return (at + dt.timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M")


def test_a_case_goes_from_suspicion_to_the_public_list_through_its_pages(title, manager, leader, owner, client):
    desk, head, station = as_(manager), as_(leader), as_(owner)
    with time_machine.travel(AT, tick=False):
        assert "少于 5 名" in text_of(desk.get(reverse("supervision:suspicion_list")))
        page = desk.get(reverse("supervision:revocation_open", args=[title.pk]))
        assert "已按系统发现的疑点填入" in text_of(page)
        form = {"grounds": ["conditions_lost"], "facts": "专业人员不足。"}
        answer = desk.post(reverse("supervision:revocation_open", args=[title.pk]), form)
    case = RevocationCase.objects.get()
    assert answer["Location"] == case.get_absolute_url()
    assert station.get(case.station_url()).status_code == 404  # not told yet

    def act(name, who, at, **data):
        with time_machine.travel(at, tick=False):
            answer = who.post(reverse(f"supervision:revocation_{name}", args=[case.pk]), data)
        assert answer.status_code == 302, text_of(answer)

    act("notice", desk, AT + HOUR, document_number="武市监〔2026〕9号")
    act("notify", desk, AT + 2 * HOUR, how="in_person", served_at=served_at(AT + 2 * HOUR), served_to="林")
    with time_machine.travel(AT + DAY, tick=False):
        assert "可以陈述申辩" in text_of(station.get(case.station_url()))
        said = {"text": "已经招聘。"}
        assert station.post(f"{case.station_url()}statement/", said).status_code == 302
        assert "已经招聘" in text_of(desk.get(case.get_absolute_url()))
    act("propose", desk, AT + 2 * DAY, proposal="核实未到岗，建议撤销。")
    act("approve", head, AT + 2 * DAY)
    act("decision", desk, AT + 2 * DAY, document_number="武市监〔2026〕10号")
    act("serve", desk, AT + 3 * DAY, how="post", served_at=served_at(AT + 3 * DAY))
    act("execute", head, AT + 3 * DAY)
    title.refresh_from_db()
    assert title.state == TitleState.REVOKED
    public = text_of(client.get(reverse("stations:certificate_page", args=[title.number])))
    assert "撤销" in public
    assert "武市监〔2026〕10号" in text_of(client.get(reverse("stations:ended_title_list")))
    paper = case.papers.get(kind="decision").pdf
    found = station.get(reverse("supervision:my_revocation_file", args=[case.pk, paper.key]))
    assert b"".join(found)[:5] == b"%PDF-"


def test_what_is_refused_says_why_and_keeps_what_was_typed(title, manager):
    desk = as_(manager)
    form = {"grounds": [], "facts": "一段写好的文字。"}
    page = desk.post(reverse("supervision:revocation_open", args=[title.pk]), form)
    assert page.status_code == 422
    assert "没有法定情形不能立案" in text_of(page)
    assert "一段写好的文字" in text_of(page)


def test_a_case_is_nobody_elses_business(title, manager):
    case = notified(title, manager)
    other = make_user()
    join(other, make_organisation(), role="owner")
    assert as_(other).get(case.station_url()).status_code == 404
    assert as_(other).post(f"{case.station_url()}statement/", {"text": "x"}).status_code == 404
    assert as_(other).get(case.get_absolute_url()).status_code == 404
    district = make_user(Role.DISTRICT, scope="420107")
    assert as_(district).get(case.get_absolute_url()).status_code == 404
    near = make_user(Role.DISTRICT, scope=title.station.supervised_by_id)
    assert as_(near).get(case.get_absolute_url()).status_code == 200
    assert as_(near).post(reverse("supervision:revocation_drop", args=[case.pk]), {"reason": "x"}).status_code == 404


def test_the_station_does_not_read_evidence_or_papers_that_were_not_served(title, manager, owner):
    case = notified(title, manager)
    secret = store_bytes(b"%PDF-1.4", name="举报.pdf", content_type="application/pdf", actor=manager, at=AT)
    case.evidence.add(secret)
    url = reverse("supervision:my_revocation_file", args=[case.pk, secret.key])
    assert as_(owner).get(url).status_code == 404
    assert as_(manager).get(reverse("supervision:revocation_file", args=[case.pk, secret.key])).status_code == 200


def test_a_station_gives_up_through_its_page_and_a_leader_confirms(title, owner, leader):
    station, head = as_(owner), as_(leader)
    assert title.number in text_of(station.get(reverse("supervision:departure_list")))
    upload = SimpleUploadedFile("声明.png", png_bytes(), "image/png")
    answer = station.post(
        reverse("supervision:departure_ask", args=[title.pk]), {"reason": "停业", "statement": upload}
    )
    assert answer.status_code == 302, text_of(answer)
    assert "确认终止称号" in text_of(head.get(answer["Location"]))
    head.post(f"{answer['Location']}confirm/", {"document_number": "武市监〔2026〕8号"})
    title.refresh_from_db()
    assert title.state == TitleState.TERMINATED


def ended_cases(title, manager, number):
    """Cases that came to nothing: a title has one at a time that runs, and may have had any number before."""
    known = {"title": title, "state": "dropped", "opened_by": manager, "opened_at": AT, "ended_at": AT}
    RevocationCase.objects.bulk_create(
        RevocationCase(grounds=["false_material"], facts="事实", drop_reason="查无实据", **known) for _ in range(number)
    )


@pytest.mark.parametrize("rows", [3, 300])
def test_the_list_costs_the_same_at_3_and_at_300(title, manager, django_assert_num_queries, rows):
    desk = as_(manager)
    opened(title, manager)
    ended_cases(title, manager, rows - 1)
    desk.get(reverse("supervision:revocation_list"))
    with django_assert_num_queries(LIST_QUERIES):
        assert f"共 {rows} 件" in text_of(desk.get(reverse("supervision:revocation_list")))
