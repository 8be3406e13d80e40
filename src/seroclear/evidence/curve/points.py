"""What a user read off a figure: points of the curves, and the numbers at risk below them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from seroclear.errors import SeroclearError
from seroclear.evidence.pool.lines import Line, lines_of

# column -> (survival at value 0, change of survival with the value)
HEIGHTS = {
    "survival": (0.0, 1.0),
    "survival_percent": (0.0, 0.01),
    "incidence": (1.0, -1.0),
    "incidence_percent": (1.0, -0.01),
}
YEARS = {"years": 1.0, "months": 1 / 12, "weeks": 7 / 365.25, "days": 1 / 365.25}
BEYOND = 0.02  # a digitised height may lie this far outside 0 to 1
FEWEST = 3  # points of a curve


@dataclass(slots=True)
class Printed:
    """One printed curve. Times in years, survival as read.

    Attributes:
        group: its name, '' where there is one curve.
        times, survival: the points in the order of the file.
        risk_times, at_risk: the numbers at risk; time 0 first.
        events: events of the group in all, where the paper says; None: not stated.
    """

    group: str
    times: list[float] = field(default_factory=list)
    survival: list[float] = field(default_factory=list)
    risk_times: list[float] = field(default_factory=list)
    at_risk: list[int] = field(default_factory=list)
    events: int | None = None


def read_printed(points: Path, risk: Path | None, unit: str) -> list[Printed]:
    """The curves of a figure.

    Args:
        points: CSV with columns time, one of `HEIGHTS`, and group where there are several curves.
        risk: CSV with columns time, at_risk, group if the points have it, and events (in all, on
            any line of the group) where it is stated.
        unit: of both files' times, one of `YEARS`.

    Raises:
        SeroclearError: a cell is wrong, or a curve has neither a risk table nor its events.
    """
    curves = _points(points, YEARS[unit])
    if risk is None:
        raise SeroclearError(
            f"{points}: without numbers at risk or the number of events a curve fits any number "
            "of patients; give --at-risk, if need be with time 0 and the events alone."
        )
    _risk(risk, curves, YEARS[unit])
    for curve in curves.values():
        _check(curve, risk)
    return list(curves.values())


def _points(path: Path, years: float) -> dict[str, Printed]:
    lines, header = lines_of(path)
    heights = [name for name in HEIGHTS if name in header]
    if "time" not in header or len(heights) != 1:
        raise SeroclearError(f"{path} needs a column time and one of {', '.join(HEIGHTS)}.")
    base, slope = HEIGHTS[heights[0]]
    curves: dict[str, Printed] = {}
    for line in lines:
        curve = curves.setdefault(line.text("group"), Printed(line.text("group")))
        survival = base + slope * line.value(heights[0])
        if not -BEYOND <= survival <= 1 + BEYOND:
            raise line.wrong(heights[0], "the height lies outside 0 to 1 (100 in percent)")
        curve.times.append(_time(line, years))
        curve.survival.append(min(max(survival, 0.0), 1.0))
    for curve in curves.values():
        if len(curve.times) < FEWEST:
            raise SeroclearError(f"{path}: {_named(curve)} has fewer than {FEWEST} points.")
    if not curves:
        raise SeroclearError(f"{path}: there is no point below the header.")
    return curves


def _risk(path: Path, curves: dict[str, Printed], years: float) -> None:
    lines, header = lines_of(path)
    for column in ("time", "at_risk"):
        if column not in header:
            raise SeroclearError(f"{path}: there is no column {column!r}.")
    for line in lines:
        group = line.text("group")
        if group not in curves:
            raise line.wrong("group", f"there are no points of {group!r}")
        curve = curves[group]
        time, n = _time(line, years), int(line.count("at_risk"))
        if curve.risk_times and time <= curve.risk_times[-1]:
            raise line.wrong("time", "times of a group must rise")
        if curve.at_risk and n > curve.at_risk[-1]:
            raise line.wrong("at_risk", "numbers at risk never rise")
        curve.risk_times.append(time)
        curve.at_risk.append(n)
        if line.text("events"):
            curve.events = int(line.count("events"))


def _check(curve: Printed, risk: Path) -> None:
    if not curve.risk_times or curve.risk_times[0] != 0 or curve.at_risk[0] == 0:
        raise SeroclearError(f"{risk}: {_named(curve)} has no number at risk at time 0.")
    if len(curve.risk_times) == 1 and curve.events is None:
        raise SeroclearError(
            f"{risk}: {_named(curve)} has neither a risk table nor the number of events; with time "
            "0 alone a curve fits any censoring."
        )
    if curve.events is not None and curve.events > curve.at_risk[0]:
        raise SeroclearError(f"{risk}: {_named(curve)} has more events than persons.")


def _time(line: Line, years: float) -> float:
    value = line.value("time")
    if value < 0:
        raise line.wrong("time", "a time before 0")
    return value * years


def _named(curve: Printed) -> str:
    return f"the curve {curve.group!r}" if curve.group else "the curve"
