"""What a clinician would look for in a course and not find, and why it is not there.

Reads one patient's rows; says nothing where the rows do not tell the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from seroclear.course.definition import Definition

Row = dict[str, Any]
Reason = tuple[date, str, str]  # the day, what is not there, why

# An event, the confirmed one that may go with it, and the gap that confirms.
CONFIRMED = {
    "breakthrough": ("breakthrough_confirmed", "virological breakthrough", "breakthrough"),
    "virological_relapse": ("virological_relapse_confirmed", "virological relapse", "relapse"),
}


def not_counted(patient: dict[str, list[Row]], rules: Definition) -> list[Reason]:
    """Losses, seroreversions, cures and confirmations that are not in a course, with the reason.

    Args:
        patient: the patient's rows of each table of the course.
        rules: the definition.
    """
    return [
        *_without_event(patient["finding"], rules),
        *_not_cured(patient, rules),
        *_unconfirmed(patient["event"], rules),
    ]


def _unconfirmed(events: list[Row], rules: Definition) -> Iterator[Reason]:
    confirmed = {(row["event"], row["date"]) for row in events}
    for row in events:
        if row["event"] in CONFIRMED:
            name, label, section = CONFIRMED[row["event"]]
            if (name, row["date"]) not in confirmed:
                gap = rules[f"{section}.confirm_gap"]
                why = f"not seen again at least {gap} days later with no lower HBV DNA between"
                yield row["date"], f"no confirmed {label}", why


def _not_cured(patient: dict[str, list[Row]], rules: Definition) -> Iterator[Reason]:
    """Losses without functional cure: what is missing since the clock last started."""
    cures = [row["date"] for row in patient["event"] if row["event"] == "functional_cure"]
    for row in patient["state"]:
        if row["marker"] == "hbsag" and row["state"] == "lost":
            start, end = row["start"], row["end"]
            if not any(start <= day <= end for day in cures):
                yield start, "no functional cure", _why_no_cure(start, end, patient, rules)


def _why_no_cure(start: date, end: date, patient: dict[str, list[Row]], rules: Definition) -> str:
    """What is missing since the last start of the clock between HBsAg loss and its end."""
    lines = [row for row in patient["regimen"] if row["start"] < end and row["end"] >= start]
    if lines and (lines[-1]["why_ended"] == "still on" or lines[-1]["end"] >= end):
        return f"on {lines[-1]['agents']} since {lines[-1]['start']}"
    days = rules["functional_cure.off_treatment_days"]

    def tests(marker: str, status: str) -> list[date]:
        known = (row for row in patient["finding"] if row["marker"] == marker)
        return [row["date"] for row in known if row["status"] == status]

    starts = {start: "HBsAg loss"}
    starts |= {row["end"]: "the end of treatment" for row in lines}
    viraemic = [day for day in tests("hbv_dna", "detectable") if start <= day <= end]
    starts |= dict.fromkeys(viraemic, "the last detectable HBV DNA")
    begun = max(starts)
    due = begun + timedelta(days=days)
    wanted = {
        "HBsAg negative": ("hbsag", "negative"),
        "HBV DNA undetectable": ("hbv_dna", "undetectable"),
    }
    missing = [
        name for name, test in wanted.items() if not any(due <= day <= end for day in tests(*test))
    ]
    if rules["functional_cure.anti_hbs_required"] and not any(
        start <= day <= end for day in tests("anti_hbs", "positive")
    ):
        missing.append("anti-HBs positive")
    if not missing:
        return ""
    return f"no {' and no '.join(missing)} {days} days or more after {starts[begun]} ({begun})"


def why_no_phase(state: Row, patient: dict[str, list[Row]], rules: Definition) -> str:
    """Why a stretch of marker 'phase' is unknown or indeterminate; empty for the others."""
    if state["state"] == "indeterminate":
        return "HBV DNA, HBeAg and ALT fit no phase, or different ones at different times"
    if state["state"] != "unknown":
        return ""
    days = rules["phase.after_treatment"]
    for row in patient["regimen"]:
        if row["end"] < state["start"] and state["end"] <= row["end"] + timedelta(days=days):
            return f"tests up to {days} days after treatment still show its effect"
    # Tests of the day on which treatment begins still show the untreated infection.
    until = state["end"] + timedelta(days=1)
    there = {
        row["marker"]
        for row in patient["finding"]
        if state["start"] <= row["date"] <= until
        and (row["marker"] == "hbv_dna" or row["status"] != "indeterminate")
    }
    told = {"hbv_dna": "HBV DNA", "hbeag": "HBeAg", "alt": "ALT"}
    if missing := [name for marker, name in told.items() if marker not in there]:
        return "no " + ", no ".join(missing)
    if any(
        row["marker"] == "phase" and row["start"] == until and _tells(row["state"])
        for row in patient["state"]
    ):
        return "before the first HBV DNA with HBeAg and ALT that tell a phase"
    return (
        f"no two times {rules['phase.concordance']} days apart at which HBV DNA, with HBeAg and "
        f"ALT up to {rules['phase.window']} days from it, shows one phase"
    )


def _tells(phase: str) -> bool:
    return phase == "indeterminate" or phase.endswith(("infection", "hepatitis"))


def _without_event(findings: list[Row], rules: Definition) -> list[Reason]:
    """HBsAg negatives and positives that made no event, and why."""
    tests = [
        row
        for row in findings
        if row["marker"] == "hbsag" and row["status"] in ("positive", "negative")
    ]
    found: list[Reason] = []
    positives, lost, position = 0, False, 0
    sure = False  # the loss was confirmed
    while position < len(tests):
        status = tests[position]["status"]
        run = [tests[position]]
        while position + len(run) < len(tests) and tests[position + len(run)]["status"] == status:
            run.append(tests[position + len(run)])
        position += len(run)
        gap_name = "loss.confirm_gap" if status == "negative" else "seroreversion.confirm_gap"
        span = (run[-1]["date"] - run[0]["date"]).days
        confirmed = len(run) > 1 and span >= rules[gap_name]
        unconfirmed = (
            f"{len(run)} {status} result(s) over {span} days; the definition asks for "
            f"{rules[gap_name]} days with none of the other kind between"
        )
        if status == "positive":
            positives += len(run)
            if lost and rules["seroreversion.confirm"] and not confirmed:
                found.append((run[0]["date"], "no seroreversion", unconfirmed))
            else:
                lost = False
        elif positives < rules["loss.min_prior_positives"]:
            reason = (
                f"HBsAg was positive on {positives} day(s) before; the definition asks for "
                f"{rules['loss.min_prior_positives']}"
            )
            found.append((run[0]["date"], "no HBsAg loss", reason))
        elif rules["loss.confirm"] and not confirmed:
            found.append((run[0]["date"], "no HBsAg loss", unconfirmed))
        else:
            sure = confirmed or (lost and sure)
            lost = True
            if not sure:
                found.append((run[0]["date"], "no confirmed HBsAg loss", unconfirmed))
    return found
