"""Rebuilt persons as files."""

from __future__ import annotations

import csv
from pathlib import Path

from seroclear.analysis.result import Row
from seroclear.evidence.curve.figure import round_trip
from seroclear.evidence.curve.points import YEARS
from seroclear.evidence.curve.reconstruct import Rebuilt
from seroclear.files import whole_folder
from seroclear.report.write_rows import write_csv

PERSONS = "persons.csv"


def write_curve(
    found: list[Rebuilt], rows: list[Row], unit: str, folder: Path, overwrite: bool = False
) -> Path:
    """Writes persons.csv (group, time in the user's unit, event), results.csv, the figure.

    Returns:
        The file of persons.
    """
    figure = round_trip(found, unit)
    with whole_folder(folder, mark=PERSONS, overwrite=overwrite) as new:
        with (new / PERSONS).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("group", "time", "event"))
            for each in found:
                for time, event in zip(each.time, each.event, strict=True):
                    writer.writerow((each.printed.group, f"{time / YEARS[unit]:.6g}", int(event)))
        write_csv(rows, new / "results.csv")
        (new / "round_trip.svg").write_bytes(figure.svg)
        (new / "round_trip.png").write_bytes(figure.png)
    return folder / PERSONS


def sentences(rows: list[Row], unit: str) -> list[str]:
    """What was rebuilt and how well, in a few sentences."""
    said = []
    groups = list(dict.fromkeys(row.group for row in rows if row.analysis == "curve_round_trip"))
    for group in groups:
        mine = {
            row.estimate: row
            for row in rows
            if row.group == group and row.analysis in ("curve_round_trip", "kaplan_meier")
        }
        off = [
            row
            for row in rows
            if row.analysis == "curve_at_risk" and row.group == group and row.note
        ]
        events = mine["events"]
        text = f"{group or 'The curve'}: {events.n} persons, {events.events} events"
        text += f" ({events.note}). Round trip: RMSE of survival "
        text += f"{mine['RMSE of survival'].value:.4f}, at most "
        text += f"{mine['largest difference of survival'].value:.3f}; numbers at risk "
        text += "all met." if not off else f"missed at {len(off)} of the times."
        said.append(text)
        said.append(_estimate(mine["median"], mine.get("median, reading error"), unit))
    for row in rows:
        if row.analysis == "cox" and row.estimate == "hazard ratio":
            error = next(
                (
                    each
                    for each in rows
                    if each.level == row.level and each.estimate == "hazard ratio, reading error"
                ),
                None,
            )
            said.append(f"{row.level} {row.variable}: {_estimate(row, error, '')}")
    return said


def _estimate(row: Row, error: Row | None, unit: str) -> str:
    scale = 1 / YEARS[unit] if unit else 1.0
    words = row.estimate[:1].upper() + row.estimate[1:] if unit else row.estimate

    def shown(value: float | None) -> str:
        return "–" if value is None else f"{value * scale:.2f}"

    if row.value is None:
        return f"{words}: {row.note}."
    text = f"{words}{f' ({unit})' if unit else ''} {shown(row.value)} "
    text += f"({shown(row.lower)} to {shown(row.upper)})"
    if error:
        text += f"; as the figure was read, between {shown(error.lower)} and {shown(error.upper)}"
    return f"{text}."
