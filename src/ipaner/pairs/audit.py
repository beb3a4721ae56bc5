"""A readers' check of a table: a sample is drawn, people judge each pair, and their sheets come back.

A sheet is a table with a line a pair. Readers fill ``judgement`` (``y``: the two words exist and are related as it
says, ``n``: not so, ``?``: cannot say) and ``reader``, which also says whether a person read; ``comment`` is free.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ipaner.errors import ConfigError, FormatError
from ipaner.files import atomic_write
from ipaner.pairs.pair import Pair
from ipaner.pairs.sources.tsv import rows

SHEET_COLUMNS = (
    "id",
    "language",
    "english",
    "word",
    "relation",
    "note",
    "english_ipa",
    "ipa",
    "judgement",
    "comment",
    "reader",
)
JUDGEMENTS = ("y", "n", "?")
_TOLD = SHEET_COLUMNS[1:8]
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Judged:
    """One filled line: which pair of which language, and what the reader said of it."""

    id: str
    language: str
    judgement: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A filled sheet."""

    reader: str
    lines: tuple[Judged, ...]


@dataclass(frozen=True, slots=True)
class Precision:
    """How many of the judged pairs are right.

    Attributes:
        n: Pairs judged ``y`` or ``n``.
        unsure: Pairs judged ``?``, which count neither way.
        precision: Share of ``y`` among ``n``; None where nothing was judged.
        low: Lower end of Wilson's 95 % interval.
        high: Its upper end.
    """

    n: int
    unsure: int
    precision: float | None
    low: float
    high: float


def draw(pairs: Iterable[Pair], n: int, seed: int) -> list[Pair]:
    """Draw a sample, as many of every language as of any other, give or take one.

    Args:
        pairs: The table.
        n: How many pairs.
        seed: Fixes the draw, which depends on the pairs and not on their order.

    Raises:
        ConfigError: The table has fewer pairs.
    """
    queues: dict[str, list[Pair]] = {}
    for pair in sorted(set(pairs), key=lambda p: _lot(p, seed)):
        queues.setdefault(pair.language, []).append(pair)
    total = sum(map(len, queues.values()))
    if n > total:
        raise ConfigError(f"A sample of {n} was asked for, and there are {total} pairs to draw from")
    depth = 0
    taken: list[Pair] = []
    while len(taken) < n:
        taken += [queues[language][depth] for language in sorted(queues) if depth < len(queues[language])]
        depth += 1
    return sorted(taken[:n], key=lambda pair: (pair.language, pair.english.casefold(), pair.word))


def write_sheet(path: Path, sample: Iterable[Pair]) -> None:
    """Write a sheet to be filled."""
    with atomic_write(path) as file:
        file.write("\t".join(SHEET_COLUMNS) + "\n")
        for pair in sample:
            told = [str(getattr(pair, column)) for column in _TOLD]
            file.write("\t".join([_id(told), *told, "", "", ""]) + "\n")


def read_sheet(path: Path, table: Iterable[Pair]) -> Sheet:
    """Read a filled sheet back.

    Args:
        path: The sheet.
        table: The table it was drawn from.

    Raises:
        FormatError: A line was altered, is not of this table, stands twice or is not judged, or no reader is named.
    """
    known = {_id([str(getattr(pair, column)) for column in _TOLD]) for pair in table}
    lines: dict[str, Judged] = {}
    readers: set[str] = set()
    for number, row in rows(path, SHEET_COLUMNS):
        identity = row["id"]
        if _id([row[column] for column in _TOLD]) != identity:
            raise FormatError(
                "was altered: id and content do not belong together. Fill judgement, comment and reader only",
                path,
                number,
            )
        if identity not in known:
            raise FormatError(
                "is not in this table of pairs: give the table that the sheet was drawn from", path, number
            )
        if identity in lines:
            raise FormatError("stands in the sheet twice", path, number)
        judgement = row["judgement"].strip().lower()
        if judgement not in JUDGEMENTS:
            raise FormatError(f"judgement '{judgement}': write one of {', '.join(JUDGEMENTS)}", path, number)
        readers.add(row["reader"].strip())
        lines[identity] = Judged(identity, row["language"], judgement)
    if not lines:
        raise FormatError("is a sheet without pairs", path)
    if len(readers) != 1 or not all(readers):
        raise FormatError("the column 'reader' must name one reader, the same in every line", path)
    return Sheet(readers.pop(), tuple(lines.values()))


def audit_report(sheets: Sequence[Sheet]) -> dict[str, Any]:
    """Precision by reader and language, and how far two readers agree.

    Args:
        sheets: One filled sheet or two of the same sample.

    Raises:
        ConfigError: Two sheets of different samples, or of one reader, or more than two.
    """
    if not 1 <= len(sheets) <= 2:
        raise ConfigError("Give one filled sheet, or two of the same sample")
    report: dict[str, Any] = {"readers": [_by_language(sheet) for sheet in sheets]}
    if len(sheets) == 2:
        first, second = sheets
        if first.reader == second.reader:
            raise ConfigError(f"Both sheets name the reader '{first.reader}': agreement needs two")
        if {line.id for line in first.lines} != {line.id for line in second.lines}:
            raise ConfigError("The two sheets are of different samples")
        other = {line.id: line.judgement for line in second.lines}
        both = [(line.judgement, other[line.id]) for line in first.lines]
        report["agreement"] = sum(a == b for a, b in both) / len(both)
        report["kappa"] = kappa(both)
        report["both_y"] = asdict(precision("y" if a == b == "y" else "n" for a, b in both))
    return report


def precision(judgements: Iterable[str]) -> Precision:
    """Share of pairs that are right, with Wilson's interval."""
    counts = Counter(judgements)
    n = counts["y"] + counts["n"]
    low, high = wilson(counts["y"], n)
    return Precision(n, counts["?"], counts["y"] / n if n else None, low, high)


def wilson(hits: int, n: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927); from 0 to 1 where nothing was counted.

    Example:
        >>> [round(end, 3) for end in wilson(48, 50)]
        [0.865, 0.989]
    """
    if n == 0:
        return 0.0, 1.0
    share, z2 = hits / n, _Z * _Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def kappa(judgements: Sequence[tuple[str, str]]) -> float | None:
    """Agreement of two readers beyond chance (Cohen 1960), over all three judgements.

    Returns:
        1 for full agreement, 0 for as much as chance gives; None where both gave one judgement throughout.
    """
    n = len(judgements)
    observed = sum(a == b for a, b in judgements) / n
    first, second = Counter(a for a, _ in judgements), Counter(b for _, b in judgements)
    expected = sum(first[j] * second[j] for j in first) / (n * n)
    return None if expected == 1 else (observed - expected) / (1 - expected)


def _by_language(sheet: Sheet) -> dict[str, Any]:
    languages = sorted({line.language for line in sheet.lines})
    return {
        "reader": sheet.reader,
        "all": asdict(precision(line.judgement for line in sheet.lines)),
        "languages": {
            language: asdict(precision(line.judgement for line in sheet.lines if line.language == language))
            for language in languages
        },
    }


def _id(told: Sequence[str]) -> str:
    return hashlib.sha256("\t".join(told).encode()).hexdigest()[:12]


def _lot(pair: Pair, seed: int) -> bytes:
    return hashlib.sha256(f"{seed}\t{pair.language}\t{pair.english}\t{pair.word}".encode()).digest()
