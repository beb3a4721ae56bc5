"""Results of an evaluation as values, and as JSON. All F1 values are percent; JSON rounds them to two decimals."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from ipaner.evaluation.calibration import Calibration
from ipaner.evaluation.metrics import Counts, PositionMacroF1, Score, StrictF1, macro_f1, micro_f1
from ipaner.evaluation.outcomes import Outcome, count_kinds
from ipaner.evaluation.significance import RESAMPLES, Difference, Interval, PairedTest, Statistic, bootstrap

Positions = Literal["published", "own", "mixed"]
"""Whose phonemes ``position_macro_f1`` counts: the corpus's own ``ipa``, ours, or ours where the corpus lacks it."""


@dataclass(frozen=True, slots=True)
class LanguageResult:
    """What was measured on one language.

    Attributes:
        n_sentences: Sentences measured.
        strict: Strict entity F1.
        strict_interval: Its bootstrap interval.
        position: The papers' metric.
        position_interval: Its bootstrap interval.
        positions: Whose phonemes it counts.
        strict_with_o: Strict score of the sentences with a word outside every entity; None if there are none.
        strict_without_o: Strict score of the sentences that are nothing but entities; None if there are none.
        outcomes: What became of each gold and predicted entity.
        calibration: Agreement of scores with correctness; None if the tagger gave none.
        entity_counts: Counts of each sentence behind ``strict``, kept for paired tests.
        position_counts: Counts of each sentence behind ``position``.
    """

    n_sentences: int
    strict: StrictF1
    strict_interval: Interval
    position: PositionMacroF1
    position_interval: Interval
    positions: Positions
    strict_with_o: Score | None
    strict_without_o: Score | None
    outcomes: tuple[Outcome, ...]
    calibration: Calibration | None
    entity_counts: Counts = field(repr=False, compare=False)
    position_counts: Counts = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Mean:
    """Means over languages, each language weighing the same; a split that no language has is None."""

    strict_f1: float
    strict_f1_interval: Interval
    position_macro_f1: float
    position_macro_f1_interval: Interval
    strict_f1_with_o: float | None
    strict_f1_without_o: float | None


@dataclass(frozen=True, slots=True)
class Deviation:
    """Sample standard deviations (n - 1) over languages, as the papers' STD; None for a single language."""

    strict_f1: float | None
    position_macro_f1: float | None


@dataclass(frozen=True, slots=True)
class CorpusResult:
    """What was measured on the languages of a corpus: each, their mean and their spread."""

    languages: Mapping[str, LanguageResult]
    mean: Mean
    std: Deviation

    @classmethod
    def of(cls, languages: Mapping[str, LanguageResult], seed: int = 0, resamples: int = RESAMPLES) -> CorpusResult:
        """Sum up languages; also serves for a part of the languages of another result, such as Case 1 of all.

        Raises:
            ValueError: If there is no language.
        """
        if not languages:
            raise ValueError("there is no language to sum up")
        results = languages.values()
        strict, position = [r.strict.f1 for r in results], [r.position.f1 for r in results]
        mean = Mean(
            strict_f1=statistics.fmean(strict),
            strict_f1_interval=_mean_interval(
                {k: r.entity_counts for k, r in languages.items()}, micro_f1, seed, resamples
            ),
            position_macro_f1=statistics.fmean(position),
            position_macro_f1_interval=_mean_interval(
                {k: r.position_counts for k, r in languages.items()}, macro_f1, seed, resamples
            ),
            strict_f1_with_o=_mean_of_some([r.strict_with_o for r in results]),
            strict_f1_without_o=_mean_of_some([r.strict_without_o for r in results]),
        )
        several = len(languages) > 1
        std = Deviation(
            strict_f1=statistics.stdev(strict) if several else None,
            position_macro_f1=statistics.stdev(position) if several else None,
        )
        return cls(dict(languages), mean, std)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A paired comparison of two systems on the same sentences.

    Attributes:
        strict_f1: Differences in strict F1.
        position_macro_f1: Differences in the papers' metric; None if the two counted different phonemes.
    """

    strict_f1: PairedTest
    position_macro_f1: PairedTest | None


def language_json(result: LanguageResult) -> dict[str, Any]:
    """The JSON object of one language."""
    overall = result.strict.overall
    return {
        "n_sentences": result.n_sentences,
        "n_entities": overall.n_gold,
        "strict_f1": _round(overall.f1),
        "strict_f1_interval": _interval(result.strict_interval),
        "position_macro_f1": _round(result.position.f1),
        "position_macro_f1_interval": _interval(result.position_interval),
        "positions": result.positions,
        "precision": _round(overall.precision),
        "recall": _round(overall.recall),
        "strict_f1_with_o": _f1_or_none(result.strict_with_o),
        "strict_f1_without_o": _f1_or_none(result.strict_without_o),
        "by_type": {name: _score(score) for name, score in result.strict.by_type.items()},
        "position_f1_by_label": {name: _round(score.f1) for name, score in result.position.by_label.items()},
        "errors": count_kinds(result.outcomes),
        "calibration": None if result.calibration is None else _calibration(result.calibration),
    }


def corpus_json(result: CorpusResult) -> dict[str, Any]:
    """The JSON object of one corpus: ``{"languages": {code: ...}, "mean": ..., "std": ...}``."""
    mean, std = result.mean, result.std
    return {
        "languages": {code: language_json(language) for code, language in result.languages.items()},
        "mean": {
            "strict_f1": _round(mean.strict_f1),
            "strict_f1_interval": _interval(mean.strict_f1_interval),
            "position_macro_f1": _round(mean.position_macro_f1),
            "position_macro_f1_interval": _interval(mean.position_macro_f1_interval),
            "strict_f1_with_o": _round(mean.strict_f1_with_o),
            "strict_f1_without_o": _round(mean.strict_f1_without_o),
        },
        "std": {"strict_f1": _round(std.strict_f1), "position_macro_f1": _round(std.position_macro_f1)},
    }


def corpora_json(results: Mapping[str, CorpusResult]) -> dict[str, Any]:
    """The JSON object of several corpora: ``{"corpora": {name: ...}}``."""
    return {"corpora": {name: corpus_json(result) for name, result in results.items()}}


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """The JSON object of a paired comparison: first system minus second, in points."""
    position = comparison.position_macro_f1
    return {
        "strict_f1": _paired(comparison.strict_f1),
        "position_macro_f1": None if position is None else _paired(position),
    }


def _mean_interval(counts: Mapping[str, Counts], statistic: Statistic, seed: int, resamples: int) -> Interval:
    return Interval.of(np.mean([bootstrap(c, statistic, k, seed, resamples) for k, c in counts.items()], axis=0))


def _mean_of_some(scores: list[Score | None]) -> float | None:
    known = [score.f1 for score in scores if score is not None]
    return statistics.fmean(known) if known else None


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _f1_or_none(score: Score | None) -> float | None:
    return None if score is None else _round(score.f1)


def _interval(interval: Interval) -> list[float]:
    return [round(interval.low, 2), round(interval.high, 2)]


def _score(score: Score) -> dict[str, Any]:
    return {
        "precision": _round(score.precision),
        "recall": _round(score.recall),
        "f1": _round(score.f1),
        "n_correct": score.n_correct,
        "n_gold": score.n_gold,
        "n_predicted": score.n_predicted,
    }


def _calibration(value: Calibration) -> dict[str, Any]:
    bins = [
        {
            "low": _round(b.low),
            "high": _round(b.high),
            "n": b.n,
            "mean_score": _round(b.mean_score),
            "precision": _round(b.precision),
        }
        for b in value.bins
    ]
    return {"n": value.n, "error": _round(value.error), "brier": _round(value.brier), "bins": bins}


def _paired(test: PairedTest) -> dict[str, Any]:
    return {
        "languages": {code: _difference(value) for code, value in test.by_language.items()},
        "mean": _difference(test.mean),
    }


def _difference(value: Difference) -> dict[str, Any]:
    return {"difference": _round(value.difference), "interval": _interval(value.interval), "p": round(value.p, 4)}
