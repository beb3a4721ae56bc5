"""Wrong phones come at the rate that was asked for, and of the kind that was asked for."""

import random

import numpy as np
import pytest

from ipaner.transcription import Vocabulary
from ipaner.transcription.noise import Noise, costs, error_rates

INVENTORY = [*"pbtdkɡmnŋszʃlrjwhaeiou", "t͡ʃ", "aː", "iː", "uː"]


def words(number=800):
    rng = random.Random(3)
    return [tuple(rng.choices(INVENTORY, k=rng.randint(3, 10))) for _ in range(number)]


def corrupted(kind, rate, seed=0):
    noise = Noise(INVENTORY, kind)
    rng = random.Random(seed)
    return [(word, noise.corrupt(word, rate, rng)) for word in words()]


@pytest.mark.parametrize("kind", ["uniform", "articulatory"])
@pytest.mark.parametrize("rate", [0.05, 0.2, 0.4])
def test_the_rate_comes_out(kind, rate):
    per, fper = error_rates(corrupted(kind, rate))
    assert per == pytest.approx(100 * rate, abs=0.9)
    assert 0 < fper < per


def test_articulatory_errors_are_nearer():
    phone = {p: i for i, p in enumerate(sorted(INVENTORY))}
    table = costs(sorted(phone))

    def mean(kind):
        noise = Noise(INVENTORY, kind)
        rng = random.Random(0)
        swaps = [(p, noise._confused(p, rng.random())) for p in INVENTORY * 100]
        assert all(a != b for a, b in swaps)
        return np.mean([table[phone[a], phone[b]] for a, b in swaps])

    assert mean("articulatory") == pytest.approx(0.087, abs=0.025)  # as measured of the profile core
    assert mean("uniform") > 2 * mean("articulatory")


def test_nothing_changes_at_rate_0_and_a_word_keeps_a_phone_at_rate_1():
    noise = Noise(INVENTORY, "uniform")
    rng = random.Random(0)
    for word in words(200):
        assert noise.corrupt(word, 0.0, rng) == word
        assert noise.corrupt(word[:1], 1.0, rng)
    assert noise.corrupt((), 1.0, rng) == ()


def test_the_same_seed_gives_the_same_errors():
    assert corrupted("articulatory", 0.3) == corrupted("articulatory", 0.3)
    assert corrupted("articulatory", 0.3) != corrupted("articulatory", 0.3, seed=1)


def test_errors_at_a_low_rate_are_among_those_at_a_high_one():
    noise = Noise(INVENTORY, "uniform")
    for i, word in enumerate(words(200)):
        low, high = (noise.corrupt(word, rate, random.Random(i)) for rate in (0.1, 0.4))
        assert low == word or high != word


def test_what_is_no_phone_of_the_inventory_stays():
    noise = Noise("ab", "uniform")
    assert noise.corrupt(("<unk>", "-", "0"), 1.0, random.Random(0)) == ("<unk>", "-", "0")


def test_one_phone_cannot_be_confused():
    with pytest.raises(ValueError, match="1 phones"):
        Noise("aaa", "uniform")


def test_costs_are_shares_of_features():
    vocabulary = Vocabulary.load()
    table = vocabulary.features()
    p, b = vocabulary.id("p"), vocabulary.id("b")
    assert costs(["p", "b"])[0, 1] == pytest.approx((table[p] != table[b]).mean())


def test_error_rates_count_edits():
    assert error_rates([(("a", "b", "c"), ("a", "c")), (("a",), ("a",))])[0] == pytest.approx(25)
    assert error_rates([(("k", "a"), ("k", "a", "t"))]) == (50.0, 50.0)
    assert error_rates([]) == (0.0, 0.0)
