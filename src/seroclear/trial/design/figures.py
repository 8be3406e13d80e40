"""Figures of a design report."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from seroclear.report.document import Figure
from seroclear.report.figures import style
from seroclear.trial.design.exact import exact_power
from seroclear.trial.design.explain import arm_sizes
from seroclear.trial.design.operating import Scenario
from seroclear.trial.protocol import Protocol

WIDTH, HEIGHT = 7.4, 3.6  # inches
CONTROLS = (0.70, 0.75, 0.80, 0.85)


def power_figure(protocol: Protocol) -> Figure:
    """Exact power over the treated rate, for some control rates."""
    n, m = arm_sizes(protocol)
    with style.look():
        canvas = Canvas(figsize=(WIDTH, HEIGHT))
        axes = canvas.add_axes((0.09, 0.14, 0.68, 0.82))
        for place, control in enumerate(CONTROLS):
            rates = np.arange(control, 0.9951, 0.005)
            power = [exact_power(control, float(rate), n, m, protocol.size.alpha) for rate in rates]
            axes.plot(
                100 * rates,
                [100 * one for one in power],
                color=style.colour(place),
                linestyle=style.line(place),
                label=f"control {100 * control:g}%",
            )
        axes.axhline(100 * protocol.size.power, color=style.GREY, linewidth=0.8)
        _named(axes, "Treated without relapse at the endpoint (%)", "Power (%)")
        axes.set_ylim(0, 100)
        axes.legend(loc="center left", bbox_to_anchor=(1.02, 0.5), frameon=False)
        svg, png = style.rendered(canvas)
    caption = (
        f"Exact power of Pearson's test with {n} treated and {m} controls, nobody missing. The "
        f"grey line is the planned power, {100 * protocol.size.power:g}%."
    )
    return Figure("power", caption, svg, png)


def doses_figure(protocol: Protocol, scenario: Scenario) -> Figure:
    """How many doses the treated need."""
    doses = scenario.trials.doses
    counts = np.bincount(doses[doses >= 0], minlength=protocol.trigger.maximum_doses + 1)
    with style.look():
        canvas = Canvas(figsize=(WIDTH, HEIGHT))
        axes = canvas.add_axes((0.09, 0.14, 0.88, 0.82))
        axes.bar(np.arange(counts.size), 100 * counts / counts.sum(), color=style.colour(0))
        axes.set_xticks(np.arange(counts.size))
        dose = f"{protocol.trigger.dose:g} {protocol.trigger.dose_unit}"
        _named(axes, f"Doses of {dose} per treated participant", "Treated participants (%)")
        svg, png = style.rendered(canvas)
    caption = f"Doses up to the endpoint in simulated trials ({scenario.label.lower()})."
    return Figure("doses", caption, svg, png)


def titre_figure(protocol: Protocol, scenario: Scenario) -> Figure:
    """Mean anti-HBs of the treated at each visit, and how many reach the trigger."""
    trials = scenario.trials
    visits = protocol.schedule.visits[: trials.present.shape[1]]
    weeks = [visit.day / 7 for visit in visits]
    present = trials.present.sum(axis=0)
    with style.look():
        canvas = Canvas(figsize=(WIDTH, HEIGHT))
        left = canvas.add_axes((0.09, 0.14, 0.38, 0.82))
        left.plot(weeks, trials.titre_sum.sum(axis=0) / present, color=style.colour(0), marker="o")
        left.axhline(protocol.trigger.below, color=style.GREY, linewidth=0.8)
        left.set_ylim(0, 1.15 * max(left.get_ylim()[1] / 1.05, protocol.trigger.below))
        _named(left, "Week", f"Mean anti-HBs ({protocol.trigger.unit})")
        right = canvas.add_axes((0.59, 0.14, 0.38, 0.82))
        right.plot(
            weeks, 100 * trials.above.sum(axis=0) / present, color=style.colour(1), marker="s"
        )
        right.set_ylim(0, 100)
        _named(right, "Week", f"At {protocol.trigger.below:g} {protocol.trigger.unit} or more (%)")
        svg, png = style.rendered(canvas)
    caption = (
        f"Anti-HBs of the treated at each visit, passive and their own ({scenario.label.lower()}); "
        f"the grey line is the trigger, {protocol.trigger.below:g} {protocol.trigger.unit}."
    )
    return Figure("titres", caption, svg, png)


def _named(axes: Axes, x: str, y: str) -> None:
    axes.set_xlabel(x)
    axes.set_ylabel(y)
