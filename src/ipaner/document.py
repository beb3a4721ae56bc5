"""The values that flow through ipaner: words with phonemes, entities with offsets, documents that hold both.

Offsets are Unicode code points of the text exactly as given: ``text[e.start:e.end] == e.text``, always.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

WORD_SEPARATOR = "▁"
"""Stands between words in a sequence of phonemes (XPhoneBERT's convention)."""

UNREADABLE = "<unk>"
"""Stands for each letter of a word that nothing at hand can read."""


class Status(StrEnum):
    """How a word's phonemes came about."""

    OK = "ok"
    """Every letter was read by the language's own back end."""
    PARTIAL = "partial"
    """Read by the language's own back end, but some letters were unknown to it and were skipped or approximated."""
    FALLBACK = "fallback"
    """The language's back end knew nothing of it (or the language has none): a related map or romanisation."""
    FOREIGN = "foreign"
    """Written in another script than the language's; read by a map for that script."""
    OPAQUE = "opaque"
    """No sound is claimed: digits, punctuation, emoji, symbols."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word and its sound.

    Attributes:
        text: The word as it stands in the text.
        start: First code point in the text.
        end: One past the last code point.
        phonemes: Canonical phonemes, one phone an item; empty exactly if the status is ``opaque``.
        status: How the phonemes came about.
    """

    text: str
    start: int
    end: int
    phonemes: tuple[str, ...]
    status: Status


@dataclass(frozen=True, slots=True)
class Likeness:
    """A known name that an entity, or a part of it, sounds like.

    Attributes:
        name: The name as the memory has it.
        label: What it names: ``PER``, ``LOC`` or ``ORG``; empty for a word that stands beside names.
        language: ISO 639-3 code of the language it is said in; empty if only its letters are known.
        distance: Articulatory edit distance between the two, from 0 (the same) to 1.
        heard: The part of the entity that sounds so.
    """

    name: str
    label: str
    language: str
    distance: float
    heard: str


@dataclass(frozen=True, slots=True)
class Entity:
    """A named entity.

    Attributes:
        label: ``PER``, ``LOC``, ``ORG``, or a label of the model at hand.
        start: First code point in the document's text.
        end: One past the last code point.
        text: ``document.text[start:end]``.
        score: Calibrated probability that span and label are right, or None where the model has none.
        phonemes: The phonemes of its words, with ``▁`` between words.
        like: Known names it sounds like, the nearest first; empty if there are none or nobody asked.
    """

    label: str
    start: int
    end: int
    text: str
    score: float | None = None
    phonemes: tuple[str, ...] = ()
    like: tuple[Likeness, ...] = ()

    @property
    def ipa(self) -> str:
        """The entity's IPA, words separated by blanks.

        Example:
            >>> Entity("LOC", 0, 6, "Te Tai", 0.9, ("t", "e", "▁", "t", "a", "i")).ipa
            'te tai'
        """
        return "".join(" " if p == WORD_SEPARATOR else p for p in self.phonemes)


@dataclass(frozen=True, slots=True)
class Document:
    """A text, its words and the entities found in it.

    Attributes:
        text: The text exactly as given.
        language: ISO 639-3 code it was read in.
        words: Words in order; they do not overlap, and only white space lies between them.
        entities: Entities in order; they do not overlap.
        id: Name of the document, if it has one.
    """

    text: str
    language: str
    words: tuple[Word, ...] = ()
    entities: tuple[Entity, ...] = ()
    id: str | None = field(default=None)

    @property
    def coverage(self) -> float:
        """Share of the words with sound (all but ``opaque``) that the language's own back end read; 1.0 if none.

        A ``partial`` word counts as half.
        """
        sounding = [w.status for w in self.words if w.status is not Status.OPAQUE]
        if not sounding:
            return 1.0
        full = sum(1.0 if s is Status.OK else 0.5 if s is Status.PARTIAL else 0.0 for s in sounding)
        return full / len(sounding)
