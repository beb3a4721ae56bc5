"""Japanese: words to kana by a dictionary (janome), kana to IPA (Epitran's ``jpn-Kana``).

The dictionary is large and hence an extra. Without it kana are read all the same, and Chinese characters as in
Mandarin, which is a fall-back.
"""

from __future__ import annotations

import threading
import unicodedata
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from itertools import groupby
from typing import Any

import regex

from ipaner.transcription.backends import Reading, load
from ipaner.transcription.scripts import script_of

_HIRAGANA = {code: code + 0x60 for code in [*range(0x3041, 0x3097), 0x309D, 0x309E]}
_RARE_KANA = {ord("ヱ"): "エ", ord("ヰ"): "イ", ord("ヵ"): "カ", ord("ヶ"): "カ"}
_SAID_AGAIN = regex.compile(r"(\p{Katakana})([ヽヾ])|(\p{Han})々")
_V_ALONE = regex.compile("ヴ(?![ァィェォャュョ])")
_VOICED = "\u3099"

_lock = threading.Lock()


class Japanese:
    """Reads kana, kanji, and words of both.

    Example:
        >>> Japanese().read("カタカナ").ipa
        'katakana'
    """

    together = ("Hani", "Hira", "Kana")
    """Scripts that make up one word, as in 食べる."""

    def __init__(self) -> None:
        self._kana, self._mandarin = load("epitran:jpn-Kana"), load("pypinyin")
        try:
            dictionary = f"janome {version('janome')}"
        except PackageNotFoundError:
            dictionary = ""
        self._has_dictionary = bool(dictionary)
        self.version = f"{dictionary or self._mandarin.version} + {self._kana.version}"

    def read(self, letters: str) -> Reading:
        """Transcribe a word; Chinese characters that the dictionary lacks are read as in Mandarin and counted."""
        if self._has_dictionary and any(map(_is_kanji, letters)):
            letters = _in_kana(letters)
        pieces = []
        kanji = unmapped = 0
        letters = _katakana(letters)
        for chinese, group in groupby(letters, _is_kanji):
            stretch = "".join(group)
            reading = (self._mandarin if chinese else self._kana).read(stretch)
            pieces.append(reading.ipa)
            kanji += len(stretch) * chinese
            unmapped += reading.unmapped
        return Reading("".join(pieces), kanji or unmapped, fallback=kanji == len(letters))


def _is_kanji(character: str) -> bool:
    return script_of(character) == "Hani" or character == "〆"


def _in_kana(word: str) -> str:
    """A word as it is spoken, in katakana; what the dictionary does not know stays as it is."""
    with _lock:  # its cache is not made for threads
        parts = list(_tokenizer().tokenize(word))
    return "".join(part.surface if part.phonetic == "*" else part.phonetic for part in parts)


@cache
def _tokenizer() -> Any:
    from janome.tokenizer import Tokenizer

    return Tokenizer()


def _katakana(kana: str) -> str:
    """Hiragana as katakana, and signs of repetition, rare kana and ヴ written out."""
    text = kana.translate(_HIRAGANA)
    again = ""
    while again != text:
        again, text = text, _SAID_AGAIN.sub(_said_again, text)
    katakana: str = _V_ALONE.sub("ブ", text.translate(_RARE_KANA))
    return katakana


def _said_again(found: regex.Match[str]) -> str:
    kana, sign, kanji = found.groups(default="")
    again: str = kanji * 2 + kana + unicodedata.normalize("NFC", kana + _VOICED * (sign == "ヾ"))
    return again
