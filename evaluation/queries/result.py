"""The result of a round as the applicant may read it of his own entry."""

from __future__ import annotations

from dataclasses import dataclass

from evaluation.models import Application, Entry, PublicNotice, RankingLine
from evaluation.queries.places import chart_of
from evaluation.queries.ranking import rubric_of_round
from evaluation.states import EntryState, NoticeKind, NoticeState, RankingState
from ledger.charts import Chart
from stations.models import Certificate
from stations.states import TitleState

FEEDBACK = {
    EntryState.AWARDED: "经评价和公示，授予称号。",
    EntryState.RESERVE: "评价合格，但本轮没有空余名额，列为候补。",
    EntryState.FAILED: "本轮评价未达到合格分数线，不予通过。可以改进以后参加下一轮评价。",
    EntryState.HELD: "公示期间收到异议，正在核查，结果另行通知。",
    EntryState.REFUSED: "对本站的异议经核查成立，本轮不予通过。",
}


@dataclass(frozen=True)
class Result:
    """What became of an application's entry; `certificate` is the number of the one in force, empty without; `line` and
    `chart` only where the round publishes scores."""

    entry: Entry
    text: str
    notice: PublicNotice
    certificate: str
    line: RankingLine | None = None
    chart: Chart | None = None


def result_of(application: Application) -> Result | None:
    """None until the announcement of the round is published."""
    entry = Entry.objects.filter(application=application).select_related("station").first()
    if entry is None:
        return None
    notices = PublicNotice.objects.filter(round=application.round_id, kind=NoticeKind.AWARD)
    notice = notices.exclude(state=NoticeState.DRAFT).order_by("-published_at").first()
    if notice is None or entry.state not in FEEDBACK:
        return None
    text = FEEDBACK[EntryState(entry.state)]
    held = Certificate.objects.filter(title__station=entry.station_id, title__state=TitleState.ACTIVE)
    awarded = entry.state == EntryState.AWARDED
    number = held.values_list("number", flat=True).first() or "" if awarded else ""
    if not application.round.scores_published:
        return Result(entry, text, notice, number)
    line = RankingLine.objects.filter(entry=entry, ranking__state=RankingState.CONFIRMED)
    found = line.select_related("entry__station", "ranking__round").first()
    chart = chart_of(found, rubric_of_round(application.round)) if found else None
    return Result(entry, text, notice, number, found, chart)
