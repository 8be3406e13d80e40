"""Writes corpus.toml: `python tests/evidence/make_corpus.py`.

Each round of texts was written before the rules were run on it. The numbers of right statements are
computed (figures.py), the errors were planted by hand.
"""

from __future__ import annotations

import json
from pathlib import Path

from fifth_texts import RIGHT_5, WRONG_5
from fourth_texts import RIGHT_4
from right_texts import RIGHT
from second_texts import RIGHT_2, WRONG_2
from third_texts import RIGHT_3, WRONG_3
from wrong_texts import WRONG


def _entry(name: str, about: str, text: str, rule: str | None = None, place: str = "") -> str:
    lines = ["[[text]]", f'id = "{name}"', f"about = {json.dumps(about, ensure_ascii=False)}"]
    if rule is not None:
        lines.append(f'planted = "{rule or "none of the rules"}"')
        lines.append(f"place = {json.dumps(place, ensure_ascii=False)}")
    lines.append(f"text = {json.dumps(text, ensure_ascii=False)}")
    return "\n".join(lines)


def corpus() -> str:
    """All texts as TOML."""
    entries = [
        _entry(name, about, text)
        for name, about, text in RIGHT + RIGHT_2 + RIGHT_3 + RIGHT_4 + RIGHT_5
    ]
    entries += [
        _entry(name, about, text, rule, place)
        for name, about, rule, place, text in WRONG + WRONG_2 + WRONG_3 + WRONG_5
    ]
    head = "# Made by make_corpus.py. `planted`: the rule that should find the error at `place`.\n"
    return head + "\n" + "\n\n".join(entries) + "\n"


if __name__ == "__main__":
    Path(__file__).with_name("corpus.toml").write_text(corpus(), "utf-8")
