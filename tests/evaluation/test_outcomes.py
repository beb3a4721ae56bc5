"""Kinds of error: cases by hand, and that every entity is accounted for once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipaner.evaluation import Kind, count_kinds, pair_entities
from ipaner.evaluation.metrics import entity_counts
from ipaner.labels import Span, to_spans


@pytest.mark.parametrize(
    ("gold", "predicted", "kinds"),
    [
        ("B-PER I-PER O", "B-PER I-PER O", ["correct"]),
        ("B-PER I-PER O", "B-LOC I-LOC O", ["wrong_type"]),
        ("B-PER I-PER O", "B-PER O O", ["wrong_boundary"]),
        ("B-PER I-PER O", "O B-LOC I-LOC", ["wrong_type_and_boundary"]),
        ("B-PER I-PER O", "O O O", ["missed"]),
        ("O O O", "O B-LOC O", ["spurious"]),
        ("B-PER O B-LOC", "O B-ORG O", ["missed", "spurious", "missed"]),
        # one prediction over two entities is the wrong boundary of one, and the other is missed
        ("B-PER B-PER O", "B-PER I-PER O", ["wrong_boundary", "missed"]),
        # two predictions inside one entity: the one of the right type is its partner, though it is shorter
        ("B-PER I-PER I-PER", "B-LOC I-LOC B-PER", ["spurious", "wrong_boundary"]),
        # same bounds win over a longer overlap of the same type
        ("B-LOC O O", "B-PER O O", ["wrong_type"]),
        ("O O", "I-PER I-PER", []),
    ],
)
def test_kinds_by_hand(gold: str, predicted: str, kinds: list[str]) -> None:
    found = pair_entities([gold.split()], [predicted.split()])
    assert [outcome.kind.value for outcome in found] == kinds


def test_outcomes_point_back_to_sentence_and_words() -> None:
    found = pair_entities([["O"], ["B-PER", "I-PER", "O"]], [["O"], ["B-PER", "O", "B-LOC"]])
    assert [(o.sentence, o.gold, o.predicted) for o in found] == [
        (1, Span(0, 2, "PER"), Span(0, 1, "PER")),
        (1, None, Span(2, 3, "LOC")),
    ]


def test_counting_names_every_kind() -> None:
    found = pair_entities([["B-PER", "O"]], [["O", "B-LOC"]])
    assert count_kinds(found) == {
        "correct": 0,
        "wrong_type": 0,
        "wrong_boundary": 0,
        "wrong_type_and_boundary": 0,
        "missed": 1,
        "spurious": 1,
    }


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.floats(0, 1))
def test_every_entity_is_in_one_outcome_and_kinds_are_true(
    labelled: Callable[..., Any], seed: int, accuracy: float
) -> None:
    gold, predicted, _ = labelled(6, seed, accuracy)
    found = pair_entities(gold, predicted)
    for side, tags in (("gold", gold), ("predicted", predicted)):
        seen = [(o.sentence, getattr(o, side)) for o in found if getattr(o, side) is not None]
        assert Counter(seen) == Counter((i, span) for i, sentence in enumerate(tags) for span in to_spans(sentence))
    for o in found:
        if o.gold is None or o.predicted is None:
            assert o.kind is (Kind.SPURIOUS if o.gold is None else Kind.MISSED)
            continue
        assert o.gold.start < o.predicted.end and o.predicted.start < o.gold.end
        same_type = o.gold.label == o.predicted.label
        same_bounds = (o.gold.start, o.gold.end) == (o.predicted.start, o.predicted.end)
        assert (same_type, same_bounds) == {
            Kind.CORRECT: (True, True),
            Kind.WRONG_TYPE: (False, True),
            Kind.WRONG_BOUNDARY: (True, False),
            Kind.WRONG_TYPE_AND_BOUNDARY: (False, False),
        }[o.kind]
    assert count_kinds(found)["correct"] == entity_counts(gold, predicted)[..., 0].sum()
    assert [o.sentence for o in found] == sorted(o.sentence for o in found)
