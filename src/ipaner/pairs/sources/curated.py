"""The lists of loanwords and cognates written for this project, ``pairs/curated/<language>.tsv``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path

from ipaner.errors import ConfigError
from ipaner.pairs.pair import Pair
from ipaner.pairs.sources.tsv import read_tsv

SOURCE = "curated"
LICENCE = "Apache-2.0"


def curated_languages() -> tuple[str, ...]:
    """Codes of the languages that have a list."""
    folder = files("ipaner.pairs") / "curated"
    return tuple(sorted(file.name.partition(".")[0] for file in folder.iterdir() if file.name.endswith(".tsv")))


def read_curated(language: str) -> Iterator[Pair]:
    """Pairs of one language from the package's own list.

    Raises:
        ConfigError: There is no list for it.
    """
    if language not in curated_languages():
        raise ConfigError(
            f"There is no curated list for '{language}'. There are lists for: {', '.join(curated_languages())}"
        )
    with as_file(files("ipaner.pairs") / "curated") as folder:
        for pair in read_tsv(Path(folder), language, licence=LICENCE):
            yield replace(pair, source=SOURCE)
