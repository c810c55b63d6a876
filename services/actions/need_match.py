"""Matching a need: proposed to agencies, specialists and owners of instruments, who accept or do not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone

from ledger import moves
from ledger.errors import Refused
from ledger.journal import record
from services import matching
from services.actions.need import tell_company
from services.models import Need, NeedMatch
from services.queries.need_match import RESOURCES, candidates, wanted
from services.states.need import SERVE, NeedState, ServiceMode

OPEN_TO_MATCHES = frozenset({NeedState.ASSESSED, NeedState.MATCHED})


@transaction.atomic
def propose_matches(need: Need, *, actor: Any, keys: Collection[str], at: dt.datetime | None = None) -> list[NeedMatch]:
    """Ask those of `keys` ("agency:7"), with what speaks for them now kept. The station's own people and instruments need
    not be asked and are taken at once. Where the station serves the need itself, it is matched thereby, with or without
    anybody named.

    Raises Refused: `not_allowed`, `wrong_state`, `nobody_chosen`, `not_fit`.
    """
    at = at or timezone.now()
    moves.require(actor, SERVE, "提出对接", need)
    row = moves.lock(need)
    if row.state not in OPEN_TO_MATCHES:
        raise Refused("wrong_state", f"现在的状态是「{row.get_state_display()}」，不能提出对接。请刷新页面。")
    own = row.mode != ServiceMode.AGENCY
    if not keys and not (own and row.state == NeedState.ASSESSED):
        raise Refused("nobody_chosen", "请至少选择一个。", field="keys")
    looked_for = wanted(row, at)
    fit = {
        proposal.candidate.key: proposal
        for group in candidates(row, row.station).values()
        for proposal in matching.propose(looked_for, group)
    }
    if unknown := set(keys) - fit.keys():
        raise Refused("not_fit", f"有 {len(unknown)} 个已经不在可选范围内，请刷新页面重新选择。", field="keys")
    made = [keep(row, fit[key], actor=actor, at=at) for key in sorted(keys)]
    for match in made:
        if match.agency_id is None and match.resource.station_id == row.station_id:
            moves.apply(match, "accept", actor=actor, at=at, answer="本站资源", answered_at=at)
    if own and row.state == NeedState.ASSESSED:
        moves.apply(need, "match", actor=actor, at=at, facts={"matches": [match.pk for match in made]})
    return made


def keep(need: Need, proposal: matching.Proposal, *, actor: Any, at: dt.datetime) -> NeedMatch:
    what, _, pk = proposal.candidate.key.partition(":")
    match = NeedMatch.objects.create(
        need=need,
        points=proposal.points,
        reasons=[[reason.words, reason.points, reason.most] for reason in proposal.reasons],
        proposed_at=at,
        proposed_by=actor,
        **{what: RESOURCES[what].objects.get(pk=pk)},
    )
    record(match, "propose", actor=actor, at=at, after=match.state, facts={"need": need.pk, "points": match.points})
    return match


@transaction.atomic
def accept_match(match: NeedMatch, *, actor: Any, answer: str = "", at: dt.datetime | None = None) -> None:
    """Write down that the other side accepts; an agency's yes matches the need. Raises Refused: `not_allowed`,
    `wrong_state`."""
    at = at or timezone.now()
    need = moves.lock(match.need)
    if need.state not in OPEN_TO_MATCHES:
        raise Refused("wrong_state", f"需求现在的状态是「{need.get_state_display()}」，不能再登记答复。")
    moves.apply(match, "accept", actor=actor, at=at, answer=answer.strip(), answered_at=at)
    if need.state == NeedState.ASSESSED and match.agency_id:
        moves.apply(need, "match", actor=actor, at=at, facts={"matches": [match.pk]})
        words = f"{need.station}已为您对接{match.agency}，接下来制定服务方案、签订服务合同。"
        tell_company(need, f"matched:{match.pk}", "您的服务需求已对接服务机构", words, at=at)


@transaction.atomic
def decline_match(match: NeedMatch, *, actor: Any, reason: str, at: dt.datetime | None = None) -> None:
    """Write down that the other side does not accept, and why. Raises Refused: `not_allowed`, `wrong_state`,
    `reason_missing`."""
    at = at or timezone.now()
    moves.apply(match, "decline", actor=actor, at=at, reason=reason, answer=reason.strip(), answered_at=at)
