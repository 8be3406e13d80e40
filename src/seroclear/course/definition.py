"""Definitions: every threshold, gap and rule of a course, each with its source.

A definition is a TOML file of this package's `definitions` folder or of the user's. A preset names
its `base` and the parameters that differ from it.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass, replace
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
    choices: tuple[str, ...] = ()  # the words it can be, when it is a word
    number_of: str = ""  # the unit, when it can be a number instead of a word


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

    def only(self, sections: Collection[str]) -> Definition:
        """The definition without the parameters of other sections."""
        kept = [one for one in self.parameters if one.name.split(".")[0] in sections]
        return replace(self, parameters=tuple(kept))

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
        SeroclearError: there is no such preset or file; or a file has the name of a preset, names
            no preset as its base, changes a parameter that its base does not have, or changes one
            to something that it cannot be.
    """
    content = _read(name)
    base = content.pop("base", None)
    summary = str(content.pop("summary", ""))
    own = [
        _parameter(name, f"{topic}.{key}", entry)
        for topic, entries in content.items()
        for key, entry in (entries.items() if isinstance(entries, dict) else [("", entries)])
    ]
    if name == "default":
        return Definition(name, summary, tuple(own))
    if base not in presets():
        raise SeroclearError(
            f'definition {name}: its base must be a preset, such as base = "default"; presets: '
            f"{', '.join(presets())}."
        )
    parameters = {parameter.name: parameter for parameter in definition(base).parameters}
    for parameter in own:
        known = parameters.get(parameter.name)
        _check(name, parameter, known)
        parameters[parameter.name] = parameter
    return Definition(Path(name).stem, summary, tuple(parameters.values()))


def _read(name: str) -> dict[str, Any]:
    path = Path(name)
    if name in presets():
        text = (files("seroclear.course") / "definitions" / f"{name}.toml").read_text("utf-8")
    elif path.suffix == ".toml" and path.is_file():
        text = _text(path)
    else:
        raise SeroclearError(
            f"there is no definition {name!r}; presets: {', '.join(presets())}, or give the "
            "path of a .toml file."
        )
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SeroclearError(f"definition {name}: not valid TOML: {error}") from None


def _text(path: Path) -> str:
    # Its name becomes a folder of the store and stands in every result.
    if path.stem in presets() or not re.fullmatch(r"\w[\w-]*", path.stem):
        raise SeroclearError(
            f"definition {path}: a file's name must be letters, digits, '_' and '-', and not that "
            "of a preset; rename it."
        )
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise SeroclearError(f"{path} is not UTF-8: save it as UTF-8.") from None
    except OSError as error:
        raise SeroclearError(f"{path} cannot be read: {error.strerror}.") from None


def _parameter(name: str, parameter: str, entry: object) -> Parameter:
    if not isinstance(entry, dict) or "value" not in entry:
        raise SeroclearError(
            f"definition {name}: write each parameter as a table with a value, such as "
            f"[loss.confirm] and below it value = true, not as {parameter.strip('.')!r} is."
        )
    return Parameter(
        parameter,
        entry["value"],
        str(entry.get("unit", "")),
        str(entry.get("source", "")),
        tuple(entry.get("choices", ())),
        str(entry.get("number_of", "")),
    )


def _check(name: str, parameter: Parameter, base: Parameter | None) -> None:
    if base is None:
        raise SeroclearError(
            f"definition {name}: there is no parameter {parameter.name!r} to change."
        )
    if not _fits(parameter.value, base):
        raise SeroclearError(
            f"definition {name}: {parameter.name} must be {_wanted(base)}, not {parameter.value!r}."
        )


def _wanted(base: Parameter) -> str:
    """What a parameter can be, in words."""
    words = " or ".join(map(repr, base.choices))
    if isinstance(base.value, bool):
        return "true or false"
    if not isinstance(base.value, str):
        whole = "a whole number" if base.unit.startswith("days") else "a number"
        return f"{whole} of {base.unit}, 0 or more"
    return f"{words} or a number of {base.number_of}" if base.number_of else words


def _fits(value: object, base: Parameter) -> bool:
    if isinstance(base.value, bool) or isinstance(value, bool):
        return isinstance(base.value, bool) and isinstance(value, bool)
    if isinstance(value, str):
        return value in base.choices
    if not isinstance(value, (int, float)) or not math.isfinite(value) or value < 0:
        return False
    if isinstance(base.value, str) and not base.number_of:
        return False
    return isinstance(value, int) or not base.unit.startswith("days")
