"""Reads the map and rule files of Epitran (Mortensen et al. 2018) with an engine of our own.

Epitran's Python needs panphon and pandas and over a second a language; the files themselves are all that matters. The
engine does the same steps in the same order: lower case and NFD, strip, rules before, longest match in the map, rules
after. Letters no map entry knows are approximated by romanisation and counted.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.metadata import distribution, version
from pathlib import Path
from string import ascii_letters, ascii_lowercase

import regex

from ipaner.errors import ConfigError
from ipaner.transcription.backends import Reading
from ipaner.transcription.backends.maps import Speller, fold_apostrophes
from ipaner.transcription.backends.romanised import approximate
from ipaner.transcription.backends.rules import Cascade, read_epitran_rules

_TONES = regex.compile("[˩˨˧˦˥]")
_SELF_EVIDENT = frozenset(letter for letter in ascii_lowercase if approximate(letter) == letter)
_OKINA_AFTER = {"uzb-Latn": regex.compile(r"(?<=[oOgG])[’ʼ'`]")}
"""Where a typed apostrophe after these letters means the turned comma that the map knows."""


def data_folder() -> Path:
    """Epitran's data, found without importing Epitran."""
    return Path(str(distribution("epitran").locate_file("epitran/data")))


class EpitranMap:
    """One of Epitran's languages, for instance ``mri-Latn``."""

    def __init__(self, code: str, *, as_published: bool = False) -> None:
        """Read the files of a language.

        Args:
            code: ISO 639-3 code and ISO 15924 code joined with a hyphen.
            as_published: Give exactly what Epitran gives, unknown letters and blanks included.

        Raises:
            ConfigError: Epitran has no such map.
        """
        folder = data_folder()
        path = folder / "map" / f"{code}.csv"
        if not path.is_file():
            raise ConfigError(f"Epitran {version('epitran')} has no map {code!r}.")
        self.version = f"epitran {version('epitran')} {code}"
        self.code = code
        self._as_published = as_published
        sounds = dict(_read_map(path))
        # Some maps list only the letters that are not IPA as they stand
        exceptions_only = "-Latn" in code and "a" not in sounds
        if exceptions_only:
            sounds = {"g": "g", "j": "j"} | sounds  # romanisation would take them for others
        strip = folder / "strip" / f"{code}.csv"
        self._strip = dict.fromkeys(map(ord, _read_column(strip))) if strip.is_file() else {}
        before, after = folder / "pre" / f"{code}.txt", folder / "post" / f"{code}.txt"
        self._speller = Speller(
            sounds,
            Cascade(read_epitran_rules(before), of_epitran=True) if before.is_file() else None,
            Cascade(read_epitran_rules(after), of_epitran=True) if after.is_file() else None,
            kept=frozenset(unicodedata.normalize("NFD", after.read_text("utf-8"))) - frozenset(ascii_letters)
            if after.is_file()
            else (),
            self_evident=_SELF_EVIDENT if exceptions_only else (),
            approximating=not as_published,
        )
        known = "".join(sounds) + (before.read_text("utf-8") if before.is_file() else "")
        self._apostrophes = fold_apostrophes(known)

    def read(self, letters: str) -> Reading:
        """Transcribe letters of the map's script."""
        if not self._as_published:
            if self.code in _OKINA_AFTER:
                letters = _OKINA_AFTER[self.code].sub("ʻ", letters)
            letters = letters.translate(self._apostrophes)
        if any("가" <= character <= "힣" for character in letters):
            letters = unicodedata.normalize("NFD", letters).translate(_letters_of_jamo())
        text = unicodedata.normalize("NFD", letters.lower())
        if self._strip:
            text = text.translate(self._strip)
        ipa, unmapped = self._speller.read(text)
        return Reading(unicodedata.normalize("NFC", ipa) if self._as_published else "".join(ipa.split()), unmapped)


@cache
def _letters_of_jamo() -> dict[int, str]:
    """Parts of Hangul syllables to letters as they are written alone, which Epitran's map has."""
    letters: dict[int, str] = {}
    for code in range(0x1100, 0x1200):
        name = unicodedata.name(chr(code)).split(" ", 2)[2]
        try:
            letters[code] = unicodedata.lookup(f"HANGUL LETTER {name}")
        except KeyError:
            continue  # of an older spelling: it is never alone
    return letters


def _read_map(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        next(rows)
        for grapheme, phone in rows:
            phone = _TONES.sub("", unicodedata.normalize("NFD", phone))
            yield unicodedata.normalize("NFD", grapheme), phone


def _read_column(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.reader(lines):
            yield from row[:1]
