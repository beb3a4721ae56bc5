"""Phones by what they are like: classes that languages share, and the articulatory neighbours of each phone."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ipaner.transcription.canonical import DIACRITICS, TIE
from ipaner.transcription.vocabulary import Vocabulary

CLASSES = {
    "i": "iɪɨyʏ",
    "e": "eɛøœɘɜɵ",
    "a": "aɑɐæʌɶə",
    "o": "oɔɒɞɤ",
    "u": "uʊʉɯ",
    "p": "p",
    "b": "bɓʙ",
    "f": "fɸ",
    "v": "vβʋⱱ",
    "w": "wʍɥ",
    "m": "mɱ",
    "n": "nɳɲŋɴ",
    "t": "tʈθǀ",
    "d": "dɖɗðᶑ",
    "s": "s",
    "z": "z",
    "S": "ʃʂɕ",
    "Z": "ʒʐʑ",
    "C": "cǂ",
    "J": "ɟʄʝ",
    "k": "kqǃ",
    "g": "ɡɢɠɣʛɰ",
    "x": "xχɧ",
    "h": "hħɦçʜ",
    "l": "lɭɬɮʎʟɺǁ",
    "r": "rɾɹʀʁɽɻ",
    "j": "j",
}
"""Base letters by class: length, nasality, aspiration, place of coronals and kinds of r are set aside."""

AFFRICATES = {"t͡s": "c", "d͡z": "z", "t͡ʃ": "C", "t͡ɕ": "C", "t͡ʂ": "C", "d͡ʒ": "J", "d͡ʑ": "J", "d͡ʐ": "J"}
"""Tied affricates by class; ``c`` is one of their own."""

_CLASS_OF = {letter: cls for cls, letters in CLASSES.items() for letter in letters}
_NEIGHBOURS = 6


@lru_cache(maxsize=4096)
def sound_class(phone: str) -> str:
    """The class of a phone, a letter; two where an affricate has no class of its own; empty for glottal stops.

    Example:
        >>> sound_class("ʈʰ"), sound_class("aː"), sound_class("t͡ɕ"), sound_class("k͡x"), sound_class("ʔ")
        ('t', 'a', 'C', 'kx', '')
    """
    plain = "".join(c for c in unicodedata.normalize("NFD", phone).replace("c\u0327", "ç") if c not in DIACRITICS)
    if plain in AFFRICATES:
        return AFFRICATES[plain]
    if TIE in plain:
        return "".join(_CLASS_OF.get(part, "") for part in plain.split(TIE))
    return _CLASS_OF.get(plain[:1], "")


def folding(vocabulary: Vocabulary) -> NDArray[np.int64]:
    """For each symbol the one that stands for its class, (symbols,); what is no phone stands for itself."""
    table = np.arange(len(vocabulary))
    first: dict[str, int] = {}
    for number, symbol in enumerate(vocabulary.symbols):
        if vocabulary.is_letter(number) and (name := sound_class(symbol)):
            table[number] = first.setdefault(name, number)
    return table


def neighbours(vocabulary: Vocabulary) -> NDArray[np.int64]:
    """For each phone the six that differ least in articulatory features, (symbols, 6); for others, themselves."""
    features = vocabulary.features()
    letters = np.array([i for i in range(len(vocabulary)) if vocabulary.is_letter(i)])
    table = np.repeat(np.arange(len(vocabulary))[:, None], _NEIGHBOURS, axis=1)
    vowel = features[:, 0] > 0
    for number in letters:
        differing = (features[letters] != features[number]).sum(1) + 100.0 * (vowel[letters] != vowel[number])
        order = letters[np.argsort(differing, kind="stable")]
        table[number] = order[order != number][:_NEIGHBOURS]
    return table
