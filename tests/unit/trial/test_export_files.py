"""XPT and Define-XML of the datasets, and the folder of an export."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pyreadstat
import pytest
from exported import locked_trial
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from odmlib import schema_manager

from seroclear.errors import SeroclearError
from seroclear.trial.export.define import DEFINE, GUIDES, define
from seroclear.trial.export.definitions import Dataset, Variable
from seroclear.trial.export.odm import NAMESPACE
from seroclear.trial.export.source import Source, read_for_export
from seroclear.trial.export.write import datasets
from seroclear.trial.export.xpt import ibm, xpt

NS = {"o": NAMESPACE, "d": DEFINE}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    trial = locked_trial(tmp_path_factory.mktemp("trial"))
    return read_for_export(trial.as_("stat"), ("xpt", "define"))


@pytest.fixture(scope="module")
def made(source: Source) -> list[Dataset]:
    return datasets(source)


def test_pyreadstat_reads_every_xpt_as_it_was(
    source: Source, made: list[Dataset], tmp_path: Path
) -> None:
    """Another's reader gives the values, the labels and the names that were written."""
    for data in made:
        file = tmp_path / f"{data.name}.xpt"
        file.write_bytes(xpt(source, data))
        frame, about = pyreadstat.read_xport(str(file), encoding="UTF-8")
        assert (about.table_name, about.file_label) == (data.name, data.label)
        assert about.column_names == [one.variable for one in data.variables]
        assert about.column_labels == [one.label for one in data.variables]
        read = [tuple(map(_read, row)) for row in frame.itertuples(index=False)]
        assert read == [tuple(map(_written, row)) for row in data.rows], data.name
    assert sum(len(one.rows) for one in made) > 100


@given(st.floats(min_value=1e-70, max_value=1e70) | st.integers(-(2**53), 2**53).map(float))
def test_a_double_survives_the_ibm_format(value: float) -> None:
    content = ibm(value)
    power = (content[0] & 0x7F) - 64
    back = math.ldexp(int.from_bytes(content[1:], "big"), 4 * power - 56)
    assert (-back if content[0] & 0x80 else back) == value


def test_ibm_numbers_of_the_technical_note() -> None:
    assert ibm(1).hex() == "4110000000000000"
    assert ibm(-118.625).hex() == "c276a00000000000"
    assert ibm(None).hex() == "2e00000000000000"
    with pytest.raises(SeroclearError, match="not finite"):
        ibm(math.nan)


def test_xpt_is_stamped_with_the_time_of_the_lock(source: Source, made: list[Dataset]) -> None:
    content = xpt(source, made[0])
    year, month, day = map(int, source.locked_at[:10].split("-"))
    stamp = f"{day:02d}{date(year, month, day):%b}{year % 100:02d}:{source.locked_at[11:19]}"
    assert content.count(stamp.upper().encode()) == 4
    assert len(content) % 80 == 0


def test_what_the_format_cannot_hold_is_refused(source: Source) -> None:
    for variable, value in (("TOOLONGNAME", "x"), ("TEXT", "x" * 201)):
        one = Variable("DM", variable, "Label", "text", "", "Collected", "")
        data = Dataset("SDTM", "DM", "Label", "", "", False, False, (one,), ((value,),))
        with pytest.raises(SeroclearError, match="longer than"):
            xpt(source, data)


@pytest.mark.parametrize("standard", GUIDES)
def test_define_is_valid_by_the_schema_of_cdisc(
    source: Source, made: list[Dataset], standard: str
) -> None:
    schema = etree.XMLSchema(etree.parse(schema_manager.get_schema_path("define", "2.1")))
    chosen = [one for one in made if one.standard == standard]
    document = etree.fromstring(define(source, standard, chosen))
    schema.assertValid(document)
    document.find(".//d:Class", NS).set("Name", "NO CLASS")
    assert not schema.validate(document)  # the schema does look


@pytest.mark.parametrize("standard", GUIDES)
def test_define_describes_every_variable_once(
    source: Source, made: list[Dataset], standard: str
) -> None:
    chosen = [one for one in made if one.standard == standard]
    root = ElementTree.fromstring(define(source, standard, chosen))
    defined = [one.get("OID") for one in root.iterfind(".//o:ItemDef", NS)]
    referred = [one.get("ItemOID") for one in root.iterfind(".//o:ItemRef", NS)]
    assert (
        defined
        == referred
        == [f"IT.{one.name}.{v.variable}" for one in chosen for v in one.variables]
    )
    methods = {one.get("OID") for one in root.iterfind(".//o:MethodDef", NS)}
    used = {one.get("MethodOID") for one in root.iterfind(".//o:ItemRef", NS)} - {None}
    assert methods == used


def _read(value: object) -> object:
    if isinstance(value, float):
        return None if math.isnan(value) else value
    if isinstance(value, date):
        return str(value)
    return None if value == "" else value


def _written(value: object) -> object:
    return float(value) if isinstance(value, int) else value
