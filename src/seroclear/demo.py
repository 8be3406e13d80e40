"""The demo: a simulated hospital from its records to the report of the durability study."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

from seroclear.files import whole_folder
from seroclear.progress import progress_bar

PARTS = ("hospital", "store", "report")


def write_hospital(
    out: Path,
    *,
    patients: int,
    seed: int,
    form: str,
    all_phenomena: bool = False,
    overwrite: bool = False,
) -> None:
    """Writes a simulated hospital with its truth; OMOP in parts where it is large.

    Args:
        out: folder; appears only when it is whole.
        patients: how many people.
        seed: of every random number.
        form: 'omop' for OMOP 5.4 Parquet, 'fhir' for FHIR R4 NDJSON, 'csv' for messy hospital CSV.
        all_phenomena: a hospital on which every study of the library runs.
        overwrite: replace an existing folder.
    """
    from seroclear.simulate.all_phenomena import with_all_phenomena
    from seroclear.simulate.expression import write_expression
    from seroclear.simulate.fhir import write_fhir
    from seroclear.simulate.hospital import simulate, write_truth
    from seroclear.simulate.hospital_csv import write_csv
    from seroclear.simulate.parts import parts_of, write_omop_in_parts
    from seroclear.simulate.scenario import Scenario

    scenario = Scenario(n_patients=patients, seed=seed)
    if all_phenomena:
        scenario = with_all_phenomena(scenario)
    steps = len(parts_of(scenario)) if form == "omop" else 1
    with (
        whole_folder(out, mark="truth", overwrite=overwrite) as folder,
        progress_bar("Simulating", steps) as progress,
    ):
        if form == "omop":
            write_omop_in_parts(scenario, folder, progress=progress)
        else:
            progress.step("Records")
            hospital = simulate(scenario)
            {"fhir": write_fhir, "csv": write_csv}[form](hospital, folder)
            write_truth(hospital, folder)
        if all_phenomena:
            write_expression(folder, seed)


def _only_a_demo(folder: Path) -> bool:
    found = {entry.name for entry in folder.iterdir()}
    return not found or (found <= set(PARTS) and (folder / "hospital" / "truth").is_dir())


def run_demo(out: Path, *, patients: int, seed: int, form: str, memory_limit: str) -> Path:
    """Simulates, loads, derives and studies, telling how long each took; returns the report.

    An earlier demo in `out` is replaced; anything else there is an error.

    Raises:
        SeroclearError: `out` holds something that is no demo.
    """
    from seroclear.engines import open_engine
    from seroclear.errors import SeroclearError
    from seroclear.records import load as loading
    from seroclear.run import run, steps
    from seroclear.studies import load_study

    if out.exists() and not (out.is_dir() and _only_a_demo(out)):
        raise SeroclearError(f"{out} holds something that is no demo; choose another --out.")
    for part in PARTS:
        shutil.rmtree(out / part, ignore_errors=True)
    began = time.monotonic()

    def tell(what: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {what}", file=sys.stderr, flush=True)

    tell(f"simulating a hospital of {patients:,} HBsAg-positive people")
    write_hospital(out / "hospital", patients=patients, seed=seed, form=form)
    tell("loading its records")
    with progress_bar("Loading", loading.STEPS) as progress:
        loaded = loading.load(
            out / "hospital", out / "store", memory_limit=memory_limit, progress=progress
        )
    tell("deriving the courses and running the durability study under every definition")
    name, study = load_study("durability")
    with (
        open_engine(memory_limit=memory_limit) as engine,
        progress_bar(name, steps(study)) as progress,
    ):
        outcome = run(
            study,
            name,
            loaded.store,
            out / "report",
            engine=engine,
            command=f"seroclear demo --patients {patients} --seed {seed} --form {form}",
            progress=progress,
        )
    tell(f"done: {len(outcome.cohort):,} people lost HBsAg on NA or interferon alone")
    return outcome.report
