"""The distance against panphon's own and against a table filled cell by cell."""

from __future__ import annotations

import random
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipaner.transcription import Vocabulary
from ipaner.transcription.distance import distances

PLAIN = list("ptkbdɡmnŋszʃʒxhlrjwaeiouəɛɔɪʊæ")
ANY = [symbol for n, symbol in enumerate(Vocabulary.load().symbols) if Vocabulary.load().is_letter(n)]
words = st.lists(st.sampled_from(ANY), max_size=9)


def one(a, b) -> float:
    return float(distances([" ".join(a)], [" ".join(b)])[0])


def cell_by_cell(a: list[str], b: list[str]) -> float:
    vocabulary = Vocabulary.load()
    vectors = vocabulary.features()
    table = [[float(i + j) if not i or not j else 0.0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i, x in enumerate(a, 1):
        for j, y in enumerate(b, 1):
            cost = float(np.mean(vectors[vocabulary.id(x)] != vectors[vocabulary.id(y)]))
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + cost)
    return table[-1][-1] / max(len(a), len(b), 1)


@given(words, words)
def test_equals_the_table_filled_cell_by_cell(a, b):
    assert one(a, b) == pytest.approx(cell_by_cell(a, b))


def test_equals_panphon():
    panphon = pytest.importorskip("panphon.distance").Distance()
    rng = random.Random(1)
    pairs = [[rng.choices(PLAIN, k=rng.randint(1, 8)) for _ in "ab"] for _ in range(200)]
    ours = distances([" ".join(a) for a, _ in pairs], [" ".join(b) for _, b in pairs])
    theirs = [panphon.hamming_feature_edit_distance_div_maxlen("".join(a), "".join(b)) for a, b in pairs]
    assert ours.tolist() == pytest.approx(theirs)


@given(words, words)
def test_is_symmetric_within_bounds_and_zero_for_the_same(a, b):
    assert one(a, b) == pytest.approx(one(b, a))
    assert 0 <= one(a, b) <= 1
    assert one(a, a) == 0


@given(st.lists(st.tuples(words, words), max_size=8))
def test_a_pair_does_not_depend_on_those_beside_it(pairs):
    together = distances([" ".join(a) for a, _ in pairs], [" ".join(b) for _, b in pairs])
    assert together.tolist() == pytest.approx([one(a, b) for a, b in pairs])


def test_breaks_between_words_are_ignored():
    assert distances(["n j uː ▁ j ɔ ɹ k"], ["n j uː j ɔ ɹ k"])[0] == 0


def test_nothing_against_something_is_as_far_as_can_be():
    assert distances(["", "a b", ""], ["a", "", ""]).tolist() == [1, 1, 0]


def test_a_phone_outside_the_vocabulary_has_panphons_features():
    phone = "ɮʷʲ"
    assert phone not in Vocabulary.load().symbols
    assert 0 < one([phone], ["ɮ"]) < one([phone], ["a"])


def test_what_is_no_phone_is_as_far_as_can_be_from_all_but_itself():
    assert distances(["<unk>", "<unk>"], ["a", "<unk>"]).tolist() == [1, 0]


def test_sides_of_unequal_number_are_refused():
    with pytest.raises(ValueError, match="1 words on the left, 2 on the right"):
        distances(["a"], ["a", "b"])


@pytest.mark.slow
def test_a_hundred_thousand_pairs_take_seconds():
    rng = random.Random(1)
    left, right = ([" ".join(rng.choices(PLAIN, k=rng.randint(3, 14))) for _ in range(100_000)] for _ in "ab")
    start = time.process_time()
    distances(left, right)
    assert time.process_time() - start < 20
