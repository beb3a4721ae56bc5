"""What a name is to the memory: a string, the kinds of things it names, and the language it is said in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag


class Kind(IntFlag):
    """What a name stands for; one string may have several kinds. The bits are part of the index format."""

    GIVEN = 1
    FAMILY = 2
    PLACE = 4
    """Countries, regions, rivers, cities: what news and encyclopaedias name."""
    TOWN = 8
    """Smaller cities, of which there are so many that any word may sound like one."""
    ORG = 16
    ORG_WORD = 32
    PLACE_WORD = 64
    TITLE = 128

    @property
    def label(self) -> str:
        """The entity label it speaks for: PER, LOC or ORG; empty for words that stand beside names only.

        Example:
            >>> Kind.FAMILY.label, (Kind.PLACE | Kind.GIVEN).label, Kind.TITLE.label
            ('PER', 'LOC', '')
        """
        return next((label for label in ("LOC", "ORG", "PER") if self & LABEL_KINDS[label]), "")


PERSON = Kind.GIVEN | Kind.FAMILY
"""A whole name of a person."""

KIND_NAMES = {
    "given": Kind.GIVEN,
    "family": Kind.FAMILY,
    "person": PERSON,
    "place": Kind.PLACE,
    "town": Kind.TOWN,
    "org": Kind.ORG,
    "org-word": Kind.ORG_WORD,
    "place-word": Kind.PLACE_WORD,
    "title": Kind.TITLE,
}
"""Kinds by the names that lists use."""

LABEL_KINDS = {"PER": PERSON, "LOC": Kind.PLACE | Kind.TOWN, "ORG": Kind.ORG}
"""Kinds that are names by themselves, by entity label."""


@dataclass(frozen=True, slots=True)
class Name:
    """A known name.

    Attributes:
        text: As it is written.
        kind: What it names.
        language: ISO 639-3 code of the language it is said in; empty if only its letters are known.
        source: The list it comes from.
    """

    text: str
    kind: Kind
    language: str
    source: str
