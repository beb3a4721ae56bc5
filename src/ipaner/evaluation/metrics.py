"""Strict entity F1 and the papers' ``position_macro_f1``, each a function of counts that add up over sentences.

Both metrics are computed from one array of counts for each sentence, shape (sentences, classes, 3), whose last axis
holds correct, gold and predicted. Whatever resamples sentences (``significance``) only has to add such arrays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ipaner.errors import FormatError
from ipaner.labels import LABELS, to_spans

Counts = NDArray[np.int64]
"""Counts of shape (..., classes, 3): correct, gold and predicted."""

Tags = Sequence[str]
"""The IOB2 labels of one sentence, one a word."""


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1 in percent, and the counts they come from; a ratio of nothing is 0."""

    precision: float
    recall: float
    f1: float
    n_correct: int
    n_gold: int
    n_predicted: int

    @classmethod
    def of(cls, n_correct: int, n_gold: int, n_predicted: int) -> Score:
        """The score of these counts.

        Example:
            >>> Score.of(1, 2, 1)
            Score(precision=100.0, recall=50.0, f1=66.66666666666667, n_correct=1, n_gold=2, n_predicted=1)
        """
        return cls(
            precision=100 * n_correct / n_predicted if n_predicted else 0.0,
            recall=100 * n_correct / n_gold if n_gold else 0.0,
            f1=200 * n_correct / (n_gold + n_predicted) if n_gold + n_predicted else 0.0,
            n_correct=n_correct,
            n_gold=n_gold,
            n_predicted=n_predicted,
        )


@dataclass(frozen=True, slots=True)
class StrictF1:
    """Strict entity score, micro-averaged over all entities, and of each entity type."""

    overall: Score
    by_type: Mapping[str, Score]

    @property
    def f1(self) -> float:
        """The micro F1 in percent."""
        return self.overall.f1


@dataclass(frozen=True, slots=True)
class PositionMacroF1:
    """The papers' metric: ``f1`` in percent, the mean over the labels that occur; and the score of each of these."""

    f1: float
    by_label: Mapping[str, Score]


def entity_types(labels: Sequence[str] = LABELS) -> tuple[str, ...]:
    """The entity types of a label set, in its order.

    Example:
        >>> entity_types()
        ('PER', 'ORG', 'LOC')
    """
    return tuple(label[2:] for label in labels if label.startswith("B-"))


def strict_f1(gold: Sequence[Tags], predicted: Sequence[Tags], labels: Sequence[str] = LABELS) -> StrictF1:
    """Strict entity F1: an entity counts if type and both bounds are right. Equals seqeval's strict mode with IOB2.

    Args:
        gold: Gold IOB2 labels of each sentence.
        predicted: Predicted labels of the same sentences, just as long.
        labels: The label set.

    Raises:
        FormatError: If a label is not in the label set.
        ValueError: If sentences differ in number or length.

    Example:
        >>> strict_f1([["B-PER", "I-PER", "O", "B-LOC"]], [["B-PER", "O", "O", "B-LOC"]]).f1
        50.0
    """
    total = entity_counts(gold, predicted, labels).sum(axis=0)
    by_type = {name: _score(row) for name, row in zip(entity_types(labels), total, strict=True)}
    return StrictF1(_score(total.sum(axis=0)), by_type)


def position_macro_f1(
    gold: Sequence[Tags],
    predicted: Sequence[Tags],
    phone_counts: Sequence[Sequence[int]],
    labels: Sequence[str] = LABELS,
) -> PositionMacroF1:
    """The metric of Sohn et al. (2024): macro F1 over labels, O among them, for each phoneme position.

    A word labelled ``B-X`` gives ``B-X`` to its first phoneme and ``I-X`` to the others; ``I-X`` and ``O`` go to all of
    them. The separators between words and the start and end symbols are positions too, O in gold and prediction. As
    in the published code (scikit-learn's macro F1 without a list of labels), a label that occurs neither in gold
    nor in prediction is left out of the mean.

    Args:
        gold: Gold IOB2 labels of each sentence.
        predicted: Predicted labels of the same sentences, just as long.
        phone_counts: Number of phonemes of each word, at least 1.
        labels: The label set.

    Raises:
        FormatError: If a label is not in the label set.
        ValueError: If sentences differ in number or length, or a word has no phoneme.

    Example:
        >>> round(position_macro_f1([["B-PER", "O"]], [["B-PER", "B-PER"]], [[2, 1]]).f1, 2)  # O 6/7, B 2/3, I 2/2
        84.13
    """
    total = position_counts(gold, predicted, phone_counts, labels).sum(axis=0)
    by_label = {name: _score(row) for name, row in zip(labels, total, strict=True) if row.any()}
    return PositionMacroF1(float(macro_f1(total)), by_label)


def micro_f1(counts: NDArray[Any]) -> NDArray[np.float64]:
    """Micro F1 in percent: (..., classes, 3) -> (...); 0 where there is nothing to find and nothing was found."""
    return _f1(counts.sum(axis=-2))


def macro_f1(counts: NDArray[Any]) -> NDArray[np.float64]:
    """Mean F1 in percent of the classes that occur in gold or prediction: (..., classes, 3) -> (...)."""
    occur = (counts[..., 1] + counts[..., 2]) > 0
    return np.asarray(_f1(counts).sum(axis=-1) / np.maximum(occur.sum(axis=-1), 1))


def entity_counts(gold: Sequence[Tags], predicted: Sequence[Tags], labels: Sequence[str] = LABELS) -> Counts:
    """Correct, gold and predicted entities, shape (sentences, entity types, 3)."""
    _check(gold, predicted, labels)
    types = {name: i for i, name in enumerate(entity_types(labels))}
    counts = np.zeros((len(gold), len(types), 3), dtype=np.int64)
    for row, true, guess in zip(counts, gold, predicted, strict=True):
        true_spans, guessed_spans = set(to_spans(true)), set(to_spans(guess))
        for column, spans in enumerate((true_spans & guessed_spans, true_spans, guessed_spans)):
            for span in spans:
                row[types[span.label], column] += 1
    return counts


def position_counts(
    gold: Sequence[Tags],
    predicted: Sequence[Tags],
    phone_counts: Sequence[Sequence[int]],
    labels: Sequence[str] = LABELS,
) -> Counts:
    """Correct, gold and predicted phoneme positions, shape (sentences, labels, 3); see ``position_macro_f1``."""
    _check(gold, predicted, labels)
    if len(phone_counts) != len(gold):
        raise ValueError(f"phone counts for {len(phone_counts)} sentences, but there are {len(gold)}")
    index = {label: i for i, label in enumerate(labels)}
    inside = {label: index.get("I-" + label[2:], i) if label != "O" else i for label, i in index.items()}
    counts = np.zeros((len(gold), len(labels), 3), dtype=np.int64)
    for number, (row, true, guess, phones) in enumerate(zip(counts, gold, predicted, phone_counts, strict=True)):
        if len(phones) != len(true) or min(phones, default=1) < 1:
            raise ValueError(
                f"sentence {number}: one phone count of at least 1 is needed for each of {len(true)} words"
            )
        row[index["O"]] += max(len(true) - 1, 0) + 2
        for t, g, n in zip(true, guess, phones, strict=True):
            for a, b, times in ((index[t], index[g], 1), (inside[t], inside[g], n - 1)):
                row[a, 0] += times * (a == b)
                row[a, 1] += times
                row[b, 2] += times
    return counts


def _f1(counts: NDArray[Any]) -> NDArray[np.float64]:
    either = np.asarray(counts[..., 1] + counts[..., 2], dtype=np.float64)
    return np.divide(200.0 * counts[..., 0], either, out=np.zeros_like(either), where=either > 0)


def _score(row: Counts) -> Score:
    return Score.of(int(row[0]), int(row[1]), int(row[2]))


def _check(gold: Sequence[Tags], predicted: Sequence[Tags], labels: Sequence[str]) -> None:
    if len(gold) != len(predicted):
        raise ValueError(f"{len(gold)} gold sentences but {len(predicted)} predicted ones")
    known = set(labels)
    for number, (true, guess) in enumerate(zip(gold, predicted, strict=True)):
        if len(true) != len(guess):
            raise ValueError(f"sentence {number} has {len(true)} gold labels but {len(guess)} predicted ones")
        for tag in (*true, *guess):
            if tag not in known:
                raise FormatError(
                    f"Label {tag!r} in sentence {number} (counted from 0) is none of {', '.join(labels)}. "
                    "Map it or drop it when reading the corpus."
                )
