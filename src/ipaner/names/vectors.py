"""Nearest neighbours among vectors of names, by usearch: contrastive embeddings, or vectors made of sounds alone.

An embedding comes as a function, so that nothing here needs a network.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ipaner.errors import MissingExtra, ModelFileError
from ipaner.files import atomic_write_bytes
from ipaner.names.closeness import Folded, learnt
from ipaner.names.folding import SKELETON, classes

Embedding = Callable[[Sequence[Sequence[str]]], NDArray[np.float32]]
"""Words of phonemes -> one vector each, (words, dimensions)."""

EXACT = 50_000_000
"""Comparisons up to which all vectors are compared; beyond it a graph leads to nearly all of the nearest ones."""

_RANK = 16


class VectorIndex:
    """Vectors, asked for the nearest by cosine; the same vectors give the same answers.

    Args:
        vectors: (names, dimensions), of any length but zero.

    Raises:
        MissingExtra: usearch is not installed.

    Example:
        >>> index = VectorIndex(np.eye(3, dtype=np.float32))
        >>> index.nearest(np.array([[0.1, 0.9, 0.0]], dtype=np.float32), 2)[0].tolist()
        [[1, 0]]
    """

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        self._index = _index(vectors.shape[1])
        # One thread: with several, the graph depends on which is faster
        self._index.add(np.arange(len(vectors)), np.ascontiguousarray(vectors, dtype=np.float32), threads=1)

    def __len__(self) -> int:
        """Number of vectors."""
        return len(self._index)

    def nearest(self, vectors: NDArray[np.float32], count: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The nearest of each vector.

        Returns:
            Numbers of the nearest and their cosines, (vectors, count), best first; fewer columns if there are fewer.
        """
        count = min(count, len(self))
        if not len(vectors) or not count:
            return np.zeros((len(vectors), count), np.int64), np.zeros((len(vectors), count), np.float32)
        exact = len(vectors) * len(self) <= EXACT
        found = self._index.search(np.ascontiguousarray(vectors, dtype=np.float32), count, threads=1, exact=exact)
        keys = np.asarray(found.keys).reshape(len(vectors), -1)
        away = np.asarray(found.distances, dtype=np.float32).reshape(len(vectors), -1)
        return keys.astype(np.int64), (1.0 - away).astype(np.float32)

    def save(self, path: Path) -> None:
        """Write the index to a file."""
        with atomic_write_bytes(path) as file:
            file.write(bytes(self._index.save()))

    @classmethod
    def load(cls, path: Path) -> VectorIndex:
        """Map a saved index into memory.

        Raises:
            ModelFileError: If it cannot be read.
        """
        made = cls.__new__(cls)
        try:
            made._index = _need().Index.restore(str(path), view=True)
        except (RuntimeError, ValueError, OSError) as error:
            raise ModelFileError(f"{path} holds no index of vectors: {error}. Make it again") from error
        if made._index is None:
            raise ModelFileError(f"{path} holds no index of vectors. Make it again")
        return made


def sound_vectors(folded: Sequence[str]) -> NDArray[np.float32]:
    """Vectors of folded names such that those that sound alike are near: no network, for choosing whom to compare.

    Each class is a vector whose products follow the log-odds of classes; a name is the sum of products of consonants in
    a row, and of its consonants and vowels one by one.

    Returns:
        (names, dimensions), of length 1; 0 for names without sound.
    """
    each = _class_vectors()
    names = Folded.of(folded)
    bones, _ = classes(folded, SKELETON)
    parts = [_pairs(each, bones, 1), 0.5 * _pairs(each, bones, 2), 2.0 * each[names.table].sum(axis=1)]
    first = each[bones[:, 0]] if bones.shape[1] else np.zeros((len(bones), _RANK), np.float32)
    out = np.concatenate([*parts, 2.0 * first], axis=1)
    norms = np.linalg.norm(out, axis=1, keepdims=True)
    return np.asarray(out / np.where(norms == 0, 1, norms), dtype=np.float32)


def _pairs(each: NDArray[np.float32], table: NDArray[np.uint8], step: int) -> NDArray[np.float32]:
    """Sums of outer products of classes so many places apart."""
    out = np.zeros((len(table), _RANK, _RANK), dtype=np.float32)
    for place in range(table.shape[1] - step):
        out += each[table[:, place]][:, :, None] * each[table[:, place + step]][:, None, :]
    return out.reshape(len(table), -1)


@lru_cache(maxsize=1)
def _class_vectors() -> NDArray[np.float32]:
    """A vector a class, (classes + 1, rank): the leading part of the table of log-odds, positive ones only."""
    odds = np.clip(-learnt().pair[1:, 1:].astype(np.float64), 0, None)
    own = np.sqrt(np.diag(odds))
    values, vectors = np.linalg.eigh(odds / np.outer(own, own))
    made = vectors[:, -_RANK:] * np.sqrt(np.clip(values[-_RANK:], 0, None))
    norms = np.linalg.norm(made, axis=1, keepdims=True)
    made /= np.maximum(norms, 0.3 * norms.max())  # a class that the leading part hardly knows stays short
    return np.concatenate([np.zeros((1, _RANK)), made]).astype(np.float32)


def _index(dimensions: int) -> Any:
    return _need().Index(
        ndim=dimensions, metric="cos", dtype="f16", connectivity=16, expansion_add=64, expansion_search=64
    )


def _need() -> Any:
    try:
        import usearch.index
    except ModuleNotFoundError as error:
        raise MissingExtra("Searching vectors of names", "names") from error
    return usearch.index
