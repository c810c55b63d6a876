"""A company's need: taken in, brought to a station, assessed, turned down or withdrawn."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions import notify, notify_address
from ledger import moves
from ledger.actors import Job
from ledger.contacts import sealed
from ledger.errors import Refused
from ledger.journal import record
from ledger.moves import require
from services.catalogue import CATALOGUE
from services.models import Need, NeedContact, ServiceRecord
from services.queries.library import kind_names
from services.queries.need import people_to_serve, service_words
from services.states.need import ENTERED_SOURCES, WITHDRAWABLE, MatchState, NeedSource, NeedState, ServiceMode
from stations.credit_code import validate
from stations.models import District, Station

PUBLIC = Job("public")  # whoever posts without an account
CLOSING = Job("close_matches")  # what is still asked when the contract is signed, or when the need ends
UNKNOWN_SERVICE = "服务目录里没有这一项，请从列表中选择。"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a company says of itself and of what it needs."""

    credit_code: str
    company: str
    contact_name: str
    contact_phone: str
    contact_email: str = ""
    kind: str
    item: str = ""
    text: str
    district: District | None = None
    wanted_on: dt.date | None = None


@transaction.atomic
def post_need(
    *,
    actor: Any,
    at: dt.datetime | None = None,
    station: Station | None = None,
    source: str,
    source_client: str = "",
    external_id: str = "",
    **said: Any,
) -> Need:
    """Take a need in; `said` are the fields of Asked. Without `station` the bureau or the district finds one. The same
    `external_id` of the same machine client gives the need that is there already.

    `actor` is a person, or a Job: of the public, whose e-mail address was verified, or of a machine client, whose right
    was checked. What staff enter is for a station of theirs.

    Raises Refused: `not_allowed`, `source_unknown`, `station_missing`, `company_missing`, `contact_missing`,
    `service_unknown`, `text_missing`, `date_past`, and as `stations.credit_code.validate` does.
    """
    at, asked = at or timezone.now(), Asked(**said)
    if source_client and (known := Need.objects.filter(source_client=source_client, external_id=external_id).first()):
        return known
    refuse_source(source, station, actor)
    refuse_what_is_wrong(asked, at)
    need = Need.objects.create(
        station=station,
        source=source,
        source_client=source_client,
        external_id=external_id,
        credit_code=validate(asked.credit_code),
        company=asked.company.strip(),
        district=asked.district or (station.district if station else None),
        kind=asked.kind,
        item=asked.item,
        text=asked.text.strip(),
        wanted_on=asked.wanted_on,
        received_at=at,
        posted_by=None if isinstance(actor, Job) else actor,
    )
    who = sealed(name=asked.contact_name, phone=asked.contact_phone, email=asked.contact_email)
    NeedContact.objects.create(need=need, kind="organisation", **who)
    facts = {"source": source, "station": station.pk if station else None, "kind": need.kind}
    record(need, "receive", actor=actor, at=at, after=need.state, facts=facts)
    tell_station(need, "received", f"收到{need}", f"{service_words(need)}。请及时评估。", at=at)
    tell_company(need, "received", "已收到您的服务需求", "我们会尽快评估，并与您联系。", at=at)
    return need


def refuse_source(source: str, station: Station | None, actor: Any) -> None:
    if source not in NeedSource.values:
        raise Refused("source_unknown", "请选择需求的来源。", field="source")
    if source in ENTERED_SOURCES:
        if station is None:
            raise Refused("station_missing", "请选择登记到哪个服务站。", field="station")
        require(actor, "services.enter_need", "登记需求", station)


def refuse_what_is_wrong(asked: Asked, at: dt.datetime) -> None:
    if not asked.company.strip():
        raise Refused("company_missing", "请填写企业名称，与营业执照一致。", field="company")
    if not asked.contact_name.strip():
        raise Refused("contact_missing", "请填写联系人，便于服务站与您联系。", field="contact_name")
    if not asked.contact_phone.strip() and not asked.contact_email.strip():
        raise Refused("contact_missing", "请填写联系电话或者邮箱，便于服务站与您联系。", field="contact_phone")
    if asked.kind not in kind_names():
        raise Refused("service_unknown", UNKNOWN_SERVICE, field="kind")
    if asked.item and not belongs(asked.item, asked.kind):
        raise Refused("service_unknown", UNKNOWN_SERVICE, field="item")
    if not asked.text.strip():
        raise Refused("text_missing", "请写明遇到的问题和希望得到的帮助。", field="text")
    if asked.wanted_on and asked.wanted_on < timezone.localdate(at):
        raise Refused("date_past", "希望完成的日期已经过去，请重新填写。", field="wanted_on")


def belongs(item: str, kind: str) -> bool:
    return item in CATALOGUE.by_code and CATALOGUE.item(item).kind == kind


@transaction.atomic
def assign_need(need: Need, *, actor: Any, station: Station, at: dt.datetime | None = None) -> None:
    """Bring the need to a station, or to another one. Raises Refused: `not_allowed`, `wrong_state`, `same_station`."""
    at = at or timezone.now()
    before = moves.lock(need).station_id
    if before == station.pk:
        raise Refused("same_station", "需求已经在这个服务站，请选择另一个。", field="station")
    facts = {"station": station.pk, "before": before}
    moves.apply(need, "assign", actor=actor, at=at, facts=facts, station=station)
    key = f"assigned:{at.isoformat()}"
    tell_station(need, key, f"收到{need}", f"{service_words(need)}。由市、区分派，请及时评估。", at=at)
    tell_company(need, key, "您的服务需求已有服务站办理", f"您的需求由{station}办理，会与您联系。", at=at)


@transaction.atomic
def assess_need(
    need: Need,
    *,
    actor: Any,
    mode: str,
    assessment: str,
    kind: str = "",
    item: str = "",
    appointment_at: dt.datetime | None = None,
    at: dt.datetime | None = None,
) -> None:
    """Say how the need is served: by the station at once or by appointment, or by an agency that it brings in. `kind` and
    `item`, where given, correct what the company chose. May be done again until resources are matched.

    Raises Refused: `not_allowed`, `wrong_state`, `mode_missing`, `assessment_missing`, `appointment_missing`,
    `service_unknown`.
    """
    at = at or timezone.now()
    if mode not in ServiceMode.values:
        raise Refused("mode_missing", "请选择服务方式。", field="mode")
    if not assessment.strip():
        raise Refused("assessment_missing", "请写明评估意见：企业要解决什么，怎样服务。", field="assessment")
    if mode == ServiceMode.APPOINTMENT and (appointment_at is None or appointment_at <= at):
        raise Refused("appointment_missing", "请与企业约好时间，填写以后的预约时间。", field="appointment_at")
    kind, item = kind or need.kind, item or ("" if kind else need.item)
    if kind not in kind_names() or (item and not belongs(item, kind)):
        raise Refused("service_unknown", UNKNOWN_SERVICE, field="service")
    changes: dict[str, Any] = {
        "mode": mode,
        "assessment": assessment.strip(),
        "appointment_at": appointment_at if mode == ServiceMode.APPOINTMENT else None,
        "assessed_at": at,
        "kind": kind,
        "item": item,
    }
    facts = {"mode": mode, "kind": kind, "item": item}
    moves.apply(need, "assess", actor=actor, at=at, facts=facts, **changes)
    words = f"{need.station}已评估您的需求，服务方式：{need.get_mode_display()}。"
    tell_company(need, f"assessed:{at.isoformat()}", "您的服务需求已评估", words, at=at)


@transaction.atomic
def decline_need(need: Need, *, actor: Any, reason: str, at: dt.datetime | None = None) -> None:
    """Turn the need down; the company is told why. Raises Refused: `not_allowed`, `wrong_state`, `reason_missing`."""
    at = at or timezone.now()
    reason = reason.strip()
    moves.apply(need, "decline", actor=actor, at=at, reason=reason, answer=reason, ended_at=at)
    close_matches(need, at=at)
    words = f"{need.station}未能承接您的需求。理由：{reason}\n\n您可以向其他服务站提出。"
    tell_company(need, "declined", "您的服务需求未能承接", words, at=at)


def close_matches(need: Need, *, at: dt.datetime) -> None:
    """Nobody is waited for any more."""
    for match in need.matches.filter(state=MatchState.PROPOSED):
        moves.apply(match, "close", actor=CLOSING, at=at)


@transaction.atomic
def withdraw_need(need: Need, *, actor: Any, reason: str, at: dt.datetime | None = None) -> None:
    """Take the need back: by the company with its number (`actor` PUBLIC) until a contract binds it, later by the station
    when the company says so. What was done stays on file.

    Raises Refused: `not_allowed`, `wrong_state`, `reason_missing`, `bound_by_contract`.
    """
    at = at or timezone.now()
    if actor == PUBLIC and moves.lock(need).state not in {*WITHDRAWABLE, NeedState.WITHDRAWN}:
        raise Refused("bound_by_contract", "服务合同已经签订，需要终止的请与服务站联系。")
    moves.apply(need, "withdraw", actor=actor, at=at, reason=reason.strip(), ended_at=at)
    close_matches(need, at=at)
    tell_station(need, "withdrawn", f"{need}已撤回", f"理由：{reason.strip()}。不再需要办理。", at=at)


@transaction.atomic
def mark_rated(service: ServiceRecord, *, actor: Job, at: dt.datetime) -> None:
    """The company has rated the service that a need came to; of any other service, and of a case that is archived, nothing
    follows. What it said stands with the rating alone."""
    need = Need.objects.filter(delivery__record=service).first()
    if need is not None and moves.lock(need).state == NeedState.DELIVERED:
        moves.apply(need, "rate", actor=actor, at=at)


# -- Who is told  ----


def tell_station(need: Need, event: str, subject: str, body: str, *, at: dt.datetime) -> None:
    notify(
        people_to_serve(need),
        at=at,
        key=f"need:{need.pk}:{event}",
        subject=subject,
        body=body,
        url=need.get_absolute_url(),
    )


def tell_company(need: Need, event: str, subject: str, body: str, *, at: dt.datetime) -> None:
    """By e-mail where there is one; the page of the number says the same."""
    if address := need.contact.email:
        notify_address(
            address,
            at=at,
            key=f"need:{need.pk}:{event}",
            subject=subject,
            body=f"{body}\n\n可凭查询号 {need.number} 在本网站查询办理情况。",
            url=follow_path(need),
        )


def follow_path(need: Need) -> str:
    return reverse("services:need_follow", args=[need.number])
