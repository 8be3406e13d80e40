"""Plain hospital CSVs, with a small `hospital.toml` beside them that names the columns.

```toml
name = "My hospital"
date_formats = ["%d/%m/%Y"]          # only when dates are not ISO; never guessed
[units]                              # only what the laboratory confirms, for results without a unit
alt = "U/L"
[patients]
file = "patients.csv"
patient_id = "id"
sex = "sex"
birth_date = "born"
[results]
file = ["results_2019.csv", "results_2020.csv"]
patient_id = "id"
taken_at = "time"
name = "item"
value = "result"
unit = "unit"
[diagnoses]
file = "diagnoses.csv"
patient_id = "id"
date = "date"
code = "code"
code_system = "=ICD-10"              # '=' marks a fixed text instead of a column
```
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seroclear.errors import SeroclearError
from seroclear.records.sources import RAW, Source, make_raw_view
from seroclear.records.tabular import (
    attach_file,
    literal,
    malformed_lines,
    quote,
    require_columns,
)
from seroclear.records.units import read_unit
from seroclear.records.vocabulary import known_meanings, nearest

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SETTINGS = "hospital.toml"
# section of the file -> (raw view, keys it must give, keys it may give)
SECTIONS = {
    "patients": ("patient", ("patient_id",), ("sex", "birth_date", "death_date", "mother_id")),
    "results": (
        "result",
        ("patient_id", "taken_at", "value"),
        ("name", "code", "code_system", "unit", "reference", "assay"),
    ),
    "drugs": (
        "exposure",
        ("patient_id", "start"),
        ("end", "days_supply", "name", "code", "code_system", "dose", "dose_unit", "route"),
    ),
    "diagnoses": (
        "condition",
        ("patient_id", "date"),
        ("code", "code_system", "name", "setting"),
    ),
    "procedures": (
        "procedure",
        ("patient_id", "date"),
        ("code", "code_system", "name", "setting"),
    ),
    "visits": ("visit", ("patient_id", "start"), ("end", "kind")),
    "mutations": ("mutation", ("patient_id", "taken_at", "mutation"), ("gene",)),
}
NEEDED = ("patients", "results")
TOP_LEVEL = {"name", "date_formats", "copies_per_iu", "units", *SECTIONS}


def recognises(path: Path) -> bool:
    """True for a folder with hospital.toml, or for such a file."""
    return (path / SETTINGS).is_file() or path.name == SETTINGS


def attach(con: DuckDBPyConnection, path: Path, scratch: Path) -> Source:
    """Makes the raw views of the CSV files that hospital.toml names.

    Raises:
        SeroclearError: a section, file or column is missing or misspelt.
    """
    settings_file = path if path.name == SETTINGS else path / SETTINGS
    settings = _settings(settings_file)
    files: list[Path] = [settings_file]
    malformed: list[tuple[str, str, int]] = []
    for section, (table, _, _) in SECTIONS.items():
        selects = []
        if section in settings:
            for number, file in enumerate(_files(settings_file, section, settings[section])):
                view = f"{section}_{number}"
                attach_file(con, view, file, scratch)
                selects.append(_select(con, settings_file, section, settings[section], view, file))
                malformed += [(table, file.name, line) for line in malformed_lines(con, view)]
                files.append(file)
        make_raw_view(con, table, selects)
    formats = settings.get("date_formats")
    return Source(
        kind="hospital CSV",
        files=tuple(files),
        date_formats=tuple(formats) if formats else None,
        default_units=dict(settings.get("units", {})),
        copies_per_iu=settings.get("copies_per_iu"),
        malformed=tuple(malformed),
        absent=tuple(s for s in SECTIONS if s not in settings and s != "mutations"),
    )


def _settings(file: Path) -> dict[str, Any]:
    try:
        settings = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise SeroclearError(f"{file} is not valid TOML: {error}") from None
    except UnicodeDecodeError:
        raise SeroclearError(f"{file} is not UTF-8: save it as UTF-8.") from None
    except OSError as error:
        raise SeroclearError(f"{file} cannot be read: {error.strerror}.") from None
    for key in settings:
        if key not in TOP_LEVEL:
            raise SeroclearError(
                f"{file}: unknown key {key!r}{_did_you_mean(key, TOP_LEVEL)}; it takes "
                f"{', '.join(sorted(TOP_LEVEL))}."
            )
    for section in NEEDED:
        if section not in settings:
            raise SeroclearError(f"{file}: the section [{section}] is missing.")
    for section in (*SECTIONS, "units"):
        if not isinstance(settings.get(section, {}), dict):
            raise SeroclearError(f"{file}: {section} must be a section, written [{section}].")
    _check_values(file, settings)
    return settings


def _check_values(file: Path, settings: dict[str, Any]) -> None:
    formats = settings.get("date_formats", [])
    if not isinstance(formats, list) or not all(isinstance(one, str) for one in formats):
        raise SeroclearError(f'{file}: date_formats must be a list of texts, such as ["%d/%m/%Y"].')
    copies = settings.get("copies_per_iu", 1)
    if isinstance(copies, bool) or not isinstance(copies, (int, float)) or copies <= 0:
        raise SeroclearError(f"{file}: copies_per_iu must be a positive number, such as 5.82.")
    for test, unit in settings.get("units", {}).items():
        known = known_meanings("test")
        if test not in known:
            raise SeroclearError(
                f"{file} [units]: {test!r} is no test; nearest: {nearest(test, known)}."
            )
        if not isinstance(unit, str) or not read_unit(unit):
            raise SeroclearError(
                f"{file} [units]: the unit {unit!r} of {test} is not known; write it like 'IU/mL'."
            )


def _did_you_mean(word: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(word, sorted(known), n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def _files(settings_file: Path, section: str, given: dict[str, Any]) -> list[Path]:
    names = given.get("file")
    names = [names] if isinstance(names, str) else names
    if not names or not isinstance(names, list) or not all(isinstance(n, str) for n in names):
        raise SeroclearError(
            f"{settings_file} [{section}]: 'file' must name a file or a list of files."
        )
    paths = [settings_file.parent / name for name in names]
    for path in paths:
        if not path.is_file():
            raise SeroclearError(
                f"{settings_file} [{section}]: the file {path} does not exist; correct 'file'."
            )
    return paths


def _select(
    con: DuckDBPyConnection,
    settings_file: Path,
    section: str,
    given: dict[str, Any],
    view: str,
    file: Path,
) -> str:
    table, needed, optional = SECTIONS[section]
    where = f"{settings_file} [{section}]"
    takes = ("file", *needed, *optional)
    for key, value in given.items():
        if key not in takes:
            raise SeroclearError(
                f"{where}: unknown key {key!r}{_did_you_mean(key, takes)}; it takes "
                f"{', '.join(takes)}."
            )
        if key != "file" and not (isinstance(value, str) and value):
            raise SeroclearError(
                f'{where}: {key} must name a column in quotes, such as {key} = "{key}".'
            )
    for key in needed:
        if key not in given:
            raise SeroclearError(
                f"{where}: the key {key!r} is missing: name the column that holds it."
            )
    if section in ("results", "drugs", "diagnoses", "procedures") and not (
        "name" in given or "code" in given
    ):
        raise SeroclearError(f"{where}: give 'name', 'code' or both.")
    if "code" in given and "code_system" not in given:
        raise SeroclearError(
            f"{where}: 'code' needs 'code_system', such as code_system = \"=ICD-10\"."
        )
    columns = [value for key, value in given.items() if key != "file" and value[:1] != "="]
    require_columns(con, view, columns, f"{file} (named in {where})")

    def cell(key: str) -> str:
        value = given.get(key)
        if value is None:
            return "NULL"
        return literal(value[1:]) if value.startswith("=") else quote(value)

    special = {
        "source_row": f"{literal(file.name + ':')} || file_row",
        "codes": (
            f"coalesce({cell('code_system')} || ':' || replace(trim({cell('code')}), ' ', ''), '')"
        ),
    }
    cells = ", ".join(f'{special.get(key, cell(key))} AS "{key}"' for key in RAW[table])
    return f"SELECT {cells} FROM {quote(view)}"
