"""FHIR R4: a folder of bulk export (*.ndjson, *.ndjson.gz) or Bundles (*.json), or one such file.

The type of a resource is read from each resource, never from the name of its file. A resource that
is there twice (pages that overlap, exports that were repeated) counts once, in its latest version.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from seroclear.errors import SeroclearError
from seroclear.records.sources import RAW, Source
from seroclear.records.sources.fhir_parts import References, items, part, text
from seroclear.records.sources.fhir_readers import READERS
from seroclear.records.sources.fhir_tables import FhirTables

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LINES: Final = (".ndjson", ".ndjson.gz")
HEAD: Final = 1 << 16  # bytes in which a Bundle tells that it is one
_IS_FHIR: Final = re.compile(rb'"resourceType"\s*:\s*"[A-Z]')
_TYPE: Final = re.compile(rb'"resourceType"\s*:\s*"([A-Za-z]+)"')
# Store table -> what an export without such rows is said to lack.
LACKS: Final = {
    "exposure": "medications",
    "condition": "conditions",
    "procedure": "procedures",
    "visit": "encounters",
}


# What a resource is that makes no row.
EMPTY: Final = {
    "Observation": "panel without a result of its own",
    "RelatedPerson": "not a patient's mother",
}


def recognises(path: Path) -> bool:
    """True for a folder with NDJSON or FHIR JSON files, or for one such file."""
    return bool(_files(path))


def _files(path: Path) -> list[Path]:
    candidates = sorted(path.iterdir()) if path.is_dir() else [path]
    return [file for file in candidates if file.is_file() and (_has_lines(file) or _is_fhir(file))]


def _has_lines(file: Path) -> bool:
    return file.name.lower().endswith(LINES)


def _is_fhir(file: Path) -> bool:
    """True for a .json file with a resourceType at its beginning or end, where Bundles have it."""
    if file.suffix.lower() != ".json":
        return False
    with file.open("rb") as opened:
        head = opened.read(HEAD)
        opened.seek(max(0, file.stat().st_size - HEAD))
        return bool(_IS_FHIR.search(head) or _IS_FHIR.search(opened.read()))


def attach(con: DuckDBPyConnection, path: Path, scratch: Path) -> Source:
    """Makes the raw views of a FHIR export.

    Raises:
        SeroclearError: a file cannot be opened or is a damaged gzip file.
    """
    files = _files(path)
    with FhirTables(con) as tables:
        reading = _Reading(tables)
        for file in files:
            if _has_lines(file):
                reading.lines(file)
            else:
                reading.document(file)
        reading.tell_ignored()
    tables.make_views()
    return Source(
        kind="FHIR R4",
        files=tuple(files),
        refused=tables.refused,
        absent=tuple(words for table, words in LACKS.items() if not tables.rows[table]),
    )


class _Reading:
    """Reads files resource by resource and counts what it passes over."""

    def __init__(self, tables: FhirTables) -> None:
        self.tables = tables
        self.ignored: Counter[tuple[str, str]] = Counter()
        self.first: dict[tuple[str, str], str] = {}

    def lines(self, file: Path) -> None:
        """An NDJSON file; a line that is no resource is refused with its number."""
        for number, line in enumerate(_lines_of(file), start=1):
            if not line.strip():
                continue
            where = f"{file.name}:{number}"
            try:
                found = _loads(line)
            except (ValueError, RecursionError):
                self._malformed(line, where, file, "not valid JSON")
                continue
            self.resource(found, where, line, file)

    def document(self, file: Path) -> None:
        """A JSON file with a Bundle or one resource."""
        content = file.read_bytes()
        try:
            found = _loads(content)
        except (ValueError, RecursionError):
            self.tables.refuse("unknown", "not valid JSON", file.name, file.name)
            return
        self.resource(found, file.name, content[:HEAD], file)

    def resource(self, found: Any, where: str, line: bytes, file: Path) -> None:
        """One resource at the top of a file or line."""
        kind = text(found, "resourceType")
        if kind is None:
            self._malformed(line, where, file, "not a FHIR resource")
        elif kind == "Bundle":
            self._bundle(found, where)
        else:
            self._one(kind, found, text(found, "id"), where, References())

    def _malformed(self, line: bytes, where: str, file: Path, reason: str) -> None:
        typed = _TYPE.search(line)
        table = READERS[typed[1].decode()][0] if typed and typed[1].decode() in READERS else ""
        self.tables.refuse(table if table in RAW else "unknown", reason, file.name, where)

    def _bundle(self, bundle: Any, where: str) -> None:
        entries = items(bundle, "entry")
        keys = [_entry_key(entry) for entry in entries]
        by_url = {
            url: key
            for entry, key in zip(entries, keys, strict=True)
            if key and (url := text(entry, "fullUrl"))
        }
        references = References(by_url)
        for number, (entry, key) in enumerate(zip(entries, keys, strict=True), start=1):
            place = f"{where}:entry {number}"
            resource = part(entry, "resource")
            kind = text(resource, "resourceType")
            if kind is None:
                self._pass_over("Bundle.entry", "entry without a resource", place)
            elif kind == "Bundle":
                self._bundle(resource, place)
            else:
                self._one(kind, resource, key.partition("/")[2] if key else None, place, references)

    def _one(
        self, kind: str, resource: Any, own_id: str | None, where: str, references: References
    ) -> None:
        place = f"{kind}/{own_id}" if own_id else where
        for contained in items(resource, "contained"):
            inner = text(contained, "resourceType") or ""
            if inner in READERS and inner not in ("Medication", "Patient"):
                self._pass_over(inner, f"contained in {kind}", place)
        if kind not in READERS:
            self._pass_over(kind, "resource type not used", place)
            return
        if own_id and "id" not in resource:
            resource = {**resource, "id": own_id}
        rows = list(READERS[kind][1](resource, references))
        if not rows:
            self._pass_over(kind, EMPTY[kind], place)
        updated = text(resource, "meta", "lastUpdated")
        self.tables.add(rows, f"{kind}/{own_id}" if own_id else None, where, updated)

    def _pass_over(self, what: str, reason: str, where: str) -> None:
        self.ignored[what, reason] += 1
        self.first.setdefault((what, reason), where)

    def tell_ignored(self) -> None:
        """Refuses, by type and with one count each, what is no row of a store."""
        for (what, reason), count in sorted(self.ignored.items()):
            where = self.first[what, reason]
            self.tables.refuse(f"FHIR {what}", reason, "", where, rows=count)


def _entry_key(entry: Any) -> str | None:
    """'Type/id' of a Bundle's entry; its fullUrl is its id when the resource has none."""
    kind, own = text(entry, "resource", "resourceType"), text(entry, "resource", "id")
    url = text(entry, "fullUrl") or ""
    if own is None and url.startswith(("urn:uuid:", "urn:oid:")):
        own = url.rpartition(":")[2]
    elif own is None:
        own = url.rpartition("/")[2] or None
    return f"{kind}/{own}" if kind and own else None


# Numbers stay as printed: FHIR R4 2.24.0.1 makes the precision of a decimal significant.
_DECODER: Final = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)


def _loads(content: bytes) -> Any:
    found = _DECODER.decode(content.decode("utf-8-sig"))
    if b"\\u" in content:  # half of a surrogate pair is legal JSON, but no text
        json.dumps(found, ensure_ascii=False).encode()
    return found


def _lines_of(file: Path) -> Iterator[bytes]:
    try:
        with gzip.open(file) if file.suffix.lower() == ".gz" else file.open("rb") as opened:
            yield from opened
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise SeroclearError(
            f"{file} is a damaged or incomplete gzip file: copy it again from its source."
        ) from None
    except OSError as error:
        raise SeroclearError(f"{file} cannot be read: {error.strerror}.") from None
