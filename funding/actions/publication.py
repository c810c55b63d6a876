"""Public lists: the grants of a year (Art 19) and the leading stations (Art 20), each frozen as it was published."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from evaluation.models import Ranking
from funding.models import Budget, PublicList
from funding.models.publication import ListKind
from funding.queries.publication import grant_rows, leading_rows
from ledger import moves
from ledger.canonical import fingerprint
from ledger.errors import Refused
from ledger.journal import record


@transaction.atomic
def publish_grants(budget: Budget, *, actor: Any, at: dt.datetime | None = None) -> PublicList:
    """Publish every grant of a budget that is approved or paid now. Raises Refused: `not_allowed`, `nothing_to_publish`,
    `already_published`."""
    at = at or timezone.now()
    moves.require(actor, "funding.publish_list", "公布资金支持名单")
    rows = grant_rows(budget)
    if not rows:
        raise Refused("nothing_to_publish", "还没有已批准的资金支持，批准以后才能公布名单。")
    rule = "办法第十九条：对新授牌的市级质量服务站给予一次性支持，对年度评价排名靠前的给予等次支持；金额单位为元。"
    return keep(
        ListKind.GRANTS, budget.measure, budget.year, f"{budget.year}年度质量提升支持资金名单", rule, rows, actor, at
    )


@transaction.atomic
def publish_priority(ranking: Ranking, *, top: int, actor: Any, at: dt.datetime | None = None) -> PublicList:
    """Publish the titled stations of the first `top` ranks of a confirmed ranking, with that rule.

    Raises Refused: `not_allowed`, `top_wrong`, `nothing_to_publish`, `already_published`.
    """
    at = at or timezone.now()
    moves.require(actor, "funding.publish_list", "公布优先考虑名单")
    if not 1 <= top <= 50:
        raise Refused("top_wrong", "名次请填写 1 至 50。", field="top")
    rows = leading_rows(ranking, top)
    if not rows:
        raise Refused("nothing_to_publish", "这一版排名里没有保留称号的服务站，不能形成名单。")
    rule = (
        f"办法第二十条：{ranking.round.name}第{ranking.number}版排名中，保留称号且名次在前 {top} 名的市级质量服务站"
        "（新建质量服务站不参与排名）。"
    )
    title = f"{ranking.round.year}年度评价领先质量服务站名单"
    return keep(ListKind.PRIORITY, ranking.round.measure, ranking.round.year, title, rule, rows, actor, at)


def keep(
    kind: str, measure: str, year: int, title: str, rule: str, rows: list[dict[str, Any]], actor: Any, at: dt.datetime
) -> PublicList:
    content = {"title": title, "rule": rule, "rows": rows}
    digest = fingerprint(content)
    if PublicList.objects.filter(kind=kind, sha256=digest).exists():
        raise Refused("already_published", "内容相同的名单已经公布。名单有变化以后才需要再次公布。")
    made = PublicList.objects.create(
        kind=kind,
        measure=measure,
        year=year,
        title=title,
        rule=rule,
        content=content,
        sha256=digest,
        published_by=actor,
        published_at=at,
    )
    record(made, "publish", actor=actor, at=at, facts={"sha256": digest, "rows": len(rows)})
    return made
