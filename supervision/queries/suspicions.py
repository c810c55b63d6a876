"""What makes the system suspect a ground of Art 18: named with its facts, never opened as a case by itself (可以)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

import measures
from accounts.rules import reads_all
from ledger.canonical import fingerprint
from measures.words import cn_day
from stations.models import Ability, Title
from stations.queries.readiness import is_evidenced, is_qualified
from stations.states import Level, TitleState
from supervision.models import RevocationCase, SelfAssessment, SuspicionSetAside
from supervision.states.revocation import RUNNING
from supervision.states.self_assessment import Timeliness


@dataclass(frozen=True)
class Suspicion:
    """One possible ground on one title: its kind, the ground's code, the article, the facts in words and in figures."""

    title: Title
    kind: str
    ground: str
    article: str
    text: str
    facts: dict[str, Any]

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.facts)


def titles_watched(user: Any) -> QuerySet[Title]:
    """Active city titles: all for the bureau and the auditor, for a district those of the stations that it supervises."""
    rows = Title.objects.filter(state=TitleState.ACTIVE, level=Level.CITY)
    if reads_all(user):
        return rows
    districts = user.districts if user.is_authenticated else ()
    return rows.filter(station__supervised_by__in=districts) if districts else rows.none()


def suspicions_for(user: Any, today: dt.date | None = None) -> list[Suspicion]:
    """Every suspicion on the titles that this person watches, but not what was set aside with the same facts, nor what a
    running case is about. A constant number of queries."""
    today = today or timezone.localdate()
    missing = SelfAssessment.objects.filter(Q(timeliness=Timeliness.MISSING) | Q(timeliness=Timeliness.LATE))
    weighed = Prefetch(
        "station__abilities", Ability.objects.annotate(evidence_count=Count("evidence")), "weighed_abilities"
    )
    titles = (
        titles_watched(user)
        .exclude(pk__in=RevocationCase.objects.filter(state__in=RUNNING).values("title"))
        .select_related("station__organisation", "station__district", "slot")
        .prefetch_related(Prefetch("self_assessments", missing, "unpunctual"), weighed, "station__team")
        .order_by("station__name", "pk")
    )
    aside = set(SuspicionSetAside.objects.values_list("title", "kind", "fingerprint"))
    found = [one for title in titles for one in suspicions_of(title, today)]
    return [one for one in found if (one.title.pk, one.kind, one.fingerprint) not in aside]


def suspicions_of(title: Title, today: dt.date) -> Iterable[Suspicion]:
    yield from reports(title)
    yield from too_few(title)
    yield from licence(title, today)


def reports(title: Title) -> Iterable[Suspicion]:
    """Art 18(4): the year's report is missing, or came late."""
    for report in title.unpunctual:  # type: ignore[attr-defined]
        late = report.timeliness == Timeliness.LATE
        text = f"{report.year} 年度自评{'逾期报送' if late else '没有报送'}，期限是{cn_day(timezone.localdate(report.due_at - dt.timedelta(seconds=1)))}24时"
        yield suspicion(title, "report", "report_missing", text, {"year": report.year, "late": late})


def too_few(title: Title) -> Iterable[Suspicion]:
    """Art 18(2): fewer specialists or abilities than Art 13 asks for."""
    law = measures.load(title.slot.measure)  # type: ignore[union-attr]  # of a city title
    wanted = {threshold.code: int(threshold.value) for threshold in law.thresholds}
    station = title.station
    specialists = sum(is_qualified(member, wanted["specialist_years"]) for member in station.team.all())
    abilities = sum(is_evidenced(ability) for ability in station.weighed_abilities)  # type: ignore[attr-defined]
    if specialists < wanted["specialists"]:
        text = f"符合条件的专业人员 {specialists} 名，少于 {wanted['specialists']} 名"
        yield suspicion(title, "specialists", "conditions_lost", text, {"specialists": specialists})
    if abilities < wanted["abilities"]:
        text = f"有证明材料的服务能力 {abilities} 类，少于 {wanted['abilities']} 类"
        yield suspicion(title, "abilities", "conditions_lost", text, {"abilities": abilities})


def licence(title: Title, today: dt.date) -> Iterable[Suspicion]:
    """Art 18(5): the certificate of registration has run out, so the organisation may have ended."""
    until = title.station.organisation.licence_valid_until
    if until is not None and until < today:
        text = f"登记证书有效期至{cn_day(until)}，已经届满"
        yield suspicion(title, "licence", "entity_terminated", text, {"until": until.isoformat()})


def suspicion(title: Title, kind: str, ground: str, text: str, facts: dict[str, Any]) -> Suspicion:
    law = measures.load(title.slot.measure)  # type: ignore[union-attr]  # of a city title
    article = next(one.citation for one in law.grounds if one.code == ground)
    return Suspicion(title, kind, ground, article, text, facts)
