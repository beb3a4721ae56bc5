"""Calibration: by hand, and that a tagger that knows how often it is right has no error."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss

from ipaner.evaluation import measure_calibration

answers = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=50)


def test_two_bins_by_hand() -> None:
    # (0, 0.5]: scores 0.2, 0.4, none right: off by 0.3. (0.5, 1]: 0.9, 1.0, both right: off by 0.05
    result = measure_calibration([0.2, 0.9, 0.4, 1.0], [False, True, False, True], n_bins=2)
    assert result.error == pytest.approx(100 * (2 * 0.3 + 2 * 0.05) / 4)
    assert result.brier == pytest.approx(100 * (0.04 + 0.01 + 0.16 + 0) / 4)
    assert [(b.low, b.high, b.n) for b in result.bins] == [(0, 50, 2), (50, 100, 2)]
    assert [b.mean_score for b in result.bins] == pytest.approx([30, 95])
    assert [b.precision for b in result.bins] == [0, 100]


@given(answers)
def test_bins_hold_every_answer_and_give_the_error(pairs: list[tuple[float, bool]]) -> None:
    scores, right = zip(*pairs, strict=True)
    result = measure_calibration(scores, right)
    assert sum(b.n for b in result.bins) == result.n == len(pairs)
    for b in result.bins:
        inside = [s for s in scores if b.low / 100 < s <= b.high / 100 or (s == 0 == b.low)]
        assert b.n == pytest.approx(len(inside), abs=sum(abs(s * 10 - round(s * 10)) < 1e-9 for s in scores))
    weighted = sum(b.n * abs(b.mean_score - b.precision) for b in result.bins) / result.n
    assert result.error == pytest.approx(weighted)
    assert 0 <= result.error <= 100
    assert result.brier == pytest.approx(100 * brier_score_loss(right, scores, pos_label=True))


def test_honest_scores_have_no_error_and_boasting_has() -> None:
    rng = np.random.default_rng(0)
    scores = rng.random(20_000)
    right = rng.random(20_000) < scores
    assert measure_calibration(scores.tolist(), right.tolist()).error < 1.5
    sure = measure_calibration([1.0] * 20_000, right.tolist())
    assert sure.error == pytest.approx(100 * (1 - right.mean()))


def test_no_entities_no_error() -> None:
    result = measure_calibration([], [])
    assert (result.n, result.error, result.brier) == (0, 0, 0)


@pytest.mark.parametrize("score", [1.01, -0.01, float("nan")])
def test_a_score_that_is_no_probability_is_refused(score: float) -> None:
    with pytest.raises(ValueError, match="no probability"):
        measure_calibration([score], [True])


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError, match="2 scores but 1 outcomes"):
        measure_calibration([0.1, 0.2], [True])
