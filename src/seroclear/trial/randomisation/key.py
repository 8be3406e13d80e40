"""The key's file: outside the database, readable by its owner alone, never in a message."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path
from typing import Final

from seroclear.errors import SeroclearError
from seroclear.trial.randomisation.configuration import KEY_BYTES

_MODE: Final = 0o600


def make_key(file: Path, key: bytes | None = None) -> bytes:
    """Draws a key, unless one is given, and writes it to a file that does not exist yet.

    Raises:
        SeroclearError: the file exists or cannot be written.
    """
    key = key or secrets.token_bytes(KEY_BYTES)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE)
    except FileExistsError:
        raise SeroclearError(f"{file} exists already; a key is never written over.") from None
    except OSError as error:
        raise SeroclearError(f"{file} cannot be written: {error.strerror}.") from None
    with os.fdopen(descriptor, "w") as opened:
        opened.write(key.hex() + "\n")
        opened.flush()
        os.fsync(opened.fileno())
    return key


def read_key(file: Path | None) -> bytes:
    """The key.

    Raises:
        SeroclearError: no file was named, it cannot be read, others may read it, or it holds no
            key.
    """
    if file is None:
        raise SeroclearError(
            "where is the key of the randomisation? Give --key or SEROCLEAR_TRIAL_KEY."
        )
    try:
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise SeroclearError(f"others may read {file}: run chmod 600 on it first.")
        text = file.read_text("ascii").strip()
        key = bytes.fromhex(text)
    except OSError as error:
        raise SeroclearError(f"{file} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise SeroclearError(f"{file} holds no key of a randomisation.") from None
    if len(key) != KEY_BYTES:
        raise SeroclearError(f"{file} holds no key of a randomisation.")
    return key
