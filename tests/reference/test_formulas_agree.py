"""Every formula of eGFR that a definition can choose, on random histories of creatinine."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from reference.choices.kidney import CREATININE
from reference.engine import by_reference
from reference.histories import MOST_ROWS, TOPICS, decode
from reference.stores import by_engine, stored

from seroclear.course.definition import definition

FORMULAS = {p.name: p for p in definition("default").parameters}["kidney.formula"].choices
CODES = 300


@pytest.mark.parametrize("formula", FORMULAS)
def test_engines_agree_on_the_formula(formula: str, tmp_path: Path) -> None:
    rules = tmp_path / f"with_{formula}.toml"
    rules.write_text(f'base = "default"\n[kidney.formula]\nvalue = "{formula}"\n', "utf-8")
    dice = random.Random(2)
    patients = [
        decode(f"p{one:03d}", dice.randbytes(1 + 2 * MOST_ROWS), TOPICS.index(CREATININE))
        for one in range(CODES)
    ]
    expected = by_reference(patients, definition(str(rules)))
    with stored(patients) as store:
        derived = by_engine(store, str(rules))
    assert derived["finding"] == expected["finding"]
    assert derived["event"] == expected["event"]
    stages = {row[3] for rows in expected["finding"].values() for row in rows}
    assert stages == {"G1", "G2", "G3a", "G3b", "G4", "G5"}
