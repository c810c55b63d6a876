"""The catalogue on the screen: everybody reads it, narrows it and takes it away."""

import csv
import io

import pytest

from services.catalogue import CATALOGUE

PAGE = "/services/catalogue/"


@pytest.fixture
def read(client, db):
    return lambda query="": client.get(PAGE + query).content.decode()


def test_anybody_sees_every_item_under_its_kind_and_where_it_counts(read):
    page = read()
    assert all(kind.name in page and kind.citation in page for kind in CATALOGUE.kinds)
    assert page.count('<th scope="row">') == len(CATALOGUE.items)
    row = page.partition("特种设备服务<br>")[2].partition("</tr>")[0]
    assert "拓展性服务 6.2.2.4" in row  # its own kind in Tangshan
    assert "拓展性服务 5.2.5" in row  # one of the others in the guide
    assert "第九条第（八）项" in row  # and in Shenzhen
    assert "全年接受标准比对服务的企业" in page.partition("标准比对<br>")[2].partition("</tr>")[0]


def test_it_is_narrowed_by_kind_figure_and_words_and_says_when_nothing_is_left(read):
    assert read("?kind=branding").count('<th scope="row">') == len(CATALOGUE.items_of("branding"))
    assert read("?counts=firms_diagnosed").count('<th scope="row">') == 2
    assert read("?q=地理标志").count('<th scope="row">') == 1
    assert "没有符合条件的事项" in read("?q=火箭")
    assert "没有符合条件的事项" in read("?kind=welding")
    assert "没有符合条件的事项" in read("?q=%00火箭")


def test_what_is_shown_can_be_taken_away(client, db):
    answer = client.get(PAGE + "?export=csv&kind=other")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows[0] == [
        "服务类别", "条款", "事项代码", "服务事项", "内容", "计入的指标", "通用指南", "唐山规范", "深圳办法", "说明",
    ]  # fmt: skip
    special = next(row for row in rows if row[2] == "other.special_equipment")
    assert special[6:9] == [
        "其他服务（拓展性服务，5.2.5）",
        "特种设备服务（拓展性服务，6.2.2.4）",
        "其他特色服务（第九条第（八）项）",
    ]
    assert next(row for row in rows if row[2] == "other.registration")[8] == "不计入"
    assert client.get(PAGE + "?export=xlsx").content.startswith(b"PK")
    assert client.get(PAGE + "?export=doc").status_code == 404


def test_it_asks_the_database_nothing_of_its_own(client, db, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        assert client.get(PAGE).status_code == 200
