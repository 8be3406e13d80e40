"""What the laboratory prints for a simulated participant, now and then with a slip."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

from seroclear.trial.demonstration.participants import FLARE, Participant

SLIPS: Final = 0.006  # share of anti-HBs and ALT results that are not as they should be; assumed
UNITS: Final = {
    "hbsag": "IU/mL",
    "anti_hbs": "mIU/mL",
    "hbv_dna": "IU/mL",
    "hbeag": "",
    "alt": "U/L",
    "hbv_rna": "copies/mL",
    "hbcrag": "log U/mL",
}


class Printed(NamedTuple):
    """A result as it was printed, and as it should have been."""

    test: str
    text: str
    meant: str


def printed(person: Participant, test: str, on: date) -> Printed:
    """A result of one test on a day."""
    meant = _text(person, test, on)
    slip = person.random.random() < SLIPS
    if slip and test == "anti_hbs":
        return Printed(test, "see letter", meant)
    if slip and test == "alt":
        return Printed(test, f"{meant}00", meant)  # beyond every limit
    return Printed(test, meant, meant)


def _text(person: Participant, test: str, on: date) -> str:
    back = person.day(on) - person.relapse
    if test == "hbsag":
        return _between(person.antigen(on) * person.error(), 0.05, 250.0, 2)
    if test == "anti_hbs":
        return _between(person.titre(on) * person.error(), 2.0, 1000.0, 1)
    if test == "hbv_dna":
        return _between(20 * person.plateau * person.error() if back > 28 else 0.0, 10.0, 2e8, 0)
    if test == "hbeag":
        return "negative"
    if test == "alt":
        return f"{max(5.0, person.alt * person.error() * (FLARE if back > 21 else 1.0)):.0f}"
    if test == "hbv_rna":
        return f"{person.hbv_rna:.0f}" if person.has_rna else "not detected"
    if test == "hbcrag":
        return _between(person.hbcrag + (0.8 if back > 21 else 0.0), 2.0, 7.0, 1)
    raise ValueError(f"the simulated laboratory has no test {test!r}")


def _between(value: float, least: float, most: float, digits: int) -> str:
    text = f"{value:.{digits}f}"
    if float(text) < least:
        return f"<{least:g}"
    return f">{most:g}" if float(text) > most else text
