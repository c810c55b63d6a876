"""The end of a round: ranking, public notice, objections, conclusion."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import cycle, islice

from config.rehearsal import papers, texts
from config.rehearsal.plan import DAY
from config.rehearsal.stage import Failed, Stage, strike
from config.rehearsal.stories import Story, act_out, office_hours
from evaluation.actions import award, notices, objections, ranking
from evaluation.models import Entry, Ranking, RankingLine
from evaluation.models.ranking import Outcome
from measures.queries import current_calendar

HOUR = dt.timedelta(hours=1)
MOST_TIES = 20


def rank(stage: Stage) -> None:
    """Compute; where a tie straddles a boundary, record the collective decision and compute anew; confirm."""
    manager, at = stage.cast.manager, stage.dates.ranked
    found = ranking.compute_ranking(stage.round, actor=manager, at=at)
    for _ in range(MOST_TIES):
        if not found.ties:
            break
        at += HOUR
        decide(stage, found, at)
        found = ranking.compute_ranking(stage.round, actor=manager, at=at + HOUR / 2)
    else:
        raise Failed("the ranking still stops at ties after twenty decisions")
    ranking.confirm_ranking(found, actor=manager, at=at + HOUR)
    stage.tick(1)


def decide(stage: Stage, found: Ranking, at: dt.datetime) -> None:
    for tie in found.ties:
        ranking.decide_tie(
            found,
            actor=stage.cast.manager,
            at=at,
            boundary=tie["boundary"],
            order=sorted(tie["entries"]),
            reason=texts.TIE,
            minutes=papers.pdf("minutes"),
        )


def give_notice(stage: Stage) -> None:
    notice = notices.draft_result_notice(stage.round, actor=stage.cast.manager, at=stage.dates.noticed - HOUR / 2)
    notices.publish_result_notice(notice, actor=stage.cast.manager, at=stage.dates.noticed)
    stage.notice = notice
    stage.tick(1)


# -- Objections  ----

# How an objection ends, and what the notice says of the entry it is about
KINDS = (
    ("upheld", Outcome.AWARD),
    ("rejected", Outcome.RETAIN),
    ("not_accepted", Outcome.AWARD),
    ("rejected", Outcome.RESERVE),
)


def object_to_it(stage: Stage, *, until: dt.datetime | None = None) -> None:
    """People object within the window; each objection is handled to its end, or to `until`."""
    chosen = targets(stage)
    stories = [objector(stage, entry, ending, place) for place, (ending, entry) in enumerate(chosen)]
    act_out(stories, stage.tick, until=until)


def targets(stage: Stage) -> list[tuple[str, Entry]]:
    """What each objection is about, no entry twice while there are others."""
    lines = list(
        RankingLine.objects.filter(ranking=stage.notice.ranking).select_related("entry").order_by("-rank", "pk")
    )
    used: set[int] = set()
    chosen = []
    for ending, outcome in islice(cycle(KINDS), stage.sizes.objections):
        line = pick(lines, outcome, used)
        used.add(line.entry_id)
        chosen.append((ending, line.entry))
    return chosen


def pick(lines: Sequence[RankingLine], outcome: str, used: set[int]) -> RankingLine:
    fresh = [line for line in lines if line.entry_id not in used] or list(lines)
    return next((line for line in fresh if line.outcome == outcome), fresh[0])


def objector(stage: Stage, entry: Entry, ending: str, place: int) -> Story:
    """Filed on one of the first days, accepted the day after, investigated, decided, answered, in office hours."""
    manager, intake = stage.cast.manager, stage.cast.intake
    calendar = current_calendar()
    at = stage.dates.noticed + place % 4 * DAY + HOUR * (5, 1, 7, 3)[place % 4] + dt.timedelta(minutes=7 * (place % 8))
    yield at
    filed = objections.file_objection(
        stage.notice,
        entry,
        kind="person" if place % 2 else "organisation",
        name=stage.cast.names.person() if place % 2 else f"武汉临江同行{place + 1}号企业（演练）",
        email=f"objector{place + 1}@example.com",
        phone="",
        statement=texts.OBJECTIONS[ending],
        evidence=[papers.pdf("objection")] if ending == "upheld" else [],
        at=at,
    )
    stage.objections.append(filed)
    at = office_hours(at + 18 * HOUR, calendar)
    yield at
    if ending == "not_accepted":
        objections.not_accept_objection(filed, actor=manager, reason=texts.NOT_ACCEPTED_OBJECTION, at=at)
        return
    objections.accept_objection(filed, actor=manager, at=at)
    objections.investigate_objection(filed, actor=manager, investigator=intake, at=at + HOUR)
    if place in stage.unsettled:
        return
    at = office_hours(at + 2 * DAY, calendar)
    yield at
    if ending == "upheld":
        objections.reveal_objector(filed, actor=intake, reason="向异议人核实社保线索", at=at)
    text = texts.FINDING_TEXT[ending]
    objections.decide_objection(filed, actor=manager, upheld=ending == "upheld", text=text, at=at)
    at = office_hours(at + DAY, calendar)
    yield at
    objections.answer_objection(filed, actor=manager, answer=texts.ANSWERS[ending], at=at)


# -- Conclusion  ----


def conclude(stage: Stage) -> None:
    """The clock closes the notice; a manager proposes, the leader approves."""
    closes = stage.notice.closes_at
    if closes is None:
        raise Failed("the notice has no end")
    strike(closes)
    at = closes + 2 * DAY + 10 * HOUR
    proposed = award.propose_conclusion(
        stage.round, actor=stage.cast.manager, at=at, document_number=f"武市监演〔{stage.dates.year}〕1号"
    )
    award.approve_conclusion(proposed, actor=stage.cast.leader, at=at + DAY)
    stage.tick(1)
