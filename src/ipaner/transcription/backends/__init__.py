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
        fallback: It does not know the language: the rules are another one's, or those of single letters.
    """

    ipa: str
    unmapped: int = 0
    fallback: bool = False


class Backend(Protocol):
    """Turns letters into IPA; may be called from several threads."""

    version: str
    """Name and version of the software and data behind it: part of every cache key and checkpoint."""

    def read(self, letters: str) -> Reading:
        """Transcribe letters of one script, apostrophes and accents among them."""


def load(name: str, *, as_published: bool = False) -> Backend:
    """Load a back end, once per process; that of a folder anew each time, for people edit folders.

    Args:
        name: ``epitran:mri-Latn``, ``folder:kyu``, ``o2i:nl``, ``letters:eng-Latn``, ``espeak:mi``, ``pypinyin``,
            ``japanese`` or ``romanised``; ``related:`` before one of them lends it to another language.
        as_published: Have Epitran's maps treat unknown letters as Epitran itself does.

    Raises:
        ConfigError: There is no such back end.
        FormatError: A file of the folder cannot be used.
        MissingExtra: It belongs to an extra that is not installed.
    """
    kind, _, argument = name.partition(":")
    if kind == "related":
        from ipaner.transcription.backends.related import Related

        return Related(load(argument))
    if kind == "folder":
        from ipaner.languages.discovery import find_folder
        from ipaner.transcription.backends.folder import FolderMap

        return FolderMap(find_folder(argument))
    return _load_once(name, as_published)


@cache
def _load_once(name: str, as_published: bool) -> Backend:
    kind, _, argument = name.partition(":")
    if kind == "epitran":
        from ipaner.transcription.backends.epitran_maps import EpitranMap

        return EpitranMap(argument, as_published=as_published)
    if kind == "o2i":
        from ipaner.transcription.backends.o2i import Orthography2Ipa

        return Orthography2Ipa(argument)
    if kind == "letters":
        from ipaner.transcription.backends.letters import Letters

        return Letters(argument)
    if kind == "pypinyin":
        from ipaner.transcription.backends.mandarin import Mandarin

        return Mandarin()
    if kind == "japanese":
        from ipaner.transcription.backends.japanese import Japanese

        return Japanese()
    if kind == "espeak":
        from ipaner.transcription.backends.espeak import Espeak

        return Espeak(argument)
    if kind == "romanised":
        from ipaner.transcription.backends.romanised import Romanised

        return Romanised()
    raise ConfigError(
        f"No transcription back end {name!r}. There are epitran:, folder:, o2i:, letters:, espeak:, pypinyin, japanese "
        "and romanised, and related: before one of them."
    )
