"""Filling in an application: who may, when, what is saved, and how two people do not lose each other's work."""

import datetime as dt
import io
import zipfile

import pytest

from evaluation.actions.draft import (
    Stale,
    add_material,
    import_projects,
    remove_material,
    replace_projects,
    save_answers,
    start_application,
)
from evaluation.models import Application
from evaluation.project_table import Project, RowsRefused, read_xlsx, write_xlsx
from ledger.errors import Refused
from ledger.models import JournalEntry, StoredFile
from tests.evaluation.dossiers import AT, CLOSES, OPENS, PROJECT, WUHAN, open_round, ready_station, upload
from tests.factories import join, make_organisation, make_station, make_title, make_user

pytestmark = pytest.mark.django_db
KINDS = {kind.code: kind.name for kind in WUHAN.service_kinds}


@pytest.fixture
def owner():
    return make_user()


@pytest.fixture
def draft(owner):
    return start_application(open_round(), ready_station(owner), actor=owner, at=AT)


def test_a_member_starts_one_application_and_a_second_start_finds_it(owner, draft):
    again = start_application(draft.round, draft.station, actor=owner, at=AT)
    assert again.pk == draft.pk
    assert (draft.state, draft.organisation_id, draft.number) == ("draft", draft.station.organisation_id, None)
    assert JournalEntry.objects.filter(object_type="evaluation.application", move="start").count() == 1


def test_a_stranger_cannot_start_an_application_for_a_station():
    with pytest.raises(Refused, match="not_allowed"):
        start_application(open_round(), ready_station(), actor=make_user(), at=AT)
    assert not Application.objects.exists()


@pytest.mark.parametrize(("at", "words"), [(OPENS - dt.timedelta(seconds=1), "还没有开始"), (CLOSES, "截止")])
def test_outside_the_window_nothing_is_started(owner, at, words):
    with pytest.raises(Refused, match=words) as refusal:
        start_application(open_round(), ready_station(owner), actor=owner, at=at)
    assert refusal.value.code == "window"


def test_the_window_opens_and_closes_on_the_instant(owner):
    evaluation = open_round()
    station = ready_station(owner)
    assert start_application(evaluation, station, actor=owner, at=OPENS).pk
    other = make_station(station.organisation)
    assert start_application(evaluation, other, actor=owner, at=CLOSES - dt.timedelta(microseconds=1)).pk


def test_a_titled_station_is_sent_to_its_self_assessment(owner):
    station = ready_station(owner)
    make_title(station)
    with pytest.raises(Refused, match="年度服务效能评估报告"):
        start_application(open_round(), station, actor=owner, at=AT)


def test_answers_are_saved_and_the_version_counts_up(owner, draft):
    save_answers(draft, actor=owner, at=AT, version=0, systems=" 制度齐全 ", firms_last_year=0)
    assert (draft.systems, draft.firms_last_year, draft.version) == ("制度齐全", 0, 1)
    save_answers(draft, actor=owner, at=AT, version=1, systems="制度齐全")
    assert draft.version == 1  # nothing was changed


def test_two_members_at_two_fields_keep_each_others_work(owner, draft):
    colleague = make_user()
    join(colleague, draft.organisation)
    save_answers(draft, actor=owner, at=AT, version=0, systems="甲写的制度")
    save_answers(draft, actor=colleague, at=AT, version=0, place="乙写的场所")
    draft.refresh_from_db()
    assert (draft.systems, draft.place) == ("甲写的制度", "乙写的场所")


def test_two_members_at_one_field_are_told_and_nothing_is_overwritten(owner, draft):
    colleague = make_user(name="王乙")
    join(colleague, draft.organisation)
    save_answers(draft, actor=colleague, at=AT, version=0, systems="乙写的")
    with pytest.raises(Stale, match="“管理制度和服务流程”由王乙改过") as refusal:
        save_answers(draft, actor=owner, at=AT, version=0, systems="甲写的", place="甲的场所")
    assert refusal.value.theirs == {"systems": ("乙写的", "王乙")}
    draft.refresh_from_db()
    assert (draft.systems, draft.place) == ("乙写的", "")


def test_a_page_that_saves_as_one_types_does_not_run_over_what_came_between(owner, draft):
    colleague = make_user()
    join(colleague, draft.organisation)
    save_answers(draft, actor=owner, at=AT, version=0, place="甲的场所")
    save_answers(draft, actor=colleague, at=AT, version=1, systems="乙写的")
    save_answers(draft, actor=owner, at=AT, version=0, place="甲的场所，改")  # his own words: no conflict
    with pytest.raises(Stale):
        save_answers(draft, actor=owner, at=AT, version=0, systems="甲写的")


def test_the_same_words_from_two_people_are_no_conflict(owner, draft):
    save_answers(draft, actor=owner, at=AT, version=0, systems="同样的话")
    assert save_answers(draft, actor=owner, at=AT, version=0, systems="同样的话").version == 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"systems": "长" * 2001}, "管理制度和服务流程"),
        ({"firms_last_year": -1}, "服务企业数"),
        ({"firms_last_year": "很多"}, "服务企业数"),
        ({"credit_checked_on": dt.date(2999, 1, 1)}, "不能晚于今天"),
        ({"credit_checked_on": "昨天"}, "信用查询日期"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_at_its_field(owner, draft, answer, words):
    with pytest.raises(Refused, match=words) as refusal:
        save_answers(draft, actor=owner, at=AT, version=0, **answer)
    assert refusal.value.field == next(iter(answer))
    draft.refresh_from_db()
    assert draft.version == 0


def test_who_left_the_organisation_cannot_write_any_more(owner, draft):
    former = make_user()
    membership = join(former, draft.organisation)
    membership.left_at = AT
    membership.save()
    with pytest.raises(Refused, match="not_allowed"):
        save_answers(draft, actor=former, at=AT, version=0, systems="x")


# -- Materials  ----


def test_a_material_takes_several_files_and_the_same_content_once(owner, draft):
    first = add_material(draft, "systems", upload("制度一.pdf"), actor=owner, at=AT)
    add_material(draft, "systems", upload("制度二.pdf"), actor=owner, at=AT)
    again = add_material(draft, "systems", upload("制度一.pdf"), actor=owner, at=AT)
    assert again.pk == first.pk
    assert draft.material_files.filter(removed_at__isnull=True).count() == 2


def test_a_removed_file_is_kept_on_the_record(owner, draft):
    file = add_material(draft, "systems", upload(), actor=owner, at=AT)
    remove_material(draft, file, actor=owner, at=AT)
    remove_material(draft, file, actor=owner, at=AT)
    file.refresh_from_db()
    assert file.removed_at == AT
    assert StoredFile.objects.filter(pk=file.file_id).exists()
    assert JournalEntry.objects.filter(move="remove_material").count() == 1


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", b"0" * 60_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("code", "name", "content", "refused"),
    [
        ("registration", "空.pdf", b"", "file_empty"),
        ("registration", "程序.pdf", b"MZ\x90\x00" + b"\0" * 100, "file_damaged"),
        ("registration", "页面.html", b"<html></html>", "file_kind"),
        ("registration", "图.svg", b"<svg/>", "file_kind"),
        ("registration", "网页.pdf", b"<html><script>1</script></html>", "file_damaged"),
        ("registration", "字.docx", b"PK\x03\x04", "file_kind"),
        ("projects", "炸弹.xlsx", bomb(), "file_bomb"),
        ("registration", f"{'长' * 300}.pdf", b"%PDF-1.4", "file_name"),
        ("no_such", "甲.pdf", b"%PDF-1.4", "not_named"),
    ],
)
def test_a_bad_file_is_refused_and_leaves_nothing(owner, draft, code, name, content, refused):
    before = StoredFile.objects.count()
    with pytest.raises(Refused) as refusal:
        add_material(draft, code, upload(name, content), actor=owner, at=AT)
    assert refusal.value.code == refused
    assert not draft.material_files.exists()
    assert StoredFile.objects.count() == before


def test_a_material_has_no_more_files_than_the_measure_takes(owner, draft):
    most = WUHAN.material("declaration").max_files
    for number in range(most):
        add_material(draft, "declaration", upload(f"{number}.pdf"), actor=owner, at=AT)
    with pytest.raises(Refused, match=f"最多{most}个文件"):
        add_material(draft, "declaration", upload("多.pdf"), actor=owner, at=AT)


# -- Projects  ----


def test_projects_are_replaced_as_a_whole_and_a_repetition_changes_nothing(owner, draft):
    replace_projects(draft, [PROJECT, {**PROJECT, "name": "第二个"}], actor=owner, at=AT)
    version = draft.version
    replace_projects(draft, [PROJECT, {**PROJECT, "name": "第二个"}], actor=owner, at=AT)
    draft.refresh_from_db()
    assert draft.version == version
    assert [(row.position, row.name) for row in draft.projects.all()] == [(1, "激光器比对"), (2, "第二个")]
    replace_projects(draft, [], actor=owner, at=AT)
    assert not draft.projects.exists()


def test_every_wrong_row_is_named_and_nothing_is_taken(owner, draft):
    rows = [PROJECT, {**PROJECT, "year": 2019}, {**PROJECT, "kind": "做饭", "client": ""}]
    with pytest.raises(RowsRefused, match="第2行“年度”") as refusal:
        replace_projects(draft, rows, actor=owner, at=AT)
    assert [(error.row, error.label) for error in refusal.value.errors] == [
        (2, "年度"),
        (3, "服务对象"),
        (3, "服务内容"),
    ]
    assert not draft.projects.exists()


def test_a_stale_list_of_projects_does_not_replace_a_newer_one(owner, draft):
    replace_projects(draft, [PROJECT], actor=owner, at=AT)
    colleague = make_user()
    join(colleague, draft.organisation)
    with pytest.raises(Refused, match="有人改过项目清单"):
        replace_projects(draft, [], actor=colleague, at=AT, version=0)
    assert draft.projects.count() == 1


def test_the_table_that_is_exported_can_be_imported(owner, draft):
    projects = [Project(**PROJECT), Project(2024, "=1+1", "某厂", "testing", "", "市局")]
    table = upload("清单.xlsx", write_xlsx(projects, kinds=KINDS))
    import_projects(draft, table, actor=owner, at=AT)
    assert [row.name for row in draft.projects.all()] == ["激光器比对", "=1+1"]
    assert draft.projects.first().kind == "standards"


def test_an_empty_template_and_a_strange_table_are_told_apart():
    assert read_xlsx(write_xlsx([], kinds=KINDS), kinds=KINDS, year=2026) == []
    from openpyxl import Workbook  # noqa: PLC0415

    out = io.BytesIO()
    book = Workbook()
    book.active.append(["别的", "表"])
    book.save(out)
    with pytest.raises(Refused, match="下载模板"):
        read_xlsx(out.getvalue(), kinds=KINDS, year=2026)


def test_a_row_error_carries_the_number_of_the_row_in_the_table():
    table = write_xlsx([Project(**PROJECT), Project(1999, "旧", "某厂", "testing")], kinds=KINDS)
    with pytest.raises(RowsRefused, match="第3行“年度”：应填2023至2026之间的年份"):
        read_xlsx(table, kinds=KINDS, year=2026)


def test_another_organisations_draft_cannot_be_written(draft):
    stranger = make_user()
    make_organisation(stranger)
    with pytest.raises(Refused, match="not_allowed"):
        add_material(draft, "systems", upload(), actor=stranger, at=AT)
