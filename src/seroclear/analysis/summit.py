"""The maximum of a smooth log likelihood, to the last digits, with its covariance."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from seroclear.analysis.prepared import Floats

Likelihood = Callable[[Floats], tuple[float, Floats]]  # its value and gradient
STEP = 1e-4  # of the central difference of the gradient
SLOPE = 1e-5  # the largest gradient, per unit of log likelihood, that still counts as the summit


def summit(likelihood: Likelihood, start: Floats) -> tuple[Floats, Floats] | None:
    """Parameters at the maximum and the inverse of the information there; None if not reached.

    Args:
        likelihood: log likelihood and its gradient at given parameters of scale about 1.
        start: near the maximum.
    """
    from scipy.optimize import minimize, root

    def falling(theta: Floats) -> tuple[float, Floats]:
        value, gradient = likelihood(theta)
        return -value, -gradient

    climbed = minimize(falling, start, jac=True, method="BFGS", options={"gtol": 1e-6}).x
    near = root(lambda theta: likelihood(theta)[1], climbed, options={"xtol": 1e-13})
    best: Floats = climbed
    if likelihood(near.x)[0] >= likelihood(climbed)[0] - 1e-9 * abs(likelihood(climbed)[0]):
        best = near.x
    value, gradient = likelihood(best)
    if not np.isfinite(value) or np.abs(gradient).max() > SLOPE * (1 + abs(value)):
        return None
    information = np.array(
        [
            (likelihood(best - step)[1] - likelihood(best + step)[1]) / (2 * STEP)
            for step in STEP * np.eye(best.size)
        ]
    )
    try:
        covariance = np.linalg.inv((information + information.T) / 2)
    except np.linalg.LinAlgError:
        return None
    return (best, covariance) if (np.diag(covariance) > 0).all() else None
