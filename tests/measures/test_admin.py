"""The calendar in the administration, as a system administrator and others meet it."""

import datetime as dt
import re

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.states import Role
from measures.models import CalendarVersion

from .test_schedules import as_file, entry, paper

pytestmark = pytest.mark.django_db
LIST = "/admin/measures/calendarversion/"
IMPORT = LIST + "import/"


def person(*roles: Role) -> User:
    user = User.objects.create_user(f"{'-'.join(roles) or 'nobody'}@example.com", name="赵敏")
    for role in roles:
        user.role_grants.create(role=role)
    return user


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(person(Role.SYSTEM_ADMIN))
    return client


def text_of(response) -> str:
    return response.content.decode()


def seen_in(response) -> str:
    return re.search(r'name="seen" value="(\w*)"', text_of(response))[1]


def test_the_list_shows_versions_and_warns_of_a_missing_year(admin: Client) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 20, tzinfo=dt.UTC)):
        page = text_of(admin.get(LIST))
    assert "2027年的放假安排尚未导入" in page
    assert reverse("admin:measures_calendarversion_import") == IMPORT
    assert IMPORT in page
    with time_machine.travel(dt.datetime(2026, 6, 1, tzinfo=dt.UTC)):
        assert "尚未导入" not in text_of(admin.get(LIST))


def test_a_version_can_be_read_and_not_changed(admin: Client) -> None:
    version = CalendarVersion.objects.get(year=2026)
    url = f"{LIST}{version.pk}/change/"
    page = text_of(admin.get(url))
    assert "<td>2026年10月10日 星期六</td><td>国庆节</td><td>调休上班</td>" in page
    assert 'name="_save"' not in page
    assert admin.post(url, {"source": "x"}).status_code == 403
    assert admin.post(f"{LIST}{version.pk}/delete/", {"post": "yes"}).status_code == 403
    assert admin.get(f"{LIST}add/").status_code == 403


def test_a_file_is_shown_first_and_written_when_confirmed(admin: Client) -> None:
    upload = SimpleUploadedFile("2027.json", as_file(paper()), "application/json")
    preview = admin.post(IMPORT, {"file": upload, "text": "", "preview": "1"})
    page = text_of(preview)
    assert "共 6 天有变化，尚未写入" in page
    assert "2027年1月1日" in page
    assert not CalendarVersion.objects.filter(year=2027).exists()
    # What was uploaded now stands in the text field, so the confirmation needs no second choice of the file.
    typed = preview.context["form"]["text"].value()
    assert typed == as_file(paper()).decode()
    done = admin.post(IMPORT, {"text": typed, "seen": seen_in(preview), "confirm": "1"}, follow=True)
    assert done.redirect_chain == [(LIST, 302)]
    version = CalendarVersion.objects.get(year=2027)
    assert version.imported_by == "赵敏"
    assert f"2027年的放假安排现为 v{version.number}" in text_of(done)


def test_a_confirmation_of_something_else_than_was_shown_is_shown_again(admin: Client) -> None:
    preview = admin.post(IMPORT, {"text": as_file(paper()).decode(), "preview": "1"})
    other = as_file(paper(days=[*paper()["days"], entry("2027-10-04")])).decode()
    again = admin.post(IMPORT, {"text": other, "seen": seen_in(preview), "confirm": "1"})
    assert "检查之后内容或现有安排有了变动" in text_of(again)
    assert "共 7 天有变化" in text_of(again)
    assert not CalendarVersion.objects.filter(year=2027).exists()
    assert admin.post(IMPORT, {"text": other, "seen": seen_in(again), "confirm": "1"}).status_code == 302
    assert CalendarVersion.objects.get(year=2027).days.count() == 7


def test_a_confirmation_sent_twice_writes_one_version(admin: Client) -> None:
    text = as_file(paper()).decode()
    seen = seen_in(admin.post(IMPORT, {"text": text, "preview": "1"}))
    for _ in range(2):
        admin.post(IMPORT, {"text": text, "seen": seen, "confirm": "1"})
    assert CalendarVersion.objects.filter(year=2027).count() == 1
    assert "与现有安排完全相同" in text_of(admin.post(IMPORT, {"text": text, "preview": "1"}))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"text": ""}, "请选择 JSON 文件，或者粘贴 JSON 内容。"),
        ({"text": "国庆放假"}, "文件不是 UTF-8 编码的 JSON，请核对文件。"),
        ({"text": '{"year": 1999}'}, "year 应是 2004 至 2100 之间的年份，请改正。"),
        ({"file": SimpleUploadedFile("a.json", b"\xff\x00\xff")}, "文件不是 UTF-8 编码的 JSON，请核对文件。"),
        ({"file": SimpleUploadedFile("a.json", b" " * 300_000)}, "文件超过 256 KB，不像是一年的放假安排，请核对文件。"),
    ],
)
def test_a_wrong_file_is_answered_with_what_to_do_and_nothing_typed_is_lost(
    admin: Client, data: dict[str, object], says: str
) -> None:
    page = text_of(admin.post(IMPORT, data | {"preview": "1"}))
    assert says in page
    if data.get("text"):
        assert str(data["text"]).replace('"', "&quot;") in page


def test_only_those_who_keep_the_calendar_get_in(client: Client) -> None:
    assert client.get(IMPORT).url.startswith("/accounts/login/")
    for roles in [(), (Role.INTAKE,), (Role.SECURITY_ADMIN,)]:
        client.force_login(person(*roles))
        assert client.get(IMPORT).status_code == 403
        assert client.post(IMPORT, {"text": as_file(paper()).decode(), "confirm": "1"}).status_code == 403
        assert client.get(LIST).status_code == 302
    assert not CalendarVersion.objects.filter(year=2027).exists()


def test_a_manager_imports_without_entering_the_administration(client: Client) -> None:
    client.force_login(person(Role.MANAGER))
    text = as_file(paper()).decode()
    seen = seen_in(client.post(IMPORT, {"text": text, "preview": "1"}))
    done = client.post(IMPORT, {"text": text, "seen": seen, "confirm": "1"}, follow=True)
    assert done.redirect_chain == [(IMPORT, 302)]
    assert "2027年的放假安排现为" in text_of(done)
    assert LIST + '"' not in text_of(done)
    assert CalendarVersion.objects.get(year=2027).imported_by == "赵敏"


def test_permissions_of_the_calendar_come_from_roles() -> None:
    may = {role: person(role).has_perm("measures.import_calendar") for role in Role if role != Role.DISTRICT}
    assert {role for role, yes in may.items() if yes} == {Role.SYSTEM_ADMIN, Role.MANAGER}
    assert person(Role.SYSTEM_ADMIN, Role.AUDITOR).has_perm("measures.view_calendarversion")
    assert not person().has_perm("measures.view_calendarversion")


@pytest.mark.parametrize("url", [LIST, IMPORT])
def test_the_pages_hold_to_the_content_security_policy(admin: Client, url: str) -> None:
    response = admin.get(url)
    page = text_of(response)
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>|\sstyle=|\son\w+=|<style", page)


def test_the_list_costs_the_same_number_of_queries_at_one_and_at_many_rows(
    admin: Client, django_assert_max_num_queries, django_assert_num_queries
) -> None:
    with django_assert_max_num_queries(12) as few:
        admin.get(LIST, {"q": "赵"})
    with django_assert_num_queries(len(few)):
        admin.get(LIST)
