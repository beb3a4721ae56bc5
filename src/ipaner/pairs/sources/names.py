"""What lists of names share: which strings are a name that can be paired, and in which script it is written."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

from ipaner.languages import Language
from ipaner.transcription.scripts import ANY_SCRIPT, COMPOSITE, is_letter, script_of

MOST_WORDS = 3
_JOINERS = frozenset(" -‐’'ʼʻ‘·・－=＝\u200c\u200d")


def usable(name: str) -> bool:
    """Whether it is nothing but letters and what joins them, and has no more than three words.

    Example:
        >>> usable("Guinea-Bissau"), usable("Myanmar (Burma)"), usable("G20")
        (True, False, False)
    """
    if not 0 < len(name.split()) <= MOST_WORDS or not any(map(is_letter, name)):
        return False
    return all(is_letter(c) or c in _JOINERS or unicodedata.category(c)[0] == "M" for c in name)


def english_name(name: str) -> str | None:
    """A name as English writes it, without accents; None if it still has other than ASCII letters.

    Example:
        >>> english_name("São Paulo"), english_name("Mәlbәndi")
        ('Sao Paulo', None)
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    bare = bare.replace("’", "'").replace("‘", "'")
    return bare if bare.isascii() and usable(bare) else None


def scripts_of(language: Language) -> frozenset[str]:
    """The scripts of a language, those that stand for several taken apart."""
    return frozenset(simple for script in language.scripts for simple in COMPOSITE.get(script, (script,)))


def written_in(word: str, scripts: Collection[str]) -> bool:
    """Whether every letter of a word belongs to one of these scripts."""
    found = {script_of(c) for c in word if is_letter(c)} - {None}
    return bool(found) and (ANY_SCRIPT in scripts or found <= set(scripts))
