"""SDTM of what was given, found and happened: EX, LB, AE."""

from __future__ import annotations

import json
from typing import Any

from seroclear.trial.export.definitions import lab_tests, number, terms
from seroclear.trial.export.sdtm_design import visit_number
from seroclear.trial.export.sdtm_subjects import epoch
from seroclear.trial.export.source import Row, Source


def exposure(source: Source) -> list[Row]:
    """EX: the doses that were given."""
    trigger = source.protocol.trigger
    return [
        {
            "USUBJID": source.person(one["subject"]),
            "EXREFID": one["id"],
            "EXTRT": trigger.product,
            "EXDOSE": one["amount"],
            "EXDOSU": one["unit"],
            "EXROUTE": trigger.route.upper(),
            "EXLOT": one["lot"],
            "EPOCH": epoch(source, one["subject"], one["given_on"]),
            "EXSTDTC": one["given_on"],
            "EXENDTC": one["given_on"],
            "EXSTDY": source.day(one["subject"], one["given_on"]),
            "EXENDY": source.day(one["subject"], one["given_on"]),
        }
        for one in source.tables["dose"]
    ]


def adverse_events(source: Source) -> list[Row]:
    """AE: in the reporter's words; no dictionary has coded them."""
    return [
        {
            "USUBJID": source.person(one["subject"]),
            "AESPID": one["id"],
            "AETERM": one["term"],
            "AESEV": terms("severity")[one["severity"]],
            "AESER": "Y" if one["serious"] else "N",
            "AEREL": terms("related")[one["related"]],
            "AEOUT": terms("outcome")[one["outcome"]],
            "EPOCH": epoch(source, one["subject"], one["started_on"]),
            "AESTDTC": one["started_on"],
            "AEENDTC": one["ended_on"],
            "AESTDY": source.day(one["subject"], one["started_on"]),
            "AEENDY": source.day(one["subject"], one["ended_on"]),
        }
        for one in source.tables["adverse_event"]
    ]


def laboratory(source: Source) -> list[Row]:
    """LB: one row for each reading of a result; a result that nobody could read has one too."""
    rows = [
        row
        for one in source.tables["result"]
        for row in (
            _result(source, one) | reading
            for reading in [_reading(one) for one in json.loads(one["readings"])]
            or [_test(one["test"])]
        )
    ]
    for row in _last_before(rows):
        row["LBLOBXFL"] = "Y"
    return rows


def _result(source: Source, one: Row) -> Row:
    return {
        "USUBJID": source.person(one["subject"]),
        "LBREFID": one["id"],
        "LBORRES": one["text"],
        "LBORRESU": one["unit"],
        "LBMETHOD": one["assay"],
        **visit_number(source.protocol, one["visit"]),
        "EPOCH": epoch(source, one["subject"], one["taken_on"]),
        "LBDTC": one["taken_on"],
        "LBDY": source.day(one["subject"], one["taken_on"]),
    }


def _reading(reading: dict[str, Any]) -> Row:
    value = reading.get("value")
    exact = value is not None and reading["comparator"] == "="
    return {
        **_test(reading["test"]),
        "LBSTRESC": _as_text(reading),
        "LBSTRESN": float(value) if exact and value is not None else None,
        "LBSTRESU": reading.get("unit") if value is not None else None,
        "LBSTNRLO": reading.get("reference_low"),
        "LBSTNRHI": reading.get("reference_high"),
    }


def _test(name: str) -> Row:
    code, label = lab_tests()[name]
    return {"LBTESTCD": code, "LBTEST": label}


def _as_text(reading: dict[str, Any]) -> str | None:
    value = reading.get("value")
    if value is None:
        sign = reading.get("status") or reading.get("detection")
        return sign.upper() if sign else None
    if reading["comparator"] == "range":
        return f"{number(value)}-{number(reading['value_high'])}"
    sign = "" if reading["comparator"] == "=" else reading["comparator"]
    return f"{sign}{number(value)}"


def _last_before(rows: list[Row]) -> list[Row]:
    """The last readable sample of each test on or before day 1 of each participant."""
    last: dict[tuple[str, str], Row] = {}
    for row in sorted(rows, key=lambda row: (row["LBDTC"], row["LBREFID"])):
        if row["LBDY"] is not None and row["LBDY"] <= 1 and row.get("LBSTRESC"):
            last[row["USUBJID"], row["LBTESTCD"]] = row
    return list(last.values())
