from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from accounts.todo import Todo
from stations.queries.readiness import missing_of, with_parts
from stations.queries.visibility import my_stations
from stations.rules import is_applicant, memberships


def todo_for(user: Any) -> Iterator[Todo]:
    """What an applicant has to do before applying: enter the organisation, a station, and what a station's file lacks."""
    if not is_applicant(user):
        return
    if not memberships(user):
        yield Todo("登记您的单位", reverse("stations:organisation_register"), reason="登记后才能建立服务站、申报评价")
        return
    stations = list(with_parts(my_stations(user)))
    if not stations:
        yield Todo("建立服务站信息", reverse("stations:my_station_list"), reason="单位已登记，还没有服务站")
    for station in stations:
        if missing := missing_of(station):
            url = reverse("stations:station_tasks", args=[station.pk])
            yield Todo(f"补全服务站信息：{station}", url, reason="；".join(missing))
