"""Phonemes folded to classes, so that what sounds alike across languages is the same string, and hashes of those.

Three levels, each coarser than the one before:

- ``FINE``: length, nasality, aspiration, place of coronals and kinds of r are set aside; doubled sounds count once.
- ``COARSE``: also the height of vowels but for three, voice of fricatives and affricates, and h-sounds.
- ``SKELETON``: consonants alone, as abjads write them.

Two more, ``OWN`` and ``COMMON``, are of one language each and fold nothing: there names and words are compared exactly.

A string of classes has a polynomial hash, so that the hash of any part of a word, or of several words in a row, comes
from those of its parts by arithmetic on whole arrays.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ipaner.document import UNREADABLE
from ipaner.transcription.sound_classes import CLASSES, sound_class

FINE, COARSE, SKELETON = 0, 1, 2
LEVELS = (FINE, COARSE, SKELETON)
OWN, COMMON = 3, 4
"""Levels within one language, of phonemes as they are: names said in the language of a text, and its common words."""

LONGEST = 24
"""Classes of a word that count; what follows is cut off."""

_COARSE = {"e": "i", "o": "u", "z": "s", "Z": "S", "J": "C", "x": "h", "w": "v", "c": "s"}
_NOT_IN_SKELETON = frozenset("ieaouhjvw")

_CLASSES = "".join(CLASSES) + "c"

_BASE = np.uint64(0x9E3779B97F4A7C15 | 1)
_SALTS = np.array(
    [0xA0761D6478BD642F, 0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3, 0x589965CC75374CC3, 0x1D8E4E27C47D124F],
    dtype=np.uint64,
)
POWERS = np.cumprod(np.concatenate([[np.uint64(1)], np.full(8 * LONGEST, _BASE, dtype=np.uint64)]), dtype=np.uint64)
"""Powers of the hash's base: the hash of two strings in a row is ``hash(a) * POWERS[len(b)] + hash(b)``."""

_TABLES = np.zeros((3, 256), dtype=np.uint8)
for _number, _letter in enumerate(_CLASSES, start=1):
    _coarse = _COARSE.get(_letter, _letter)
    _TABLES[FINE, ord(_letter)] = _number
    _TABLES[COARSE, ord(_letter)] = _CLASSES.index(_coarse) + 1
    _TABLES[SKELETON, ord(_letter)] = 0 if _letter in _NOT_IN_SKELETON else _CLASSES.index(_coarse) + 1


def fold(phonemes: Sequence[str]) -> str:
    """The fine classes of a word, a letter each, at most :data:`LONGEST`; empty if it has no sound.

    Glottal stops and what nobody could read are left out; one class twice in a row counts once.

    Example:
        >>> fold(("n", "aɪ"[0], "r", "oː", "b", "i")), fold(("t͡ɕ", "ɛ", "n", "n", "a", "ɪ"))
        ('narobi', 'Cenai')
    """
    out: list[str] = []
    for phone in phonemes:
        if phone == UNREADABLE:
            continue
        for letter in sound_class(phone):
            if not out or out[-1] != letter:
                out.append(letter)
    return "".join(out[:LONGEST])


def classes(folded: Sequence[str], level: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Numbers of the classes of folded words at a level.

    Returns:
        Class numbers from 1 on, (words, longest), 0 for none; and the number of classes of each word, (words,).
    """
    width = max(map(len, folded), default=0)
    raw = np.frombuffer("".join(word.ljust(width, "\0") for word in folded).encode("ascii"), dtype=np.uint8)
    table = _TABLES[level][raw.reshape(len(folded), width)]
    if level != FINE:
        # Coarser classes fall together: drop what is left out, then what repeats its neighbour
        order = np.argsort(table == 0, axis=1, kind="stable")
        table = np.take_along_axis(table, order, axis=1)
        repeated = np.zeros_like(table, dtype=bool)
        repeated[:, 1:] = table[:, 1:] == table[:, :-1]
        table[repeated] = 0
        order = np.argsort(table == 0, axis=1, kind="stable")
        table = np.take_along_axis(table, order, axis=1)
    return table, (table != 0).sum(axis=1)


def exact(words: Sequence[Sequence[str]]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Numbers of the phonemes of words, nothing folded, (words, longest), 0 for none; and their numbers, (words,)."""
    width = min(max(map(len, words), default=0), LONGEST)
    table = np.zeros((len(words), width), dtype=np.uint64)
    for row, word in enumerate(words):
        table[row, : len(word)] = [stable_hash(phone) for phone in word[:width]]
    return table, (table != 0).sum(axis=1)


def prefix_hashes(table: NDArray[np.uint8] | NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Hashes of all beginnings of words: (words, longest + 1), the empty one first."""
    out = np.zeros((len(table), table.shape[1] + 1), dtype=np.uint64)
    for column in range(table.shape[1]):
        symbol = table[:, column].astype(np.uint64)
        out[:, column + 1] = np.where(symbol == 0, out[:, column], out[:, column] * _BASE + symbol)
    return out


def within(hashes: NDArray[np.uint64], languages: NDArray[np.uint64] | np.uint64) -> NDArray[np.uint64]:
    """Hashes of phonemes made into those of levels within a language, ``languages`` being from :func:`stable_hash`."""
    return np.asarray(hashes * _BASE + languages)


@lru_cache(maxsize=4096)
def stable_hash(text: str) -> np.uint64:
    """A number for a language or a phone, the same everywhere."""
    return np.uint64(int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little"))


def finish(hashes: NDArray[np.uint64], level: int) -> NDArray[np.uint64]:
    """Spread the bits of hashes evenly (the finaliser of splitmix64, Steele et al. 2014), each level its own way."""
    x = hashes ^ _SALTS[level]
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(x ^ (x >> np.uint64(31)))
