"""The commonest words of languages, counted in plain text: what sounds like a name may just be one of them."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from ipaner.errors import FormatError, LanguageNotSupported
from ipaner.files import read_lines
from ipaner.languages import get
from ipaner.transcription.scripts import is_letter
from ipaner.transcription.words import word_spans

MOST = 1000
"""Words of a language that are kept."""

_CHARACTERS = 120_000
_FEWEST_WORDS = 2_000


def common_words(folder: Path, progress: Callable[[int], object] = lambda n: None) -> dict[str, list[str]]:
    """The commonest words of every language that a folder holds text of.

    Capitalised words are not counted, so that names are not common words where a script has capitals.

    Args:
        folder: Files ``LANGUAGE.txt[.gz]``, UTF-8.
        progress: Told when a file has been read.

    Raises:
        FormatError: If the folder holds no such file, or one cannot be read.
    """
    files = sorted(p for p in folder.glob("*.txt*") if p.name.endswith((".txt", ".txt.gz")))
    if not files:
        raise FormatError("holds no text, LANGUAGE.txt or LANGUAGE.txt.gz", folder)
    found: dict[str, list[str]] = {}
    for path in files:
        progress(1)
        try:
            code = get(path.name.split(".")[0]).code
        except LanguageNotSupported:
            continue
        counts = Counter(_words(path))
        if counts.total() >= _FEWEST_WORDS:
            ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
            found[code] = [word for word, count in ranked[:MOST] if count > 1]
    return found


def _words(path: Path) -> Iterator[str]:
    read = 0
    for _, line in read_lines(path):
        for start, end in word_spans(line):
            word = unicodedata.normalize("NFC", line[start:end])
            if word == word.lower() and any(map(is_letter, word)):
                yield word
        read += len(line)
        if read > _CHARACTERS:
            return
