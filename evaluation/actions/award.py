"""The end of a round: one person proposes a conclusion, another approves it, and then all of it happens at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

import measures
from accounts.actions import notify
from evaluation.actions.notices import publish_award_notice
from evaluation.actions.ranking import keep_decision
from evaluation.announcement import title_name
from evaluation.conclusion import FATE_LABELS, Fate, Plan
from evaluation.models import Conclusion, Entry, PublicNotice, Round, TieDecision
from evaluation.queries.award import plan_of, ranking_of
from evaluation.states import ConclusionState, NoticeKind, NoticeState, RoundState
from ledger import moves
from ledger.canonical import fingerprint
from ledger.documents import render_pdf
from ledger.errors import Refused
from ledger.files import store_bytes
from ledger.journal import record
from ledger.models import EventKind, StoredFile
from stations.actions import award_title, end_title, issue_certificate
from stations.actions.event import publish_title
from stations.models import Title
from stations.queries.members import people_of
from stations.states import TitleState

CONCLUDABLE = {RoundState.IN_NOTICE, RoundState.CONCLUDED}
# What each fate does to the entry; the others leave it as it is
MOVES = {Fate.AWARD: "award", Fate.RETAIN: "retain", Fate.DELIST: "delist", Fate.REFUSE: "refuse"}
ANNOUNCED = (Fate.AWARD, Fate.RETAIN, Fate.DELIST)


@transaction.atomic
def propose_conclusion(
    round: Round, *, actor: Any, at: dt.datetime | None = None, document_number: str = ""
) -> Conclusion:
    """Put the plan, as it follows from notice, objections and free places now, before somebody else for approval.

    Raises Refused: `not_allowed`, `wrong_state`, `notice_open`, `tie_undecided`, `nothing_to_conclude`,
    `already_proposed`, `no_free_slot`.
    """
    at = at or timezone.now()
    moves.require(actor, "evaluation.propose_conclusion", "拟定结论", round)
    row = moves.lock(round)
    found = checked_plan(row, at)
    if row.conclusions.filter(state=ConclusionState.PROPOSED).exists():
        raise Refused("already_proposed", "已有一份结论等待审批，请等审批人批准或退回。")
    items = [item.as_json() for item in found.items]
    conclusion = Conclusion.objects.create(
        round=row,
        plan=items,
        plan_sha256=fingerprint(items),
        document_number=document_number.strip(),
        proposed_by=actor,
        proposed_at=at,
    )
    record(conclusion, "propose", actor=actor, at=at, after=conclusion.state, facts={"plan_sha256": fingerprint(items)})
    return conclusion


def checked_plan(round: Round, at: dt.datetime) -> Plan:
    """The plan, if the round is ripe for it: every result notice is over, no tie waits, something is to be done."""
    if round.state not in CONCLUDABLE:
        raise Refused("wrong_state", f"本轮评价现在是「{round.get_state_display()}」，公示期满以后才能作出结论。")
    notices = PublicNotice.objects.filter(round=round, kind=NoticeKind.RESULT).exclude(state=NoticeState.DRAFT)
    if not notices.exists() or notices.exclude(state=NoticeState.CLOSED).exists():
        raise Refused("notice_open", "评价结果还在公示期内，公示期满以后才能作出结论。")
    found = plan_of(round)
    if found.ties:
        raise Refused("tie_undecided", "异议处理以后，有并列的参评对象正好处在名额或等次的边界，请先记录集体决定。")
    if not any(item.fate in MOVES for item in found.items):
        raise Refused("nothing_to_conclude", "没有可以作出结论的参评对象：其余对象的异议尚未办结。")
    return found


@transaction.atomic
def decide_tie_again(
    round: Round,
    *,
    actor: Any,
    at: dt.datetime | None = None,
    boundary: str,
    order: Sequence[int],
    reason: str,
    minutes: UploadedFile | StoredFile,
) -> TieDecision:
    """The collective decision on a tie that objections brought to a boundary after public notice.

    Raises Refused as decide_tie does.
    """
    at = at or timezone.now()
    moves.require(actor, "evaluation.propose_conclusion", "记录集体决定", round)
    row = moves.lock(round)
    if row.state not in CONCLUDABLE:
        raise Refused("wrong_state", "本轮评价还没有到作出结论的时候，请刷新页面查看。")
    tied = next((list(tie.entries) for tie in plan_of(row).ties if tie.boundary == boundary), None)
    return keep_decision(
        ranking_of(row), tied, actor=actor, at=at, boundary=boundary, order=order, reason=reason, minutes=minutes
    )


@transaction.atomic
def approve_conclusion(conclusion: Conclusion, *, actor: Any, at: dt.datetime | None = None) -> Conclusion:
    """Approve, by another person than proposed, and carry out: delist, free, award by rank, promote reserves, certify,
    announce, tell everybody. All of it or nothing; approving twice does it once.

    Raises Refused: `not_allowed`, `wrong_state`, `plan_changed` when it is no longer what was proposed.
    """
    at = at or timezone.now()
    row = moves.lock(conclusion)
    if row.state == ConclusionState.EXECUTED and row.decided_by == actor:
        return row
    round = moves.lock(row.round)
    moves.apply(row, "approve", actor=actor, at=at, decided_by=actor, decided_at=at)
    found = checked_plan(round, at)
    if fingerprint([item.as_json() for item in found.items]) != row.plan_sha256:
        raise Refused("plan_changed", "拟结论之后情况有变（例如新的异议或名额变动），请退回，由拟办人重新拟定。")
    execute(round, found, row, actor=actor, at=at)
    if round.state == RoundState.IN_NOTICE:
        moves.apply(round, "conclude", actor=actor, at=at, facts={"conclusion": row.pk})
    return row


@transaction.atomic
def reject_conclusion(conclusion: Conclusion, *, actor: Any, at: dt.datetime | None = None, reason: str) -> Conclusion:
    """Send a proposed conclusion back with the reason. Raises Refused: `not_allowed`, `wrong_state`, `reason_missing`."""
    at = at or timezone.now()
    moves.apply(conclusion, "reject", actor=actor, at=at, reason=reason, decided_by=actor, decided_at=at)
    notify(
        [conclusion.proposed_by],
        at=at,
        key=f"conclusion:{conclusion.pk}:rejected",
        subject=f"{conclusion.round}的结论已退回",
        body=f"理由：{reason}",
        url=f"/conclusions/{conclusion.pk}/",
    )
    return conclusion


def execute(round: Round, found: Plan, conclusion: Conclusion, *, actor: Any, at: dt.datetime) -> None:
    """Delistings first: they free the places that the awards take."""
    basis = f"{round.name}；{conclusion.document_number}".rstrip("；")
    entries = {
        entry.pk: entry
        for entry in round.entries.filter(pk__in=[item.entry for item in found.items]).select_related(
            "station__organisation", "station__district", "dossier__title__slot"
        )
    }
    rank = [Fate.DELIST, Fate.REFUSE, Fate.RETAIN, Fate.AWARD]
    doing = sorted((item for item in found.items if item.fate in MOVES), key=lambda item: rank.index(item.fate))
    for item in doing:
        entry = entries[item.entry]
        facts = {"conclusion": conclusion.pk, "tier": item.tier, "promoted": item.promoted}
        reason = FATE_LABELS[Fate.REFUSE] if item.fate is Fate.REFUSE else ""
        moves.apply(entry, MOVES[item.fate], actor=actor, at=at, reason=reason, facts=facts)
        if item.fate is Fate.DELIST:
            delist(entry, basis, conclusion, actor=actor, at=at)
        elif item.fate is Fate.AWARD:
            title = award_title(entry.station, actor=actor, at=at, basis=basis, measure=round.measure)
            issue_certificate(title, actor=actor, at=at)
        elif item.fate is Fate.RETAIN:
            tell_retained(entry, at=at)
    announce(round, found, entries, conclusion, actor=actor, at=at)
    for item in found.items:
        tell(entries[item.entry], item.fate, conclusion, at=at)


def delist(entry: Entry, basis: str, conclusion: Conclusion, *, actor: Any, at: dt.datetime) -> None:
    """End the title on whose self-assessment the entry was evaluated, unless it ended in another way meanwhile."""
    title = entry.dossier.title  # type: ignore[union-attr]  # only titled entries are delisted
    if title.state != TitleState.ACTIVE:
        return
    number = decision_number(conclusion)
    end_title(
        title,
        move="delist",
        actor=actor,
        at=at,
        article="第十九条",
        decision=number,
        reason=f"{basis}：年度评价不合格",
        paper=print_delisting(title, conclusion, number, actor=actor, at=at),
        facts={"conclusion": conclusion.pk},
    )


def tell_retained(entry: Entry, *, at: dt.datetime) -> None:
    """Let the world know that the title stands another year, unless it ended in another way meanwhile."""
    title = entry.dossier.title  # type: ignore[union-attr]  # only titled entries are retained
    if title.state == TitleState.ACTIVE:
        publish_title(EventKind.STATION_RETAINED, title, at=at)


def decision_number(conclusion: Conclusion) -> str:
    """The 发文字号 that was typed, or else the conclusion's own number in this system."""
    return conclusion.document_number or f"{conclusion.round.year}年度评价结论第{conclusion.pk}号"


def print_delisting(title: Title, conclusion: Conclusion, number: str, *, actor: Any, at: dt.datetime) -> StoredFile:
    """The decision as a paper, for the station that loses the title (Art 19)."""
    measure = measures.load(conclusion.round.measure)
    content = {
        "title": f"关于对{title.station.name}予以摘牌的决定",
        "document_number": number,
        "measure": measure,
        "title_name": title_name(measure),
        "authority": measure.text.authority,
        "held": title,
        "station": title.station,
        "round": conclusion.round,
        "signed_on": timezone.localtime(at),
    }
    pdf = render_pdf("documents/delisting.html", content)
    return store_bytes(pdf, name=f"摘牌决定-{title.number}.pdf", content_type="application/pdf", actor=actor, at=at)


def announce(
    round: Round, found: Plan, entries: dict[int, Entry], conclusion: Conclusion, *, actor: Any, at: dt.datetime
) -> PublicNotice:
    """The public announcement of Art 15(5): who is awarded, who keeps the title, who is delisted."""
    rows = []
    for item in found.items:
        if item.fate in ANNOUNCED:
            station = entries[item.entry].station
            rows.append(
                {
                    "entry": item.entry,
                    "station": station.name,
                    "organisation": station.organisation.name,
                    "credit_code": station.organisation.credit_code,
                    "district": station.district.name,
                    "track": entries[item.entry].track,
                    "track_label": entries[item.entry].get_track_display(),
                    "outcome": str(item.fate),
                    "label": FATE_LABELS[item.fate],
                }
            )
    title = title_name(measures.load(round.measure))
    return publish_award_notice(
        round,
        actor=actor,
        at=at,
        title=f"关于{round.year}年度{title}评价结果的公告",
        body=announcement(round, found, title),
        entries=rows,
        document_number=conclusion.document_number,
    )


def announcement(round: Round, found: Plan, title: str) -> str:
    said = [
        f"{label} {found.count(fate)} 个"
        for fate, label in ((Fate.AWARD, "授予称号"), (Fate.RETAIN, "保留称号"), (Fate.DELIST, "予以摘牌"))
        if found.count(fate)
    ]
    held = found.count(Fate.HELD)
    later = f"\n另有 {held} 个参评对象的异议尚未办结，办结后另行公布。" if held else ""
    return (
        f"根据本办法第十五条、第十九条，经评价和公示，现公布{round.year}年度{title}评价结果：{'，'.join(said)}。{later}"
    )


WORDS = {
    Fate.AWARD: ("获得称号", "评价结果已公布，{station}获得称号，证书可以在“我的服务站”下载。"),
    Fate.RETAIN: ("保留称号", "评价结果已公布，{station}通过年度评价，保留称号。"),
    Fate.DELIST: ("予以摘牌", "评价结果已公布，{station}年度评价不合格，按办法第十九条予以摘牌。决定书可以下载。"),
    Fate.REFUSE: ("不予通过", "对{station}的异议经核查成立，本轮不予通过。"),
    Fate.HELD: ("暂缓", "对{station}的异议还在核查，结果另行通知。"),
    Fate.RESERVE: ("候补", "{station}合格，但本轮没有空余名额，列为候补。"),
    Fate.FAILED: ("未通过", "{station}本轮评价未达到合格分数线。"),
}


def tell(entry: Entry, fate: Fate, conclusion: Conclusion, *, at: dt.datetime) -> None:
    """Everybody is told, also those for whom nothing changed."""
    subject, body = WORDS[fate]
    url = "/notices/"
    if fate is Fate.DELIST:
        url = reverse("stations:title_decision", args=[entry.dossier.title_id])  # type: ignore[union-attr]  # titled
    notify(
        people_of(entry.station.organisation),
        at=at,
        key=f"conclusion:{conclusion.pk}:entry:{entry.pk}",
        subject=f"{conclusion.round.name}结果：{subject}",
        body=body.format(station=f"「{entry.station.name}」"),
        url=url,
    )
