"""What went wrong with each entity: kinds of error with indices back to the sentences (after MUC-5 and nervaluate)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ipaner.evaluation.metrics import Tags
from ipaner.labels import Span, to_spans


class Kind(StrEnum):
    """How a gold and a predicted entity relate."""

    CORRECT = "correct"
    """Same bounds, same type."""
    WRONG_TYPE = "wrong_type"
    """Same bounds, other type."""
    WRONG_BOUNDARY = "wrong_boundary"
    """Overlap, same type."""
    WRONG_TYPE_AND_BOUNDARY = "wrong_type_and_boundary"
    """Overlap, other type."""
    MISSED = "missed"
    """A gold entity that no prediction is paired with."""
    SPURIOUS = "spurious"
    """A predicted entity that no gold entity is paired with."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One gold entity and the prediction paired with it; either may be absent.

    Attributes:
        sentence: Index of the sentence.
        kind: How the two relate.
        gold: The gold entity over words, None if spurious.
        predicted: The predicted entity over words, None if missed.
    """

    sentence: int
    kind: Kind
    gold: Span | None
    predicted: Span | None


def pair_entities(gold: Sequence[Tags], predicted: Sequence[Tags]) -> list[Outcome]:
    """Pair gold and predicted entities and name what is wrong.

    Every entity is in exactly one outcome. Pairs are made one to one, the best first: same bounds, then overlap with
    the same type, then any overlap; among these the larger overlap, then the earlier. So a prediction that swallows two
    gold entities is a wrong boundary of one of them, and the other is missed.

    Args:
        gold: Gold IOB2 labels of each sentence.
        predicted: Predicted labels of the same sentences.

    Returns:
        Outcomes in order of sentences, and of position within a sentence.

    Example:
        >>> [o.kind.value for o in pair_entities([["B-PER", "I-PER", "O", "B-LOC"]], [["B-PER", "O", "B-LOC", "O"]])]
        ['wrong_boundary', 'spurious', 'missed']
    """
    return [
        outcome
        for sentence, (true, guess) in enumerate(zip(gold, predicted, strict=True))
        for outcome in sorted(_pair(sentence, to_spans(true), to_spans(guess)), key=_position)
    ]


def count_kinds(found: Iterable[Outcome]) -> dict[str, int]:
    """Number of outcomes of each kind, in the order of ``Kind``, zeros included."""
    counter = Counter(outcome.kind for outcome in found)
    return {kind.value: counter[kind] for kind in Kind}


def _pair(sentence: int, gold: list[Span], predicted: list[Span]) -> Iterator[Outcome]:
    candidates = sorted(
        (*_closeness(g, p), g, p) for g in gold for p in predicted if g.start < p.end and p.start < g.end
    )
    free_gold, free_predicted = set(gold), set(predicted)
    for _, _, g, p in candidates:
        if g in free_gold and p in free_predicted:
            free_gold.remove(g)
            free_predicted.remove(p)
            yield Outcome(sentence, _kind(g, p), g, p)
    for span in free_gold:
        yield Outcome(sentence, Kind.MISSED, span, None)
    for span in free_predicted:
        yield Outcome(sentence, Kind.SPURIOUS, None, span)


def _closeness(gold: Span, predicted: Span) -> tuple[int, int]:
    """Sort key of an overlapping pair, the best first."""
    rank = {Kind.CORRECT: 0, Kind.WRONG_TYPE: 0, Kind.WRONG_BOUNDARY: 1, Kind.WRONG_TYPE_AND_BOUNDARY: 2}
    overlap = min(gold.end, predicted.end) - max(gold.start, predicted.start)
    return rank[_kind(gold, predicted)], -overlap


def _kind(gold: Span, predicted: Span) -> Kind:
    same_bounds = (gold.start, gold.end) == (predicted.start, predicted.end)
    if gold.label == predicted.label:
        return Kind.CORRECT if same_bounds else Kind.WRONG_BOUNDARY
    return Kind.WRONG_TYPE if same_bounds else Kind.WRONG_TYPE_AND_BOUNDARY


def _position(outcome: Outcome) -> tuple[int, int]:
    spans = [span for span in (outcome.gold, outcome.predicted) if span is not None]
    return min(span.start for span in spans), min(span.end for span in spans)
