"""A pooling as files: an HTML page, a CSV of every number, the figures."""

from __future__ import annotations

from pathlib import Path

from seroclear import __version__
from seroclear.analysis.result import Row
from seroclear.evidence.pool import words
from seroclear.evidence.pool.analysis import Pooling
from seroclear.evidence.pool.forest import forest
from seroclear.evidence.pool.funnel import drapery, funnel
from seroclear.evidence.pool.measures import Measure
from seroclear.files import sha256_of, whole_folder
from seroclear.report.document import Report, Section, Table
from seroclear.report.html import html
from seroclear.report.words import one_of
from seroclear.report.write_rows import write_csv

PAGE = "report.html"


def write_pooling(
    pooling: Pooling, source: Path, folder: Path, command: str = "", overwrite: bool = False
) -> Path:
    """Writes the folder: report.html, results.csv, figures as SVG and PNG.

    Args:
        pooling: see `pool`.
        source: the user's CSV, named with its hash in the page.
        folder: appears only when it is whole.
        command: the command line that makes it again.

    Returns:
        The page.
    """
    plots = [forest(pooling), *funnel(pooling), *drapery(pooling)]
    sections = [
        Section("answer", "The answer", tuple(_answer(pooling)), figures=(plots[0],)),
        Section("heterogeneity", "How the studies differ", tables=(_heterogeneity(pooling),)),
        Section("models", "By other models", tables=tuple(_models(pooling))),
        Section("one-by-one", "Study by study", tables=tuple(_one_by_one(pooling))),
        Section("plots", "Further plots", figures=tuple(plots[1:])),
        Section("studies", "The studies", tables=(_studies(pooling),)),
        Section("manifest", "What made this report", tables=(_manifest(source, command),)),
    ]
    title = f"Pooled {pooling.measure.estimate}"
    outcome = pooling.rows[0].outcome
    question = f"{title}: {outcome}" if outcome else title
    report = Report(title=question, question=question, study=source.name, rows=[], methods="")
    kept = [part for part in sections if part.paragraphs or part.figures or part.tables]
    with whole_folder(folder, mark=PAGE, overwrite=overwrite) as new:
        (new / PAGE).write_text(html(report, kept), encoding="utf-8")
        write_csv(pooling.rows, new / "results.csv")
        (new / "figures").mkdir()
        for figure in plots:
            (new / "figures" / f"{figure.name}.svg").write_bytes(figure.svg)
            (new / "figures" / f"{figure.name}.png").write_bytes(figure.png)
    return folder / PAGE


def sentences(pooling: Pooling) -> list[str]:
    """The answer in a few sentences."""
    return _answer(pooling)


def _answer(pooling: Pooling) -> list[str]:
    measure, answer = pooling.measure, pooling.answer
    shown = words.with_limits(answer.value, answer.lower, answer.upper, measure)
    k = len(pooling.effects)
    what = f"{measure.estimate} of {k} {'study' if k == 1 else 'studies'}"
    found = [f"{one_of(what)}: {shown}. {one_of(answer.method)}."]
    if answer.predicted:
        found.append(
            "The true value of a new study like these is expected, with 95%, between "
            f"{words.number(answer.predicted[0], measure)} and "
            f"{words.number(answer.predicted[1], measure)}."
        )
    if answer.note:
        found.append(f"{one_of(answer.note)}.")
    zeros = next(row for row in pooling.rows if row.analysis == "pool_zeros")
    if zeros.value:
        found.append(f"Studies with an empty cell: {zeros.value:.0f}. {zeros.method}.")
    found += _own(pooling)
    hand = [effect.study.name for effect in pooling.effects if not effect.study.quote]
    if hand:
        found.append(
            f"{len(hand)} of {k} {'study' if k == 1 else 'studies'} came without quoted words: "
            "their numbers were entered by hand and can only be checked in the papers."
        )
    return found


def _own(pooling: Pooling) -> list[str]:
    mine = [row for row in pooling.rows if row.analysis == "pool_beside"]
    if not mine:
        return []
    own, expected, z, p = mine
    assert z.value is not None
    assert p.value is not None
    text = f"Your own: {_shown(own, pooling.measure)}. A new cohort of this size is expected, with "
    text += f"95%, at {words.limits(expected.lower, expected.upper, pooling.measure)}: yours lies "
    text += f"{expected.note.split()[-1]} (z {z.value:.2f}, p {words.p_value(p.value)}). "
    return [text + f"{one_of(own.note)}."]


def _heterogeneity(pooling: Pooling) -> Table:
    body = []
    for row in pooling.rows:
        if row.analysis != "pool" or row.estimate not in (
            *("tau²", "I²", "Q", "Q p", "chi-square", "chi-square p"),
        ):
            continue
        form = words.p_value if row.estimate.endswith(" p") else "{:.3g}".format
        text = "" if row.value is None else form(row.value)
        if row.lower is not None and row.upper is not None:
            text += f" ({row.lower:.3g} to {row.upper:.3g})"
        body.append((f"{row.estimate} {row.variable}".strip(), text, row.method))
    header = ("", "Value (95% limits)", "Method")
    return Table("Heterogeneity", header, tuple(body) or (("–", "–", "fewer than two studies"),))


def _models(pooling: Pooling) -> list[Table]:
    body = [
        (row.method, _shown(row, pooling.measure), row.note)
        for row in pooling.rows
        if row.analysis == "pool_models"
    ]
    header = ("Model", f"{pooling.measure.label} (95% limits)", "")
    return [Table("The same studies by other models", header, tuple(body))] if body else []


def _one_by_one(pooling: Pooling) -> list[Table]:
    found = []
    for analysis, caption, head in (
        ("pool_leave_one_out", "Each study left out in turn", "Left out"),
        ("pool_cumulative", "One study after the other", "Up to and with"),
    ):
        rows = [row for row in pooling.rows if row.analysis == analysis]
        if not rows:
            continue
        note = f"Order: {rows[0].variable}." if rows[0].variable else ""
        body = tuple((row.level, _shown(row, pooling.measure), row.note) for row in rows)
        header = (head, f"{pooling.measure.label} (95% limits)", "")
        found.append(Table(caption, header, body, (note,) if note else ()))
    return found


def _studies(pooling: Pooling) -> Table:
    body = []
    for effect in pooling.effects:
        study = effect.study
        weeks = f"week {study.time_weeks}" if study.time_weeks else "not stated"
        what = f"{study.endpoint or 'not stated'}; {study.definition or 'not stated'}"
        what += f"; {weeks}" if pooling.measure.at_a_time else ""
        quoted = f"“{study.quote}”" if study.quote else "entered by hand"
        body.append((study.name, what, study.source or "not stated", quoted, effect.zeros))
    header = ("Study", "Endpoint; definition; time", "Source", "Words", "Empty cells")
    return Table("What was pooled", header, tuple(body))


def _shown(row: Row, measure: Measure) -> str:
    return words.with_limits(row.value, row.lower, row.upper, measure)


def _manifest(source: Path, command: str) -> Table:
    body = (
        ("seroclear", __version__),
        ("file", source.name),
        ("sha256", sha256_of(source)),
        ("command", command),
    )
    return Table(
        "What made this report", ("Item", "Value"), tuple(line for line in body if line[1])
    )
