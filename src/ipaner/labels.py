"""IOB2 labels over words: spans, decoding under the scheme's rules, and the probability of a span.

Every room may use this module; it needs numpy only. An IOB2 sequence is valid if each ``I-X`` follows a ``B-X`` or
``I-X``. The network scores each word on its own, so decoding takes the best *valid* sequence (Viterbi, 1967), and a
span's score is its probability among all valid sequences (forward-backward on the same lattice).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

LABELS: tuple[str, ...] = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC")
"""The seven labels of WikiANN and of the papers, in the order of a model's outputs."""

_NEVER = -1e9


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """An entity over words: ``start`` and ``end`` (exclusive) are word indices."""

    start: int
    end: int
    label: str


def to_spans(tags: Sequence[str]) -> list[Span]:
    """Spans of an IOB2 sequence, strictly: an ``I-X`` that continues nothing is no entity.

    This is the reading of seqeval's strict mode with IOB2.

    Example:
        >>> to_spans(["B-PER", "I-PER", "O", "I-LOC", "B-ORG"])
        [Span(start=0, end=2, label='PER'), Span(start=4, end=5, label='ORG')]
    """
    spans: list[Span] = []
    start, label = -1, ""
    for i, tag in enumerate([*tags, "O"]):
        if label and not (tag.startswith("I-") and tag[2:] == label):
            spans.append(Span(start, i, label))
            label = ""
        if tag.startswith("B-"):
            start, label = i, tag[2:]
    return spans


def from_spans(spans: Sequence[Span], length: int) -> list[str]:
    """The IOB2 sequence of ``length`` words that holds ``spans``.

    Raises:
        ValueError: If spans overlap or leave the sequence.
    """
    tags = ["O"] * length
    for span in spans:
        if not 0 <= span.start < span.end <= length or any(t != "O" for t in tags[span.start : span.end]):
            raise ValueError(f"{span} overlaps another span or leaves the {length} words")
        tags[span.start] = f"B-{span.label}"
        tags[span.start + 1 : span.end] = [f"I-{span.label}"] * (span.end - span.start - 1)
    return tags


def repair(tags: Sequence[str]) -> list[str]:
    """Make a sequence valid IOB2: an ``I-X`` that continues nothing becomes ``B-X`` (so IOB1 is read too).

    Example:
        >>> repair(["I-PER", "I-PER", "O", "I-LOC", "I-ORG"])
        ['B-PER', 'I-PER', 'O', 'B-LOC', 'B-ORG']
    """
    out: list[str] = []
    for tag in tags:
        if tag.startswith("I-") and not (out and out[-1][:2] in ("B-", "I-") and out[-1][2:] == tag[2:]):
            tag = "B-" + tag[2:]
        out.append(tag)
    return out


@lru_cache(maxsize=32)
def _transitions(labels: tuple[str, ...]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Log weights (0 or never) of the first label, shape (L,), and of label j after label i, shape (L, L)."""
    first = np.array([_NEVER if x.startswith("I-") else 0.0 for x in labels])
    after = np.zeros((len(labels), len(labels)))
    for j, label in enumerate(labels):
        if label.startswith("I-"):
            for i, before in enumerate(labels):
                if before[2:] != label[2:]:
                    after[i, j] = _NEVER
    return first, after


def log_softmax(logits: NDArray[np.floating], temperature: float = 1.0) -> NDArray[np.float64]:
    """Log probabilities over the last axis of ``logits / temperature``."""
    x = np.asarray(logits, dtype=np.float64) / temperature
    x = x - x.max(axis=-1, keepdims=True)
    return np.asarray(x - np.log(np.exp(x).sum(axis=-1, keepdims=True)))


def viterbi(logits: NDArray[np.floating], labels: Sequence[str] = LABELS) -> list[str]:
    """The best valid IOB2 sequence.

    Args:
        logits: Scores of shape (words, labels); any additive constant per word is ignored.
        labels: Names of the labels, in the order of the columns.

    Returns:
        One label a word.
    """
    if len(logits) == 0:
        return []
    first, after = _transitions(tuple(labels))
    emissions = np.asarray(logits, dtype=np.float64)
    back = np.zeros(emissions.shape, dtype=np.intp)
    score = first + emissions[0]
    for t in range(1, len(emissions)):
        paths = score[:, None] + after
        back[t] = paths.argmax(axis=0)
        score = paths.max(axis=0) + emissions[t]
    best = [int(score.argmax())]
    for t in range(len(emissions) - 1, 0, -1):
        best.append(int(back[t, best[-1]]))
    return [labels[i] for i in reversed(best)]


def span_probabilities(
    logits: NDArray[np.floating],
    spans: Sequence[Span],
    labels: Sequence[str] = LABELS,
    temperature: float = 1.0,
) -> list[float]:
    """Probability that each span is an entity with exactly these bounds and this label.

    Args:
        logits: Scores of shape (words, labels).
        spans: Spans over the words.
        labels: Names of the labels, in the order of the columns.
        temperature: Fitted on held-out data (Guo et al., 2017); logits are divided by it.

    Returns:
        One probability a span, among all valid sequences.
    """
    if not spans:
        return []
    first, after = (np.exp(x) for x in _transitions(tuple(labels)))
    emissions = np.exp(log_softmax(logits, temperature))
    alpha, beta, scale = _forward_backward(first, after, emissions)
    column = {name: i for i, name in enumerate(labels)}
    out = []
    for span in spans:
        begin, inside = column[f"B-{span.label}"], column.get(f"I-{span.label}")
        path = alpha[span.start, begin]
        if inside is not None:
            path *= np.prod(emissions[span.start + 1 : span.end, inside] / scale[span.start + 1 : span.end])
        last = begin if span.end - span.start == 1 or inside is None else inside
        if span.end < len(emissions):
            onward = after[last] * emissions[span.end] * beta[span.end] / scale[span.end]
            path *= onward.sum() - (0.0 if inside is None else onward[inside])
        out.append(float(np.clip(path, 0.0, 1.0)))
    return out


def _forward_backward(
    first: NDArray[np.float64], after: NDArray[np.float64], emissions: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Scaled forward and backward weights (Rabiner, 1989), (words, labels) each, and the scale of each word."""
    alpha, beta, scale = np.empty_like(emissions), np.ones_like(emissions), np.empty(len(emissions))
    reached = first
    for t, row in enumerate(emissions):
        alpha[t] = reached * row
        scale[t] = alpha[t].sum()
        alpha[t] /= scale[t]
        reached = alpha[t] @ after
    for t in range(len(emissions) - 2, -1, -1):
        beta[t] = after @ (emissions[t + 1] * beta[t + 1]) / scale[t + 1]
    return alpha, beta, scale
