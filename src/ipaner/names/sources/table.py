"""Lists that a user brings: CSV or TSV with a header that has a column of names, and perhaps types and languages."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from ipaner import languages
from ipaner.errors import FormatError, LanguageNotSupported
from ipaner.files import read_lines
from ipaner.names.name import KIND_NAMES, PERSON, Kind, Name

TYPES = {"PER": PERSON, "LOC": Kind.PLACE, "ORG": Kind.ORG}
"""Entity labels as types of a list; the finer kinds of the project's lists may be given, too."""

_LONGEST = 200


def read_table(path: Path, *, kind: Kind | None = None, language: str | None = None) -> Iterator[Name]:
    """Names of a list.

    The file is UTF-8, a name on each line, or a table with a header that names the columns ``name``,
    ``type`` (PER, LOC, ORG, or a kind such as ``given`` or ``org-word``) and ``language``.

    Args:
        path: The file; tabs part columns if the first line has one, else commas.
        kind: What the names are where the file does not say.
        language: Their language where the file does not say.

    Raises:
        FormatError: If the file cannot be read, has no names, is a table without a column of that name, or a line lacks
            what it should say.
    """
    lines = [(number, line) for number, line in read_lines(path) if line.strip()]
    if not lines:
        raise FormatError("holds no names", path)
    delimiter = "\t" if "\t" in lines[0][1] else ","
    rows = [(number, _cells(line, delimiter, path, number)) for number, line in lines]
    header = [cell.strip().lower() for cell in rows[0][1]]
    columns = {"name": 0}
    if "name" not in header and (len(header) > 1 or ";" in lines[0][1]):
        found = ", ".join(filter(None, header))
        raise FormatError(f"has several columns, none of them 'name', parted by tabs or commas: {found}", path, 1)
    if "name" in header:
        columns = {column: header.index(column) for column in ("name", "type", "language") if column in header}
        rows = rows[1:]
    for number, row in rows:
        cell = {column: row[place].strip() for column, place in columns.items() if place < len(row)}
        text = unicodedata.normalize("NFC", " ".join(cell.get("name", "").split()))
        if not text:
            continue
        if len(text) > _LONGEST:
            raise FormatError(f"a name of {len(text)} characters is no name", path, number)
        its_kind = _kind(cell["type"], path, number) if cell.get("type") else kind
        if its_kind is None:
            raise FormatError("of what type is it? Give --type PER, LOC or ORG, or a column 'type'", path, number)
        its_language = _language(cell["language"], path, number) if cell.get("language") else language
        if its_language is None:
            raise FormatError("which language is it? Give -l CODE, or a column 'language'", path, number)
        yield Name(text, its_kind, its_language, path.name)


def _cells(line: str, delimiter: str, path: Path, number: int) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise FormatError(f"is no row of a table: {error}", path, number) from error


def _kind(value: str, path: Path, line: int) -> Kind:
    found = TYPES.get(value.upper()) or KIND_NAMES.get(value.lower())
    if found is None:
        known = ", ".join([*TYPES, *KIND_NAMES])
        raise FormatError(f"no type {value!r}. There are: {known}", path, line)
    return found


def _language(value: str, path: Path, line: int) -> str:
    try:
        return languages.get(value).code
    except LanguageNotSupported as error:
        raise FormatError(str(error), path, line) from error
