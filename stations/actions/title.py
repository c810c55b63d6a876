"""Titles: awarded into the lowest free place, imported from before this system, ended; and the certificate for each."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ledger import moves
from ledger.errors import Refused
from ledger.journal import record
from ledger.models import EventKind, StoredFile
from stations.actions.event import ENDS, publish_certificate, publish_title
from stations.models import Certificate, Slot, SlotCap, Station, Title
from stations.queries.title import free_slots
from stations.states import Level, TitleState

# Serials of our own; an official 发文字号 is typed by staff and looks different (武市监〔2026〕1号)
TITLE_SERIES = "CH"
CERTIFICATE_SERIES = "WHZL"


@transaction.atomic
def award_title(
    station: Station,
    *,
    actor: Any,
    at: dt.datetime | None = None,
    basis: str,
    number: str = "",
    slot: Slot | None = None,
    measure: str | None = None,
) -> Title:
    """Award the city's title: into `slot`, or into the lowest free place. Awards of one measure queue at its cap row.

    `basis` names the round and the paper that it rests on (Art 15(5), 19). `number` is given out when not given.
    Raises Refused: `not_allowed`, `no_free_slot`, `slot_taken`, `already_titled`, `number_taken`.
    """
    at = at or timezone.now()
    moves.require(actor, "stations.award_title", "授予称号", station)
    taken = _take_slot(measure or settings.MEASURE, slot)
    title = _create(station, taken, number=number, awarded_at=at, basis=basis, level=Level.CITY)
    record(title, "award", actor=actor, at=at, after=title.state, facts={"slot": taken.number, "basis": basis})
    publish_title(EventKind.STATION_AWARDED, title, at=at)
    return title


@transaction.atomic
def import_title(
    station: Station,
    *,
    actor: Any,
    at: dt.datetime | None = None,
    awarded_on: dt.date,
    source: str,
    number: str = "",
    level: str = Level.CITY,
    slot: Slot | None = None,
    measure: str | None = None,
) -> Title:
    """Enter a title awarded before this system, with a note of where that is written. City titles count in the cap.

    Raises Refused: `not_allowed`, `source_missing`, `awarded_in_the_future`, and as award_title does.
    """
    at = at or timezone.now()
    moves.require(actor, "stations.import_title", "导入称号", station)
    if not source.strip():
        raise Refused("source_missing", "请写明来源，例如当年的授牌通报文号。", field="source")
    if awarded_on > timezone.localdate(at):
        raise Refused("awarded_in_the_future", "授予日期不能晚于今天，请按授牌文件填写。", field="awarded_on")
    taken = _take_slot(measure or settings.MEASURE, slot) if level == Level.CITY else None
    awarded_at = dt.datetime.combine(awarded_on, dt.time(), timezone.get_default_timezone())
    title = _create(station, taken, number=number, awarded_at=awarded_at, basis=source.strip(), level=level)
    facts = {"slot": taken and taken.number, "source": title.basis, "level": level}
    record(title, "import", actor=actor, at=at, after=title.state, facts=facts)
    publish_title(EventKind.STATION_AWARDED, title, at=at)
    return title


@transaction.atomic
def end_title(
    title: Title,
    *,
    move: str,
    actor: Any,
    at: dt.datetime | None = None,
    article: str,
    decision: str,
    reason: str,
    paper: StoredFile | None = None,
    facts: dict[str, Any] | None = None,
) -> Title:
    """End a title: `move` is delist (Art 19), revoke (Art 18) or terminate. Its place is free from then on.

    `decision` is the number of the paper that decides it (武市监〔2026〕9号), `paper` that paper as PDF.
    Raises Refused: `not_allowed`, `wrong_state`, `reason_missing`, `article_missing`, `decision_missing`.
    """
    at = at or timezone.now()
    if not article.strip():
        raise Refused("article_missing", "请写明依据办法的哪一条。", field="article")
    if not decision.strip():
        raise Refused("decision_missing", "请写明终止称号的决定文号。", field="decision")
    slot = title.slot.number if title.slot else None
    known = {"slot": slot, "article": article, "decision": decision.strip(), **(facts or {})}
    ended = {"ended_at": at, "ended_article": article, "ended_decision": decision.strip(), "ended_paper": paper}
    moves.apply(title, move, actor=actor, at=at, reason=reason, facts=known, **ended)
    publish_title(ENDS[move], title, at=at)
    return title


@transaction.atomic
def issue_certificate(title: Title, *, actor: Any, at: dt.datetime | None = None, number: str = "") -> Certificate:
    """Give an active city title its certificate number; asked twice, the first one stands. The PDF comes later.

    Raises Refused: `not_allowed`, `title_not_active`, `number_taken`.
    """
    at = at or timezone.now()
    moves.require(actor, "stations.award_title", "签发证书", title)
    row = moves.lock(title)
    if issued := Certificate.objects.filter(title=row).first():
        return issued
    if row.state != TitleState.ACTIVE or row.level != Level.CITY:
        raise Refused("title_not_active", "只给有效的市级称号签发证书，这个称号已经终止或不是市级称号。")
    _queue(row.slot.measure)
    number = _number(Certificate, CERTIFICATE_SERIES, number, at)
    certificate = Certificate.objects.create(title=row, number=number, issued_at=at)
    record(certificate, "issue", actor=actor, at=at, facts={"title": row.number, "number": number})
    publish_certificate(certificate, at=at)
    return certificate


def _queue(measure: str) -> None:
    """Wait for the turn: places and serials are given out one at a time."""
    if not SlotCap.objects.select_for_update(no_key=True).filter(measure=measure):
        raise Refused("no_free_slot", "本办法还没有设置名额，请系统管理员先执行 sync_slots。")


def _take_slot(measure: str, wanted: Slot | None) -> Slot:
    _queue(measure)
    free = free_slots(measure)
    slot = free.first() if wanted is None else free.filter(pk=wanted.pk).first()
    if slot is not None:
        return slot
    if wanted is not None and free.exists():
        raise Refused("slot_taken", f"第 {wanted.number} 号名额已被占用，请换一个空名额。", field="slot")
    cap = SlotCap.objects.get(measure=measure).cap
    raise Refused(
        "no_free_slot", f"{cap} 个名额都已授予，没有空名额。有称号摘牌、撤销或终止之后才能再授予（办法第十九条）。"
    )


def _create(station: Station, slot: Slot | None, *, number: str, awarded_at: dt.datetime, **fields: Any) -> Title:
    if station.titles.filter(level=fields["level"], state=TitleState.ACTIVE).exists():
        raise Refused("already_titled", f"「{station}」已有有效的{Level(fields['level']).label}称号，不能重复授予。")
    if slot is None:  # a district title takes no place but does take a serial
        _queue(settings.MEASURE)
    number = _number(Title, TITLE_SERIES, number, awarded_at)
    return Title.objects.create(station=station, slot=slot, number=number, awarded_at=awarded_at, **fields)


def _number(model: Any, series: str, wanted: str, at: dt.datetime) -> str:
    """`wanted` if nobody has it, or the next of the year's series such as WHZL-2026-001. Under the queue's lock."""
    wanted = wanted.strip()
    if wanted:
        if model.objects.filter(number=wanted).exists():
            raise Refused("number_taken", f"编号 {wanted} 已被使用，请核对后换一个。", field="number")
        return wanted
    prefix = f"{series}-{timezone.localtime(at).year}-"
    used = model.objects.filter(number__regex=rf"^{prefix}\d+$").values_list("number", flat=True)
    serial = max((int(number.removeprefix(prefix)) for number in used), default=0) + 1
    return f"{prefix}{serial:03d}"
