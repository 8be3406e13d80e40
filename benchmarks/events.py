"""Are the events found? A simulated hospital's courses beside its truth.

    python benchmarks/events.py --patients 20000 --out docs/validation.md

Rewrites the tables between the markers `events` of the document. Ends with status 1 when, of what
the records hold, sensitivity or positive predictive value of any event is under 99%. What is
compared is explained in the document.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from document import markdown, put
from legible import illegible, vague_cancers
from oracle import Expected, Oracle

from seroclear.course.build import build
from seroclear.engines.duckdb import DuckDB
from seroclear.records.load import load
from seroclear.simulate import Hospital, Scenario, simulate, write_csv, write_omop

ENOUGH = 0.99  # sensitivity and positive predictive value among what the records hold
SEED = 20_260_101
# HBsAg is lost more often than in life, so that there are enough seroreversions to find.
HOSPITAL = Scenario(
    seed=SEED,
    loss_on_na=0.05,
    loss_after_na_stop=0.10,
    loss_after_ifn=0.5,
    loss_add_on=0.5,
    transplant_share=0.02,
)
FORMS = {"CSV, messy": write_csv, "OMOP": write_omop}
EVENTS = (
    "hbsag_loss",
    "hbsag_seroreversion",
    "hbeag_loss",
    "cirrhosis",
    "hcc",
    "decompensation",
    "liver_transplant",
    "death",
    "NA start",
    "NA stop",
    "IFN start",
    "IFN stop",
)

Found = dict[tuple[str, str, date], "date | None"]
"""(patient, event, day) -> the last day with evidence against it."""


@dataclass(slots=True)
class Score:
    """One event in one form of records.

    Attributes:
        right: true events found on the very day on which the records first show them.
        missed: held by the records and not found on that day.
        false: found on a day on which the records first show no such event.
        wrong_window: found, but the last evidence against it is not what the records hold.
        delays: days from the true event to the day found.
        reasons: why the records cannot show the others.
    """

    right: int = 0
    missed: list[Expected] = field(default_factory=list)
    false: list[tuple[str, date]] = field(default_factory=list)
    wrong_window: list[Expected] = field(default_factory=list)
    delays: list[int] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def good(self) -> bool:
        """Nearly all that the records hold was found, and nearly all that was found is right."""
        held, found = self.right + len(self.missed), self.right + len(self.false)
        return self.right >= ENOUGH * max(held, found) and not self.wrong_window


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Compares the events found with the truth.")
    parser.add_argument("--patients", type=int, default=20_000)
    parser.add_argument("--out", type=Path, required=True, help="Markdown with the markers")
    asked = parser.parse_args(arguments)
    hospital = simulate(replace(HOSPITAL, n_patients=asked.patients))
    scores = {form: scores_of(hospital, form) for form in FORMS}
    put(asked.out, "events-found", found_table(scores))
    put(asked.out, "events-reasons", reason_table(scores))
    put(asked.out, "events-wrong", "\n".join(wrong_lines(scores)) or "None.")
    sys.exit(0 if all(score.good for by in scores.values() for score in by.values()) else 1)


def scores_of(hospital: Hospital, form: str) -> dict[str, Score]:
    """Writes, loads and derives the hospital in one form, and compares with the oracle."""
    with tempfile.TemporaryDirectory() as folder:
        records, target = Path(folder) / "records", Path(folder) / "store"
        records.mkdir()
        FORMS[form](hospital, records)
        store = load(records, target).store
        engine = DuckDB(threads=2)
        course = build(store, "default", engine=engine)
        unread = illegible(hospital, store, records)
        contact = engine.store_table(store, "patient").select("patient_id", "observed_to")
        observed_to = {row["patient_id"]: row["observed_to"] for row in _rows(contact)}
        oracle = Oracle(hospital, course.definition, unread, vague_cancers(records), observed_to)
        events = course.table(engine, "event")
        found: Found = {
            (row["patient_id"], row["event"], row["date"]): row["earliest"]
            for row in _rows(events.filter(events.event.isin(EVENTS)))
            if oracle.knows(row["patient_id"], row["event"])
        }
        lines = _rows(course.table(engine, "regimen").order_by(["patient_id", "start"]))
        gap = course.definition["exposure.gap"]
        found |= dict.fromkeys(treatment_events(lines, gap))
        return compare(oracle.expected(), found)


def treatment_events(lines: list[dict[str, Any]], gap: int) -> Iterable[tuple[str, str, date]]:
    """Start and stop of courses of NA and of interferon, from regimens in order of time: lines of a
    class no further apart than `gap` days are one course."""
    for drug in ("NA", "IFN"):
        last: dict[str, dict[str, Any]] = {}
        for line in lines:
            if drug not in line["regimen_class"].split("+"):
                continue
            patient = line["patient_id"]
            before = last.get(patient)
            if before is None or (line["start"] - before["end"]).days > gap + 1:
                if before is not None:
                    yield patient, f"{drug} stop", before["end"]
                yield patient, f"{drug} start", line["start"]
            last[patient] = line
        for patient, line in last.items():
            if line["why_ended"] != "still on":
                yield patient, f"{drug} stop", line["end"]


def compare(expected: Iterable[Expected], found: Found) -> dict[str, Score]:
    """Every event scored; what is left over in `found` is false."""
    scores = {event: Score() for event in EVENTS}
    left = dict(found)
    for one in expected:
        score = scores[one.event]
        if one.shown is None:
            score.reasons[one.reason] += 1
            continue
        key = (one.patient, one.event, one.shown)
        if key not in found:
            score.missed.append(one)
            continue
        score.right += 1
        score.delays.append((one.shown - one.true).days)
        if one.before is not None and found[key] != one.before:
            score.wrong_window.append(one)
        left.pop(key, None)
    for patient, event, day in sorted(left):
        scores[event].false.append((patient, day))
    return scores


def found_table(scores: dict[str, dict[str, Score]]) -> str:
    """Counts, sensitivity, positive predictive value and dates for each event and form."""
    counted = ("true", "could not show", "held", "right", "missed", "false")
    rates = ("sensitivity", "PPV", "days after the true day: median (range)")
    rows = []
    for event in EVENTS:
        for form, by_event in scores.items():
            score = by_event[event]
            hidden, held = score.reasons.total(), score.right + len(score.missed)
            counts = (hidden + held, hidden, held, score.right, len(score.missed), len(score.false))
            shares = (_percent(score.right, held), _percent(score.right, score.right + counts[-1]))
            rows.append([event, form, *map(str, counts), *shares, _delay(score.delays)])
    return markdown(("event", "records", *counted, *rates), rows)


def reason_table(scores: dict[str, dict[str, Score]]) -> str:
    """Why the records could not show a true event."""
    reasons = [
        [event, reason, *(str(by_event[event].reasons[reason]) for by_event in scores.values())]
        for event in EVENTS
        for reason in sorted({r for by_event in scores.values() for r in by_event[event].reasons})
    ]
    return markdown(("event", "reason", *scores), reasons)


def wrong_lines(scores: dict[str, dict[str, Score]]) -> list[str]:
    """Every disagreement of the engine with the oracle, one line each."""
    lines = []
    for form, by_event in scores.items():
        for event, score in by_event.items():
            lines += [f"- {form}, {event}: missed, {one}" for one in score.missed]
            lines += [f"- {form}, {event}: wrong window, {one}" for one in score.wrong_window]
            lines += [f"- {form}, {event}: false, {who} on {day}" for who, day in score.false]
    return lines


def _rows(table: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.to_pyarrow().to_pylist()
    return rows


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "–"


def _delay(days: list[int]) -> str:
    if not days:
        return "–"
    return f"{median(days):.0f} ({min(days)} to {max(days)})".replace("-", "−")


if __name__ == "__main__":
    main()
