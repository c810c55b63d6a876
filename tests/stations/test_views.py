"""The pages of organisations and stations, asked as the people who use them."""

import io

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from ledger.files import store_bytes
from stations.actions import end_title
from stations.credit_code import make_credit_code
from stations.models import Organisation, Station
from tests.factories import join, make_organisation, make_station, make_title, make_user

pytestmark = pytest.mark.django_db


def png(name="截图.png"):
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(buffer, "PNG")
    buffer.seek(0)
    buffer.name = name
    return buffer


@pytest.fixture
def owner(client):
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def station(owner):
    return make_station(make_organisation(owner))


def text(response):
    return response.content.decode()


ORGANISATION = {
    "name": "武汉光谷计量检测有限公司",
    "credit_code": f" {make_credit_code(900_001).lower()} ",
    "kind": "enterprise",
    "founded_on": "2018-05-01",
    "district": "420106",
    "address": "武昌区中北路 1 号",
}


def test_a_newcomer_enters_an_organisation_and_a_station(client, owner):
    assert "您还没有加入任何单位" in text(client.get(reverse("stations:organisation_list")))
    answer = client.post(reverse("stations:organisation_register"), ORGANISATION)
    organisation = Organisation.objects.get()
    assert answer.url == organisation.get_absolute_url()
    assert "还没有服务站" in text(client.get(answer.url))
    facts = {"name": "武昌光电质量服务站", "district": "420106", "supervised_by": "WH-DHGX", "address": "一路"}
    answer = client.post(reverse("stations:station_create", args=[organisation.pk]), facts)
    station = Station.objects.get()
    assert answer.url == reverse("stations:station_tasks", args=[station.pk])
    page = text(client.get(answer.url))
    assert "还差 5 类" in page
    assert "没有站长" in page
    assert station.supervised_by_id == "WH-DHGX"


def test_wrong_entries_are_all_said_at_once_and_nothing_typed_is_lost(client, owner):
    wrong = {**ORGANISATION, "credit_code": "91420106MA4K00001J", "founded_on": "", "address": "写下的地址"}
    answer = client.post(reverse("stations:organisation_register"), wrong)
    assert answer.status_code == 422
    page = text(answer)
    assert "主体标识码" in page
    assert "请填写成立日期" in page
    assert "写下的地址" in page
    assert "91420106MA4K00001J" in page


def test_a_code_is_judged_while_it_is_typed(client, owner):
    url = reverse("stations:credit_code_hint")
    assert "代码有效：市场监管部门登记的企业" in text(client.get(url, {"credit_code": make_credit_code(3)}))
    assert "机关" in text(client.get(url, {"credit_code": make_credit_code(3, kind="11")}))
    assert "少了 8 位" in text(client.get(url, {"credit_code": "9142010000"}))
    assert text(client.get(url, {"credit_code": " "})).strip() == ""


def test_a_stale_page_keeps_what_was_typed_and_may_then_be_saved(client, station):
    url = reverse("stations:station_edit", args=[station.pk])
    facts = {"name": station.name, "district": "420106", "supervised_by": "420106", "address": "甲写的", "version": 0}
    assert client.post(url, facts).status_code == 302
    answer = client.post(url, {**facts, "address": "乙写的"})
    assert answer.status_code == 409
    assert "别人已经修改并保存过" in text(answer)
    assert "乙写的" in text(answer)
    assert answer.context["form"]["version"].value() == "1"
    assert client.post(url, {**facts, "address": "乙写的", "version": 1}).status_code == 302


def test_an_ability_is_claimed_with_evidence_and_the_evidence_is_served_to_its_people_only(client, station):
    url = reverse("stations:ability_edit", args=[station.pk, "metrology"])
    assert "第九条第（一）项" in text(client.get(url))
    answer = client.post(url, {"description": "检定校准", "files": [png("一.png"), png("二.png")]})
    assert answer.status_code == 302
    ability = station.abilities.get()
    first, second = ability.evidence.order_by("id")
    file_url = reverse("stations:station_file", args=[station.pk, first.key])
    assert b"".join(client.get(file_url))[:4] == b"\x89PNG"
    page = text(client.get(reverse("stations:ability_list", args=[station.pk])))
    assert "2 份" in page
    assert "还差 4 类" in page
    client.post(url, {"description": "检定校准", "remove": [str(first.pk)]})
    assert list(ability.evidence.all()) == [second]
    assert client.get(file_url).status_code == 404
    client.force_login(make_user())
    assert client.get(reverse("stations:station_file", args=[station.pk, second.key])).status_code == 404
    client.force_login(make_user("intake"))
    assert client.get(reverse("stations:station_file", args=[station.pk, second.key])).status_code == 200
    client.force_login(make_user("district", scope="420102"))
    assert client.get(reverse("stations:station_file", args=[station.pk, second.key])).status_code == 404


def test_a_file_that_is_not_what_it_says_is_refused_at_its_field(client, station):
    url = reverse("stations:ability_edit", args=[station.pk, "metrology"])
    fake = io.BytesIO(b"MZ\x90")
    fake.name = "证书.pdf"
    answer = client.post(url, {"description": "写好的说明", "files": [fake]})
    assert answer.status_code == 422
    assert "不是有效的" in text(answer)
    assert "写好的说明" in text(answer)
    assert not station.abilities.exists()
    empty = io.BytesIO(b"")
    empty.name = "空.pdf"
    assert "0 字节" in text(client.post(url, {"description": "说明", "files": [empty]}))


def test_the_team_is_kept_on_its_page(client, station):
    add = reverse("stations:team_add", args=[station.pk])
    person = {"role": "head", "name": "张三", "years": 8}
    assert client.post(add, person).status_code == 302
    again = client.post(add, {**person, "name": "李四"})
    assert again.status_code == 422
    assert "站长只设 1 名" in text(again)
    member = station.team.get()
    edit = reverse("stations:team_edit", args=[station.pk, member.pk])
    client.post(edit, {**person, "years": 9})
    assert station.team.get().years == 9
    remove = reverse("stations:team_remove", args=[station.pk, member.pk])
    assert "删除后" in text(client.get(remove))
    client.post(remove)
    assert "还没有填报团队" in text(client.get(reverse("stations:team_list", args=[station.pk])))


def test_what_a_platform_tells_of_a_station_stands_on_its_pages(client, station):
    now = timezone.now()
    known = {"platform": "hanjianlian", "changed_at": now, "received_at": now, "url": "https://shop.example.cn/1"}
    station.online_services.create(number="1", content="experts", title="计量专家团队", **known)
    shown = text(client.get(reverse("stations:online_list", args=[station.pk])))
    assert "专家团队：" in shown
    assert "计量专家团队" in shown
    client.force_login(make_user("intake"))
    assert "计量专家团队" in text(client.get(reverse("stations:staff_station", args=[station.pk])))


def test_presence_online_is_kept_on_its_page(client, station):
    url = reverse("stations:online_edit", args=[station.pk, "hanjianlian"])
    facts = {"url": "https://example.com/shop", "seen_on": timezone.localdate().isoformat()}
    assert "请上传平台页面的截图" in text(client.post(url, facts))
    assert client.post(url, {**facts, "screenshot": png()}).status_code == 302
    assert "https://example.com/shop" in text(client.get(reverse("stations:online_list", args=[station.pk])))
    assert client.get(reverse("stations:online_edit", args=[station.pk, "taobao"])).status_code == 404
    client.post(reverse("stations:online_remove", args=[station.pk, "hanjianlian"]))
    assert not station.online.exists()


def test_a_commitment_is_written_and_shown_in_public(client, station):
    url = reverse("stations:commitment_edit", args=[station.pk])
    assert "请填写服务承诺" in text(client.post(url, {"commitment": "", "version": 0}))
    client.post(url, {"commitment": "三个工作日内答复", "version": 0})
    page = text(client.get(station.get_absolute_url()))
    assert "三个工作日内答复" in page
    assert "预览" in page


def test_the_public_sees_a_titled_station_without_names(client):
    station = make_station()
    station.team.create(role="head", name="欧阳不公开", years=9)
    assert client.get(station.get_absolute_url()).status_code == 404
    make_title(station)
    page = text(client.get(station.get_absolute_url()))
    assert "欧阳" not in page
    assert "1 人，其中专业人员 0 名" in page


@pytest.mark.parametrize(
    "name",
    ["station_tasks", "station_edit", "commitment_edit", "ability_list", "team_list", "team_add", "online_list"],
)
def test_the_pages_of_another_organisation_do_not_exist(client, name):
    station, stranger = make_station(), make_user()
    join(stranger, make_organisation())
    url = reverse(f"stations:{name}", args=[station.pk])
    assert client.get(url).url.startswith("/accounts/login/")
    client.force_login(stranger)
    assert client.get(url).status_code == 404
    client.force_login(make_user("intake"))  # sees the file on its own page, and changes nothing
    assert client.get(url).status_code == 404


def test_files_of_a_flushed_store_are_not_there(client, station):
    at = timezone.now()
    stored = store_bytes(b"x", name="x.pdf", content_type="application/pdf", actor=None, at=at)
    station.abilities.create(kind="metrology", description="能").evidence.add(stored)
    stored.file.storage.delete(stored.file.name)
    assert client.get(reverse("stations:station_file", args=[station.pk, stored.key])).status_code == 404


def test_ones_own_list_shows_what_became_of_a_title(client, station, owner):
    held = make_title(station)
    end_title(
        held,
        move="delist",
        actor=make_user("leader"),
        article="第十九条",
        decision="武市监〔2026〕9号",
        reason="年度评价不合格",
        facts={"conclusion": 1},
    )
    client.force_login(owner)
    assert "已摘牌" in client.get(reverse("stations:my_station_list")).content.decode()
