"""Nothing half-written: results appear under their name only when they are whole."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from seroclear.errors import SeroclearError


@contextmanager
def whole_folder(target: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """A temporary folder beside `target` that takes its name when the block ends without error.

    Raises:
        SeroclearError: `target` exists and `overwrite` is false, or its parent cannot be written.
    """
    if target.exists() and not overwrite:
        raise SeroclearError(f"{target} exists already; choose another place or give --overwrite.")
    if target.exists() and not target.is_dir():
        raise SeroclearError(f"{target} is a file; give the name of a folder.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise SeroclearError(f"{target.parent} cannot be written: {error.strerror}.") from None
    temporary.chmod(0o750)  # patient data: not for everybody on the machine
    try:
        yield temporary
        _put_in_place(temporary, target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _put_in_place(temporary: Path, target: Path) -> None:
    """Renames `temporary` to `target`; an interruption leaves the old target where it was."""
    if not target.exists():
        temporary.rename(target)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{target.name}.old.", dir=target.parent))
    old = aside / target.name
    try:
        target.rename(old)
        temporary.rename(target)
    finally:
        if old.exists() and not target.exists():
            old.rename(target)
        shutil.rmtree(aside, ignore_errors=True)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
