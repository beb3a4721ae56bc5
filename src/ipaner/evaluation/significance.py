"""Bootstrap intervals and paired randomisation tests over sentences.

Sentences are the unit of sampling. A metric is a function of counts summed over sentences (``metrics``), so resampling
is a product of a (resamples, sentences) matrix of weights and the counts of the sentences. For a mean over languages,
sentences are resampled within each language: the languages are those of the question, not a sample of all languages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ipaner.evaluation.metrics import Counts

Statistic = Callable[[NDArray[Any]], NDArray[np.float64]]
"""A metric of summed counts: (..., classes, 3) -> (...), such as ``micro_f1`` or ``macro_f1``."""

RESAMPLES = 1000
"""Resamples of an interval or a test where the caller does not choose."""

_CELLS = 4_000_000
"""Largest matrix of weights held at once (32 MB)."""


class Interval(NamedTuple):
    """A 95 % percentile bootstrap interval (Efron, 1979), in percent or points of it."""

    low: float
    high: float

    @classmethod
    def of(cls, scores: NDArray[np.float64]) -> Interval:
        """The interval that holds the middle 95 % of resampled scores."""
        low, high = np.quantile(scores, (0.025, 0.975))
        return cls(float(low), float(high))


@dataclass(frozen=True, slots=True)
class Difference:
    """A paired comparison of two systems on the same sentences.

    Attributes:
        difference: Score of the first system minus that of the second, in points.
        interval: 95 % bootstrap interval of the difference.
        p: Two-sided p-value of the randomisation test.
    """

    difference: float
    interval: Interval
    p: float


@dataclass(frozen=True, slots=True)
class PairedTest:
    """Differences between two systems in each language, and between their means over the languages."""

    by_language: Mapping[str, Difference]
    mean: Difference


def bootstrap(counts: Counts, statistic: Statistic, name: str, seed: int, resamples: int = RESAMPLES) -> NDArray[Any]:
    """Scores of sentences drawn with replacement.

    Two systems with the same ``name``, ``seed`` and number of sentences see the same draws, so differences of their
    scores are paired.

    Args:
        counts: Counts of each sentence, shape (sentences, classes, 3).
        statistic: The metric.
        name: Name of the sample, such as the language's code: each name has its own stream of random numbers.
        seed: Seed of the draws.
        resamples: How often to draw.

    Returns:
        Scores in percent, shape (resamples,).
    """
    n = len(counts)
    flat = counts.reshape(n, -1).astype(np.float64)
    rng = _generator(seed, name)
    out = []
    for rows in _chunks(resamples, n):
        drawn = rng.integers(n, size=(rows, n)) + n * np.arange(rows)[:, None]
        weights = np.bincount(drawn.ravel(), minlength=rows * n).reshape(rows, n).astype(np.float64)
        out.append(statistic((weights @ flat).reshape(rows, *counts.shape[1:])))
    return np.concatenate(out)


def randomised_differences(
    first: Counts, second: Counts, statistic: Statistic, name: str, seed: int, resamples: int = RESAMPLES
) -> NDArray[Any]:
    """Differences between two systems whose outputs are swapped, sentence by sentence, with a chance of one half.

    This is the null distribution of approximate randomisation (Noreen, 1989; Yeh, 2000): were the systems alike, it
    would not matter which of the two produced an output.

    Args:
        first: Counts of each sentence for the first system, shape (sentences, classes, 3).
        second: Counts of the same sentences for the second.
        statistic: The metric.
        name: Name of the sample; see ``bootstrap``.
        seed: Seed of the swaps.
        resamples: How often to swap.

    Returns:
        First minus second in points, shape (resamples,).
    """
    n = len(first)
    change = (second - first).reshape(n, -1).astype(np.float64)
    total_first, total_second = first.sum(axis=0), second.sum(axis=0)
    rng = _generator(seed, name)
    out = []
    for rows in _chunks(resamples, n):
        moved = (rng.integers(2, size=(rows, n)).astype(np.float64) @ change).reshape(rows, *first.shape[1:])
        out.append(statistic(total_first + moved) - statistic(total_second - moved))
    return np.concatenate(out)


def paired_test(
    first: Mapping[str, Counts],
    second: Mapping[str, Counts],
    statistic: Statistic,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> PairedTest:
    """Compare two systems on the same sentences of some languages.

    Args:
        first: Counts of each sentence by language, each of shape (sentences, classes, 3).
        second: The same of the other system.
        statistic: The metric.
        seed: Seed of draws and swaps.
        resamples: Number of draws and of swaps.

    Returns:
        The difference in each language, and that of the means over languages, with languages weighing the same.

    Raises:
        ValueError: If the two were not measured on the same sentences, or there is no language.
    """
    if not first or not same_sentences(first, second):
        raise ValueError(
            "A paired test needs two systems measured on the same sentences of the same languages; these were measured "
            f"on {_sizes(first)} and {_sizes(second)}. Evaluate both on the same files."
        )
    observed, drawn, swapped = {}, {}, {}
    for name, a in first.items():
        b = second[name]
        observed[name] = float(statistic(a.sum(axis=0)) - statistic(b.sum(axis=0)))
        drawn[name] = bootstrap(a, statistic, name, seed, resamples) - bootstrap(b, statistic, name, seed, resamples)
        swapped[name] = randomised_differences(a, b, statistic, name, seed, resamples)
    by_language = {name: _difference(observed[name], drawn[name], swapped[name]) for name in first}
    mean = _difference(
        float(np.mean(list(observed.values()))),
        np.mean(list(drawn.values()), axis=0),
        np.mean(list(swapped.values()), axis=0),
    )
    return PairedTest(by_language, mean)


def same_sentences(first: Mapping[str, Counts], second: Mapping[str, Counts]) -> bool:
    """Whether two results have the same languages and, sentence by sentence, the same gold counts."""
    return first.keys() == second.keys() and all(
        first[name].shape == second[name].shape and np.array_equal(first[name][..., 1], second[name][..., 1])
        for name in first
    )


def _sizes(counts: Mapping[str, Counts]) -> str:
    return ", ".join(f"{name} ({len(rows)} sentences)" for name, rows in counts.items()) or "nothing"


def _difference(observed: float, drawn: NDArray[Any], swapped: NDArray[Any]) -> Difference:
    # The observed order is one of the possible ones, so it counts too and p is never 0 (Davison & Hinkley, 1997).
    # The tolerance keeps swaps that change nothing from losing to rounding.
    extreme = int((np.abs(swapped) >= abs(observed) - 1e-9).sum())
    return Difference(observed, Interval.of(drawn), (1 + extreme) / (1 + len(swapped)))


def _generator(seed: int, name: str) -> np.random.Generator:
    return np.random.default_rng([seed, *name.encode()])


def _chunks(resamples: int, n: int) -> Iterator[int]:
    size = max(1, _CELLS // max(n, 1))
    for start in range(0, resamples, size):
        yield min(size, resamples - start)
