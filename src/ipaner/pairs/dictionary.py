"""An automatic check of pairs against independent dictionaries.

What a dictionary has of a pair's English word or of its partner tells whether the two belong together there. It says
nothing of words that no dictionary has, and a dictionary that gives another word does not make a pair wrong: there are
synonyms, and loans whose meaning moved on.
"""

from __future__ import annotations

import random
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ipaner.errors import ConfigError
from ipaner.pairs.pair import Pair
from ipaner.pairs.sources.tsv import find_list, rows
from ipaner.pairs.transcribe import readings
from ipaner.transcription import Transcriber
from ipaner.transcription.distance import distances

OUTCOMES = ("agree", "variant", "other", "not found")
"""The dictionary has the pair; it pairs one of the two words with something that sounds nearly like the other (another
spelling, a plural); with something else only; it has neither."""

VARIANT = 0.15
"""The utmost distance of what counts as a variant."""

_CONTROLS = "controls"


@dataclass(frozen=True, slots=True)
class Checked:
    """A pair and what the dictionary says.

    Attributes:
        pair: The pair.
        outcome: One of :data:`OUTCOMES`.
        words: Partners of the English word that the dictionary gives instead.
        english: Partners of the word that it gives instead.
    """

    pair: Pair
    outcome: str
    words: tuple[str, ...] = ()
    english: tuple[str, ...] = ()


class Dictionary:
    """Translations of one language: the lists ``DIR/<language>.tsv[.gz]`` and ``DIR/controls/<language>.tsv[.gz]``."""

    def __init__(self, directory: Path, language: str) -> None:
        """Read the lists.

        Raises:
            ConfigError: There are none for the language.
            FormatError: A list lacks a column or has a broken line.
        """
        paths = []
        for folder in (directory, directory / _CONTROLS):
            try:
                paths.append(find_list(folder, language))
            except ConfigError:
                continue
        if not paths:
            raise ConfigError(f"There is no dictionary for '{language}' in {directory}")
        self._of_english: dict[str, dict[str, str]] = defaultdict(dict)
        self._of_word: dict[str, dict[str, str]] = defaultdict(dict)
        for path in paths:
            for _, row in rows(path, ("english", "word")):
                english, word = comparable(row["english"]), comparable(row["word"])
                self._of_english[english][word] = row["word"]
                self._of_word[word][english] = row["english"]

    def look_up(self, pair: Pair) -> Checked:
        """What the dictionary has of a pair, ``variant`` not told from ``other``."""
        english, word = comparable(pair.english), comparable(pair.word)
        words, partners = self._of_english.get(english, {}), self._of_word.get(word, {})
        if word in words:
            return Checked(pair, "agree")
        outcome = "other" if words or partners else "not found"
        return Checked(pair, outcome, tuple(words.values()), tuple(partners.values()))


def check(pairs: Iterable[Pair], directory: Path) -> list[Checked]:
    """Look pairs up in the dictionaries of their languages; languages without one are left out.

    Raises:
        ConfigError: None of the languages has a dictionary there.
    """
    groups: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        groups[pair.language].append(pair)
    checked: list[Checked] = []
    missing: list[str] = []
    for language, group in sorted(groups.items()):
        try:
            dictionary = Dictionary(directory, language)
        except ConfigError:
            missing.append(language)
            continue
        checked += _with_variants([dictionary.look_up(pair) for pair in group], language)
    if not checked:
        raise ConfigError(f"{directory} has no dictionary of: {', '.join(missing)}")
    return checked


def check_report(checked: Iterable[Checked]) -> dict[str, Any]:
    """Agreement by language and for all.

    Returns:
        Counts of the outcomes and, of the pairs of which the dictionary has a word, the share that it has as a pair
        (``agreement``), and that it has as a pair or as a variant (``agreement_with_variants``).
    """
    groups: dict[str, Counter[str]] = defaultdict(Counter)
    for found in checked:
        groups[found.pair.language][found.outcome] += 1
        groups["all"][found.outcome] += 1
    return {name: _row(counts) for name, counts in sorted(groups.items(), key=lambda item: (item[0] == "all", item[0]))}


def disagreements(checked: Iterable[Checked], n: int, seed: int) -> dict[str, list[dict[str, Any]]]:
    """For each language some pairs, drawn by lot, of which the dictionary has a word with other partners only."""
    groups: dict[str, list[Checked]] = defaultdict(list)
    for found in checked:
        if found.outcome == "other":
            groups[found.pair.language].append(found)
    return {
        language: [
            {"english": f.pair.english, "word": f.pair.word, "instead": [*f.words, *f.english][:5]}
            for f in random.Random(seed).sample(group, min(n, len(group)))
        ]
        for language, group in sorted(groups.items())
    }


def comparable(text: str) -> str:
    """A word without what spelling varies in: capitals, blanks, hyphens, and the vowel marks of Arabic script.

    Example:
        >>> comparable("E-mail") == comparable("email")
        True
    """
    text = unicodedata.normalize("NFC", text).casefold()
    return "".join(c for c in text if not (c in " -‐·・'’" or "\u064b" <= c <= "\u0652"))


def _with_variants(checked: Sequence[Checked], language: str) -> list[Checked]:
    """Tell those apart of which the dictionary's own word sounds nearly the same."""
    nearest = _nearest(checked, language, lambda f: f.words, lambda f: f.pair.word)
    other_side = _nearest(checked, "eng", lambda f: f.english, lambda f: f.pair.english)
    return [
        replace(found, outcome="variant") if found.outcome == "other" and min(a, b) <= VARIANT else found
        for found, a, b in zip(checked, nearest, other_side, strict=True)
    ]


def _nearest(
    checked: Sequence[Checked],
    language: str,
    instead: Callable[[Checked], tuple[str, ...]],
    own: Callable[[Checked], str],
) -> list[float]:
    """How far the nearest of the dictionary's words sounds from the pair's own; 1 where there is none."""
    wanted = [(n, own(found), word) for n, found in enumerate(checked) for word in instead(found)]
    ipa = readings(Transcriber(language), [word for _, *both in wanted for word in both])
    known = [(n, ipa[a], ipa[b]) for n, a, b in wanted if a in ipa and b in ipa]
    result = [1.0] * len(checked)
    values = distances([a for _, a, _ in known], [b for _, _, b in known])
    for (n, _, _), value in zip(known, values, strict=True):
        result[n] = min(result[n], float(value))
    return result


def _row(counts: Counter[str]) -> dict[str, Any]:
    looked_up = sum(counts.values()) - counts["not found"]
    near = counts["agree"] + counts["variant"]
    return {outcome.replace(" ", "_"): counts[outcome] for outcome in OUTCOMES} | {
        "agreement": round(counts["agree"] / looked_up, 4) if looked_up else None,
        "agreement_with_variants": round(near / looked_up, 4) if looked_up else None,
    }
