"""Ratings on the screen: on a company's phone, on the station's list without names, and with whoever supervises."""

import pytest
import time_machine

from accounts.states import Role
from config.home import todos_for
from services.actions import rating as actions
from services.aspects import CODES
from services.models import Rating, RatingInvitation, ServiceRecord
from stations.credit_code import make_credit_code
from tests.factories import make_organisation, make_station, make_user
from tests.services.test_rating import AT, BAD, DAY, FAIR, GOOD, invited, rated, served, token_of

pytestmark = pytest.mark.django_db
HERE, ELSEWHERE = {"REMOTE_ADDR": "10.1.1.1"}, {"REMOTE_ADDR": "10.2.2.2"}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(AT) as traveller:
        yield traveller


@pytest.fixture
def lin():
    return make_user(name="林经办")


@pytest.fixture
def station(lin):
    return make_station(make_organisation(lin))


@pytest.fixture
def record(station, lin):
    return served(station, lin, client_name="武汉隐名机械厂")


@pytest.fixture
def link(record, lin):
    return f"/rate/{token_of(actions.invite(record, actor=lin, email='boss@firm.cn'))}/"


def form(**changes) -> dict:
    return {**dict.fromkeys(CODES, 4), "integrity": "clean", "comment": "", **changes}


def read(response) -> str:
    return response.content.decode()


# -- The company  ----


def test_a_company_rates_on_its_phone_without_an_account(client, link, station):
    answer = client.get(link)
    page = read(answer)
    assert all(word in page for word in (str(station), "服务场所便利度", "非常满意", "武汉隐名机械厂"))
    assert page.count('type="radio"') == 28
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"
    answer = client.post(link, form(outcome=5), follow=True)
    assert answer.redirect_chain == [("/ratings/thanks/", 302)]
    assert "/complaints/new/" in read(answer)
    assert Rating.objects.get().points == 80


def test_a_form_posted_twice_rates_once_and_says_thanks_twice(client, link):
    token = client.get(link).context["once"]
    for _ in range(2):
        assert client.post(link, form(once=token))["Location"] == "/ratings/thanks/"
    assert Rating.objects.count() == 1


def test_what_is_missing_is_said_and_nothing_is_lost(client, link):
    answer = client.post(link, form(skill="", integrity="", comment="等了很久"))
    assert answer.status_code == 422
    page = read(answer)
    assert "请选择服务水平专业度。" in page
    assert "等了很久" in page
    assert page.count("checked") == 4
    assert not Rating.objects.exists()


def test_a_used_an_expired_a_withdrawn_and_an_unknown_link_say_what_to_do(client, link, record, lin, clock):
    assert client.get("/rate/unknown/").status_code == 404
    assert "完整地打开链接" in read(client.post("/rate/unknown/", form()))
    newer = f"/rate/{token_of(actions.invite(record, actor=lin))}/"
    answer = client.get(link)
    assert (answer.status_code, "链接已经作废" in read(answer)) == (410, True)
    clock.move_to(AT + 31 * DAY)
    answer = client.post(newer, form())
    assert (answer.status_code, "链接已过有效期" in read(answer)) == (410, True)
    clock.move_to(AT + DAY)
    client.post(newer, form())
    answer = client.get(newer)
    assert (answer.status_code, "评价已经收到" in read(answer)) == (410, True)
    assert client.post(newer, form()).status_code == 410
    assert Rating.objects.count() == 1


def test_somebody_of_the_station_is_turned_away_and_the_link_stays_good(client, link, lin):
    client.force_login(lin)
    for answer in (client.get(link), client.post(link, form())):
        assert (answer.status_code, "不能代替企业评价" in read(answer)) == (403, True)
    client.logout()
    assert client.post(link, form()).status_code == 302


def test_a_rating_from_where_the_link_was_made_is_flagged(client, record, lin):
    client.force_login(lin)
    page = client.post(f"/service-records/{record.pk}/invite-rating/", {"email": ""}, **HERE)
    path = f"/rate/{token_of(page.context['link'])}/"
    assert page.context["link"].endswith(path)
    assert "<svg" in read(page)
    assert "no-store" in page["Cache-Control"]
    client.logout()
    client.post(path, form(), **HERE)
    assert Rating.objects.get().flags == ["own_network"]


def test_a_link_that_was_mailed_is_not_shown_to_the_station(client, record, lin):
    client.force_login(lin)
    assert f"/service-records/{record.pk}/invite-rating/" in read(client.get(record.get_absolute_url()))
    answer = client.post(f"/service-records/{record.pk}/invite-rating/", {"email": "boss@firm.cn"}, follow=True)
    assert "已发送到服务对象的邮箱" in read(answer)
    assert "/rate/" not in read(answer)
    assert "已邀请，还没有评价" in read(answer)
    assert RatingInvitation.objects.get().channel == "email"


# -- The station  ----


def test_the_record_says_that_it_was_rated_and_asks_no_more(client, record, lin):
    rated(record, lin, comment="答复太慢")
    client.force_login(lin)
    page = read(client.get(record.get_absolute_url()))
    assert "服务对象已评价" in page
    assert "答复太慢" not in page
    assert "invite-rating" not in page


def test_the_station_reads_what_was_said_and_not_by_whom(client, record, lin):
    rating = rated(record, lin, BAD, comment="答复太慢", integrity="asked")
    client.force_login(lin)
    for page in (read(client.get("/ratings/")), read(client.get(rating.get_absolute_url()))):
        assert "答复太慢" in page
        assert "2026年6月" in page
        for secret in ("武汉隐名机械厂", "2026年5月20日", "2026年6月1日", record.client_code, "索要财物"):
            assert secret not in page
    table = b"".join(client.get("/ratings/?export=csv").streaming_content).decode()
    assert "答复太慢" in table
    assert "武汉隐名机械厂" not in table
    assert read(client.get("/ratings/?asked=true")).count("答复太慢") == read(client.get("/ratings/")).count("答复太慢")


def test_who_supervises_reads_by_whom_and_what_was_said_of_integrity(client, record, lin):
    rating = rated(record, lin, comment="还好", integrity="asked")
    client.force_login(make_user(Role.MANAGER))
    page = read(client.get(rating.get_absolute_url()))
    assert "武汉隐名机械厂" in page
    assert "服务站看不到这一部分" in page
    assert "还好" in read(client.get("/ratings/?asked=true"))
    assert "没有符合条件" in read(client.get("/ratings/?poor=true"))


def test_another_station_s_ratings_do_not_exist(client, record, lin):
    rating = rated(record, lin)
    stranger = make_user()
    make_station(make_organisation(stranger))
    client.force_login(stranger)
    for url in (
        rating.get_absolute_url(),
        f"/satisfaction/{record.station_id}/",
        f"{rating.get_absolute_url()}improve/",
    ):
        assert client.get(url).status_code == 404
    assert "还没有收到评价" in read(client.get("/ratings/"))


def test_a_poor_rating_is_answered_from_the_station_s_home(client, record, lin):
    rating = rated(record, lin, BAD)
    client.force_login(lin)
    todo = next(todo for todo in todos_for(lin) if "不满意" in todo.title)
    assert rating.get_absolute_url() in read(client.get(todo.url))
    answer = client.post(f"{rating.get_absolute_url()}improve/", {"text": "增加了值班人员。"}, follow=True)
    assert "增加了值班人员。" in read(answer)


# -- Satisfaction  ----


def test_the_year_is_shown_with_its_sample_and_the_five_aspects_as_chart_and_table(client, station, lin):
    for number, marks in enumerate([GOOD, FAIR, {**FAIR, "place": 2}]):
        rated(served(station, lin, 560 + number), lin, marks)
    served(station, lin, 570)
    client.force_login(lin)
    page = read(client.get(f"/satisfaction/{station.pk}/"))
    for word in ("80.00", "75.00", "<svg", "服务人员廉洁度", "高于 80 分", "怎样计算"):
        assert word in page
    assert "80.00" in read(client.get("/satisfaction/"))
    assert "这一年还没有可以计入的评价" in read(client.get(f"/satisfaction/{station.pk}/?year=2025"))
    assert client.get(f"/satisfaction/{station.pk}/?year=x").status_code == 200


# -- Cost  ----


def many(station, first, count) -> None:
    rows = [
        ServiceRecord(
            station=station,
            client_code=make_credit_code(first + n),
            client_name="厂",
            kind="metrology",
            item="metrology.training",
            served_on=AT.date(),
            origin="typed",
            recorded_at=AT,
            changed_at=AT,
        )
        for n in range(count)
    ]
    records = ServiceRecord.objects.bulk_create(rows)
    known = {"channel": "api", "source_client": "x", "rated_at": AT}
    Rating.objects.bulk_create(
        Rating(record=record, external_id=f"{first}-{n}", **known, **(BAD if n % 7 == 0 else GOOD))
        for n, record in enumerate(records)
    )


@pytest.mark.parametrize("url", ["/ratings/", "/satisfaction/", "/satisfaction/{pk}/"])
def test_pages_cost_as_many_queries_for_three_hundred_ratings_as_for_three(
    client, station, lin, url, django_assert_max_num_queries
):
    client.force_login(lin)
    many(station, 1000, 3)
    address = url.format(pk=station.pk)
    client.get(address)
    with django_assert_max_num_queries(12) as few:
        client.get(address)
    many(station, 2000, 297)
    with django_assert_max_num_queries(len(few)):
        client.get(address)


def test_a_link_costs_few_queries(client, record, lin, django_assert_max_num_queries):
    invitation = invited(record, lin)
    assert invitation.pk
    path = f"/rate/{token_of(actions.invite(record, actor=lin))}/"
    with django_assert_max_num_queries(5):
        client.get(path)
