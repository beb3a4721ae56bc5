"""How much two folded names speak for each other: the log-odds that one was made from the other, not met by chance.

Sounds of a name and of its partner in another language are aligned; each two aligned classes count
``log p(a, b) / (p(a) p(b))``, each class without partner ``log p(a, -) / p(a)``. The probabilities were learnt from the
package's own pairs of names by Viterbi training of a stochastic edit distance (Ristad and Yianilos 1998) and lie in
``closeness.tsv``; ``experiments/closeness.py`` makes the file again. So a vowel that a script leaves out costs little,
and a long name that agrees counts for more than a short one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files

import numpy as np
from numpy.typing import NDArray

from ipaner.files import read_lines
from ipaner.names.folding import FINE, classes

CLASSES = "ieaoupbfvwmntdszSZCJkgxhlrjc"
"""Letters of the fine classes, in the order of their numbers, from 1 on."""

NO_CLASS = "-"

LONGEST_PREFIX, LONGEST_ENDING = 3, 4
"""Classes of a text's word that may be a prefix or clitic before a name, and an ending or clitic behind it."""

_SLOPE, _BIAS = 0.82, -1.2
"""Log-odds as they are counted to those that hold: a logistic fit of true partners, held out, against words of text."""

_ONE_IN = 1000.0

_AFFIX, _AFFIX_CLASS = 1.5, 0.5
"""What leaving an affix out costs, and each of its classes."""
_SHORTEST_STEM = 3
_CHUNK = 8192


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """Folded names as numbers of classes.

    Attributes:
        table: Class numbers, 0 for none, (names, longest).
        lengths: Classes of each, (names,).
    """

    table: NDArray[np.uint8]
    lengths: NDArray[np.int64]

    @classmethod
    def of(cls, folded: Sequence[str]) -> Folded:
        """From strings of fine classes."""
        return cls(*classes(folded, FINE))

    def __len__(self) -> int:
        """Number of names."""
        return len(self.table)

    def take(self, rows: NDArray[np.integer]) -> Folded:
        """Some of the names."""
        return Folded(self.table[rows], self.lengths[rows])


@dataclass(frozen=True, slots=True, eq=False)
class Costs:
    """Negative log-odds, by class number; 0 stands for no class.

    Attributes:
        pair: Of two classes aligned, (classes + 1, classes + 1).
        gap: Of a class without partner, (classes + 1,).
    """

    pair: NDArray[np.float32]
    gap: NDArray[np.float32]

    @classmethod
    def from_probabilities(cls, joint: NDArray[np.float64]) -> Costs:
        """From probabilities of aligned classes: symmetric, (classes + 1, classes + 1), row 0 for no class."""
        single = joint.sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            pair = -np.log(joint / np.outer(single, single))
            gap = -np.log(2 * joint[0] / single)
        pair[0, :] = pair[:, 0] = gap[0] = 0.0
        return cls(pair.astype(np.float32), gap.astype(np.float32))


@lru_cache(maxsize=1)
def learnt() -> Costs:
    """The costs in the package."""
    joint = np.zeros((len(CLASSES) + 1, len(CLASSES) + 1))
    number = {letter: place for place, letter in enumerate(NO_CLASS + CLASSES)}
    with as_file(files("ipaner.names") / "closeness.tsv") as path:
        for _, line in read_lines(path):
            if line and not line.startswith("#"):
                left, right, share = line.split("\t")
                joint[number[left], number[right]] = joint[number[right], number[left]] = float(share)
    return Costs.from_probabilities(joint)


def evidence(left: Folded, right: Folded, *, affixes: bool = False, costs: Costs | None = None) -> NDArray[np.float32]:
    """Log-odds (nats) of names against their partners.

    Args:
        left: Names; one of them stands against all of ``right``.
        right: As many names, or any number if ``left`` is one.
        affixes: Whether names on the right may have a prefix or an ending more, at a small cost.
        costs: Other costs than the package's.

    Returns:
        One number each: above 0 where the sounds speak for one name, and the more of them the higher.

    Example:
        >>> evidence(Folded.of(["narobi"]), Folded.of(["nairobi", "nairobini", "london"]), affixes=True).round() > 0
        array([ True,  True, False])
    """
    costs = costs or learnt()
    out = np.zeros(len(right), dtype=np.float32)
    order = np.argsort(right.lengths, kind="stable")
    for start in range(0, len(order), _CHUNK):
        rows = order[start : start + _CHUNK]
        one = left if len(left) == 1 else left.take(rows)
        out[rows] = -_align(one, right.take(rows), affixes, costs)
    return out


def own_evidence(names: Folded, costs: Costs | None = None) -> NDArray[np.float32]:
    """Log-odds of names against themselves: the most there can be."""
    costs = costs or learnt()
    return np.asarray(-np.diag(costs.pair)[names.table].sum(axis=1), dtype=np.float32)


def probability(odds: float) -> float:
    """Probability that a word is a name, from its log-odds, if one word in a thousand is.

    Example:
        >>> round(probability(4.0), 3), round(probability(16.0), 3)
        (0.008, 0.993)
    """
    return float(1 / (1 + _ONE_IN * np.exp(-(_SLOPE * odds + _BIAS))))


def needed_evidence(probability: float) -> float:
    """Log-odds that give a probability: the inverse of :func:`probability`."""
    if not 0 < probability < 1:
        return -np.inf if probability <= 0 else np.inf
    return float((np.log(probability / (1 - probability) * _ONE_IN) - _BIAS) / _SLOPE)


def _align(left: Folded, right: Folded, affixes: bool, costs: Costs) -> NDArray[np.float32]:
    """Wagner and Fischer's table, a row at a time for all names at once: rows are the left, (columns, names)."""
    count = len(right)
    width = int(right.lengths.max(initial=0))
    columns = np.ascontiguousarray(right.table[:, :width].T)
    skipped = np.zeros((width + 1, count), dtype=np.float32)
    np.cumsum(costs.gap[columns], axis=0, out=skipped[1:])
    row = skipped.copy()
    if affixes:
        for cut in range(1, min(LONGEST_PREFIX, width) + 1):
            allowed = right.lengths - cut >= _SHORTEST_STEM
            np.minimum(row[cut], _AFFIX + _AFFIX_CLASS * cut, out=row[cut], where=allowed)
    result = _end(row, right.lengths, affixes)
    last = left.lengths
    for i in range(int(last.max(initial=0))):
        symbols = left.table[:, i]
        best = row + costs.gap[symbols]
        pair = costs.pair[symbols[0]][columns] if len(left) == 1 else costs.pair[symbols, columns]
        np.minimum(best[1:], row[:-1] + pair, out=best[1:])
        best -= skipped
        row = np.minimum.accumulate(best, axis=0, out=best)
        row += skipped
        ended = last == i + 1
        if len(left) == 1:
            if ended[0]:
                result = _end(row, right.lengths, affixes)
        elif ended.any():
            result[ended] = _end(row[:, ended], right.lengths[ended], affixes)
    return result


def _end(row: NDArray[np.float32], lengths: NDArray[np.int64], affixes: bool) -> NDArray[np.float32]:
    """The costs where the right names end, or where they would without an ending."""
    names = np.arange(len(lengths))
    result = row[lengths, names]
    if affixes:
        for cut in range(1, LONGEST_ENDING + 1):
            allowed = lengths - cut >= _SHORTEST_STEM
            stem = row[np.maximum(lengths - cut, 0), names] + (_AFFIX + _AFFIX_CLASS * cut)
            result = np.where(allowed, np.minimum(result, stem), result)
    return np.asarray(result, dtype=np.float32)
