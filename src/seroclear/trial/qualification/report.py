"""The qualification's report: versions, hashes and machine, each requirement and its checks."""

from __future__ import annotations

import platform
import sqlite3
import tempfile
import tomllib
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from seroclear import __version__
from seroclear.files import fingerprint_of
from seroclear.trial.protocol import Protocol
from seroclear.trial.qualification.checks import CHECKS, CheckFailed
from seroclear.trial.qualification.scratch import Scratch
from seroclear.trial.randomisation.configuration import ALGORITHM

_LIBRARIES: Final = ("sqlalchemy", "alembic", "psycopg", "numpy", "scipy")


@dataclass(frozen=True, slots=True)
class Checked:
    """One check: its name, the requirements that it is of, and what failed ('' for nothing)."""

    name: str
    requirements: tuple[str, ...]
    failure: str

    @property
    def passed(self) -> bool:
        """Whether nothing failed."""
        return not self.failure


def requirements() -> dict[str, dict[str, str]]:
    """The register of requirements, by id."""
    text = (files("seroclear.trial.qualification") / "requirements.toml").read_text("utf-8")
    return tomllib.loads(text)


def run_checks(protocol: Protocol) -> list[Checked]:
    """Runs every check in a scratch trial of this protocol; one that breaks down has failed."""
    done = []
    with tempfile.TemporaryDirectory() as folder:
        scratch = Scratch(Path(folder), protocol)
        for ids, check in CHECKS:
            failure = ""
            try:
                check(scratch)
            except CheckFailed as error:
                failure = str(error)
            except Exception as error:  # whatever it is, the requirement is not shown to hold
                failure = f"broke down: {type(error).__name__}"
            done.append(Checked(check.__name__.replace("_", " "), ids, failure))
        scratch.database.close()
    return done


def installation(protocol: Protocol) -> dict[str, str]:
    """What is installed, where, and the hashes of what decides a trial's conduct."""
    folder = Path(str(files("seroclear.trial")))
    found = {
        "seroclear": __version__,
        "sources of the trial (SHA-256, short)": fingerprint_of(folder.rglob("*.py")),
        "permissions (SHA-256, short)": fingerprint_of([folder / "trust" / "permissions.toml"]),
        "protocol": f"{protocol.identity.number}, version {protocol.identity.version}",
        "protocol (SHA-256)": protocol.hash(),
        "randomisation": ALGORITHM,
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "machine": f"{platform.system()} {platform.release()}, {platform.machine()}",
    }
    return found | {name: _version(name) for name in _LIBRARIES}


def qualification(protocol: Protocol, on: str) -> tuple[str, bool]:
    """The report in Markdown, and whether every check passed.

    Args:
        on: the day of the report.
    """
    checked = run_checks(protocol)
    lines = [
        "# Qualification of seroclear's trial system",
        "",
        f"{on}. The checks ran in a scratch trial that was thrown away.",
        "",
        "## Installation",
        "",
        *_table(("what", "found"), installation(protocol).items()),
        "",
        "## Operation",
        "",
        *_table(
            ("check", "requirements", "result"),
            ((one.name, ", ".join(one.requirements), _said(one)) for one in checked),
        ),
        "",
        "## Requirements",
        "",
        *_table(("id", "risk", "source", "behaviour", "checked here"), _rows(checked)),
        "",
        "## Open",
        "",
        *([f"- {id}: {one['open']}" for id, one in requirements().items() if "open" in one]),
        "",
        "A requirement that is not checked here is tested with the sources (test_req_ and its id).",
        "",
    ]
    return "\n".join(lines), all(one.passed for one in checked)


def _rows(checked: list[Checked]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for id, one in requirements().items():
        own = [check for check in checked if id in check.requirements]
        result = "not here" if not own else "; ".join(_said(check) for check in own)
        behaviour = f"Given {one['given']}, when {one['when']}, then {one['then']}."
        rows.append((id, one["risk"], one["source"], behaviour, result))
    return rows


def _said(one: Checked) -> str:
    return "passed" if one.passed else f"FAILED: {one.failure}"


def _table(head: tuple[str, ...], rows: Any) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
