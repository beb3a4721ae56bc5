"""Lists of pairs in tab-separated files, one a language: ``DIR/<language>.tsv[.gz]``.

The first line names the columns. ``english``, ``word`` and ``relation`` are needed; ``source``, ``licence`` (or
``upstream licence``) and ``note`` are taken along; others are ignored.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from pathlib import Path

from ipaner.errors import ConfigError, FormatError
from ipaner.files import read_lines
from ipaner.pairs.pair import RELATIONS, Pair

NEEDED = ("english", "word", "relation")
_LICENCES = ("licence", "upstream licence")


def read_tsv(
    directory: Path,
    language: str,
    *,
    relations: Collection[str] = RELATIONS,
    exclude: Collection[str] = (),
    licence: str = "",
) -> Iterator[Pair]:
    """Pairs of one language.

    Args:
        directory: Where the files lie.
        language: ISO 639-3 code, the file's name.
        relations: Only these are taken.
        exclude: Sources that are left out, by their name up to the first ``;``.
        licence: Of rows that state none.

    Raises:
        ConfigError: There is no file for the language.
        FormatError: A column is missing, a line has another number of fields, or a relation is unknown.
    """
    path = find_list(directory, language)
    for number, row in rows(path, NEEDED):
        if row["relation"] not in RELATIONS:
            raise FormatError(f"unknown relation '{row['relation']}'. Known: {', '.join(RELATIONS)}", path, number)
        source = row.get("source", "").partition(";")[0] or path.name.partition(".")[0]
        if row["relation"] not in relations or source in exclude:
            continue
        yield Pair(
            language=language,
            english=_tidy(row["english"]),
            word=_tidy(row["word"]),
            relation=row["relation"],
            source=source,
            licence=next((row[column] for column in _LICENCES if row.get(column)), licence),
            note=row.get("note", ""),
        )


def find_list(directory: Path, language: str) -> Path:
    """The file of a language in a folder.

    Raises:
        ConfigError: There is none.
    """
    for name in (f"{language}.tsv.gz", f"{language}.tsv"):
        if (directory / name).is_file():
            return directory / name
    raise ConfigError(f"There is no list of pairs for '{language}': neither {language}.tsv.gz nor .tsv in {directory}")


def rows(path: Path, needed: Collection[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Lines of a table as dictionaries, with their numbers.

    Raises:
        FormatError: A column is missing, or a line has another number of fields than the header.
    """
    lines = read_lines(path)
    header = next(lines, (1, ""))[1].split("\t")
    missing = [column for column in needed if column not in header]
    if missing:
        raise FormatError(
            f"the header lacks the column{'s' * (len(missing) > 1)} {', '.join(missing)}; it has {', '.join(header)}",
            path,
            1,
        )
    for number, line in lines:
        if not line:
            continue
        fields = line.split("\t")
        if len(fields) != len(header):
            raise FormatError(f"has {len(fields)} fields where the header has {len(header)}", path, number)
        yield number, dict(zip(header, fields, strict=True))


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))
