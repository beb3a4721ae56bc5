from dataclasses import replace

import pytest

pytest.importorskip("torch", reason="needs the extra [train]")

from hypothesis import given, settings
from hypothesis import strategies as st

from ipaner.errors import ConfigError
from ipaner.pairs import held_out
from ipaner.training.contrastive import choose_pairs, encode_pairs, relatives
from ipaner.training.contrastive.config import PairChoice
from ipaner.training.contrastive.data import batches, near_but_unrelated, pad
from ipaner.transcription import Vocabulary


def choose(table, seed=0, protocol="open", **values):
    return choose_pairs(table, PairChoice(**values), protocol, seed)


def test_held_out_english_words_are_never_chosen(table):
    chosen = choose(table)
    assert chosen and not any(held_out(pair) for pair in chosen)
    assert {p.english for p in table if held_out(p)}.isdisjoint(p.english for p in chosen)


def test_a_smaller_choice_is_part_of_a_larger_one(table):
    small, large = (choose(table, languages={"kor": n}) for n in (3, 6))
    assert small == large[:3]


def test_languages_and_caps(table):
    chosen = choose(table, languages={"kor": 2, "tur": None})
    codes = [pair.language for pair in chosen]
    assert codes.count("kor") == 2 and codes.count("tur") > 2


def test_errors_say_what_there_is(table):
    with pytest.raises(ConfigError, match=r"no pairs of 'vie'\. Languages there: kor, tur"):
        choose(table, languages={"vie": None})
    with pytest.raises(ConfigError, match="No pair is left"):
        choose(table, relations=["cognate"])


def test_the_paper_protocol_refuses_a_case_1_language(table):
    maori = [replace(pair, language="mri") for pair in table]
    with pytest.raises(ConfigError, match="Case 1"):
        choose(maori, protocol="paper")
    assert choose(maori, protocol="open")


def test_permuted_partners_are_those_of_others_of_the_same_language(table):
    true, permuted = choose(table), choose(table, partners="permuted")
    assert [p.english for p in true] == [p.english for p in permuted]
    assert all(a.ipa != b.ipa for a, b in zip(true, permuted, strict=True))
    assert sorted((p.language, p.ipa) for p in true) == sorted((p.language, p.ipa) for p in permuted)


def test_neighbours_are_unrelated_and_nearer_than_chance(table):
    from ipaner.transcription.distance import distances

    near, permuted = choose(table, partners="neighbours"), choose(table, partners="permuted")
    related = {(p.english, p.ipa) for p in table}
    assert near and not any((p.english, p.ipa) in related for p in near)
    mean = [distances([p.english_ipa for p in x], [p.ipa for p in x]).mean() for x in (near, permuted)]
    assert mean[0] < mean[1]


def test_distinct_words_are_far_from_each_other(table):
    from ipaner.transcription.distance import distances

    chosen = choose(table, languages={"tur": None}, distinct=0.3)
    assert 1 < len(chosen) < len(choose(table, languages={"tur": None}))
    for i, pair in enumerate(chosen):
        others = [p.ipa for p in chosen[:i]]
        assert not others or distances([pair.ipa] * len(others), others).min() >= 0.3


def test_a_batch_never_holds_a_false_negative(table):
    """Every known relative is marked, through the same English word, a homophone, or an equal foreign word."""
    homophone = replace(table[0], english="coffy", language="tur", word="x", ipa="k o f i")
    data = encode_pairs([*table, homophone], Vocabulary.load())
    belongs = data.belong(range(len(data)))
    for i, a in enumerate(data.pairs):
        for j, b in enumerate(data.pairs):
            same = a.english == b.english or a.english_ipa == b.english_ipa or a.ipa == b.ipa
            assert belongs[i, j] or not same
            assert same or not belongs[i, j]


def test_relatives_in_the_rest_of_the_table_count(table):
    kor = [p for p in table if p.language == "kor"]
    data = encode_pairs(kor[:2], Vocabulary.load(), relatives(table))
    assert data.related["k ɔ f i"] >= {"kʰ ʌ pʰ i", "k a h v e"}


def test_hard_negatives_do_not_belong(table):
    data = encode_pairs(table, Vocabulary.load())
    near = near_but_unrelated(data, 3, seed=0)
    for i, rows in enumerate(near):
        assert len(rows) == 3
        assert not data.belong([i], rows).any()
        assert all(data.pairs[j].language == data.pairs[i].language for j in rows)


@given(st.integers(2, 40), st.integers(1, 50), st.integers(0, 99))
@settings(max_examples=50, deadline=None)
def test_batches_are_full_have_no_repeats_and_pass_through_all(size, steps, seed):
    batch = max(1, size // 3)
    found = list(batches(size, batch, steps, seed))
    assert len(found) == steps
    assert all(len(set(rows)) == batch for rows in found)
    epoch = size // batch
    assert len({i for rows in found[:epoch] for i in rows}) == batch * min(epoch, steps)


def test_fewer_pairs_than_a_batch():
    with pytest.raises(ConfigError, match="5 pairs are fewer than a batch of 8"):
        next(batches(5, 8, 1, 0))


def test_padding():
    out = pad([[[1, 2], [3]], [[4]]])
    assert out.tolist() == [[[1, 2], [3, 0]], [[4, 0], [0, 0]]]
