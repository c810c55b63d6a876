"""Needs of companies as the stations, those who find a station for them, and the companies themselves read them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from accounts.models import User
from accounts.queries import district_staff, people_with
from accounts.states import Role
from accounts.todo import Todo
from measures.periods import SHANGHAI
from services.catalogue import CATALOGUE
from services.models import Need, NeedDraft
from services.queries.library import kind_names, of_station
from services.states.need import NeedSource, NeedState
from stations.models import Ability, Station
from stations.queries.directory import directory
from stations.queries.members import people_of
from stations.rules import memberships
from stations.states import TitleState

# What of a need waits for its station, in each state
NEXT_STEP = {
    NeedState.RECEIVED: "请评估：由本站服务，还是协调服务机构。",
    NeedState.ASSESSED: "请对接服务资源。",
    NeedState.MATCHED: "请制定服务方案，签订服务合同。",
    NeedState.CONTRACTED: "合同已签，请开始服务。",
    NeedState.RATED: "企业已评价，请归档。",
}


def needs_visible_to(user: Any) -> QuerySet[Need]:
    """Those brought to the stations of the person; all for the bureau and the auditor; for district staff those of the
    stations and of the companies of their district. Whom to ask for at the company is not among it."""
    rows = Need.objects.select_related("station__organisation", "station__district", "district")
    seen = of_station(user)
    if seen is None:
        return rows
    if user.is_authenticated and user.districts:
        seen |= Q(district__in=user.districts)
    return rows.filter(seen)


def needs_to_assign(user: Any) -> QuerySet[Need]:
    """Those without a station, for who finds one: the manager, and district staff for companies of their district."""
    rows = needs_visible_to(user).filter(station__isnull=True, state=NeedState.RECEIVED)
    if not user.is_authenticated or not (user.districts or Role.MANAGER in user.roles):
        return rows.none()
    return rows


def needs_by_number(user: Any = None) -> QuerySet[Need]:
    """For whoever has the random number of a need: that is all one needs to follow it."""
    return Need.objects.select_related("station__organisation", "district")


def my_needs(user: Any) -> QuerySet[Need]:
    """What this person has posted for a company, signed in."""
    rows = needs_by_number()
    return rows.filter(posted_by=user, source=NeedSource.WEB) if user.is_authenticated else rows.none()


def drafts(user: Any = None) -> QuerySet[NeedDraft]:
    """For whoever has the address of the page: its key is random."""
    return NeedDraft.objects.all()


def stations_to_ask() -> QuerySet[Station]:
    """Stations that the public may choose: those of the directory whose title is in force, by name."""
    rows = directory().prefetch_related(None).order_by("name")
    return rows.filter(title_state=TitleState.ACTIVE)  # type: ignore[misc]  # annotated in directory()


def stations_for(need: Need) -> QuerySet[Station]:
    """Stations that could take the need, best first: with the ability of its kind, in the company's district."""
    able = Exists(Ability.objects.filter(station=OuterRef("pk"), kind=need.kind))
    near = Case(When(district=need.district_id, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = Station.objects.select_related("district", "organisation").annotate(able=able, near=near)
    return rows.order_by("-able", "near", "name")


def people_to_assign(need: Need) -> list[User]:
    """Who is told of a need without a station."""
    found = list(people_with(Role.MANAGER))
    return [*found, *district_staff(need.district_id)] if need.district_id else found


def people_to_serve(need: Need) -> list[User]:
    return list(people_of(need.station.organisation)) if need.station else people_to_assign(need)


def service_choices() -> list[tuple[str, Any]]:
    """For one select of what a company may need: under each kind "I do not know", then its items."""
    return [
        (
            kind.name,
            [(kind.code, f"{kind.name}：不确定具体事项"), *[(i.code, i.name) for i in CATALOGUE.items_of(kind.code)]],
        )
        for kind in CATALOGUE.kinds
    ]


def service_words(need: Need) -> str:
    """The item where one was named, else the kind."""
    name = kind_names().get(need.kind, need.kind)
    return f"{name}：{CATALOGUE.item(need.item).name}" if need.item in CATALOGUE.by_code else name


def wanted_by(need: Need) -> dt.datetime | None:
    """24:00 of the day on which the company would like to have it."""
    return end_of(need.wanted_on) if need.wanted_on else None


def due_of(need: Need) -> dt.datetime | None:
    """What is due next: the first answer while the company has none, then what it would like."""
    return need.response_due_at if need.state == NeedState.RECEIVED and need.response_due_at else wanted_by(need)


def end_of(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=SHANGHAI)


# -- What waits  ----


def todo_for(user: Any) -> list[Todo]:
    """Needs that wait for the stations of this person, or for a station."""
    return [*serving_todos(user), *assigning_todos(user)]


def serving_todos(user: Any) -> list[Todo]:
    if not memberships(user):
        return []
    rows = needs_visible_to(user).filter(
        station__organisation__in=list(memberships(user)), state__in=[str(state) for state in NEXT_STEP]
    )
    return [
        Todo(
            title=str(need),
            url=need.get_absolute_url(),
            due_at=due_of(need),
            reason=f"{service_words(need)}。{NEXT_STEP[NeedState(need.state)]}",
            tone="warn",
        )
        for need in rows
    ]


def assigning_todos(user: Any) -> list[Todo]:
    return [
        Todo(
            title=f"分派：{need}",
            url=need.get_absolute_url(),
            due_at=due_of(need),
            reason="企业没有指定服务站，请选择合适的服务站。",
            tone="warn",
        )
        for need in needs_to_assign(user)
    ]
