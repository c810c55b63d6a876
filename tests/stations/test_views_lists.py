"""Lists, the places, the import and the check of certificates; what each list costs."""

import datetime as dt
import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import cached
from stations import actions
from stations.credit_code import make_credit_code
from stations.models import District, Industry, Organisation, Slot, Station, Title
from stations.title_table import HEADS, template_bytes
from tests.factories import (
    join,
    make_district,
    make_executed_case,
    make_organisation,
    make_station,
    make_title,
    make_user,
)

pytestmark = pytest.mark.django_db


def text(response):
    return response.content.decode()


def titled(count, organisation=None):
    """Stations with abilities, an industry and a district title each (city titles stop at fifty)."""
    organisation = organisation or make_organisation()
    industry = Industry.objects.first()
    for _ in range(count):
        station = make_station(organisation)
        station.abilities.create(kind="metrology", description="能")
        station.team.create(role="specialist", name="某")
        station.industries.add(industry)
        make_title(station, level="district")


PUBLIC = [("station_list", ""), ("station_list", "view=cards"), ("station_list", "export=csv")]
STAFF = [("staff_organisation_list", ""), ("staff_station_list", ""), ("title_list", ""), ("slot_board", "")]


@pytest.mark.parametrize(("name", "query"), PUBLIC + STAFF + [("my_station_list", ""), ("organisation_list", "")])
def test_a_list_costs_the_same_at_three_and_at_three_hundred_rows(client, name, query):
    url = f"{reverse(f'stations:{name}')}?{query}"
    organisation = make_organisation()
    if (name, query) in STAFF:
        client.force_login(make_user("manager"))
    elif (name, query) not in PUBLIC:
        user = make_user()
        join(user, organisation)
        client.force_login(user)

    def cost():
        cached.shelf.pages.clear()  # what a page costs that is not kept yet
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = client.get(url)
            b"".join(answer) if answer.streaming else answer.content
        assert answer.status_code == 200
        return len(queries)

    titled(3, organisation)
    make_title()
    few = cost()
    titled(297, organisation)
    for _ in range(46):
        make_title()
    many = cost()
    assert many <= 12
    # A list of one page needs no more than one of many; the paginator does not count twice
    assert many == few


def test_the_directory_is_searched_and_filtered(client):
    east = make_station(name="洪山生物质量服务站", district=make_district("420111", "洪山区"))
    west = make_station(name="武昌光电质量服务站")
    make_station(name="没有称号的服务站")
    for station in (east, west):
        make_title(station)
    east.abilities.create(kind="metrology", description="能")
    east.industries.add(Industry.objects.get(name="氢能"))
    url = reverse("stations:station_list")

    def shown(**query):
        return {station.name for station, _, _ in client.get(url, query).context.get("shown", [])}

    both = {east.name, west.name}
    assert shown() == both
    assert shown(q="光电") == {west.name}
    assert shown(district="420111") == {east.name}
    assert shown(ability="metrology") == {east.name}
    assert shown(industry=Industry.objects.get(name="氢能").pk) == {east.name}
    actions.end_title(
        west.titles.get(),
        move="delist",
        actor=make_user("leader"),
        article="第十九条",
        decision="武市监〔2026〕9号",
        reason="年度评价不合格",
    )
    assert shown() == {east.name}
    assert shown(title="delisted") == {west.name}
    assert shown(title="") == both
    assert "没有符合条件的服务站" in text(client.get(url, {"q": "找不到"}))
    assert client.get(url, {"sort": "password"}).status_code == 400


def test_the_directory_is_kept_for_everybody_until_something_in_it_changes(client):
    station = make_station(name="武昌光电质量服务站")
    make_title(station)
    url = reverse("stations:station_list")
    first = client.get(url)
    with CaptureQueriesContext(connection) as queries:
        again = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, len(queries)) == (304, b"", 1)
    title = station.titles.get()
    actions.end_title(
        title,
        move="delist",
        actor=make_user("leader"),
        article="第十九条",
        decision="武市监〔2026〕9号",
        reason="年度评价不合格",
    )
    after = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert after.status_code == 200
    assert "武昌光电质量服务站" not in text(after)


def test_the_kept_directory_is_not_given_to_whom_is_signed_in_nor_theirs_to_others(client):
    make_title(make_station(name="武昌光电质量服务站"))
    url = reverse("stations:station_list")
    user = make_user(name="林晓")
    before = text(client.get(url))
    client.force_login(user)
    mine = client.get(url)
    client.logout()
    assert "林晓" in text(mine)
    assert "private" in mine["Cache-Control"]
    assert text(client.get(url)) == before


def test_a_dictionary_that_was_amended_shows_in_the_directory_after_a_minute(client, monkeypatch):
    station = make_station(name="武昌光电质量服务站")
    make_title(station)
    url = reverse("stations:station_list")
    monkeypatch.setattr(cached.time, "time", lambda: 600.0)
    assert "新区名" not in text(client.get(url))
    District.objects.filter(pk=station.district_id).update(name="新区名")
    monkeypatch.setattr(cached.time, "time", lambda: 661.0)
    assert "新区名" in text(client.get(url))


def test_the_directory_is_exported_as_filtered(client):
    station = make_station(name="武昌光电质量服务站", phone="027-12345678")
    make_title(station)
    url = reverse("stations:station_list")
    csv = b"".join(client.get(url, {"export": "csv"})).decode("utf-8-sig")
    assert "武昌光电质量服务站" in csv
    assert "027-12345678" in csv
    book = openpyxl.load_workbook(io.BytesIO(client.get(url, {"export": "xlsx", "q": "洪山"}).content))
    assert book.active.max_row == 1


def test_district_staff_see_their_district_only(client):
    here = make_station(name="武昌站")
    there = make_station(name="洪山站", district=make_district("420111", "洪山区"))
    make_title(here)
    make_title(there)
    client.force_login(make_user("district", scope="420106"))
    for name in ("staff_station_list", "title_list"):
        page = text(client.get(reverse(f"stations:{name}")))
        assert "武昌站" in page
        assert "洪山站" not in page
    assert client.get(reverse("stations:staff_station", args=[here.pk])).status_code == 200
    assert client.get(reverse("stations:staff_station", args=[there.pk])).status_code == 404
    assert client.get(reverse("stations:slot_board")).status_code == 403


def test_staff_lists_are_for_staff(client):
    client.force_login(make_user())
    for name in ("staff_organisation_list", "staff_station_list", "title_list", "slot_board", "title_import"):
        assert client.get(reverse(f"stations:{name}")).status_code == 403


def test_the_board_shows_who_holds_a_place_and_which_exit_freed_it(client):
    leader = make_user("leader")
    gone, kept = make_title(), make_title()
    make_executed_case(gone)
    actions.end_title(
        gone, move="revoke", actor=leader, article="第十八条", decision="武市监〔2026〕9号", reason="虚假材料"
    )
    client.force_login(leader)
    page = text(client.get(reverse("stations:slot_board")))
    assert str(kept.station) in page
    assert f"已撤销（第十八条）：{gone.station}" in page
    assert page.count("从未授予") == 48


def test_a_certificate_tells_its_state_today(client):
    leader = make_user("leader")
    title = make_title()
    certificate = actions.issue_certificate(title, actor=leader)
    check = reverse("stations:certificate_check")
    answer = client.get(check, {"number": f" {certificate.number.lower()} "})
    assert answer.url == certificate.get_absolute_url()
    assert "该称号有效" in text(client.get(answer.url))
    at = dt.datetime(2026, 12, 3, 1, 0, tzinfo=dt.UTC)
    actions.end_title(
        title,
        move="delist",
        actor=leader,
        at=at,
        article="第十九条",
        decision="武市监〔2026〕9号",
        reason="年度评价不合格",
    )
    page = text(client.get(answer.url))
    assert "自 2026年12月3日 起不再有效，依据第十九条" in page
    assert "年度评价不合格" not in page
    by_title = client.get(check, {"number": title.number})
    assert title.number in by_title.url or certificate.number in by_title.url


def test_an_unknown_number_is_said_to_be_unknown(client):
    for url in (
        reverse("stations:certificate_check") + "?number=假的",
        reverse("stations:certificate_page", args=["假的"]),
    ):
        answer = client.get(url)
        assert answer.status_code == 404
        assert "没有查到这个编号" in text(answer)
    assert "请填写证书编号" in text(client.get(reverse("stations:certificate_check"), {"number": ""}))


# -- Import  ----


def table(*rows):
    book = openpyxl.Workbook()
    book.active.append(list(HEADS))
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    buffer.seek(0)
    buffer.name = "称号.xlsx"
    return buffer


def row(number, **changed):
    values = dict(
        zip(
            HEADS,
            [
                f"武汉第{number}检测有限公司", make_credit_code(800_000 + number), "企业", dt.date(2015, 3, 2), "武昌区", "一路",
                f"武昌第{number}质量服务站", "", "二路", "2024年3月1日", "武市监〔2024〕5号", "", "",
            ],
            strict=True,
        )
    )  # fmt: skip
    return list({**values, **changed}.values())


@pytest.fixture
def manager(client):
    user = make_user("manager")
    client.force_login(user)
    return user


def upload(client, file):
    return client.post(reverse("stations:title_table_upload"), {"table": file})


def test_a_table_is_shown_before_it_is_written_and_then_written_whole(client, manager):
    known = make_organisation(name="武汉已登记有限公司")
    second = row(2, 单位名称=known.name, 统一社会信用代码=known.credit_code, 称号编号="武质站 12")
    answer = upload(client, table(row(1), second))
    assert answer.status_code == 302
    page = text(client.get(answer.url))
    assert "下面 2 个称号将一次导入" in page
    assert "武质站 12" in page
    assert not Title.objects.exists()
    assert not Station.objects.exists()
    assert client.post(answer.url).url == reverse("stations:title_list")
    assert set(Title.objects.values_list("number", flat=True)) == {"CH-2024-001", "武质站 12"}
    assert Organisation.objects.count() == 2
    assert Title.objects.get(number="武质站 12").station.organisation == known
    again = client.get(answer.url)
    assert "已有有效的市级称号" in text(again)
    assert client.post(answer.url).status_code == 422
    assert Title.objects.count() == 2


def test_every_wrong_line_is_named_and_nothing_is_written(client, manager):
    answer = upload(
        client,
        table(
            row(1),
            row(2, 统一社会信用代码="91420106MA4K00001J", 成立日期="二〇一五年"),
            row(3, 单位类型="作坊", 授予日期=""),
            row(4, 注册地="光谷"),
            row(5, 服务站名称="中国质量服务站"),
        ),
    )
    page = text(client.get(answer.url))
    for line, said in [
        (3, "主体标识码"),
        (3, "不是日期"),
        (4, "没有填写授予日期"),
        (4, "不在可选范围"),
        (5, "没有「光谷」"),
        (6, "不能含有"),
    ]:
        assert f'<td class="number">{line}</td>' in page
        assert said in page
    assert client.post(answer.url).status_code == 422
    assert not Title.objects.exists()
    assert not Station.objects.exists()


def test_a_table_for_more_than_the_free_places_is_refused_line_by_line(client, manager):
    Slot.objects.filter(number__gt=2).delete()
    answer = upload(client, table(row(1), row(2), row(3)))
    page = text(client.get(answer.url))
    assert "没有空名额" in page
    assert '<td class="number">4</td>' in page


def test_what_is_no_table_is_refused_at_its_field(client, manager):
    fake = io.BytesIO(b"hello")
    fake.name = "称号.xlsx"
    assert "不是有效的" in text(upload(client, fake))
    empty = upload(client, table())
    assert empty.status_code == 422
    assert "表里没有填写内容" in text(empty)
    book = openpyxl.Workbook()
    book.active.append(["别的", "表头"])
    buffer = io.BytesIO()
    book.save(buffer)
    buffer.seek(0)
    buffer.name = "别的.xlsx"
    assert "表头缺少" in text(upload(client, buffer))


def test_the_template_is_its_own_empty_table(client, manager):
    answer = client.get(reverse("stations:title_template"))
    assert answer.content[:2] == b"PK"
    file = io.BytesIO(template_bytes())
    file.name = "模板.xlsx"
    assert "表里没有填写内容" in text(upload(client, file))


def test_one_older_title_is_entered_by_hand(client, manager):
    station = make_station()
    facts = {"station": station.pk, "level": "city", "awarded_on": "2024-03-01", "source": "武市监〔2024〕5号"}
    assert client.post(reverse("stations:title_import"), facts).url == reverse("stations:title_list")
    assert station.titles.get().basis == "武市监〔2024〕5号"
    wrong = client.post(reverse("stations:title_import"), {**facts, "source": ""})
    assert wrong.status_code == 422
    assert "请填写来源" in text(wrong)


def test_the_uploaded_table_of_another_does_not_exist(client, manager):
    url = upload(client, table(row(1))).url
    client.force_login(make_user("manager"))
    assert client.get(url).status_code == 404


def test_home_tells_an_applicant_what_is_missing(client):
    user = make_user()
    client.force_login(user)
    assert "登记您的单位" in text(client.get(reverse("home")))
    join(user, make_organisation())
    assert "建立服务站信息" in text(client.get(reverse("home")))
    make_station(user.memberships.get().organisation)
    page = text(client.get(reverse("home")))
    assert "补全服务站信息" in page
    assert "没有站长" in page
