"""The doors in the header and the rail of duties at the left: one table each.

An entry whose address does not exist (yet, or in this installation) is left out.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from accounts.queries.one_person import OnePerson
from accounts.states import STAFF, Role
from evaluation.models import Expert, Institution
from stations.rules import memberships


@dataclass(frozen=True)
class Entry:
    """A page of the portal; `roles`, where the duty's group has readers who may not open it."""

    label: str
    url_name: str
    roles: frozenset[str] = frozenset()

    def is_for(self, user: User) -> bool:
        return not self.roles or bool(user.roles & self.roles)


@dataclass(frozen=True)
class Group:
    """Entries of one duty, and whom they are for."""

    label: str
    shown_to: Callable[[User], bool]
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    current: bool


def anybody(user: User) -> bool:
    return True


def holds(*roles: Role) -> Callable[[User], bool]:
    return lambda user: bool(user.roles & set(roles))


def applies(user: User) -> bool:
    """Members of an organisation, and whoever has no part here yet: he probably came to apply. Nobody of the bureau."""
    return not user.roles & STAFF and (not any(part_in_panel(user)) or bool(memberships(user)))


def works_on_services(user: User) -> bool:
    """Who runs a station, and who reads or steers what the stations do."""
    return bool(user.roles & {*READERS, Role.DISTRICT}) or (not user.roles & STAFF and bool(memberships(user)))


part_of = OnePerson(
    User.objects.only("pk").annotate(
        in_pool=Exists(Expert.objects.filter(user=OuterRef("pk"), active=True)),
        manages=Exists(Institution.objects.filter(managers=OuterRef("pk"))),
    )
)


def part_in_panel(user: Any) -> tuple[bool, bool]:
    """Whether the person is in the pool, and whether he or she follows the experts of a third-party institution: one
    query per request (kept on the person, also through the lazy `request.user`)."""
    if not hasattr(user, "_part_in_panel"):
        found = part_of(user.pk)
        user._part_in_panel = (found.in_pool, found.manages) if found else (False, False)
    return user._part_in_panel


def is_expert(user: User) -> bool:
    return part_in_panel(user)[0]


def manages_an_institution(user: User) -> bool:
    return part_in_panel(user)[1]


DOORS = (
    Entry("首页", "front"),
    Entry("公示公告", "evaluation:notice_list"),
    Entry("服务站名录", "stations:station_list"),
    Entry("找服务", "services:need_create"),
    Entry("办事指南", "guide"),
)

READERS = (Role.INTAKE, Role.MANAGER, Role.LEADER, Role.AUDITOR)
MONEY = (Role.FINANCE, Role.MANAGER, Role.LEADER, Role.AUDITOR)
RAIL = (
    Group(
        "我的", anybody, (Entry("待办", "home"), Entry("日期与期限", "dates"), Entry("消息", "accounts:message_list"))
    ),
    Group(
        "申报",
        applies,
        (
            Entry("我的单位", "stations:organisation_list"),
            Entry("我的服务站", "stations:my_station_list"),
            Entry("评价申报", "evaluation:my_application_list"),
            Entry("年度自评", "supervision:self_assessment_list"),
            Entry("监督检查", "supervision:inspection_list"),
            Entry("整改", "supervision:improvement_list"),
            Entry("资金支持", "funding:grant_list"),
            Entry("情况说明", "supervision:complaint_statement_list"),
            Entry("终止称号", "supervision:departure_list"),
            Entry("接口授权", "integration:authorisation_list"),
        ),
    ),
    Group(
        "服务",
        works_on_services,
        (
            Entry("服务需求", "services:need_list"),
            Entry("服务记录", "services:record_list"),
            Entry("服务评价", "services:rating_list"),
            Entry("服务满意度", "services:satisfaction_list"),
            Entry("服务统计", "services:statistics"),
            Entry("培训活动", "services:training_list"),
            Entry("资源库", "services:library_home"),
            Entry("媒体报道", "services:media_report_list"),
            Entry("典型案例", "services:case_list"),
            Entry("年度情况", "services:year_text_list"),
        ),
    ),
    Group(
        "评审", is_expert, (Entry("我的评分表", "evaluation:sheet_list"), Entry("现场核查", "evaluation:my_visit_list"))
    ),
    Group("评审机构", manages_an_institution, (Entry("本机构评分进度", "evaluation:institution_progress"),)),
    Group(
        "评价",
        holds(*READERS),
        (
            Entry("评价轮次", "evaluation:round_list"),
            Entry("申报受理", "evaluation:application_list"),
            Entry("参评对象", "evaluation:entry_list"),
            Entry("专家库", "evaluation:expert_list"),
            Entry("第三方机构", "evaluation:institution_list"),
            Entry("现场核查", "evaluation:visit_list"),
            Entry("公示", "evaluation:public_notice_list"),
            Entry("异议", "evaluation:objection_list"),
            Entry("结论与授牌", "evaluation:conclusion_list"),
            Entry("节假日安排", "admin:measures_calendarversion_import", frozenset({Role.MANAGER})),
        ),
    ),
    Group(
        "服务站",
        holds(*READERS, Role.DISTRICT),
        (
            Entry("单位", "stations:staff_organisation_list"),
            Entry("服务站", "stations:staff_station_list"),
            Entry("称号与名额", "stations:title_list"),
        ),
    ),
    Group(
        "监督",
        holds(*READERS, Role.DISTRICT),
        (
            Entry("年度自评", "supervision:self_assessment_list"),
            Entry("检查计划", "supervision:inspection_plan_list"),
            Entry("监督检查", "supervision:inspection_list"),
            Entry("整改", "supervision:improvement_list"),
            Entry("投诉", "supervision:complaint_list"),
            Entry("分类分级", "supervision:classification_list"),
            Entry("撤销称号", "supervision:revocation_list"),
            Entry("终止称号", "supervision:departure_list"),
            Entry("年度监督安排", "supervision:year_plan_list", frozenset(READERS)),
        ),
    ),
    Group(
        "资金",
        holds(*MONEY, Role.DISTRICT),
        (
            Entry("年度资金", "funding:budget_list", frozenset(MONEY)),
            Entry("支持对象", "funding:entitlement_list", frozenset(MONEY)),
            Entry("资金支持", "funding:grant_list"),
            Entry("支付批次", "funding:batch_list", frozenset(MONEY)),
            Entry("区级配套", "funding:matching_list"),
            Entry("通报表扬", "funding:commendation_list", frozenset(READERS)),
            Entry("公开名单", "funding:public_lists"),
        ),
    ),
    Group(
        "审计",
        holds(Role.AUDITOR, Role.AUDIT_ADMIN),
        (
            Entry("办理台账", "journal_list"),
            Entry("汉检链对接", "integration:hanjianlian"),
        ),
    ),
    Group(
        "系统管理",
        holds(Role.SYSTEM_ADMIN),
        (
            Entry("节假日安排", "admin:measures_calendarversion_import"),
            Entry("待发邮件", "accounts:outbox"),
            Entry("事件推送", "integration:webhook_list"),
            Entry("推送记录", "integration:delivery_list"),
            Entry("接口客户端", "integration:client_list"),
            Entry("汉检链对接", "integration:hanjianlian"),
            Entry("字典与日历", "admin:index"),
        ),
    ),
    Group("安全管理", holds(Role.SECURITY_ADMIN), (Entry("人员与角色", "accounts:person_list"),)),
)


@cache
def address(url_name: str) -> str:
    """The address of a named page without arguments; empty when there is none."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def links(entries: Iterable[Entry], path: str) -> list[Link]:
    """Entries that exist; current is the one whose address is the longest beginning of `path`."""
    found = [(entry.label, address(entry.url_name)) for entry in entries if address(entry.url_name)]
    here = max((url for _, url in found if path == url or (url != "/" and path.startswith(url))), key=len, default="")
    return [Link(label, url, url == here) for label, url in found]


def doors(path: str) -> list[Link]:
    return links(DOORS, path)


def rail_for(user: User, path: str) -> list[tuple[str, list[Link]]]:
    """Groups of duties of this person with their links; a group without links is left out."""
    mine = [
        (group.label, [entry for entry in group.entries if address(entry.url_name) and entry.is_for(user)])
        for group in RAIL
        if group.shown_to(user)
    ]
    flat = {link.url: link for link in links([entry for _, entries in mine for entry in entries], path)}
    return [(label, [flat[address(entry.url_name)] for entry in entries]) for label, entries in mine if entries]
