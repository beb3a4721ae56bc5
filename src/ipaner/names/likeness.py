"""Which known name a stretch of text sounds like, for people who want to know why it was marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from ipaner.document import Likeness, Word
from ipaner.names.features import LONGEST_SPAN
from ipaner.names.folding import COARSE, FINE, SKELETON, classes, fold, prefix_hashes
from ipaner.names.index import NameIndex, name_hashes
from ipaner.names.name import LABEL_KINDS, Kind, Name
from ipaner.names.readings import by_letters, transcriber
from ipaner.transcription.distance import distances

FARTHEST = 0.25
"""Names farther than this in articulatory edit distance are not called alike."""

_SHORTEST_PART = 4


def likenesses(
    indices: Sequence[NameIndex], words: Sequence[Word], label: str = "", most: int = 3
) -> tuple[Likeness, ...]:
    """Known names that words, together or one by one, sound like.

    Args:
        indices: Indices of names.
        words: The words of an entity.
        label: Names of this label come first for the same part. Words that stand beside names only are left out.
        most: How many to give.

    Returns:
        Names, those that cover most of the words first, then by distance.
    """
    found: dict[tuple[str, str], tuple[tuple[float, ...], Likeness]] = {}
    spoken = [word for word in words if word.phonemes]
    for width in range(min(len(spoken), LONGEST_SPAN), 0, -1):
        for start in range(len(spoken) - width + 1):
            part = spoken[start : start + width]
            for name in _candidates(indices, part):
                distance = _distance(part, name)
                if distance > FARTHEST:
                    continue
                its_label = _label(name.kind, label)
                if not its_label:
                    continue
                heard = " ".join(word.text for word in part)
                rank = (-width, float(its_label != label), distance, len(name.text))
                likeness = Likeness(name.text, its_label, name.language, round(distance, 3), heard)
                known = found.get((heard, name.text))
                if known is None or rank < known[0]:
                    found[heard, name.text] = (rank, likeness)
    ranked = sorted(found.values(), key=lambda entry: (entry[0], entry[1].name))
    best: dict[str, Likeness] = {}
    for _, likeness in ranked:
        best.setdefault(likeness.heard, likeness)
    return tuple(best.values())[:most]


def _label(kind: Kind, wanted: str) -> str:
    return wanted if wanted and kind & LABEL_KINDS.get(wanted, Kind(0)) else kind.label


def _candidates(indices: Sequence[NameIndex], part: Sequence[Word]) -> Iterator[Name]:
    """Names that share a key of some level with the words, or, for a word alone, with it less an ending or a prefix."""
    readings = {tuple(fold(w.phonemes) for w in part), tuple(fold(by_letters(w.text)) for w in part)}
    asked = [reading for reading in readings if all(reading)]
    if not asked:
        return
    for index in indices:
        for level in (FINE, COARSE, SKELETON):
            hashes, lengths = name_hashes(asked, level)
            numbers = index.find(hashes[lengths >= 2 + level], level)[1]
            yield from (index.name(int(number)) for number in numbers if number >= 0)
        if len(part) == 1:
            stems = [word[:-cut] for (word,) in asked for cut in range(1, 5)]
            stems += [word[cut:] for (word,) in asked for cut in range(1, 4)]
            stems = [stem for stem in stems if len(stem) >= _SHORTEST_PART]
            if stems:
                table, _ = classes(stems, FINE)
                numbers = index.find(np.asarray(prefix_hashes(table)[:, -1]), FINE)[1]
                yield from (index.name(int(number)) for number in numbers if number >= 0)


def _distance(part: Sequence[Word], name: Name) -> float:
    """The least articulatory distance between readings of the words and of the name."""
    spoken = " ".join(p for word in part for p in word.phonemes)
    letters = " ".join(p for word in part for p in by_letters(word.text))
    its_spoken, its_letters = _readings(name.text, name.language)
    return float(distances([spoken, letters], [its_spoken or its_letters, its_letters]).min())


@lru_cache(maxsize=4096)
def _readings(text: str, language: str) -> tuple[str, str]:
    reads = transcriber(language) if language else None
    spoken = " ".join(p for word in reads.tokens(text.split()) for p in word.phonemes) if reads else ""
    return spoken, " ".join(p for word in text.split() for p in by_letters(word))
