"""Lists written for the project: one file a language in ``names/curated``, a kind and its names on each line."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from importlib.resources import as_file, files

from ipaner.errors import FormatError
from ipaner.files import read_lines
from ipaner.names.name import KIND_NAMES, Kind, Name

_PARTS = 2
"""A person's name of so many words is also a given and a family name, if both are long enough to be told."""


def read_curated(languages: Collection[str] | None = None) -> Iterator[Name]:
    """Names of the project's own lists.

    Args:
        languages: ISO 639-3 codes; None for all.

    Raises:
        FormatError: If a list is not of the form.
    """
    with as_file(files("ipaner.names") / "curated") as folder:
        for path in sorted(folder.glob("*.tsv")):
            if languages is not None and path.stem not in languages:
                continue
            for number, line in read_lines(path):
                if not line.strip() or line.startswith("#"):
                    continue
                kind, tab, names = line.partition("\t")
                if not tab or kind not in KIND_NAMES:
                    raise FormatError(f"expected one of {', '.join(KIND_NAMES)} and a tab", path, number)
                for name in names.split(";"):
                    if text := unicodedata.normalize("NFC", " ".join(name.split())):
                        yield Name(text, KIND_NAMES[kind], path.stem, "curated")
                        if kind == "person":
                            yield from _parts(text, path.stem)


def _parts(person: str, language: str) -> Iterator[Name]:
    words = person.split()
    if len(words) == _PARTS and language != "cmn":
        yield Name(words[0], Kind.GIVEN, language, "curated")
        yield Name(words[1], Kind.FAMILY, language, "curated")
