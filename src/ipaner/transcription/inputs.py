"""What networks are given: ids of phonemes and the shape of each word, the same in training and in use."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ipaner.document import Status
from ipaner.transcription.scripts import APOSTROPHES

SHAPE_FEATURES = (
    "initial_upper",
    "all_upper",
    "inner_upper",
    "lower_only",
    "has_digit",
    "all_digits",
    "mark_only",
    "has_inner_mark",
)
"""Names of the features of a word's shape, in order."""

CASE_FEATURES = (0, 1, 2, 3)
"""Which of them say something about capitals, which many scripts do not have."""

_INNER_MARKS = frozenset("-‐‑–." + APOSTROPHES)


def shape_features(word: str, status: Status) -> tuple[float, ...]:
    """Describe the shape of a word: capitals, digits, punctuation.

    Args:
        word: The word as it stands in the text.
        status: How its phonemes came about; ``opaque`` words without digits are marks.

    Returns:
        A number, 0 or 1, for each of :data:`SHAPE_FEATURES`.

    Example:
        >>> shape_features("McDonald", Status.OK)
        (1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    """
    upper = [character.isupper() or character.istitle() for character in word]
    lower = any(character.islower() for character in word)
    digits = [unicodedata.category(character)[0] == "N" for character in word]
    letters = sum(character.isalpha() for character in word)
    first_letter = next((n for n, character in enumerate(word) if character.isalpha()), 0)
    return tuple(
        float(value)
        for value in (
            bool(upper) and upper[first_letter],
            sum(upper) > 1 and not lower and sum(upper) == letters,
            lower and any(upper[first_letter + 1 :]),
            lower and not any(upper),
            any(digits),
            bool(digits) and all(digits),
            status is Status.OPAQUE and not any(digits),
            letters > 0 and any(character in _INNER_MARKS for character in word),
        )
    )


def pad(
    sentences: Sequence[Sequence[Sequence[int]]], shapes: Sequence[Sequence[Sequence[float]]]
) -> dict[str, NDArray[np.int64] | NDArray[np.float32]]:
    """Put sentences into one array each for phonemes and shapes, filled up with zeros.

    Args:
        sentences: For each sentence, for each word, the ids of its phonemes.
        shapes: For each sentence, for each word, its shape features.

    Returns:
        ``phonemes``, int64 [sentences, words, phones], and ``shape``, float32 [sentences, words, 8]. The id 0 is
        padding; a word of nothing but padding is no word.
    """
    words = max((len(sentence) for sentence in sentences), default=0)
    phones = max((len(word) for sentence in sentences for word in sentence), default=0)
    phonemes = np.zeros((len(sentences), words, phones), dtype=np.int64)
    shape = np.zeros((len(sentences), words, len(SHAPE_FEATURES)), dtype=np.float32)
    for i, (sentence, sentence_shapes) in enumerate(zip(sentences, shapes, strict=True)):
        for j, (word, word_shape) in enumerate(zip(sentence, sentence_shapes, strict=True)):
            phonemes[i, j, : len(word)] = word
            shape[i, j] = word_shape
    return {"phonemes": phonemes, "shape": shape}
