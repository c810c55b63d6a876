"""The four libraries on the screen."""

import datetime as dt
import io
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from accounts.states import Role
from services.models import Agency, Client, Equipment, Qualification, Specialist
from stations.credit_code import make_credit_code
from tests.evaluation.dossiers import png_bytes
from tests.factories import make_user
from tests.services.library_scene import (
    make_agency,
    make_client,
    make_equipment,
    make_qualification,
    make_specialist,
    make_staffed_station,
)

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 6, 1, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
CODE = make_credit_code(77)
FORMS = {
    "agencies": {"name": "湖北检测院", "credit_code": CODE, "kinds": ["testing"], "scope": "电线电缆"},
    "specialists": {
        "name": "欧阳专家", "category": "expert", "employer": "某大学", "kinds": ["standards"], "field": "标准化", "years": 3,
    },
    "clients": {"name": "武汉机械公司", "credit_code": CODE, "size": "small", "phone": "13812345678"},
    "equipment": {
        "name": "测量机", "asset_number": "S1", "kinds": ["metrology"], "place": "二楼", "fee": "200", "fee_unit": "hour",
        "modes": ["on_site"],
    },
}  # fmt: skip
MODELS = {"agencies": Agency, "specialists": Specialist, "clients": Client, "equipment": Equipment}
MAKERS = {
    "agencies": make_agency, "specialists": make_specialist, "clients": make_client, "equipment": make_equipment,
}  # fmt: skip
FOLDERS = list(FORMS)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(AT) as traveller:
        yield traveller


@pytest.fixture
def here():
    return make_staffed_station()


@pytest.fixture
def there():
    return make_staffed_station("郭专员")


def read(response) -> str:
    return response.content.decode()


def table_of(response) -> list[list]:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return [list(line) for line in load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)]


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_row_is_entered_found_changed_retired_and_restored(client, here, folder):
    station, lin = here
    client.force_login(lin)
    assert "库里还没有内容" in read(client.get(f"/libraries/{folder}/"))
    sent = {"station": station.pk, **FORMS[folder]}
    answer = client.post(f"/libraries/{folder}/new/", sent)
    item = MODELS[folder].objects.get()
    assert (answer.status_code, answer.url) == (302, item.get_absolute_url())
    assert FORMS[folder]["name"] in read(client.get(f"/libraries/{folder}/?q={FORMS[folder]['name'][:2]}"))
    url = item.get_absolute_url()
    answer = client.post(f"{url}change/", {**FORMS[folder], "note": "核对过", "version": 0})
    assert answer.status_code == 302
    assert "核对过" in read(client.get(url))
    stale = client.post(f"{url}change/", {**FORMS[folder], "note": "别人的", "version": 0})
    assert (stale.status_code, "别人已经改过" in read(stale)) == (409, True)
    assert client.post(f"{url}retire/", {"reason": ""}).status_code == 422
    client.post(f"{url}retire/", {"reason": "停业"})
    assert "没有符合条件的" in read(client.get(f"/libraries/{folder}/?q={FORMS[folder]['name'][:2]}"))
    assert FORMS[folder]["name"] in read(client.get(f"/libraries/{folder}/?state="))
    assert "停业" in read(client.get(url))
    client.post(f"{url}restore/")
    item.refresh_from_db()
    assert item.state == "active"


@pytest.mark.parametrize(
    ("folder", "changes", "sentence"),
    [
        ("clients", {"credit_code": "9142010"}, "少了 11 位"),
        ("clients", {"credit_code": CODE[:-1] + ("0" if CODE[-1] != "0" else "1")}, "第 18 位校验码"),
        ("clients", {"name": ""}, "请填写企业名称。"),
        ("clients", {"phone": "打给我"}, "请填手机号"),
        ("agencies", {"kinds": []}, "请选择服务种类。"),
        ("agencies", {"kinds": ["nonsense"]}, "nonsense"),
        ("specialists", {"years": "90"}, "最多填 60"),
        ("specialists", {"name": "很" * 41}, "40"),
        ("equipment", {"fee_unit": ""}, "收费标准和计费单位请一起填写"),
        ("equipment", {"fee": "-1"}, "不能小于零"),
    ],
)
def test_bad_input_gets_a_sentence_and_nothing_typed_is_lost(client, here, folder, changes, sentence):
    client.force_login(here[1])
    sent = {"station": here[0].pk, **FORMS[folder], "note": "写了很久", **changes}
    answer = client.post(f"/libraries/{folder}/new/", sent)
    assert (answer.status_code, MODELS[folder].objects.count()) == (422, 0)
    assert sentence in read(answer)
    assert "写了很久" in read(answer)


def test_a_company_is_listed_once_by_a_station_and_may_be_by_another(client, here, there):
    known = make_client(here[0], name="武汉甲公司", credit_code=CODE, state="retired")
    client.force_login(here[1])
    answer = client.post("/libraries/clients/new/", {"station": here[0].pk, **FORMS["clients"]})
    assert "已经有“武汉甲公司”，已停用，请找到它后恢复使用" in read(answer)
    client.force_login(there[1])
    assert client.post("/libraries/clients/new/", {"station": there[0].pk, **FORMS["clients"]}).status_code == 302
    assert Client.objects.exclude(pk=known.pk).get().station == there[0]


def test_nobody_enters_for_another_station(client, here, there):
    client.force_login(there[1])
    answer = client.post("/libraries/clients/new/", {"station": here[0].pk, **FORMS["clients"]})
    assert (answer.status_code, Client.objects.count()) == (422, 0)
    client.force_login(make_user())
    assert client.get("/libraries/clients/new/").status_code == 404
    assert client.get("/libraries/").status_code == 404


# -- Who sees what of it  ----

SECRETS = {
    "agencies": ("司空联络", "13812345678"),
    "specialists": ("欧阳文远", "13812345678"),
    "clients": ("武汉神秘机械有限公司", CODE, "司空联络", "13812345678", "秘密路九号"),
    "equipment": ("司空联络", "13812345678"),
}
PERSONAL = {
    "agencies": {"contact_name": "司空联络"},
    "specialists": {"name": "欧阳文远"},
    "clients": {
        "contact_name": "司空联络", "name": "武汉神秘机械有限公司", "credit_code": CODE, "address": "秘密路九号",
    },
    "equipment": {"contact_name": "司空联络"},
}  # fmt: skip


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_others_share_is_masked_on_every_page_and_in_every_export(client, here, there, folder):
    item = MAKERS[folder](here[0], shared=True, phone="13812345678", note="只给本站看", **PERSONAL[folder])
    client.force_login(here[1])
    own = read(client.get(item.get_absolute_url()))
    assert all(secret in own for secret in SECRETS[folder])
    client.force_login(there[1])
    shared = f"/libraries/{folder}/shared/"
    assert client.get(item.get_absolute_url()).status_code == 404
    pages = [read(client.get(shared)), read(client.get(f"{shared}{item.pk}/"))]
    pages.append(b"".join(client.get(f"{shared}?export=csv").streaming_content).decode())
    pages.append(str(table_of(client.get(f"{shared}?export=xlsx"))))
    assert all(here[0].name in page for page in pages)
    assert all("138****5678" in page for page in pages[1:])
    assert not [secret for secret in (*SECRETS[folder], "只给本站看") for page in pages if secret in page]
    assert item.note not in str(table_of(client.get(f"/libraries/{folder}/?export=xlsx")))


@pytest.mark.parametrize(
    ("folder", "word"),
    [
        ("specialists", "文远"),
        ("clients", "神秘"),
        ("clients", CODE[8:14]),
        ("clients", "秘密路"),
        ("agencies", "司空"),
    ],
)
def test_nobody_finds_letter_by_letter_what_is_masked(client, here, there, folder, word):
    item = MAKERS[folder](here[0], shared=True, **PERSONAL[folder])
    client.force_login(there[1])
    page = read(client.get(f"/libraries/{folder}/shared/?q={word}"))
    hit = f"/libraries/{folder}/shared/{item.pk}/" in page
    every = f"/libraries/{folder}/shared/{item.pk}/" in read(client.get(f"/libraries/{folder}/shared/"))
    # the clients have no search at all: the word changes nothing
    assert (hit, every) == (folder == "clients", True)
    if folder in {"specialists", "clients"}:
        assert client.get(f"/libraries/{folder}/shared/?sort=name").status_code == 400


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.MANAGER, Role.DISTRICT])
def test_the_bureau_reads_all_but_the_numbers_and_changes_nothing(client, here, role):
    item = make_client(here[0], phone="13812345678", contact_name="司空联络")
    client.force_login(make_user(role))
    pages = [read(client.get(url)) for url in ("/libraries/clients/", item.get_absolute_url())]
    assert all("司空联络" in page and "138****5678" in page for page in pages)
    assert "13812345678" not in str(pages) + str(table_of(client.get("/libraries/clients/?export=xlsx")))
    assert client.get("/libraries/clients/new/").status_code == 404
    assert client.post(f"{item.get_absolute_url()}retire/", {"reason": "x"}).status_code == 404
    assert "没有其他服务站共享" in read(client.get("/libraries/clients/shared/"))


# -- Qualifications  ----


def held(**changes) -> dict:
    return {
        "type": "cma", "number": "171700", "kinds": ["testing"], "valid_from": "2024-01-01", "valid_until": "2026-06-30",
        **changes,
    }  # fmt: skip


def test_a_qualification_is_entered_with_its_paper_renewed_and_taken_out(client, here):
    agency = make_agency(here[0])
    client.force_login(here[1])
    url = agency.get_absolute_url()
    sent = held(file=SimpleUploadedFile("证书.png", png_bytes()))
    assert client.post(f"{url}qualifications/new/", sent).status_code == 302
    qualification = Qualification.objects.get()
    page = read(client.get(url))
    assert "还有 29 天" in page
    assert "证书.png" in page
    assert "资质认定（CMA）" in read(client.get("/libraries/"))
    assert agency.name in read(client.get("/libraries/agencies/?expiry=soon&type=cma"))
    assert "没有符合条件的" in read(client.get("/libraries/agencies/?expiry=over"))
    answer = client.post(f"{url}qualifications/new/", held())
    assert (answer.status_code, "已经登记" in read(answer)) == (422, True)
    work = f"/libraries/qualifications/{qualification.pk}/"
    assert client.post(f"{work}change/", held(valid_until="2020-01-01")).status_code == 422
    assert client.post(f"{work}change/", held(valid_until="2031-01-01")).status_code == 302
    qualification.refresh_from_db()
    assert (qualification.valid_until, qualification.file.name) == (dt.date(2031, 1, 1), "证书.png")
    assert client.post(f"{work}remove/").status_code == 302
    assert "删除资质" in read(client.get(url))
    assert not Qualification.objects.exists()


def test_a_paper_that_is_none_is_refused_at_its_field(client, here):
    agency = make_agency(here[0])
    client.force_login(here[1])
    bad = SimpleUploadedFile("证书.pdf", b"MZ\x90\x00" * 10)
    answer = client.post(f"{agency.get_absolute_url()}qualifications/new/", held(file=bad))
    assert (answer.status_code, Qualification.objects.count()) == (422, 0)
    assert answer.context["form"].errors["file"]


def test_a_certificate_is_served_to_who_sees_the_agency_in_full(client, here, there):
    agency = make_agency(here[0], shared=True)
    client.force_login(here[1])
    client.post(
        f"{agency.get_absolute_url()}qualifications/new/", held(file=SimpleUploadedFile("证书.png", png_bytes()))
    )
    stored = Qualification.objects.get().file
    url = f"{agency.get_absolute_url()}certificates/{stored.key}/"
    assert b"".join(client.get(url).streaming_content) == png_bytes()
    client.force_login(there[1])
    assert client.get(url).status_code == 404
    assert client.get(f"/libraries/qualifications/{Qualification.objects.get().pk}/change/").status_code == 404
    client.force_login(make_user(Role.AUDITOR))
    assert client.get(url).status_code == 200
    assert client.get(f"{agency.get_absolute_url()}certificates/{agency_key()}/").status_code == 404


def agency_key() -> str:
    return "00000000-0000-4000-8000-000000000000"


# -- Cost  ----


@pytest.mark.parametrize("view", ["", "shared/"])
@pytest.mark.parametrize("folder", FOLDERS)
def test_a_list_costs_as_many_queries_for_three_hundred_as_for_three(
    client, here, there, folder, view, django_assert_max_num_queries
):
    def more(count):
        model = MODELS[folder]
        rows = [MAKERS[folder](there[0], shared=True)]
        if folder == "agencies":
            make_qualification(rows[0])
        fields = [f for f in model._meta.concrete_fields if not f.primary_key and not f.generated]
        key = {"agencies": "credit_code", "clients": "credit_code", "specialists": "name", "equipment": "asset_number"}
        copies = []
        for n in range(count - 1):
            copy = {field.attname: getattr(rows[0], field.attname) for field in fields}
            number = model.objects.count() * 1000 + n
            copy[key[folder]] = make_credit_code(number) if "code" in key[folder] else f"行{number}"
            copies.append(model(**copy))
        made = model.objects.bulk_create(copies)
        if folder == "agencies":
            Qualification.objects.bulk_create(
                Qualification(agency=a, type="cma", number="1", kinds=["testing"], valid_from=AT.date()) for a in made
            )

    client.force_login((there if view == "" else here)[1])
    url = f"/libraries/{folder}/{view}"
    more(3)
    client.get(url)
    with django_assert_max_num_queries(12) as few:
        client.get(url)
    more(297)
    with django_assert_max_num_queries(len(few)):
        page = read(client.get(url))
    assert "共 300 " in page
    with django_assert_max_num_queries(len(few) + 4):
        client.get(f"{url}?export=xlsx")


def test_the_overview_costs_as_many_queries_for_many_rows(client, here, django_assert_max_num_queries):
    client.force_login(here[1])
    for count in (2, 20):
        for _ in range(count):
            make_qualification(make_agency(here[0]), valid_until=AT.date())
        client.get("/libraries/")
        with django_assert_max_num_queries(12):
            page = read(client.get("/libraries/"))
    assert "还有 0 天" in page
