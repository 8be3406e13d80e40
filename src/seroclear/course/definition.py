"""Definitions: every threshold, gap and rule of a course, each with its source.

A definition is a TOML file of this package's `definitions` folder or of the user's. A preset names
its `base` and the parameters that differ from it.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from seroclear.errors import SeroclearError


@dataclass(frozen=True, slots=True)
class Parameter:
    """One threshold or rule."""

    name: str
    value: float | int | str | bool
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Definition:
    """A named set of parameters. Read one with `definition("default")`."""

    name: str
    summary: str
    parameters: tuple[Parameter, ...]

    def __getitem__(self, name: str) -> Any:
        """Value of the parameter `name`, such as 'hbsag.llod'."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter.value
        raise KeyError(name)

    @property
    def washout_days(self) -> int:
        """Days after HBIG during which anti-HBs is passive."""
        half_lives = self["passive_antibody.washout_half_lives"]
        return int(self["passive_antibody.half_life"] * half_lives)

    @property
    def fingerprint(self) -> str:
        """Changes whenever a parameter's value does."""
        values = {parameter.name: parameter.value for parameter in self.parameters}
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def presets() -> list[str]:
    """Names of the definitions that come with seroclear, 'default' first."""
    folder = files("seroclear.course") / "definitions"
    names = sorted(
        item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")
    )
    return sorted(names, key=lambda name: (name != "default", name))


@cache
def definition(name: str) -> Definition:
    """A preset by name, or a definition file by path.

    Raises:
        SeroclearError: there is no such preset or file, or it changes a parameter that its base
            does not have, or to another type.
    """
    content = _read(name)
    base = content.pop("base", None)
    summary = str(content.pop("summary", ""))
    own = {
        f"{topic}.{key}": Parameter(
            f"{topic}.{key}", entry["value"], entry.get("unit", ""), entry.get("source", "")
        )
        for topic, entries in content.items()
        for key, entry in entries.items()
    }
    if base is None:
        return Definition(Path(name).stem, summary, tuple(own.values()))
    parameters = {parameter.name: parameter for parameter in definition(base).parameters}
    for key, parameter in own.items():
        _check(name, parameter, parameters.get(key))
        parameters[key] = parameter
    return Definition(Path(name).stem, summary, tuple(parameters.values()))


def _read(name: str) -> dict[str, Any]:
    preset = files("seroclear.course") / "definitions" / f"{name}.toml"
    path = Path(name)
    if not preset.is_file() and not (path.suffix == ".toml" and path.is_file()):
        raise SeroclearError(
            f"there is no definition {name!r}; presets: {', '.join(presets())}, or give the "
            "path of a .toml file."
        )
    text = preset.read_text(encoding="utf-8") if preset.is_file() else path.read_text("utf-8")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SeroclearError(f"definition {name}: not valid TOML: {error}") from None


def _check(name: str, parameter: Parameter, base: Parameter | None) -> None:
    if base is None:
        raise SeroclearError(
            f"definition {name}: there is no parameter {parameter.name!r} to change."
        )
    numeric = (int, float)
    same = type(parameter.value) is type(base.value) or (
        isinstance(parameter.value, numeric)
        and isinstance(base.value, numeric)
        and not isinstance(parameter.value, bool)
        and not isinstance(base.value, bool)
    )
    if not same and parameter.name != "alt.uln":
        raise SeroclearError(
            f"definition {name}: {parameter.name} must be like {base.value!r}, "
            f"not {parameter.value!r}."
        )
