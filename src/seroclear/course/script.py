"""All topics of a course as one SQL script for DuckDB, over the tables of a store."""

from __future__ import annotations

from pathlib import Path

import ibis

from seroclear.course.course import TABLES
from seroclear.course.definition import Definition
from seroclear.course.derivation import Derivation
from seroclear.course.records import Records
from seroclear.course.topics import TOPICS
from seroclear.engines.script import PREFIX, Script
from seroclear.records.store import Store

_ANY = Store(Path(), {})  # the script is the same for every store


def script_of(definition: Definition) -> str:
    """SQL that makes their_finding, their_regimen, their_event and their_state.

    It reads their_patient, their_result and so on: the rows of some patients.
    """
    with Script() as script:
        derived = Derivation(Records(script, _ANY), definition)
        for kind in TABLES:
            parts = [derived.rows(topic.name, kind) for topic in TOPICS]
            script.keep_as(PREFIX + kind, ibis.union(*parts))
        return "".join(f"{line};\n" for line in script.lines)
