import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipaner.evaluation.alignment import alignment, measure_space, retrieve, uniformity


def test_retrieval_by_hand():
    anchors = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    partners = np.array([[1.0, 0.1], [1.0, 0.9], [0.1, 1.0]])
    # anchor 0: own is nearest; anchor 1: third is nearer; anchor 2: second is nearest, first and third tie after it
    found = retrieve(anchors, partners)
    assert found.n_candidates == 3
    assert found.recall_at_1 == pytest.approx(100 / 3)
    assert found.mrr == pytest.approx(100 * (1 + 1 / 2 + 1 / 3) / 3)


def test_ties_count_against():
    same = np.ones((4, 3))
    assert retrieve(same, same).mrr == pytest.approx(25)


def test_a_related_partner_is_no_competitor():
    anchors = np.array([[1.0, 0.0], [1.0, 0.0]])
    partners = np.array([[1.0, 0.0], [1.0, 0.0]])
    assert retrieve(anchors, partners).recall_at_1 == 0
    assert retrieve(anchors, partners, np.ones((2, 2), dtype=bool)).recall_at_1 == 100


def test_distractors_fill_the_candidates_up():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(20, 6))
    found = retrieve(x, x, distractors=rng.normal(size=(2000, 6)))
    assert (found.n_candidates, found.recall_at_1) == (1000, 100)


@given(st.integers(2, 30), st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_random_vectors_are_found_by_chance_and_rotation_changes_nothing(n, seed):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(n, 5)), rng.normal(size=(n, 5))
    turn = np.linalg.qr(rng.normal(size=(5, 5)))[0]
    a, b = measure_space(x, y), measure_space(x @ turn, y @ turn)
    assert a.alignment == pytest.approx(b.alignment) and a.uniformity == pytest.approx(b.uniformity)
    assert a.cosine == pytest.approx(100 * (1 - a.alignment / 2))  # |x - y|^2 = 2 - 2 cos


def test_uniformity_against_a_double_loop():
    x = np.random.default_rng(1).normal(size=(9, 4))
    u = x / np.linalg.norm(x, axis=1, keepdims=True)
    pairs = [np.exp(-2 * ((u[i] - u[j]) ** 2).sum()) for i in range(9) for j in range(9) if i != j]
    assert uniformity(x) == pytest.approx(np.log(np.mean(pairs)))


def test_random_cosine_pairs_nobody_with_its_partner():
    x = np.eye(12)
    space = measure_space(x, x)
    assert (space.cosine, space.random_cosine) == (100, 0)
    assert alignment(x, x) == 0
