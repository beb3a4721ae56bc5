"""Random sentences with gold and predicted labels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ipaner.labels import LABELS, repair

Labelled = tuple[list[list[str]], list[list[str]], list[list[int]]]


def random_labels(n: int, seed: int, accuracy: float = 0.8) -> Labelled:
    """Gold labels, predictions that are right about as often as ``accuracy``, and phone counts."""
    rng = np.random.default_rng(seed)
    gold, predicted, phones = [], [], []
    for _ in range(n):
        length = int(rng.integers(1, 9))
        true = repair([LABELS[i] for i in rng.choice(7, length, p=[0.4, *[0.1] * 6])])
        guess = [t if rng.random() < accuracy else LABELS[rng.integers(7)] for t in true]
        gold.append(true)
        predicted.append(repair(guess))
        phones.append([int(x) for x in rng.integers(1, 8, length)])
    return gold, predicted, phones


@pytest.fixture(scope="session")
def labelled() -> Callable[..., Labelled]:
    return random_labels
