"""Calibration: from the model's weights and measures to the probability that two claims are one site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Figures = NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """A logistic curve over named features; no coefficient is negative, since every feature grows with likeness."""

    intercept: float
    coefficients: Mapping[str, float]

    def sql(self) -> str:
        """The probability as an SQL expression over columns named as the features."""
        return f"1 / (1 + exp(-({self.logit_sql()})))"

    def logit_sql(self) -> str:
        """The logarithm of the odds as an SQL expression over columns named as the features."""
        terms = " + ".join(f"{value!r} * {name}" for name, value in self.coefficients.items() if value)
        return f"{self.intercept!r} + {terms}"

    def probability(self, features: Figures, names: Sequence[str]) -> Figures:
        """Probabilities for rows of `features`, whose columns are `names`."""
        weights = np.array([self.coefficients[name] for name in names])
        return np.asarray(1 / (1 + np.exp(-(features @ weights + self.intercept))))


def fit(
    features: Figures,
    labels: Figures,
    names: Sequence[str],
    prior: Mapping[str, float],
    strength: float = 1.0,
    weights: Figures | None = None,
) -> Calibration:
    """Fit the curve to labelled pairs (rows of `features`; labels 1 same site, 0 different).

    Coefficients stay at or above 0 and are drawn towards `prior` by `strength` times the squared distance in units of
    the feature's spread: a kind of evidence that no labelled pair shows keeps its prior coefficient. `weights` gives
    each pair's weight, 1 by default.
    """
    spread = np.maximum(features.std(axis=0), 0.05)
    start = np.array([prior[name] for name in names]) * spread
    scaled = features / spread
    weight = np.ones(len(labels)) if weights is None else weights

    def loss(parameters: Figures) -> tuple[float, Figures]:
        logit = scaled @ parameters[1:] + parameters[0]
        probability = 1 / (1 + np.exp(-logit))
        error = weight * (probability - labels)
        away = parameters[1:] - start
        value = weight @ (np.logaddexp(0, logit) - labels * logit) + strength * away @ away
        return float(value), np.concatenate([[error.sum()], error @ scaled + 2 * strength * away])

    found = minimize(
        loss,
        np.concatenate([[-3.0], start]),
        jac=True,
        method="L-BFGS-B",
        bounds=[(None, None), *[(0, None)] * len(names)],
    )
    fitted = found.x[1:] / spread
    return Calibration(
        float(found.x[0]), {name: round(float(value), 6) for name, value in zip(names, fitted, strict=True)}
    )
