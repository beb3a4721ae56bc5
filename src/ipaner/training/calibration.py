"""Temperature scaling (Guo et al., 2017): one number, fitted on held-out source sentences, that makes scores honest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ipaner.labels import log_softmax


def negative_log_likelihood(
    logits: Sequence[NDArray[np.floating]], labels: Sequence[NDArray[np.integer]], temperature: float
) -> float:
    """Mean over words of minus the log probability of the true label."""
    total, words = 0.0, 0
    for x, y in zip(logits, labels, strict=True):
        total -= float(log_softmax(x, temperature)[np.arange(len(y)), y].sum())
        words += len(y)
    return total / max(words, 1)


def fit_temperature(logits: Sequence[NDArray[np.floating]], labels: Sequence[NDArray[np.integer]]) -> float:
    """The temperature with the lowest negative log-likelihood, by golden-section search over 0.25 to 8.

    Args:
        logits: One array (words, labels) a sentence.
        labels: One array (words,) of label indices a sentence.

    Raises:
        ValueError: If there is no word to fit on.
    """
    if not any(len(y) for y in labels):
        raise ValueError("A temperature needs at least one labelled word")
    low, high = float(np.log(0.25)), float(np.log(8.0))
    ratio = (5**0.5 - 1) / 2
    while high - low > 1e-3:
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if negative_log_likelihood(logits, labels, float(np.exp(left))) < negative_log_likelihood(
            logits, labels, float(np.exp(right))
        ):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))
