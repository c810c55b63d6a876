"""Agencies and their qualifications, for the pages and for matching."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from ledger.models import StoredFile
from services.models import Agency, Qualification
from services.queries.library import in_force_on, items_visible_to, of_station, shared_with, usable_by
from services.states.library import QUALIFIED_KINDS
from stations.models import Station


def agencies_visible_to(user: Any) -> QuerySet[Agency]:
    """In full, with their qualifications."""
    return items_visible_to(Agency, user).prefetch_related("qualifications")


def shared_agencies(user: Any) -> QuerySet[Agency]:
    """Those of other stations; to be shown masked."""
    return shared_with(Agency, user).prefetch_related("qualifications")


def qualifications_visible_to(user: Any) -> QuerySet[Qualification]:
    rows = Qualification.objects.select_related("agency__station", "file")
    seen = of_station(user, "agency__station")
    return rows if seen is None else rows.filter(seen)


def certificate_of(agency: Agency) -> QuerySet[StoredFile]:
    """The certificate files of an agency that one may see."""
    return StoredFile.objects.filter(pk__in=agency.qualifications.exclude(file=None).values("file"))


def agencies_for(station: Station, kind: str, at: dt.datetime) -> QuerySet[Agency]:
    """Agencies to which this station can bring a need of this service kind at `at`: its own and those shared with it,
    in use, that serve the kind and whose qualification for it is in force. Where the law asks for none
    (QUALIFIED_KINDS) and none is entered for the kind, none is needed. Each has `in_force`: its qualifications for the
    kind on that day."""
    day = timezone.localdate(at)
    for_kind = Qualification.objects.filter(kinds__contains=[kind])
    in_force = for_kind.filter(in_force_on(day))
    of_agency = Q(agency=OuterRef("pk"))
    qualified = Q(Exists(in_force.filter(of_agency)))
    if kind not in QUALIFIED_KINDS:
        qualified |= ~Q(Exists(for_kind.filter(of_agency)))
    rows = usable_by(Agency, station).filter(qualified, kinds__contains=[kind])
    return rows.prefetch_related(Prefetch("qualifications", in_force, to_attr="in_force")).order_by("name", "pk")
