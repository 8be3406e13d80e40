"""A REDCap project for the trial: its data dictionary, events and forms, from the protocol.

The record's id is the participant's code (site-number); no field holds an identifier, and no field
holds an arm. The columns of the dictionary are REDCap's own; those of the other files are from
memory of its import templates.
"""

from __future__ import annotations

import csv
import io
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from seroclear.trial.protocol import Protocol

HEADER: Final = (
    *("Variable / Field Name", "Form Name", "Section Header", "Field Type", "Field Label"),
    *("Choices, Calculations, OR Slider Labels", "Field Note"),
    *("Text Validation Type OR Show Slider Number", "Text Validation Min", "Text Validation Max"),
    *("Identifier?", "Branching Logic (Show field only if...)", "Required Field?"),
    *("Custom Alignment", "Question Number (surveys only)", "Matrix Group Name"),
    *("Matrix Ranking?", "Field Annotation"),
)
RECORD: Final = "record_id"
SCREENING: Final = "screening"
FORMS_OF_SCREENING: Final = ("screening", "consent", "eligibility", "laboratory")
FORMS_OF_A_VISIT: Final = ("visit", "laboratory")
REPEATING: Final = "adverse_event"
_ANSWERS: Final = "yes, Yes | no, No | unknown, Unknown"
_ARM: Final = "_arm_1"  # one of REDCap's arms: those of the trial are not told to it


class Field(NamedTuple):
    """A field of a form; `argument` is what it is to the action that takes it."""

    field: str
    form: str
    type: str
    label: str
    choices: str
    validation: str
    required: str
    argument: str


def fields(protocol: Protocol) -> tuple[Field, ...]:
    """The fields by form: the constant ones, the protocol's criteria and its tests."""
    constant = _constant()
    criteria = [
        Field(f"crit_{one.name}", "eligibility", "radio", one.text, _ANSWERS, "", "y", one.name)
        for one in protocol.eligibility.criteria
    ]
    laboratory = []
    for test in tests(protocol):
        label = test.replace("_", " ")
        laboratory += [
            Field(test, "laboratory", "text", f"{label}, as printed", "", "", "", "text"),
            Field(f"{test}_unit", "laboratory", "text", f"{label}, unit", "", "", "", "unit"),
        ]
    forms = list(dict.fromkeys(one.form for one in constant))
    every = (*constant, *criteria, *laboratory)
    return tuple(one for form in forms for one in every if one.form == form)


def tests(protocol: Protocol) -> tuple[str, ...]:
    """The tests of the schedule, once each."""
    return tuple(dict.fromkeys(test for one in protocol.schedule.visits for test in one.tests))


def events(protocol: Protocol) -> dict[str, str]:
    """REDCap's unique name of an event to the name of the visit."""
    names = (SCREENING, *(one.name for one in protocol.schedule.visits), "unscheduled")
    return {f"{name}{_ARM}": name for name in names}


def project_files(protocol: Protocol) -> dict[str, bytes]:
    """The files to import into an empty REDCap project."""
    record = Field(RECORD, SCREENING, "text", "Code of the participant", "", "", "y", "")
    dictionary = [_line(one) for one in (record, *fields(protocol))]
    days = {one.name: one for one in protocol.schedule.visits}
    listed: list[tuple[str, ...]] = []
    forms: list[tuple[str, ...]] = []
    for unique, name in events(protocol).items():
        visit = days.get(name)
        label = visit.label if visit else name.capitalize()
        window = (visit.day, visit.early, visit.late) if visit else ("", "", "")
        listed.append((label, "1", *map(str, window), unique))
        of_event = FORMS_OF_SCREENING if name == SCREENING else FORMS_OF_A_VISIT
        forms += [("1", unique, form) for form in of_event]
        if name == SCREENING:
            forms.append(("1", unique, REPEATING))
    return {
        "data_dictionary.csv": _csv(HEADER, dictionary),
        "events.csv": _csv(
            (
                "event_name",
                "arm_num",
                "day_offset",
                "offset_min",
                "offset_max",
                "unique_event_name",
            ),
            listed,
        ),
        "event_forms.csv": _csv(("arm_num", "unique_event_name", "form"), forms),
        "repeating_forms.csv": _csv(
            ("event_name", "form_name", "custom_form_label"),
            [(f"{SCREENING}{_ARM}", REPEATING, "")],
        ),
    }


@cache
def _constant() -> tuple[Field, ...]:
    text = (files("seroclear.trial.exchange") / "redcap_fields.csv").read_text("utf-8")
    return tuple(Field(*line) for line in csv.reader(text.splitlines()[1:]))


def _line(one: Field) -> tuple[str, ...]:
    before = (one.field, one.form, "", one.type, one.label, one.choices, "", one.validation)
    return (*before, "", "", "", "", one.required, "", "", "", "", "")


def _csv(header: tuple[str, ...], lines: list[tuple[str, ...]]) -> bytes:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows([header, *lines])
    return written.getvalue().encode()
