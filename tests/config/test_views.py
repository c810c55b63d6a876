"""The front page, the home of each person, the guide, 大字版."""

import datetime as dt

import pytest
import time_machine
from django.conf import settings as portal_settings
from django.utils import timezone

from accounts.states import Role
from accounts.todo import Todo
from config import home, navigation
from config.design import DEMOS
from config.home import NewsLine, OpenNotice
from evaluation.models import Expert
from ledger.journal import record
from tests.factories import make_organisation, make_user

pytestmark = pytest.mark.django_db
BACKEND = portal_settings.AUTHENTICATION_BACKENDS[1]


def said(response):
    return response.content.decode()


def test_the_front_page_says_when_nothing_is_in_public_notice(client, monkeypatch):
    monkeypatch.setattr(home, "OPEN_NOTICE_SOURCES", ())
    monkeypatch.setattr(home, "NEWS_SOURCES", ())
    page = said(client.get("/"))
    assert "目前没有正在公示的评价结果" in page
    assert "还没有发布公告" in page


def test_the_front_page_shows_the_notice_that_closes_first_and_the_latest_news(client, monkeypatch):
    now = timezone.now()
    late, soon = (
        OpenNotice(
            f"{days}日后结束的公示", f"/n/{days}/", now + dt.timedelta(days=days, hours=1), "逐日计算", f"/o/{days}/"
        )
        for days in (5, 2)
    )
    monkeypatch.setattr(home, "OPEN_NOTICE_SOURCES", (lambda at: [late, soon],))
    lines = [NewsLine(f"公告{n}", f"/x/{n}/", now - dt.timedelta(days=n)) for n in range(12)]
    monkeypatch.setattr(home, "NEWS_SOURCES", (lambda: lines[6:], lambda: lines[:6]))
    page = said(client.get("/"))
    assert page.index("2日后结束的公示") < page.index("5日后结束的公示")
    assert '<a class="button secondary" href="/o/2/">我要提异议</a>' in page
    assert [n for n in range(12) if f">公告{n}<" in page] == list(range(8))


def test_home_lists_what_waits_by_due_date(client, monkeypatch):
    now = timezone.now()
    todos = [Todo("无期限", "/a/"), Todo("后到期", "/b/", now + dt.timedelta(days=9)), Todo("已超期的", "/c/", now)]
    monkeypatch.setattr(home, "TODO_SOURCES", (lambda user: todos,))
    client.force_login(make_user(), backend=BACKEND)
    page = said(client.get("/home/"))
    assert page.index("已超期的") < page.index("后到期") < page.index("无期限")
    assert '<span class="overdue">已超期' in page


def test_home_wants_to_know_who_it_is(client):
    assert client.get("/home/").url == "/accounts/login/?next=/home/"


def test_the_guide_names_every_condition_material_and_indicator_with_its_article(client):
    page = said(client.get("/guide/"))
    for words in (
        "第十三条第（七）项",
        "第十四条第（七）项",
        "第十五条第（五）项",
        "全市不超过 50 个",
        "10万元",
        "社会效益",
    ):
        assert words in page


@pytest.mark.parametrize("path", ["/", "/guide/", "/sitemap/", "/accessibility/"])
def test_public_pages_set_no_cookie(client, path):
    response = client.get(path)
    assert response.status_code == 200
    assert response.cookies == {}


def test_the_design_page_shows_each_component_at_work(client):
    page = said(client.get("/design/"))
    for name, label in DEMOS:
        assert f'id="{name}-title">{label}<' in page
    journal = page.partition('id="timeline"')[2].partition("<pre")[0]
    assert journal.count("退回补正") == 2
    assert journal.count("赵敏") == journal.count("第四项材料缺少审计意见页") == 1


def test_a_page_may_load_only_what_is_its_own(client):
    header = client.get("/")["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in header.split(";") if rule.strip())
    own = {
        "script-src",
        "style-src",
        "img-src",
        "font-src",
        "connect-src",
        "frame-src",
        "form-action",
        "frame-ancestors",
    }
    assert rules == dict.fromkeys(own, "'self'") | {
        "default-src": "'none'",
        "base-uri": "'none'",
        "object-src": "'none'",
    }


def test_large_type_is_remembered_by_the_browser(client):
    response = client.post("/large-type/", {"large": "1", "next": "/guide/"})
    assert (response.status_code, response.url) == (302, "/guide/")
    assert '<html lang="zh-Hans" class="large">' in said(client.get("/guide/"))
    client.post("/large-type/", {"large": "0"})
    assert 'class="large"' not in said(client.get("/guide/"))


def test_large_type_is_remembered_by_the_account(client):
    user = make_user()
    client.force_login(user, backend=BACKEND)
    client.post("/large-type/", {"large": "1"})
    user.refresh_from_db()
    assert user.large_type is True
    del client.cookies["large_type"]
    assert 'class="large"' in said(client.get("/guide/"))


def test_the_switch_leads_nowhere_else_and_is_not_moved_by_other_sites(client):
    assert client.post("/large-type/", {"large": "1", "next": "https://evil.example/"}).url == "/"
    assert client.post("/large-type/", {"large": "1", "next": "//evil.example/"}).url == "/"
    foreign = client.post("/large-type/", {"large": "1"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 400
    assert foreign.cookies == {}


def groups(user):
    return [group.label for group in navigation.RAIL if group.shown_to(user)]


def test_each_duty_has_its_rail():
    expert = make_user()
    Expert.objects.create(user=expert, employer="某大学")
    member = make_user()
    make_organisation(owner=member)
    assert groups(make_user()) == ["我的", "申报"]
    assert groups(member) == ["我的", "申报", "服务"]
    assert groups(expert) == ["我的", "评审"]
    assert groups(make_user(Role.MANAGER)) == ["我的", "服务", "评价", "服务站", "监督", "资金"]
    assert groups(make_user(Role.FINANCE)) == ["我的", "资金"]
    assert groups(make_user(Role.DISTRICT)) == ["我的", "服务", "服务站", "监督", "资金"]
    assert groups(make_user(Role.AUDITOR)) == ["我的", "服务", "评价", "服务站", "监督", "资金", "审计"]
    assert groups(make_user(Role.SECURITY_ADMIN)) == ["我的", "安全管理"]


def test_an_entry_without_an_address_is_left_out_and_the_longest_address_is_current():
    entries = [
        navigation.Entry("首页", "front"),
        navigation.Entry("没有", "nowhere:at_all"),
        navigation.Entry("指南", "guide"),
    ]
    assert [(link.label, link.current) for link in navigation.links(entries, "/guide/")] == [
        ("首页", False),
        ("指南", True),
    ]


def test_only_who_may_import_the_calendar_is_led_to_it():
    def led(role):
        return [link.label for _, links in navigation.rail_for(make_user(role), "/") for link in links]

    assert "节假日安排" in led(Role.MANAGER)
    assert "节假日安排" in led(Role.SYSTEM_ADMIN)
    assert "节假日安排" not in led(Role.LEADER)


def in_notice(monkeypatch, closes_at):
    notice = OpenNotice("某年度评价结果公示", "/n/1/", closes_at, "逐日计算", "/o/1/")
    monkeypatch.setattr(home, "OPEN_NOTICE_SOURCES", (lambda at: [notice] if at < closes_at else [],))


def test_the_front_page_is_kept_and_tells_each_minute_what_is_left(client, monkeypatch, django_assert_num_queries):
    midnight = dt.datetime(2026, 12, 9, tzinfo=timezone.get_default_timezone())
    in_notice(monkeypatch, midnight)
    with time_machine.travel(midnight - dt.timedelta(hours=2, seconds=90), tick=False) as clock:
        first = client.get("/")
        assert "<strong data-left>2小时1分</strong>" in said(first)
        clock.shift(29)
        with django_assert_num_queries(1):
            again = client.get("/")
        assert (again.content, again["ETag"]) == (first.content, first["ETag"])
        with django_assert_num_queries(1):
            assert client.get("/", headers={"If-None-Match": first["ETag"]}).status_code == 304
        clock.shift(2)
        later = client.get("/", headers={"If-None-Match": first["ETag"]})
        assert later.status_code == 200
        assert "<strong data-left>2小时0分</strong>" in said(later)


def test_the_front_page_says_at_once_that_a_public_notice_is_over(client, monkeypatch):
    midnight = dt.datetime(2026, 12, 9, tzinfo=timezone.get_default_timezone())
    in_notice(monkeypatch, midnight)
    with time_machine.travel(midnight - dt.timedelta(seconds=1), tick=False) as clock:
        assert "某年度评价结果公示" in said(client.get("/"))
        clock.shift(1)
        assert "目前没有正在公示的评价结果" in said(client.get("/"))


def test_a_kept_front_page_carries_no_clock_that_would_run_late(client, monkeypatch):
    in_notice(monkeypatch, timezone.now() + dt.timedelta(days=2))
    page = said(client.get("/"))
    assert "data-countdown=" in page
    assert "data-now" not in page
    assert client.get("/")["Cache-Control"] == "public, max-age=0"


def test_who_is_signed_in_gets_a_front_page_of_his_own(client):
    client.get("/")
    user = make_user(name="林晓")
    client.force_login(user, backend=BACKEND)
    answer = client.get("/")
    assert "林晓" in said(answer)
    assert "private" in answer["Cache-Control"]
    client.logout()
    assert "林晓" not in said(client.get("/"))


def test_home_shows_how_things_stand_for_each_duty(client):
    system, audit = make_user(Role.SYSTEM_ADMIN), make_user(Role.AUDIT_ADMIN)
    client.force_login(system, BACKEND)
    assert "没有发出的邮件" in said(client.get("/home/"))
    client.force_login(audit, BACKEND)
    for number in range(9):
        record(system, "unlock", actor=system, at=timezone.now(), facts={"attempts": number})
    page = said(client.get("/home/"))
    assert "七日内的办理记录" in page
    assert page.count('href="/journal/') >= 6 + 2  # the latest acts, and the whole
    assert "进行中的评价" not in page
