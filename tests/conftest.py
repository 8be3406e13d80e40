"""Fixtures for every folder of tests: where real data lie, and a small hospital to load."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from servers import ENGINES, FEW_ROWS, started

from seroclear.engine import Engine

os.environ.setdefault("PYSPARK_SUBMIT_ARGS", FEW_ROWS)
REPOSITORY = Path(__file__).resolve().parents[1]

HOSPITAL = """
[patients]
file = "patients.csv"
patient_id = "id"
sex = "sex"
birth_date = "born"
death_date = "died"
[results]
file = "results.csv"
patient_id = "id"
taken_at = "day"
name = "item"
value = "result"
unit = "unit"
"""
PATIENTS = "id,sex,born,died\n1,F,1970-01-01,\n2,M,1980-06-30,2015-05-05\n"
RESULTS = "id,day,item,result,unit\n1,2010-01-02,HBsAg,250.5,IU/mL\n2,2011-03-04,ALT,35,U/L\n"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared data: SEROCLEAR_SHARED, or 'shared' beside the repository."""
    folder = Path(os.environ.get("SEROCLEAR_SHARED", REPOSITORY.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"NOT TESTED on real data: {folder} is absent; set SEROCLEAR_SHARED")
    return folder


@pytest.fixture(scope="session")
def mimic_demo(shared: Path) -> Path:
    """The MIMIC-IV Clinical Database Demo 2.2."""
    folder = shared / "data" / "mimic-iv-demo"
    if not (folder / "hosp").is_dir():
        pytest.skip(f"NOT TESTED on MIMIC-IV demo: {folder} is absent")
    return folder


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A session of each engine in turn."""
    with started(request.param) as opened:
        if request.param == "spark":
            opened.session.conf.set("spark.sql.shuffle.partitions", "1")
        yield opened


@pytest.fixture
def hospital(tmp_path: Path) -> Callable[..., Path]:
    """Writes a hospital CSV folder: hospital(results=..., patients=..., settings=...)."""

    def write(
        results: str | bytes = RESULTS,
        patients: str | bytes = PATIENTS,
        settings: str | bytes = HOSPITAL,
        **more: str | bytes,
    ) -> Path:
        folder = tmp_path / "hospital"
        folder.mkdir(exist_ok=True)
        files = {"results.csv": results, "patients.csv": patients, "hospital.toml": settings}
        files |= {name.replace("_csv", ".csv"): content for name, content in more.items()}
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            (folder / name).write_bytes(data)
        return folder

    return write
