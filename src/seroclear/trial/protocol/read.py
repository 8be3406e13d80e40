"""A protocol from its TOML file: each mistake with its place (table.key) and the nearest name."""

from __future__ import annotations

import hashlib
import importlib.resources
import math
import tomllib
import typing
from dataclasses import MISSING, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

from seroclear.errors import SeroclearError
from seroclear.study.checks import nearest
from seroclear.trial.protocol.check import ProtocolMistake, check
from seroclear.trial.protocol.protocol import Protocol

_Part = TypeVar("_Part")
LARGEST = 1e15  # whole numbers beyond it are no choice of a protocol
_WORDS = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}


def names() -> list[str]:
    """Names of the protocols that come with seroclear."""
    folder = importlib.resources.files("seroclear.trial") / "protocols"
    return sorted(
        item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")
    )


def protocol_file(name: str) -> Path:
    """The file of a protocol: one that comes with seroclear by its name, or a path.

    Raises:
        SeroclearError: there is neither.
    """
    if name in names():
        return Path(str(importlib.resources.files("seroclear.trial") / "protocols")) / (
            name + ".toml"
        )
    path = Path(name)
    if path.suffix == ".toml" and path.is_file():
        return path
    raise SeroclearError(
        f"there is no protocol {name!r}; known: {', '.join(names())}, or give the path of a .toml "
        "file."
    )


def read_protocol(name: str = "nct07328711") -> Protocol:
    """A protocol by name, or by the path of a TOML file.

    Raises:
        SeroclearError: there is no such protocol, or the file says something that no protocol can:
            the sentence names the table and key, and the nearest right name.
    """
    file = protocol_file(name)
    try:
        content = tomllib.loads(file.read_text("utf-8-sig"))
    except UnicodeDecodeError:
        raise SeroclearError(f"{file} is not UTF-8: save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise SeroclearError(f"{file}: not valid TOML: {error}") from None
    try:
        protocol = build(Protocol, content, "")
        eligibility = replace(
            protocol.eligibility, study_sha256=_hash_of(file.parent / protocol.eligibility.study)
        )
        protocol = replace(protocol, eligibility=eligibility)
        check(protocol)
    except ProtocolMistake as mistake:
        raise SeroclearError(f"{file.name}: {mistake}") from None
    return protocol


def build(cls: type[_Part], table: object, place: str) -> _Part:
    """A dataclass from a table of the same keys, its types checked all the way down."""
    if not isinstance(table, dict):
        raise ProtocolMistake(f"{place or 'the file'} must be a table, not {table!r}.")
    hints = typing.get_type_hints(cls)
    known = {field.name: field for field in fields(cls)}  # type: ignore[arg-type]
    for key in table:
        if key not in known:
            raise ProtocolMistake(f"there is no {_at(place, key)}; {nearest(key, list(known))}.")
    values: dict[str, Any] = {}
    for key, field in known.items():
        if key in table:
            values[key] = _value(hints[key], table[key], _at(place, key))
        elif field.default is MISSING:
            raise ProtocolMistake(f"{_at(place, key)} is missing.")
    _check_assumed(values.get("assumed", ()), list(known), place)
    return cls(**values)


def _value(hint: Any, value: object, place: str) -> Any:
    origin = typing.get_origin(hint)
    if origin is Literal:
        return _choice(typing.get_args(hint), value, place)
    if origin is tuple:
        inner = typing.get_args(hint)[0]
        if not isinstance(value, list):
            raise ProtocolMistake(f"{place} must be a list, not {value!r}.")
        return tuple(
            _value(inner, one, f"{place}[{_name_of(one, number)}]")
            for number, one in enumerate(value, 1)
        )
    if isinstance(hint, type) and is_dataclass(hint):
        return build(hint, value, place)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value) if abs(value) < LARGEST else math.inf
    a_number_as_bool = isinstance(value, bool) and hint is not bool
    endless = isinstance(value, float) and not math.isfinite(value)
    if not isinstance(value, hint) or a_number_as_bool or endless:
        raise ProtocolMistake(f"{place} must be {_WORDS[hint]}, not {value!r}.")
    return value


def _choice(choices: tuple[Any, ...], value: object, place: str) -> object:
    if value not in choices:
        mend = nearest(str(value), [str(choice) for choice in choices])
        raise ProtocolMistake(f"{place} cannot be {value!r}; {mend}.")
    return value


def _name_of(table: object, number: int) -> object:
    """How a table of a list is called: by its own name where it has one."""
    if isinstance(table, dict):
        return table.get("name") or table.get("code") or table.get("test") or number
    return number


def _check_assumed(assumed: tuple[str, ...], known: list[str], place: str) -> None:
    for key in assumed:
        if key not in known:
            raise ProtocolMistake(
                f"{_at(place, 'assumed')}: there is no key {key!r}; {nearest(key, known)}."
            )


def _at(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key


def _hash_of(study: Path) -> str:
    """SHA-256 of the criteria's file, with line ends as they are on Unix."""
    if not study.is_file():
        raise ProtocolMistake(f"eligibility.study: there is no file {study.name} beside it.")
    text = study.read_text("utf-8-sig")
    return hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()
