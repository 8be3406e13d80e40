"""Dataset-JSON 1.1 of a dataset: one file each, texts as they are, dates in ISO 8601."""

from __future__ import annotations

import json
from typing import Any, Final

from seroclear import __version__
from seroclear.trial.export.definitions import Dataset, Variable
from seroclear.trial.export.source import Source

VERSION: Final = "1.1.0"
_TYPES: Final = {
    "text": "string",
    "integer": "integer",
    "float": "float",
    "date": "date",
    "sasdate": "date",
}


def dataset_json(source: Source, data: Dataset) -> bytes:
    """The file's bytes."""
    content: dict[str, Any] = {
        "datasetJSONCreationDateTime": source.locked_at,
        "datasetJSONVersion": VERSION,
        "fileOID": f"{source.study}.{source.dataset_hash}.{data.name}",
        "dbLastModifiedDateTime": source.locked_at,
        "originator": source.protocol.identity.sponsor,
        "sourceSystem": {"name": "seroclear", "version": __version__},
        "studyOID": source.study,
        "metaDataVersionOID": metadata_oid(source, data.standard),
        "metaDataRef": "define.xml",
        "itemGroupOID": group_oid(data.name),
        "records": len(data.rows),
        "name": data.name,
        "label": data.label,
        "columns": [_column(data, one) for one in data.variables],
        "rows": [list(row) for row in data.rows],
    }
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1)
    return f"{text}\n".encode()


def metadata_oid(source: Source, standard: str) -> str:
    """OID of the MetaDataVersion of a standard's Define-XML."""
    return f"MDV.{source.study}.{standard}"


def group_oid(dataset: str) -> str:
    """OID of a dataset's ItemGroupDef."""
    return f"IG.{dataset}"


def item_oid(variable: Variable) -> str:
    """OID of a variable's ItemDef."""
    return f"IT.{variable.dataset}.{variable.variable}"


def _column(data: Dataset, variable: Variable) -> dict[str, Any]:
    column: dict[str, Any] = {
        "itemOID": item_oid(variable),
        "name": variable.variable,
        "label": variable.label,
        "dataType": _TYPES[variable.type],
    }
    if variable.type == "sasdate":
        column |= {"targetDataType": "integer", "displayFormat": "DATE9."}
    if variable.type == "text":
        column["length"] = data.length(variable)
    if variable.key:
        column["keySequence"] = int(variable.key)
    return column
