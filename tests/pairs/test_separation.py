from __future__ import annotations

import pytest

from ipaner.pairs.plot import plot_distances
from ipaner.pairs.separation import by_family, separation, shuffled

WORDS = ["t a k s i", "b ʌ s", "k a m p j u t ə", "h o t ɛ l", "ɹ e d i o", "b a n a n a", "t ɛ n i s", "p i a n o"]


@pytest.fixture
def made(pair):
    return [
        pair(f"e{n}", f"w{n}", language=language, english_ipa=ipa, ipa=ipa, distance=0.0)
        for language in ("hin", "kor")
        for n, ipa in enumerate(WORDS)
    ]


def test_true_pairs_and_shuffled_ones_fall_apart(made):
    found = separation(made, 0.1)
    assert found.kept == 1 and found.false_acceptance == 0 and found.pairs == 16
    assert found.median == 0 < found.threshold < found.median_shuffled


def test_shuffling_keeps_to_the_language_and_repeats_itself(made):
    assert shuffled(made, 1).tolist() == shuffled(list(made), 1).tolist()
    alone = [p for p in made if p.language == "kor"]
    assert set(shuffled(alone, 1).tolist()) <= set(shuffled(made, 1).tolist())


def test_pairs_of_one_english_word_are_not_taken_for_chance(pair):
    assert len(shuffled([pair("taxi", "택시"), pair("Taxi", "택씨")], 1)) == 0


def test_every_language_stands_with_its_family(made):
    assert list(by_family(made, 0.1)) == ["Indo-European: hin", "Koreanic: kor", "all"]


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_the_picture_is_the_same_each_time(made, tmp_path, ending):
    pytest.importorskip("matplotlib")
    first, second = (tmp_path / f"{n}.{ending}" for n in "ab")
    plot_distances(made, 0.25, first)
    plot_distances(made, 0.25, second)
    assert first.read_bytes() == second.read_bytes() != b""
