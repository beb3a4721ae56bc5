"""Maps from letters to sounds, matched longest first, between the rules before and after them."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import regex

from ipaner.errors import FormatError
from ipaner.files import read_lines
from ipaner.languages.folder import NormalForm
from ipaner.transcription.backends.romanised import approximate
from ipaner.transcription.backends.rules import Report, stop
from ipaner.transcription.scripts import APOSTROPHES, is_letter

HEADER = ("grapheme", "phonemes", "note")

_HARMLESS_ACCENTS = frozenset("\u0300\u0301\u0302\u0304")


class Speller:
    """Reads words by a map and the rules around it.

    Example:
        >>> speller = Speller({"s": "s", "sh": "ʃ", "a": "a"})
        >>> speller.read("shash"), speller.read("hash")
        (('ʃaʃ', 0), ('haʃ', 1))
    """

    def __init__(
        self,
        sounds: Mapping[str, str],
        before: Callable[[str], str] | None = None,
        after: Callable[[str], str] | None = None,
        *,
        kept: Collection[str] = (),
        self_evident: Collection[str] = (),
        approximating: bool = True,
    ) -> None:
        """Put map and rules together.

        Args:
            sounds: Graphemes to phonemes.
            before: Rules applied to the letters.
            after: Rules applied to the phonemes.
            kept: Unknown characters that the rules after the map deal with, such as a virama.
            self_evident: Letters that need no entry to be known.
            approximating: Romanise unknown letters; otherwise they stay in the phonemes as they are.
        """
        self._sounds = dict(sounds)
        self._before, self._after = before, after
        self._kept, self._self_evident = frozenset(kept), frozenset(self_evident)
        self._approximating = approximating
        several = sorted((g for g in self._sounds if len(g) > 1), key=len, reverse=True)
        self._pattern = "|".join([*map(re.escape, several), "(?s:.)"])
        self._cut: Callable[[str], list[str]] = re.compile(self._pattern).findall if several else list
        self._letters = frozenset("".join(self._sounds))
        self._of_one_case = frozenset(_without_other_case(self._letters) if several else self._letters)

    def read(self, text: str) -> tuple[str, int]:
        """Read a word in lower case; returns its phonemes and the number of letters that were unknown."""
        ipa, unknown = self._match(text)
        return ipa if self._after is None else self._after(ipa), len(unknown)

    def unknown(self, text: str) -> str:
        """The letters of a word in lower case that neither map nor rules know."""
        return "".join(self._match(text)[1])

    def _match(self, text: str) -> tuple[str, Sequence[str]]:
        given = text
        if self._before is not None:
            text = self._before(text)
        if self._of_one_case.issuperset(text) and None not in (known := list(map(self._sounds.get, self._cut(text)))):
            return "".join(known), ()  # type: ignore[arg-type]
        return self._with_unknown(self._graphemes(text), frozenset(given))

    def _graphemes(self, text: str) -> list[str]:
        """Cut a word into graphemes.

        As in Epitran, what differs from a grapheme in case only is taken as a whole, though it has no sound in the map:
        rules may put in capitals.
        """
        if any(c not in self._of_one_case and (c in self._letters or c != c.swapcase()) for c in text):
            return regex.findall(self._pattern, text, regex.I)  # type: ignore[no-any-return]
        return self._cut(text)

    def _with_unknown(self, graphemes: Sequence[str], given: frozenset[str]) -> tuple[str, Sequence[str]]:
        """What rules put in (it is not in ``given``) passes; letters of the word itself are approximated and told."""
        pieces: list[str] = []
        unknown: list[str] = []
        for grapheme in graphemes:
            sound = self._sounds.get(grapheme)
            if sound is None and grapheme in given and grapheme not in self._kept:
                letter = is_letter(grapheme)
                if letter or (unicodedata.category(grapheme) == "Mn" and grapheme not in _HARMLESS_ACCENTS):
                    unknown += [grapheme] if grapheme not in self._self_evident else []
                if letter and self._approximating:
                    sound = approximate(grapheme)
            pieces.append(grapheme if sound is None else sound)
        return "".join(pieces), unknown


def _without_other_case(letters: Collection[str]) -> Iterator[str]:
    """Letters that stand in one case only."""
    by_capital: dict[str, list[str]] = {}
    for letter in letters:
        by_capital.setdefault(letter.upper(), []).append(letter)
    for same in by_capital.values():
        yield from (a for a in same if not any(a != b and regex.match(re.escape(a), b, regex.I) for b in same))


def fold_apostrophes(known: Collection[str]) -> dict[int, str | None]:
    """For ``str.translate``: apostrophes that are not known become one that is, or nothing."""
    preferred = next((a for a in APOSTROPHES if a in known), None)
    return str.maketrans({a: preferred for a in APOSTROPHES if a not in known})


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a map.

    Attributes:
        grapheme: One letter or several, in the normal form asked for.
        phonemes: Their IPA in the same form; empty for silent letters.
        note: What the author says of it.
        line: Its line in the file.
    """

    grapheme: str
    phonemes: str
    note: str
    line: int


def read_map(path: Path, form: NormalForm = "NFD", *, report: Report = stop) -> tuple[Entry, ...]:
    """Read a ``map.csv``.

    Args:
        path: The file.
        form: Normal form in which graphemes are matched.
        report: Told of each line that cannot be used; by default the first one ends the reading.

    Raises:
        FormatError: The file is missing or not UTF-8, its header is another, or a line has the wrong number of columns,
            no grapheme, or one that stands above already.
    """
    entries: dict[str, Entry] = {}
    rows = _rows(path, report)
    first_line, header = next(rows, (1, []))
    if tuple(header) not in (HEADER, HEADER[:2]):
        report(FormatError(f"the first line must be '{','.join(HEADER)}'.", path, first_line))
    for line, cells in rows:
        if not 2 <= len(cells) <= len(HEADER):
            problem = (
                f"{len(cells)} columns where 2 or 3 belong ({', '.join(HEADER)}). They are separated by commas; a text "
                'with a comma in it stands between double quotes: "…".'
            )
            report(FormatError(problem, path, line))
            continue
        grapheme, phonemes, note = [*(unicodedata.normalize(form, cell) for cell in cells), ""][:3]
        if not grapheme:
            problem = "the grapheme is empty. A silent letter has empty phonemes instead; else delete the line."
            report(FormatError(problem, path, line))
        elif grapheme in entries:
            problem = f"'{grapheme}' stands on line {entries[grapheme].line} already. Delete one of the two."
            report(FormatError(problem, path, line))
        else:
            entries[grapheme] = Entry(grapheme, "".join(phonemes.split()), note, line)
    return tuple(entries.values())


def _rows(path: Path, report: Report) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not empty, with the number of their last line."""
    reader = csv.reader((line + "\n" for _, line in read_lines(path)), strict=True)
    try:
        for cells in reader:
            if any(cells):
                yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        problem = f"the double quotes do not pair ({error}). A cell in quotes ends with one, and holds others doubled."
        report(FormatError(problem, path, reader.line_num))
