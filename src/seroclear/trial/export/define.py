"""Define-XML 2.1: what each dataset and each variable is, where it is from, how it is derived."""

from __future__ import annotations

from typing import Final

from seroclear.trial.export.dataset_json import group_oid, item_oid, metadata_oid
from seroclear.trial.export.definitions import Dataset, Variable
from seroclear.trial.export.odm import NAMESPACE
from seroclear.trial.export.source import Source
from seroclear.trial.export.xml import Element, as_bytes, child, translated

DEFINE: Final = "http://www.cdisc.org/ns/def/v2.1"
GUIDES: Final = {"SDTM": ("SDTMIG", "3.4"), "ADaM": ("ADaMIG", "1.3")}
_PURPOSES: Final = {"SDTM": "Tabulation", "ADaM": "Analysis"}
_TYPES: Final = {
    "text": "text",
    "integer": "integer",
    "float": "float",
    "date": "date",
    "sasdate": "integer",
}
_SOURCES: Final = {
    "Collected": "Investigator",
    "Derived": "Sponsor",
    "Assigned": "Sponsor",
    "Protocol": "Sponsor",
}
_ALWAYS: Final = ("STUDYID", "DOMAIN", "USUBJID", "PARAMCD", "PARAM")


def define(source: Source, standard: str, datasets: list[Dataset]) -> bytes:
    """The file's bytes.

    Args:
        standard: SDTM or ADaM.
        datasets: of that standard.
    """
    root = Element(
        "ODM",
        {
            "xmlns": NAMESPACE,
            "xmlns:def": DEFINE,
            "xmlns:xlink": "http://www.w3.org/1999/xlink",
            "ODMVersion": "1.3.2",
            "FileType": "Snapshot",
            "FileOID": f"{source.study}.{source.dataset_hash}.define.{standard}",
            "CreationDateTime": source.locked_at,
            "AsOfDateTime": source.locked_at,
            "SourceSystem": "seroclear",
            "def:Context": "Other",
        },
    )
    study = child(root, "Study", OID=source.study)
    names = child(study, "GlobalVariables")
    child(names, "StudyName", source.study)
    child(names, "StudyDescription", source.title)
    child(names, "ProtocolName", source.study)
    guide, number = GUIDES[standard]
    version = child(
        study,
        "MetaDataVersion",
        OID=metadata_oid(source, standard),
        Name=f"{source.study}, {standard}",
        Description=f"Protocol {source.protocol.identity.version}; data {source.dataset_hash}",
        def__DefineVersion="2.1.0",
    )
    standards = child(version, "def:Standards")
    child(
        standards,
        "def:Standard",
        OID=f"STD.{guide}",
        Name=guide,
        Type="IG",
        Version=number,
        Status="Final",
    )
    for data in datasets:
        _group(version, data, f"STD.{guide}")
    for data in datasets:
        for one in data.variables:
            _item(version, data, one)
    for data in datasets:
        for one in data.variables:
            if one.origin == "Derived":
                method = child(
                    version,
                    "MethodDef",
                    OID=_method(one),
                    Name=f"{one.dataset}.{one.variable}",
                    Type="Computation",
                )
                translated(method, "Description", one.method)
    return as_bytes(root)


def _group(version: Element, data: Dataset, guide: str) -> None:
    group = child(
        version,
        "ItemGroupDef",
        OID=group_oid(data.name),
        Name=data.name,
        Repeating="Yes" if data.repeating else "No",
        IsReferenceData="Yes" if data.reference else "No",
        SASDatasetName=data.name,
        Domain=data.name if data.standard == "SDTM" else None,
        Purpose=_PURPOSES[data.standard],
        def__Structure=data.structure,
        def__StandardOID=guide,
        def__ArchiveLocationID=f"LF.{data.name}",
        def__HasNoData=None if data.rows else "Yes",
    )
    translated(group, "Description", data.label)
    for number, one in enumerate(data.variables, 1):
        child(
            group,
            "ItemRef",
            ItemOID=item_oid(one),
            OrderNumber=str(number),
            Mandatory="Yes" if one.variable in _ALWAYS else "No",
            KeySequence=one.key or None,
            MethodOID=_method(one) if one.origin == "Derived" else None,
        )
    child(group, "def:Class", Name=data.kind)
    leaf = child(group, "def:leaf", ID=f"LF.{data.name}", xlink__href=f"{data.name.lower()}.xpt")
    child(leaf, "def:title", f"{data.name.lower()}.xpt")


def _item(version: Element, data: Dataset, one: Variable) -> None:
    kind = _TYPES[one.type]
    item = child(
        version,
        "ItemDef",
        OID=item_oid(one),
        Name=one.variable,
        DataType=kind,
        Length=None if kind == "date" else "18" if kind == "float" else str(data.length(one)),
        SignificantDigits="6" if kind == "float" else None,
        SASFieldName=one.variable,
        def__DisplayFormat="DATE9." if one.type == "sasdate" else None,
    )
    translated(item, "Description", one.label)
    origin = child(item, "def:Origin", Type=one.origin, Source=_SOURCES.get(one.origin))
    if one.origin == "Predecessor":
        translated(origin, "Description", one.method)


def _method(one: Variable) -> str:
    return f"MT.{one.dataset}.{one.variable}"
