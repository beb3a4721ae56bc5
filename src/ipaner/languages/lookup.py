"""Finding a language by code, tag or name, and the nearest one where there is none."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from functools import cache, lru_cache

from ipaner.errors import LanguageNotSupported
from ipaner.languages.discovery import SearchPath, refuse_unusable, search_path, user_folders, with_folders
from ipaner.languages.fallback import UNDETERMINED, shared_levels, with_fallback
from ipaner.languages.table import Language, Untranscribed, languages, untranscribed

# RFC 5646: language, extended language, script, region; variants, extensions and private use say nothing here.
_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(-(?P<extended>[a-z]{3}))?(-(?P<script>[a-z]{4}))?(-([a-z]{2}|[0-9]{3}))?(-[a-z0-9]{1,8})*",
    re.ASCII | re.IGNORECASE,
)

# Script codes of ISO 15924 that are a variant of another one, or a mixture whose usual part is named.
_SCRIPT_VARIANTS = {"Hans": "Hani", "Hant": "Hani", "Jpan": "Hira", "Hrkt": "Hira", "Kore": "Hang", "Aran": "Arab"}


_LONGEST_LABEL = 40  # what is longer is no name of a language, and not worth comparing or repeating


def all_languages() -> tuple[Language, ...]:
    """Returns every language with a transcription, a user's own folders included, ordered by code."""
    return _languages(search_path())


def case(number: int) -> tuple[str, ...]:
    """Returns the codes of an evaluation case of the papers, in the table's order.

    Args:
        number: 1 (in no model's pre-training), 2 (in XPhoneBERT's only) or 3 (in mBERT's and CANINE's only).

    Raises:
        ValueError: There is no such case.
    """
    codes = tuple(language.code for language in languages() if language.case == number)
    if not codes:
        raise ValueError(f"No evaluation case {number}: there are 1, 2 and 3")
    return codes


def get(query: str) -> Language:
    """Finds a language by ISO 639 code, BCP-47 tag or English name, in any case.

    A script in a tag comes first among the scripts of the result; region, variants and extensions are accepted and
    change nothing. A known language without rules of its own is lent those of a relative, or read letter by letter, as
    are ``und`` and ``mis``, which may name a script: ``und-Cyrl``.

    Raises:
        LanguageNotSupported: No such language, or it is not written in the script asked for.
        FormatError: A user's folder for it cannot be used.

    Example:
        >>> get("sr-Latn").scripts
        ('Latn', 'Cyrl')
        >>> get("kur").code, get("Farsi").code
        ('kmr', 'fas')
        >>> get("Awadhi").backend()
        'related:epitran:mar-Deva'
    """
    refuse_unusable(_subtags(query)[0])
    found, script = _find(query)
    if found is None:
        if (known := _untranscribed(query)) is None:
            raise LanguageNotSupported(_refusal(query))
        found = with_fallback(known, nearest(known, len(all_languages())))
    if (written := _written_in(found, script)) is None:
        raise LanguageNotSupported(
            f"{found.name} ({found.code}) has no transcription in the script '{script}'. "
            f"It has one in: {', '.join(found.scripts)}. Letter by letter, 'und-{script}' reads it."
        )
    return written


def nearest(language: Language | Untranscribed | str, n: int = 3) -> list[Language]:
    """Returns the languages with a transcription that are most like this one, the likest first.

    Family, branch and script decide together; spelling decides for codes and names that are unknown.

    Args:
        language: A language, or any code, tag or name, known or not.
        n: How many at most.
    """
    known = _known(language) if isinstance(language, str) else language
    if known is None:
        return sorted(all_languages(), key=lambda other: (-_spelling(str(language), other), other.code))[:n]
    others = [other for other in all_languages() if other.code != known.code]
    return sorted(others, key=lambda other: (-_kinship(known, other), other.code))[:n]


def _find(query: str) -> tuple[Language | None, str | None]:
    """Returns the language, where it is in the table, and the script subtag, where there is one."""
    index = _index(search_path())
    if found := index.get(_key(query)):
        return found, None
    code, script = _subtags(query)
    return index.get(code), script


def _subtags(query: str) -> tuple[str, str | None]:
    """Returns the code and the script of a BCP-47 tag, or the whole query where it is none."""
    key = _key(query)
    if tag := _TAG.fullmatch(key.replace("_", "-")):
        return tag["extended"] or tag["language"], tag["script"] and tag["script"].title()
    return key, None


def _known(query: str) -> Language | Untranscribed | None:
    found, script = _find(query)
    if found:
        return _written_in(found, script) or found
    return _untranscribed(query)


def _untranscribed(query: str) -> Untranscribed | None:
    """Returns the language of that label among those without rules of their own."""
    code, script = _subtags(query)
    if code in (UNDETERMINED.code, *UNDETERMINED.aliases):
        return replace(UNDETERMINED, scripts=(_SCRIPT_VARIANTS.get(script, script),)) if script else UNDETERMINED
    return _further().get(_key(query)) or _further().get(code)


def _written_in(language: Language, script: str | None) -> Language | None:
    """Returns the language with this script first, or None if it is not one of its scripts."""
    if script is None:
        return language
    if script not in language.scripts:
        script = _SCRIPT_VARIANTS.get(script, script)
    if script not in language.scripts:
        return None
    return replace(language, scripts=(script, *(other for other in language.scripts if other != script)))


def _refusal(query: str) -> str:
    hint = ", ".join(f"'{other.code}' ({other.name})" for other in nearest(query))
    shown = query if len(query) <= _LONGEST_LABEL else query[:_LONGEST_LABEL] + "…"
    return (
        f"Language '{shown}' is unknown. Nearest in spelling: {hint}. 'ipaner languages' lists all; 'und-Latn', "
        "'und-Cyrl' and so on read any language letter by letter."
    )


def _kinship(known: Language | Untranscribed, other: Language) -> int:
    """Scores family and branch 4 each, the usual script in common 6, any other one 3; a smaller group breaks ties."""
    levels = shared_levels(known, other)
    any_script = bool(set(known.scripts) & set(other.scripts))
    usual_script = known.scripts[0] == other.scripts[0]
    return 4 * min(levels, 2) + (levels > 2) + 3 * any_script + 3 * usual_script


def _spelling(query: str, other: Language) -> float:
    from difflib import SequenceMatcher  # only errors need it

    key = _key(query[:_LONGEST_LABEL])
    return max(SequenceMatcher(None, key, _key(label)).ratio() for label in (other.code, other.name, *other.aliases))


@lru_cache(maxsize=4)
def _languages(directories: SearchPath) -> tuple[Language, ...]:
    if not directories:
        return languages()
    return with_folders(languages(), untranscribed(), user_folders(directories))


@lru_cache(maxsize=4)
def _index(directories: SearchPath) -> dict[str, Language]:
    """Languages by their labels; where two claim the same one, a code counts most and an alias least."""
    known = _languages(directories)
    index = {_key(alias): language for language in known for alias in language.aliases}
    index |= {_key(language.name): language for language in known}
    return index | {_key(language.code): language for language in known}


@cache
def _further() -> dict[str, Untranscribed]:
    return {_key(label): lang for lang in untranscribed() for label in (lang.name, *lang.aliases, lang.code)}


def _key(query: str) -> str:
    """Case, accents, kinds of apostrophe and runs of blanks do not distinguish languages."""
    letters = (c for c in unicodedata.normalize("NFKD", query.replace("’", "'")) if not unicodedata.combining(c))
    return " ".join("".join(letters).casefold().split())
