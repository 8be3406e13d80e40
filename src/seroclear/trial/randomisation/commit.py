"""Committing to the randomisation before the first participant, and revealing it after the lock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from seroclear.errors import SeroclearError
from seroclear.trial.database.clinical import allocation
from seroclear.trial.database.tables import scheme, seed_reveal, trial
from seroclear.trial.randomisation.configuration import (
    ALGORITHM,
    commitment_of,
    configuration_of,
)
from seroclear.trial.randomisation.key import make_key, read_key
from seroclear.trial.trust.gateway import action
from seroclear.trial.trust.work import Work


@action("scheme.commit")
def commit_scheme(work: Work, key_file: Path, key: bytes | None = None) -> str:
    """Draws the key, writes it to a new file and records the commitment, which is returned.

    Publish the commitment (in the registration, say): it proves later that nothing was changed.

    Args:
        key: not drawn but given, so that a demonstration comes out the same each time.

    Raises:
        SeroclearError: somebody was allocated already, the file exists, or a key was given for a
            trial that is no demonstration.
    """
    if key is not None and not work.rows(trial)[0]["demonstration"]:
        raise SeroclearError("only a demonstration may be given its key; leave it out.")
    if work.rows(scheme):
        raise SeroclearError("the trial is committed to its randomisation already.")
    if work.rows(allocation):
        raise SeroclearError("somebody was allocated already: it is too late for a commitment.")
    configuration = configuration_of(work.protocol).canonical()
    commitment = commitment_of(make_key(key_file, key), configuration)
    work.add(
        scheme,
        prefix="S",
        commitment=commitment,
        configuration=configuration,
        algorithm=ALGORITHM,
    )
    return commitment


@action("scheme.read")
def read_scheme(work: Work) -> dict[str, Any]:
    """The commitment with its configuration (block sizes included) and algorithm."""
    found = committed(work)
    return {name: found[name] for name in ("commitment", "configuration", "algorithm")}


@action("scheme.reveal")
def reveal_seed(work: Work) -> str:
    """Records the key itself, after the lock, so that anybody can replay every allocation."""
    if work.rows(seed_reveal):
        raise SeroclearError("the key is revealed already.")
    found = committed(work)
    key = proven_key(work)
    work.add(seed_reveal, prefix="K", scheme=found["id"], seed=key.hex())
    return str(found["commitment"])


def committed(work: Work) -> dict[str, Any]:
    """The scheme that the trial is committed to.

    Raises:
        SeroclearError: there is none yet, or it needs another algorithm than this program's.
    """
    found = work.rows(scheme)
    if not found:
        raise SeroclearError(
            "the trial has no commitment to its randomisation yet: the custodian makes it first."
        )
    if found[-1]["algorithm"] != ALGORITHM:
        raise SeroclearError(
            "this program allocates by another algorithm than the one committed to; install the "
            "version that the trial began with."
        )
    return found[-1]


def proven_key(work: Work) -> bytes:
    """The key, once it is shown to be the one that was committed to."""
    found = committed(work)
    key = read_key(work.key_file)
    if commitment_of(key, found["configuration"], found["algorithm"]) != found["commitment"]:
        raise SeroclearError("this key is not the one that the trial is committed to.")
    return key
