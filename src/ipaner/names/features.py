"""What the memory tells of each word of a sentence: bits, packed into one number a word.

A word is looked up in two readings, that of its language and that of its letters: whole, without an ending or a prefix,
with one sound left out, folded coarsely, and as its consonants; and, by its exact phonemes, among the names and the
common words of its own language. Spans of two to five words are looked up whole. All of it is arithmetic on arrays of
hashes; words are looked up once however often they occur.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ipaner.document import Word
from ipaner.names.folding import (
    COARSE,
    COMMON,
    FINE,
    OWN,
    POWERS,
    SKELETON,
    classes,
    exact,
    fold,
    prefix_hashes,
    stable_hash,
    within,
)
from ipaner.names.index import COMMON_RANKS, SHORTEST, NameIndex
from ipaner.names.name import PERSON, Kind
from ipaner.names.readings import by_letters

VERSION = 1
"""Version of the features' layout; a checkpoint names the one it was trained with."""

_WORD_KINDS = tuple(Kind)
_NEAR_KINDS = (PERSON, Kind.PLACE | Kind.TOWN, Kind.ORG | Kind.ORG_WORD)
_SPAN_KINDS = (PERSON, Kind.PLACE, Kind.ORG)
_LENGTHS = (4, 5, 6, 8)

FEATURES: tuple[str, ...] = (
    *(f"spoken:{kind.name}" for kind in _WORD_KINDS),
    *(f"letters:{kind.name}" for kind in _WORD_KINDS),
    *(f"stem:{kind.name}" for kind in _WORD_KINDS),
    *(f"coarse:{kind.name}" for kind in _WORD_KINDS),
    *(f"near:{kind}" for kind in ("PER", "LOC", "ORG")),
    *(f"skeleton:{kind}" for kind in ("PER", "LOC", "ORG")),
    *(f"longer:{length}" for length in _LENGTHS),
    *(f"span:{position}-{kind}" for kind in ("PER", "LOC", "ORG") for position in "BI"),
    *(f"own:{kind.name}" for kind in _WORD_KINDS),
    *(f"own-stem:{kind}" for kind in ("PER", "LOC", "ORG")),
    *(f"common:{rank}" for rank in COMMON_RANKS),
)
"""Names of the bits, lowest first. New ones are added at the end: a network reads as many as it was trained with."""

_SPOKEN, _LETTERS, _STEM, _COARSE = 0, 8, 16, 24
_NEAR, _SKELETON, _LONGER, _SPAN = 32, 35, 38, 42
_OWN, _OWN_STEM, _COMMON = 48, 56, 59

LONGEST_SPAN = 5
"""Most words of a span that is looked up whole."""
_ENDING, _PREFIX, _STEM_LENGTH, _NEAR_LENGTH, _SPAN_LENGTH = 4, 3, 4, 6, 5


@dataclass(frozen=True, slots=True, eq=False)
class WordKeys:
    """Words as they are looked up, in two readings: hashes and numbers of fine classes, and bits of their own.

    Attributes:
        hashes: Of the whole words, (words, 2).
        lengths: Fine classes of each, (words, 2).
        bits: Features that do not depend on neighbours, (words,).
    """

    hashes: NDArray[np.uint64]
    lengths: NDArray[np.int64]
    bits: NDArray[np.uint64]

    def joined(self, other: WordKeys) -> WordKeys:
        """These words and then those."""
        return WordKeys(
            np.concatenate([self.hashes, other.hashes]),
            np.concatenate([self.lengths, other.lengths]),
            np.concatenate([self.bits, other.bits]),
        )


def unpack(bits: NDArray[np.uint64]) -> NDArray[np.float32]:
    """Packed features as numbers 0 and 1: (…,) -> (…, features)."""
    shifts = np.arange(len(FEATURES), dtype=np.uint64)
    return np.asarray((bits[..., None] >> shifts) & np.uint64(1), dtype=np.float32)


def word_keys(indices: Sequence[NameIndex], words: Sequence[Word], language: str = "") -> WordKeys:
    """Look words of a language (ISO 639-3) up on their own."""
    readings = [fold(word.phonemes) for word in words] + [fold(by_letters(w.text)) if w.phonemes else "" for w in words]
    table, lengths = classes(readings, FINE)
    prefixes = prefix_hashes(table)
    count = len(words)
    whole = prefixes[:, -1]
    alike = _kinds(indices, whole, FINE, lengths >= SHORTEST[FINE])
    bits = alike[:count].astype(np.uint64) << np.uint64(_SPOKEN)
    bits |= alike[count:].astype(np.uint64) << np.uint64(_LETTERS)
    bits |= _either(_stems(indices, prefixes, lengths), count) << np.uint64(_STEM)
    bits |= _at_home(indices, words, language)
    coarse_table, coarse_lengths = classes(readings, COARSE)
    coarse = _kinds(indices, prefix_hashes(coarse_table)[:, -1], COARSE, coarse_lengths >= SHORTEST[COARSE])
    bits |= _either(coarse, count) << np.uint64(_COARSE)
    bits |= _grouped(_either(_one_left_out(indices, table, prefixes, lengths), count)) << np.uint64(_NEAR)
    bone_table, bone_lengths = classes(readings, SKELETON)
    bones = _kinds(indices, prefix_hashes(bone_table)[:, -1], SKELETON, bone_lengths >= SHORTEST[SKELETON])
    bits |= _grouped(_either(bones, count)) << np.uint64(_SKELETON)
    found = np.where(alike != 0, lengths, 0)
    longest = np.maximum(found[:count], found[count:])
    for place, length in enumerate(_LENGTHS):
        bits |= (longest >= length).astype(np.uint64) << np.uint64(_LONGER + place)
    return WordKeys(
        np.stack([whole[:count], whole[count:]], axis=1), np.stack([lengths[:count], lengths[count:]], axis=1), bits
    )


def sentence_bits(
    indices: Sequence[NameIndex], keys: WordKeys, words: NDArray[np.integer], sentence: NDArray[np.integer]
) -> NDArray[np.uint64]:
    """Features of words in their sentences.

    Args:
        indices: The indices.
        keys: Word types, looked up.
        words: For each word of all sentences in a row, which of the types it is.
        sentence: The number of its sentence.

    Returns:
        Packed features, (words,).
    """
    bits: NDArray[np.uint64] = keys.bits[words].copy()
    for reading in (0, 1):
        hashes, lengths = keys.hashes[words, reading], keys.lengths[words, reading]
        total, size, filled = hashes.copy(), lengths.copy(), lengths > 0
        for width in range(2, LONGEST_SPAN + 1):
            if len(words) < width:
                break
            ahead = width - 1
            # A span of this width: the one before, and the word after it
            total = total[:-1] * POWERS[lengths[ahead:]] + hashes[ahead:]
            size = size[:-1] + lengths[ahead:]
            filled = filled[:-1] & (lengths[ahead:] > 0) & (sentence[:-ahead] == sentence[ahead:])
            asked = np.flatnonzero(filled & (size >= _SPAN_LENGTH))
            if not len(asked):
                continue
            kinds = _kinds(indices, total[asked], FINE)
            for place, kind in enumerate(_SPAN_KINDS):
                starts = asked[(kinds & np.uint8(kind)) != 0]
                bits[starts] |= np.uint64(1 << (_SPAN + 2 * place))
                for offset in range(1, width):
                    bits[starts + offset] |= np.uint64(1 << (_SPAN + 2 * place + 1))
    return bits


def _kinds(
    indices: Sequence[NameIndex],
    hashes: NDArray[np.uint64],
    level: int,
    asked: NDArray[np.bool_] | None = None,
) -> NDArray[np.uint8]:
    out = np.zeros(hashes.shape, dtype=np.uint8)
    where = np.ones(hashes.shape, dtype=bool) if asked is None else asked
    for index in indices:
        out[where] |= index.find(hashes[where], level)[0]
    return out


def _either(kinds: NDArray[np.uint8], count: int) -> NDArray[np.uint64]:
    """Kinds found in either reading."""
    return (kinds[:count] | kinds[count:]).astype(np.uint64)


def _grouped(kinds: NDArray[np.uint64]) -> NDArray[np.uint64]:
    out = np.zeros_like(kinds)
    for place, group in enumerate(_NEAR_KINDS):
        out |= ((kinds & np.uint64(group)) != 0).astype(np.uint64) << np.uint64(place)
    return out


def _stems(
    indices: Sequence[NameIndex],
    prefixes: NDArray[np.uint64],
    lengths: NDArray[np.int64],
    language: np.uint64 | None = None,
) -> NDArray[np.uint8]:
    """Kinds of words without an ending of one to four sounds, or without a prefix of one to three.

    Args:
        indices: The indices.
        prefixes: Hashes of all beginnings of the words.
        lengths: How many sounds they have.
        language: Ask for names said in this language only, by their phonemes as they are.
    """
    out = np.zeros(len(prefixes), dtype=np.uint8)
    rows = np.arange(len(prefixes))
    for cut in range(1, max(_ENDING, _PREFIX) + 1):
        asked = lengths - cut >= _STEM_LENGTH
        rests = []
        if cut <= _ENDING:
            rests.append(prefixes[rows[asked], lengths[asked] - cut])
        if cut <= _PREFIX and cut < prefixes.shape[1]:
            rests.append(prefixes[asked, -1] - prefixes[asked, cut] * POWERS[lengths[asked] - cut])
        for rest in rests:
            if language is None:
                out[asked] |= _kinds(indices, rest, FINE)
            else:
                out[asked] |= _kinds(indices, within(rest, language), OWN)
    return out


def _at_home(indices: Sequence[NameIndex], words: Sequence[Word], language: str) -> NDArray[np.uint64]:
    """What is known of words within their language: its own names, and how common the words are."""
    table, lengths = exact([word.phonemes for word in words])
    prefixes, code = prefix_hashes(table), stable_hash(language)
    whole = within(prefixes[:, -1], code)
    bits = _kinds(indices, whole, OWN, lengths >= SHORTEST[OWN]).astype(np.uint64) << np.uint64(_OWN)
    bits |= _grouped(_stems(indices, prefixes, lengths, code).astype(np.uint64)) << np.uint64(_OWN_STEM)
    bits |= _kinds(indices, whole, COMMON, lengths >= SHORTEST[COMMON]).astype(np.uint64) << np.uint64(_COMMON)
    return bits


def _one_left_out(
    indices: Sequence[NameIndex], table: NDArray[np.uint8], prefixes: NDArray[np.uint64], lengths: NDArray[np.int64]
) -> NDArray[np.uint8]:
    """Kinds of words with one class inside left out: a vowel put between consonants, or a sound more."""
    out = np.zeros(len(prefixes), dtype=np.uint8)
    for place in range(1, table.shape[1] - 1):
        asked = (lengths >= _NEAR_LENGTH) & (place < lengths - 1)
        if not asked.any():
            break
        rest = lengths[asked] - place - 1
        tail = prefixes[asked, -1] - prefixes[asked, place + 1] * POWERS[rest]
        out[asked] |= _kinds(indices, prefixes[asked, place] * POWERS[rest] + tail, FINE)
    return out
