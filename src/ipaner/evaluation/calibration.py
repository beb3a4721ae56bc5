"""Whether scores of entities are probabilities: expected calibration error, Brier score, reliability bins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Predicted entities with a score from ``low`` to ``high``: how sure the model was, and how often it was right.

    Attributes:
        low: Lower end of the bin, exclusive but for the first bin, in percent.
        high: Upper end, inclusive, in percent.
        n: Entities in the bin.
        mean_score: Their mean score in percent; 0 if there are none.
        precision: How many of them are right, in percent; 0 if there are none.
    """

    low: float
    high: float
    n: int
    mean_score: float
    precision: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How well the scores of predicted entities agree with their being right.

    Attributes:
        n: Scored entities.
        error: Expected calibration error (Naeini et al., 2015; Guo et al., 2017) in points: the mean distance between
            score and precision over the bins, weighted by their entities.
        brier: Mean squared distance between score and correctness, in percent; a constant 50 % scores 25.
        bins: Reliability bins of equal width.
    """

    n: int
    error: float
    brier: float
    bins: tuple[ReliabilityBin, ...]


def measure_calibration(scores: Sequence[float], correct: Sequence[bool], n_bins: int = 10) -> Calibration:
    """Compare scores with correctness.

    Args:
        scores: Probability of each predicted entity, from 0 to 1.
        correct: Whether each is right, strictly.
        n_bins: Number of bins of equal width.

    Raises:
        ValueError: If the two differ in length, or a score is no probability.

    Example:
        >>> round(measure_calibration([0.9, 0.9, 0.8], [True, False, True]).error, 1)  # 2/3 of 0.4, 1/3 of 0.2
        33.3
    """
    if len(scores) != len(correct):
        raise ValueError(f"{len(scores)} scores but {len(correct)} outcomes")
    p, right = np.asarray(scores, dtype=np.float64), np.asarray(correct, dtype=np.float64)
    if not np.all((p >= 0) & (p <= 1)):
        raise ValueError("a score is no probability: it must lie between 0 and 1")
    edges = np.linspace(0, 1, n_bins + 1)
    place = np.clip(np.searchsorted(edges, p, side="left") - 1, 0, n_bins - 1)
    n = np.bincount(place, minlength=n_bins)
    sums = np.stack([np.bincount(place, weights=x, minlength=n_bins) for x in (p, right)])
    means = 100 * sums / np.maximum(n, 1)
    bins = tuple(
        ReliabilityBin(
            100 * float(edges[i]), 100 * float(edges[i + 1]), int(n[i]), float(means[0, i]), float(means[1, i])
        )
        for i in range(n_bins)
    )
    total = max(len(p), 1)
    return Calibration(
        n=len(p),
        error=float(100 * np.abs(sums[0] - sums[1]).sum() / total),
        brier=float(100 * np.square(p - right).sum() / total),
        bins=bins,
    )
