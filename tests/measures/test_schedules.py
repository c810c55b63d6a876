"""The yearly schedule: read from a file, refused when it cannot be right, compared."""

import datetime as dt
import json
from typing import Any

import chinese_calendar
import pytest

from measures.schedules import ScheduleError, differences, packaged_schedules, parse_schedule


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def entry(date: str, name: str = "国庆节", *, off: bool = True) -> dict[str, Any]:
    return {"name": name, "date": date, "isOffDay": off}


def paper(**changes: Any) -> dict[str, Any]:
    """A schedule of 2027 with nothing but the fixed holidays, as a test wants it changed. It is made up."""
    fixed = ["2027-01-01", "2027-05-01", "2027-05-02", "2027-10-01", "2027-10-02", "2027-10-03"]
    answer: dict[str, Any] = {
        "year": 2027,
        "papers": ["https://www.gov.cn/example.htm"],
        "days": [entry(date) for date in fixed],
    }
    return answer | changes


def as_file(answer: object) -> bytes:
    return json.dumps(answer, ensure_ascii=False).encode()


def test_a_file_is_read_into_days_off_and_make_up_workdays() -> None:
    answer = paper(source=" 某通知 ")
    answer["days"] += [entry("2026-12-31", "元旦"), entry("2027-10-09", off=False)]
    schedule = parse_schedule(b"\xef\xbb\xbf" + as_file(answer))
    assert (schedule.year, schedule.source, schedule.papers) == (2027, "某通知", ("https://www.gov.cn/example.htm",))
    assert schedule.off[day("2026-12-31")] == "元旦"
    assert schedule.makeup == {day("2027-10-09"): "国庆节"}
    assert list(schedule.days().items())[:2] == [
        (day("2026-12-31"), (False, "元旦")),
        (day("2027-01-01"), (False, "国庆节")),
    ]


def test_a_file_without_a_source_is_named_after_the_yearly_notice() -> None:
    assert parse_schedule(as_file(paper())).source == "国务院办公厅关于2027年部分节假日安排的通知"


def test_before_2025_the_second_of_may_was_no_holiday() -> None:
    days = [entry(date) for date in ("2024-01-01", "2024-05-01", "2024-10-01", "2024-10-02", "2024-10-03")]
    assert len(parse_schedule(as_file(paper(year=2024, days=days))).off) == 5


DAYS = paper()["days"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xfe", "文件不是 UTF-8 编码的 JSON，请核对文件。"),
        (b"{", "文件不是 UTF-8 编码的 JSON，请核对文件。"),
        (b"[" * 100_000, "文件不是 UTF-8 编码的 JSON，请核对文件。"),
        (b" " * 262_145, "文件超过 256 KB，不像是一年的放假安排，请核对文件。"),
        (b"[]", "文件的最外层应是 { }，内有 year、papers、days 三项。"),
        (as_file(paper(year="2027")), "year 应是 2004 至 2100 之间的年份，请改正。"),
        (as_file(paper(year=True)), "year 应是 2004 至 2100 之间的年份，请改正。"),
        (as_file(paper(year=2003)), "year 应是 2004 至 2100 之间的年份，请改正。"),
        (as_file(paper(year=2101)), "year 应是 2004 至 2100 之间的年份，请改正。"),
        (as_file(paper(days=[])), "days 里没有日期：2027年的放假安排可能尚未公布，请在公布后再导入。"),
        (as_file(paper(days="2027-01-01")), "days 里没有日期：2027年的放假安排可能尚未公布，请在公布后再导入。"),
        (as_file(paper(days=["x"])), '第 1 项应写成 {"name": …, "date": …, "isOffDay": …}。'),
        (as_file(paper(days=[entry("2027-01-01", "")])), "第 1 项没有节日名称 name，请补上（不超过 30 字）。"),
        (as_file(paper(days=[entry("2027-01-01", "节" * 31)])), "第 1 项没有节日名称 name，请补上（不超过 30 字）。"),
        (as_file(paper(days=[entry("2027-02-30")])), "第 1 项的 date「2027-02-30」不是日期，请写成 2027-10-01 的样子。"),
        (as_file(paper(days=[entry("国庆")])), "第 1 项的 date「国庆」不是日期，请写成 2027-10-01 的样子。"),
        (as_file(paper(days=[entry("2027-01-01") | {"isOffDay": 1}])),
         "第 1 项（2027-01-01）的 isOffDay 应填 true（放假）或 false（调休上班）。"),
        (as_file(paper(days=[*DAYS, entry("2028-01-01")])),
         "第 7 项：2028-01-01 不在 2027年（也不在上一年的 12 月），请核对日期。"),
        (as_file(paper(days=[*DAYS, entry("2026-11-30")])),
         "第 7 项：2026-11-30 不在 2027年（也不在上一年的 12 月），请核对日期。"),
        (as_file(paper(days=[*DAYS, entry("2027-10-08", off=False)])),
         "第 7 项：2027-10-08 是周五，本来就上班，不会是调休上班日，请核对。"),
        (as_file(paper(days=[*DAYS, entry("2027-10-02", off=False)])),
         "第 7 项：2027-10-02 既写了放假又写了上班，请按通知只留一项。"),
        (as_file(paper(days=[*DAYS, entry("2027-10-01")])), "第 7 项：2027-10-01 写了两次，请删去一项。"),
        (as_file(paper(days=DAYS[1:])), "缺少元旦 2027-01-01 放假：安排不完整，请对照通知补全。"),
        (as_file(paper(days=DAYS[:5])), "缺少国庆节 2027-10-03 放假：安排不完整，请对照通知补全。"),
        (as_file(paper(days=[line for line in DAYS if line["date"] != "2027-05-02"])),
         "缺少劳动节 2027-05-02 放假：安排不完整，请对照通知补全。"),
        (as_file(paper(source="")), "source 应是通知的名称，不超过 200 字。"),
        (as_file(paper(source="通" * 201)), "source 应是通知的名称，不超过 200 字。"),
        (as_file(paper(papers=[])), "papers 里没有网址，请填写国务院办公厅通知原文的网址。"),
        (as_file(paper(papers=["javascript:alert(1)"])),
         "papers 里的「javascript:alert(1)」不是网址，请填写以 https:// 开头的完整网址。"),
        (as_file(paper(papers=["https://["])),
         "papers 里的「https://[」不是网址，请填写以 https:// 开头的完整网址。"),
        (as_file(paper(papers=[7])), "papers 里的「7」不是网址，请填写以 https:// 开头的完整网址。"),
    ],
)  # fmt: skip
def test_a_schedule_that_cannot_be_right_is_refused_with_what_to_do(content: bytes, says: str) -> None:
    with pytest.raises(ScheduleError) as refused:
        parse_schedule(content)
    assert str(refused.value) == says


def test_the_package_gives_every_year_from_2004_and_all_its_days() -> None:
    schedules = packaged_schedules()
    assert [schedule.year for schedule in schedules][:23] == list(range(2004, 2027))
    assert sum(len(schedule.off) for schedule in schedules) == len(chinese_calendar.holidays)
    assert sum(len(schedule.makeup) for schedule in schedules) == len(chinese_calendar.workdays)
    assert schedules[22].off[day("2026-02-17")] == "春节"


def test_differences_name_each_date_with_before_and_after() -> None:
    before = parse_schedule(as_file(paper(days=[*DAYS, entry("2027-10-04"), entry("2027-10-09", off=False)])))
    after = parse_schedule(as_file(paper(days=[*DAYS, entry("2027-10-09"), entry("2027-10-10", off=False)])))
    assert [str(line) for line in differences(before, after)] == [
        "2027-10-04（周一）：国庆节放假 → 没有安排",
        "2027-10-09（周六）：国庆节调休上班 → 国庆节放假",
        "2027-10-10（周日）：没有安排 → 国庆节调休上班",
    ]
    assert len(differences(None, after)) == 8
    assert differences(after, after) == ()


def test_a_digest_changes_with_the_days_and_with_what_went_before() -> None:
    one, other = parse_schedule(as_file(paper())), parse_schedule(as_file(paper(days=[*DAYS, entry("2027-10-04")])))
    assert len({one.digest(""), one.digest("x"), other.digest("")}) == 3
