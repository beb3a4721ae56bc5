"""What a network may read of a word instead of its sound: the controls of the claim that sound is what carries over.

``ipa`` is what ipaner is made for. ``romanised`` is the word in Latin letters, by uroman (Hermjakob et al., 2018).
``orthographic`` is the word as it is spelt, as bytes of UTF-8 (as ByT5, Xue et al., 2022, reads it): any script fits
into 256 symbols, so a script never met in training has no unknown letters. All three are read word by word through the
same two calls, a reader of words and a table of symbols, and made alike wherever they need not differ:

- every table has as many rows as the phoneme vocabulary, so that networks have the same parameters; rows without a
  symbol are never used, and letters and bytes have no articulatory features (zeros);
- letters are small: sound has no capitals, so no arm sees them in its symbols;
- a word without letters (a number, a mark) is the same symbols in all three;
- a long word is cut alike: 24 phonemes or letters, and 72 bytes, which are 24 letters of three bytes.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Literal, Protocol

from ipaner.document import UNREADABLE, Status, Word
from ipaner.errors import ConfigError, MissingExtra
from ipaner.languages import get
from ipaner.transcription.cache import Transcription, WordCache
from ipaner.transcription.scripts import is_letter, plain
from ipaner.transcription.transcriber import Transcriber
from ipaner.transcription.vocabulary import LONGEST, Vocabulary
from ipaner.transcription.words import Span, word_spans

Representation = Literal["ipa", "romanised", "orthographic"]
REPRESENTATIONS: tuple[Representation, ...] = ("ipa", "romanised", "orthographic")

_VERSION = "1"
"""Changes whenever the same word could become other symbols."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LONGEST = {"orthographic": 3 * LONGEST}


class Reader(Protocol):
    """Reads words of one language as symbols: a transcriber, or one of the controls."""

    @property
    def fingerprint(self) -> dict[str, str]:
        """All that the symbols depend on; ``backends`` names what read them."""

    def tokens(self, tokens: Sequence[str]) -> list[Word]:
        """Read a sentence that is cut into words already."""

    def words(self, text: str) -> list[Word]:
        """Cut a text into words and read each."""


def reader(
    representation: str,
    language: str,
    profile: str = "core",
    *,
    broad: bool = False,
    cache: WordCache | None = None,
) -> Reader:
    """What reads the words of a language in a representation.

    Args:
        representation: One of :data:`REPRESENTATIONS`.
        language: Code, tag or name of the language.
        profile: Transcription profile; for ``ipa`` only.
        broad: Whether phonemes are broad; for ``ipa`` only.
        cache: Words read earlier, on disk.

    Raises:
        ConfigError: If there is no such representation.
        LanguageNotSupported: If the language is unknown or, for ``ipa``, has no transcription in this profile.
        MissingExtra: If uroman is not installed.

    Example:
        >>> [word.phonemes for word in reader("orthographic", "mri").tokens(["Ko", "7"])]
        [('<0x6B>', '<0x6F>'), ()]
    """
    if representation == "ipa":
        return Transcriber(language, profile, broad=broad, cache=cache)
    if representation == "romanised":
        return Romaniser(language, cache=cache)
    if representation == "orthographic":
        return Speller(language)
    raise _unknown(representation)


@cache
def symbols(representation: str = "ipa") -> Vocabulary:
    """The table of symbols of a representation: the phoneme vocabulary, or one of the same size for letters or bytes.

    Raises:
        ConfigError: If there is no such representation.

    Example:
        >>> len(symbols("romanised")) == len(symbols("orthographic")) == len(Vocabulary.load())
        True
    """
    if representation == "ipa":
        return Vocabulary.load()
    if representation == "romanised":
        return _SpellingTable(representation, tuple(_LETTERS))
    if representation == "orthographic":
        return _SpellingTable(representation, tuple(map(_byte, range(256))))
    raise _unknown(representation)


def longest(representation: str) -> int:
    """Most ids a word may have.

    Example:
        >>> longest("ipa"), longest("orthographic")
        (24, 72)
    """
    return _LONGEST.get(representation, LONGEST)


class _SpellingTable(Vocabulary):
    """Special symbols, marks and the digit of the phoneme vocabulary, then letters or bytes, then unused rows."""

    def __init__(self, representation: str, letters: Sequence[str]) -> None:
        phonemes = Vocabulary.load()
        marks = [symbol for i, symbol in enumerate(phonemes.symbols) if not phonemes.is_letter(i)]
        none = "0" * phonemes.features().shape[1]
        unused = [f"<unused-{i}>" for i in range(len(phonemes) - len(marks) - len(letters))]
        rows = [*marks, *(f"{letter}\t{none}" for letter in letters), *unused]
        super().__init__("".join(f"{row}\n" for row in rows), f"{representation}-{_VERSION}")
        self.representation = representation
        self.longest = longest(representation)

    def __reduce__(self) -> tuple[object, ...]:
        return symbols, (self.representation,)

    def encode(self, word: Word) -> list[int]:
        """Ids of a word's letters or bytes; of a long one the head and, a third of what is allowed, the tail."""
        if not word.phonemes:
            return super().encode(word)
        numbers = [self._ids.get(symbol, self.unknown) for symbol in word.phonemes]
        tail = self.longest // 3
        return numbers if len(numbers) <= self.longest else numbers[: self.longest - tail] + numbers[-tail:]


class _SpellingReader:
    """What the two controls have in common: words without letters have no symbols of their own."""

    name: str

    def __init__(self, language: str) -> None:
        self.language = get(language)

    def words(self, text: str) -> list[Word]:
        """Cut a text into words, as the transcriber does, and read each."""
        spans = list(word_spans(text))
        return self._as_words([text[start:end] for start, end in spans], spans)

    def tokens(self, tokens: Sequence[str]) -> list[Word]:
        """Read a sentence that is cut into words already; offsets are those in ``" ".join(tokens)``."""
        spans, start = [], 0
        for token in tokens:
            spans.append((start, start + len(token)))
            start += len(token) + 1
        return self._as_words(tokens, spans)

    def _as_words(self, texts: Sequence[str], spans: Iterable[Span]) -> list[Word]:
        found = self._read([text for text in dict.fromkeys(texts) if any(map(is_letter, text))])
        none: Transcription = ((), Status.OPAQUE)
        return [Word(text, start, end, *found.get(text, none)) for text, (start, end) in zip(texts, spans, strict=True)]

    def _read(self, words: Sequence[str]) -> dict[str, Transcription]:
        raise NotImplementedError


class Speller(_SpellingReader):
    """Reads words as the bytes of their small letters, composed (NFC)."""

    @property
    def fingerprint(self) -> dict[str, str]:
        """What the bytes depend on."""
        return {"language": self.language.code, "backends": f"bytes of UTF-8, small letters {_VERSION}"}

    def _read(self, words: Sequence[str]) -> dict[str, Transcription]:
        return {word: (tuple(map(_byte, small(word).encode("utf-8", "surrogatepass"))), Status.OK) for word in words}


class Romaniser(_SpellingReader):
    """Reads words as small Latin letters, with uroman, which is told the language."""

    def __init__(self, language: str, *, cache: WordCache | None = None) -> None:
        """Make ready; uroman itself is loaded when the first new word comes, which takes seconds.

        Raises:
            LanguageNotSupported: If the language is unknown.
            MissingExtra: If uroman is not installed.
        """
        super().__init__(language)
        _uroman_version()
        self._cache = cache
        self._memory: dict[str, Transcription] = {}
        self._space = hashlib.sha256(json.dumps(self.fingerprint, sort_keys=True).encode()).hexdigest()[:32]

    @property
    def fingerprint(self) -> dict[str, str]:
        """What the letters depend on."""
        return {"language": self.language.code, "backends": f"uroman {_uroman_version()}, small letters {_VERSION}"}

    def _read(self, words: Sequence[str]) -> dict[str, Transcription]:
        missing = [word for word in words if word not in self._memory]
        if missing:
            known = self._cache.get_many(self._space, missing) if self._cache else {}
            fresh = {word: self._romanise(word) for word in missing if word not in known}
            if self._cache and fresh:
                self._cache.put_many(self._space, fresh)
            self._memory |= known | fresh
        return {word: self._memory[word] for word in words}

    def _romanise(self, word: str) -> Transcription:
        with _LOCK:
            latin = small(_uroman().romanize_string(small(word), lcode=self.language.code))
        letters = tuple(_folded(character) for character in latin if not character.isspace())
        # A word with letters is never nothing, as in transcription
        return letters or (UNREADABLE,), Status.OK if letters else Status.FALLBACK


def small(word: str) -> str:
    """A word as the controls spell it: as the transcriber's back ends are given it, and in small letters.

    Example:
        >>> small("Ångström"), small("ΑΘΗΝΑ")
        ('ångström', 'αθηνα')
    """
    return plain(plain(word).lower())


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    """A character of uroman's answer as a symbol: digits are one, marks are folded as in words without letters."""
    if character in _LETTERS:
        return character
    table = symbols("romanised")
    return table.symbols[table.encode(Word(character, 0, 1, (), Status.OPAQUE))[0]]


def _byte(value: int) -> str:
    return f"<0x{value:02X}>"


_LOCK = threading.Lock()


@cache
def _uroman() -> Any:
    from uroman import Uroman

    return Uroman()


@cache
def _uroman_version() -> str:
    try:
        return version("uroman")
    except PackageNotFoundError as error:
        raise MissingExtra("Romanised input", "romanised") from error


def _unknown(representation: str) -> ConfigError:
    return ConfigError(f"No input representation '{representation}'. There are: {', '.join(REPRESENTATIONS)}")
