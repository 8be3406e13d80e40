"""Hospital files in, a store out.

Strings are read once: the distinct texts of a column are few, so each is read by the Python grammar
(`results.py`, `dates.py`, `vocabulary`) and joined back. Every source row ends in a table of the
store or, with its reason, in `rejected`.

A load goes in stages, each of which leaves its files in the work folder (`load_work.py`): the next
run of a load that was killed goes on behind the last of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from seroclear import __version__
from seroclear.engines.duckdb import set_limits
from seroclear.errors import SeroclearError
from seroclear.files import fingerprint_of, may_replace, sha256_of, whole_folder
from seroclear.progress import Progress, Silent
from seroclear.records.load_stages import Counts, Stages
from seroclear.records.load_work import work_beside
from seroclear.records.sources import Source, attach
from seroclear.records.store import FORMAT, MANIFEST, Store, write_manifest
from seroclear.records.vocabulary import VOCABULARY_FILES, Vocabulary, read_csv

# Per cent of the time of each step, as a load of 10 million results took it (docs/performance.md).
STEPS = (2, 1, 2, 11, 5, 1, 4, 1, 21, 15, 37)


@dataclass(slots=True)
class Loaded:
    """What `load` did: the store and the arithmetic of its rows."""

    store: Store
    source: Source
    counts: dict[str, Counts] = field(default_factory=dict)


def load(
    records: Path,
    target: Path,
    *,
    extra_map: Path | None = None,
    overwrite: bool = False,
    memory_limit: str = "3GB",
    progress: Progress | None = None,
) -> Loaded:
    """Reads a hospital's records and writes a store.

    A load that was killed is gone on with where it stopped when it is run again.

    Args:
        records: folder or file of OMOP CDM 5.3/5.4, hospital CSV with hospital.toml, MIMIC-IV, or
            FHIR R4 as NDJSON or Bundles.
        target: folder of the new store; appears only when it is whole.
        extra_map: CSV (kind, name, meaning, unit) for names the vocabulary does not know.
        overwrite: replace an existing store.
        memory_limit: of DuckDB, such as '3GB'; more data than that goes through the disk.
        progress: told before each step.

    Raises:
        SeroclearError: the records are missing, empty or cannot be recognised or read, or the
            store cannot be written.
    """
    progress = progress or Silent()
    vocabulary = Vocabulary.load(extra_map)
    may_replace(target, MANIFEST, overwrite)
    with (
        _plain_errors(records, target),
        work_beside(target) as work,
        duckdb.connect() as con,
    ):
        con.execute("SET enable_progress_bar = false")
        set_limits(con, memory_limit, work.scratch / "spill")
        progress.step("Opening the files")
        source = attach(con, records, work.scratch)
        # From here on every order that matters is said; DuckDB need not keep that of the files.
        con.execute("SET preserve_insertion_order = false")
        inputs = [*source.files, *([extra_map] if extra_map is not None else [])]
        hashes = {_name(file, records): sha256_of(file) for file in inputs}
        fingerprint = _fingerprint(hashes, source)
        work.begin(f"{fingerprint} {records.resolve()} DuckDB {duckdb.__version__}")
        stages = Stages(con, work, progress, source, vocabulary)
        stages.run(records)
        with whole_folder(target, mark=MANIFEST, overwrite=overwrite) as folder:
            stages.move_to(folder)
            write_manifest(folder, _manifest(stages, fingerprint, hashes))
    return Loaded(Store.open(target), source, stages.counts)


def _name(file: Path, records: Path) -> str:
    """Where a file lies in the records: parts of two tables may have one name."""
    return file.relative_to(records).as_posix() if file.is_relative_to(records) else file.name


@contextmanager
def _plain_errors(records: Path, target: Path) -> Iterator[None]:
    """One sentence for what the machine, not the program, did wrong."""
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise SeroclearError(
            f"{records} needs more memory or disk than it was given; raise --memory "
            f"or free space beside {target}."
        ) from None
    except (duckdb.IOException, duckdb.InvalidInputException) as error:
        # Only the first line: the next ones may quote a row.
        raise SeroclearError(
            f"{records} could not be read or {target} could not be written: "
            f"{str(error).splitlines()[0]}"
        ) from None
    except OSError as error:
        raise SeroclearError(f"{target} could not be written: {error.strerror}.") from None


def _manifest(stages: Stages, fingerprint: str, hashes: dict[str, str]) -> dict[str, Any]:
    """What store.toml says about this load."""
    return {
        "format": FORMAT,
        "seroclear": __version__,
        "source": stages.source.kind,
        "fingerprint": fingerprint,
        "absent": list(stages.source.absent),
        "read": {table: counts.read for table, counts in stages.counts.items()},
        "used": {table: counts.used for table, counts in stages.counts.items()},
        "rejected": {table: counts.rejected for table, counts in stages.counts.items()},
        "unread_fields": stages.unread_fields,
        "input_sha256": hashes,
    }


def _fingerprint(hashes: dict[str, str], source: Source) -> str:
    vocabularies = [str(read_csv(name)) for name in VOCABULARY_FILES]
    code = fingerprint_of(Path(__file__).parent.rglob("*.py"))
    text = "\n".join([__version__, code, source.kind, *sorted(hashes.values()), *vocabularies])
    return hashlib.sha256(text.encode()).hexdigest()[:16]
