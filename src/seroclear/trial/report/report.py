"""The report of a locked trial, as HTML, Word, CSV and figures."""

from __future__ import annotations

from pathlib import Path

from seroclear.files import whole_folder
from seroclear.trial.documents import write_documents
from seroclear.trial.report.data import locked_trial
from seroclear.trial.report.numbers import numbers
from seroclear.trial.report.sections import sections
from seroclear.trial.trust.session import Session

MARK = "report.html"


def trial_report(
    session: Session, folder: Path, *, seed: int = 1, overwrite: bool = False, command: str = ""
) -> None:
    """Analyses the locked data; writes report.html, report.docx, results.csv and figures.

    Args:
        session: a statistician's, after the lock; the trail tells that the data were read.
        folder: of the report; made whole or not at all.
        seed: of the multiple imputation.
        command: that made it, for its last section.

    Raises:
        SeroclearError: the trial is not locked, the role may not, or the folder exists.
    """
    with whole_folder(folder, mark=MARK, overwrite=overwrite) as temporary:
        trial = locked_trial(session)
        rows = numbers(trial, seed)
        number = trial.protocol.identity.number
        title = f"{number}: {trial.protocol.identity.title}"
        if trial.demonstration:
            title += " (demonstration)"
        parts = sections(trial, rows, seed, command)
        write_documents(title, number, parts, rows, temporary)
