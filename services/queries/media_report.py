"""Media reports as the station, its district and the bureau read them, and as they count."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.states import Role
from accounts.todo import Todo
from ledger.models import StoredFile
from services.models import MediaReport
from services.states.media_report import MediaReportState
from stations.models import Station
from stations.queries import stations_visible_to
from stations.rules import memberships


def media_reports_visible_to(user: Any) -> QuerySet[MediaReport]:
    """All for the bureau and the auditor, those of its stations for a district, its own for a station."""
    rows = MediaReport.objects.select_related("station__organisation", "decided_by")
    return rows.filter(station__in=stations_visible_to(user).values("pk")) if user.is_authenticated else rows.none()


def confirmed(station: Station, year: int) -> QuerySet[MediaReport]:
    """What counts for the threshold `media_reports` of a year: confirmed, and published in it."""
    return MediaReport.objects.filter(
        station=station, state=MediaReportState.CONFIRMED, published_on__year=year
    ).order_by("published_on", "pk")


def files_on(report: MediaReport) -> QuerySet[StoredFile]:
    return report.evidence.all()


def todo_for(user: Any) -> list[Todo]:
    """Reports that wait for a decision by this person: one line for all of them."""
    if not user.is_authenticated:
        return []
    if user.roles & {Role.INTAKE, Role.MANAGER}:
        mine = Q()
    elif user.districts:
        mine = Q(station__supervised_by__in=user.districts)
    else:
        return []
    waiting = MediaReport.objects.filter(mine, state=MediaReportState.REPORTED)
    count = waiting.exclude(station__organisation__in=memberships(user)).count()
    if not count:
        return []
    url = f"{reverse('services:media_report_list')}?state={MediaReportState.REPORTED}"
    return [Todo(f"确认媒体报道（{count} 篇）", url, reason="服务站登记了媒体报道，确认后计入全年次数", tone="info")]
