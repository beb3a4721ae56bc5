"""Intervals and paired tests against direct resampling, exhaustive swapping, and what they must satisfy."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipaner.evaluation import paired_test, position_macro_f1, strict_f1
from ipaner.evaluation.metrics import entity_counts, macro_f1, micro_f1, position_counts
from ipaner.evaluation.significance import Interval, bootstrap, randomised_differences

Make = Callable[..., Any]


def test_each_resample_is_the_metric_of_the_sentences_drawn(labelled: Make) -> None:
    gold, predicted, phones = labelled(12, seed=1)
    entities, positions = entity_counts(gold, predicted), position_counts(gold, predicted, phones)
    rng = np.random.default_rng([7, *b"mri"])
    draws = rng.integers(12, size=(50, 12))  # the stream that bootstrap() draws from

    def take(part: list[Any], rows: Any) -> list[Any]:
        return [part[i] for i in rows]

    strict = [strict_f1(take(gold, rows), take(predicted, rows)).f1 for rows in draws]
    position = [position_macro_f1(take(gold, rows), take(predicted, rows), take(phones, rows)).f1 for rows in draws]
    assert bootstrap(entities, micro_f1, "mri", 7, 50) == pytest.approx(strict)
    assert bootstrap(positions, macro_f1, "mri", 7, 50) == pytest.approx(position)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(20, 80), st.floats(0.3, 0.95))
def test_an_interval_holds_the_score(labelled: Make, seed: int, n: int, accuracy: float) -> None:
    gold, predicted, phones = labelled(n, seed, accuracy)
    entities, positions = entity_counts(gold, predicted), position_counts(gold, predicted, phones)
    for counts, statistic in ((entities, micro_f1), (positions, macro_f1)):
        interval = Interval.of(bootstrap(counts, statistic, "xxx", 0))
        assert 0 <= interval.low <= float(statistic(counts.sum(axis=0))) <= interval.high <= 100


def test_the_width_of_an_interval_is_that_of_a_binomial() -> None:
    # 400 sentences with one entity each, always predicted, right half of the time: F1 is a share of 400
    gold = [["B-PER"]] * 400
    predicted = [["B-PER"] if i % 2 else ["B-LOC"] for i in range(400)]
    low, high = Interval.of(bootstrap(entity_counts(gold, predicted), micro_f1, "xxx", 0, 4000))
    assert (low, high) == pytest.approx((50 - 1.96 * 2.5, 50 + 1.96 * 2.5), abs=0.5)


def test_draws_depend_on_seed_and_name_only(labelled: Make) -> None:
    counts = entity_counts(*labelled(30, seed=3)[:2])
    first = bootstrap(counts, micro_f1, "mri", 0)
    assert np.array_equal(first, bootstrap(counts, micro_f1, "mri", 0))
    assert not np.array_equal(first, bootstrap(counts, micro_f1, "sin", 0))
    assert not np.array_equal(first, bootstrap(counts, micro_f1, "mri", 1))


def test_chunks_of_resamples_change_nothing_but_memory(labelled: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = entity_counts(*labelled(30, seed=3)[:2])
    other = entity_counts(*labelled(30, seed=3, accuracy=0.8)[:2])
    whole = bootstrap(counts, micro_f1, "mri", 0, 100)
    swaps = randomised_differences(counts, other, micro_f1, "mri", 0, 100)
    monkeypatch.setattr("ipaner.evaluation.significance._CELLS", 30 * 7)
    assert np.array_equal(whole, bootstrap(counts, micro_f1, "mri", 0, 100))
    assert np.array_equal(swaps, randomised_differences(counts, other, micro_f1, "mri", 0, 100))


def two_systems(labelled: Make, n: int, seed: int, accuracy: float = 0.5) -> tuple[Any, Any]:
    """Entity counts of two systems on the same sentences, the first right more often."""
    gold, better, _ = labelled(n, seed, accuracy=0.9)
    _, worse, _ = labelled(n, seed, accuracy=0.9)
    rng = np.random.default_rng(seed + 1)
    worse = [["O"] * len(tags) if rng.random() > accuracy else tags for tags in worse]
    return entity_counts(gold, better), entity_counts(gold, worse)


def test_p_agrees_with_all_swaps_of_a_few_sentences(labelled: Make) -> None:
    first, second = two_systems(labelled, 8, seed=5)

    def difference(a: Any, b: Any) -> float:
        return float(micro_f1(a.sum(axis=0)) - micro_f1(b.sum(axis=0)))

    observed = difference(first, second)
    assert observed > 5
    every = []
    for swap in product((False, True), repeat=8):
        mask = np.array(swap)[:, None, None]
        every.append(difference(np.where(mask, second, first), np.where(mask, first, second)))
    exact = np.mean(np.abs(every) >= abs(observed) - 1e-9)
    assert 0 < exact < 1
    test = paired_test({"mri": first}, {"mri": second}, micro_f1, resamples=20_000)
    assert test.by_language["mri"].p == pytest.approx(exact, abs=0.015)


def test_p_is_even_when_systems_are_alike(labelled: Make) -> None:
    # Both systems drop sentences at random, so p < 0.2 must turn up in about a fifth of the trials.
    trials = []
    for seed in range(150):
        gold, _, _ = labelled(40, seed)
        rng = np.random.default_rng(1000 + seed)
        first, second = ([["O"] * len(t) if rng.random() < 0.3 else t for t in gold] for _ in range(2))
        test = paired_test(
            {"x": entity_counts(gold, first)}, {"x": entity_counts(gold, second)}, micro_f1, resamples=200
        )
        trials.append(test.mean.p)
    assert 0.1 < np.mean(np.array(trials) < 0.2) < 0.3


def test_a_system_against_itself(labelled: Make) -> None:
    counts = {"mri": entity_counts(*labelled(30, 1)[:2]), "sin": entity_counts(*labelled(25, 2)[:2])}
    test = paired_test(counts, counts, micro_f1)
    for result in (*test.by_language.values(), test.mean):
        assert (result.difference, result.interval, result.p) == (0.0, (0.0, 0.0), 1.0)


def test_a_clear_difference_is_found_and_turns_with_the_order(labelled: Make) -> None:
    pairs = {code: two_systems(labelled, 60, seed) for seed, code in enumerate(("mri", "sin", "uig"))}
    first, second = ({code: pair[i] for code, pair in pairs.items()} for i in (0, 1))
    test, turned = paired_test(first, second, micro_f1), paired_test(second, first, micro_f1)
    assert test.mean.difference == pytest.approx(np.mean([d.difference for d in test.by_language.values()]))
    assert test.mean.p == pytest.approx(1 / 1001)
    assert test.mean.interval.low > 0
    assert turned.mean.difference == pytest.approx(-test.mean.difference)
    assert turned.mean.interval.high == pytest.approx(-test.mean.interval.low)
    # the mean over three languages is surer than each of them
    narrowest = min(d.interval.high - d.interval.low for d in test.by_language.values())
    assert test.mean.interval.high - test.mean.interval.low < narrowest
    # a language tests the same alone
    alone = paired_test({"sin": first["sin"]}, {"sin": second["sin"]}, micro_f1)
    assert alone.by_language["sin"] == alone.mean == test.by_language["sin"]


def test_only_the_same_sentences_are_compared(labelled: Make) -> None:
    a, b = entity_counts(*labelled(20, 1)[:2]), entity_counts(*labelled(20, 2)[:2])
    for first, second in (({}, {}), ({"mri": a}, {"sin": a}), ({"mri": a}, {"mri": a[:10]}), ({"mri": a}, {"mri": b})):
        with pytest.raises(ValueError, match="same sentences of the same languages"):
            paired_test(first, second, micro_f1)
