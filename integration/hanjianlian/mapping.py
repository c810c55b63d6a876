"""Our things as documents of the contract: the one place where the platform's names for them stand. Only what our public
pages show as well: no contact, no person."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from integration.states.hanjianlian import DocumentKind, PulledKind
from ledger.models import Seal
from ledger.sealing import instant, published
from stations.models import Certificate, Station, Title
from stations.states import TitleState

# Addresses under the platform's base address
PATHS: dict[str, str] = {
    DocumentKind.STATION: "stations",
    DocumentKind.CERTIFICATE: "certificates",
    DocumentKind.SEAL: "seals",
    PulledKind.ONLINE_SERVICE: "online-services",
    PulledKind.RECEIPT: "anchor-receipts",
}


def station_document(station: Station) -> dict[str, Any]:
    """服务站. Needs organisation, district, abilities, industries and `known_titles` fetched."""
    return {
        "type": "station",
        "id": str(station.pk),
        "name": station.name,
        "organisation": {"name": station.organisation.name, "credit_code": station.organisation.credit_code},
        "district": {"code": station.district.code, "name": station.district.name},
        "address": station.address,
        "window": station.window,
        "opening_hours": station.opening_hours,
        "phone": station.phone,
        "introduction": station.introduction,
        "commitment": station.commitment,
        "abilities": sorted({ability.kind for ability in station.abilities.all()}),
        "industries": sorted(industry.name for industry in station.industries.all()),
        "titles": [title_part(title) for title in sorted(station.known_titles, key=lambda title: title.pk)],  # type: ignore[attr-defined]
        "url": settings.SITE_URL + station.get_absolute_url(),
    }


def title_part(title: Title) -> dict[str, Any]:
    certificate: Certificate | None = getattr(title, "certificate", None)
    return {
        "number": title.number,
        "level": str(title.level),
        **standing(title),
        "certificate": certificate.number if certificate else None,
    }


def standing(title: Title) -> dict[str, Any]:
    """Whether a title holds, and if not, since when and by what."""
    ended = title.ended_at
    return {
        "state": str(title.state),
        "awarded_at": instant(title.awarded_at),
        "ended_at": instant(ended) if ended else None,
        "ended_article": title.ended_article or None,
        "ended_decision": title.ended_decision or None,
    }


def certificate_document(certificate: Certificate) -> dict[str, Any]:
    """证书. Needs title, station and organisation fetched."""
    title = certificate.title
    return {
        "type": "certificate",
        "id": certificate.number,
        "station": str(title.station_id),
        "station_name": title.station.name,
        "organisation": {
            "name": title.station.organisation.name,
            "credit_code": title.station.organisation.credit_code,
        },
        "title": title.number,
        "level": str(title.level),
        "valid": title.state == TitleState.ACTIVE,
        **standing(title),
        "issued_at": instant(certificate.issued_at),
        "basis": title.basis,
        "url": settings.SITE_URL + certificate.get_absolute_url(),
    }


def seal_document(seal: Seal) -> dict[str, Any]:
    """台账封存: what is to be anchored is `hash`, which carries `root` and the seal before."""
    return {"type": "seal", "id": str(seal.number), **published(seal)}


def label_of(document: dict[str, Any]) -> str:
    """A document in words, for our own lists."""
    if document["type"] == "seal":
        return f"第 {document['number']} 号封存"
    return document["name" if document["type"] == "station" else "station_name"]
