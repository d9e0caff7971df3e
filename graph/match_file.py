"""The model file: what was trained, on what, and where the lines between the three outcomes lie."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from hefboom.errors import UsageError
from hefboom.graph.match_calibration import Calibration

SHIPPED: Final = Path(__file__).with_name("match_model.json")
EVIDENCE: Final = 2
"""Raised when code changes what is taken from a row as evidence: what was kept of other evidence is not compared."""


@dataclass(frozen=True)
class MatchModel:
    """A trained model: Splink's m and u per comparison and level, the calibration, the two thresholds.

    `released` is the day of its training, such as `2026.11.20`.
    """

    released: str
    weights: Mapping[str, Mapping[str, tuple[float, float]]]
    calibration: Calibration
    automatic: float
    possible: float
    least_weight: float
    record: Mapping[str, Any]

    @cached_property
    def version(self) -> str:
        """The day of its training and a mark of its content and evidence: two models never bear one version."""
        content = {name: part for name, part in self._content().items() if name not in ("released", "record")}
        mark = hashlib.sha256(json.dumps({**content, "evidence": EVIDENCE}, sort_keys=True).encode()).hexdigest()[:8]
        return f"{self.released}-{mark}"

    def write(self, path: Path) -> None:
        """Write the model as JSON, keys in a fixed order."""
        path.write_text(json.dumps(self._content(), indent=2) + "\n", encoding="utf-8")

    def _content(self) -> dict[str, Any]:
        return {
            "released": self.released,
            "thresholds": {"automatic": self.automatic, "possible": self.possible, "least_weight": self.least_weight},
            "calibration": {
                "intercept": self.calibration.intercept,
                "coefficients": dict(self.calibration.coefficients),
            },
            "weights": {
                name: {level: list(pair) for level, pair in levels.items()} for name, levels in self.weights.items()
            },
            "record": dict(self.record),
        }


def read_model(path: Path = SHIPPED) -> MatchModel:
    """Read a model file; without a path the one shipped with Hefboom."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return MatchModel(
            released=content["released"],
            weights={
                name: {level: (pair[0], pair[1]) for level, pair in levels.items()}
                for name, levels in content["weights"].items()
            },
            calibration=Calibration(content["calibration"]["intercept"], content["calibration"]["coefficients"]),
            automatic=content["thresholds"]["automatic"],
            possible=content["thresholds"]["possible"],
            least_weight=content["thresholds"]["least_weight"],
            record=content["record"],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{path}: not a model file of identity resolution ({error}); give one that training wrote"
        ) from error
