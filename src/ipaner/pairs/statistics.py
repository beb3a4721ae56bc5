"""Counts of a table of pairs, as numbers and as the tables of its data card."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ipaner.languages import get
from ipaner.pairs.pair import RELATIONS, Pair
from ipaner.pairs.select import held_out

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a table holds.

    Attributes:
        pairs: Number of pairs.
        languages: For each code the language, its family, all its pairs, and those of each relation.
        families: Pairs by family.
        relations: Pairs by relation.
        sources: Pairs by source.
        licences: Pairs by licence.
        transcribed: Pairs by the profile that transcribed them.
        distances: Quantiles of the distance, by language and for ``all``.
        english_words: Different English words.
        shared: How many English words stand in so many languages or more.
        identical_spelling: Pairs spelled alike on both sides.
        held_out: Pairs that are measured on and never trained with.
    """

    pairs: int
    languages: dict[str, dict[str, Any]]
    families: dict[str, int]
    relations: dict[str, int]
    sources: dict[str, int]
    licences: dict[str, int]
    transcribed: dict[str, int]
    distances: dict[str, dict[str, float]]
    english_words: int
    shared: dict[str, int]
    identical_spelling: int
    held_out: int

    def as_dict(self) -> dict[str, Any]:
        """Everything as numbers and strings, for JSON."""
        return asdict(self)


def statistics(pairs: Sequence[Pair]) -> Statistics:
    """Count the pairs of a table."""
    groups: dict[str, list[Pair]] = defaultdict(list)
    spoken_in: dict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        groups[pair.language].append(pair)
        spoken_in[pair.english.casefold()].add(pair.language)
    families = {language: get(language).family.partition("/")[0] for language in groups}
    return Statistics(
        pairs=len(pairs),
        languages={
            language: {"language": get(language).name, "family": families[language], "pairs": len(group)}
            | {relation: sum(pair.relation == relation for pair in group) for relation in RELATIONS}
            for language, group in sorted(groups.items())
        },
        families=_counted(families[pair.language] for pair in pairs),
        relations=_counted(pair.relation for pair in pairs),
        sources=_counted(pair.source for pair in pairs),
        licences=_counted(pair.licence for pair in pairs),
        transcribed=_counted(pair.transcribed for pair in pairs),
        distances={language: _quantiles(group) for language, group in sorted(groups.items())}
        | {"all": _quantiles(pairs)},
        english_words=len(spoken_in),
        shared={str(n): sum(len(languages) >= n for languages in spoken_in.values()) for n in (2, 5, 10)},
        identical_spelling=sum(pair.english.casefold() == pair.word.casefold() for pair in pairs),
        held_out=sum(map(held_out, pairs)),
    )


def as_markdown(found: Statistics) -> str:
    """The tables of a data card."""
    languages = [
        [code, row["language"], row["family"], *(row[relation] for relation in RELATIONS), row["pairs"]]
        for code, row in found.languages.items()
    ]
    distances = [[name, *(f"{value:.3f}" for value in row.values())] for name, row in found.distances.items()]
    parts = [
        f"{found.pairs:,} pairs of {found.english_words:,} English words in {len(found.languages)} languages; "
        f"{found.shared['2']:,} English words stand in two languages or more, {found.shared['5']:,} in five or more, "
        f"{found.shared['10']:,} in ten or more. {found.identical_spelling:,} pairs are spelled alike on both sides; "
        f"{found.held_out:,} belong to the held-out tenth.",
        _table(["code", "language", "family", *RELATIONS, "all"], languages),
        *(
            _table([name, "pairs"], [[key, f"{number:,}"] for key, number in counts.items()])
            for name, counts in (
                ("family", found.families),
                ("relation", found.relations),
                ("source", found.sources),
                ("licence", found.licences),
                ("transcribed by", found.transcribed),
            )
        ),
        _table(["distance", *(f"{q:.0%}" for q in QUANTILES)], distances),
    ]
    return "\n\n".join(parts) + "\n"


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines: list[Sequence[object]] = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def _counted(values: Iterable[str]) -> dict[str, int]:
    """The most frequent first."""
    return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))


def _quantiles(pairs: Sequence[Pair]) -> dict[str, float]:
    known = [pair.distance for pair in pairs if pair.distance is not None]
    return {f"{q:g}": round(float(np.quantile(known, q)), 3) for q in QUANTILES} if known else {}
