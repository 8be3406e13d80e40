"""Values that cannot be, and values outside their own range."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from seroclear.evidence.audit.finding import Finding, Verdict
from seroclear.evidence.audit.paper import Paper
from seroclear.evidence.audit.tests import t_p
from seroclear.evidence.claims.claim import (
    AccuracyEstimate,
    Claim,
    Correlation,
    Effect,
    GroupComparison,
    MeanSD,
    MedianIQR,
    TestStatistic,
)
from seroclear.evidence.text.token import Reported

# "AUC" is also the area under a concentration curve.
CONCENTRATION = re.compile(
    r"pharmacokinetic|concentration|\bC ?max\b|\bAUC ?(?:0|inf|last|tau)|bioequivalen|plasma",
    re.IGNORECASE,
)
SEVERAL = re.compile(
    r"\b(?:combin\w*|whereas|while|alone|compared|respectively|versus|vs|but|than)\b", re.IGNORECASE
)
N_IS = re.compile(r"\b[nN]\s*=\s*(\d{1,3}(?:,\d{3})+|\d{1,7})(?![\d.%])")
FEWEST_OF_R = 4  # persons; with three a correlation has one degree of freedom
INTEGER_ITEMS = re.compile(
    r"\bmean (?:number|count) of (?:children|pregnancies|visits|episodes|admissions|injections|"
    r"doses|attacks|seizures|relapses|exacerbations|lesions|embryos|oocytes)\b[^.;]{0,40}$",
    re.IGNORECASE,
)


def impossible_value(paper: Paper) -> Iterator[Finding]:
    """p outside 0 to 1, negative ratios, accuracy or correlation above 1."""
    for claim in paper.flat:
        for printed, what in _bounded(paper, claim):
            yield Finding(
                "impossible-value",
                Verdict.IMPOSSIBLE,
                claim.quote,
                claim.start,
                claim.end,
                f"printed {printed}",
                what,
            )


def _bounded(paper: Paper, claim: Claim) -> Iterator[tuple[Reported, str]]:
    if isinstance(claim, TestStatistic | Effect | GroupComparison | Correlation) and claim.p:
        if claim.p.value > 1 and not claim.p.comparator:
            yield claim.p, "A p value is at most 1."
        elif claim.p.value < 0:
            yield claim.p, "A p value is at least 0."
    if isinstance(claim, Effect) and claim.measure in ("OR", "HR") and claim.estimate.value < 0:
        yield claim.estimate, "A ratio of odds or hazards is not negative."
    if isinstance(claim, AccuracyEstimate):
        limit = 100 if claim.value.unit or claim.measure != "AUC" else 1
        if claim.measure != "AUC" and not claim.value.unit:
            return
        beyond = claim.value.value > limit
        # Without limits that are shares, an "AUC" above 1 is one of drug concentrations.
        share = claim.upper is not None and claim.upper.value <= limit
        if beyond and (limit == 100 or share) and not CONCENTRATION.search(paper.text):
            yield claim.value, f"{claim.measure} is at most {limit}."
    if isinstance(claim, Correlation) and abs(claim.value.value) > 1 and claim.p is not None:
        yield claim.value, "A correlation lies between -1 and 1."
    if isinstance(claim, MeanSD) and claim.sd.value < 0:
        yield claim.sd, "A standard deviation is not negative."


def own_range(paper: Paper) -> Iterator[Finding]:
    """A median lies within its quartiles, mean and median within the range."""
    for claim in paper.all(MedianIQR):
        told = (
            f"{claim.centre or 'value'} {claim.value}, "
            f"{claim.spread or 'limits'} {claim.lower} to {claim.upper}"
        )
        inside = (
            claim.value.highest >= claim.lower.lowest and claim.value.lowest <= claim.upper.highest
        )
        ordered = claim.lower.value <= claim.upper.value
        if inside and ordered:
            yield _range(claim, Verdict.CONSISTENT, told, "")
        elif claim.centre == "median" or (claim.centre == "mean" and claim.spread == "range"):
            if claim.lower.unit != claim.value.unit:
                continue
            if not ordered and claim.upper.value <= claim.value.value <= claim.lower.value:
                yield _range(claim, Verdict.NOTE, told, "The limits are in reverse order.")
            elif not ordered or not inside:
                yield _range(
                    claim, Verdict.IMPOSSIBLE, told, f"The {claim.centre} lies outside its limits."
                )


def _range(claim: MedianIQR, verdict: Verdict, computation: str, explanation: str) -> Finding:
    return Finding(
        "own-range", verdict, claim.quote, claim.start, claim.end, computation, explanation
    )


def roc_point(paper: Paper) -> Iterator[Finding]:
    """An ROC curve through a point cannot have any area: it never falls."""
    by_sentence: dict[int, list[AccuracyEstimate]] = {}
    for claim in paper.all(AccuracyEstimate):
        by_sentence.setdefault(claim.sentence, []).append(claim)
    for claims in by_sentence.values():
        named = {claim.measure: claim for claim in claims}
        if SEVERAL.search(paper.sentence(claims[0])):
            continue  # of several markers, or of one and a combination
        if len(named) < len(claims) or not {"AUC", "sensitivity", "specificity"} <= named.keys():
            continue
        area, sensitivity, specificity = (
            _share(named[name].value) for name in ("AUC", "sensitivity", "specificity")
        )
        if area is None or sensitivity is None or specificity is None:
            continue
        claim = named["AUC"]
        slack = Fraction(1, 100)
        least, most = sensitivity * specificity, 1 - (1 - sensitivity) * (1 - specificity)
        told = (
            f"a curve through sensitivity {float(sensitivity):.3f} and specificity "
            f"{float(specificity):.3f} has an area of {float(least):.3f} to {float(most):.3f}; "
            f"printed {claim.value}"
        )
        fits = least - slack <= area <= most + slack
        yield Finding(
            "roc-point",
            Verdict.CONSISTENT if fits else Verdict.INCONSISTENT,
            claim.quote,
            claim.start,
            claim.end,
            told,
            "" if fits else "No ROC curve has both.",
        )


def _share(printed: Reported) -> Fraction | None:
    value = printed.value / 100 if printed.unit else printed.value
    return value if 0 <= value <= 1 else None


def correlation_p(paper: Paper) -> Iterator[Finding]:
    """r with p: for which number of persons do they belong together?"""
    for claim in paper.all(Correlation):
        if claim.p is None or claim.p.comparator or abs(claim.value.value) >= 1:
            continue
        # `(n = 190, r = 0.18, P = 0.016)`: the sentence may say how many, else it is everybody.
        said = [int(match[1].replace(",", "")) for match in N_IS.finditer(paper.sentence(claim))]
        tried = [
            (n, _p_of_r(claim.value, n)) for n in said or [paper.total or 0] if n >= FEWEST_OF_R
        ]
        if not tried:
            continue
        printed = claim.p
        fitting = [
            (n, (low, high))
            for n, (low, high) in tried
            if low <= float(printed.highest) and high >= float(printed.lowest)
        ]
        n, (low, high) = (fitting or tried)[0]
        yield Finding(
            "correlation-p",
            Verdict.CONSISTENT if fitting else Verdict.CONSISTENT_IF,
            claim.quote,
            claim.start,
            claim.end,
            f"r = {claim.value} in {n} persons gives p = {low:.2g} to {high:.2g}, "
            f"printed {printed}",
            "" if fitting else "It is right for another number of persons or a rank correlation.",
        )


def _p_of_r(r: Reported, n: int) -> tuple[float, float]:
    """Least and greatest two-sided p of all correlations of n persons that print like r."""
    low, high = sorted(
        t_p(x * ((n - 2) / (1 - x * x)) ** 0.5, n - 2)
        for x in (
            min(abs(float(r.lowest)), 0.9999999),
            min(abs(float(r.highest)), 0.9999999),
        )
    )
    return low, high


def grim(paper: Paper) -> Iterator[Finding]:
    """Means of whole numbers have few possible decimals (Brown and Heathers 2017)."""
    sizes = {size.n for size in paper.groups}
    for claim in paper.all(MeanSD):
        sentence = paper.sentence(claim)
        before = sentence[: sentence.find(claim.mean.text)]
        if not INTEGER_ITEMS.search(before) or len(sizes) != 1:
            continue
        n = sizes.pop()
        sizes.add(n)
        if claim.mean.step * n >= 1 or claim.mean.value < 0:
            fits, told = True, f"n = {n} is too large for {claim.mean.decimals} decimals"
            verdict = Verdict.NOT_AUDITABLE
        else:
            near = round(claim.mean.value * n)
            fits = any(
                claim.mean.lowest <= Fraction(near + k, n) <= claim.mean.highest for k in (-1, 0, 1)
            )
            told = f"{near}/{n} = {near / n:.4f}, printed {claim.mean}"
            verdict = Verdict.CONSISTENT if fits else Verdict.CONSISTENT_IF
        yield Finding(
            "grim",
            verdict,
            claim.quote,
            claim.start,
            claim.end,
            told,
            "" if fits else f"No sum of whole numbers over {n} has this mean: fewer were counted.",
        )
