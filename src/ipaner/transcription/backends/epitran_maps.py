"""Reads the map and rule files of Epitran (Mortensen et al. 2018) with an engine of our own.

Epitran's Python needs panphon and pandas and over a second a language; the files themselves are all that matters. The
engine does the same steps in the same order: lower case and NFD, strip, rules before, longest match in the map, rules
after. Letters no map entry knows are approximated by romanisation and counted.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Callable, Iterator
from importlib.metadata import distribution, version
from pathlib import Path
from string import ascii_letters, ascii_lowercase

import regex

from ipaner.errors import ConfigError
from ipaner.transcription.backends import Reading
from ipaner.transcription.backends.romanised import approximate
from ipaner.transcription.scripts import APOSTROPHES, is_letter

_TONES = regex.compile("[˩˨˧˦˥]")
_RULE = regex.compile(r"(\S+)\s*->\s*(\S+)\s*/\s*(\S*)\s*[_]\s*(\S*)")
_SYMBOL = regex.compile(r"(?P<symbol>::\w+::)\s*=\s*(?P<value>.+)")
_REFERENCE = regex.compile(r"::\w+::")
_SWAP = regex.compile(r"[?]P[<]sw1[>].+[?]P[<]sw2[>]")
_HANGUL = regex.compile(r"[가-힣]")
_SELF_EVIDENT = frozenset(letter for letter in ascii_lowercase if approximate(letter) == letter)
_HARMLESS_ACCENTS = frozenset("\u0300\u0301\u0302\u0304")
_OKINA_AFTER = {"uzb-Latn": regex.compile(r"(?<=[oOgG])[’ʼ'`]")}
"""Where a typed apostrophe after these letters means the turned comma that the map knows."""

Rule = Callable[[str], str]


def data_folder() -> Path:
    """Epitran's data, found without importing Epitran."""
    return Path(str(distribution("epitran").locate_file("epitran/data")))


class EpitranMap:
    """One of Epitran's languages, for instance ``mri-Latn``."""

    def __init__(self, code: str, *, as_published: bool = False) -> None:
        """Read the files of a language.

        Args:
            code: ISO 639-3 code and ISO 15924 code joined with a hyphen.
            as_published: Leave unknown letters in the output as Epitran does.

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
        self._map = dict(_read_map(path))
        graphemes = sorted(self._map, key=len, reverse=True)
        self._longest = regex.compile("|".join(graphemes), regex.I)
        strip = folder / "strip" / f"{code}.csv"
        self._strip = frozenset(_read_column(strip)) if strip.is_file() else frozenset()
        before, after = folder / "pre" / f"{code}.txt", folder / "post" / f"{code}.txt"
        self._before = list(_read_rules(before)) if before.is_file() else []
        self._after = list(_read_rules(after)) if after.is_file() else []
        self._known_after = frozenset(unicodedata.normalize("NFD", after.read_text("utf-8")) if after.is_file() else "")
        self._known_after -= frozenset(ascii_letters)
        # Some maps list only the letters that are not IPA as they stand
        self._self_evident = _SELF_EVIDENT if "-Latn" in code and "a" not in self._map else frozenset()
        known = "".join(graphemes) + (before.read_text("utf-8") if before.is_file() else "")
        self._apostrophes = str.maketrans(_fold_apostrophes(known))

    def read(self, letters: str) -> Reading:
        """Transcribe letters of the map's script."""
        if not self._as_published:
            if self.code in _OKINA_AFTER:
                letters = _OKINA_AFTER[self.code].sub("ʻ", letters)
            letters = letters.translate(self._apostrophes)
        letters = _HANGUL.sub(lambda syllable: _hangul_letters(syllable.group()), letters)
        text = unicodedata.normalize("NFD", letters.lower())
        text = "".join(c for c in text if c not in self._strip)
        given = frozenset(text)
        for rule in self._before:
            text = rule(text)
        ipa, unmapped = self._match(text, given)
        for rule in self._after:
            ipa = rule(ipa)
        return Reading("".join(ipa.split()), unmapped)

    def _match(self, text: str, given: frozenset[str]) -> tuple[str, int]:
        """Longest matches from left to right; what rules put in (it is not in ``given``) passes."""
        pieces: list[str] = []
        position = unmapped = 0
        while position < len(text):
            found = self._longest.match(text, position)
            if found and found.end() > position:
                pieces.append(self._map.get(found.group(), found.group()))
                position = found.end()
                continue
            character = text[position]
            position += 1
            if character not in given:
                pieces.append(character)
                continue
            if character in self._known_after:
                pieces.append(character)  # such as a virama, which rules take out in the end
                continue
            letter = is_letter(character)
            if letter or (unicodedata.category(character) == "Mn" and character not in _HARMLESS_ACCENTS):
                unmapped += character not in self._self_evident
            pieces.append(approximate(character) if letter and not self._as_published else character)
        return "".join(pieces), unmapped


def _hangul_letters(syllable: str) -> str:
    """The letters of a Hangul syllable, as they are written alone: what Epitran's map has."""
    jamo = (unicodedata.name(part).split(" ", 2)[2] for part in unicodedata.normalize("NFD", syllable))
    return "".join(unicodedata.lookup(f"HANGUL LETTER {name}") for name in jamo)


def _fold_apostrophes(known: str) -> dict[str, str | None]:
    """Apostrophes the files do not know become one that they know, or nothing."""
    preferred = next((a for a in APOSTROPHES if a in known), None)
    return {a: preferred for a in APOSTROPHES if a not in known}


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


def _read_rules(path: Path) -> Iterator[Rule]:
    symbols: dict[str, str] = {}
    for raw in path.read_text("utf-8").splitlines():
        line = unicodedata.normalize("NFD", raw.strip())
        if not line or line.startswith("%"):
            continue
        definition = _SYMBOL.match(line)
        if definition:
            symbols[definition["symbol"]] = definition["value"]
            continue
        while reference := _REFERENCE.search(line):
            line = line.replace(reference.group(), symbols[reference.group()])
        parts = _RULE.match(line)
        if parts is None:
            raise ConfigError(f"{path}: cannot read the rule {raw!r}.")
        yield _compile(*parts.groups(default=""))


def _compile(source: str, target: str, left: str, right: str) -> Rule:
    left, right = left.replace("#", "^"), right.replace("#", "$")
    source, target = source.replace("0", ""), target.replace("0", "")
    if _SWAP.search(source):
        swap = regex.compile(rf"(?P<X>{left}){source}(?P<Y>{right})")
        return lambda text: swap.sub(
            lambda m: (m["X"] or "") + (m["sw2"] or "") + (m["sw1"] or "") + (m["Y"] or ""), text
        )
    pattern = regex.compile(rf"(?P<X>{left})(?P<a>{source})(?P<Y>{right})")
    return lambda text: pattern.sub(lambda m: (m["X"] or "") + target + (m["Y"] or ""), text)
