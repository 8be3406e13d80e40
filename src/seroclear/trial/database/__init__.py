"""The trial's database: rows are only ever added, and every one is in the audit trail."""

from seroclear.trial.database.connection import Database

__all__ = ["Database"]
