"""A station's own table of services: checked row by row, taken without the wrong rows, never taken twice."""

import datetime as dt
import io
import time
import uuid
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.states import Role
from ledger.errors import Refused
from ledger.models import JournalEntry
from services.actions.record import add_record, change_record, withdraw_record
from services.actions.record_import import import_records
from services.models import ServiceRecord
from services.queries.figures import counted
from services.queries.record_import import plan_of_records, table_of_records
from services.record_table import MOST_ROWS
from services.table import read_table
from stations.credit_code import make_credit_code
from stations.models import Industry, Organisation
from tests.factories import make_user
from tests.services.library_scene import book_of, make_client, make_staffed_station
from tests.services.record_scene import facts, make_record
from tests.services.test_library_import import XLSX, lines_of
from tests.services.test_record import AT

pytestmark = pytest.mark.django_db
IMPORT = "/service-records/import/"
ROW = {
    "外部编号": "2026-001",
    "服务日期": "2026-11-02",
    "统一社会信用代码": make_credit_code(700_001),
    "服务对象": "长江零件第一厂",
    "服务事项": "标准比对",
    "服务次数": "2",
    "发现问题": "3",
    "解决问题": "2",
    "收费（元）": "3,000.50",
    "服务情况": "比对了三项标准。",
}
WITHOUT_NUMBER = {head: value for head, value in ROW.items() if head != "外部编号"}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(AT):
        yield


@pytest.fixture
def scene(client):
    station, lin = make_staffed_station()
    client.force_login(lin)
    return station, lin


def read(answer) -> str:
    return answer.content.decode()


def upload(client, station, content: bytes):
    sent = {
        "station": station.pk,
        "table": SimpleUploadedFile("台账.xlsx", content, content_type=XLSX),
        "once": uuid.uuid4(),
    }
    return client.post(IMPORT, sent)


def looked_at(client, station, *rows):
    """Upload and look: the page of the check, and its address."""
    answer = upload(client, station, book_of(*rows))
    assert answer.status_code == 302, read(answer)
    return client.get(answer.url), answer.url


def taken(client, station, *rows):
    """Upload, look, confirm; the page that was looked at, and what the confirmation said."""
    page, url = looked_at(client, station, *rows)
    return page, read(client.post(url, {"once": uuid.uuid4()}, follow=True))


def rows_of(*rows):
    return read_table(table_of_records(), book_of(*rows)).rows


def numbered(first: int, count: int):
    return [
        ROW | {"外部编号": f"N{n}", "统一社会信用代码": make_credit_code(800_000 + n)}
        for n in range(first, first + count)
    ]


def test_the_template_is_read_back_and_its_example_is_not_taken(client, scene):
    station, _ = scene
    template = client.get("/service-records/template/").content
    assert "表里没有填写内容" in read(upload(client, station, template))
    book = load_workbook(io.BytesIO(template))
    sheet = book.worksheets[0]
    heads = [cell.value.rstrip("*") for cell in sheet[1]]
    assert set(ROW) <= set(heads)
    for head, value in ROW.items():
        sheet.cell(3, heads.index(head) + 1, value)
    explained = [line[0] for line in book.worksheets[1].iter_rows(values_only=True)]
    assert any("已经导入过的行不会再导入" in line for line in explained)
    out = io.BytesIO()
    book.save(out)
    answer = upload(client, station, out.getvalue())
    assert "确认导入 1 条" in read(client.get(answer.url))


def test_nothing_is_written_before_it_is_confirmed_and_then_it_counts_as_imported(client, scene):
    station, lin = scene
    industry = Industry.objects.first()
    page, url = looked_at(client, station, ROW | {"所属产业": industry.name, "服务日期": dt.date(2026, 11, 2)})
    assert "新增" in read(page)
    assert not ServiceRecord.objects.exists()
    answer = client.post(url, {"once": uuid.uuid4()})
    assert answer.url == f"/service-records/?station={station.pk}&origin=imported&sort=-recorded"
    row = ServiceRecord.objects.get()
    assert (row.origin, row.external_id, row.client_name, row.kind, row.item) == (
        "imported",
        "2026-001",
        "长江零件第一厂",
        "standards",
        "standards.comparison",
    )
    assert (row.visits, row.problems_found, row.problems_solved, row.fee, row.industry, row.recorded_by) == (
        2,
        3,
        2,
        Decimal("3000.50"),
        industry,
        lin,
    )
    entry = JournalEntry.objects.get(move="add_records")
    assert (entry.facts["added"], len(entry.facts["sha256"])) == (1, 64)
    figure = counted(station, 2026)["visits"]
    assert (figure.value, figure.imported) == (2, True)


@pytest.mark.parametrize("row", [ROW, WITHOUT_NUMBER])
def test_the_same_file_twice_adds_nothing_and_shows_which_rows_are_there(client, scene, row):
    station, _ = scene
    taken(client, station, row)
    page, said = taken(client, station, row)
    assert [line.word for line in page.context["lines"]] == ["已有"]
    assert "表里能导入的行都已经在站内" in read(page)
    assert "都已经在站内，不需要再导入" in said
    assert ServiceRecord.objects.count() == 1
    longer, said = taken(client, station, row, row | {"外部编号": "2026-002", "服务日期": "2026-11-03"})
    assert [line.word for line in longer.context["lines"]] == ["已有", "新增"]
    assert "新增 1 条，已有 1 条没有重复登记" in said
    assert ServiceRecord.objects.count() == 2


@pytest.mark.parametrize("row", [ROW, WITHOUT_NUMBER])
def test_a_row_that_was_corrected_or_withdrawn_on_the_screen_does_not_come_back(client, scene, row):
    station, lin = scene
    taken(client, station, row)
    record = ServiceRecord.objects.get()
    change_record(record, actor=lin, reason="少记一次", visits=3)
    page, _ = taken(client, station, row)
    assert [line.word for line in page.context["lines"]] == ["已有，与站内现在的内容不同，不改动"]
    withdraw_record(record, actor=lin, reason="重复")
    page, _ = taken(client, station, row)
    assert [line.word for line in page.context["lines"]] == ["已有，已撤回，不再导入"]
    record.refresh_from_db()
    assert (ServiceRecord.objects.count(), record.visits, record.withdrawn) == (1, 3, True)


def test_a_list_that_was_exported_adds_nothing_when_it_comes_back(client, scene):
    station, lin = scene
    taken(client, station, ROW, WITHOUT_NUMBER | {"服务日期": "2026-11-05"})
    add_record(station, actor=lin, at=AT, origin="typed", fee="300", summary="=1+1", **facts())
    exported = client.get("/service-records/?export=xlsx").content
    answer = upload(client, station, exported)
    assert [line.word for line in client.get(answer.url).context["lines"]] == ["已有"] * 3


def test_a_number_that_stands_for_another_service_is_told_and_changes_nothing(client, scene):
    station, _ = scene
    taken(client, station, ROW)
    page, _ = looked_at(client, station, ROW | {"服务对象": "别的厂", "统一社会信用代码": make_credit_code(700_002)})
    [problem] = page.context["problems"]
    assert "外部编号“2026-001”在站内是 2026年11月2日“长江零件第一厂”的“标准比对”" in problem.message
    assert not page.context["good"]


def test_two_rows_of_one_file_with_one_number_or_of_one_content_are_told(client, scene):
    station, _ = scene
    page, _ = looked_at(
        client, station, ROW, ROW | {"服务次数": "1"}, WITHOUT_NUMBER, WITHOUT_NUMBER, ROW | {"外部编号": "2026-002"}
    )
    number, contents = page.context["problems"]
    assert (number.row, contents.row) == (3, 5)
    assert number.message.startswith("外部编号和第 2 行相同")
    assert contents.message.startswith("和第 4 行完全相同")
    assert len(page.context["plan"].added) == 3


def test_a_service_that_was_typed_in_already_is_pointed_out(client, scene):
    station, _ = scene
    make_record(station, client_code=ROW["统一社会信用代码"], served_on=dt.date(2026, 11, 2))
    page, _ = looked_at(client, station, ROW)
    assert [line.word for line in page.context["lines"]] == ["新增，请核对：同一天为这家企业做的这一事项已有记录"]


def test_a_service_to_the_station_itself_is_taken_and_set_aside(client, scene):
    station, _ = scene
    Organisation.objects.filter(pk=station.organisation_id).update(contact_phone="027-87650001")
    make_client(station, credit_code=ROW["统一社会信用代码"], phone="02787650001")
    own = ROW | {"外部编号": "2", "统一社会信用代码": station.organisation.credit_code}
    page, said = taken(client, station, own, ROW)
    assert page.context["plan"].set_aside == 2
    assert "新增，不计入：服务对象与本站建设主体" in read(page)
    assert "其中不计入统计 2 条" in said
    assert counted(station, 2026) == {}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"统一社会信用代码": "91420100"}, "少了 10 位"),
        ({"统一社会信用代码": ""}, "没有填写统一社会信用代码"),
        ({"服务对象": ""}, "没有填写服务对象"),
        ({"服务日期": ""}, "没有填写服务日期"),
        ({"服务日期": "上周"}, "服务日期应写成 2026-11-20 这样的日期"),
        ({"服务日期": "2026-12-01"}, "服务日期还没有到，请在服务完成之后登记"),
        ({"服务日期": "2024-12-01"}, "2024 年的服务记录已于次年 1 月 31 日截止"),
        ({"服务事项": "算命"}, "服务事项目录里没有这个事项"),
        ({"服务次数": "许多"}, "服务次数应当是 1 到 10000 的整数"),
        ({"解决问题": "9"}, "解决的问题不能多于发现的问题"),
        ({"收费（元）": "面议"}, "收费应当是以元为单位的金额"),
        ({"收费（元）": "-1"}, "收费不能是负数"),
        ({"所属产业": "炼金"}, "所属产业：没有“炼金”"),
        ({"服务情况": "长" * 2001}, "服务情况最多 2000 个字"),
    ],
)
def test_a_wrong_row_is_named_with_its_number_and_what_to_do_and_only_the_others_are_taken(
    client, scene, changes, sentence
):
    station, _ = scene
    page, said = taken(client, station, ROW | {"外部编号": "1", "所属产业": ""}, ROW | changes)
    assert {problem.row for problem in page.context["problems"]} == {3}
    assert sentence in read(page)
    assert "有问题的 1 行没有导入" in said
    assert [row.external_id for row in ServiceRecord.objects.all()] == ["1"]


def test_everything_wrong_with_a_row_is_told_at_once(client, scene):
    station, _ = scene
    wrong = {"服务日期": "上周", "服务事项": "算命", "收费（元）": "面议", "解决问题": "9"}
    page, _ = looked_at(client, station, ROW | wrong)
    assert [problem.row for problem in page.context["problems"]] == [2, 2, 2, 2]


def test_the_rows_that_cannot_be_taken_come_back_with_what_is_wrong(client, scene):
    station, _ = scene
    _, url = looked_at(client, station, ROW, ROW | {"外部编号": "2", "收费（元）": "面议", "服务情况": "@高工"})
    [line] = lines_of(client.get(f"{url}returned/"))
    assert (line["外部编号"], line["收费（元）"], line["服务情况"]) == ("2", "面议", "@高工")
    assert "收费应当是以元为单位的金额" in line["问题"]
    taken(client, station, line | {"收费（元）": "200"})
    assert ServiceRecord.objects.get().summary == "@高工"
    assert client.get(looked_at(client, station, ROW)[1] + "returned/").status_code == 404


def test_a_file_that_is_no_table_is_refused_at_its_field(client, scene):
    station, _ = scene
    for content, sentence in (
        (b"PK\x03\x04 no", "不是有效的"),
        (book_of({"企业": "甲"}), "表头缺少：服务日期、统一社会信用代码、服务对象、服务事项"),
    ):
        answer = upload(client, station, content)
        assert (answer.status_code, sentence in read(answer)) == (422, True)


def test_the_table_of_another_person_or_for_another_station_is_not_there(client, scene):
    station, _ = scene
    _, url = looked_at(client, station, ROW)
    key = url.rstrip("/").rpartition("/")[2]
    other, guo = make_staffed_station("郭专员")
    assert client.get(f"{IMPORT}{other.pk}/{key}/").status_code == 404
    client.force_login(guo)
    assert client.get(url).status_code == 404
    assert client.post(url, {"once": uuid.uuid4()}).status_code == 404
    client.force_login(make_user(Role.MANAGER))
    assert {client.get(page).status_code for page in (IMPORT, "/service-records/template/", url)} == {404}
    assert not ServiceRecord.objects.exists()


def test_what_changed_between_the_look_and_the_yes_is_judged_anew(client, scene):
    station, lin = scene
    _, url = looked_at(client, station, ROW)
    taken(client, station, ROW)
    assert "都已经在站内" in read(client.post(url, {"once": uuid.uuid4()}))
    with pytest.raises(Refused, match="第 2 行：外部编号"):
        import_records(station, rows_of(ROW | {"服务日期": "2026-11-04"}), actor=lin, at=AT)
    assert ServiceRecord.objects.count() == 1


def test_the_database_keeps_a_row_of_a_table_once(scene):
    station, lin = scene
    import_records(station, rows_of(ROW), actor=lin, at=AT)
    key = ServiceRecord.objects.get().import_key
    with pytest.raises(IntegrityError, match="a_row_of_a_table_is_kept_once"), transaction.atomic():
        make_record(station, origin="imported", import_key=key)
    with pytest.raises(IntegrityError, match="only_a_row_of_a_table_has_its_key"), transaction.atomic():
        make_record(station, origin="typed", import_key="x")
    other, guo = make_staffed_station("郭专员")
    assert import_records(other, rows_of(ROW), actor=guo, at=AT).added == 1


def test_who_is_not_of_the_station_imports_nothing(scene):
    station, _ = scene
    _, guo = make_staffed_station("郭专员")
    with pytest.raises(Refused) as refused:
        import_records(station, rows_of(ROW), actor=guo, at=AT)
    assert refused.value.code == "not_allowed"


def test_three_thousand_rows_are_one_statement_and_as_many_queries_as_three(scene):
    station, lin = scene
    rows, few_rows = rows_of(*numbered(0, 3000)), rows_of(*numbered(5000, 3))
    with CaptureQueriesContext(connection) as few:
        import_records(station, few_rows, actor=lin, at=AT)
    began = time.perf_counter()
    with CaptureQueriesContext(connection) as many:
        done = import_records(station, rows, actor=lin, at=AT)
    assert (done.added, ServiceRecord.objects.count()) == (3000, 3003)
    inserts = [
        query for query in many.captured_queries if query["sql"].startswith('INSERT INTO "services_servicerecord"')
    ]
    assert len(inserts) == 1
    assert len(many) <= len(few) <= 15
    assert time.perf_counter() - began < 20
    with CaptureQueriesContext(connection) as again:
        plan = plan_of_records(station, rows, AT)
    assert (len(plan.known), len(plan.added), len(again) <= 4) == (3000, 0, True)


def test_more_rows_than_one_file_may_hold_are_told(client, scene):
    station, _ = scene
    rows = [{"服务日期": "1", "统一社会信用代码": "2", "服务对象": "3", "服务事项": "4"}] * (MOST_ROWS + 1)
    assert f"一次最多导入 {MOST_ROWS} 行" in read(upload(client, station, book_of(*rows)))


def test_the_page_of_the_check_asks_as_much_of_three_hundred_rows_as_of_three(client, scene):
    station, _ = scene
    counts = []
    for first, count in ((0, 3), (1000, 300)):
        url = upload(client, station, book_of(*numbered(first, count), ROW | {"服务日期": "?"})).url
        client.get("/service-records/")  # shows the message of the upload
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12
