"""Needs of the demo: one in every state, so that each page of a case has something to show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from config.rehearsal import papers
from config.rehearsal.cast import Site
from config.rehearsal.demo_companies import company
from config.rehearsal.plan import DAY
from measures.periods import SHANGHAI
from services.actions import need as receiving
from services.actions import need_contract, need_match, need_progress
from services.actions.need_archive import archive_need
from services.actions.rating import rate
from services.aspects import CODES
from services.models import Need, RatingInvitation
from services.queries.need_match import candidates
from services.states.library import CompanySize
from services.states.need import NeedSource, ServiceMode
from services.states.rating import Integrity

FIRST_COMPANY = 900
PRESSURE = "一批压力表和流量计快到检定期，想就近送检，最好能上门取件。"
STANDARD = "新产品没有对应的国家标准，想了解怎样制定企业标准并声明公开。"
YIELD = "成品一次合格率连续三个月下降，想请专家到现场看看原因。"
# How far each has come, how many days ago it was received, its kind, its item, its words
STORIES = (
    ("archived", 60, "metrology", "metrology.calibration", PRESSURE),
    ("rated", 40, "testing", "testing.testing", "出口的电源线要做型式试验，不知道送哪家机构。"),
    ("delivered", 30, "metrology", "metrology.calibration", "三坐标测量机搬迁后需要重新校准。"),
    ("started", 20, "testing", "testing.testing", "新配方的食品接触材料要做迁移量检测。"),
    ("contracted", 12, "certification", "", "客户要求半年内取得能源管理体系认证。"),
    ("matched", 9, "metrology", "", "车间新增 60 件量具，想一次检定完。"),
    ("assessed", 6, "metrology", "", PRESSURE),
    ("received", 4, "standards", "", STANDARD),
    ("posted", 2, "quality_management", "", YIELD),
    ("declined", 16, "branding", "", "想在国外参加展会，请帮忙申请补贴。"),
    ("withdrawn", 14, "testing", "", "一台设备的检测报告丢了，想补一份。"),
)


@dataclass
class Story:
    """A need on its way: who serves it, and the instant that its next step is at."""

    need: Need
    site: Site
    at: dt.datetime

    def next(self, hours: int = 20) -> dt.datetime:
        self.at += dt.timedelta(hours=hours)
        return self.at

    @property
    def today(self) -> dt.date:
        return timezone.localdate(self.at, SHANGHAI)


def take_needs(site: Site, now: dt.datetime) -> None:
    for place, (ending, days, kind, item, text) in enumerate(STORIES):
        code, name = company(FIRST_COMPANY + place)
        need = receiving.post_need(
            actor=receiving.PUBLIC,
            at=now - days * DAY,
            station=None if ending == "posted" else site.station,
            source=NeedSource.WEB,
            credit_code=code,
            company=name,
            contact_name="演练联系人",
            contact_phone=f"1380000{place:04d}",
            contact_email=f"need{place}@example.com",
            kind=kind,
            item=item,
            text=text,
            district=site.station.district,
        )
        story = Story(need, site, now - days * DAY)
        for step in steps_to(ending):
            step(story)
            need.refresh_from_db()


def assess(story: Story) -> None:
    words = "本站不能全部办理，协调有资质的机构，由本站跟进。"
    receiving.assess_need(
        story.need, actor=story.site.owner, mode=ServiceMode.AGENCY, assessment=words, at=story.next()
    )


def match(story: Story) -> None:
    key = candidates(story.need, story.site.station)["agency"][0].key
    (asked,) = need_match.propose_matches(story.need, actor=story.site.owner, keys=[key], at=story.next(2))
    need_match.accept_match(asked, actor=story.site.owner, answer="可以承接，五个工作日内完成。", at=story.next())


def contract(story: Story) -> None:
    plan = {
        "situation": story.need.text,
        "goal": "按时取得证书或者报告。",
        "measures": "一、上门取样；二、检测；三、复核。",
    }
    need_contract.write_plan(story.need, actor=story.site.owner, at=story.next(4), **plan)
    need_contract.sign_contract(
        story.need,
        actor=story.site.owner,
        at=story.next(),
        size=CompanySize.SMALL,
        signed_on=story.today,
        ends_on=story.today + 30 * DAY,
        items=[("检验检测", Decimal(3000)), ("上门取样", Decimal(200))],
        discount=Decimal(500),
        discount_reason="小型企业减免",
        file=papers.pdf("contract"),
    )


def start(story: Story) -> None:
    owner = story.site.owner
    need_contract.start_service(story.need, actor=owner, at=story.next(4))
    found: dict[str, Any] = {"problems_found": 3, "problems_solved": 2, "problems": "两件超差，已调整；一件须返厂。"}
    need_progress.add_progress(story.need, actor=owner, text="上门取样，现场核对数量。", at=story.next(), **found)


def plan_ahead(story: Story) -> None:
    """Far enough ahead that nobody is reminded yet."""
    story.at += 14 * DAY
    due = story.today + 12 * DAY
    need_progress.add_progress(
        story.need, actor=story.site.owner, text="出具检测报告，送交企业。", due_on=due, at=story.at
    )


def deliver(story: Story) -> None:
    facts: dict[str, Any] = {"item": story.need.item, "experts": 2, "saved_cost": Decimal(1500)}
    need_progress.deliver_need(
        story.need,
        actor=story.site.owner,
        at=story.next(),
        served_on=story.today,
        summary="全部完成，证书和报告已交企业。",
        report=papers.pdf("service_report"),
        **facts,
    )


def give_rating(story: Story) -> None:
    invitation = RatingInvitation.objects.get(record__delivery__need=story.need)
    rate(invitation, marks=dict.fromkeys(CODES, 5), integrity=Integrity.CLEAN, at=story.next(30))


def archive(story: Story) -> None:
    archive_need(story.need, actor=story.site.owner, at=story.next())


def decline(story: Story) -> None:
    reason = "补贴由商务部门受理，本站不能办理，已告知联系方式。"
    receiving.decline_need(story.need, actor=story.site.owner, reason=reason, at=story.next())


def withdraw(story: Story) -> None:
    receiving.withdraw_need(story.need, actor=receiving.PUBLIC, reason="原件已经找到。", at=story.next())


def steps_to(ending: str) -> list[Callable[[Story], None]]:
    if ending in {"declined", "withdrawn"}:
        return [decline if ending == "declined" else withdraw]
    if ending == "started":
        return [assess, match, contract, start, plan_ahead]
    way: dict[str, Callable[[Story], None]] = {
        "assessed": assess,
        "matched": match,
        "contracted": contract,
        "in_progress": start,
        "delivered": deliver,
        "rated": give_rating,
        "archived": archive,
    }
    return list(way.values())[: list(way).index(ending) + 1] if ending in way else []
