"""As much of the question of README.md as PhenEx can ask, on DuckDB. Usage: FOLDER"""

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("PHENEX_LOG_LEVEL", "ERROR")

from phenex.codelists import Codelist
from phenex.core import Cohort
from phenex.filters import (
    CategoricalFilter,
    GreaterThan,
    GreaterThanOrEqualTo,
    LessThan,
    LessThanOrEqualTo,
    RelativeTimeRangeFilter,
    ValueFilter,
)
from phenex.ibis_connect import DuckDBConnector
from phenex.mappers import DomainsDictionary, OMOPPersonTable
from phenex.phenotypes import CodelistPhenotype, LogicPhenotype, MeasurementPhenotype
from phenex.tables import CodeTable, MeasurementTable

folder = Path(sys.argv[1])
LESS, POSITIVE, NEGATIVE = 4171756, 9191, 9189  # OMOP concepts
IU, INDEX = "63557-3", "5196-1"


class Tests(MeasurementTable):
    NAME_TABLE = "MEASUREMENT"
    DEFAULT_MAPPING = {  # noqa: RUF012
        "PERSON_ID": "PERSON_ID",
        "EVENT_DATE": "MEASUREMENT_DATE",
        "CODE": "MEASUREMENT_SOURCE_VALUE",
        "VALUE": "VALUE_AS_NUMBER",
    }


class Drugs(CodeTable):
    NAME_TABLE = "DRUG_EXPOSURE"
    DEFAULT_MAPPING = {  # noqa: RUF012
        "PERSON_ID": "PERSON_ID",
        "EVENT_DATE": "DRUG_EXPOSURE_START_DATE",
        "CODE": "DRUG_SOURCE_VALUE",
    }


def parquet(name):
    """One file, or a folder of parts."""
    file = folder / f"{name}.parquet"
    return f"'{file}'" if file.exists() else f"'{folder / name / '*.parquet'}'"


def columns(*names):
    return ", ".join(f"{name} AS {name.upper()}" for name in names)


# Its best shot: the Parquet is read once, and of it only the columns and rows that are needed.
connector = DuckDBConnector()
con = connector.dest_connection.con
con.execute(
    f"CREATE VIEW PERSON AS SELECT {columns('person_id', 'birth_datetime')} "
    f"FROM {parquet('person')}"
)
con.execute(
    "CREATE TABLE MEASUREMENT AS SELECT "
    + columns("person_id", "measurement_date", "measurement_source_value", "value_as_number")
    + ", coalesce(operator_concept_id, 0) AS OPERATOR, value_as_concept_id AS WORD "
    f"FROM {parquet('measurement')} "
    f"WHERE measurement_source_value IN ('{IU}', '{INDEX}')"
)
con.execute(
    "CREATE TABLE DRUG_EXPOSURE AS SELECT "
    + columns("person_id", "drug_exposure_start_date", "drug_source_value")
    + f" FROM {parquet('drug_exposure')}"
)
mapper = DomainsDictionary(
    {"PERSON": OMOPPersonTable, "MEASUREMENT": Tests, "DRUG_EXPOSURE": Drugs}
)

less = CategoricalFilter(column_name="OPERATOR", allowed_values=[LESS])
not_less = CategoricalFilter(column_name="OPERATOR", allowed_values=[LESS], operator="notin")
after_index = RelativeTimeRangeFilter(min_days=GreaterThan(0), when="after")


def number(name, code, low=None, high=None, operator=None, when=None):
    """First day with a number in a range."""
    return MeasurementPhenotype(
        name=name,
        domain="MEASUREMENT",
        codelist=Codelist([code]),
        categorical_filter=operator,
        # `value_filter` is applied after the first day was chosen, this one before.
        clean_nonphysiologicals_value_filter=ValueFilter(min_value=low, max_value=high),
        relative_time_range=when,
        return_date="first",
    )


def word(name, concept, when=None):
    return CodelistPhenotype(
        name=name,
        domain="MEASUREMENT",
        codelist=Codelist([INDEX, IU]),
        categorical_filter=CategoricalFilter(column_name="WORD", allowed_values=[concept]),
        relative_time_range=when,
    )


def taken_before(name, loss, *patterns):
    return CodelistPhenotype(
        name=name,
        domain="DRUG_EXPOSURE",
        codelist=Codelist([f"%{pattern}%" for pattern in patterns]),
        relative_time_range=RelativeTimeRangeFilter(
            min_days=GreaterThanOrEqualTo(0), when="before", anchor_phenotype=loss
        ),
    )


positive = LogicPhenotype(
    number("positive_iu", IU, low=GreaterThanOrEqualTo(0.05), operator=not_less)
    | number("positive_index", INDEX, low=GreaterThanOrEqualTo(1.2), operator=not_less)
    | word("positive_word", POSITIVE),
    name="positive",
)
lost = LogicPhenotype(
    number("negative_iu", IU, high=LessThan(0.05), when=after_index)
    | number("below_iu", IU, high=LessThanOrEqualTo(0.05), operator=less, when=after_index)
    | number("negative_index", INDEX, high=LessThan(0.8), when=after_index)
    | number("below_index", INDEX, high=LessThanOrEqualTo(1.0), operator=less, when=after_index)
    | word("negative_word", NEGATIVE, when=after_index),
    name="lost",
)
na = taken_before("na", lost, "entecavir", "tenofovir", "adefovir", "lamivudine", "telbivudine")
ifn = taken_before("ifn", lost, "interferon")
cohort = Cohort(
    name="loss",
    entry_criterion=positive,
    inclusions=[lost, LogicPhenotype(na | ifn, name="treated")],
    exclusions=[LogicPhenotype(na & ifn, name="both")],
)
cohort.execute(mapper.get_mapped_tables(connector), con=connector, overwrite=True, sql_dir=None)
rows = cohort.waterfall_node.table.execute()
left = [int(count) for count in rows.Remaining[rows.Type != "info"]]
print(json.dumps(dict(zip(("positive", "lost", "treated", "alone"), left, strict=True))))
