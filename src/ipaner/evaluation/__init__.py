"""Strict entity F1, the papers' ``position_macro_f1``, intervals, paired tests and reports."""

from ipaner.evaluation.calibration import Calibration, ReliabilityBin, measure_calibration
from ipaner.evaluation.evaluate import TaggedSentence, TagSentences, compare, evaluate, measure
from ipaner.evaluation.metrics import PositionMacroF1, Score, StrictF1, position_macro_f1, strict_f1
from ipaner.evaluation.outcomes import Kind, Outcome, count_kinds, pair_entities
from ipaner.evaluation.report import (
    Comparison,
    CorpusResult,
    LanguageResult,
    comparison_json,
    corpora_json,
    corpus_json,
    language_json,
)
from ipaner.evaluation.significance import Difference, Interval, PairedTest, paired_test
from ipaner.evaluation.tables import (
    Table,
    comparison_table,
    errors_table,
    languages_table,
    systems_table,
    to_markdown,
    to_rich,
)

__all__ = [
    "Calibration",
    "Comparison",
    "CorpusResult",
    "Difference",
    "Interval",
    "Kind",
    "LanguageResult",
    "Outcome",
    "PairedTest",
    "PositionMacroF1",
    "ReliabilityBin",
    "Score",
    "StrictF1",
    "Table",
    "TagSentences",
    "TaggedSentence",
    "compare",
    "comparison_json",
    "comparison_table",
    "corpora_json",
    "corpus_json",
    "count_kinds",
    "errors_table",
    "evaluate",
    "language_json",
    "languages_table",
    "measure",
    "measure_calibration",
    "pair_entities",
    "paired_test",
    "position_macro_f1",
    "strict_f1",
    "systems_table",
    "to_markdown",
    "to_rich",
]
