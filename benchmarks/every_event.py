"""Is every kind of event found? Messy CSV through the whole pipeline, beside the clean truth.

    python benchmarks/every_event.py --patients 10000 --out docs/validation.md

Rewrites the tables between the markers `every-event` and `every-event-rare` of the document. Ends
with status 1 when the engine is wrong about any event, or when a kind of event happens in neither
hospital. What is compared is explained in the document.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from statistics import median

from clean import clean_histories, held
from document import markdown, put
from events import HOSPITAL
from reference.engine import by_reference
from reference.stores import History

from seroclear.course.build import build
from seroclear.course.catalogue import EVENTS
from seroclear.course.definition import Definition
from seroclear.engines.duckdb import DuckDB
from seroclear.records.load import load
from seroclear.simulate import Scenario, simulate, write_csv
from seroclear.simulate.parameters import Pregnancy, Rare, Transplant, Viraemia

# Everybody is followed, and what hardly ever happens happens often.
RARE = replace(
    HOSPITAL,
    seed=HOSPITAL.seed + 1,
    followed_share=1.0,
    male_share=0.3,
    na_share=0.55,
    transplant_share=0.15,
    na_hazard=(0.25, 0.10),
    transient_share=0.3,
    cirrhosis_at_entry=0.3,
    decompensation_hazard=0.15,
    viraemia=Viraemia(flare_hazard=0.3, viraemic_after_reversion_share=0.8),
    transplant=Transplant(
        hbig_withdrawal_share=0.8,
        na_withdrawal_share=0.5,
        vaccination_share=0.9,
        vaccine_response_share=0.9,
        resumption_hazard=0.2,
    ),
    pregnancy=Pregnancy(hazard=0.2, immunised_share=0.8, transmission=0.4),
    rare=Rare(occult_share=0.3, hbeag_reversion_hazard=0.1, booster_share=1.0),
)
HOSPITALS = {"every-event": (HOSPITAL, 1.0), "every-event-rare": (RARE, 0.15)}
"""Marker of the document -> the hospital of its table, and its size in `--patients`."""

Key = tuple[str, str, int]  # patient, event, occurrence
When = tuple[date, date | None, date | None]  # date, earliest, confirmed_on
Events = dict[Key, When]


@dataclass(slots=True)
class Score:
    """One kind of event.

    Attributes:
        true: in the clean tables.
        found: by the engine in the messy records.
        right: true ones found on their very day.
        hidden: true ones that the records do not show on that day, and the engine did not.
        late: found ones that the records show, though the truth has them not or on another day.
        missed, false: what the engine got wrong of what the records hold.
        errors: days from the true date to the one found, of events that both have.
    """

    true: int = 0
    found: int = 0
    right: int = 0
    hidden: int = 0
    late: int = 0
    missed: list[Key] = field(default_factory=list)
    false: list[Key] = field(default_factory=list)
    errors: list[int] = field(default_factory=list)


def expected(histories: dict[str, History], rules: Definition) -> Events:
    """Events of the plain reference."""
    rows = by_reference(list(histories.values()), rules)["event"]
    return {
        (row[0], row[1], row[2]): (row[3], row[4], row[6])
        for of_one in rows.values()
        for row in of_one
    }


def compare(true: Events, shown: Events, found: Events) -> dict[str, Score]:
    """Every kind scored: the truth, what the records show of it, and what was found."""
    scores: dict[str, Score] = defaultdict(Score)
    for key, when in true.items():
        score = scores[key[1]]
        score.true += 1
        if key in found:
            score.errors.append((found[key][0] - when[0]).days)
        if key in found and found[key][0] == when[0]:
            score.right += 1
        elif key not in shown or shown[key][0] != when[0]:
            score.hidden += 1
    for key, when in shown.items():
        if found.get(key) != when:
            scores[key[1]].missed.append(key)
    for key, when in found.items():
        score = scores[key[1]]
        score.found += 1
        if shown.get(key) != when:
            score.false.append(key)
        elif key not in true or true[key][0] != when[0]:
            score.late += 1
    return scores


def table(scores: dict[str, Score]) -> str:
    """Counts, sensitivity, positive predictive value and date error of every kind of event."""
    rows = []
    for name in EVENTS:
        score = scores.get(name, Score())
        wrong = len({*score.missed, *score.false})
        rows.append(
            [
                name,
                *map(str, (score.true, score.found, score.right)),
                _percent(score.right, score.true),
                _percent(score.right, score.found),
                *map(str, (score.hidden, score.late, wrong)),
                _spread(score.errors),
            ]
        )
    head = ("event", "true", "found", "right", "sensitivity", "PPV")
    split = ("records could not know: missed", "records could not know: other", "engine was wrong")
    return markdown((*head, *split, "days of error: median (range)"), rows)


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "–"


def _spread(days: list[int]) -> str:
    if not days:
        return "–"
    return f"{median(days):.0f} ({min(days)} to {max(days)})".replace("-", "−")


def scores_of(scenario: Scenario) -> dict[str, Score]:
    """Simulates, writes, loads, derives and compares."""
    hospital = simulate(scenario)
    with tempfile.TemporaryDirectory() as folder:
        records, target = Path(folder) / "records", Path(folder) / "store"
        write_csv(hospital, records)
        store = load(records, target).store
        engine = DuckDB(threads=2)
        course = build(store, "default", engine=engine)
        found = {
            (row["patient_id"], row["event"], row["occurrence"]): (
                row["date"],
                row["earliest"],
                row["confirmed_on"],
            )
            for row in course.table(engine, "event").to_pyarrow().to_pylist()
        }
        clean = clean_histories(hospital)
        shown = expected(held(clean, hospital, store, records), course.definition)
        return compare(expected(clean, course.definition), shown, found)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Compares every kind of event with the truth.")
    parser.add_argument("--patients", type=int, default=10_000)
    parser.add_argument("--out", type=Path, required=True, help="Markdown with the markers")
    asked = parser.parse_args(arguments)
    wrong: list[Key] = []
    never = set(EVENTS)
    for marker, (scenario, share) in HOSPITALS.items():
        scores = scores_of(replace(scenario, n_patients=int(asked.patients * share)))
        put(asked.out, marker, table(scores))
        wrong += wrong_keys(scores)
        never -= {name for name, score in scores.items() if score.true}
    print(*wrong[:20], *sorted(never), sep="\n", file=sys.stderr)
    sys.exit(1 if wrong or never else 0)


def wrong_keys(scores: dict[str, Score]) -> list[Key]:
    """The events about which the engine is wrong."""
    return [key for score in scores.values() for key in (*score.missed, *score.false)]


if __name__ == "__main__":
    main()
