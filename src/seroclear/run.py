"""Runs a study on a store: courses, cohort, analyses, report."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from seroclear import __version__
from seroclear.analysis.definition_grid import definition_grid
from seroclear.analysis.negative_control import calibrated
from seroclear.analysis.result import Row
from seroclear.course.course import Course, course_of
from seroclear.course.definition import Definition, definition
from seroclear.engine import Engine
from seroclear.errors import NoPatientsError
from seroclear.files import may_replace, whole_folder
from seroclear.progress import Progress, Silent
from seroclear.records.store import Store
from seroclear.report.document import RecordsLine, Report
from seroclear.report.guideline import guideline
from seroclear.report.limitations import limitations
from seroclear.report.methods import methods
from seroclear.study.assemble import assemble, cohorts
from seroclear.study.cohort import Cohort
from seroclear.study.evaluate import Evaluator
from seroclear.study.study import Study

REPORT = "report.html"
LIBRARIES = ("duckdb", "ibis-framework", "numpy", "scipy", "greenwood", "matplotlib")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a study came to: its rows (not yet suppressed) and where the report is."""

    cohort: Cohort
    rows: list[Row]
    report: Path


def steps(study: Study, preset: str = "default") -> int:
    """How often `run` calls progress.step."""
    return len(_definitions(study, preset)) + 1


def run(
    study: Study,
    name: str,
    store: Store,
    folder: Path,
    *,
    engine: Engine,
    preset: str = "default",
    threshold: int = 5,
    overwrite: bool = False,
    command: str = "",
    progress: Progress | None = None,
) -> Outcome:
    """Runs a study and writes its report.

    Args:
        study: the study.
        name: its name.
        store: an open store.
        folder: where the report goes; appears only when it is whole.
        engine: where to compute.
        preset: the course definition of the main analysis.
        threshold: counts from 1 to one less are suppressed with what reveals them; 0: none.
        overwrite: replace an existing report.
        command: the command line that reproduces the report.
        progress: told before each step.

    Raises:
        NoPatientsError: nobody fits; the report with the flowchart is written all the same.
    """
    progress = progress or Silent()
    may_replace(folder, REPORT, overwrite)  # said before the work, not after it
    progress.step(f"Courses and cohort: {preset}")
    course = course_of(store, preset)
    evaluator = Evaluator(engine, course)
    found = cohorts(study, name, evaluator)
    cohort = next(found)
    rows = flowchart(cohort)
    if len(cohort):
        rows += [row for analysis in study.analyses for row in analysis(cohort)]
        rows += _secondary(study, found)
        rows += calibrated(rows, _controls(study))
        rows += _grid(study, name, store, preset, cohort, evaluator, progress)
    lacking = "" if len(cohort) else _lacking(store, name)
    progress.step("Writing the report")
    from seroclear.report.write import write_report

    report = Report(
        title=f"{name.replace('_', ' ').replace('-', ' ').capitalize()} study",
        question=study.question,
        study=name,
        rows=rows,
        methods=methods(study, course.definition, store),
        limitations=[
            *([lacking] if lacking else []),
            *limitations(study, cohort, rows, store, threshold),
        ],
        records=_records(engine, store),
        manifest=_manifest(study, _definitions(study, preset), course, engine, command, threshold),
        published=_published(study),
        definitions={rules.name: rules.summary for rules in _definitions(study, preset)},
        guideline=guideline(study),
    )
    with whole_folder(folder, mark=REPORT, overwrite=overwrite) as new:
        write_report(report, new, threshold=threshold)
    outcome = Outcome(cohort, rows, folder / REPORT)
    if not len(cohort):
        raise NoPatientsError(
            f"no patients: nobody in {store.path} fits the {name} study. {lacking} Where "
            f"everybody went is in {outcome.report}.".replace("  ", " ")
        )
    return outcome


def _controls(study: Study) -> list[str]:
    """Outcomes that the groups cannot cause."""
    marked = [other for other in study.secondary if other.negative_control]
    return [study.with_endpoint(other).outcome_name for other in marked]


def _lacking(store: Store, name: str) -> str:
    """What the store lacks for a study of the library, in a sentence."""
    from seroclear.records.study_inputs import in_a_sentence

    with store.session() as con:
        return in_a_sentence(con, name)


def flowchart(cohort: Cohort) -> list[Row]:
    """Rows of analysis 'flowchart': entered, kept, left and unknown of every line, in order.

    `variable` is the line's number, `level` its label, `method` its action: of 'keep' those of whom
    the label is true went on, of 'drop' the others.
    """
    rows = []
    for number, step in enumerate(cohort.steps):
        for estimate in ("entered", "kept", "left", "unknown"):
            count = getattr(step, estimate)
            rows.append(
                Row(
                    study=cohort.study,
                    analysis="flowchart",
                    outcome=cohort.outcome,
                    variable=f"{number:02d}",
                    level=step.label,
                    estimate=estimate,
                    value=float(count),
                    n=count,
                    method=step.action,
                    definition=cohort.definition,
                )
            )
    return rows


def _secondary(study: Study, found: Iterator[Cohort]) -> list[Row]:
    """The rows of every further outcome; none of one that nobody could have."""
    rows = []
    for other, cohort in zip(study.secondary, found, strict=True):
        if len(cohort):
            rows += [row for analysis in other.analyses for row in analysis(cohort)]
    return rows


def _grid(
    study: Study,
    name: str,
    store: Store,
    preset: str,
    cohort: Cohort,
    evaluator: Evaluator,
    progress: Progress,
) -> list[Row]:
    if cohort.kind != "time" or set(study.definitions) <= {preset}:
        return []
    by_definition = [(preset, cohort)]
    for other in study.definitions:
        if other == preset:
            continue
        progress.step(f"Courses and cohort: {other}")
        engine = evaluator.engine
        with engine.scratch():
            cohort = assemble(study, name, course_of(store, other), engine, evaluator)
            by_definition.append((other, cohort))
    return definition_grid(by_definition)


def _records(engine: Engine, store: Store) -> list[RecordsLine]:
    table = engine.store_table(store, "rejected")
    counted = table.group_by("table", "reason", "detail").agg(rows=table["rows"].sum())
    lines = engine.fetch(counted.order_by(["table", "reason", "detail"])).to_pylist()
    return [
        RecordsLine(line["table"], line["detail"], line["reason"], int(line["rows"]))
        for line in lines
    ]


def _definitions(study: Study, preset: str) -> list[Definition]:
    """The definition of the main analysis, then the others of the grid."""
    return [definition(name) for name in dict.fromkeys([preset, *study.definitions])]


def _manifest(
    study: Study,
    definitions: list[Definition],
    course: Course,
    engine: Engine,
    command: str,
    threshold: int,
) -> dict[str, object]:
    store = course.store
    every = [*study.analyses, *(one for other in study.secondary for one in other.analyses)]
    seeds = {str(one.seed) for one in every if hasattr(one, "seed")}
    return {
        "seroclear": __version__,
        "command": command,
        "source": store.manifest["source"],
        "input SHA-256": store.manifest["input_sha256"],
        "store fingerprint": store.fingerprint,
        "definition": course.definition.name,
        "definition fingerprints": {rules.name: rules.fingerprint for rules in definitions},
        "seed": ", ".join(sorted(seeds)) or "none: no random numbers are drawn",
        "small-number threshold": threshold,
        "engine": engine.name,
        "Python": platform.python_version(),
        "libraries": {name: metadata.version(name) for name in LIBRARIES},
    }


def _published(study: Study) -> list[Row]:
    if not study.published:
        return []
    from seroclear.analysis.published import figures

    return figures(study.published)
