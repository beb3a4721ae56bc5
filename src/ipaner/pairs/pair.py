"""An English word and a word of another language that sounds like it because the two are related."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ipaner.document import WORD_SEPARATOR

RELATIONS = ("loanword", "internationalism", "cognate", "name", "transliteration")
"""How two words are related: one borrowed from the other; both borrowed from a third language; both inherited; a
name in two languages; an English word written in another script."""


@dataclass(frozen=True, slots=True)
class Pair:
    """An English word, its partner, and what is known of both.

    Attributes:
        language: ISO 639-3 code of the partner's language.
        english: The English word, or a few.
        word: Its partner, in the language's own script.
        relation: One of :data:`RELATIONS`.
        source: Where the pair comes from.
        licence: Licence of that source.
        english_ipa: Phones separated by spaces, ``▁`` between words; empty before transcription.
        ipa: The same of ``word``.
        transcribed: Profile that transcribed both sides, or ``attested`` where a pronunciation list gave ``ipa``.
        distance: Articulatory edit distance between the two, 0 to 1, see ``distance.py``; None before filtering.
        note: Where meanings differ, or how the loan travelled.
    """

    language: str
    english: str
    word: str
    relation: str
    source: str
    licence: str
    english_ipa: str = ""
    ipa: str = ""
    transcribed: str = ""
    distance: float | None = None
    note: str = ""


def to_ipa(words: Iterable[Iterable[str]]) -> str:
    """Join the phones of words.

    Example:
        >>> to_ipa([["k", "o"], ["ɾ", "a"]])
        'k o ▁ ɾ a'
    """
    return f" {WORD_SEPARATOR} ".join(" ".join(word) for word in words)


def from_ipa(ipa: str) -> list[list[str]]:
    """Phones of each word: the inverse of :func:`to_ipa`."""
    return [part.split() for part in ipa.split(WORD_SEPARATOR) if part.strip()]
