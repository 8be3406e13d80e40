"""Plain reference: what each marker showed on each day.

A result shows 'above' when every value it allows is above the threshold, 'below' when every value
it allows is below, and is indeterminate otherwise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from reference.stores import History, Row

from seroclear.course.definition import Definition

INDETERMINATE = "indeterminate"
SEROLOGY = ("positive", "negative")
RNA = ("detectable", "undetectable")
# marker: tests that speak of it, words, parameter of the threshold, parameter of the index cut-off
MARKERS = {
    "hbsag": (("hbsag", "hbsag_index"), SEROLOGY, "hbsag.llod", "hbsag.index_cutoff"),
    "anti_hbs": (
        ("anti_hbs", "anti_hbs_index"),
        SEROLOGY,
        "anti_hbs.positive",
        "antibody.index_cutoff",
    ),
    "hbeag": (("hbeag",), SEROLOGY, None, "hbeag.index_cutoff"),
    "anti_hbe": (("anti_hbe",), SEROLOGY, None, None),
    "anti_hbc": (("anti_hbc",), SEROLOGY, None, None),
    "anti_hcv": (("anti_hcv",), SEROLOGY, None, "antibody.index_cutoff"),
    "anti_hdv": (("anti_hdv",), SEROLOGY, None, "antibody.index_cutoff"),
    "hiv": (("hiv",), SEROLOGY, None, "antibody.index_cutoff"),
    "hbv_dna": (("hbv_dna",), RNA, "hbv_dna.llod", None),
    "hcv_rna": (("hcv_rna",), RNA, "hbv_dna.llod", None),
    "hdv_rna": (("hdv_rna",), RNA, "hbv_dna.llod", None),
    "alt": (("alt",), ("elevated", "normal"), "alt.uln", None),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One day's finding of one marker."""

    date: date
    marker: str
    status: str
    reason: str
    value: float | None
    comparator: str | None
    threshold: float | None
    assay_limit: float | None
    source_row: str


def findings(history: History, rules: Definition) -> list[Finding]:
    """All findings of one patient, in order of time."""
    found = []
    for marker, (tests, _, _, _) in MARKERS.items():
        days: dict[date, list[Row]] = defaultdict(list)
        for row in history.result:
            if row["test"] in tests:
                days[row["taken_at"]].append({**row, "sex": history.patient.get("sex")})
        for day, rows in sorted(days.items()):
            finding = _of_day(marker, day, rows, rules)
            if finding is not None:
                found.append(_unless_set_aside(finding, history.exposure, rules))
    return sorted(found, key=lambda finding: finding.date)


def _of_day(marker: str, day: date, rows: list[Row], rules: Definition) -> Finding | None:
    above, below = MARKERS[marker][1]
    read = [(status_of(row, marker, rules), row) for row in rows]
    spoken = [(status, row) for status, row in read if status is not None]
    if not spoken:
        return None
    statuses = {status for status, _ in spoken}
    reason = ""
    if marker != "alt" and {above, below} <= statuses:
        reason = "contradictory results on one day"
        wins = marker == "hbsag" and rules["hbsag.same_day_conflict"] == "positive"
        status = above if wins else INDETERMINATE
    else:
        status = next(s for s in (above, below, INDETERMINATE) if s in statuses)
    # The deciding row: of those that show this status, the one with the largest number.
    showing = [row for shown, row in spoken if shown == status] or [row for _, row in spoken]
    most = max((_number(row) for row in showing), key=lambda n: -1.0 if n is None else n)
    row = min((r for r in showing if _number(r) == most), key=lambda r: str(r["source_row"]))
    comparator = None if most is None else row["comparator"]
    name = MARKERS[marker][2]
    limits = [] if most is None or name is None else _limits(row, name, rules)
    held = limits[0] if len(limits) == 1 else None
    source, assay_limit = row["source_row"], row.get("lower_limit")
    return Finding(day, marker, status, reason, most, comparator, held, assay_limit, source)


def _number(row: Row) -> float | None:
    """A bare index is no number of the marker's unit."""
    value: float | None = None if row.get("unit") == "S/CO" else row.get("value")
    return value


def status_of(row: Row, marker: str, rules: Definition) -> str | None:
    """What one result shows, None when it says nothing about the marker."""
    _, (above, below), threshold, cutoff = MARKERS[marker]
    if row.get("detection") == "detected below limit":
        return INDETERMINATE if marker == "hbv_dna" else above
    said = {"positive": above, "negative": below, "indeterminate": INDETERMINATE}.get(
        row.get("status") or ""
    )
    if said is None and row.get("detection") == "not detected":
        said = below
    limit = row.get("lower_limit")
    if threshold == "hbv_dna.llod" and said == below and limit and limit > rules["hbv_dna.llod"]:
        said = INDETERMINATE
    index = row.get("unit") == "S/CO"
    shown = None
    if index and cutoff:
        shown = _side(row, rules[cutoff], strict=False)
        grey = rules["hbsag.grey_low"] <= row["value"] <= rules["hbsag.grey_high"]
        if marker == "hbsag" and row["comparator"] == "=" and grey:
            shown = 0
    elif threshold and row.get("value") is not None:
        sides = {_side(row, x, strict=marker == "alt") for x in _limits(row, threshold, rules)}
        shown = sides.pop() if len(sides) == 1 else 0
    number = None if shown is None else {1: above, -1: below, 0: INDETERMINATE}[shown]
    if said is None or number is None:
        return said or number
    return said if index or said == number else INDETERMINATE


def _limits(row: Row, name: str, rules: Definition) -> list[float]:
    """What the number may have to be held against: both sexes' limits when the sex is unknown."""
    if rules[name] == "sex":
        sexes = [row["sex"]] if row["sex"] else ["male", "female"]
        return [float(rules[f"alt.uln_{sex}"]) for sex in sexes]
    if rules[name] == "laboratory":
        printed = row.get("reference_high")
        return [float(rules["alt.uln_otherwise"] if printed is None else printed)]
    return [float(rules[name])]


def _side(row: Row, threshold: float, *, strict: bool) -> int:
    """1 when every value the result allows is above, -1 when every one is below, else 0."""
    value, sign = row["value"], row["comparator"]

    def is_above(x: float) -> bool:
        return x > threshold if strict else x >= threshold

    if sign == "<":
        return -1 if value <= threshold else 0
    if sign == ">":
        return 1 if value >= threshold else 0
    ends = (value, row["value_high"]) if sign == "range" else (value, value)
    if all(is_above(end) for end in ends):
        return 1
    return 0 if any(is_above(end) for end in ends) else -1


def _unless_set_aside(finding: Finding, exposure: list[Row], rules: Definition) -> Finding:
    """Vaccine antigen, HBsAg masked by HBIG and passive anti-HBs are evidence of nothing."""
    asides = {
        "hbsag": (
            ("vaccine", "positive", rules["hbsag.ignore_after_vaccine"]),
            ("HBIG", "negative", rules.washout_days),
        ),
        "anti_hbs": (("HBIG", "positive", rules.washout_days),),
    }
    covers: Callable[[Row, int], bool] = lambda dose, days: (  # noqa: E731
        dose["start"] <= finding.date <= dose["end"] + timedelta(days)
    )
    for given, status, days in asides.get(finding.marker, ()):
        doses = [dose for dose in exposure if dose["drug_class"] == given]
        if finding.status == status and any(covers(dose, days) for dose in doses):
            reason = f"within {days} days after {given}"
            return replace(finding, status=INDETERMINATE, reason=reason)
    return finding
