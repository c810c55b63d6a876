"""Online services and anchoring receipts are pulled from the platform, page by page, from where the last turn ended.

Each page is taken in one transaction, so that a turn that fails loses nothing and the next one takes nothing twice. What
cannot be taken is refused by itself, with its reason, and judged again at each turn: a station may have come meanwhile.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.actions import notify
from accounts.queries.people import people_with
from accounts.states import Role
from integration.hanjianlian import mapping
from integration.hanjianlian.client import Platform, Trouble, is_configured
from integration.hanjianlian.reading import (
    LONGEST_RAW,
    ToldReceipt,
    ToldService,
    Unfit,
    key_of,
    read_receipt,
    read_service,
    spelt,
)
from integration.models import AnchorReceipt, PullState, RefusedItem
from integration.states.hanjianlian import PulledKind, Verdict
from ledger import moves
from ledger.errors import Refused
from ledger.journal import record
from ledger.models import Seal
from ledger.queue import wake, wake_on_commit
from ledger.turns import turn
from stations.actions.online_service import keep_online_services
from stations.models import OnlineService, Station
from stations.states import Platform as OnlinePlatform

TASK = "integration.tasks.pull_hanjianlian"
EVERY = dt.timedelta(minutes=10)
# Seconds until the next turn after one that failed; the last one again and again
PAUSES = (60, 120, 300, 600, 1_800, 3_600)
JUDGED_AGAIN = 1_000  # refused items that one turn looks at again
Taken = tuple[list[Any], dict[str, tuple[str, str]]]  # what can be taken, and {key: (reason, raw)} of the rest


def wake_pulls(at: dt.datetime) -> int:
    """Wake a worker when a turn is due. Returns how many kinds are; none where no platform is configured."""
    if not is_configured():
        return 0
    due = len(due_kinds(at))
    if due:
        wake(TASK)
    return due


def due_kinds(at: dt.datetime) -> list[PulledKind]:
    later = set(PullState.objects.filter(next_at__gt=at).values_list("kind", flat=True))
    return [kind for kind in PulledKind if kind.value not in later]


@dataclass
class Turn:
    taken: int = 0
    refused: int = 0


def pull_due(at: dt.datetime | None = None) -> dict[str, Turn]:
    """Pull every kind that is due: {kind: what came of it}, without those that failed. Nothing while another worker is
    at it."""
    with turn("hanjianlian:pull") as ours:
        if not (ours and is_configured()):
            return {}
        platform = Platform()
        done = {kind.value: pull(platform, kind) for kind in due_kinds(at or timezone.now())}
        return {kind: came for kind, came in done.items() if came is not None}


def pull(platform: Platform, kind: PulledKind) -> Turn | None:
    """One turn of one kind, None when the platform failed: what came before is kept, the next turn begins where this did."""
    at, came = timezone.now(), Turn()
    state, _ = PullState.objects.get_or_create(kind=kind, defaults={"next_at": at})
    until = None
    try:
        for number, page in enumerate(platform.pages(mapping.PATHS[kind], since=state.since)):
            until = page.complete_until if number == 0 else until
            taken, refused = take_page(kind, page.items, at=timezone.now())
            came.taken, came.refused = came.taken + taken, came.refused + refused
    except Trouble as trouble:
        pause = max(dt.timedelta(seconds=PAUSES[min(state.failures, len(PAUSES) - 1)]), trouble.pause)
        PullState.objects.filter(pk=state.pk).update(
            failures=state.failures + 1,
            next_at=timezone.now() + pause,
            last_at=at,
            last_status=trouble.status,
            last_problem=trouble.problem,
        )
        return None
    came.taken += judge_again(kind)
    end = timezone.now()
    said = {"last_at": at, "done_at": end, "failures": 0, "last_status": 200, "last_problem": "", **vars(came)}
    ours = PullState.objects.filter(pk=state.pk)
    # a platform whose clock is ahead does not make us miss what changes meanwhile
    on_time = {"since": min(until, at) if until else state.since, "next_at": end + EVERY}
    if not ours.filter(since=state.since).update(**said, **on_time):
        ours.update(**said)  # somebody has asked meanwhile to begin anew
    return came


@transaction.atomic
def take_page(kind: PulledKind, items: Sequence[Any], *, at: dt.datetime) -> tuple[int, int]:
    """(taken, refused) of one page. The number of statements does not grow with the page."""
    fit, unfit = judged(kind, items, at)
    kept = keep_services(fit, at) if kind == PulledKind.ONLINE_SERVICE else keep_receipts(fit, unfit, at)
    keep_refused(kind, unfit, at)
    settle(kind, {told.number for told in fit} - unfit.keys(), at)
    return kept, len(unfit)


def judged(kind: PulledKind, items: Iterable[Any], at: dt.datetime) -> Taken:
    """What is of the right form and speaks of things that we have, and what is not, with the reason."""
    read = read_service if kind == PulledKind.ONLINE_SERVICE else read_receipt
    fit: list[Any] = []
    unfit: dict[str, tuple[str, str]] = {}
    for raw in items:
        try:
            told = read(raw, at=at)
        except Unfit as wrong:
            unfit[key_of(raw)] = (str(wrong), kept_raw(raw))
        except RecursionError:
            unfit[f"deep {len(unfit)}"] = ("内容嵌套过深。", "")
        else:
            fit.append(told)
    if kind == PulledKind.ONLINE_SERVICE:
        fit = of_known_stations(fit, unfit)
    return fit, unfit


def kept_raw(raw: Any) -> str:
    said = spelt(raw)
    return said if len(said) <= LONGEST_RAW else ""


def of_known_stations(told: list[ToldService], unfit: dict[str, tuple[str, str]]) -> list[ToldService]:
    """Those of a station of ours and of its own organisation; the others are put to the unfit."""
    codes = dict(
        Station.objects.filter(pk__in={one.station for one in told}).values_list("pk", "organisation__credit_code")
    )
    fit = []
    for one in told:
        if one.station not in codes:
            unfit[one.number] = (f"本门户没有编号为 {one.station} 的服务站。", one.raw)
        elif codes[one.station] != one.credit_code:
            why = f"统一社会信用代码 {one.credit_code} 与编号为 {one.station} 的服务站的建设主体不一致。"
            unfit[one.number] = (why, one.raw)
        else:
            fit.append(one)
    return fit


def keep_services(told: Iterable[ToldService], at: dt.datetime) -> int:
    return keep_online_services(
        [
            OnlineService(
                platform=OnlinePlatform.HANJIANLIAN,
                number=one.number,
                station_id=one.station,
                content=one.content,
                title=one.title,
                url=one.url,
                online=one.online,
                changed_at=one.changed_at,
                received_at=at,
            )
            for one in told
        ]
    )


def keep_receipts(told: Sequence[ToldReceipt], unfit: dict[str, tuple[str, str]], at: dt.datetime) -> int:
    """Each receipt once, with the verdict against our seal. A number that says something else the second time is put to
    the unfit: a receipt does not change. Who looks after it is told of each that contradicts us."""
    known = {row.number: row for row in AnchorReceipt.objects.filter(number__in={one.number for one in told})}
    seals = {seal.number: seal for seal in Seal.objects.filter(number__in={one.seal for one in told})}
    fresh: dict[str, AnchorReceipt] = {}
    for one in told:
        before = known.get(one.number) or fresh.get(one.number)
        if before is None:
            fresh[one.number] = receipt_of(one, seals.get(one.seal), at)
        elif mark_of(before) != one.mark:
            unfit[one.number] = (f"回执编号已用于第 {before.seal_number} 号封存的另一份回执，回执不能更改。", one.raw)
    AnchorReceipt.objects.bulk_create(fresh.values())
    if wrong := [row for row in fresh.values() if row.verdict != Verdict.MATCHES]:
        tell_of(wrong, at)
    return len(fresh)


def receipt_of(told: ToldReceipt, seal: Seal | None, at: dt.datetime) -> AnchorReceipt:
    same = seal is not None and told.root == seal.root and told.hash in {"", seal.hash}
    return AnchorReceipt(
        number=told.number,
        seal_number=told.seal,
        seal=seal,
        root=told.root,
        hash=told.hash,
        reference=told.reference,
        anchored_at=told.anchored_at,
        received_at=at,
        verdict=Verdict.MATCHES if same else Verdict.DIFFERS if seal else Verdict.NO_SUCH_SEAL,
        raw=told.raw,
    )


def mark_of(row: AnchorReceipt) -> str:
    return ToldReceipt(row.number, row.seal_number, row.root, row.hash, row.reference, row.anchored_at).mark


def tell_of(wrong: Sequence[AnchorReceipt], at: dt.datetime) -> None:
    """The system administrators, the auditors and the audit administrators learn of it at once."""
    people = people_with(Role.SYSTEM_ADMIN, Role.AUDITOR, Role.AUDIT_ADMIN)
    for row in wrong:
        notify(
            people,
            key=f"anchor_receipt_{row.number}",
            subject=f"存证回执与台账封存不一致：第 {row.seal_number} 号",
            body=f"汉检链回执 {row.number} 记载的内容：{Verdict(row.verdict).label}。请立即核对是哪一方被改动。",
            url=row.get_absolute_url() if row.pk else "",
            at=at,
        )


# -- What was refused  ----


def keep_refused(kind: PulledKind, unfit: dict[str, tuple[str, str]], at: dt.datetime) -> None:
    """Known by its number: what is refused again says when it was last seen, and is open again."""
    RefusedItem.objects.bulk_create(
        [
            RefusedItem(kind=kind, key=key, reason=reason[:300], raw=raw, first_at=at, last_at=at)
            for key, (reason, raw) in unfit.items()
        ],
        update_conflicts=True,
        unique_fields=["kind", "key"],
        update_fields=["reason", "raw", "last_at", "settled_at"],
    )


def settle(kind: PulledKind, keys: set[str], at: dt.datetime) -> None:
    RefusedItem.objects.filter(kind=kind, key__in=keys, settled_at=None).update(settled_at=at)


@transaction.atomic
def judge_again(kind: PulledKind) -> int:
    """Take what could not be taken before and can be now. Returns how many."""
    at = timezone.now()
    waiting = RefusedItem.objects.filter(kind=kind, settled_at=None).exclude(raw="").order_by("last_at")[:JUDGED_AGAIN]
    items = [json.loads(row.raw) for row in waiting]
    fit, unfit = judged(kind, items, at)
    if not fit:
        return 0
    kept = keep_services(fit, at) if kind == PulledKind.ONLINE_SERVICE else keep_receipts(fit, unfit, at)
    settle(kind, {told.number for told in fit} - unfit.keys(), at)
    return kept


@transaction.atomic
def pull_anew(*, actor: Any, at: dt.datetime | None = None) -> None:
    """Pull everything from the beginning, at once; what is known is not taken twice. Raises Refused: `not_allowed`,
    `not_configured`."""
    at = at or timezone.now()
    moves.require(actor, "integration.manage_hanjianlian", "从汉检链拉取")
    if not is_configured():
        raise Refused(
            "not_configured", "还没有配置汉检链的接口地址和密钥，请先在部署环境中设置 HANJIANLIAN_URL 等变量。"
        )
    for kind in PulledKind:
        state, _ = PullState.objects.select_for_update().get_or_create(kind=kind, defaults={"next_at": at})
        state.since, state.next_at, state.failures = None, at, 0
        state.save(update_fields=["since", "next_at", "failures"])
        record(state, "pull_anew", actor=actor, at=at)
    wake_on_commit(TASK)
