"""Pronunciations that people wrote down, to be preferred to what rules make of the spelling.

A list is ``DIR/<language>-<script>.tsv[.gz]``, as WikiPron's: a word, a tab, and its pronunciations, phones separated
by blanks, ``|`` between alternatives.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

from ipaner.errors import ConfigError, FormatError
from ipaner.files import read_lines
from ipaner.transcription.canonical import canonical

LICENCE = "ipa CC BY-SA (WikiPron)"
"""What the licence of a pair says besides, once its transcription comes from such a list."""


class Attested:
    """The pronunciations of one language.

    Of several alternatives the first is taken: the choice must not depend on the English word.
    """

    def __init__(self, directory: Path, language: str) -> None:
        """Read the lists of a language, of whatever scripts.

        Raises:
            ConfigError: There is no list for it.
            FormatError: A line is no word and pronunciation.
        """
        files = sorted(f for f in directory.glob(f"{language}-*") if f.name.endswith((".tsv", ".tsv.gz")))
        if not files:
            raise ConfigError(
                f"There is no list of pronunciations for '{language}': no {language}-*.tsv[.gz] in {directory}"
            )
        self._words: dict[str, tuple[str, ...]] = {}
        for file in files:
            self._read(file)

    def __len__(self) -> int:
        return len(self._words)

    def look_up(self, word: str) -> tuple[str, ...] | None:
        """Canonical phones of a word; None if no list has it, spelled exactly so or in lower case."""
        word = unicodedata.normalize("NFC", word)
        return self._words.get(word) or self._words.get(word.lower())

    def _read(self, file: Path) -> None:
        for number, line in read_lines(file):
            if not line.strip():
                continue
            word, tab, pronunciations = line.partition("\t")
            if not tab:
                raise FormatError("is not a word, a tab and a pronunciation", file, number)
            phones = canonical(pronunciations.partition("|")[0])
            if phones:
                self._words.setdefault(unicodedata.normalize("NFC", word), phones)
