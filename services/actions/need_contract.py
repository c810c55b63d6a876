"""一企一策 and contract: what is done for this company, and on what terms; then the service begins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from ledger import moves
from ledger.errors import Refused
from ledger.files import store_upload
from ledger.journal import record
from services.actions.need import close_matches, tell_company
from services.models import CaseNumber, Contract, ContractItem, Need, ServicePlan
from services.states.library import SMALL_FIRMS, CompanySize
from services.states.need import IN_HAND, SERVE, MatchState, NeedState, ServiceMode
from stations.models import Station

ZERO = Decimal(0)
Line = tuple[str, Decimal]  # what is done, and its price in yuan


@transaction.atomic
def write_plan(
    need: Need, *, actor: Any, situation: str, goal: str, measures: str, at: dt.datetime | None = None
) -> ServicePlan:
    """Write the plan for this company, or write it anew; the journal keeps what it was. Raises Refused: `not_allowed`,
    `wrong_state`, `plan_incomplete`."""
    at = at or timezone.now()
    moves.require(actor, SERVE, "制定服务方案", need)
    row = moves.lock(need)
    if row.state not in IN_HAND:
        raise Refused("wrong_state", f"现在的状态是「{row.get_state_display()}」，不能制定服务方案。")
    said = {"situation": situation.strip(), "goal": goal.strip(), "measures": measures.strip()}
    for field, text in said.items():
        if not text:
            raise Refused("plan_incomplete", "请写明企业的问题、服务目标和服务措施。", field=field)
    former = ServicePlan.objects.filter(need=row).values(*said).first()
    plan, _ = ServicePlan.objects.update_or_create(need=row, defaults={**said, "written_at": at, "written_by": actor})
    facts = {"before": former} if former else {}
    record(row, "plan", actor=actor, at=at, before=row.state, after=row.state, facts=facts)
    return plan


@transaction.atomic
def sign_contract(
    need: Need,
    *,
    actor: Any,
    size: str,
    signed_on: dt.date,
    ends_on: dt.date,
    items: Sequence[Line],
    discount: Decimal | None = None,
    discount_reason: str = "",
    file: UploadedFile,
    at: dt.datetime | None = None,
) -> Contract:
    """Enter the contract as it was signed; the case has its number from now on. Raises Refused: `not_allowed`,
    `wrong_state`, `plan_missing`, and as `refuse_terms` and store_upload do."""
    at, discount = at or timezone.now(), discount or ZERO
    row = moves.lock(need)
    if not ServicePlan.objects.filter(need=row).exists():
        raise Refused("plan_missing", "请先制定服务方案（一企一策），再签订服务合同。")
    fee = sum((amount for _, amount in items), ZERO)
    refuse_terms(size, signed_on, ends_on, items, fee, discount, discount_reason, at)
    moves.apply(need, "contract", actor=actor, at=at, facts={"fee": str(fee), "discount": str(discount)})
    number = number_case(row, row.station, at=at)
    agencies = need.matches.filter(state=MatchState.ACCEPTED, agency__isnull=False).select_related("agency")
    contract = Contract.objects.create(
        need=need,
        client_name=need.company,
        client_code=need.credit_code,
        provider=row.station.organisation.name,
        agency_name="、".join(str(match.agency) for match in agencies)[:300],
        size=size,
        signed_on=signed_on,
        ends_on=ends_on,
        fee=fee,
        discount=discount,
        discount_reason=discount_reason.strip() if discount else "",
        file=stored(file, "file", actor=actor, at=at),
        recorded_at=at,
        recorded_by=actor,
    )
    ContractItem.objects.bulk_create(
        ContractItem(contract=contract, position=place, name=name.strip(), amount=amount)
        for place, (name, amount) in enumerate(items, start=1)
    )
    close_matches(need, at=at)
    tell_company(need, "contracted", "服务合同已签订", f"档案号 {number}。{need.station}将按合同提供服务。", at=at)
    return contract


def refuse_terms(
    size: str,
    signed_on: dt.date,
    ends_on: dt.date,
    items: Sequence[Line],
    fee: Decimal,
    discount: Decimal,
    discount_reason: str,
    at: dt.datetime,
) -> None:
    """Raises Refused: `size_missing`, `date_to_come`, `dates_crossed`, `items_missing`, `item_wrong`,
    `discount_too_much`, `discount_for_small`, `discount_reason_missing`."""
    if size not in CompanySize.values:
        raise Refused("size_missing", "请选择企业规模。", field="size")
    if signed_on > timezone.localdate(at):
        raise Refused("date_to_come", "签订日期还没有到，请核对。", field="signed_on")
    if ends_on < signed_on:
        raise Refused("dates_crossed", "约定完成日期早于签订日期，请核对。", field="ends_on")
    if not items:
        raise Refused("items_missing", "请至少填写一项服务事项。", field="item_1")
    for place, (name, amount) in enumerate(items, start=1):
        if not name.strip() or amount < 0:
            raise Refused("item_wrong", f"第 {place} 项要有名称，金额不小于 0（免费的填 0）。", field=f"item_{place}")
    if discount < 0 or discount > fee:
        raise Refused("discount_too_much", "减免金额应在 0 和服务费合计之间，请核对。", field="discount")
    if discount and size not in SMALL_FIRMS:
        raise Refused("discount_for_small", "减免只适用于小型、微型企业，请核对企业规模。", field="discount")
    if discount and not discount_reason.strip():
        raise Refused("discount_reason_missing", "请写明减免的依据。", field="discount_reason")


def stored(file: UploadedFile, field: str, *, actor: Any, at: dt.datetime) -> Any:
    try:
        return store_upload(file, actor=actor, at=at)
    except Refused as refusal:
        raise Refused(refusal.code, refusal.message, field=field) from refusal


def number_case(need: Need, station: Station, *, at: dt.datetime) -> CaseNumber:
    """The next number of the station and year; the database gives it (migration `need_work_guards`)."""
    number = CaseNumber.objects.create(need=need, station=station, year=timezone.localdate(at).year, given_at=at)
    number.refresh_from_db()
    return number


@transaction.atomic
def start_service(need: Need, *, actor: Any, at: dt.datetime | None = None) -> None:
    """Begin. What the station does on the spot begins without a contract and has its number from here.

    Raises Refused: `not_allowed`, `wrong_state`, `contract_needed`.
    """
    at = at or timezone.now()
    row = moves.lock(need)
    if row.state == NeedState.CONTRACTED:
        moves.apply(need, "start", actor=actor, at=at)
        return
    if row.state in {NeedState.ASSESSED, NeedState.MATCHED} and row.mode != ServiceMode.AT_ONCE:
        raise Refused("contract_needed", "只有本站当场服务的可以不签合同，请先对接资源、签订服务合同。")
    moves.apply(need, "serve_at_once", actor=actor, at=at)
    number_case(row, row.station, at=at)
    close_matches(need, at=at)
