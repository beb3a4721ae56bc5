"""Numbers for phonemes: a fixed, versioned list of symbols, and what to do with a phone that is not on it."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files

import numpy as np
import regex
from numpy.typing import NDArray

from ipaner.document import WORD_SEPARATOR, Word
from ipaner.errors import ModelFileError
from ipaner.transcription.canonical import BREATHY, DENTAL, DIACRITICS, NASAL, TIE, canonical

LATEST = "1"
LONGEST = 24
"""Most ids a word may have; of longer words the head and the tail are kept."""

_TAIL = 8
_OTHER_MARKS = regex.compile(f"[{DIACRITICS}]")
_SENTENCE_END = regex.compile(r"\p{Sentence_Terminal}")
_TERMINAL = regex.compile(r"\p{Terminal_Punctuation}")
_DASH = regex.compile(r"\p{Dash}")
_QUOTE = regex.compile(r"\p{Quotation_Mark}")
_BY_CATEGORY = {"Ps": "(", "Pe": ")", "Pi": '"', "Pf": '"', "Pd": "-", "Pc": "_", "Sc": "$", "Sm": "+"}
_EXPLICIT = {
    "…": ".",
    "،": ",",
    "、": ",",
    "؛": ";",
    "՝": ",",
    "՛": "!",
    "՞": "?",
    "؟": "?",
    "፧": "?",
    "¿": "?",
    "¡": "!",
}
_EXPLICIT |= {
    "፣": ",",
    "፤": ";",
    "፥": ":",
    "፦": ":",
    "•": "*",
    "·": "*",
    "«": '"',
    "»": '"',
    "’": "'",
    "‘": "'",
    "⁄": "/",
}


class Vocabulary:
    """The symbols a network knows, each with a number.

    Ids 0 to 5 are ``<pad> <s> </s> <unk> <mask> ▁``; then come ASCII punctuation, ``0`` for every digit, and phones.

    Example:
        >>> vocabulary = Vocabulary.load()
        >>> vocabulary.symbols[vocabulary.id("a")], vocabulary.is_letter(vocabulary.id("a"))
        ('a', True)
    """

    def __init__(self, content: str, version: str) -> None:
        """Read the lines of a vocabulary file: a symbol; for phones also a tab and features as ``+``, ``-``, ``0``."""
        rows = [line.split("\t") for line in content.splitlines()]
        self.version = version
        self.sha256 = hashlib.sha256(content.encode("utf-8")).hexdigest()
        self.symbols = tuple(row[0] for row in rows)
        self._ids = {symbol: number for number, symbol in enumerate(self.symbols)}
        self._vectors = {n: [" -0+".index(v) - 2 for v in row[1]] for n, row in enumerate(rows) if len(row) > 1}
        self.pad, self.start, self.end = self._ids["<pad>"], self._ids["<s>"], self._ids["</s>"]
        self.unknown, self.mask, self.separator = self._ids["<unk>"], self._ids["<mask>"], self._ids[WORD_SEPARATOR]
        self.ids = lru_cache(maxsize=4096)(self._back_off)
        self._mark_id = lru_cache(maxsize=4096)(self._fold)

    @staticmethod
    @cache
    def load(version: str = LATEST) -> Vocabulary:
        """The vocabulary of that version, from the package.

        Raises:
            ModelFileError: This release has no such version.
        """
        file = files("ipaner.transcription") / f"vocabulary-{version}.txt"
        if not file.is_file():
            raise ModelFileError(
                f"This release of ipaner has no vocabulary {version!r}; use the release the model names."
            )
        return Vocabulary(file.read_text("utf-8"), version)

    def __reduce__(self) -> tuple[object, ...]:
        return Vocabulary.load, (self.version,)

    def __len__(self) -> int:
        return len(self.symbols)

    def id(self, phone: str) -> int:
        """Number of a symbol or a phone; of the first where a phone backs off to two."""
        return self.ids(phone)[0]

    def is_letter(self, number: int) -> bool:
        """Whether an id stands for a phone: what a blind twin may not see."""
        return number in self._vectors

    def features(self) -> NDArray[np.float32]:
        """Articulatory features by panphon, -1, 0 or 1: [symbols, 24], zero for what is no phone."""
        table = np.zeros((len(self), len(next(iter(self._vectors.values())))), dtype=np.float32)
        for number, vector in self._vectors.items():
            table[number] = vector
        return table

    def encode(self, word: Word) -> list[int]:
        """Ids of a word's phonemes; of its characters if it has no sound.

        Returns:
            One to 24 ids, whatever the word's length: the first 16 and the last 8 of a longer one.
        """
        if word.phonemes:
            numbers = [number for phone in word.phonemes for number in self.ids(phone)]
        else:
            text = word.text if len(word.text) <= LONGEST else word.text[: LONGEST - _TAIL] + word.text[-_TAIL:]
            numbers = [self._mark_id(character) for character in text] or [self.unknown]
        return numbers if len(numbers) <= LONGEST else numbers[: LONGEST - _TAIL] + numbers[-_TAIL:]

    def _back_off(self, phone: str) -> tuple[int, ...]:
        """Exact, then with fewer diacritics, then an affricate as its parts, then the nearest by features."""
        if phone in self._ids:
            return (self._ids[phone],)
        for known in _simpler(phone):
            if known in self._ids:
                return (self._ids[known],)
        bare = _OTHER_MARKS.sub("", unicodedata.normalize("NFD", phone))
        parts = [part for half in bare.split(TIE) for part in canonical(half)]
        if parts and all(part in self._ids for part in parts):
            return tuple(self._ids[part] for part in parts)
        return (self._nearest(phone),)

    def _nearest(self, phone: str) -> int:
        """The phone with the least differing features; ``<unk>`` if panphon knows nothing of this one."""
        from ipaner.transcription.inventory import features  # panphon brings pandas, and is hardly ever needed

        vector = features(phone)
        if vector is None:
            return self.unknown
        return min(self._vectors, key=lambda n: sum(abs(a - b) for a, b in zip(vector, self._vectors[n], strict=True)))

    def _fold(self, character: str) -> int:
        """Id of a character without sound: digits are one, punctuation is folded to ASCII."""
        return self._ids.get(next(_ascii_marks(character)), self.unknown)


def _simpler(phone: str) -> Iterator[str]:
    """Ever simpler forms of a phone, with its diacritics taken off one after the other."""
    form = unicodedata.normalize("NFD", phone).replace("c\u0327", "ç")
    for marks in (DENTAL, "ː", NASAL, BREATHY, "ʼ", "ʰ", "ˤ", "ʲ", "ʷ"):
        if marks in form:
            form = form.replace(marks, "")
            yield unicodedata.normalize("NFC", form)


def _ascii_marks(character: str) -> Iterator[str]:
    """The ASCII sign that stands for a sign of any script; ``<unk>`` if there is none."""
    category = unicodedata.category(character)
    if category[0] == "N":
        yield "0"
    if character in _EXPLICIT:
        yield _EXPLICIT[character]
    plain = unicodedata.normalize("NFKC", character)[:1]
    if plain.isascii() and not plain.isalnum() and plain.isprintable() and plain.strip():
        yield plain
    if category in _BY_CATEGORY:
        yield _BY_CATEGORY[category]
    for pattern, sign in ((_SENTENCE_END, "."), (_TERMINAL, ","), (_DASH, "-"), (_QUOTE, '"')):
        if pattern.match(character):
            yield sign
    yield "<unk>"
