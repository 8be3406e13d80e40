"""The work folder of a load: finished stages stay when the load is killed, for the next run."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from seroclear.errors import SeroclearError

_FINGERPRINT = "fingerprint"
_STAGES = "stages"
_HALF = ".half"  # ends the name of a stage that is not finished


@dataclass(frozen=True, slots=True)
class Work:
    """A hidden folder beside the target. Only one load at a time has it.

    Attributes:
        folder: `.<target>.loading`.
        scratch: a folder in it for what no later run can use; empty at the start.
    """

    folder: Path
    scratch: Path

    def begin(self, fingerprint: str) -> None:
        """Throws away stages that other inputs, or other code, have made."""
        stages, file = self.folder / _STAGES, self.folder / _FINGERPRINT
        if not file.is_file() or file.read_text(encoding="utf-8") != fingerprint:
            shutil.rmtree(stages, ignore_errors=True)
            file.write_text(fingerprint, encoding="utf-8")
        stages.mkdir(exist_ok=True)

    def stage(self, name: str, make: Callable[[Path], None]) -> Path:
        """The folder of a stage, made by `make` if it is not there yet."""
        done = self.folder / _STAGES / name
        if not done.is_dir():
            half = self.folder / _STAGES / f"{name}{_HALF}"
            shutil.rmtree(half, ignore_errors=True)
            half.mkdir()
            make(half)
            half.rename(done)
        return done

    def use_up(self) -> None:
        """Said before stages are moved into the store: a killed move cannot be resumed."""
        (self.folder / _FINGERPRINT).unlink()


@contextmanager
def work_beside(target: Path) -> Iterator[Work]:
    """The work folder of `target`.

    It is gone when the block ends, well or in an error. It stays, for the next run of the same
    load, when the block was interrupted or the process killed.

    Raises:
        SeroclearError: another load of the same target is running, or it cannot be written.
    """
    folder = target.parent / f".{target.name}.loading"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)  # patient data: not for everybody on the machine
    except OSError as error:
        raise SeroclearError(f"{target.parent} cannot be written: {error.strerror}.") from None
    with _alone(folder, target):
        scratch = folder / "scratch"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        try:
            yield Work(folder, scratch)
        except BaseException as error:
            if _interrupted(error) and _finished(folder):
                shutil.rmtree(scratch, ignore_errors=True)
            else:
                shutil.rmtree(folder, ignore_errors=True)
            raise
        shutil.rmtree(folder, ignore_errors=True)


def _finished(folder: Path) -> list[Path]:
    stages = folder / _STAGES
    made = stages.iterdir() if stages.is_dir() else ()
    return [stage for stage in made if not stage.name.endswith(_HALF)]


def _interrupted(error: BaseException) -> bool:
    """True for Ctrl-C and for a scheduler's end, also where DuckDB says it in its own words."""
    return not isinstance(error, Exception) or isinstance(
        error.__cause__, (KeyboardInterrupt, SystemExit)
    )


@contextmanager
def _alone(folder: Path, target: Path) -> Iterator[None]:
    """Holds the folder's lock, which ends with the process, however that ends."""
    with (folder / "lock").open("w") as lock:
        if sys.platform != "win32":
            import fcntl

            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise SeroclearError(
                    f"Another load is writing {target}; wait for it or choose another place."
                ) from None
        yield
