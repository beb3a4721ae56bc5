from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipaner.names.closeness import (
    CLASSES,
    LONGEST_ENDING,
    Folded,
    evidence,
    learnt,
    needed_evidence,
    own_evidence,
    probability,
)

FOLDED = st.text(alphabet=sorted(set(CLASSES)), min_size=1, max_size=9)


def slow(left: str, right: str) -> float:
    """Wagner and Fischer as in the textbook."""
    costs = learnt()
    a, b = (Folded.of([word]).table[0].tolist() for word in (left, right))
    table = np.zeros((len(a) + 1, len(b) + 1))
    table[1:, 0] = np.cumsum(costs.gap[a])
    table[0, 1:] = np.cumsum(costs.gap[b])
    for i, x in enumerate(a, 1):
        for j, y in enumerate(b, 1):
            table[i, j] = min(
                table[i - 1, j - 1] + costs.pair[x, y], table[i - 1, j] + costs.gap[x], table[i, j - 1] + costs.gap[y]
            )
    return -float(table[-1, -1])


@settings(deadline=None)
@given(st.lists(st.tuples(FOLDED, FOLDED), min_size=1, max_size=6))
def test_agrees_with_the_textbook(pairs) -> None:
    found = evidence(Folded.of([a for a, _ in pairs]), Folded.of([b for _, b in pairs]))
    assert found == pytest.approx([slow(a, b) for a, b in pairs], abs=1e-3)


@settings(deadline=None)
@given(FOLDED, st.lists(FOLDED, min_size=1, max_size=6))
def test_one_against_many_and_both_ways(name, others) -> None:
    one, many = Folded.of([name]), Folded.of(others)
    found = evidence(one, many)
    assert found == pytest.approx(evidence(Folded.of([name] * len(others)), many), abs=1e-3)
    assert found == pytest.approx(evidence(many, Folded.of([name] * len(others))), abs=1e-3)


@settings(deadline=None)
@given(FOLDED)
def test_nothing_agrees_better_than_itself(name) -> None:
    folded = Folded.of([name])
    assert evidence(folded, folded)[0] == pytest.approx(own_evidence(folded)[0], abs=1e-3)


@settings(deadline=None)
@given(FOLDED, FOLDED)
def test_affixes_only_help(name, other) -> None:
    one, two = Folded.of([name]), Folded.of([other])
    assert evidence(one, two, affixes=True)[0] >= evidence(one, two)[0] - 1e-4


def test_an_ending_costs_less_than_its_sounds_and_a_long_one_is_none() -> None:
    name, inflected = Folded.of(["nairobi"]), Folded.of(["nairobista", "nairobi" + "t" * (LONGEST_ENDING + 4)])
    with_affixes, without = evidence(name, inflected, affixes=True), evidence(name, inflected)
    assert with_affixes[0] > without[0]
    assert with_affixes[0] < own_evidence(name)[0]


@settings(deadline=None)
@given(st.floats(0.001, 0.999))
def test_probability_and_its_inverse(value) -> None:
    assert probability(needed_evidence(value)) == pytest.approx(value, abs=1e-6)
    assert needed_evidence(0.0) == -np.inf and needed_evidence(1.0) == np.inf


def test_the_table_is_of_all_classes() -> None:
    assert Folded.of(list(CLASSES[:-1])).table[:, 0].tolist() == list(range(1, len(CLASSES)))
    costs = learnt()
    assert np.isfinite(costs.pair).all() and np.isfinite(costs.gap).all()
    assert (np.diag(costs.pair)[1:] < 0).all(), "a sound speaks for itself"
    assert (costs.gap[1:] > 0).all()
