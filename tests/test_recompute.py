"""The independent recomputation agrees with the project's own calculations, and notices when a report was altered."""

import copy
import json
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

import measures
from evaluation.ranking import Outcome, RankInput, allocate_new, allocate_titled, free_slots, rank
from evaluation.scoring import Aggregation, Rubric, Sheet, aggregate, rubric_of
from tests.recompute import differences

SCRIPT = Path(__file__).parent / "recompute.py"
STARTED = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
TIE_ORDER = ["effect", "provision", "implementation", "foundation"]
TIERS = (3, 5, 10)


def sheets(chance: random.Random, rubric: Rubric, level: float) -> list[Sheet]:
    steps = {item.code: int(item.maximum / rubric.step) for item in rubric.indicators}
    return [
        Sheet(
            f"专家{number}",
            STARTED + timedelta(minutes=chance.randint(0, 9)),
            {code: round(top * min(1, chance.gauss(level, 0.06))) * rubric.step for code, top in steps.items()},
        )
        for number in range(chance.randint(4, 7))
    ]


@cache
def play(seed: int, method: Aggregation, titled: int = 40, new: int = 30) -> dict:
    """A round over plain values, in the form of the rehearsal's report."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable play, no secret
    rubric = rubric_of(measures.load("wuhan"), Decimal("0.5"))
    entries = []
    for identifier in range(titled + new):
        panel = sheets(chance, rubric, chance.uniform(0.55, 0.9))
        # Twins make full ties.
        if identifier % 6 == 5:
            panel = entries[-1]["panel"]
        score = aggregate(panel, rubric, method, 3)
        entries.append(
            {
                "id": identifier,
                "track": "titled" if identifier < titled else "new",
                "station": f"站{identifier}",
                "panel": panel,
                "score": score,
                "objection": chance.choice([None] * 8 + ["upheld", "rejected"]),
            }
        )
    return report(entries, method)


def report(entries: list[dict], method: Aggregation) -> dict:
    places = {}
    freed = 0
    slots = {"cap": 50, "active_before": 40}
    for track in ("titled", "new"):
        inputs = [RankInput(e["id"], e["score"].total, e["score"].dimensions) for e in entries if e["track"] == track]
        ranked = rank(inputs, TIE_ORDER)
        places |= {item.id: [item.rank, "refused", None] for item in ranked}
        upheld = {e["id"] for e in entries if e["objection"] == "upheld"}
        left = [item for item in ranked if item.id not in upheld]
        everyone = [item.id for item in ranked]
        decisions = dict.fromkeys(["last_slot", "tier_1", "tier_2", "tier_3"], everyone[::-1])
        if track == "titled":
            allocation = allocate_titled(left, Decimal(60), TIERS, decisions)
            freed = len(allocation.having(Outcome.DELISTED))
        else:
            allocation = allocate_new(left, free_slots(50, 40, freed), Decimal(60), decisions)
            slots |= {"freed": freed, "awarded": len(allocation.having(Outcome.AWARDED))}
        assert allocation.stops == ()
        for place in allocation.places:
            places[place.id][1:] = [str(place.outcome), place.tier]
    slots["active_after"] = slots["active_before"] - freed + slots["awarded"]
    return {
        "settings": {
            "aggregation": str(method),
            "tie_order": TIE_ORDER,
            "pass_mark": "60",
            "step": "0.5",
            "min_sheets": 3,
        },
        "slots": slots,
        "entries": [
            {
                "id": e["id"],
                "track": e["track"],
                "station": e["station"],
                "sheets": [
                    {
                        "expert": sheet.key,
                        "scores": {code: str(value) for code, value in sheet.scores.items()},
                        "locked_at": sheet.locked_at.isoformat(),
                    }
                    for sheet in e["panel"]
                ],
                "retained": list(e["score"].retained),
                "total": str(e["score"].total),
                "dimensions": {code: str(value) for code, value in e["score"].dimensions.items()},
                "rank": places[e["id"]][0],
                "outcome": places[e["id"]][1],
                "tier": places[e["id"]][2],
                "objection": e["objection"],
            }
            for e in entries
        ],
    }


@pytest.mark.parametrize("method", Aggregation)
@pytest.mark.parametrize("seed", range(4))
def test_the_projects_results_survive_an_independent_recomputation(method: Aggregation, seed: int) -> None:
    played = play(seed, method)
    assert differences(played) == []
    outcomes = {entry["outcome"] for entry in played["entries"]}
    assert outcomes == {"awarded", "reserve", "failed", "retained", "delisted", "refused"}


def entry_with(played: dict, **wanted: object) -> dict:
    return next(e for e in played["entries"] if all(e[key] == value for key, value in wanted.items()))


def set_in(wanted: dict, **changes: object) -> Callable[[dict], None]:
    return lambda played: entry_with(played, **wanted).update(changes)


def score(value: str | None, code: str = "1.1.1") -> Callable[[dict], None]:
    return lambda played: played["entries"][0]["sheets"][0]["scores"].update({code: value})


def swap_retained(played: dict) -> None:
    entry = next(e for e in played["entries"] if len(e["retained"]) < len(e["sheets"]))
    out = next(number for number in range(len(entry["sheets"])) if number not in entry["retained"])
    entry["retained"] = sorted([out, *entry["retained"][1:]])


@pytest.mark.parametrize(
    ("alter", "words"),
    [
        (set_in({"id": 3}, total="99.99"), "total 99.99, recomputed"),
        (lambda p: p["entries"][2]["dimensions"].update(effect="1.00"), "effect 1.00, recomputed"),
        (set_in({"id": 4}, rank=77), "rank 77, recomputed"),
        (set_in({"outcome": "awarded"}, outcome="reserve"), "outcome ['reserve'], recomputed ['awarded']"),
        (set_in({"outcome": "failed"}, outcome="reserve"), "outcome reserve, recomputed failed"),
        (set_in({"outcome": "retained", "tier": None}, tier=3), "recomputed [None]"),
        (set_in({"tier": 1}, outcome="delisted"), "outcome delisted, recomputed retained"),
        (set_in({"outcome": "delisted"}, tier=3), "tier 3, recomputed none"),
        (set_in({"outcome": "awarded"}, tier=1), "a new station has tier 1"),
        (set_in({"outcome": "refused"}, objection="rejected"), "outcome"),
        (score("3.5"), "1.1.1 has 3.5 of 3 points"),
        (score("-1"), "1.1.1 has -1 of 3 points"),
        (score("0.3"), "not on the step"),
        (score(None), "1.1.1 is not scored"),
        (score("1", "9.9.9"), "9.9.9 is no indicator"),
        (lambda p: p["entries"][0].update(sheets=[]), "0 sheets, at least 3 are needed"),
        (lambda p: p["entries"][0]["sheets"][0].update(expert="专家1"), "an expert has two sheets"),
        (swap_retained, "the retained sheets cannot be"),
        (lambda p: p["slots"].update(freed=0), "0 freed"),
        (lambda p: p["slots"].update(active_after=51), "51 active, the cap is 50"),
        (lambda p: p["slots"].update(awarded=99), "99 awarded"),
    ],
)
def test_an_altered_report_is_noticed(alter: Callable[[dict], None], words: str) -> None:
    played = copy.deepcopy(play(1, Aggregation.TRIMMED_MEAN))
    assert differences(played) == []
    alter(played)
    assert words in "\n".join(differences(played))


def test_the_script_stands_alone_and_exits_by_what_it_finds(tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-S", str(SCRIPT), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)

    played = copy.deepcopy(play(2, Aggregation.MEAN))
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(played), encoding="utf-8")
    played["entries"][0]["total"] = "1.00"
    bad.write_text(json.dumps(played), encoding="utf-8")
    assert run(str(good)).returncode == 0
    answer = run(str(bad))
    assert answer.returncode == 1
    assert "entry 0: total 1.00, recomputed" in answer.stdout
    assert run(str(tmp_path / "none.json")).returncode == 2
    assert run().returncode == 2
