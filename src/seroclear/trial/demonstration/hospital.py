"""A simulated hospital whose records are screened for the demonstration."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from seroclear.trial.protocol import Protocol
from seroclear.trial.screening.candidates import Screened

RECORDS: Final = (date(2014, 1, 1), date(2026, 1, 30))
EACH: Final = 12  # persons simulated for one participant; about one in six is a candidate
LEAST: Final = 300


def screened_hospital(
    protocol: Protocol, folder: Path, participants: int, seed: int, memory_limit: str
) -> Screened:
    """Simulates a hospital in which peginterferon is common, loads its records and screens them.

    Writes `hospital` (records and truth), `store`, `screening.txt` with the counts and
    `candidates.html` with the worklist.

    Args:
        folder: must exist.
        participants: to be enrolled; the hospital is large enough for them.
    """
    from seroclear.course.course import course_of
    from seroclear.engines import open_engine
    from seroclear.progress import Silent
    from seroclear.records import load as loading
    from seroclear.simulate.parts import write_omop_in_parts
    from seroclear.simulate.scenario import Scenario
    from seroclear.trial.screening.screen import screen
    from seroclear.trial.screening.summary import in_words, summary
    from seroclear.trial.screening.worklist import worklist_as

    scenario = Scenario(
        n_patients=max(LEAST, EACH * participants),
        seed=seed,
        start=RECORDS[0],
        end=RECORDS[1],
        followed_share=0.9,
        na_share=0.1,
        ifn_share=0.55,
        add_on_share=0.15,
        switch_share=0.15,
        loss_after_ifn=0.6,
    )
    records = folder / "hospital"
    records.mkdir()
    write_omop_in_parts(scenario, records, progress=Silent())
    loaded = loading.load(records, folder / "store", memory_limit=memory_limit, progress=Silent())
    with open_engine(memory_limit=memory_limit) as engine:
        name = protocol.identity.number.lower()
        found = screen(protocol, name, course_of(loaded.store, "default"), engine)
    (folder / "screening.txt").write_text(in_words(summary(found)) + "\n", encoding="utf-8")
    names = folder / "candidates.html"
    names.touch(mode=0o600)  # before a patient's name is in it
    names.write_bytes(worklist_as(found, names.suffix))
    return found
