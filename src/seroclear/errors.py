"""The one error a user of seroclear has to know."""


class SeroclearError(Exception):
    """Something the user can mend: one sentence that names the place and the mend.

    Never put a patient's identifier or a result value in the message: errors end up in logs.
    """


class NoPatientsError(SeroclearError):
    """A study's cohort is empty: a finding, not a crash. The command line exits with code 3."""
