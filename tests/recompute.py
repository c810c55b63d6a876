#!/usr/bin/env python3
"""Recompute a rehearsal's report from its raw scores, and name every difference.

    python tests/recompute.py report.json

Stands alone on purpose: standard library only, no code shared with the project, written from the rules and not from
the programme. It exits 0 when all agrees, 1 with one line for each difference, 2 when it cannot read the report.

The rules: a sheet's total is the sum of its 19 scores (annex of the Wuhan measure). `mean` takes all sheets,
`trimmed_mean` leaves out one highest and one lowest from five sheets on, `median` leaves out such pairs until one or two
are left; of equal totals the earlier-locked is left out. Totals and dimensions are means of the sheets that remain,
rounded half up to two decimals. Ranks within a track: by total, then by the dimensions in tie order; equals share.
Below the pass mark: failed (new), delisted (titled). An upheld objection: refused, and the others move up. Free
slots, cap - active_before + freed, go to new stations by rank; tiers of 3, 5 and 10 to titled ones by rank. Where
equals straddle a boundary, which of them stand before it is a collective decision; here only their number is checked.
"""

import json
import sys
from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from pathlib import Path

ANNEX = {
    "foundation": {"1.1.1": 3, "1.1.2": 3, "1.2.1": 2, "1.2.2": 2, "1.2.3": 4, "1.3.1": 4, "1.3.2": 2},
    "provision": {"2.1.1": 2, "2.1.2": 3, "2.2.1": 10, "2.2.2": 15},
    "implementation": {"3.1.1": 3, "3.1.2": 3, "3.1.3": 4, "3.2.1": 10},
    "effect": {"4.1.1": 10, "4.1.2": 10, "4.1.3": 5, "4.1.4": 5},
}
POINTS = {code: points for part in ANNEX.values() for code, points in part.items()}
TIERS = (3, 5, 10)


def differences(report: dict) -> list[str]:
    """One line for each thing in the report that does not follow from its raw scores. Empty: all agrees."""
    rules, found = report["settings"], []
    for entry in report["entries"]:
        found += [f"entry {entry['id']}: {line}" for line in check_scores(entry, rules)]
    for track in ("new", "titled"):
        found += check_ranks([e for e in report["entries"] if e["track"] == track], rules["tie_order"])
    found += check_outcomes(report)
    found += check_slots(report)
    return found


# --- scores ------------------------------------------------------------------------------------------------------


def check_scores(entry: dict, rules: dict) -> list[str]:
    found = []
    for number, sheet in enumerate(entry["sheets"]):
        found += [f"sheet {number}: {line}" for line in check_sheet(sheet["scores"], Fraction(str(rules["step"])))]
    if found:
        return found
    least = int(rules["min_sheets"])
    if len(entry["sheets"]) < least:
        return [f"{len(entry['sheets'])} sheets, at least {least} are needed"]
    experts = [sheet["expert"] for sheet in entry["sheets"]]
    if len(set(experts)) < len(experts):
        found.append("an expert has two sheets")
    totals = [sum(Fraction(score) for score in sheet["scores"].values()) for sheet in entry["sheets"]]
    locked = [datetime.fromisoformat(sheet["locked_at"]) for sheet in entry["sheets"]]
    kept = sorted(entry["retained"])
    if frozenset(kept) not in possible_remains(totals, locked, rules["aggregation"]):
        return [*found, f"the retained sheets cannot be {kept}"]
    total = half_up(average(totals[number] for number in kept))
    if total != entry["total"]:
        found.append(f"total {entry['total']}, recomputed {total}")
    for dimension, part in ANNEX.items():
        sums = [sum(Fraction(entry["sheets"][number]["scores"][code]) for code in part) for number in kept]
        value, told = half_up(average(sums)), entry["dimensions"].get(dimension)
        if value != told:
            found.append(f"{dimension} {told}, recomputed {value}")
    if set(entry["dimensions"]) != set(ANNEX):
        found.append(f"dimensions {sorted(entry['dimensions'])}")
    return found


def check_sheet(scores: dict, step: Fraction) -> list[str]:
    found = [f"{code} is not scored" for code in POINTS if scores.get(code) is None]
    for code, score in scores.items():
        if code not in POINTS:
            found.append(f"{code} is no indicator")
        elif score is not None and not 0 <= Fraction(score) <= POINTS[code]:
            found.append(f"{code} has {score} of {POINTS[code]} points")
        elif score is not None and (Fraction(score) / step).denominator != 1:
            found.append(f"{code} has {score}, not on the step of {step}")
    return found


def possible_remains(totals: list[Fraction], locked: list[datetime], method: str) -> set[frozenset[int]]:
    """The sets of sheets that may remain. More than one only if sheets with equal totals were locked at one instant."""
    remains = {frozenset(range(len(totals)))}
    enough = {"mean": 10**9, "trimmed_mean": len(totals) - 2 if len(totals) >= 5 else 4, "median": 2}[method]
    while len(next(iter(remains))) > enough:
        for sign in (-1, 1):
            shorter = set()
            for kept in remains:
                order = sorted((sign * totals[number], locked[number], number) for number in kept)
                shorter |= {kept - {number} for value, when, number in order if (value, when) == order[0][:2]}
            remains = shorter
    return remains


def average(values: Iterable[Fraction]) -> Fraction:
    values = list(values)
    return sum(values, Fraction(0)) / len(values)


def half_up(value: Fraction) -> str:
    cents, rest = divmod(value * 100, 1)
    cents += rest >= Fraction(1, 2)
    return f"{int(cents) // 100}.{int(cents) % 100:02d}"


# --- ranks and outcomes ------------------------------------------------------------------------------------------


def sort_key(entry: dict, tie_order: list[str]) -> tuple[Fraction, ...]:
    return tuple(Fraction(text) for text in [entry["total"], *(entry["dimensions"][code] for code in tie_order)])


def check_ranks(entries: list[dict], tie_order: list[str]) -> list[str]:
    keys = {entry["id"]: sort_key(entry, tie_order) for entry in entries}
    found = []
    for entry in entries:
        rank = 1 + sum(key > keys[entry["id"]] for key in keys.values())
        if entry["rank"] != rank:
            found.append(f"entry {entry['id']}: rank {entry['rank']}, recomputed {rank}")
    return found


def check_outcomes(report: dict) -> list[str]:
    mark, slots = Fraction(str(report["settings"]["pass_mark"])), report["slots"]
    found, standing = [], {"new": [], "titled": []}
    for entry in report["entries"]:
        passed, upheld = Fraction(entry["total"]) >= mark, entry["objection"] == "upheld"
        low = "failed" if entry["track"] == "new" else "delisted"
        if passed and not upheld:
            standing[entry["track"]].append(entry)
            continue
        allowed = {low} if not upheld else {"refused"} if passed else {"refused", low}
        if entry["outcome"] not in allowed:
            found.append(f"entry {entry['id']}: outcome {entry['outcome']}, recomputed {' or '.join(sorted(allowed))}")
        if entry["tier"] is not None:
            found.append(f"entry {entry['id']}: tier {entry['tier']}, recomputed none")
    free = slots["cap"] - slots["active_before"] + slots["freed"]
    found += check_places(standing["new"], "outcome", [("awarded", free), ("reserve", None)])
    found += [f"entry {e['id']}: a new station has tier {e['tier']}" for e in standing["new"] if e["tier"] is not None]
    tiers = [(number, size) for number, size in enumerate(TIERS, start=1)]
    found += check_places(standing["titled"], "tier", [*tiers, (None, None)])
    found += [
        f"entry {e['id']}: outcome {e['outcome']}, recomputed retained"
        for e in standing["titled"]
        if e["outcome"] != "retained"
    ]
    return found


def check_places(entries: list[dict], what: str, sizes: list[tuple[object, int | None]]) -> list[str]:
    """Walk down the ranks and deal out the values of `what` in order, so many of each; the last has no limit."""
    dealt = [value for value, size in sizes if size for _ in range(size)]
    found, by_rank = [], {}
    for entry in entries:
        by_rank.setdefault(entry["rank"], []).append(entry)
    for rank in sorted(by_rank):
        group = by_rank[rank]
        right, dealt = dealt[: len(group)], dealt[len(group) :]
        right += [sizes[-1][0]] * (len(group) - len(right))
        told = [entry[what] for entry in group]
        if sorted(map(str, told)) != sorted(map(str, right)):
            names = ", ".join(str(entry["id"]) for entry in group)
            found.append(f"entry {names}: {what} {told}, recomputed {right}")
    return found


def check_slots(report: dict) -> list[str]:
    slots = report["slots"]
    delisted = sum(entry["outcome"] == "delisted" for entry in report["entries"])
    awarded = sum(entry["outcome"] == "awarded" for entry in report["entries"])
    found = []
    if slots["freed"] != delisted:
        found.append(f"slots: {slots['freed']} freed, {delisted} delisted")
    if slots["awarded"] != awarded:
        found.append(f"slots: {slots['awarded']} awarded, {awarded} entries awarded")
    after = slots["active_before"] - slots["freed"] + slots["awarded"]
    if slots["active_after"] != after:
        found.append(f"slots: {slots['active_after']} active after, recomputed {after}")
    if slots["active_after"] > slots["cap"]:
        found.append(f"slots: {slots['active_after']} active, the cap is {slots['cap']}")
    return found


def main(arguments: list[str]) -> int:
    """Read the report, print the differences, answer the exit code."""
    if len(arguments) != 1:
        sys.stderr.write("usage: recompute.py report.json\n")
        return 2
    try:
        report = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
        years = report.get("years", [report])
        found = [f"{year.get('year', '')} {line}".strip() for year in years for line in differences(year)]
    except (OSError, ValueError, LookupError, TypeError) as problem:
        sys.stderr.write(f"{arguments[0]}: not a report: {problem!r}\n")
        return 2
    for line in found:
        sys.stdout.write(line + "\n")
    every = [entry for year in years for entry in year["entries"]]
    entries, sheets = len(every), sum(len(entry["sheets"]) for entry in every)
    sys.stdout.write(f"{entries} entries, {sheets} sheets recomputed: {len(found)} differences\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
