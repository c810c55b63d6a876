"""Tables of the libraries: read row by row, taken as a whole or with the wrong rows named, given back, exported."""

import datetime as dt
import io
import uuid
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from ledger.models import JournalEntry
from services.actions import library as actions
from services.models import Agency, Client, Equipment, Qualification, Specialist
from services.table import MOST_ROWS
from stations.credit_code import make_credit_code
from tests.services.library_scene import (
    ROWS,
    book_of,
    make_agency,
    make_client,
    make_qualification,
    make_staffed_station,
)

pytestmark = pytest.mark.django_db
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FOLDERS = {"agency": "agencies", "specialist": "specialists", "client": "clients", "equipment": "equipment"}
MODELS = {"agency": Agency, "specialist": Specialist, "client": Client, "equipment": Equipment}
CODES = list(FOLDERS)


@pytest.fixture
def here(client):
    station, lin = make_staffed_station()
    client.force_login(lin)
    return station


def read(response) -> str:
    return response.content.decode()


def upload(client, station, code, content: bytes):
    sent = {"station": station.pk, "table": SimpleUploadedFile("表.xlsx", content, content_type=XLSX)}
    return client.post(f"/libraries/{FOLDERS[code]}/import/", sent)


def confirmed(client, station, code, *rows):
    """Upload, look, confirm; the page that was looked at."""
    answer = upload(client, station, code, book_of(*rows))
    assert answer.status_code == 302, read(answer)
    page = read(client.get(answer.url))
    client.post(answer.url)
    return page


def lines_of(response) -> list[dict]:
    heads, *lines = load_workbook(io.BytesIO(response.content)).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(heads, line, strict=True)) for line in lines]


@pytest.mark.parametrize("code", CODES)
def test_the_template_is_read_back_and_its_example_is_not_taken(client, here, code):
    template = client.get(f"/libraries/{FOLDERS[code]}/template/").content
    answer = upload(client, here, code, template)
    assert (answer.status_code, "表里没有填写内容" in read(answer)) == (422, True)
    book = load_workbook(io.BytesIO(template))
    sheet = book.worksheets[0]
    heads = [cell.value.rstrip("*") for cell in sheet[1]]
    assert set(ROWS[code]) <= set(heads)
    for head, value in ROWS[code].items():
        sheet.cell(3, heads.index(head) + 1, value)
    out = io.BytesIO()
    book.save(out)
    answer = upload(client, here, code, out.getvalue())
    assert "可以导入的 1 行" in read(client.get(answer.url))


@pytest.mark.parametrize("code", CODES)
def test_nothing_is_written_before_it_is_confirmed_and_an_export_changes_nothing_when_it_comes_back(client, here, code):
    answer = upload(client, here, code, book_of(ROWS[code]))
    assert "新增" in read(client.get(answer.url))
    assert not MODELS[code].objects.exists()
    assert client.post(answer.url).status_code == 302
    item = MODELS[code].objects.get()
    assert item.station == here
    assert JournalEntry.objects.filter(move="import", object_id=str(item.pk)).count() == 1
    exported = client.get(f"/libraries/{FOLDERS[code]}/?export=xlsx").content
    answer = upload(client, here, code, exported)
    page = client.get(answer.url)
    assert (page.context["added"], page.context["changed"], page.context["same"]) == (0, 0, 1)


def test_what_is_in_the_cells_is_what_is_kept(client, here):
    confirmed(client, here, "agency", ROWS["agency"])
    confirmed(
        client,
        here,
        "equipment",
        ROWS["equipment"] | {"收费标准（元）": 1200.5, "检定校准有效期至": dt.date(2027, 6, 30)},
    )
    agency, instrument = Agency.objects.get(), Equipment.objects.get()
    assert (agency.kinds, agency.district.name, agency.phone) == (
        ["testing", "certification"],
        "武昌区",
        "027-88888888",
    )
    held = agency.qualifications.get()
    assert (held.type, held.number, held.valid_until) == ("cma", "171700", dt.date(2029, 12, 31))
    assert held.kinds == agency.kinds
    assert (instrument.fee, instrument.fee_unit, instrument.shared) == (Decimal("1200.50"), "hour", True)
    assert (instrument.modes, instrument.calibrated_until) == (["on_site", "commissioned"], dt.date(2027, 6, 30))


def test_two_rows_of_one_agency_are_two_qualifications_and_a_renewal_changes_one(client, here):
    second = ROWS["agency"] | {"资质种类": "实验室、检验机构认可（CNAS）", "证书编号": "L0001", "有效期至": ""}
    confirmed(client, here, "agency", ROWS["agency"], second)
    assert Agency.objects.get().qualifications.count() == 2
    page = confirmed(client, here, "agency", ROWS["agency"] | {"有效期至": "2035-12-31"}, second)
    assert "更新" in page
    assert {str(held.valid_until) for held in Qualification.objects.all()} == {"2035-12-31", "None"}
    assert Agency.objects.get().version == 1


def test_a_column_that_is_left_out_stays_and_one_that_is_empty_is_emptied(client, here):
    known = make_client(here, name="旧名", size="small", note="记着", phone="13812345678")
    row = {"统一社会信用代码": known.credit_code, "企业名称": "新名", "联系电话": ""}
    confirmed(client, here, "client", row)
    known.refresh_from_db()
    assert (known.name, known.size, known.note, known.phone) == ("新名", "small", "记着", "")


BAD = {
    "client": [
        ({"统一社会信用代码": "91420100"}, "统一社会信用代码：统一社会信用代码应为 18 位"),
        ({"企业名称": ""}, "没有填写企业名称"),
        ({"企业规模": "巨型"}, "企业规模：没有“巨型”，请从中选：微型、小型、中型、大型"),
        ({"所在区": "浦东新区"}, "所在区：没有“浦东新区”"),
        ({"联系电话": "有事打给我"}, "联系电话请填手机号"),
        ({"与其他服务站共享": "可能"}, "请改填“是”或者“否”"),
        ({"企业名称": "长" * 101}, "企业名称最多 100 字"),
    ],
    "agency": [
        ({"服务种类": "算命"}, "服务种类：没有“算命”"),
        ({"有效期至": "明年"}, "有效期至：“明年”不是日期，请写成 2026-03-01"),
        ({"有效期至": "2020-01-01"}, "有效期至早于有效期起"),
        ({"证书编号": ""}, "资质种类、证书编号、有效期起都要填写"),
    ],
    "specialist": [({"从业年数": "很多"}, "“很多”不是整数"), ({"从业年数": "61"}, "从业年数最多填 60")],
    "equipment": [
        ({"收费标准（元）": "面议"}, "“面议”不是金额"),
        ({"计费单位": ""}, "收费标准和计费单位请一起填写"),
        ({"收费标准（元）": "-5"}, "收费标准不能小于零"),
        ({"共享方式": "白送"}, "共享方式：没有“白送”"),
    ],
}


@pytest.mark.parametrize(
    ("code", "changes", "sentence"), [(code, *case) for code, cases in BAD.items() for case in cases]
)
def test_a_wrong_row_is_named_with_its_number_and_what_to_do(client, here, code, changes, sentence):
    key = {"client": "统一社会信用代码", "agency": "统一社会信用代码", "specialist": "姓名", "equipment": "设备编号"}[
        code
    ]
    good = ROWS[code] | {key: make_credit_code(900) if "代码" in key else "另一"}
    answer = upload(client, here, code, book_of(good, ROWS[code] | changes))
    page = client.get(answer.url)
    assert [problem.row for problem in page.context["problems"]] == [3]
    assert sentence in read(page)
    client.post(answer.url)
    assert MODELS[code].objects.count() == 1


def test_the_rows_that_cannot_be_taken_come_back_with_their_problems_and_nothing_of_them_is_lost(client, here):
    bad = ROWS["client"] | {"企业规模": "巨型", "联系电话": "=1+1", "统一社会信用代码": make_credit_code(3)}
    answer = upload(client, here, "client", book_of(ROWS["client"], bad))
    assert "只导入没有问题的 1 行" in read(client.get(answer.url))
    [line] = lines_of(client.get(f"{answer.url}returned/"))
    assert line["企业规模"] == "巨型"
    assert line["企业名称"] == bad["企业名称"]
    assert "没有“巨型”" in line["问题"]
    client.post(answer.url)
    line.update({"企业规模": "大型", "联系电话": "13912345678"})
    confirmed(client, here, "client", line)
    assert {client.size for client in Client.objects.all()} == {"small", "large"}


def test_one_company_twice_and_a_retired_one_are_told(client, here):
    retired = make_client(here, state="retired")
    rows = [ROWS["client"], ROWS["client"], ROWS["client"] | {"统一社会信用代码": retired.credit_code}]
    answer = upload(client, here, "client", book_of(*rows))
    page = read(client.get(answer.url))
    assert "和第 2 行是同一项" in page
    assert "已停用，请先在库里恢复使用" in page
    client.post(answer.url)
    assert Client.objects.filter(state="active").count() == 1


def test_an_agency_that_contradicts_itself_is_told(client, here):
    rows = [ROWS["agency"], ROWS["agency"] | {"机构名称": "另一个名字", "证书编号": "2"}, ROWS["agency"]]
    page = read(client.get(upload(client, here, "agency", book_of(*rows)).url))
    assert "同一家机构，但机构的各列不相同" in page
    assert "同一张证书写了两行" in page


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "0 字节"),
        (b"PK\x03\x04 no", "不是有效的"),
        (book_of({"企业": "甲"}), "表头缺少：统一社会信用代码、企业名称"),
        (book_of({"统一社会信用代码": None, "企业名称": None}), "表里没有填写内容"),
    ],
)
def test_a_file_that_is_no_table_is_refused_at_its_field(client, here, content, sentence):
    answer = upload(client, here, "client", content)
    assert (answer.status_code, sentence in read(answer)) == (422, True)


def test_too_many_rows_are_told_before_they_are_all_read(client, here):
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["统一社会信用代码", "企业名称"])
    for _ in range(MOST_ROWS + 1):
        sheet.append(["1", "2"])
    out = io.BytesIO()
    book.save(out)
    assert f"一次最多导入 {MOST_ROWS} 行" in read(upload(client, here, "client", out.getvalue()))


def test_the_table_of_another_person_or_for_another_station_is_not_there(client, here):
    answer = upload(client, here, "client", book_of(ROWS["client"]))
    other, guo = make_staffed_station("郭专员")
    key = answer.url.rstrip("/").rpartition("/")[2]
    assert client.get(f"/libraries/clients/import/{other.pk}/{key}/").status_code == 404
    assert client.get(f"/libraries/clients/import/{here.pk}/{uuid.uuid4()}/").status_code == 404
    client.force_login(guo)
    assert client.get(answer.url).status_code == 404
    assert client.post(answer.url).status_code == 404
    assert client.get(f"{answer.url}returned/").status_code == 404


def test_what_changed_between_the_look_and_the_yes_is_judged_anew(client, here):
    answer = upload(client, here, "client", book_of(ROWS["client"]))
    client.get(answer.url)
    make_client(here, credit_code=ROWS["client"]["统一社会信用代码"], state="retired")
    again = client.post(answer.url)
    assert (again.status_code, "没有可以导入的行" in read(again)) == (422, True)
    assert not Client.objects.filter(state="active").exists()


def test_a_table_of_three_hundred_rows_is_taken_with_as_many_queries_as_one_of_three(
    here, django_assert_max_num_queries
):
    from services.library_tables import client_table  # noqa: PLC0415
    from services.queries.library_import import names  # noqa: PLC0415
    from services.table import read_table  # noqa: PLC0415

    lin = here.organisation.memberships.get().user
    table = client_table(names())

    def rows(first, count):
        made = [ROWS["client"] | {"统一社会信用代码": make_credit_code(first + n)} for n in range(count)]
        return read_table(table, book_of(*made)).rows

    few_rows, many_rows = rows(10_000, 3), rows(20_000, 300)
    with django_assert_max_num_queries(12) as few:
        actions.import_items(Client, here, few_rows, actor=lin)
    with django_assert_max_num_queries(len(few)):
        done = actions.import_items(Client, here, many_rows, actor=lin)
    assert (done.added, Client.objects.count()) == (300, 303)


@pytest.mark.parametrize("code", CODES)
def test_the_pages_of_an_import_cost_as_much_for_sixty_rows_as_for_three(
    client, here, code, django_assert_max_num_queries
):
    key = {"specialist": "姓名", "equipment": "设备编号"}.get(code, "统一社会信用代码")
    bad = ROWS[code] | {"服务种类": "没有", "企业规模": "没有"}

    def rows(first, count):
        return [ROWS[code] | {key: make_credit_code(first + n)} for n in range(count)]

    few, many = (
        upload(client, here, code, book_of(*rows(first, count), bad)).url for first, count in ((0, 3), (100, 60))
    )
    client.get("/home/")  # shows the messages of the uploads
    for page in ("", "returned/"):
        with django_assert_max_num_queries(12) as asked:
            client.get(f"{few}{page}")
        with django_assert_max_num_queries(len(asked)):
            client.get(f"{many}{page}")


def test_the_file_of_an_export_carries_every_qualification(client, here):
    agency = make_agency(here)
    for number in ("A1", "A2"):
        make_qualification(agency, number=number)
    lines = lines_of(client.get("/libraries/agencies/?export=xlsx"))
    assert [(line["机构名称"], line["证书编号"]) for line in lines] == [(agency.name, "A1"), (agency.name, "A2")]
