"""Tables of pairs: tab-separated, one pair a line, with a header; packed with gzip where the name ends in ``.gz``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

from ipaner.errors import FormatError
from ipaner.files import atomic_write, read_lines
from ipaner.pairs.pair import RELATIONS, Pair

COLUMNS = tuple(field.name for field in fields(Pair))
_NEEDED = ("language", "english", "word", "relation", "english_ipa", "ipa", "transcribed")


def write_pairs(path: Path, pairs: Iterable[Pair]) -> None:
    """Write a table, whole or not at all.

    Raises:
        FormatError: If a value holds a tab or a line break.
    """
    with atomic_write(path) as file:
        file.write("\t".join(COLUMNS) + "\n")
        for pair in pairs:
            values = [_text(getattr(pair, column)) for column in COLUMNS]
            if any(character in value for value in values for character in "\t\n\r"):
                raise FormatError(f"a tab or line break stands in the pair {pair.english} / {pair.word}", path)
            file.write("\t".join(values) + "\n")


def read_pairs(path: Path) -> list[Pair]:
    """Read a table that :func:`write_pairs` wrote, or one by hand; columns in any order, unknown ones refused.

    Raises:
        FormatError: If a column is missing or unknown, or a line has another number of fields or a wrong value.
    """
    lines = read_lines(path)
    _, first = next(lines, (1, ""))
    header = first.split("\t")
    missing = [column for column in _NEEDED if column not in header]
    if missing:
        raise FormatError(
            f"the header lacks the column{'s' * (len(missing) > 1)} {', '.join(missing)}. A table of pairs has the "
            f"columns {', '.join(COLUMNS)}; 'ipaner pairs build' makes one",
            path,
            1,
        )
    unknown = [column for column in header if column not in COLUMNS]
    if unknown:
        raise FormatError(f"unknown columns: {', '.join(unknown)}. Known: {', '.join(COLUMNS)}", path, 1)
    pairs = [_pair(header, line, path, number) for number, line in lines if line]
    if not pairs:
        raise FormatError("holds no pairs", path)
    return pairs


def _pair(header: list[str], line: str, path: Path, number: int) -> Pair:
    fields_ = line.split("\t")
    if len(fields_) != len(header):
        raise FormatError(f"has {len(fields_)} fields where the header has {len(header)}", path, number)
    row: dict[str, str] = dict(zip(header, fields_, strict=True))
    if row["relation"] not in RELATIONS:
        raise FormatError(f"unknown relation '{row['relation']}'. Known: {', '.join(RELATIONS)}", path, number)
    empty = [column for column in _NEEDED if not row[column].strip()]
    if empty:
        raise FormatError(f"has nothing in the column {empty[0]}", path, number)
    distance = row.pop("distance", "")
    try:
        value = float(distance) if distance else None
    except ValueError as error:
        raise FormatError(f"distance '{distance}' is no number", path, number) from error
    return Pair(**({"source": "", "licence": ""} | row), distance=value)


def _text(value: object) -> str:
    return "" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)
