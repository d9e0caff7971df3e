"""Pictures of the labelled pairs: `python benchmarks/identity/plots.py` (needs matplotlib, which Hefboom does not)."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np
from measure_labelled import curve, out_of_fold

from hefboom.graph.match_file import read_model

mpl.use("svg")
import matplotlib.pyplot as plt

HERE = Path(__file__).parent


def main() -> None:
    model = read_model()
    pairs, probabilities = out_of_fold(model)
    pool = np.array(pairs.pool)
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.4), sharex=True)
    for axis, name in zip(axes, ("gold", "osh"), strict=True):
        for label, colour, text in ((1, "#1b7837", "same site"), (0, "#b2182b", "different")):
            axis.hist(
                probabilities[(pool == name) & (pairs.labels == label)],
                bins=20,
                range=(0, 1),
                alpha=0.7,
                color=colour,
                label=text,
            )
        axis.axvline(model.automatic, color="black", linewidth=1)
        axis.axvline(model.possible, color="grey", linewidth=1, linestyle="--")
        axis.set(title=f"{name} pairs, out of fold", xlabel="probability", ylabel="pairs")
        axis.legend()
    figure.tight_layout()
    figure.savefig(HERE / "score_distributions.svg")
    figure, axis = plt.subplots(figsize=(4.6, 4))
    for name in ("gold", "osh"):
        along = curve(probabilities[pool == name], pairs.labels[pool == name])
        axis.plot(along.recall, along.precision, marker=".", label=f"{name}: best F1 {along.f1.max():.3f}")
    axis.set(xlabel="recall", ylabel="precision", ylim=(0.4, 1.02), title="labelled pairs, out of fold")
    axis.legend(loc="lower left")
    figure.tight_layout()
    figure.savefig(HERE / "precision_recall.svg")
    for low, high in ((0, 0.1), (0.1, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 1.01)):
        of = (probabilities >= low) & (probabilities < high)
        print(
            f"{low}-{min(high, 1)}: pairs {of.sum()}, mean probability {probabilities[of].mean():.3f}, "
            f"matches {pairs.labels[of].mean():.3f}"
        )


if __name__ == "__main__":
    main()
