"""What of pooling is compared with metafor."""

from __future__ import annotations

import ours_pooling as ours
from comparison import Comparison

LOGITS = tuple(
    (case, "proportion", f"{case}.logit") for case in ("loss", "alike", "rare", "two", "full")
)
RATES = tuple((case, "rate", f"{case}.log") for case in ("loss", "alike", "rare", "two", "full"))
RATIOS = tuple(
    (case, measure, f"{case}.{measure}")
    for case in ("bcg", "empty", "ratios")
    for measure in ("or", "rr", "rd")
)
ARMS = "5 sets of arms: no events, all events, rare events, tau² = 0, two studies"
PAIRS = "3 sets of tables: BCG trials, empty cells, two studies"
COUNTS = ("loss", "alike", "rare", "two", "full")
METHODS = (("REML", "REML"), ("Paule–Mandel", "PM"), ("DerSimonian–Laird", "DL"))

POOLING = [
    *(
        Comparison(
            f"{name}, Hartung–Knapp, prediction interval, Q-profile: {what}", shown,
            f"`rma(method = \"{method}\", test = \"knha\")`, `predict`, `confint`", "pooling", 6,
            lambda method=method, cases=cases: ours.random_effects(method, *cases),
        )
        for name, method in METHODS
        for what, shown, cases in (
            ("logits of proportions", ARMS, LOGITS),
            ("logarithms of rates", ARMS, RATES),
            ("odds ratio, risk ratio, risk difference", PAIRS, RATIOS),
        )
    ),
    Comparison(
        "One study", "3 of 60", "`rma`", "pooling", 6, ours.one_study,
    ),
    Comparison(
        "Common effect, Q", f"{ARMS}; {PAIRS}", "`rma(method = \"FE\")`", "pooling", 6,
        lambda: ours.common_effect(*LOGITS, *RATES, *RATIOS),
    ),
    Comparison(
        "Leave-one-out, cumulative", f"{ARMS}; {PAIRS}", "`leave1out`, `cumul`", "pooling", 6,
        lambda: ours.sensitivity(*LOGITS, *RATES, *RATIOS),
    ),
    Comparison(
        "Mantel–Haenszel without correction", PAIRS, "`rma.mh(add = 0)`", "pooling", 6,
        lambda: ours.tables("bcg", "empty", "ratios"),
    ),
    Comparison(
        "GLMM of proportions and of rates: maximum of the likelihood", ARMS,
        "`integrate`, polished", "pooling", 6,
        lambda: ours.counts_model(True, *COUNTS),
    ),
    Comparison(
        "GLMM of proportions and of rates: as metafor finds it", ARMS,
        "`rma.glmm(nAGQ = 25)`", "pooling", 3,
        lambda: ours.counts_model(False, *COUNTS),
    ),
]  # fmt: skip
