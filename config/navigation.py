"""The doors in the header and the rail of duties at the left: one table each.

An entry whose address does not exist (yet, or in this installation) is left out.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from django.urls import NoReverseMatch, reverse

from accounts.models import User
from accounts.states import STAFF, Role


@dataclass(frozen=True)
class Entry:
    label: str
    url_name: str


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


def works_for_an_applicant(user: User) -> bool:
    """Whoever has no work role here came to apply; an expert has a group of his own."""
    return not user.roles & STAFF


DOORS = (
    Entry("首页", "front"),
    Entry("公示公告", "evaluation:notice_list"),
    Entry("服务站名录", "stations:station_list"),
    Entry("找服务", "services:need_create"),
    Entry("办事指南", "guide"),
)

RAIL = (
    Group("我的", anybody, (Entry("待办", "home"), Entry("消息", "accounts:message_list"))),
    Group(
        "申报",
        works_for_an_applicant,
        (
            Entry("我的单位", "stations:organisation_list"),
            Entry("我的服务站", "stations:my_station_list"),
            Entry("评价申报", "evaluation:my_application_list"),
        ),
    ),
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
    mine = [group for group in RAIL if group.shown_to(user)]
    flat = {link.url: link for link in links([entry for group in mine for entry in group.entries], path)}
    named = [
        (group.label, [flat[address(entry.url_name)] for entry in group.entries if address(entry.url_name)])
        for group in mine
    ]
    return [(label, shown) for label, shown in named if shown]
