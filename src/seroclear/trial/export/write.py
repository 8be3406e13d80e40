"""Writes a locked trial in the formats asked for: one folder, the same bytes every time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from seroclear.errors import SeroclearError
from seroclear.trial.export.adam import adam
from seroclear.trial.export.dataset_json import dataset_json
from seroclear.trial.export.define import GUIDES, define
from seroclear.trial.export.definitions import Dataset
from seroclear.trial.export.fhir import RELEASES, plan_definition, research_study
from seroclear.trial.export.odm import odm
from seroclear.trial.export.sdtm import sdtm
from seroclear.trial.export.source import Source, read_for_export
from seroclear.trial.export.xpt import xpt
from seroclear.trial.trust.session import Session

Files = dict[str, bytes]
MANIFEST: Final = "SHA256SUMS"


def _odm(source: Source) -> Files:
    return {"odm.xml": odm(source)}


def _dataset_json(source: Source) -> Files:
    return {
        f"{one.standard.lower()}/{one.name.lower()}.json": dataset_json(source, one)
        for one in datasets(source)
    }


def _xpt(source: Source) -> Files:
    return {
        f"{one.standard.lower()}/{one.name.lower()}.xpt": xpt(source, one)
        for one in datasets(source)
    }


def _define(source: Source) -> Files:
    made = datasets(source)
    return {
        f"{standard.lower()}/define.xml": define(
            source, standard, [one for one in made if one.standard == standard]
        )
        for standard in GUIDES
    }


def _fhir(source: Source) -> Files:
    made = {"ResearchStudy": research_study, "PlanDefinition": plan_definition}
    return {
        f"fhir/{release}/{name}.json": write_resource(source, release)
        for release in RELEASES
        for name, write_resource in made.items()
    }


FORMATS: Final[dict[str, Callable[[Source], Files]]] = {
    "odm": _odm,
    "dataset-json": _dataset_json,
    "define": _define,
    "xpt": _xpt,
    "fhir": _fhir,
}


def datasets(source: Source) -> list[Dataset]:
    """SDTM, and the ADaM that is made from it."""
    tabulated = sdtm(source)
    return [*tabulated, *adam(source, tabulated)]


def export_trial(session: Session, folder: Path, formats: Sequence[str] = ()) -> list[Path]:
    """Writes the locked trial into a new or empty folder, with SHA256SUMS beside the files.

    Args:
        formats: names of `FORMATS`; all of them where none is given.

    Returns:
        The files, in the order of their names.

    Raises:
        SeroclearError: a format is unknown, the folder holds something, the trial is not locked or
            the role may not take its data.
    """
    wanted = tuple(name for name in FORMATS if name in (formats or FORMATS))
    unknown = sorted(set(formats) - set(FORMATS))
    if unknown:
        raise SeroclearError(f"there is no format {unknown[0]!r}; known: {', '.join(FORMATS)}.")
    require_empty(folder)
    return write(exported(read_for_export(session, wanted), wanted), folder)


def require_empty(folder: Path) -> None:
    """Raises SeroclearError unless the folder is empty or not there yet."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SeroclearError(f"{folder} is not empty: name a new folder.")


def exported(source: Source, formats: Sequence[str]) -> Files:
    """Paths within the folder to the bytes of the files."""
    found: Files = {}
    for name in formats:
        found |= FORMATS[name](source)
    return dict(sorted(found.items()))


def write(content: Files, folder: Path) -> list[Path]:
    """Writes files and the list of their SHA-256 (as `sha256sum --check` reads it)."""
    sums = [f"{hashlib.sha256(data).hexdigest()}  {path}\n" for path, data in content.items()]
    written = []
    try:
        for path, data in {**content, MANIFEST: "".join(sums).encode()}.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
            written.append(file)
    except OSError as error:
        raise SeroclearError(f"{folder} cannot be written: {error.strerror}.") from None
    return written
