"""Makes a table of pairs: read the sources, transcribe both sides, keep what sounds alike."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ipaner.errors import ConfigError, FormatError
from ipaner.languages import get
from ipaner.pairs.config import Cldr, Curated, Geonames, PairsConfig, Source, Tsv
from ipaner.pairs.licences import redistributable
from ipaner.pairs.pair import Pair, from_ipa
from ipaner.pairs.sources import Attested, read_cldr, read_curated, read_geonames, read_tsv
from ipaner.pairs.sources.curated import SOURCE as CURATED
from ipaner.pairs.transcribe import readings, transcriber_for, untranscribed, with_readings
from ipaner.transcription.cache import WordCache
from ipaner.transcription.distance import distances

Advance = Callable[[int], object]

REASONS = (
    "licence",
    "duplicate",
    "identical spelling",
    "not read",
    "too short",
    "too far",
    "further word for one English word",
    "over the cap",
)
"""Why pairs are dropped, in the order in which it is looked at."""


@dataclass(slots=True)
class Report:
    """What became of the pairs of each language.

    Attributes:
        read: Pairs that the sources gave.
        dropped: Pairs that were dropped, by language and reason.
        kept: Pairs in the table.
        left_out: Languages without transcription, each with the reason.
    """

    read: Counter[str] = field(default_factory=Counter)
    dropped: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    kept: Counter[str] = field(default_factory=Counter)
    left_out: dict[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Everything as numbers and strings, for JSON."""
        languages = {
            language: {"read": self.read[language], "kept": self.kept[language]}
            | {
                "dropped": {
                    reason: self.dropped[language][reason] for reason in REASONS if self.dropped[language][reason]
                }
            }
            for language in sorted(self.read)
        }
        return {"languages": languages, "left_out": self.left_out}


@dataclass(frozen=True, slots=True)
class Built:
    """A table and how it came about.

    Attributes:
        pairs: What was kept, in the order of languages, relations and English words.
        candidates: All that was transcribed, with distances, before the filter by distance.
        report: What was dropped and why.
    """

    pairs: list[Pair]
    candidates: list[Pair]
    report: Report


def build(
    config: PairsConfig,
    *,
    folder: Path = Path(),
    data: Path | None = None,
    pronunciations: Path | None = None,
    cache: WordCache | None = None,
    advance: Advance = lambda _: None,
) -> Built:
    """Make a table of pairs.

    Args:
        config: Languages, sources and filters.
        folder: What paths in the configuration are relative to.
        data: Folder of lists for the sources ``tsv`` that name none.
        pronunciations: Folder of pronunciation lists, where the configuration wants attested transcriptions.
        cache: Words transcribed earlier.
        advance: Told how many more words are transcribed.

    Raises:
        ConfigError: A source does not have a language, or a folder is not given.
        LanguageNotSupported: A language has no transcription.
        FormatError: A list is not as it should be, or nothing is left after filtering.
    """
    if config.attested and pronunciations is None:
        raise ConfigError("The configuration wants attested transcriptions: give their folder by --pronunciations DIR")
    report = Report()
    languages = list(dict.fromkeys(get(code).code for code in config.languages))
    if config.leave_out_untranscribed:
        report.left_out = untranscribed(languages, config.profile)
        languages = [code for code in languages if code not in report.left_out]
    english = transcriber_for("eng", config.profile, cache)
    others = {language: transcriber_for(language, config.profile, cache) for language in languages}
    kept: list[Pair] = []
    candidates: list[Pair] = []
    for language, other in others.items():
        dropped = report.dropped[language]
        found = list(_found(config, language, folder, data, report))
        words = readings(other, [pair.word for pair, _ in found], advance)
        partners = readings(english, [pair.english for pair, _ in found], advance)
        lists = Attested(pronunciations, language) if config.attested and pronunciations else None
        read = [(with_readings(pair, partners, words, config.profile, lists), limit) for pair, limit in found]
        spoken = _with_distances(read, config, dropped)
        candidates += [pair for pair, _ in spoken]
        near = [pair for pair, limit in spoken if _distance(pair) <= limit]
        dropped["too far"] += len(spoken) - len(near)
        kept += _limited(_fewer_words(near, config, dropped), config, dropped)
    report.kept = Counter(pair.language for pair in kept)
    _refuse_nothing(languages, config, report)
    return Built(kept, candidates, report)


def _found(
    config: PairsConfig, language: str, folder: Path, data: Path | None, report: Report
) -> Iterator[tuple[Pair, float]]:
    """Pairs that may be passed on, each once, with the utmost distance; doubles differ in capitals at most."""
    seen: set[tuple[str, str]] = set()
    dropped = report.dropped[language]
    # Whatever the order of sources, a pair that is on our own list is told to be from there
    for source in sorted(config.sources, key=lambda s: not isinstance(s, Curated)):
        if source.languages is not None and language not in source.languages:
            continue
        for pair in _from_source(source, language, folder, data):
            report.read[language] += 1
            key = pair.english.casefold(), pair.word.casefold()
            if config.redistributable and not redistributable(pair.licence):
                dropped["licence"] += 1
            elif key in seen:
                dropped["duplicate"] += 1
            elif config.drops_identical(source) and key[0] == key[1]:
                dropped["identical spelling"] += 1
            else:
                seen.add(key)
                yield pair, config.limit_of(source)


def _from_source(source: Source, language: str, folder: Path, data: Path | None) -> Iterable[Pair]:
    match source:
        case Curated():
            return read_curated(language)
        case Cldr():
            return read_cldr(language, parts=source.parts)
        case Geonames():
            return read_geonames(language, min_population=source.min_population)
        case Tsv():
            where = folder / source.path if source.path else data
            if where is None:
                raise ConfigError("A source 'tsv' names no folder: give it a 'path', or the command --data DIR")
            return read_tsv(where, language, relations=source.relations, exclude=source.exclude, licence=source.licence)


def _with_distances(
    read: Iterable[tuple[Pair | None, float]], config: PairsConfig, dropped: Counter[str]
) -> list[tuple[Pair, float]]:
    """Pairs that both could be read and are long enough, with their distance."""
    long: list[tuple[Pair, float]] = []
    for pair, limit in read:
        if pair is None:
            dropped["not read"] += 1
        elif min(_phones(pair.english_ipa), _phones(pair.ipa)) < config.min_phones:
            dropped["too short"] += 1
        else:
            long.append((pair, limit))
    values = distances([pair.english_ipa for pair, _ in long], [pair.ipa for pair, _ in long])
    # Three places are what a table holds: the filter must not depend on more
    return [
        (replace(pair, distance=round(float(value), 3)), limit)
        for (pair, limit), value in zip(long, values, strict=True)
    ]


def _fewer_words(pairs: list[Pair], config: PairsConfig, dropped: Counter[str]) -> list[Pair]:
    """Of several words for one English word the nearest, our own lists first."""
    if config.per_english is None:
        return pairs
    groups: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        groups[pair.english.casefold()].append(pair)
    best: list[Pair] = []
    for group in groups.values():
        group.sort(key=lambda pair: (pair.source != CURATED, _distance(pair), pair.word))
        best += group[: config.per_english]
    dropped["further word for one English word"] += len(pairs) - len(best)
    return best


def _limited(pairs: list[Pair], config: PairsConfig, dropped: Counter[str]) -> list[Pair]:
    """No more than the cap of the language, in the order of the table."""
    cap = config.cap_of(pairs[0].language) if pairs else None
    if cap is not None and len(pairs) > cap:
        dropped["over the cap"] += len(pairs) - cap
        pairs = sorted(pairs, key=lambda pair: _rank(pair, config))[:cap]
    return sorted(pairs, key=lambda pair: (pair.relation, pair.english.casefold(), pair.english, pair.word))


def _rank(pair: Pair, config: PairsConfig) -> tuple[int, bool, bytes]:
    """Which pair a cap takes first: preferred relations, our own lists, then by lot."""
    order: list[str] = list(config.prefer)
    place = order.index(pair.relation) if pair.relation in order else len(order)
    lot = hashlib.sha256(f"{config.seed}\t{pair.english}\t{pair.word}".encode()).digest()
    return place, pair.source != CURATED, lot


def _refuse_nothing(languages: list[str], config: PairsConfig, report: Report) -> None:
    if not languages:
        raise ConfigError(f"There is no language left that the profile '{config.profile}' can transcribe")
    empty = [language for language in languages if not report.kept[language]]
    if empty:
        reasons = "; ".join(f"{language}: {report.read[language]} read{_why(report, language)}" for language in empty)
        raise FormatError(
            f"Nothing is left after filtering for {', '.join(empty)} ({reasons}). Add another source, raise "
            "'max_distance', or take it out of 'languages'"
        )


def _why(report: Report, language: str) -> str:
    dropped = report.dropped[language]
    return "".join(f", {dropped[reason]} {reason}" for reason in REASONS if dropped[reason])


def _distance(pair: Pair) -> float:
    return 1.0 if pair.distance is None else pair.distance


def _phones(ipa: str) -> int:
    return sum(len(word) for word in from_ipa(ipa))
