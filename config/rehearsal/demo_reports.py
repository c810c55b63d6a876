"""What the demo's shown station tells of its year: cases, what the media wrote, the texts of the statistics table."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from config.rehearsal.cast import Site
from config.rehearsal.plan import DAY
from measures.periods import SHANGHAI
from services.actions.case import begin_case, publish_case, submit_case
from services.actions.media_report import confirm_media_report, report_media
from services.actions.year_text import write_year_text
from services.annexes import CASE

SITUATION = (
    "企业规模不大，没有专门的质量部门，计量器具分散在各车间，送检靠人记，产品标准多年没有更新，客户投诉时有发生。"
)
PRACTICE = "本站上门查看现场，列出问题清单，逐项约定完成日期；联系检测机构上门取样，请专家讲解标准，帮助企业建立台账。"
EFFECT = "三个月内清单上的问题全部解决，一次交验合格率提高，送检费用减少，企业自己能够按台账安排检定和内部检查。"
PROJECTS = ("计量器具集中送检", "企业标准从编写到公开", "一张问题清单带来的改变")


def tell_of_the_year(site: Site, manager: User, now: dt.datetime) -> None:
    """Two cases that everybody reads and one that waits for its review; one report that counts and one to be confirmed."""
    for place, project in enumerate(PROJECTS):
        at = now - (30 - 8 * place) * DAY
        year = timezone.localdate(at, SHANGHAI).year
        case = begin_case(site.station, actor=site.owner, project=project, year=year, at=at, **texts())
        submit_case(case, actor=site.owner, at=at)
        if place < len(PROJECTS) - 1:
            publish_case(case, actor=manager, at=at + 2 * DAY)
    for place, title in enumerate(("质量服务站开到园区门口", "小企业也有了质量顾问")):
        at = now - (20 - 15 * place) * DAY
        report = report_media(
            site.station,
            actor=site.owner,
            title=f"{title}（演练）",
            outlet="演练日报",
            published_on=timezone.localdate(at, SHANGHAI),
            url=f"https://example.com/report/{place + 1}",
            at=at,
        )
        if place == 0:
            confirm_media_report(report, actor=manager, at=at + DAY)
    at = now - 3 * DAY
    write_year_text(
        site.station,
        timezone.localdate(at, SHANGHAI).year,
        actor=site.owner,
        at=at,
        situation="面向产业集群，联合五家机构，固定窗口两个，流动服务车一台。",
        investment=Decimal("86.50"),
    )


def texts() -> dict[str, str]:
    """The three parts, about as long as the annex asks for: the same sentences over, since nobody was really served."""
    parts = {"situation": SITUATION, "practice": PRACTICE, "effect": EFFECT}
    share = (CASE.max_chars or 2000) // len(parts)
    return {name: text * (share // len(text)) for name, text in parts.items()}
