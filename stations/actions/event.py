"""What the world outside is told about titles and certificates: only what stands on their public pages."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.urls import reverse

from ledger.events import publish
from ledger.models import EventKind
from stations.models import Certificate, Title

ENDS = {
    "delist": EventKind.STATION_DELISTED,
    "revoke": EventKind.STATION_REVOKED,
    "terminate": EventKind.STATION_TERMINATED,
}


def publish_title(kind: EventKind, title: Title, *, at: dt.datetime) -> None:
    """Tell that the station got, kept or lost this title, in the transaction in which it did."""
    publish(kind, title.station, title_data(title), at=at)


def title_data(title: Title) -> dict[str, Any]:
    station = title.station
    data = {
        "station": station.pk,
        "name": station.name,
        "organisation": station.organisation.name,
        "credit_code": station.organisation.credit_code,
        "district": station.district.name,
        "title": title.number,
        "level": str(title.level),
        "awarded_at": title.awarded_at,
        "url": settings.SITE_URL + station.get_absolute_url(),
    }
    if title.ended_at:
        data |= {"ended_at": title.ended_at, "article": title.ended_article, "decision": title.ended_decision}
    return data


def publish_certificate(certificate: Certificate, *, at: dt.datetime) -> None:
    """Tell that a certificate was issued, and where its state of today can be looked up."""
    data = {
        "number": certificate.number,
        "title": certificate.title.number,
        "station": certificate.title.station_id,
        "issued_at": certificate.issued_at,
        "url": settings.SITE_URL + reverse("stations:certificate_page", args=[certificate.number]),
    }
    publish(EventKind.CERTIFICATE_ISSUED, certificate, data, at=at)
