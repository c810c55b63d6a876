"""Rank 10,000 entries x 5 sheets x 19 indicators from locked sheets in memory, and print the milliseconds.

Run from the top of the project: python -m bench.ranking [ENTRIES]. Goal: 1,000 ms (docs/performance.md). `make bench`
calls `measure`, which begins with the locked sheets in the database.
"""

import random
import sys
import time
from decimal import Decimal

from bench.database import COPY_YEARS, copy_round
from evaluation.ranking import RankInput, allocate_new, rank
from evaluation.scoring import Aggregation, Dimension, Indicator, Rubric, from_hundredths, score_entries

POINTS = {"1": (3, 3, 2, 2, 4, 4, 2), "2": (2, 3, 10, 15), "3": (3, 3, 4, 10), "4": (10, 10, 5, 5)}
TIE_ORDER = ("4", "2", "3", "1")


def main(entries: int) -> None:
    """Make the sheets, then time scoring, ranking and allocation apart; the best of three runs."""
    rubric = Rubric(
        dimensions=tuple(Dimension(code, code) for code in POINTS),
        indicators=tuple(
            Indicator(f"{code}.{place}", code, code, Decimal(points))
            for code, row in POINTS.items()
            for place, points in enumerate(row)
        ),
        step=Decimal("0.5"),
    )
    chance = random.Random(7)
    tops = [int(item.maximum * 2) for item in rubric.indicators]
    data = [(i, [[50 * chance.randint(0, top) for top in tops] for _ in range(5)]) for i in range(entries)]
    codes = [dimension.code for dimension in rubric.dimensions]
    for method in Aggregation:
        best: list[float] = []
        for _ in range(3):
            started = time.perf_counter()
            scores = score_entries(data, rubric, method, 5, Decimal(15))
            scored = time.perf_counter()
            ranked = rank(
                (
                    RankInput(
                        score.id,
                        from_hundredths(score.total),
                        dict(zip(codes, map(from_hundredths, score.dimensions), strict=True)),
                    )
                    for score in scores
                ),
                TIE_ORDER,
            )
            ordered = time.perf_counter()
            allocate_new(ranked, 50, Decimal(60))
            ended = time.perf_counter()
            times = [scored - started, ordered - scored, ended - ordered, ended - started]
            best = min(best or times, times, key=lambda row: row[-1])
        score_ms, rank_ms, allocate_ms, total_ms = (f"{seconds * 1000:.0f}" for seconds in best)
        print(
            f"{method:<12} {entries} entries: {total_ms} ms (score {score_ms}, rank {rank_ms}, allocate {allocate_ms})"
        )


def measure(entries: int) -> tuple[int, dict[str, float]]:
    """The round that was ranked, and milliseconds from locked sheets in the database: reading, scoring and ranking, and
    the whole of the job, which keeps a line of each entry as well."""
    from accounts.models import User  # noqa: PLC0415  above, this file needs no settings
    from evaluation.actions.ranking import compute_ranking  # noqa: PLC0415
    from evaluation.models import Round  # noqa: PLC0415
    from evaluation.queries.ranking import locked_rows, rubric_of_round  # noqa: PLC0415

    source = Round.objects.earliest("pk")
    copies = Round.objects.filter(year=source.year + COPY_YEARS)  # there already in a database that was kept
    round = copies.first() or Round.objects.get(pk=copy_round(source.pk, entries))
    manager = User.objects.get(email="manager@example.com")
    begun = time.perf_counter()
    rows = locked_rows(round)
    read = time.perf_counter()
    plain = [(entry, [scores for _, scores in sheets]) for entry, sheets in rows]
    score_entries(plain, rubric_of_round(round), Aggregation(round.aggregation), round.min_sheets, Decimal(25))
    scored = time.perf_counter()
    ranking = compute_ranking(round, actor=manager)
    kept = time.perf_counter()
    return round.pk, {
        "entries": len(rows),
        "sheets": sum(len(sheets) for _, sheets in rows),
        "read": (read - begun) * 1000,
        "score": (scored - read) * 1000,
        "whole": (kept - scored) * 1000,
        "lines": ranking.lines.count(),
    }


def middle(round: int) -> str:
    """The address of the page in the middle of the list of its ranking."""
    from evaluation.models import RankingLine  # noqa: PLC0415

    lines = RankingLine.objects.filter(ranking__round=round, track="new").exclude(ranking__state="superseded").count()
    return f"/rounds/{round}/ranking/?track=new&page={lines // 40 + 1}"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
