"""The database of the bench: the floor's table, a finished round, and a round of a thousand applications in review.

Two rounds are played by the rehearsal, through the same actions as the screens: one of 48 titled stations and 60
applicants to its end, one of 24 applicants until its experts are assigned. What those rounds filled in is then copied, row by
row in SQL, until there are as many as are asked for: a page does not tell a copied row from a typed one, and a
thousand applications typed one after the other take a quarter of an hour.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

from django.db import connection

EXPERTS, APPLICANTS, SEED = 12, 24, 7
COPY_YEARS = 9  # the round to be ranked is that many years after the one it is a copy of
STEP = 10_000_000  # a copy's number is that of its original plus a multiple of this
FLOOR = """
    CREATE TABLE floor_line (
        id bigint PRIMARY KEY, title varchar(200) NOT NULL, number varchar(40) NOT NULL,
        points numeric(6, 2) NOT NULL, published_at timestamptz NOT NULL
    );
    INSERT INTO floor_line
        SELECT n, '关于第' || n || '号质量服务站评价结果的公示', 'GS2026-' || lpad(n::text, 5, '0'), (n % 200) / 2.0,
               '2026-01-01T09:00+08'::timestamptz + n * interval '1 hour'
        FROM generate_series(1, 10000) AS n
"""


def fill(applications: int) -> dict[str, float]:
    """Fill a migrated, empty database; seconds by phase. Must run after Django is set up, hence the late imports."""
    from config.rehearsal import cast as casting  # noqa: PLC0415
    from config.rehearsal import intake, panel, play  # noqa: PLC0415
    from config.rehearsal.plan import DAY, Dates, Sizes  # noqa: PLC0415
    from ledger.queue import hush  # noqa: PLC0415

    finished = Sizes(titled=48, applicants=60, experts=EXPERTS, objections=4)
    crowd = Sizes(titled=0, applicants=APPLICANTS, experts=EXPERTS, objections=0)
    last, running = Dates.of_year(2025), Dates.of_year(2026)
    bar = play.Bar(play.steps(finished) + play.steps(crowd))
    with hush(), bar.shown():
        cast = casting.hire(SEED, last.before(200))
        play.found_the_house(cast, finished, last, bar, last.before(199))
        first = play.stage_of(cast, finished, last, SEED, bar.tick)
        play.play_to_notice(first, bar)
        play.play_to_end(first, bar)
        stage = play.stage_of(cast, crowd, running, SEED, bar.tick)
        bar.phase("second notice", lambda: intake.give_notice_of_round(stage))
        bar.phase("second intake", lambda: intake.live_through_autumn(stage))
        bar.phase("second assignment", lambda: panel.begin_review(stage))
        open_sheets(stage.dates.assigned + DAY)
    bar.phase("copies", lambda: copy_applications(stage.round.pk, applications))
    return bar.timings


def open_sheets(at: Any) -> None:
    """One expert declares, and scores a sheet halfway."""
    from evaluation.actions import sheets  # noqa: PLC0415
    from evaluation.models import ScoreSheet  # noqa: PLC0415

    mine = ScoreSheet.objects.filter(expert__user__email="expert01@example.com", state="gated")
    found = list(mine.select_related("entry__round", "expert__user").order_by("pk"))
    user = found[0].expert.user
    for sheet in found:
        sheets.declare_clear(sheet, actor=user, at=at)
    rubric = found[0].entry.round.indicators.order_by("position")[:10]
    sheets.save_scores(found[0], actor=user, at=at, scores={line.code: (line.max_points, "") for line in rubric})


# -- Copies  ----


def copy_applications(round: int, wanted: int) -> None:
    """Copy the round's applications, with their organisations and stations, until there are `wanted` of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM evaluation_application WHERE round_id = %s", [round])
        times = wanted // cursor.fetchone()[0]
        cursor.execute("SET session_replication_role = replica")
        copy_stations(cursor, f"SELECT station_id FROM evaluation_application WHERE round_id = {round:d}", times)
        copy(
            cursor, "evaluation_application", f"round_id = {round:d}", times,
            shifted={"station_id", "organisation_id"}, changed={"number": "number || '-' || k"},
        )  # fmt: skip
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute(FLOOR)
        cursor.execute("ANALYZE")


def copy_round(source: int, wanted: int) -> int:
    """A round in review, with the rubric of round `source`, and with its new stations' entries and their locked sheets
    copied until there are `wanted` or a few more. Their experts are copies too: nobody's list grows. Returns its number."""
    mine = f"round_id = {source:d} AND track = 'new'"
    sheets = f"state = 'locked' AND entry_id IN (SELECT id FROM evaluation_entry WHERE {mine})"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM evaluation_entry WHERE {mine}")
        times, target = -(-wanted // cursor.fetchone()[0]), source + STEP
        cursor.execute("SET session_replication_role = replica")
        copy(
            cursor,
            "evaluation_round",
            f"id = {source:d}",
            1,
            changed={"year": f"year + {COPY_YEARS}", "state": "'reviewing'"},
        )
        copy(cursor, "evaluation_indicator", f"round_id = {source:d}", 1, shifted={"round_id"})
        copy_stations(cursor, f"SELECT station_id FROM evaluation_entry WHERE {mine}", times)
        copy(
            cursor, "evaluation_entry", mine, times, shifted={"station_id", "application_id"},
            changed={"round_id": str(target), "state": "'scored'"},
        )  # fmt: skip
        experts = f"id IN (SELECT expert_id FROM evaluation_scoresheet WHERE {sheets})"
        people = f"id IN (SELECT user_id FROM evaluation_expert WHERE {experts})"
        copy(cursor, "accounts_user", people, 1, changed={"email": "'copy-' || email"})
        copy(cursor, "evaluation_expert", experts, 1, shifted={"user_id"})
        copy(
            cursor, "evaluation_scoresheet", sheets, times,
            shifted={"entry_id"}, changed={"expert_id": f"expert_id + {STEP}"},
        )  # fmt: skip
        copy(
            cursor, "evaluation_score", f"sheet_id IN (SELECT id FROM evaluation_scoresheet WHERE {sheets})", times,
            shifted={"sheet_id"}, changed={"indicator_id": f"indicator_id + {STEP}"},
        )  # fmt: skip
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")
    return target


def copy_stations(cursor: Any, stations: str, times: int) -> None:
    organisations = f"id IN (SELECT organisation_id FROM stations_station WHERE id IN ({stations}))"
    copy(
        cursor, "stations_organisation", organisations, times,
        changed={"credit_code": f"lpad((id + k * {STEP})::text, 18, 'X')", "name": "name || '（' || k || '）'"},
    )  # fmt: skip
    copy(
        cursor, "stations_station", f"id IN ({stations})", times,
        shifted={"organisation_id"}, changed={"name": "name || '（' || k || '）'"},
    )  # fmt: skip


def copy(
    cursor: Any,
    table: str,
    where: str,
    times: int,
    *,
    shifted: Collection[str] = (),
    changed: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Each row `times` times: its number and the columns in `shifted` point to the copy, those in `changed` are computed
    from the row and `k`, the number of the copy."""
    cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])
    columns = [name for (name,) in cursor.fetchall()]
    moved = {"id", *shifted}
    values = [changed.get(name) or f't."{name}"' + (f" + k * {STEP}" if name in moved else "") for name in columns]
    names = ", ".join(f'"{name}"' for name in columns)
    cursor.execute(
        f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} "
        f"FROM {table} t CROSS JOIN generate_series(1, {times:d}) AS k WHERE {where}"
    )
