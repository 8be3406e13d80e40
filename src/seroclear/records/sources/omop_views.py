"""The raw views of an OMOP CDM, from whichever of its tables and columns there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seroclear.records.sources import Cells, make_raw_view
from seroclear.records.tabular import columns_of, literal
from seroclear.records.vocabulary import read_csv

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


# kind of vocabulary -> its file of codes
CODE_FILES = {
    "measurement": "test_codes.csv",
    "drug": "drug_codes.csv",
    "condition": "diagnosis_codes.csv",
    "procedure": "procedure_codes.csv",
}
VOCABULARIES = {
    "ICD10": "ICD-10",
    "ICD10CM": "ICD-10-CM",
    "ICD9CM": "ICD-9-CM",
    "ICD10CN": "ICD-10",
}
# table -> its columns that point to `concept`
_CODED = {
    "measurement": ("measurement_concept_id", "measurement_source_concept_id", "unit_concept_id"),
    "drug_exposure": ("drug_concept_id", "drug_source_concept_id"),
    "condition_occurrence": ("condition_concept_id", "condition_source_concept_id"),
    "procedure_occurrence": ("procedure_concept_id", "procedure_source_concept_id"),
}
_RESULT_NAMES = (
    "measurement_concept_id",
    "measurement_source_concept_id",
    "measurement_source_value",
)
_RESULT_CELLS = (
    *_RESULT_NAMES,
    *("operator_concept_id", "value_as_number", "value_as_concept_id", "value_source_value"),
    *("unit_concept_id", "unit_source_value", "range_low", "range_high"),
)
# Between two persons (domain 56, since CDM 5.4 concept 1147314) the relationship 'Mother of
# subject' (40478925). Sites write mother and child in either order, so the older of the two is the
# mother. A person with two mothers has none that is known.
_MOTHERS = """WITH pairs AS (SELECT fact_id_1 AS one, fact_id_2 AS other FROM fact_relationship
        WHERE relationship_concept_id = '40478925'
        AND domain_concept_id_1 IN ('56', '1147314') AND domain_concept_id_2 IN ('56', '1147314'))
    SELECT young.person_id,
        CASE WHEN count(DISTINCT old.person_id) = 1 THEN min(old.person_id) END AS mother_id
    FROM (FROM pairs UNION ALL SELECT other, one FROM pairs) p
    JOIN person old ON old.person_id = p.one JOIN person young ON young.person_id = p.other
    WHERE TRY_CAST(old.year_of_birth AS INTEGER) < TRY_CAST(young.year_of_birth AS INTEGER)
    GROUP BY 1"""
# OMOP Visit concepts: 9201 inpatient, 262 emergency and inpatient, 9202 outpatient, 9203 emergency.
_VISIT_KIND = (
    "(CASE v.visit_concept_id WHEN '9201' THEN 'inpatient' WHEN '262' THEN 'inpatient' "
    "WHEN '9202' THEN 'outpatient' WHEN '9203' THEN 'emergency' END)"
)


class Reader:
    """Writes the raw views; keeps which tables and columns this CDM has."""

    def __init__(self, con: DuckDBPyConnection, tables: set[str]) -> None:
        self.con = con
        self.tables = tables
        self.columns = {table: set(columns_of(con, table)) for table in tables}

    def _cell(self, table: str, column: str, alias: str) -> str:
        return f"{alias}.{column}" if column in self.columns[table] else "NULL"

    def _codes(self, kind: str, table: str) -> tuple[str, str, str]:
        """(joins, SQL of `codes`, SQL of `name`) for a clinical table aliased t."""
        concept, source = f"t.{kind}_concept_id", f"{kind}_source_concept_id"
        value = self._cell(table, f"{kind}_source_value", "t")
        parts, joins, name = [f"'OMOP:' || {concept}"], [], value
        if "concept_ancestor" in self.tables and (known := _known_concepts(kind)):
            ids = ", ".join(literal(code) for code in known)
            joins.append(
                "LEFT JOIN (SELECT descendant_concept_id AS id, "
                "string_agg('OMOP:' || ancestor_concept_id, ' ' "
                "ORDER BY min_levels_of_separation::INTEGER, ancestor_concept_id) AS up "
                f"FROM concept_ancestor WHERE ancestor_concept_id IN ({ids}) GROUP BY 1) a "
                f"ON a.id = {concept}"
            )
            parts.append("a.up")
        if "concept" in self.tables:
            joins.append(f"LEFT JOIN used_concept c ON c.concept_id = {concept}")
            parts.append(_vocabulary_code("c"))
            name = f"coalesce(nullif({value}, ''), c.concept_name)"
            if kind == "drug":  # a product's standard name tells the ingredient
                name = f"coalesce(c.concept_name, {value})"
            if source in self.columns[table]:
                joins.append(f"LEFT JOIN used_concept s ON s.concept_id = t.{source}")
                parts.append(_vocabulary_code("s"))
        if value != "NULL":
            plain = f"replace(trim({value}), ' ', '')"
            system = {"measurement": "LOINC:", "drug": "ATC:"}.get(kind, "ICD:")
            parts.append(f"{literal(system)} || {plain}")
            if kind == "condition":  # '<edition>:<code>' written by the source itself
                parts.append(plain)
        return " ".join(joins), f"concat_ws(' ', {', '.join(parts)})", name

    def concepts(self) -> None:
        """Table used_concept: of a vocabulary of millions, only what these records point to."""
        if "concept" not in self.tables:
            return
        used = " UNION ".join(
            f"SELECT {column}::VARCHAR AS id FROM (SELECT DISTINCT {column} FROM {cells})"
            for table in sorted(self.tables & set(_CODED))
            for cells in ("typed_measurement" if table == "measurement" else table,)
            for column in sorted(self.columns[table] & set(_CODED[table]))
        )
        self.con.execute(
            "CREATE TABLE used_concept AS SELECT concept_id, min(vocabulary_id) AS vocabulary_id, "
            "min(concept_code) AS concept_code, min(concept_name) AS concept_name FROM concept "
            f"WHERE concept_id <> '0' AND concept_id IN ({used}) GROUP BY 1"
        )

    def patients(self) -> None:
        """Raw view patient."""
        month = f"nullif({self._cell('person', 'month_of_birth', 'p')}, '')"
        day = f"nullif({self._cell('person', 'day_of_birth', 'p')}, '')"
        death = period = mother = ""
        died = first = last = mother_id = "NULL"
        if "death" in self.tables:
            died = "d.death_date"
            death = (
                "LEFT JOIN (SELECT person_id, min(death_date) AS death_date FROM death GROUP BY 1) "
                "d USING (person_id)"
            )
        if "observation_period" in self.tables:
            first, last = "o.first", "o.last"
            period = (
                "LEFT JOIN (SELECT person_id, min(observation_period_start_date) AS first, "
                "max(observation_period_end_date) AS last FROM observation_period GROUP BY 1) o "
                "USING (person_id)"
            )
        if "fact_relationship" in self.tables:
            mother_id, mother = "m.mother_id", f"LEFT JOIN ({_MOTHERS}) m USING (person_id)"
        make_raw_view(
            self.con,
            "patient",
            [
                f"""SELECT p.person_id AS patient_id,
                {_meanings("sex", "p.gender_concept_id")} AS sex,
                p.year_of_birth || '-' || lpad(coalesce({month}, '07'), 2, '0') || '-' || lpad(
                    coalesce({day}, CASE WHEN {month} IS NULL THEN '01' ELSE '15' END), 2, '0')
                    AS birth_date,
                CASE WHEN {month} IS NULL OR {day} IS NULL THEN 'true' ELSE 'false' END
                    AS birth_inferred, {died} AS death_date, {mother_id} AS mother_id,
                {first} AS observed_from, {last} AS observed_to,
                'person:' || p.person_id AS source_row FROM person p {death} {period} {mother}"""
            ],
        )

    def results(self) -> Cells:
        """View row_result, with its cells as the file types them: text is made of few of them."""
        columns = tuple(name for name in _RESULT_CELLS if name in self.columns["measurement"])
        cells = "".join(f", t.{name}" for name in columns)
        self.con.execute(
            "CREATE VIEW row_result AS SELECT t.person_id AS person, t.measurement_date AS taken, "
            f"t.measurement_id AS source_id{cells} FROM typed_measurement t"
        )
        names = tuple(name for name in columns if name in _RESULT_NAMES)
        source_row = "'measurement:' || source_id::VARCHAR"
        return Cells(columns, names, self._result_texts(columns), source_row)

    def _result_texts(self, columns: tuple[str, ...]) -> str:
        joins, codes, name = self._codes("measurement", "measurement")

        def cell(column: str) -> str:
            return self._cell("measurement", column, "t")

        number = f"nullif({cell('value_as_number')}, '')"
        operator = f"coalesce({_meanings('operator', cell('operator_concept_id'))}, '')"
        status = _meanings("status", cell("value_as_concept_id"))
        unit = f"nullif(trim({cell('unit_source_value')}), '')"
        if "concept" in self.tables and "unit_concept_id" in self.columns["measurement"]:
            joins += " LEFT JOIN used_concept u ON u.concept_id = t.unit_concept_id"
            unit = f"coalesce({unit}, u.concept_code)"
        coded = f"nullif(concat_ws(' ', {status}, {operator} || {number}), '')"
        written = f"nullif(nullif(trim({cell('value_source_value')}), ''), '___')"
        # The text '20' with the operator '<': the comparator was cut off the text, not added.
        written = (
            f"(CASE WHEN {operator} IN ('<', '>', '<=', '>=') AND TRY_CAST({written} AS DOUBLE) = "
            f"TRY_CAST({number} AS DOUBLE) THEN {operator} || {written} ELSE {written} END)"
        )
        low, high = f"nullif({cell('range_low')}, '')", f"nullif({cell('range_high')}, '')"
        texts = ", ".join(f"{column}::VARCHAR AS {column}" for column in columns)
        return f"""SELECT t.cell_id, {codes} AS codes, {name} AS name,
            coalesce({written}, {coded}) AS value,
            CASE WHEN {written} IS NOT NULL THEN {coded} END AS fallback, {unit} AS unit,
            CASE WHEN {high} IS NOT NULL THEN coalesce({low}, '0') || '-' || {high}
                 WHEN {low} IS NOT NULL THEN '>' || {low} END AS reference, NULL::VARCHAR AS assay
            FROM (SELECT cell_id, {texts} FROM {{cells}}) t {joins}"""

    def exposures(self) -> None:
        """Raw view exposure."""
        selects = []
        if "drug_exposure" in self.tables:
            joins, codes, name = self._codes("drug", "drug_exposure")

            def cell(column: str) -> str:
                return f"nullif({self._cell('drug_exposure', column, 't')}, '')"

            # OMOP makes drug_exposure_end_date mandatory: most of them are start + days_supply, so
            # a supply that is recorded stands before it; verbatim_end_date is what was written.
            selects.append(
                f"""SELECT t.person_id AS patient_id, t.drug_exposure_start_date AS start,
                coalesce({cell("verbatim_end_date")}, CASE WHEN {cell("days_supply")} IS NULL AND
                    {cell("drug_exposure_end_date")} <> t.drug_exposure_start_date
                    THEN {cell("drug_exposure_end_date")} END) AS "end",
                {cell("days_supply")} AS days_supply, {codes} AS codes, {name} AS name,
                NULL AS dose, {cell("dose_unit_source_value")} AS dose_unit,
                {cell("route_source_value")} AS route,
                'drug_exposure:' || t.drug_exposure_id AS source_row
                FROM drug_exposure t {joins}"""
            )
        make_raw_view(self.con, "exposure", selects)

    def conditions(self) -> None:
        """Raw views condition and procedure."""
        for kind, date in (("condition", "condition_start_date"), ("procedure", "procedure_date")):
            table, selects = f"{kind}_occurrence", []
            if table in self.tables:
                joins, codes, name = self._codes(kind, table)
                setting = "NULL"
                if (
                    "visit_occurrence" in self.tables
                    and "visit_occurrence_id" in self.columns[table]
                ):
                    joins += (
                        " LEFT JOIN (SELECT visit_occurrence_id, min(visit_concept_id) AS "
                        "visit_concept_id FROM visit_occurrence GROUP BY 1) v "
                        "ON v.visit_occurrence_id = t.visit_occurrence_id"
                    )
                    setting = _VISIT_KIND
                selects.append(
                    f"""SELECT t.person_id AS patient_id, t.{date} AS date, {codes} AS codes,
                    {name} AS name, {setting} AS setting,
                    '{table}:' || t.{table}_id AS source_row FROM {table} t {joins}"""
                )
            make_raw_view(self.con, kind, selects)

    def visits(self) -> None:
        """Raw view visit."""
        selects = []
        if "visit_occurrence" in self.tables:
            selects.append(
                f"""SELECT v.person_id AS patient_id, v.visit_start_date AS start,
                v.visit_end_date AS "end", {_VISIT_KIND} AS kind,
                'visit_occurrence:' || v.visit_occurrence_id AS source_row
                FROM visit_occurrence v"""
            )
        make_raw_view(self.con, "visit", selects)

    def mutations(self) -> None:
        """Raw view mutation."""
        selects = []
        if "hbv_mutation" in self.tables:
            selects.append(
                """SELECT person_id AS patient_id, mutation_date AS taken_at, gene, mutation,
                'hbv_mutation:' || person_id || ' ' || mutation_date AS source_row
                FROM hbv_mutation"""
            )
        make_raw_view(self.con, "mutation", selects)


def _meanings(kind: str, column: str) -> str:
    """SQL: the meaning of a standard concept id, or NULL."""
    cases = " ".join(
        f"WHEN {literal(row['concept_id'])} THEN {literal(row['meaning'])}"
        for row in read_csv("omop_concepts.csv")
        if row["kind"] == kind
    )
    return f"(CASE {column} {cases} END)"


def _known_concepts(kind: str) -> list[str]:
    rows = read_csv(CODE_FILES[kind])
    return [row["code"] for row in rows if "OMOP" in (row.get("system"), row.get("systems"))]


def _vocabulary_code(alias: str) -> str:
    cases = " ".join(f"WHEN {literal(k)} THEN {literal(v)}" for k, v in VOCABULARIES.items())
    return (
        f"(CASE {alias}.vocabulary_id {cases} ELSE {alias}.vocabulary_id END) || ':' || "
        f"{alias}.concept_code"
    )
