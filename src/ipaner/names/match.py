"""Joining two lists of names across scripts and languages: the partner of each name, by sound.

Short lists are compared whole. Of long ones each name is compared with its nearest neighbours among vectors, made of
sounds alone or by an embedding; then sounds are aligned and articulation compared.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ipaner.document import UNREADABLE
from ipaner.errors import ConfigError
from ipaner.languages import get
from ipaner.names.closeness import Folded, evidence, own_evidence, probability
from ipaner.names.folding import fold
from ipaner.names.readings import by_letters, transcriber
from ipaner.names.vectors import Embedding, VectorIndex, sound_vectors
from ipaner.transcription.distance import distances

FARTHEST = 0.4
"""Distance up to which two names are one."""

COMPARED_WHOLE = 2_000_000
"""Pairs of names up to which all are compared."""

NEIGHBOURS = 40
"""Names of a long list that each name is compared with."""

_DIMENSIONS = 96
_SOUND, _ARTICULATION = 2 / 3, 1 / 3
_ALIGNED_AT_ONCE = 500_000
_ARTICULATED = 10

Entry = tuple[str, str]
"""A name and its language."""


@dataclass(frozen=True, slots=True)
class Match:
    """Two names that sound alike.

    Attributes:
        left: Number of the name in the first list.
        right: Number in the second.
        distance: From 0, the same sounds, to 1.
        score: Probability that they are one name, if one name in a thousand is.
    """

    left: int
    right: int
    distance: float
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """Names of a list as they are compared.

    Attributes:
        ipa: Phonemes of each in its language, separated by blanks.
        spoken: The same, folded.
        letters: Each read by its letters and folded.
    """

    ipa: tuple[str, ...]
    spoken: tuple[str, ...]
    letters: tuple[str, ...]

    @classmethod
    def of(cls, entries: Sequence[Entry], profile: str = "core") -> Readings:
        """Read names.

        Raises:
            LanguageNotSupported: If a language is unknown.
        """
        codes = {language: get(language).code for language in {language for _, language in entries}}
        ipas, spoken, letters = [], [], []
        for text, language in entries:
            words = text.split()
            reads = transcriber(codes[language], profile)
            phonemes = [word.phonemes for word in reads.tokens(words)] if reads else []
            by_letter = "".join(fold(by_letters(word)) for word in words)
            ipas.append(" ".join(p for word in phonemes for p in word if p != UNREADABLE))
            spoken.append("".join(map(fold, phonemes)) or by_letter)
            letters.append(by_letter)
        return cls(tuple(ipas), tuple(spoken), tuple(letters))

    @property
    def folded(self) -> tuple[Folded, Folded]:
        """Both readings as numbers."""
        return Folded.of(self.spoken), Folded.of(self.letters)


def match(
    left: Sequence[Entry],
    right: Sequence[Entry],
    *,
    farthest: float = FARTHEST,
    one_to_one: bool = False,
    embedding: Embedding | None = None,
    profile: str = "core",
    progress: Callable[[int], object] = lambda n: None,
) -> list[Match]:
    """Find the partner of each name of a list in another list.

    Args:
        left: Names and their languages.
        right: Names to find partners among.
        farthest: Distance up to which names are partners.
        one_to_one: No name is the partner of two: the nearest pair is joined first.
        embedding: Vectors to choose whom to compare by, in place of those made of sounds.
        profile: Transcription profile.
        progress: Told how many names of the first list have been compared.

    Returns:
        At most one match for each name of ``left``, in its order; names without sound have none.

    Raises:
        ConfigError: The distance is out of range.
        LanguageNotSupported: A language is unknown.
        MissingExtra: The lists are long, and the extra ``names`` is not installed.

    Example:
        >>> match([("Nairobi", "eng"), ("Lagos", "eng")], [("ሌጎስ", "amh"), ("ናይሮቢ", "amh")])[0].right
        1
    """
    if not 0 <= farthest <= 1:
        raise ConfigError(f"A distance is from 0 to 1, not {farthest}")
    if not left or not right:
        return []
    a, b = Readings.of(left, profile), Readings.of(right, profile)
    found = []
    for rows, columns in _compared(a, b, embedding):
        kept = near(a, b, rows, columns, farthest)
        found.append(kept)
        progress(len(np.unique(rows)))
    rows, columns, away, odds = (np.concatenate(part) for part in zip(*found, strict=True))
    # The nearest pairs first; equally near ones in the order of the lists
    order = np.lexsort((columns, rows, -odds, np.round(away, 6)))
    partner: dict[int, Match] = {}
    taken: set[int] = set()
    for place in order:
        row, column = int(rows[place]), int(columns[place])
        if row not in partner and not (one_to_one and column in taken):
            taken.add(column)
            partner[row] = Match(row, column, round(float(away[place]), 4), round(probability(odds[place]), 4))
    return [partner[row] for row in sorted(partner)]


def near(
    a: Readings, b: Readings, rows: NDArray[np.int64], columns: NDArray[np.int64], farthest: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.float32]]:
    """Those of some pairs of names that are near: rows, columns, distances and log-odds.

    The distance is two parts of what the alignment lacks to full agreement, and one part of articulatory edit distance.
    """
    away, odds = sound_distances(a, b, rows, columns)
    # Articulation is slow to compare: only where it can still tell, and for the best few of each name
    hopeful = _SOUND * away <= farthest
    rows, columns, away, odds = rows[hopeful], columns[hopeful], away[hopeful], odds[hopeful]
    order = np.lexsort((away, rows))
    ranks = np.arange(len(order)) - np.searchsorted(rows[order], rows[order])
    kept = order[ranks < _ARTICULATED]
    rows, columns, away, odds = rows[kept], columns[kept], away[kept], odds[kept]
    articulation = distances([a.ipa[row] for row in rows], [b.ipa[column] for column in columns])
    both = np.minimum(_SOUND * away + _ARTICULATION * articulation, 1.0)
    good = both <= farthest
    return rows[good], columns[good], both[good], odds[good]


def sound_distances(
    a: Readings, b: Readings, rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """What the alignment of names lacks to full agreement, from 0 to 1, by their best readings; and its log-odds."""
    best = np.full(len(rows), 1.0)
    most = np.full(len(rows), -np.inf, dtype=np.float32)
    for left in a.folded:
        own_left = own_evidence(left)
        for right in b.folded:
            own = (own_left[rows] + own_evidence(right)[columns]) / 2
            odds = evidence(left.take(rows), right.take(columns))
            sounding = (left.lengths[rows] > 0) & (right.lengths[columns] > 0)
            share = np.where(sounding, 1 - odds / np.where(own == 0, 1, own), 1.0)
            best = np.minimum(best, np.clip(share, 0, 1))
            most = np.maximum(most, np.where(sounding, odds, -np.inf))
    return best, most


def _compared(
    a: Readings, b: Readings, embedding: Embedding | None
) -> Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Which names to compare, in parts that fit into memory; a name of the first list is whole in one part."""
    size_a, size_b = len(a.ipa), len(b.ipa)
    if size_a * size_b <= COMPARED_WHOLE and embedding is None:
        neighbours = np.broadcast_to(np.arange(size_b), (size_a, size_b))
    else:
        one, other = _vectors(a, b, embedding)
        neighbours = VectorIndex(other).nearest(one, NEIGHBOURS)[0]
    step = max(1, _ALIGNED_AT_ONCE // neighbours.shape[1])
    parts = []
    for start in range(0, size_a, step):
        columns = neighbours[start : start + step]
        rows = np.repeat(np.arange(start, start + len(columns)), columns.shape[1])
        parts.append((rows, columns.ravel()))
    return parts


def _vectors(a: Readings, b: Readings, embedding: Embedding | None) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """One vector for each name of both lists."""
    if embedding is not None:
        return embedding([ipa.split() for ipa in a.ipa]), embedding([ipa.split() for ipa in b.ipa])
    one, other = (sound_vectors(side.spoken) + sound_vectors(side.letters) for side in (a, b))
    # Directions in which all names are alike tell little: principal components, half whitened
    centre = other.mean(axis=0)
    one, other = one - centre, other - centre
    values, vectors = np.linalg.eigh((other.T @ other / len(other)).astype(np.float64))
    turn = (vectors[:, -_DIMENSIONS:] / np.maximum(values[-_DIMENSIONS:], 1e-6) ** 0.25).astype(np.float32)
    return one @ turn, other @ turn
