"""How a name may be read: in the language it is said in, and letter by letter as anybody might.

Foreign names keep their spelling in most Latin orthographies, whose rules then misread them (*Washington*
in a Kinyarwanda text): the second reading, the same for all languages, finds them.
"""

from __future__ import annotations

from functools import lru_cache

from ipaner.errors import IpanerError
from ipaner.names.folding import fold
from ipaner.transcription import Transcriber
from ipaner.transcription.backends import load
from ipaner.transcription.canonical import canonical
from ipaner.transcription.scripts import plain, runs

_REMEMBERED = 200_000
_LONGEST_WORD = 64


@lru_cache(maxsize=_REMEMBERED)
def by_letters(word: str) -> tuple[str, ...]:
    """Phonemes of a word read letter by letter, whatever its language; none if it has no letters.

    Example:
        >>> "".join(by_letters("Kigali")), "".join(by_letters("Кигали"))
        ('kiɡali', 'kiɡali')
    """
    romanised = load("romanised")
    return tuple(p for _, letters in runs(plain(word)[:_LONGEST_WORD]) for p in canonical(romanised.read(letters).ipa))


@lru_cache(maxsize=256)
def transcriber(language: str, profile: str = "core") -> Transcriber | None:
    """The transcriber of a language; None if there is none."""
    try:
        return Transcriber(language, profile)
    except IpanerError:
        return None


def spoken(text: str, language: str, profile: str = "core") -> tuple[tuple[str, ...], ...]:
    """Phonemes of each word of a name that has any, in its language; none if the language has no transcription.

    Example:
        >>> ["".join(word) for word in spoken("Te Tai", "mri")]
        ['te', 'tai']
    """
    reads = transcriber(language, profile) if language else None
    return tuple(word.phonemes for word in reads.tokens(text.split()) if word.phonemes) if reads else ()


def folded_readings(text: str, language: str, profile: str = "core") -> tuple[tuple[str, ...], ...]:
    """The different readings of a name, each as the folded classes of its words; words without sound are left out.

    Args:
        text: The name.
        language: ISO 639-3 code of the language it is said in; empty for the reading by letters alone.
        profile: Transcription profile.

    Example:
        >>> folded_readings("Chicago", "spa")
        (('Cikago',), ('Cikago',))
    """
    words = text.split()
    found = [tuple(filter(None, (fold(by_letters(word)) for word in words)))]
    found.insert(0, tuple(filter(None, map(fold, spoken(text, language, profile)))))
    return tuple(reading for reading in found if reading)
