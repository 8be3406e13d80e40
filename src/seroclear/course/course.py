"""Courses on disk: what a store's courses under one definition are, and how they are opened.

Nothing heavy is imported here, so that one patient can be shown at once.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from seroclear import __version__
from seroclear.course.definition import Definition, definition, presets
from seroclear.files import fingerprint_of
from seroclear.records.store import Store

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.engine import Engine

MANIFEST = "course.toml"
TABLES = ("finding", "regimen", "event", "state")


@dataclass(frozen=True, slots=True)
class Course:
    """The courses of a store under one definition."""

    path: Path
    store: Store
    definition: Definition

    def table(self, engine: Engine, name: str) -> ir.Table:
        """One of TABLES as an Ibis table."""
        return engine.read_parquet(Path(self.parquet(name)))

    def rows(self, engine: Engine, topic: str, kind: str) -> ir.Table:
        """Rows of one topic: finding, regimen, event or state."""
        from seroclear.course.derived import empty

        file = self.path / kind / f"{topic}.parquet"
        return engine.read_parquet(file) if file.is_file() else empty(kind)

    def parquet(self, name: str) -> str:
        """Pattern of a table's Parquet files: one a topic."""
        return str(self.path / name / "*.parquet")

    def manifest(self) -> str:
        """What course.toml must say for these courses to be current."""
        return self.rules_said() + _said({"store_fingerprint": self.store.fingerprint})

    def rules_said(self) -> str:
        """The part of the manifest that is the same for every store."""
        return _said(
            {
                "seroclear": __version__,
                "rules": fingerprint_of(Path(__file__).parent.glob("*.py")),
                "definition": self.definition.name,
                "definition_fingerprint": self.definition.fingerprint,
            }
        )

    def is_current(self) -> bool:
        """Whether they lie on disk, derived from these records by this definition."""
        file = self.path / MANIFEST
        return file.is_file() and file.read_text("utf-8") == self.manifest()


def _said(lines: dict[str, str]) -> str:
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in lines.items())


def course_of(store: Store, preset: str) -> Course:
    """The place of a store's courses under a definition, derived or not."""
    rules = definition(preset)
    return Course(store.path / "course" / rules.name, store, rules)


def courses_on_disk(store: Store) -> list[Course]:
    """A store's courses under the presets, as far as they are current."""
    return [course for name in presets() if (course := course_of(store, name)).is_current()]
