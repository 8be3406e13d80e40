"""Nothing half-written: results appear under their name only when they are whole."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from seroclear.errors import SeroclearError


@contextmanager
def whole_folder(
    target: Path,
    *,
    mark: str,
    overwrite: bool = False,
    superseded: Callable[[], bool] = lambda: False,
) -> Iterator[Path]:
    """A temporary folder beside `target` that takes its name when the block ends without error.

    Args:
        target: the folder to be made.
        mark: a file or folder that every folder of this kind holds: no other folder is replaced.
        overwrite: replace what is there.
        superseded: asked at the end; true when somebody else has made the same meanwhile.

    Raises:
        SeroclearError: `target` exists and may not be replaced, or its parent cannot be written.
    """
    may_replace(target, mark, overwrite)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise SeroclearError(f"{target.parent} cannot be written: {error.strerror}.") from None
    temporary.chmod(0o750)  # patient data: not for everybody on the machine
    try:
        yield temporary
        if not superseded():
            may_replace(target, mark, overwrite)
            _put_in_place(temporary, target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def may_replace(target: Path, mark: str, overwrite: bool) -> None:
    """Raises SeroclearError when something is at `target` that may not be replaced.

    Asked for to overwrite, we replace what this program made and nothing else.
    """
    if not target.exists():
        return
    if not target.is_dir():
        raise SeroclearError(f"{target} is a file; give the name of a folder.")
    if not overwrite:
        raise SeroclearError(f"{target} exists already; choose another place or give --overwrite.")
    if any(target.iterdir()) and not (target / mark).exists():
        raise SeroclearError(
            f"{target} holds something else (it has no {mark}) and is not overwritten; choose "
            "another place."
        )


def _put_in_place(temporary: Path, target: Path) -> None:
    """Renames `temporary` to `target`; an interruption leaves the old target where it was."""
    try:
        temporary.rename(target)
        return
    except OSError as error:
        if not target.is_dir():
            raise SeroclearError(f"{target} cannot be written: {error.strerror}.") from None
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


def fingerprint_of(files: Iterable[Path]) -> str:
    """Changes whenever the content of one of these files does."""
    together = "\n".join(sha256_of(file) for file in sorted(files))
    return hashlib.sha256(together.encode()).hexdigest()[:16]
