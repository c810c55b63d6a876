"""`manage.py deadline` and `manage.py import_calendar`, as a person at a terminal sees them."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from measures.models import CalendarVersion

from .test_schedules import as_file, entry, paper

pytestmark = pytest.mark.django_db


def run(*args: str) -> str:
    out = StringIO()
    call_command(*args, stdout=out)
    return out.getvalue()


def test_deadline_prints_the_json_of_the_worked_example() -> None:
    line = run("deadline", "--start", "2026-09-28T10:00+08:00", "--days", "5", "--rule", "calendar_roll", "--json")
    answer = json.loads(line)
    assert list(answer) == ["last_day", "closes_at", "provisional", "rule", "calendar_version", "days"]
    assert answer["last_day"] == "2026-10-08"
    assert answer["closes_at"] == "2026-10-09T00:00:00+08:00"
    assert answer["provisional"] is False
    assert answer["rule"] == "calendar_roll"
    assert answer["calendar_version"] == f"v{CalendarVersion.objects.first().number}"
    assert [line["date"] for line in answer["days"] if line["counted"]] == [
        "2026-09-29", "2026-09-30", "2026-10-01", "2026-10-02", "2026-10-08"
    ]  # fmt: skip
    assert set(answer["days"][0]) == {"date", "counted", "why"}


def test_deadline_names_the_year_that_is_not_published() -> None:
    args = ("deadline", "--start", "2026-12-25T10:00+08:00", "--days", "5", "--rule", "working_days")
    answer = json.loads(run(*args, "--json"))
    assert (answer["provisional"], answer["provisional_years"]) == (True, [2027])
    text = run(*args)
    assert "最后一日：2027-01-04（周一）　暂定" in text
    assert "暂定原因：2027年的放假安排尚未公布" in text


def test_deadline_prints_a_line_a_day() -> None:
    text = run("deadline", "--start", "2026-11-06T10:00+08:00", "--days", "2")
    assert text.splitlines() == [
        "2026-11-06 周五  —  起算当日，不计入",
        "2026-11-07 周六  计  第1日",
        "2026-11-08 周日  —  周日，顺延",
        "2026-11-09 周一  计  第2日，顺延后的最后一日（工作日）",
        "",
        "最后一日：2026-11-09（周一）",
        "截止时刻：2026-11-10T00:00:00+08:00",
        "计算办法：按自然日计算，末日遇休息日顺延至下一个工作日",
        f"日历版本：v{CalendarVersion.objects.first().number}",
    ]


@pytest.mark.parametrize(
    ("start", "days", "says"),
    [
        ("昨天", "5", "「昨天」不是时间，请写成 2026-09-28T10:00+08:00 的样子。"),
        ("2026-09-28T10:00", "5", "起算时间须带时区，例如 2026-09-28T10:00+08:00。"),
        ("2026-09-28T10:00+08:00", "0", "天数须在 1 至 366 之间。"),
        ("9999-12-30T10:00Z", "5", "「9999-12-30T10:00Z」离现在太远，请改用较近的时间。"),
        ("0001-01-01T00:00+09:00", "5", "「0001-01-01T00:00+09:00」离现在太远，请改用较近的时间。"),
    ],
)
def test_deadline_says_what_is_wrong_with_its_input(start: str, days: str, says: str) -> None:
    with pytest.raises(CommandError) as refused:
        run("deadline", "--start", start, "--days", days)
    assert str(refused.value) == says


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "2027.json"
    path.write_bytes(as_file(paper()))
    return path


def test_a_dry_run_shows_the_differences_and_writes_nothing(file: Path) -> None:
    text = run("import_calendar", str(file), "--dry-run")
    assert text.splitlines()[:2] == ["2027年：6 天有变化。", "  2027-01-01（周五）：没有安排 → 国庆节放假"]
    assert text.splitlines()[-1] == "试运行，没有写入。"
    assert not CalendarVersion.objects.filter(year=2027).exists()


def test_an_import_writes_the_year_and_who_did_it(file: Path) -> None:
    run("import_calendar", str(file), "--by", " 赵 ")
    version = CalendarVersion.objects.get(year=2027)
    assert (version.imported_by, version.days.count()) == ("赵", 6)
    file.write_bytes(as_file(paper(days=[*paper()["days"], entry("2027-10-04")])))
    text = run("import_calendar", str(file))
    assert text.splitlines() == [
        "2027年：1 天有变化。",
        "  2027-10-04（周一）：没有安排 → 国庆节放假",
        f"2027年的放假安排现为 v{version.number + 1}。已公布的公示期不受影响。",
    ]


def test_an_import_says_what_is_wrong_with_the_file(file: Path, tmp_path: Path) -> None:
    file.write_bytes(as_file(paper(days=[])))
    with pytest.raises(CommandError) as refused:
        run("import_calendar", str(file))
    assert str(refused.value) == f"{file}：days 里没有日期：2027年的放假安排可能尚未公布，请在公布后再导入。"
    with pytest.raises(CommandError) as refused:
        run("import_calendar", str(tmp_path / "nowhere.json"))
    assert str(refused.value).startswith(f"读不到文件 {tmp_path / 'nowhere.json'}")
    with pytest.raises(CommandError, match="--by 不能为空"):
        run("import_calendar", str(file), "--by", " ")


def test_packaged_years_are_imported_when_they_lack() -> None:
    assert run("import_calendar", "--packaged") == "chinesecalendar 没有库中缺少的年份。\n"
    assert run("import_calendar", "--packaged", "--dry-run") == "chinesecalendar 没有库中缺少的年份。\n"
