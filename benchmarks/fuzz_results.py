"""Reads a million result texts of every kind and counts what no reader may do.

    python benchmarks/fuzz_results.py --texts 1000000 --workers 2 --out docs/validation.md

Deterministic: texts are made from a seed. Every failure is printed with its text.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from document import markdown, put
from printed import FAMILIES, Printed, printed
from printed_oracle import Read, broken

from seroclear.records.reading import Rejected
from seroclear.records.results import read_result

BATCH = 20_000
WIDTH_EVERY = 4  # texts of which one is read in full width, too
SHOWN = 5  # failures of a property that are kept as examples, of one batch
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
WIDTH = "full width means the same"
PROPERTIES = (
    "no crash",
    "every refusal has a known reason",
    "a clear text is read",
    "the number is read",
    "the number is right",
    "the sign is read",
    "no number out of nothing",
    "no comparator lost",
    "no comparator out of nothing",
    "no negation missed",
    "no sign out of nothing",
    "what says nothing certain is refused",
    WIDTH,
)


@dataclass
class Tally:
    """Texts and readings of each family, failures of each property with examples."""

    texts: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    examples: list[tuple[str, Printed, str]] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Adds another batch."""
        self.texts += other.texts
        self.read += other.read
        self.failures += other.failures
        self.examples += other.examples


def read(one: Printed, text: str) -> Read:
    """The reading, a refusal, or the error that must not happen."""
    try:
        return read_result(one.test, text, one.unit, assay=one.assay)
    except Exception as error:
        return error


def tally(seed: str, n: int) -> Tally:
    """Makes, reads and judges `n` texts."""
    found = Tally()
    for place, one in enumerate(printed(seed, n)):
        reading = read(one, one.text)
        wrong = broken(one, reading)
        again = place % WIDTH_EVERY == 0 and wrong is None
        if again and read(one, one.text.translate(_FULL_WIDTH)) != reading:
            wrong = WIDTH
        found.texts[one.family] += 1
        found.read[one.family] += not isinstance(reading, Rejected | Exception)
        if wrong:
            found.failures[wrong] += 1
            if found.failures[wrong] <= SHOWN:
                found.examples.append((wrong, one, repr(reading)))
    return found


def table(found: Tally, seconds: float, workers: int) -> str:
    """What was read and what went wrong, as Markdown."""
    total = sum(found.texts.values())
    families = [
        (name, f"{found.texts[name]:,}", f"{100 * found.read[name] / found.texts[name]:.1f}%")
        for name in FAMILIES
        if found.texts[name]
    ]
    rules = [(name, f"{found.failures[name]:,}") for name in PROPERTIES]
    speed = (
        f"{total:,} texts in {seconds:.0f} seconds ({workers} processes), every fourth also in "
        "full width."
    )
    return "\n\n".join(
        (
            speed,
            markdown(("kind of text", "texts", "read"), families),
            markdown(("property", "failures"), rules),
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--texts", type=int, default=1_000_000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--out", type=Path, help="Markdown file with the markers of the tables")
    given = parser.parse_args()
    sizes = [min(BATCH, given.texts - start) for start in range(0, given.texts, BATCH)]
    seeds = [f"{given.seed}.{number}" for number in range(len(sizes))]
    began, found = time.monotonic(), Tally()
    with ProcessPoolExecutor(given.workers) as pool:
        for one in pool.map(tally, seeds, sizes):
            found.add(one)
    text = table(found, time.monotonic() - began, given.workers)
    print(text)
    for wrong, one, reading in found.examples:
        print(f"{wrong}: {one}\n    {reading}", file=sys.stderr)
    if given.out:
        put(given.out, "fuzz-results", text)
    sys.exit(1 if found.failures else 0)


if __name__ == "__main__":
    main()
