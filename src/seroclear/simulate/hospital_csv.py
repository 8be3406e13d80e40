"""The simulated hospital as CSV files such as a data team exports, with their hospital.toml."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.csv as pv

from seroclear.simulate.csv_results import HEADER, results_by_year
from seroclear.simulate.hospital import Hospital, write_truth
from seroclear.simulate.people import Generator
from seroclear.simulate.wording import wording

STREAM: Final = 1  # second key of the seed: the mess has its own stream of random numbers
NO_END: Final = 0.10  # prescriptions without a last day
NO_CODE: Final = 0.03  # diagnoses with a name alone

TOML: Final = """\
name = "Simulated hospital"

[patients]
file = "patients.csv"
patient_id = "病人号"
sex = "性别"
birth_date = "出生日期"
death_date = "死亡日期"
mother_id = "母亲病人号"

[results]
file = [{files}]
patient_id = "{0}"
taken_at = "{1}"
name = "{2}"
value = "{3}"
unit = "{4}"
reference = "{5}"
assay = "{6}"

[drugs]
file = "drugs.csv"
patient_id = "病人号"
start = "开始日期"
end = "结束日期"
days_supply = "天数"
name = "药品名称"
dose = "剂量"
route = "用法"

[diagnoses]
file = "diagnoses.csv"
patient_id = "病人号"
date = "诊断日期"
code = "诊断编码"
code_system = "诊断编码版本"
name = "诊断名称"
setting = "就诊类型"

[procedures]
file = "procedures.csv"
patient_id = "病人号"
date = "手术日期"
name = "手术名称"

[visits]
file = "visits.csv"
patient_id = "病人号"
start = "就诊日期"
end = "离院日期"
kind = "就诊类型"
"""
MUTATIONS = """
[mutations]
file = "mutations.csv"
patient_id = "patient_id"
taken_at = "taken_at"
gene = "gene"
mutation = "mutation"
"""


def write_csv(hospital: Hospital, folder: Path | str, messy: bool = True) -> None:
    """Write the records as CSV with hospital.toml, and the truth into `folder/truth`.

    Args:
        hospital: what to write.
        folder: made if it does not exist.
        messy: the default: Chinese and English names, mixed units, `<0.05` and `＜0.05`, words
            beside numbers, duplicates, missing units, unknown items, and drugs.csv in GB18030.
            False writes the same results tidily: one name and one unit a test, UTF-8.
    """
    import duckdb

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.Generator(np.random.PCG64([hospital.scenario.seed, STREAM]))
    files = []
    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        for year, table in results_by_year(hospital, con, rng, messy):
            files.append(f"results_{year}.csv")
            _write(table, folder / files[-1])
        con.register("drug", wording("drugs.csv"))
        con.register("diagnosis", wording("diagnoses.csv"))
        for name, source, query in _FILES:
            con.register("source", _with_luck(getattr(hospital, source), rng, messy))
            encoding = "gb18030" if messy and name == "drugs" else "utf-8"
            _write(con.execute(query).to_arrow_table(), folder / f"{name}.csv", encoding)
    listed = ", ".join(f'"{file}"' for file in files)
    text = TOML.format(*HEADER, files=listed)
    if len(hospital.mutation):
        _write(hospital.mutation.drop_columns("resistance_to"), folder / "mutations.csv")
        text += MUTATIONS
    (folder / "hospital.toml").write_text(text, encoding="utf-8")
    write_truth(hospital, folder)


def _with_luck(table: pa.Table, rng: Generator, messy: bool) -> pa.Table:
    """Two random numbers beside each row: `luck` is 0 and `dirt` is 1 in a tidy export."""
    n = len(table)
    luck, dirt = rng.random(n), rng.random(n)
    return (
        table.append_column("luck", pa.array(luck if messy else np.zeros(n)))
        .append_column("dirt", pa.array(dirt if messy else np.ones(n)))
        .append_column("row", pa.array(np.arange(n)))
    )


def _write(table: pa.Table, path: Path, encoding: str = "utf-8") -> None:
    if encoding == "utf-8":
        pv.write_csv(table, path)
        return
    text = io.BytesIO()
    pv.write_csv(table, text)
    path.write_bytes(text.getvalue().decode("utf-8").encode(encoding))


# file, table of the hospital, query
_FILES: Final = (
    (
        "patients",
        "patient",
        """
        SELECT patient_id AS 病人号, if(sex = 'male', '男', '女') AS 性别,
            birth_date AS 出生日期, death_date AS 死亡日期,
            mother_id AS 母亲病人号
        FROM source ORDER BY row""",
    ),
    (
        "drugs",
        "exposure",
        f"""
        SELECT patient_id AS 病人号, start AS 开始日期,
            if(dirt < {NO_END}, NULL, "end") AS 结束日期, days_supply AS 天数,
            CASE WHEN luck < 0.6 THEN name_zh WHEN luck < 0.8 THEN name_zh_other
                WHEN luck < 0.9 THEN brand ELSE name_en END AS 药品名称,
            regexp_replace(CAST(dose AS VARCHAR), '\\.0$', '') || dose_unit::VARCHAR AS 剂量,
            CASE route WHEN 'oral' THEN '口服' WHEN 'subcutaneous' THEN '皮下注射'
                ELSE '肌内注射' END AS 用法
        FROM source JOIN drug USING (agent) ORDER BY row""",
    ),
    (
        "diagnoses",
        "condition",
        f"""
        SELECT patient_id AS 病人号, date AS 诊断日期, if(dirt < {NO_CODE}, NULL, code::VARCHAR)
            AS 诊断编码, edition AS 诊断编码版本,
            if(luck < 0.8, name_zh, name_zh_other) AS 诊断名称,
            if(setting = 'inpatient', '住院', '门诊') AS 就诊类型
        FROM source JOIN diagnosis USING (condition) ORDER BY row""",
    ),
    (
        "procedures",
        "procedure",
        """
        SELECT patient_id AS 病人号, date AS 手术日期, '同种异体肝移植术' AS 手术名称
        FROM source ORDER BY row""",
    ),
    (
        "visits",
        "visit",
        """
        SELECT patient_id AS 病人号, start AS 就诊日期, "end" AS 离院日期,
            if(kind = 'inpatient', '住院', '门诊') AS 就诊类型
        FROM source ORDER BY row""",
    ),
)
