"""ODM-XML 1.3.2: the whole casebook with every version of every row, who recorded it, and why.

The file is transactional: a row's first version is an Insert, a correction an Update, a withdrawal
a Remove, each with its AuditRecord. Tables become forms, rows item groups (the key is the row's
id), columns items; `odm_items.csv` lists them. What belongs to no participant (the ledger of the
product) is ReferenceData.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from seroclear import __version__
from seroclear.trial.export.source import Row, Source
from seroclear.trial.export.xml import Element, as_bytes, child, translated

NAMESPACE: Final = "http://www.cdisc.org/ns/odm/v1.3"
METADATA: Final = "MDV.1"
CASEBOOK: Final = "SE.CASEBOOK"  # what belongs to no one visit
_OF_A_VISIT: Final = ("visit", "result")
_BESIDE: Final = {"screening": "Screening", "unscheduled": "Unscheduled visit"}
_WHOLE_TRIAL: Final = "LOC.TRIAL"
# UserType of ODM; every other role is 'Other'.
_USER_TYPES: Final = {"investigator": "Investigator", "laboratory": "Lab"}


class Item(NamedTuple):
    """A column of a table, or the table itself where `column` is ''."""

    table: str
    column: str
    type: str
    label: str


@cache
def items() -> tuple[Item, ...]:
    """The lines of `odm_items.csv`."""
    text = (files("seroclear.trial.export") / "odm_items.csv").read_text("utf-8")
    return tuple(Item(*line) for line in csv.reader(text.splitlines()[1:]))


def columns(table: str) -> tuple[Item, ...]:
    """The columns of a table that are written."""
    return tuple(one for one in items() if one.table == table and one.column)


def odm(source: Source) -> bytes:
    """The file's bytes."""
    root = Element(
        "ODM",
        {
            "xmlns": NAMESPACE,
            "ODMVersion": "1.3.2",
            "FileType": "Transactional",
            "Granularity": "All",
            "FileOID": f"{source.study}.{source.dataset_hash}",
            "CreationDateTime": source.locked_at,
            "AsOfDateTime": source.locked_at,
            "SourceSystem": "seroclear",
            "SourceSystemVersion": __version__,
        },
    )
    _study(root, source)
    _people_and_places(root, source)
    reference = child(root, "ReferenceData", StudyOID=source.study, MetaDataVersionOID=METADATA)
    for row in source.history["stock"]:
        _group(reference, source, "stock", row, row["site"])
    clinical = child(root, "ClinicalData", StudyOID=source.study, MetaDataVersionOID=METADATA)
    rows = _rows_by_subject(source)
    for one in source.tables["subject"]:
        _subject(clinical, source, one, rows[one["id"]])
    return as_bytes(root)


def _study(root: Element, source: Source) -> None:
    study = child(root, "Study", OID=source.study)
    names = child(study, "GlobalVariables")
    child(names, "StudyName", source.title)
    child(names, "StudyDescription", source.protocol.identity.title_zh)
    child(names, "ProtocolName", source.study)
    version = child(
        study,
        "MetaDataVersion",
        OID=METADATA,
        Name=f"Protocol {source.protocol.identity.version}",
        Description=f"SHA-256 {source.protocol.hash()}",
    )
    events = _events(source)
    protocol = child(version, "Protocol")
    for number, oid in enumerate(events, 1):
        child(protocol, "StudyEventRef", StudyEventOID=oid, OrderNumber=f"{number}", Mandatory="No")
    tables = [one for one in items() if not one.column]
    for oid, label in events.items():
        kind = "Common" if oid == CASEBOOK else "Scheduled"
        if oid == _event_of("unscheduled"):
            kind = "Unscheduled"
        event = child(version, "StudyEventDef", OID=oid, Name=label, Repeating="No", Type=kind)
        for one in tables:
            if one.table != "stock" and (oid == CASEBOOK or one.table in _OF_A_VISIT):
                child(event, "FormRef", FormOID=_oid("F", one.table), Mandatory="No")
    for one in tables:
        form = child(version, "FormDef", OID=_oid("F", one.table), Name=one.label, Repeating="No")
        child(form, "ItemGroupRef", ItemGroupOID=_oid("IG", one.table), Mandatory="No")
    for one in tables:
        group = child(
            version,
            "ItemGroupDef",
            OID=_oid("IG", one.table),
            Name=one.label,
            Repeating="Yes",
            IsReferenceData="Yes" if one.table == "stock" else "No",
        )
        for column in columns(one.table):
            child(group, "ItemRef", ItemOID=_oid("I", *column[:2]), Mandatory="No")
    for one in items():
        if one.column:
            length = "65535" if one.type == "text" else "18" if one.type != "date" else None
            item = child(
                version,
                "ItemDef",
                OID=_oid("I", one.table, one.column),
                Name=one.column,
                DataType=one.type,
                Length=length if one.type in ("text", "integer", "float") else None,
                SignificantDigits="6" if one.type == "float" else None,
            )
            translated(item, "Question", one.label)


def _people_and_places(root: Element, source: Source) -> None:
    admin = child(root, "AdminData", StudyOID=source.study)
    for account, roles in source.accounts.items():
        kind = next((_USER_TYPES[one] for one in roles if one in _USER_TYPES), "Other")
        user = child(admin, "User", OID=_oid("U", account), UserType=kind)
        child(user, "LoginName", account)
        child(user, "DisplayName", ", ".join(roles))
    places = [(_site(one["id"]), one["name"], "Site") for one in source.tables["site"]]
    for oid, name, kind in (*places, (_WHOLE_TRIAL, "The whole trial", "Other")):
        place = child(admin, "Location", OID=oid, Name=name, LocationType=kind)
        child(
            place,
            "MetaDataVersionRef",
            StudyOID=source.study,
            MetaDataVersionOID=METADATA,
            EffectiveDate=source.protocol.identity.registered_on,
        )


def _subject(
    clinical: Element, source: Source, subject: Row, rows: dict[str, dict[str, list[Row]]]
) -> None:
    data = child(clinical, "SubjectData", SubjectKey=subject["id"], TransactionType="Insert")
    child(data, "SiteRef", LocationOID=_site(subject["site"]))
    for event in _events(source):
        if event not in rows:
            continue
        of_event = child(data, "StudyEventData", StudyEventOID=event, TransactionType="Insert")
        for table, versions in rows[event].items():
            oid = _oid("F", table)
            form = child(of_event, "FormData", FormOID=oid, TransactionType="Insert")
            for row in versions:
                _group(form, source, table, row, subject["site"])


def _group(parent: Element, source: Source, table: str, row: Row, site: str) -> None:
    """One version of one row: its transaction, its audit record and its values."""
    kind = "Remove" if row["withdrawn"] else "Insert" if row["version"] == 1 else "Update"
    group = child(
        parent,
        "ItemGroupData",
        ItemGroupOID=_oid("IG", table),
        ItemGroupRepeatKey=row["id"],
        TransactionType=kind,
    )
    stamp = source.stamps[table, row["id"], row["version"]]
    audit = child(group, "AuditRecord")
    child(audit, "UserRef", UserOID=_oid("U", stamp.account))
    child(audit, "LocationRef", LocationOID=_site(site))
    child(audit, "DateTimeStamp", stamp.at)
    if row["reason"]:
        child(audit, "ReasonForChange", row["reason"])
    for column in columns(table):
        value = row[column.column]
        oid = _oid("I", table, column.column)
        if value is not None:
            child(group, "ItemData", ItemOID=oid, Value=_text(value))
        elif row["version"] > 1:
            child(group, "ItemData", ItemOID=oid, IsNull="Yes")


def _rows_by_subject(source: Source) -> dict[str, dict[str, dict[str, list[Row]]]]:
    """Participant, event and table to the versions of the rows there."""
    found: dict[str, dict[str, dict[str, list[Row]]]] = {
        one["id"]: {} for one in source.tables["subject"]
    }
    cases = {one["id"]: one["subject"] for one in source.history["adjudication_case"]}
    for table in dict.fromkeys(one.table for one in items()):
        if table == "stock":
            continue
        for versions in _versions(source.history[table]):
            last = versions[-1]
            subject = (
                last["id"]
                if table == "subject"
                else cases[last["adjudication_case"]]
                if table == "adjudication"
                else last["subject"]
            )
            visit = last["name"] if table == "visit" else last.get("visit")
            event = _event_of(visit) if visit and table in _OF_A_VISIT else CASEBOOK
            found[subject].setdefault(event, {}).setdefault(table, []).extend(versions)
    return found


def _versions(rows: list[Row]) -> Iterator[list[Row]]:
    by_id: dict[str, list[Row]] = {}
    for one in rows:
        by_id.setdefault(one["id"], []).append(one)
    yield from by_id.values()


def _events(source: Source) -> dict[str, str]:
    """Events of the study by OID, with their labels, in order."""
    planned = {_event_of(one.name): one.label for one in source.protocol.schedule.visits}
    beside = {_event_of(name): label for name, label in _BESIDE.items()}
    first = {name: beside.pop(name) for name in (_event_of("screening"),)}
    return {**first, **planned, **beside, CASEBOOK: "Casebook"}


def _event_of(visit: str) -> str:
    return _oid("SE.VISIT", visit)


def _oid(*parts: str) -> str:
    return ".".join(parts)


def _site(code: str) -> str:
    return _oid("LOC.SITE", code)


def _text(value: Any) -> str:
    """A value as ODM writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else repr(value)
