"""How well the distance tells true pairs from words put together by chance, and the threshold that follows."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ipaner.languages import get
from ipaner.pairs.pair import Pair
from ipaner.transcription.distance import distances

FALSE_ACCEPTANCE = 0.05
"""The share of shuffled pairs that a threshold may let through."""


@dataclass(frozen=True, slots=True)
class Separation:
    """True and shuffled pairs of one language, or of all.

    Attributes:
        pairs: How many true pairs.
        median: Median distance of true pairs.
        median_shuffled: The same of shuffled ones.
        kept: Share of true pairs within the threshold.
        false_acceptance: Share of shuffled pairs within it.
        threshold: The largest distance, in steps of 0.01, at which no more than 5 % of shuffled pairs pass.
        kept_at_threshold: Share of true pairs within that one.
    """

    pairs: int
    median: float
    median_shuffled: float
    kept: float
    false_acceptance: float
    threshold: float
    kept_at_threshold: float

    def as_dict(self) -> dict[str, float]:
        """The numbers by name, for JSON."""
        return asdict(self)


def shuffled(pairs: Sequence[Pair], seed: int) -> NDArray[np.float64]:
    """Distances of English words to the words of other pairs of the same language, drawn at random.

    Draws that come upon the same English word or the same word again are left out.
    """
    groups: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        groups[pair.language].append(pair)
    left, right = [], []
    for language, group in groups.items():
        order = list(range(len(group)))
        random.Random(f"{seed} {language}").shuffle(order)
        for pair, place in zip(group, order, strict=True):
            other = group[place]
            if pair.english.casefold() != other.english.casefold() and pair.word != other.word:
                left.append(pair.english_ipa)
                right.append(other.ipa)
    return distances(left, right)


def separation(pairs: Sequence[Pair], threshold: float, seed: int = 1) -> Separation:
    """Measure how well a threshold tells true pairs from shuffled ones.

    Args:
        pairs: Transcribed pairs before any filter by distance; at least one.
        threshold: The distance up to which a pair is kept.
        seed: Of the shuffle.
    """
    true = _true(pairs)
    chance = shuffled(pairs, seed)
    best = _threshold(chance)
    return Separation(
        pairs=len(true),
        median=_rounded(np.median(true)),
        median_shuffled=_rounded(np.median(chance)) if len(chance) else 0.0,
        kept=_share(true, threshold),
        false_acceptance=_share(chance, threshold),
        threshold=best,
        kept_at_threshold=_share(true, best),
    )


def by_family(pairs: Sequence[Pair], threshold: float, seed: int = 1) -> dict[str, Separation]:
    """The same for each language, under ``family: language``, and under ``all`` for all of them."""
    groups: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        groups[pair.language].append(pair)
    names = {f"{get(language).family.partition('/')[0]}: {language}": group for language, group in groups.items()}
    result = {name: separation(group, threshold, seed) for name, group in sorted(names.items())}
    return result | {"all": separation(pairs, threshold, seed)}


def _true(pairs: Sequence[Pair]) -> NDArray[np.float64]:
    return np.array([1.0 if pair.distance is None else pair.distance for pair in pairs])


def _threshold(chance: NDArray[np.float64]) -> float:
    steps = [step / 100 for step in range(100, 0, -1)]
    return next((step for step in steps if _share(chance, step) <= FALSE_ACCEPTANCE), 0.0)


def _share(values: NDArray[np.float64], limit: float) -> float:
    return _rounded((values <= limit).mean()) if len(values) else 0.0


def _rounded(value: float | np.floating[Any]) -> float:
    return round(float(value), 4)
