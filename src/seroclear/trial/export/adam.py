"""The ADaM datasets of a trial (ADaMIG 1.3): made from its SDTM and the adjudicated outcomes."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any, Final

from seroclear.trial.analysis.relapse import window
from seroclear.trial.conduct.findings import antigen_of
from seroclear.trial.export.definitions import Dataset, dataset
from seroclear.trial.export.sdtm_design import visit_number
from seroclear.trial.export.sdtm_subjects import (
    completed,
    death_days,
    discontinued,
    passive_events,
)
from seroclear.trial.export.source import Row, Source

_SUCCESS: Final = {"sustained": 1, "not sustained": 0}
_BY_RULE: Final = {"success": 1, "failure": 0}


def adam(source: Source, sdtm: list[Dataset]) -> list[Dataset]:
    """The datasets; everybody randomised is in them, and nobody else."""
    given = {one.name: one.records() for one in sdtm}
    subjects = _subject_level(source, given["DM"], given["EX"])
    rows = {
        "ADSL": subjects,
        "ADLB": _laboratory(source, subjects, given["LB"]),
        "ADEFF": _endpoint(source, subjects),
        "ADTTE": _relapse(source, subjects),
    }
    return [dataset(name, found, STUDYID=source.study) for name, found in rows.items()]


def _subject_level(source: Source, demographics: list[Row], exposure: list[Row]) -> list[Row]:
    numbers = {source.protocol.control.name: 0, source.protocol.treated.name: 1}
    ended, left = completed(source), discontinued(source)
    reported, deaths = passive_events(source), death_days(source)
    rows = []
    for one in demographics:
        code = one["SUBJID"]
        allocated = source.allocations.get(code)
        if allocated is None:
            continue
        doses = sum(dose["USUBJID"] == one["USUBJID"] for dose in exposure)
        actual = source.protocol.treated if doses or code in reported else source.protocol.control
        status = "DISCONTINUED" if code in left else "COMPLETED" if code in ended else None
        rows.append(
            {
                **{name: one[name] for name in ("USUBJID", "SUBJID", "SITEID", "ARM", "ACTARM")},
                "TRT01P": one["ARM"],
                "TRT01PN": numbers[allocated["arm"]],
                "TRT01A": actual.label,
                "TRT01AN": numbers[actual.name],
                "RANDDT": allocated["randomised_on"],
                "STRATAR": allocated["stratum"],
                "TRTSDT": one["RFXSTDTC"],
                "TRTEDT": one["RFXENDTC"],
                "DOSEN": doses,
                "RANDFL": "Y",
                "ITTFL": "Y",
                "SAFFL": "Y",
                "EOSSTT": status,
                "EOSDT": left.get(code) or ended.get(code),
                "DTHDT": deaths.get(code),
                "DTHFL": one["DTHFL"],
            }
        )
    return rows


def _laboratory(source: Source, subjects: list[Row], results: list[Row]) -> list[Row]:
    planned = {one["USUBJID"]: one["TRT01P"] for one in subjects}
    base = {
        (one["USUBJID"], one["LBTESTCD"]): one["LBSTRESN"] for one in results if one["LBLOBXFL"]
    }
    rows = []
    for one in results:
        if one["USUBJID"] not in planned:
            continue
        first = base.get((one["USUBJID"], one["LBTESTCD"]))
        value, day = one["LBSTRESN"], one["LBDY"]
        after = day > 1 and value is not None and first is not None
        unit = f" ({one['LBSTRESU']})" if one["LBSTRESU"] else ""
        rows.append(
            {
                "USUBJID": one["USUBJID"],
                "TRT01P": planned[one["USUBJID"]],
                "PARAMCD": one["LBTESTCD"],
                "PARAM": f"{one['LBTEST']}{unit}",
                "ADT": one["LBDTC"],
                "ADY": day,
                **_analysis_visit(source, day - 1 if day > 0 else day),
                "AVAL": value,
                "AVALC": one["LBSTRESC"],
                "ABLFL": one["LBLOBXFL"],
                "BASE": first,
                "CHG": value - first if after else None,
                "LBSEQ": one["LBSEQ"],
            }
        )
    return rows


def _endpoint(source: Source, subjects: list[Row]) -> list[Row]:
    """The adjudicated answer, the primary estimand's outcome, and the outcome by rule."""
    drafts = {one["subject"]: one for one in source.tables["endpoint_draft"]}
    label = source.protocol.endpoint.label
    rows = []
    for one in subjects:
        code = one["SUBJID"]
        answer = source.outcomes.get(code) or "cannot be told"
        adjudicated = {"AVAL": _SUCCESS.get(answer), "AVALC": answer}
        draft = drafts.get(code)
        by_rule: Row = {"AVALC": "not drafted"}
        if draft:
            masked = {True: "Y", False: "N"}.get(draft["maybe_masked"])
            by_rule = {
                "AVAL": _BY_RULE.get(draft["answer"]),
                "AVALC": draft["answer"],
                "DAYSDOSE": draft["days_since_dose"],
                "MASKFL": masked,
            }
        for parameter, name, found in (
            ("ADJUD", f"{label}, as adjudicated", adjudicated),
            ("PRIMARY", f"{label}, primary estimand", _primary(source, one, adjudicated)),
            ("RULE", f"{label}, by rule", by_rule),
        ):
            rows.append({**_of_subject(one), "PARAMCD": parameter, "PARAM": name, **found})
    return rows


def _primary(source: Source, subject: Row, adjudicated: Row) -> Row:
    """By the strategies of the primary estimand: composite events are failures."""
    last = source.protocol.endpoint_visit.window[1]
    until = str(date.fromisoformat(subject["RANDDT"]) + timedelta(days=last))
    composite = {
        one.name for one in source.protocol.estimands[0].intercurrent if one.strategy == "composite"
    }
    events = sorted(
        (one["on_day"], one["kind"])
        for one in source.tables["intercurrent_event"]
        if one["subject"] == subject["SUBJID"]
        and one["kind"] in composite
        and subject["RANDDT"] <= one["on_day"] <= until
    )
    if events:
        return {"AVAL": 0, "AVALC": f"intercurrent event: {events[0][1]}"}
    if adjudicated["AVAL"] is None and source.protocol.endpoint.missing == "failure":
        return {"AVAL": 0, "AVALC": "missing, counted as a failure", "DTYPE": "NRI"}
    return adjudicated


def _relapse(source: Source, subjects: list[Row]) -> list[Row]:
    """Time to the first positive antigen after randomisation, with the last negative day."""
    endpoint = source.protocol.endpoint
    results = source.of("result")
    rows = []
    for one in subjects:
        start = date.fromisoformat(one["RANDDT"])
        read = sorted(
            ((date.fromisoformat(each["taken_on"]) - start).days, antigen_of(each, endpoint))
            for each in results.get(one["SUBJID"], [])
            if each["test"] == endpoint.marker or f'"test":"{endpoint.marker}"' in each["readings"]
        )
        known = [(day, sign == "positive") for day, sign in read if day > 0 and sign != "unknown"]
        lower, upper = window([day for day, _ in known], [shown for _, shown in known])
        relapsed = math.isfinite(upper)
        days = int(upper if relapsed else lower)
        rows.append(
            {
                **_of_subject(one),
                "PARAMCD": "RELAPSE",
                "PARAM": "Time to Relapse: HBsAg Positive Again (days)",
                "STARTDT": one["RANDDT"],
                "ADT": str(start + timedelta(days=days)),
                "AVAL": days,
                "CNSR": 0 if relapsed else 1,
                "EVNTDESC": "HBsAg positive" if relapsed else "Last HBsAg known to be negative",
                "LASTNEG": int(lower),
            }
        )
    return rows


def _of_subject(one: Row) -> Row:
    names = ("USUBJID", "TRT01P", "TRT01PN", "STRATAR", "ITTFL")
    return {name: one[name] for name in names}


def _analysis_visit(source: Source, day: int) -> dict[str, Any]:
    """The planned visit in whose window a day since randomisation lies."""
    for visit in source.protocol.schedule.visits:
        first, last = visit.window
        if first <= day <= last:
            number = visit_number(source.protocol, visit.name)
            return {"AVISIT": number["VISIT"], "AVISITN": number["VISITNUM"]}
    return {}
