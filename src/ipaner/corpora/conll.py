"""CoNLL: one word a line, a blank line between sentences; ``token tag`` or CoNLL-2003's ``token pos chunk tag``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path

from ipaner.corpora.schemes import ReadReport, Scheme, parse_tag, to_iob2
from ipaner.corpora.sentence import Sentence
from ipaner.errors import FormatError
from ipaner.files import atomic_write_bytes, read_lines

_DOCUMENT_START = "-DOCSTART-"
_BOM = "\ufeff"
_NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five"}
_UNWRITABLE = re.compile(r"[\t\n\r\0]")


def read_conll(
    path: str | Path,
    *,
    scheme: Scheme | str = Scheme.AUTO,
    label_map: Mapping[str, str] | None = None,
    report: ReadReport | None = None,
) -> Iterator[Sentence]:
    """Read sentences one by one.

    A line with a tab is split at tabs, so that a word may hold blanks; any other line is split at blanks.
    ``-DOCSTART-`` lines are passed over, and so are comments: lines that begin with ``#``, hold no
    tab and end in no tag.

    Args:
        path: The file, plain or gzip.
        scheme: Scheme of the tags, see `ipaner.corpora.schemes`.
        label_map: New names of labels, see `to_iob2`.
        report: Counts sentences and repaired tags.

    Raises:
        FormatError: If a line has another number of columns than the first, or something is no tag.
    """
    scheme, report = Scheme(scheme), report or ReadReport()
    tokens: list[str] = []
    tags: list[str] = []
    for row in chain(_rows(Path(path), scheme), [None]):
        if row is not None:
            tokens.append(row[0])
            tags.append(row[1])
        elif tokens:
            converted, repairs = to_iob2(tags, scheme, label_map)
            report.sentences += 1
            report.repairs += repairs
            yield Sentence(tuple(tokens), converted)
            tokens, tags = [], []


def _rows(path: Path, scheme: Scheme) -> Iterator[tuple[str, str] | None]:
    """Token and tag of each line, None where a sentence ends."""
    width = 0
    for number, line in read_lines(path):
        columns = line.rstrip(" ").split("\t") if "\t" in line else [c for c in line.split(" ") if c]
        if not any(columns) or columns[0] == _DOCUMENT_START:
            yield None
        elif not _is_comment(line, columns):
            try:
                _check(columns, width, scheme)
            except ValueError as error:
                raise FormatError(str(error), path, number) from error
            width = len(columns)
            yield columns[0], columns[-1]


def _is_comment(line: str, columns: list[str]) -> bool:
    if not line.startswith("#") or "\t" in line:
        return False
    try:
        parse_tag(columns[-1])
    except ValueError:
        return True
    return False


def _check(columns: list[str], width: int, scheme: Scheme) -> None:
    found = _count(len(columns))
    if width and len(columns) != width:
        raise ValueError(f"a line with {found} in a file of {_count(width)}")
    if len(columns) not in (2, 4):
        raise ValueError(f"a line with {found}. CoNLL has two (token, tag) or four (token, pos, chunk, tag)")
    if any("\0" in column for column in columns):
        raise ValueError("holds a NUL character: this is no text file, or UTF-16, not UTF-8")
    if not columns[0]:
        raise ValueError("the token is empty")
    parse_tag(columns[-1], scheme)


def _count(columns: int) -> str:
    return f"{_NUMBERS.get(columns, columns)} column{'s' * (columns != 1)}"


def write_conll(path: str | Path, sentences: Iterable[Sentence]) -> int:
    """Write two columns separated by a tab, whole or not at all; packed if the name ends in ``.gz``.

    CoNLL has no place for a sentence's ``ipa``, which is left out.

    Returns:
        How many sentences were written.

    Raises:
        FormatError: If a word cannot stand in CoNLL: it holds a tab, a line end, a NUL or a lone surrogate, or is
            ``-DOCSTART-``. JSON Lines takes every word.
        IpanerError: If the file cannot be written.
    """
    count = 0
    with atomic_write_bytes(path) as stream:
        for sentence in sentences:
            count += 1
            rows = "".join(f"{token}\t{tag}\n" for token, tag in zip(sentence.tokens, sentence.tags, strict=True))
            try:
                if _DOCUMENT_START in sentence.tokens or any(map(_UNWRITABLE.search, sentence.tokens)):
                    raise ValueError("a word holds a tab, a line end or a NUL, or is -DOCSTART-")
                if count == 1 and rows.startswith(_BOM):
                    rows = _BOM + rows  # the first one of a file is taken for a byte order mark
                stream.write(rows.encode("utf-8") + b"\n")
            except ValueError as error:
                raise FormatError(
                    f"sentence {count} cannot be CoNLL: {error}. Write JSON Lines instead", path
                ) from error
    return count
