"""ODM-XML of a locked trial: valid, and read back it is the database, with its audit trail."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from exported import locked_trial
from lxml import etree
from odmlib import schema_manager

from seroclear.trial.database.clinical import CLINICAL
from seroclear.trial.export.odm import NAMESPACE, items, odm
from seroclear.trial.export.source import BOOKKEEPING, Source, read_for_export

ODM = {"o": NAMESPACE}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    trial = locked_trial(tmp_path_factory.mktemp("trial"))
    return read_for_export(trial.as_("stat"), ("odm",))


def test_every_column_is_written(source: Source) -> None:
    listed = {(one.table, one.column) for one in items() if one.column}
    held = {
        (table.name, column.name)
        for table in CLINICAL
        for column in table.c
        if column.name not in (*BOOKKEEPING, "id", "subject")
    }
    assert listed == held


def test_odm_is_valid_by_the_schema_of_cdisc(source: Source) -> None:
    schema = etree.XMLSchema(etree.parse(schema_manager.get_schema_path("odm", "1.3.2")))
    document = etree.fromstring(odm(source))
    schema.assertValid(document)
    document.find(".//o:AuditRecord", ODM).clear()
    assert not schema.validate(document)  # the schema does look


def test_read_back_it_is_the_database(source: Source) -> None:
    """Transactions replayed in their order give every table; types by the file's own ItemDefs."""
    root = ElementTree.fromstring(odm(source))
    types = {one.get("OID"): one.get("DataType") for one in root.iterfind(".//o:ItemDef", ODM)}
    names = {one.get("OID"): one.get("Name") for one in root.iterfind(".//o:ItemDef", ODM)}
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for of in (*root.iterfind(".//o:SubjectData", ODM), *root.iterfind("o:ReferenceData", ODM)):
        for group in of.iterfind(".//o:ItemGroupData", ODM):
            table = group.get("ItemGroupOID", "").removeprefix("IG.")
            rows = found.setdefault(table, {})
            key = group.get("ItemGroupRepeatKey", "")
            assert (group.get("TransactionType") == "Insert") == (key not in rows)
            row = rows.setdefault(key, {"id": key, "subject": of.get("SubjectKey")})
            for item in group.iterfind("o:ItemData", ODM):
                oid = item.get("ItemOID", "")
                row[names[oid] or ""] = _value(item.get("Value"), types[oid])
            if group.get("TransactionType") == "Remove":
                del rows[key]
    for table in CLINICAL:
        wanted = {one["id"]: _given(one) for one in source.tables[table.name]}
        read = {
            key: {name: row.get(name) for name in wanted[key]}
            for key, row in found.get(table.name, {}).items()
        }
        assert read == wanted, table.name
    assert len(found["result"]) > 5


def test_a_correction_tells_who_when_and_why(source: Source) -> None:
    root = ElementTree.fromstring(odm(source))
    [corrected] = [
        one for one in source.history["result"] if one["version"] == 2 and not one["withdrawn"]
    ]
    first, second = root.iterfind(
        f".//o:ItemGroupData[@ItemGroupRepeatKey='{corrected['id']}']", ODM
    )
    assert [one.get("TransactionType") for one in (first, second)] == ["Insert", "Update"]
    audit = second.find("o:AuditRecord", ODM)
    assert audit.findtext("o:ReasonForChange", namespaces=ODM) == "misread, the slip says 30"
    assert audit.find("o:UserRef", ODM).get("UserOID") == "U.lab"
    assert audit.find("o:LocationRef", ODM).get("LocationOID") == "LOC.SITE.01"
    stamp = source.stamps["result", corrected["id"], 2]
    assert audit.findtext("o:DateTimeStamp", namespaces=ODM) == stamp.at
    values = [
        one.find("o:ItemData[@ItemOID='I.result.text']", ODM).get("Value")
        for one in (first, second)
    ]
    assert values == ["300", "30"]


def _given(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in BOOKKEEPING}


def _value(text: str | None, type: str | None) -> Any:
    if text is None:
        return None
    if type == "boolean":
        return text == "true"
    return {"integer": int, "float": float}.get(type or "", str)(text)
