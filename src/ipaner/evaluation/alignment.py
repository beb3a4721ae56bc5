"""What a contrast did to a space: alignment, uniformity, cosines, and whether a word finds its partner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Retrieval:
    """How well anchors find their partners among candidates; ranks start at 1.

    Attributes:
        recall_at_1: Share of anchors whose partner is nearest, in percent.
        recall_at_10: Share whose partner is among the nearest ten, in percent.
        mrr: Mean reciprocal rank, in percent.
        n_anchors: Number of anchors.
        n_candidates: Candidates of each anchor, its partner among them.
    """

    recall_at_1: float
    recall_at_10: float
    mrr: float
    n_anchors: int
    n_candidates: int


@dataclass(frozen=True, slots=True)
class Space:
    """Geometry of pairs in a space.

    Attributes:
        alignment: Mean squared distance of unit vectors that belong together (Wang & Isola, 2020); 0 is best.
        uniformity: Log of the mean Gaussian potential between all unit vectors (same source); lower is more even.
        cosine: Mean cosine of pairs, in percent.
        random_cosine: Mean cosine of the same words paired at random, in percent.
        retrieval: Whether the English word finds its partner.
    """

    alignment: float
    uniformity: float
    cosine: float
    random_cosine: float
    retrieval: Retrieval


def unit(vectors: Vectors) -> NDArray[np.float64]:
    """Rows divided by their length; a row of zeros stays."""
    x = np.asarray(vectors, dtype=np.float64)
    return np.asarray(x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12))


def alignment(anchors: Vectors, partners: Vectors) -> float:
    """Mean squared distance between unit vectors of rows that belong together.

    Example:
        >>> alignment(np.eye(2), np.eye(2)[::-1])
        2.0
    """
    return float(((unit(anchors) - unit(partners)) ** 2).sum(axis=1).mean())


def uniformity(vectors: Vectors, t: float = 2.0, limit: int = 2000) -> float:
    """Log of the mean of ``exp(-t |x - y|^2)`` over pairs of different rows; of the first ``limit`` rows."""
    x = unit(vectors[:limit])
    squared = 2.0 - 2.0 * x @ x.T
    upper = np.triu_indices(len(x), 1)
    return float(np.log(np.exp(-t * squared[upper]).mean()))


def retrieve(
    anchors: Vectors,
    partners: Vectors,
    related: NDArray[np.bool_] | None = None,
    *,
    distractors: Vectors | None = None,
    candidates: int = 1000,
    seed: int = 0,
) -> Retrieval:
    """Rank each anchor's partner among others by cosine; ties count against it.

    Args:
        anchors: Vectors of shape (n, width).
        partners: Vectors of shape (n, width); row i belongs to anchor i.
        related: True where partner j also belongs to anchor i, shape (n, n): no competitor.
        distractors: Vectors that belong to no anchor, drawn from where there are fewer partners than ``candidates``.
        candidates: Size of the set that is searched: the partner and, drawn at random, others.
        seed: Fixes the draw.
    """
    x, y = unit(anchors), unit(partners)
    n = len(x)
    scores = x @ y.T
    own = np.diag(scores).copy()
    if related is not None:
        scores[related] = -np.inf
    np.fill_diagonal(scores, -np.inf)
    if distractors is not None and len(distractors):
        scores = np.concatenate([scores, x @ unit(distractors).T], axis=1)
    rng = np.random.default_rng(seed)
    wanted = min(candidates, scores.shape[1]) - 1
    ranks = np.empty(n)
    for i in range(n):
        free = np.flatnonzero(scores[i] > -np.inf)
        drawn = rng.choice(free, size=wanted, replace=False) if wanted < len(free) else free
        ranks[i] = 1 + (scores[i, drawn] >= own[i]).sum()
    return Retrieval(
        recall_at_1=float(100 * (ranks <= 1).mean()),
        recall_at_10=float(100 * (ranks <= 10).mean()),
        mrr=float(100 * (1 / ranks).mean()),
        n_anchors=n,
        n_candidates=wanted + 1,
    )


def measure_space(
    anchors: Vectors,
    partners: Vectors,
    related: NDArray[np.bool_] | None = None,
    *,
    distractors: Vectors | None = None,
    seed: int = 0,
) -> Space:
    """All of it for anchors and partners of shape (n, width), n at least 2."""
    x, y = unit(anchors), unit(partners)
    shift = np.roll(np.arange(len(y)), 1)
    order = np.random.default_rng(seed).permutation(len(y))
    away = np.empty_like(order)
    away[order] = order[shift]  # one cycle through all: nobody keeps its partner
    return Space(
        alignment=alignment(x, y),
        uniformity=uniformity(np.concatenate([x[:1000], y[:1000]])),
        cosine=float(100 * (x * y).sum(axis=1).mean()),
        random_cosine=float(100 * (x * y[away]).sum(axis=1).mean()),
        retrieval=retrieve(x, y, related, distractors=distractors, seed=seed),
    )
