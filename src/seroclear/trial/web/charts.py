"""Charts as SVG within the page: no script, no inline style, every text escaped."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from markupsafe import Markup, escape

from seroclear.trial.web.language import Words

_WIDTH, _HEIGHT = 720, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 20, 20, 45
_DAYS_OF_A_WEEK: Final = 7


def accrual(
    days: Sequence[str], today: str, planned: int, plan_ends: str | None, t: Words
) -> Markup:
    """Participants randomised so far, and how many are planned.

    Args:
        days: of randomisation, YYYY-MM-DD.
        today: where the line ends.
        planned: participants.
        plan_ends: the day on which they are to be complete; the plan is then a straight line from
            the first randomisation, and without it only its end is drawn.
    """
    if not days:
        return Markup("")
    ordered = sorted(date.fromisoformat(one) for one in days)
    first, now = ordered[0], date.fromisoformat(today)
    last = max([now, *([date.fromisoformat(plan_ends)] if plan_ends else [])])
    span = max((last - first).days, 1)
    top = max(planned, len(ordered))
    parts = [_frame(t("chart.accrual"))]
    for count in _ticks(top):
        parts.append(_across(_y(count / top), str(count)))
    parts += [_day_tick((day - first).days / span, str(day)) for day in _days(first, last)]
    goal = _y(planned / top)
    parts.append(_line("plan", [(_x(0), _y(0) if plan_ends else goal), (_x(1), goal)]))
    points, count = [(_x(0), _y(0))], 0
    for day in ordered:
        at = _x((day - first).days / span)
        points += [(at, _y(count / top)), (at, _y((count + 1) / top))]
        count += 1
    points.append((_x((now - first).days / span), _y(count / top)))
    parts.append(_line("done", points))
    return _svg(parts)


def titres(found: Sequence[dict[str, Any]], threshold: dict[str, Any], t: Words) -> Markup:
    """Titres by weeks since randomisation, a line a participant, all alike: no arm can be seen."""
    if not found:
        return Markup("")
    values = [max(float(one["value"]), 1.0) for one in found]
    low, high = 0, max(3, math.ceil(math.log10(max(values))))
    first, last = min(0, *(one["day"] for one in found)), max(28, *(one["day"] for one in found))
    span = last - first

    def height(value: float) -> float:
        return _y((math.log10(max(value, 1.0)) - low) / (high - low))

    parts = [_frame(t("chart.titres"))]
    parts += [_across(height(10.0**power), f"{10**power:g}") for power in range(low, high + 1)]
    step = max(4, math.ceil(span / _DAYS_OF_A_WEEK / 8 / 4) * 4) * _DAYS_OF_A_WEEK
    for day in range(0, last + 1, step):
        parts.append(_tick((day - first) / span, str(day // _DAYS_OF_A_WEEK)))
    at = height(float(threshold["below"]))
    parts.append(_line("plan", [(_x(0), at), (_x(1), at)]))
    for code in sorted({one["subject"] for one in found}):
        own = [one for one in found if one["subject"] == code]
        points = [(_x((one["day"] - first) / span), height(float(one["value"]))) for one in own]
        parts.append(_line("one", points, code))
        parts += [f'<circle class="one" cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>' for x, y in points]
    parts.append(
        f'<text class="axis" x="{_x(0.5):.0f}" y="{_HEIGHT - 6}" text-anchor="middle">'
        f"{escape(t('chart.weeks'))}</text>"
    )
    return _svg(parts)


def _x(share: float) -> float:
    return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _y(share: float) -> float:
    return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)


def _ticks(top: int) -> list[int]:
    step = next(one for one in (1, 2, 5, 10, 20, 25, 50, 100, 200, 500) if top / one <= 7)
    return [*range(0, top, step)] if top % step else [*range(0, top + 1, step)]


def _days(first: date, last: date) -> list[date]:
    span = (last - first).days
    return [date.fromordinal(first.toordinal() + span * part // 4) for part in range(5)]


def _frame(title: str) -> str:
    return f"<title>{escape(title)}</title>"


def _across(y: float, label: str) -> str:
    return (
        f'<line class="grid" x1="{_x(0):.1f}" x2="{_x(1):.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text class="axis" x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{label}</text>'
    )


def _tick(share: float, label: str, anchor: str = "middle") -> str:
    y = _HEIGHT - _BOTTOM + 18
    return f'<text class="axis" x="{_x(share):.1f}" y="{y}" text-anchor="{anchor}">{label}</text>'


def _day_tick(share: float, label: str) -> str:
    return _tick(share, label, "start" if share <= 0.01 else "end" if share >= 0.99 else "middle")


def _line(kind: str, points: Sequence[tuple[float, float]], title: str = "") -> str:
    joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    named = f"<title>{escape(title)}</title>" if title else ""
    return f'<polyline class="{kind}" points="{joined}">{named}</polyline>'


def _svg(parts: Sequence[str]) -> Markup:
    return Markup(
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">{"".join(parts)}</svg>'
    )
