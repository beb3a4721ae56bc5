"""What reads a language that has no rules of its own: those of a relative, or each letter by itself.

``experiments/results/fallback.json`` has what each costs. Rules of a language of the same branch are better than
romanisation, provided that the right relative lends them (``lenders.tsv``); those of another branch are not, and in
Arabic script, where rules guess at vowels, none are.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import takewhile

from ipaner.languages.table import PROFILES, Language, Untranscribed, rows

ROMANISED = "romanised"
"""The back end that knows letters, and no language."""

UNDETERMINED = Untranscribed("und", "Undetermined language", ("mis",), ("Zyyy",), "")
"""A language that nobody has named, in a script that nobody has named either."""

BRANCH = 2
"""Levels of the family that a relative shares, at least."""

NEVER_LENT = frozenset({"Arab"})
"""Scripts for which letter by letter is better than any relative's rules."""

# Their letters have the same value and the same inherent vowel in whatever language; romanised, the vowel is lost
_LENT_TO_ALL = frozenset({"Deva", "Beng", "Guru", "Gujr", "Orya", "Taml", "Telu", "Knda", "Mlym", "Sinh", "Ethi"})


def with_fallback(language: Untranscribed, kin: Sequence[Language]) -> Language:
    """Returns the language with the back ends that stand in for its own.

    Args:
        language: A language without rules of its own.
        kin: Languages that have some, the likest first.
    """
    cells = {}
    for profile in PROFILES:
        # The papers published nothing in such a language
        lent = "core" if profile == "published" else profile
        names = [_borrowed(language, script, kin, lent) for script in language.scripts]
        each = (f"{script}={name}" for script, name in zip(language.scripts, names, strict=True))
        cells[profile] = ";".join(each) if len(names) > 1 else names[0]
    return Language(language.code, language.name, language.aliases, language.scripts, language.family, None, cells)


def lenders(language: Language | Untranscribed, script: str, kin: Sequence[Language]) -> list[Language]:
    """Returns those that could lend their rules for a script, in the order of ``kin``."""
    needed = 0 if script in _LENT_TO_ALL else BRANCH
    return [
        other
        for other in kin
        if script in other.scripts
        and shared_levels(language, other) >= needed
        and other.backend("core", script) != ROMANISED
    ]


def has_own_rules(language: Language) -> bool:
    """Whether anything that reads the language was made for it.

    Example:
        >>> from ipaner import languages
        >>> has_own_rules(languages.get("mri")), has_own_rules(languages.get("und-Cyrl"))
        (True, False)
    """
    names = (language.backend("core", script) for script in language.scripts)
    return any(name != ROMANISED and not name.startswith("related:") for name in names)


def shared_levels(language: Language | Untranscribed, other: Language) -> int:
    """Returns how many levels of the family two languages share: 0, 1 the family, 2 the branch, 3 a smaller group."""
    pairs = zip(language.family.split("/"), other.family.split("/"), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _borrowed(language: Untranscribed, script: str, kin: Sequence[Language], profile: str) -> str:
    found = [] if script in NEVER_LENT else lenders(language, script, kin)
    if not found:
        return ROMANISED
    chosen = _chosen().get((language.code, script))
    lender = next((other for other in found if other.code == chosen), found[0])
    return f"related:{lender.backend(profile, script)}"


@cache
def _chosen() -> dict[tuple[str, str], str]:
    """Which of several relatives reads a language's words best, as ``experiments/fallback.py`` found out."""
    return {(row["code"], row["script"]): row["lender"] for row in rows("lenders.tsv")}
