"""Back ends: each turns the letters of one word into IPA."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Protocol

from ipaner.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Reading:
    """What a back end makes of a word.

    Attributes:
        ipa: IPA in the back end's own convention; empty if it knows none of the letters.
        unmapped: Number of letters it did not know.
    """

    ipa: str
    unmapped: int = 0


class Backend(Protocol):
    """Turns letters into IPA; may be called from several threads."""

    version: str
    """Name and version of the software and data behind it: part of every cache key and checkpoint."""

    def read(self, letters: str) -> Reading:
        """Transcribe letters of one script, apostrophes and accents among them."""


@cache
def load(name: str, *, as_published: bool = False) -> Backend:
    """Load a back end, once per process.

    Args:
        name: ``epitran:mri-Latn``, ``o2i:en-US``, ``espeak:mi``, ``pypinyin`` or ``romanised``.
        as_published: Have Epitran's maps treat unknown letters as Epitran itself does.

    Raises:
        ConfigError: There is no such back end.
        MissingExtra: It belongs to an extra that is not installed.
    """
    kind, _, argument = name.partition(":")
    if kind == "epitran":
        from ipaner.transcription.backends.epitran_maps import EpitranMap

        return EpitranMap(argument, as_published=as_published)
    if kind == "o2i":
        from ipaner.transcription.backends.o2i import Orthography2Ipa

        return Orthography2Ipa(argument)
    if kind == "pypinyin":
        from ipaner.transcription.backends.mandarin import Mandarin

        return Mandarin()
    if kind == "espeak":
        from ipaner.transcription.backends.espeak import Espeak

        return Espeak(argument)
    if kind == "romanised":
        from ipaner.transcription.backends.romanised import Romanised

        return Romanised()
    raise ConfigError(f"No transcription back end {name!r}. There are epitran:, o2i:, espeak:, pypinyin and romanised.")
