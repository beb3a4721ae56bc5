"""Labels against brute force over every valid sequence, against seqeval, and round trips."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from seqeval.scheme import IOB2, Entities

from ipaner.labels import LABELS, Span, from_spans, log_softmax, repair, span_probabilities, to_spans, viterbi

any_tags = st.lists(st.sampled_from(LABELS), max_size=12)
few_labels = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC")


def is_valid(tags: tuple[str, ...]) -> bool:
    return all(
        not tag.startswith("I-") or (i > 0 and tags[i - 1] in (f"B-{tag[2:]}", tag)) for i, tag in enumerate(tags)
    )


def valid_sequences(length: int, labels: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [tags for tags in product(labels, repeat=length) if is_valid(tags)]


VALID = {(n, labels): valid_sequences(n, labels) for n, labels in [*((n, few_labels) for n in range(6)), (3, LABELS)]}


def path_score(logits: np.ndarray, tags: tuple[str, ...], labels: tuple[str, ...]) -> float:
    return float(sum(logits[i, labels.index(tag)] for i, tag in enumerate(tags)))


@st.composite
def lattices(draw: st.DrawFn) -> tuple[np.ndarray, tuple[str, ...]]:
    n, labels = draw(st.sampled_from([key for key in VALID if key[0] > 0]))
    values = st.floats(-8, 8, width=32)
    return draw(arrays(np.float32, (n, len(labels)), elements=values)), labels


@settings(max_examples=60, deadline=None)
@given(lattices())
def test_viterbi_finds_the_best_of_all_valid_sequences(lattice: tuple[np.ndarray, tuple[str, ...]]) -> None:
    logits, labels = lattice
    found = viterbi(logits, labels)
    assert is_valid(tuple(found))
    best = max(path_score(logits, tags, labels) for tags in VALID[len(logits), labels])
    assert path_score(logits, tuple(found), labels) == pytest.approx(best, abs=1e-4)


@settings(max_examples=40, deadline=None)
@given(lattices(), st.floats(0.5, 3))
def test_span_probability_is_its_share_of_all_valid_sequences(
    lattice: tuple[np.ndarray, tuple[str, ...]], temperature: float
) -> None:
    logits, labels = lattice
    n = len(logits)
    every = [Span(a, b, t) for a in range(n) for b in range(a + 1, n + 1) for t in ("PER", "LOC")]
    weights = {tags: np.exp(path_score(logits, tags, labels) / temperature) for tags in VALID[n, labels]}
    total = sum(weights.values())
    spans_of = {tags: set(to_spans(tags)) for tags in weights}
    expected = [sum(w for tags, w in weights.items() if span in spans_of[tags]) / total for span in every]
    assert span_probabilities(logits, every, labels, temperature) == pytest.approx(expected, abs=1e-6)


@given(lattices(), st.floats(-50, 50))
def test_a_constant_added_to_a_word_changes_nothing(
    lattice: tuple[np.ndarray, tuple[str, ...]], constant: float
) -> None:
    logits, labels = lattice
    moved = logits.astype(np.float64).copy()
    moved[0] += constant
    spans = [Span(0, len(logits), "PER")]
    assert span_probabilities(moved, spans, labels) == pytest.approx(
        span_probabilities(logits, spans, labels), abs=1e-9
    )


def test_viterbi_prefers_a_valid_start_over_a_better_lone_inside() -> None:
    logits = np.full((2, 7), -5.0)
    logits[0, LABELS.index("I-PER")] = 3.0
    logits[0, LABELS.index("B-PER")] = 2.0
    logits[1, LABELS.index("I-PER")] = 3.0
    assert viterbi(logits) == ["B-PER", "I-PER"]


def test_no_words_no_labels() -> None:
    assert viterbi(np.zeros((0, 7))) == []
    assert span_probabilities(np.zeros((0, 7)), []) == []


@given(any_tags)
def test_spans_are_those_of_seqeval_strict(tags: list[str]) -> None:
    theirs = [Span(e.start, e.end, e.tag) for sentence in Entities([tags], scheme=IOB2).entities for e in sentence]
    assert to_spans(tags) == theirs


@given(any_tags)
def test_a_repaired_sequence_is_valid_and_survives_the_round_trip(tags: list[str]) -> None:
    valid = repair(tags)
    assert is_valid(tuple(valid))
    assert repair(valid) == valid
    assert from_spans(to_spans(valid), len(valid)) == valid
    assert [tag == "O" for tag in valid] == [tag == "O" for tag in tags]


@given(st.data(), st.integers(0, 12))
def test_spans_survive_the_round_trip(data: st.DataObject, length: int) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, length), max_size=8)))
    pieces = list(pairwise(cuts))
    keep = data.draw(st.lists(st.booleans(), min_size=len(pieces), max_size=len(pieces)))
    spans = [
        Span(a, b, data.draw(st.sampled_from(["PER", "ORG", "LOC"])))
        for (a, b), kept in zip(pieces, keep, strict=True)
        if kept
    ]
    assert to_spans(from_spans(spans, length)) == spans


@pytest.mark.parametrize(
    "spans", [[Span(0, 2, "PER"), Span(1, 3, "LOC")], [Span(2, 4, "PER")], [Span(1, 1, "PER")], [Span(-1, 1, "PER")]]
)
def test_spans_that_overlap_or_leave_the_sentence_are_refused(spans: list[Span]) -> None:
    with pytest.raises(ValueError, match="overlaps another span or leaves the 3 words"):
        from_spans(spans, 3)


@given(arrays(np.float64, (3, 7), elements=st.floats(-500, 500)), st.floats(0.1, 10))
def test_log_softmax_is_a_distribution(logits: np.ndarray, temperature: float) -> None:
    assert np.exp(log_softmax(logits, temperature)).sum(axis=-1) == pytest.approx(np.ones(3))
