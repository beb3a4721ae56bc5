"""How unlike two words sound: the edit distance of their phones, where like phones cost little.

The measure is panphon's ``hamming_feature_edit_distance_div_maxlen`` (Mortensen et al. 2016) on canonical phones: a
substitution costs the share of the 24 articulatory features that differ, an insertion or deletion 1, and the sum is
divided by the number of phones of the longer word. So 0 is the same and 1 the utmost. Breaks between words are ignored.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ipaner.document import UNREADABLE, WORD_SEPARATOR
from ipaner.transcription import Vocabulary

_CHUNK = 4096
_UNKNOWN_COST = 1.0


def distances(left: Sequence[str], right: Sequence[str]) -> NDArray[np.float64]:
    """Normalised articulatory edit distance of each pair.

    Args:
        left: IPA of words, phones separated by blanks, as in a pair of words.
        right: The same of their partners.

    Returns:
        For each pair a number from 0 to 1; 1 where one side has no phone and the other has.

    Example:
        >>> distances(["t a k s i", "t a"], ["t a k s i", "d a"]).round(3).tolist()
        [0.0, 0.021]
    """
    symbols = _Symbols()
    a = [symbols.ids(ipa) for ipa in left]
    b = [symbols.ids(ipa) for ipa in right]
    if len(a) != len(b):
        raise ValueError(f"{len(a)} words on the left, {len(b)} on the right")
    costs = symbols.costs()
    result = np.zeros(len(a))
    # Words of like length share a chunk, so that little of it is padding
    order = sorted(range(len(a)), key=lambda i: (max(len(a[i]), len(b[i])), len(a[i])))
    for start in range(0, len(order), _CHUNK):
        chunk = order[start : start + _CHUNK]
        result[chunk] = _chunk([a[i] for i in chunk], [b[i] for i in chunk], costs)
    return result


class _Symbols:
    """Numbers for the phones at hand, and what it costs to put one for another."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}

    def ids(self, ipa: str) -> list[int]:
        return [self._ids.setdefault(phone, len(self._ids)) for phone in ipa.split() if phone != WORD_SEPARATOR]

    def costs(self) -> NDArray[np.float64]:
        vectors = [_features(phone) for phone in self._ids]
        known = np.array([vector is not None for vector in vectors], dtype=bool)
        width = max((len(vector) for vector in vectors if vector), default=1)
        table = np.array([vector or (0,) * width for vector in vectors], dtype=np.int8).reshape(-1, width)
        costs: NDArray[np.float64] = (table[:, None, :] != table[None, :, :]).mean(axis=2)
        costs[~known, :] = costs[:, ~known] = _UNKNOWN_COST
        np.fill_diagonal(costs, 0.0)
        return costs


@lru_cache(maxsize=65536)
def _features(phone: str) -> tuple[int, ...] | None:
    """Features of a phone: those of the vocabulary file, else panphon's, which takes a second to load."""
    vector = _of_vocabulary().get(phone)
    if vector is not None or phone == UNREADABLE:
        return vector
    from ipaner.transcription.inventory import features

    return features(phone)


@lru_cache(maxsize=1)
def _of_vocabulary() -> dict[str, tuple[int, ...]]:
    vocabulary = Vocabulary.load()
    table = vocabulary.features().astype(int)
    return {s: tuple(table[n].tolist()) for n, s in enumerate(vocabulary.symbols) if vocabulary.is_letter(n)}


def _chunk(a: list[list[int]], b: list[list[int]], costs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Wagner and Fischer's table, a row at a time for all pairs at once."""
    left, left_length = _padded(a)
    right, right_length = _padded(b)
    columns = np.arange(right.shape[1] + 1, dtype=np.float64)
    row = np.broadcast_to(columns, (len(a), len(columns))).copy()
    result = row[np.arange(len(a)), right_length]
    for i in range(left.shape[1]):
        best = row + 1.0
        np.minimum(best[:, 1:], row[:, :-1] + costs[left[:, i, None], right], out=best[:, 1:])
        # Insertions cost 1 each, so the best of them along a row is a running minimum of the slope taken out
        row = np.minimum.accumulate(best - columns, axis=1) + columns
        ended = left_length == i + 1
        result[ended] = row[ended, right_length[ended]]
    return result / np.maximum(np.maximum(left_length, right_length), 1)


def _padded(words: list[list[int]]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    lengths = np.array([len(word) for word in words], dtype=np.intp)
    table = np.zeros((len(words), int(lengths.max(initial=0))), dtype=np.intp)
    for number, word in enumerate(words):
        table[number, : len(word)] = word
    return table, lengths
