"""How well the next allocation can be guessed: the protocol's way beside others."""

from __future__ import annotations

from seroclear.report.document import Table
from seroclear.trial.design.guessing import Procedure, blackwell_hodges, correct_guesses
from seroclear.trial.protocol import Protocol

SITES = 8  # a middling number for a multicentre trial of this size, besides the protocol's own


def planned(protocol: Protocol) -> Procedure:
    """The protocol's own procedure."""
    allocation = protocol.allocation
    names = [stratum.name for stratum in allocation.strata]
    if allocation.method == "minimisation":
        return Procedure(
            f"minimisation, probability {allocation.probability:g}",
            coin=allocation.probability,
            balance_site="site" in names,
        )
    by_site, by_stratum = "site" in names, any(name != "site" for name in names)
    where = [word for word, yes in (("site", by_site), ("stratum", by_stratum)) if yes]
    sizes = ", ".join(map(str, allocation.blocks))
    return Procedure(
        f"blocks of {sizes}" + (f" by {' and '.join(where)}" if where else ""),
        allocation.blocks,
        by_site=by_site,
        by_stratum=by_stratum,
    )


OTHERS = (
    Procedure("simple randomisation (a coin)"),
    Procedure("blocks of 2 by site", (2,), by_site=True),
    Procedure("blocks of 4 by site", (4,), by_site=True),
    Procedure("blocks of 2, 4, 6 by site", (2, 4, 6), by_site=True),
    Procedure("blocks of 4, 6, 8 by site", (4, 6, 8), by_site=True),
    Procedure("minimisation, probability 0.8, site and overall", coin=0.8, balance_site=True),
    Procedure("minimisation, probability 0.8, overall", coin=0.8),
)


def guessing_table(protocol: Protocol, trials: int = 2000, seed: int = 1) -> Table:
    """Share of correct guesses by somebody at a site; two arms, 1:1."""
    own = planned(protocol)
    n, sites = protocol.size.participants, len(protocol.sites)
    rows = []
    for procedure in (own, *OTHERS):
        exact = f"{100 * blackwell_hodges(procedure.blocks):.1f}%" if procedure.blocks else "–"
        shares = [
            correct_guesses(procedure, n, many, (0.5, 0.5), trials, seed) for many in (sites, SITES)
        ]
        name = f"{procedure.label} (this protocol)" if procedure is own else procedure.label
        rows.append((name, *(f"{100 * share:.1f}%" for share in shares), exact))
    return Table(
        "Allocations guessed correctly by somebody who knows those of their own site",
        ("Procedure", f"{sites} sites", f"{SITES} sites", "One list, whole blocks (exact)"),
        tuple(rows),
        (
            (
                "The guess is the arm that the site has had less often so far, a coin's at a tie "
                "(Blackwell & Hodges 1957); 50% is no knowledge."
            ),
            "Two strata of equal size, participants come to equally large sites at random.",
        ),
    )
