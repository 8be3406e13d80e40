"""The backup as an action: the trail tells who took one."""

from __future__ import annotations

from pathlib import Path

from seroclear.trial.database.backup import write_backup
from seroclear.trial.trust.gateway import action
from seroclear.trial.trust.work import Work


@action("trial.backup")
def back_up(work: Work, file: Path) -> str:
    """Writes a backup to a new file; the head of the trail that it holds."""
    head = str(write_backup(work.connection, file))
    work.tell("backup", "whole", head=head)
    return head
