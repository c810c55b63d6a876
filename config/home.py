"""What the front page and each person's home are made of. Every source is named here; nothing registers itself."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

import accounts.queries
import evaluation.queries.home
import evaluation.queries.progress
import funding.queries
import integration.queries.hanjianlian
import integration.queries.webhook
import services.queries
import stations.queries
import supervision.queries
from accounts.models import User
from accounts.todo import Todo
from config.navigation import part_in_panel
from evaluation.queries.notices import in_notice_now, latest_notices, rule_in_words
from funding.queries.publication import latest_lists
from measures.queries import missing_years


@dataclass(frozen=True)
class OpenNotice:
    """A public notice whose window is open: what it is, until when, how the days were counted, where to object."""

    title: str
    url: str
    closes_at: dt.datetime
    how_counted: str
    objection_url: str


@dataclass(frozen=True)
class NewsLine:
    """One published paper in the list on the front page."""

    title: str
    url: str
    at: dt.datetime


def first_steps(user: User) -> Iterable[Todo]:
    """What an applicant enters before applying. Who has a part in the panel is not asked to enter an organisation."""
    return () if any(part_in_panel(user)) else stations.queries.todo_for(user)


def calendar_todos(user: User) -> list[Todo]:
    """Years whose schedule of holidays is missing, for whom may import it: without it, dates stay provisional."""
    if not user.has_perm("measures.import_calendar"):
        return []
    return [
        Todo(
            title=f"导入 {year} 年放假安排",
            url=reverse("admin:measures_calendarversion_import"),
            reason="国务院办公厅一般在上一年 11 月前后公布。导入前，涉及该年的截止日期都是暂定的。",
        )
        for year in missing_years(timezone.localdate())
    ]


TODO_SOURCES: tuple[Callable[[User], Iterable[Todo]], ...] = (
    accounts.queries.todo_for,
    calendar_todos,
    supervision.queries.todo_for,
    services.queries.todo_for,
    first_steps,
    evaluation.queries.home.todo_for,
    funding.queries.todo_for,
    integration.queries.webhook.todo_for,
    integration.queries.hanjianlian.todo_for,
    evaluation.queries.progress.application_todos,
)


def result_notices(at: dt.datetime) -> list[OpenNotice]:
    """Evaluation results that are in public notice at `at`."""
    return [
        OpenNotice(
            title=notice.title,
            url=notice.get_absolute_url(),
            closes_at=notice.closes_at,
            how_counted=rule_in_words(notice),
            objection_url=reverse("evaluation:objection_file", args=[notice.pk]),
        )
        for notice in in_notice_now(at)
    ]


def published_lists() -> list[NewsLine]:
    """The latest lists of grants and of leading stations."""
    return [NewsLine(one.title, one.get_absolute_url(), one.published_at) for one in latest_lists(8)]


def published_papers() -> list[NewsLine]:
    """The latest public notices of every kind."""
    return [NewsLine(notice.title, notice.get_absolute_url(), notice.published_at) for notice in latest_notices(8)]


OPEN_NOTICE_SOURCES: tuple[Callable[[dt.datetime], Iterable[OpenNotice]], ...] = (result_notices,)
NEWS_SOURCES: tuple[Callable[[], Iterable[NewsLine]], ...] = (published_papers, published_lists)


def todos_for(user: User) -> list[Todo]:
    """What waits for this person, by due date; what has none comes last."""
    found = [todo for source in TODO_SOURCES for todo in source(user)]
    return sorted(found, key=lambda todo: (todo.due_at is None, todo.due_at.timestamp() if todo.due_at else 0))


def open_notices(at: dt.datetime) -> list[OpenNotice]:
    """Notices whose window is open at `at`, the one that closes first before the others."""
    found = [notice for source in OPEN_NOTICE_SOURCES for notice in source(at)]
    return sorted(found, key=lambda notice: notice.closes_at)


def news(limit: int = 8) -> list[NewsLine]:
    """The latest published papers, newest first."""
    found = [line for source in NEWS_SOURCES for line in source()]
    return sorted(found, key=lambda line: line.at, reverse=True)[:limit]
