"""The table that comes with the package."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

NAME = "conlipa-1.tsv.gz"


def shipped_table() -> Path:
    """Where the package's own table of pairs lies; its data card stands beside it."""
    return Path(str(files("ipaner.pairs") / "data" / NAME))
