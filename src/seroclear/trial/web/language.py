"""The two languages of the pages: every sentence of ours is in `sentences.toml`, in both."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

LANGUAGES: Final = {"en": "English", "zh": "中文"}
DEFAULT: Final = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of one language."""

    language: str

    def __call__(self, key: str, **given: Any) -> str:
        """A sentence, with what belongs into its gaps; KeyError when there is none."""
        text = sentences()[key][self.language]
        return text.format(**given) if given else text

    def of(self, labels: dict[str, str]) -> str:
        """The label of this language, of something the protocol names in both."""
        return labels.get(self.language) or labels[DEFAULT]

    def value(self, value: object) -> str:
        """A word of the trial's vocabulary, such as 'within'; itself where it has no other."""
        if value is None or value == "":
            return "–"
        if isinstance(value, bool):
            value = "yes" if value else "no"
        known = sentences().get(f"value.{value}")
        return known[self.language] if known else str(value)

    def number(self, value: float) -> str:
        """A number without zeros that say nothing."""
        return f"{value:g}"


@cache
def sentences() -> dict[str, dict[str, str]]:
    """Key to language to sentence."""
    text = (files("seroclear.trial.web") / "sentences.toml").read_text("utf-8")
    return {
        key: dict(zip(LANGUAGES, both, strict=True)) for key, both in tomllib.loads(text).items()
    }


def language_of(chosen: str | None, accepted: str) -> str:
    """The language that was chosen, else the first that the browser accepts, else English."""
    if chosen in LANGUAGES:
        return str(chosen)
    wanted = []
    for part in accepted[:200].split(","):
        name, _, weight = part.strip().partition(";q=")
        try:
            wanted.append((-float(weight or 1), name.split("-")[0].lower()))
        except ValueError:
            continue
    known = [name for weight, name in sorted(wanted, key=lambda one: one[0]) if name in LANGUAGES]
    return known[0] if known else DEFAULT
