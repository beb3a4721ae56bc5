"""Errors of transcription as they were measured against attested pronunciations, read from ``measured.tsv``.

``python experiments/transcription.py tables`` writes the file; ``docs/transcription.md`` tells how they are measured.
"""

from __future__ import annotations

from csv import DictReader
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ipaner.languages.table import Language


@dataclass(frozen=True, slots=True)
class Measured:
    """Errors of one profile in one language and script.

    Attributes:
        profile: The transcription profile.
        script: ISO 15924 code.
        backend: The back end that was measured.
        words: Number of words, none of which the back end was chosen by.
        per: Edits per hundred phones.
        fper: The same where a substitution costs the share of articulatory features that differ.
        source: The list of attested pronunciations, by the code and script WikiPron gives it.
    """

    profile: str
    script: str
    backend: str
    words: int
    per: float
    fper: float
    source: str


def measured(language: Language) -> tuple[Measured, ...]:
    """Errors of a language's present back ends; nothing of those that were not measured.

    Example:
        >>> from ipaner import languages
        >>> [(found.source, found.words) for found in measured(languages.get("ceb")) if found.profile == "core"]
        [('WikiPron ceb-Latn', 400)]
    """
    rows = _rows().get(language.code, ())
    return tuple(row for row in rows if row.backend == language.backend(row.profile, row.script))


@cache
def _rows() -> dict[str, tuple[Measured, ...]]:
    lines = files(__package__).joinpath("measured.tsv").read_text("utf-8").splitlines()
    found: dict[str, tuple[Measured, ...]] = {}
    for row in DictReader(lines, delimiter="\t"):
        value = Measured(
            profile=row["profile"],
            script=row["script"],
            backend=row["backend"],
            words=int(row["words"]),
            per=float(row["per"]),
            fper=float(row["fper"]),
            source=f"WikiPron {row['list']}",
        )
        found[row["code"]] = (*found.get(row["code"], ()), value)
    return found
