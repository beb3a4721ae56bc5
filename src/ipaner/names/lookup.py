"""What the memory knows that sounds like a text: by the same folded sounds, by all within two edits, by consonants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ipaner.document import Word
from ipaner.languages import get
from ipaner.names.closeness import CLASSES, Folded, evidence, own_evidence
from ipaner.names.features import LONGEST_SPAN
from ipaner.names.folding import COARSE, FINE, LEVELS, classes, fold, prefix_hashes
from ipaner.names.index import SHORTEST, NameIndex
from ipaner.names.name import Name
from ipaner.names.readings import by_letters, folded_readings
from ipaner.transcription import Transcriber

FARTHEST = 0.4
"""Distance up to which a known name sounds like a text."""

_TWO_EDITS = 5
"""Classes from which on a reading is also asked with two edits."""

_LONGEST_EDITED = 12


@dataclass(frozen=True, slots=True)
class Found:
    """A known name that sounds like a stretch of text.

    Attributes:
        name: The known name.
        distance: From 0, the same sounds, to 1.
        heard: The stretch of text.
    """

    name: Name
    distance: float
    heard: str


def look_up(text: str, language: str, indices: Sequence[NameIndex], *, limit: int | None = None) -> list[Found]:
    """Known names that sound like a text, or like some words of it.

    Args:
        text: A name, or a few words.
        language: Language it is in.
        indices: Indices of names.
        limit: Most to give; None for all.

    Returns:
        Names that sound like more of the words first, then the nearest.

    Raises:
        LanguageNotSupported: If there is no such language.
    """
    words = [word for word in Transcriber(get(language)).words(text) if word.phonemes]
    found: dict[tuple[str, str], tuple[tuple[float, ...], Found]] = {}
    for width in range(min(len(words), LONGEST_SPAN), 0, -1):
        for start in range(len(words) - width + 1):
            part = words[start : start + width]
            heard = text[part[0].start : part[-1].end]
            for name, distance in _near(part, indices):
                rank = (-width, distance, len(name.text))
                key = (name.text, name.language)
                if key not in found or rank < found[key][0]:
                    found[key] = (rank, Found(name, round(distance, 4), heard))
    ranked = sorted(found.values(), key=lambda entry: (entry[0], entry[1].name.text, entry[1].name.language))
    return [one for _, one in ranked[:limit]]


def _near(part: Sequence[Word], indices: Sequence[NameIndex]) -> Iterator[tuple[Name, float]]:
    readings = {"".join(fold(word.phonemes) for word in part), "".join(fold(by_letters(word.text)) for word in part)}
    readings.discard("")
    names: dict[tuple[str, str], Name] = {}
    for index in indices:
        for number in _numbers(readings, index):
            name = index.name(number)
            names.setdefault((name.text, name.language), name)
    for name in names.values():
        known = {"".join(reading) for reading in folded_readings(name.text, name.language)}
        # The hash of another name may be the same: what is found must sound so
        if known and (distance := _distance(readings, known)) <= FARTHEST:
            yield name, distance


def _numbers(readings: Iterable[str], index: NameIndex) -> set[int]:
    """Names that share a key with a reading, or with one that differs from it by one or two edits."""
    found: set[int] = set()
    for reading in sorted(readings):
        for level in LEVELS:
            table, lengths = classes([reading], level)
            if lengths[0] >= SHORTEST[level]:
                found.update(_known(index, prefix_hashes(table)[:, -1], level))
        if SHORTEST[COARSE] <= len(reading) <= _LONGEST_EDITED:
            table, _ = classes([reading], FINE)
            edited = _edits(table)
            if len(reading) >= _TWO_EDITS:
                edited = _edits(edited)  # one of the two may change nothing
            found.update(_known(index, prefix_hashes(edited)[:, -1], FINE))
    return found


def _edits(table: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Names with one class left out, put in or replaced: (more names, longest + 1). A 0 inside a name is nothing."""
    count, width = table.shape
    symbols = np.arange(len(CLASSES) + 1, dtype=np.uint8)
    longer = np.zeros((count, width + 1), dtype=np.uint8)
    longer[:, :width] = table
    replaced = np.broadcast_to(longer, (width, len(symbols), *longer.shape)).copy()
    for place in range(width):
        replaced[place, :, :, place] = symbols[:, None]
    put_in = np.zeros((width + 1, len(symbols), *longer.shape), dtype=np.uint8)
    for place in range(width + 1):
        put_in[place, :, :, :place] = table[:, :place]
        put_in[place, :, :, place] = symbols[:, None]
        put_in[place, :, :, place + 1 :] = table[:, place:]
    return np.concatenate([replaced.reshape(-1, width + 1), put_in.reshape(-1, width + 1)])


def _known(index: NameIndex, hashes: NDArray[np.uint64], level: int) -> list[int]:
    numbers = index.find(np.unique(hashes), level)[1]
    return [int(number) for number in numbers if number >= 0]


def _distance(one: Iterable[str], other: Iterable[str]) -> float:
    best = 1.0
    others = Folded.of(sorted(other))
    for reading in one:
        folded = Folded.of([reading])
        own = (own_evidence(folded)[0] + own_evidence(others)) / 2
        best = min(best, float(np.clip(1 - evidence(folded, others) / own, 0, 1).min()))
    return best
