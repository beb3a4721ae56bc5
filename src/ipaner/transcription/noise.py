"""Wrong phones on purpose, at a wanted rate: what errors of transcription would do, without waiting for them.

The mix of errors is that of the profile ``core`` against attested pronunciations of the target languages (28 lists, up
to 150 words each): 79 % substitutions, 16 % deletions, 5 % insertions, and a phone put for another differs from it in
8.7 % of its articulatory features. ``articulatory`` noise has about that, ``uniform`` noise takes any phone.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ipaner.transcription.vocabulary import Vocabulary

Kind = Literal["uniform", "articulatory"]

_SUBSTITUTED, _DELETED = 0.79, 0.16
"""Shares of errors; the rest are insertions."""

_NEAR = 0.03
"""How fast confusions get rarer with distance, chosen so that phones put for others differ in 8.7 % of features."""


class Noise:
    """Errors of one kind among the phones of one language.

    Args:
        inventory: The phones that errors are drawn from; twice the same counts once.
        kind: ``uniform``: any phone of the inventory may stand for any other. ``articulatory``: phones stand for those
            they share features with, the more so the more they share.

    Raises:
        ValueError: If the inventory holds fewer than two phones.
    """

    def __init__(self, inventory: Iterable[str], kind: Kind) -> None:
        self.kind = kind
        self.phones = sorted(set(inventory))
        if len(self.phones) < 2:
            raise ValueError(f"an inventory of {len(self.phones)} phones leaves nothing to confuse a phone with")
        self._row = {phone: i for i, phone in enumerate(self.phones)}
        if kind == "uniform":
            weights = np.ones((len(self.phones), len(self.phones)))
        else:
            weights = np.exp(-costs(self.phones) / _NEAR)
        np.fill_diagonal(weights, 0.0)
        self._confusions = (weights / weights.sum(axis=1, keepdims=True)).cumsum(axis=1)

    def corrupt(self, phonemes: Sequence[str], rate: float, rng: random.Random) -> tuple[str, ...]:
        """Substitute, delete and insert phones so that edits per phone are ``rate`` on average.

        With the same random numbers the errors at a lower rate are among those at a higher one. A word keeps at least
        one phone, and a phone that is not of the inventory is left as it is.

        Args:
            phonemes: Phones of a word.
            rate: Wanted edits per phone, 0 to 1.
            rng: Source of randomness; three numbers a phone are drawn.

        Returns:
            The phones with errors.

        Example:
            >>> noise = Noise("ptkbdɡaiu", "articulatory")
            >>> noise.corrupt("kata", 0.0, random.Random(0))
            ('k', 'a', 't', 'a')
            >>> noise.corrupt("kata", 0.3, random.Random(1))
            ('i', 't')
        """
        draws = [(rng.random(), rng.random(), rng.random()) for _ in phonemes]
        wrong = [draw[0] < rate and phone in self._row for phone, draw in zip(phonemes, draws, strict=True)]
        deleted = [
            bad and _SUBSTITUTED <= how < _SUBSTITUTED + _DELETED for bad, (_, how, _) in zip(wrong, draws, strict=True)
        ]
        if phonemes and all(deleted):
            deleted[0] = False
        out: list[str] = []
        for i, (phone, (_, how, which)) in enumerate(zip(phonemes, draws, strict=True)):
            if deleted[i]:
                continue
            if not wrong[i]:
                out.append(phone)
            # Beside a deletion an insertion would amount to one substitution
            elif how < _SUBSTITUTED + _DELETED or any(deleted[i + 1 : i + 2]) or (i > 0 and deleted[i - 1]):
                out.append(self._confused(phone, which))
            else:
                out += [phone, self._confused(phone, which)]
        return tuple(out)

    def _confused(self, phone: str, draw: float) -> str:
        row = self._confusions[self._row[phone]]
        return self.phones[min(int(np.searchsorted(row, draw, side="right")), len(row) - 1)]


def costs(phones: Sequence[str]) -> NDArray[np.float64]:
    """Share of articulatory features in which phones differ, shape (phones, phones)."""
    vocabulary = Vocabulary.load()
    table = vocabulary.features()[[vocabulary.id(phone) for phone in phones]]
    return np.asarray((table[:, None, :] != table[None, :, :]).mean(axis=2), dtype=np.float64)


def error_rates(pairs: Sequence[tuple[Sequence[str], Sequence[str]]]) -> tuple[float, float]:
    """PER and FPER in percent of (reference, found) words, as ``measured.tsv`` has them for languages.

    PER counts edits per reference phone; in FPER a substitution costs the share of features in which phones differ.

    Example:
        >>> [round(rate, 2) for rate in error_rates([("pat", "bat"), ("a", "a")])]
        [25.0, 1.04]
    """
    known = sorted({phone for pair in pairs for word in pair for phone in word})
    row = {phone: i for i, phone in enumerate(known)}
    weighted = costs(known)
    plain = edits = length = 0.0
    for reference, found in pairs:
        a, b = [row[phone] for phone in reference], [row[phone] for phone in found]
        plain += _edits(a, b, lambda x, y: float(x != y))
        edits += _edits(a, b, lambda x, y: float(weighted[x, y]))
        length += len(a)
    return 100 * plain / max(length, 1), 100 * edits / max(length, 1)


def _edits(a: Sequence[int], b: Sequence[int], substitution: Callable[[int, int], float]) -> float:
    row = [float(j) for j in range(len(b) + 1)]
    for i, x in enumerate(a, start=1):
        previous, row[0] = row[0], float(i)
        for j, y in enumerate(b, start=1):
            best = min(row[j] + 1, row[j - 1] + 1, previous + substitution(x, y))
            previous, row[j] = row[j], best
    return row[-1]
