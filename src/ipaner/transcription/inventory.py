"""Makes the vocabulary file: ``python -m ipaner.transcription.inventory > vocabulary-2.txt``.

The phones are those in the tables of the permissive back ends of all languages, and every base letter of the canonical
form; their articulatory features are panphon's (Mortensen et al. 2016). A vocabulary that models were trained with is
never changed: a new one gets a new number.
"""

from __future__ import annotations

import csv
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from ipaner.languages import all_languages
from ipaner.languages.discovery import find_folder
from ipaner.languages.folder import MAP
from ipaner.transcription.backends.epitran_maps import data_folder
from ipaner.transcription.backends.letters import Letters
from ipaner.transcription.canonical import CONSONANTS, DIACRITICS, TIE, VOWELS, canonical

FEATURES = 24
"""Articulatory features of a phone, as panphon has them."""

SPECIALS = ("<pad>", "<s>", "</s>", "<unk>", "<mask>", "▁")
PUNCTUATION = tuple("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
DIGIT = "0"

_STAND_INS = str.maketrans({"ʜ": "ħ", "ʢ": "ʕ", "ʡ": "ʔ", "ᶑ": "ɗ", "ⱱ": "v"})
"""Letters that panphon lacks, and the nearest it has."""


@cache
def _panphon() -> Any:
    import panphon

    return panphon.FeatureTable()


def features(phone: str) -> tuple[int, ...] | None:
    """Articulatory features of a phone by panphon: -1, 0 or 1 each; None if it knows no part of the phone."""
    segments = _panphon().word_fts(unicodedata.normalize("NFD", phone).translate(_STAND_INS))
    return tuple(segments[0].numeric()) if segments else None


def phones() -> list[str]:
    """Every phone of the inventory, in code point order."""
    found = {phone for ipa in _strings() for phone in canonical(ipa)}
    return sorted(found | set(VOWELS + CONSONANTS))


def written_in_tables(backend: str) -> Iterator[str]:
    """IPA in the table of a back end, such as ``epitran:mri-Latn``; nothing where it has no table.

    Example:
        >>> sorted(set(written_in_tables("epitran:mri-Latn")))[:4]
        ['a', 'aː', 'e', 'eː']
    """
    kind, _, code = backend.rpartition("related:")[2].partition(":")
    if kind == "epitran":
        yield from _column(data_folder() / "map" / f"{code}.csv")
    elif kind == "japanese":
        yield from _column(data_folder() / "map" / "jpn-Kana.csv")
    elif kind == "folder":
        yield from _column(find_folder(code).path / MAP)
    elif kind == "letters":
        for stretches in Letters(code).choices.values():
            yield from stretches
    elif kind == "o2i":
        import orthography2ipa

        for sounds in orthography2ipa.get(code).graphemes.values():
            yield from sounds


def _column(file: Path) -> Iterator[str]:
    """The second column of a map, without its heading."""
    yield from (row[1] for row in list(csv.reader(file.read_text("utf-8").splitlines()))[1:])


def _strings() -> Iterator[str]:
    for language in all_languages():
        for part in language.backends["core"].split(";"):
            yield from written_in_tables(part.rpartition("=")[2])


def _base(phone: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", phone).replace("c\u0327", "ç") if c not in DIACRITICS)


def _rows() -> Iterator[str]:
    yield from SPECIALS
    yield from PUNCTUATION
    yield DIGIT
    for phone in phones():
        known = features(phone) or features(_base(phone)) or features(_base(phone).split(TIE)[0]) or (0,) * FEATURES
        yield phone + "\t" + "".join("-0+"[value + 1] for value in known)


if __name__ == "__main__":
    sys.stdout.write("".join(row + "\n" for row in _rows()))
