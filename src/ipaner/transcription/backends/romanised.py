"""The last resort: letters of any script to ASCII, ASCII letters to rough IPA."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from importlib.metadata import version

import regex

from ipaner.transcription.backends import Reading, load
from ipaner.transcription.backends.arabic import read_arabic
from ipaner.transcription.scripts import script_of

_SOUNDS = {
    "shch": "ʃt͡ʃ",
    "sch": "ʃ",
    "tch": "t͡ʃ",
    "ch": "t͡ʃ",
    "sh": "ʃ",
    "zh": "ʒ",
    "kh": "x",
    "gh": "ɣ",
    "th": "t",
    "dh": "d",
    "ph": "f",
    "bh": "b",
    "ts": "t͡s",
    "dz": "d͡z",
    "ng": "ŋ",
    "ny": "ɲ",
    "qu": "kw",
    "ck": "k",
    "aa": "aː",
    "ee": "iː",
    "ii": "iː",
    "oo": "uː",
    "uu": "uː",
    "c": "k",
    "g": "ɡ",
    "j": "d͡ʒ",
    "x": "ks",
    "y": "j",
    "'": "",
} | {letter: letter for letter in "abdefhiklmnopqrstuvwz"}
_LETTERS = regex.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))


class Romanised:
    """Reads any script by way of anyascii, but Arabic by a table of its own and Han characters in Mandarin."""

    def __init__(self) -> None:
        self.version = f"anyascii {version('anyascii')} + pypinyin {version('pypinyin')} + letters 2"

    def read(self, letters: str) -> Reading:
        """Transcribe letters of one script; those nobody knows are counted."""
        script = next(filter(None, map(script_of, letters)), None)
        if script == "Arab":
            ipa, unknown = read_arabic(letters)
            if ipa:
                return Reading(ipa, unknown, fallback=True)
        if script == "Hani":
            return replace(load("pypinyin").read(letters), fallback=True)
        from anyascii import anyascii

        unknown = sum(1 for letter in letters if letter.isalpha() and not anyascii(letter))
        ascii_letters = anyascii(letters).lower()
        ipa = "".join(_SOUNDS[m.group()] for m in _LETTERS.finditer(ascii_letters))
        return Reading(ipa, unknown, fallback=True)


@lru_cache(maxsize=8192)
def approximate(letter: str) -> str:
    """Rough IPA of one letter, empty if there is none."""
    return Romanised().read(letter).ipa
