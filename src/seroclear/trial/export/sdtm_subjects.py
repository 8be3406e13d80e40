"""SDTM of the participants: DM, SV, DS, IE. Nobody has an arm who was not allocated to one."""

from __future__ import annotations

import json
from typing import Any, Final

from seroclear.trial.export.definitions import terms
from seroclear.trial.export.sdtm_design import (
    FOLLOW_UP,
    SCREENING,
    TREATMENT,
    arm_code,
    criteria,
    visit_number,
)
from seroclear.trial.export.source import Row, Source

_MILESTONE: Final = "PROTOCOL MILESTONE"
_EVENT: Final = "DISPOSITION EVENT"
_PARTICIPATION: Final = "STUDY PARTICIPATION"
_WANTED: Final = {"inclusion": "yes", "exclusion": "no"}


def demographics(source: Source) -> list[Row]:
    """DM: the database holds no age, no sex and no country, and none is made up."""
    consents, deaths, days = source.of("consent"), death_days(source), _last_days(source)
    doses = source.of("dose")
    rows = []
    for subject in source.tables["subject"]:
        code = subject["id"]
        allocated = source.allocations.get(code)
        given = sorted(one["given_on"] for one in doses.get(code, []))
        death = deaths.get(code)
        rows.append(
            {
                "USUBJID": source.person(code),
                "SUBJID": code,
                "SITEID": subject["site"],
                "RFSTDTC": allocated["randomised_on"] if allocated else None,
                "RFENDTC": days["reference"].get(code) if allocated else None,
                "RFXSTDTC": given[0] if given else None,
                "RFXENDTC": given[-1] if given else None,
                "RFICDTC": consents[code][0]["given_on"] if code in consents else None,
                "RFPENDTC": days["participation"][code],
                "DTHDTC": death,
                "DTHFL": "Y" if code in deaths else None,
                "SEX": "U",
                **_arm(source, code, bool(given)),
            }
        )
    return rows


def subject_visits(source: Source) -> list[Row]:
    """SV: the visits that were held."""
    return [
        {
            "USUBJID": source.person(one["subject"]),
            **visit_number(source.protocol, one["name"]),
            "SVPRESP": None if one["name"] == "unscheduled" else "Y",
            "SVOCCUR": None if one["name"] == "unscheduled" else "Y",
            "SVSTDTC": one["held_on"],
            "SVENDTC": one["held_on"],
            "SVSTDY": source.day(one["subject"], one["held_on"]),
        }
        for one in source.tables["visit"]
    ]


def disposition(source: Source) -> list[Row]:
    """DS: consent, randomisation, and how the participation ended where it did."""
    rows = []
    for one in source.tables["consent"]:
        term = "INFORMED CONSENT OBTAINED"
        rows.append(_event(source, one["subject"], one["given_on"], term, term, _MILESTONE))
    for one in source.tables["eligibility"]:
        if one["subject"] not in source.allocations and _not_met(source, one):
            term = "SCREEN FAILURE"
            row = _event(source, one["subject"], one["assessed_on"], term, term, _EVENT)
            rows.append(row | {"DSSCAT": _PARTICIPATION})
    for one in source.allocations.values():
        term = "RANDOMIZED"
        rows.append(_event(source, one["subject"], one["randomised_on"], term, term, _MILESTONE))
    for one in source.tables["withdrawal"]:
        decoded = terms("withdrawal")[one["kind"]]
        row = _event(source, one["subject"], one["on_day"], one["why"], decoded, _EVENT)
        rows.append(row | {"DSSCAT": terms("withdrawn_from")[one["kind"]]})
    for subject, on in completed(source).items():
        row = _event(source, subject, on, "COMPLETED", "COMPLETED", _EVENT)
        rows.append(row | {"DSSCAT": _PARTICIPATION})
    return rows


def criteria_not_met(source: Source) -> list[Row]:
    """IE: the criteria that were not met, those that are unknown (U) among them."""
    known = criteria(source.protocol)
    return [
        {
            "USUBJID": source.person(one["subject"]),
            **known[name],
            "IEORRES": terms("answer")[answer],
            "IESTRESC": terms("answer")[answer],
            "IEDTC": one["assessed_on"],
            "IEDY": source.day(one["subject"], one["assessed_on"]),
        }
        for one in source.tables["eligibility"]
        for name, answer in _not_met(source, one).items()
    ]


def epoch(source: Source, subject: str, on: str) -> str:
    """EPOCH of a day: by the days since randomisation, that of screening before it."""
    day = source.day(subject, on)
    if day is None or day < 1:
        return SCREENING
    return TREATMENT if day - 1 <= source.protocol.trigger.last_day else FOLLOW_UP


def completed(source: Source) -> dict[str, str]:
    """Participants whose last planned visit was held, and who left before it in no way: its day."""
    last = source.protocol.schedule.visits[-1].name
    left = set(discontinued(source))
    return {
        one["subject"]: one["held_on"]
        for one in source.tables["visit"]
        if one["name"] == last and one["subject"] not in left
    }


def discontinued(source: Source) -> dict[str, str]:
    """Participants who left the follow-up or the trial: the first day of it."""
    found: dict[str, str] = {}
    for one in source.tables["withdrawal"]:
        if one["kind"] != "treatment":
            found[one["subject"]] = min(one["on_day"], found.get(one["subject"], one["on_day"]))
    return found


def death_days(source: Source) -> dict[str, str | None]:
    """Participants who died: the day, None where it is not recorded."""
    found: dict[str, str | None] = {
        one["subject"]: one["ended_on"]
        for one in source.tables["adverse_event"]
        if one["outcome"] == "fatal"
    }
    died = [one for one in source.tables["intercurrent_event"] if one["kind"] == "death"]
    return found | {one["subject"]: one["on_day"] for one in died}


def _arm(source: Source, subject: str, dosed: bool) -> Row:
    """Planned and actual arm, or why there is none."""
    allocated = source.allocations.get(subject)
    if allocated is None:
        failed = any(
            one["subject"] == subject and _not_met(source, one)
            for one in source.tables["eligibility"]
        )
        return {"ARMNRS": "SCREEN FAILURE" if failed else "NOT ASSIGNED"}
    arm = source.protocol.arm(allocated["arm"])
    planned = {"ARMCD": arm_code(arm), "ARM": arm.label}
    reported = passive_events(source).get(subject)
    if arm.name in source.protocol.trigger.arms:
        if not dosed:
            return planned | {"ARMNRS": "ASSIGNED, NOT TREATED"}
    elif reported:
        return planned | {"ARMNRS": "UNPLANNED TREATMENT", "ACTARMUD": reported}
    return planned | {"ACTARMCD": arm_code(arm), "ACTARM": arm.label}


def passive_events(source: Source) -> dict[str, str]:
    """Participants with a dose of the product reported beside the trial's: the kind of event."""
    product = source.protocol.endpoint.passive_product.lower()
    return {
        one["subject"]: one["kind"]
        for one in source.tables["intercurrent_event"]
        if one["kind"].startswith(f"{product}_")
    }


def _not_met(source: Source, assessed: Row) -> dict[str, str]:
    """Criterion to its answer, of those not met; one that was left out is unknown."""
    answers = json.loads(assessed["criteria"])
    given = {
        one.name: answers.get(one.name, "unknown") for one in source.protocol.eligibility.criteria
    }
    kinds = {one.name: one.kind for one in source.protocol.eligibility.criteria}
    return {name: answer for name, answer in given.items() if answer != _WANTED[kinds[name]]}


def _event(
    source: Source, subject: str, on: str, term: str, decoded: str, category: str
) -> dict[str, Any]:
    return {
        "USUBJID": source.person(subject),
        "DSTERM": term,
        "DSDECOD": decoded,
        "DSCAT": category,
        "EPOCH": epoch(source, subject, on),
        "DSSTDTC": on,
        "DSSTDY": source.day(subject, on),
    }


def _last_days(source: Source) -> dict[str, dict[str, str]]:
    """The last day of a visit, sample or dose ('reference'), and of anything ('participation')."""
    contacts = (("visit", "held_on"), ("result", "taken_on"), ("dose", "given_on"))
    others = (("consent", "given_on"), ("withdrawal", "on_day"))
    found: dict[str, dict[str, str]] = {"reference": {}, "participation": {}}
    for one in source.tables["subject"]:
        found["participation"][one["id"]] = one["screened_on"]
    for table, column in (*contacts, *others):
        for one in source.tables[table]:
            kinds = ("reference", "participation") if (table, column) in contacts else ()
            for kind in kinds or ("participation",):
                before = found[kind].get(one["subject"], "")
                found[kind][one["subject"]] = max(before, one[column])
    return found
