"""The index page of a demonstration: what lies where, and who may sign in."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Final

from seroclear.report.document import Section, Table
from seroclear.trial.demonstration.staff import PASSWORD
from seroclear.trial.documents import page
from seroclear.trial.protocol import Protocol

# What a demonstration leaves in its folder, in the order of the trial.
PARTS: Final = (
    ("protocol.html", "The protocol, with what in it is assumed"),
    ("design/report.html", "Design: size, power, predictability, simulated trials"),
    ("hospital", "Records of the simulated hospital, with the truth behind them"),
    ("store", "The same records as loaded"),
    ("screening.txt", "What each criterion costs, small counts suppressed"),
    ("candidates.html", "The worklist of candidates: names patients, stays in a hospital"),
    ("trial.db", "The trial's database, locked"),
    ("randomisation.key", "The key of the randomisation, revealed after the lock"),
    ("dataset.sha256", "Hash of the locked data"),
    ("head.txt", "Head of the audit trail, to be kept elsewhere"),
    ("backup.gz", "Backup of the whole trial"),
    ("report/report.html", "The report of the trial"),
    ("report/report.docx", "The same for Word"),
    ("report/results.csv", "Every number of the report"),
    ("exports/SHA256SUMS", "Exports in the standards' formats: the hash of each file"),
)


def write_index(
    folder: Path,
    protocol: Protocol,
    told: Sequence[str],
    accounts: Sequence[tuple[str, str, str]],
    command: str,
) -> None:
    """Writes index.html.

    Args:
        told: what was done, in sentences.
        accounts: (account, name, role) of everybody.
    """
    number = protocol.identity.number
    there = [(path, what) for path, what in PARTS if (folder / path).exists()]
    people = [(account, name, role.replace("_", " ")) for account, name, role in accounts]
    sections = [
        Section("done", "What was done", tuple(told), kind="list"),
        Section(
            "files",
            "What lies here",
            tables=(Table("Files", ("File", "What it is"), tuple(there)),),
        ),
        Section(
            "accounts",
            "Who took part",
            (
                (
                    f"Everybody's password is '{PASSWORD}': nothing here is real. So you can look "
                    "at the trial as each of them, for example: seroclear trial query list "
                    "trial.db --as monitor"
                ),
            ),
            tables=(Table("Accounts", ("Account", "Name", "Role"), tuple(people)),),
        ),
        Section("again", "The same again", (command,)),
    ]
    text = page(f"{number}: a demonstration", "every participant is simulated", sections)
    for path, _ in there:  # the cells of the table become links
        if (folder / path).is_file():
            cell = f">{escape(path)}<"
            text = text.replace(cell, f'><a href="{escape(path)}">{escape(path)}</a><', 1)
    (folder / "index.html").write_text(text, encoding="utf-8")
