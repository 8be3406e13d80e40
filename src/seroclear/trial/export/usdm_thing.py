"""The parts that every object of USDM is made of: its id, its class and its coded terms."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import Any, Final

Content = dict[str, Any]
_SYSTEM: Final = "http://www.cdisc.org"
_RELEASE: Final = "unspecified"  # the codes of `usdm_codes.csv` were compared with no one release


def thing(kind: str, key: str, **content: Any) -> Content:
    """An object of a class; its id is the class and a key that no other of the class has."""
    return {"id": f"{kind}_{key}", "instanceType": kind, **content}


def coded(name: str, where: str) -> Content:
    """A Code of `usdm_codes.csv`; `where` is the id of what it belongs to."""
    code, decode = _codes()[name]
    return thing(
        "Code",
        f"{where}_{code}",
        code=code,
        codeSystem=_SYSTEM,
        codeSystemVersion=_RELEASE,
        decode=decode,
    )


def is_coded(name: str) -> bool:
    """Whether there is a code of this name."""
    return name in _codes()


def alias(name: str, where: str) -> Content:
    """An AliasCode of one code."""
    return thing("AliasCode", where, standardCode=coded(name, where), standardCodeAliases=[])


def chained(things: list[Content]) -> list[Content]:
    """The same, each with the ids of the one before and the one after it."""
    ids = [None, *(one["id"] for one in things), None]
    return [{**one, "previousId": ids[at], "nextId": ids[at + 2]} for at, one in enumerate(things)]


@cache
def _codes() -> dict[str, tuple[str, str]]:
    text = (files("seroclear.trial.export") / "usdm_codes.csv").read_text("utf-8")
    return {one["name"]: (one["code"], one["decode"]) for one in csv.DictReader(text.splitlines())}
