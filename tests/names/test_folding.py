"""Classes of sounds, and hashes that can be put together and taken apart."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ipaner.names.folding import COARSE, FINE, LEVELS, LONGEST, POWERS, SKELETON, classes, fold, prefix_hashes
from ipaner.transcription import Transcriber, Vocabulary
from ipaner.transcription.sound_classes import folding, neighbours, sound_class

WORDS = st.text("iaupbtdknrsCJ", min_size=1, max_size=12)


def hashed(word: str, level: int) -> tuple[int, int]:
    table, lengths = classes([word], level)
    return int(prefix_hashes(table)[0, -1]), int(lengths[0])


def test_what_sounds_alike_folds_alike():
    readings = [
        ("Nairobi", "eng"),
        ("Nayrobi", "tuk"),
        ("Найроби", "rus"),
        ("ናይሮቢ", "amh"),
    ]
    skeletons = {hashed(fold(Transcriber(code).transcribe(word)[0]), SKELETON) for word, code in readings}
    assert len(skeletons) == 1


def test_each_level_is_coarser_than_the_one_before():
    for left, right, level in [("beso", "peso", None), ("pera", "pira", COARSE), ("kana", "kono", SKELETON)]:
        same = [hashed(left, each) == hashed(right, each) for each in LEVELS]
        assert same == [level is not None and each >= level for each in LEVELS]


@given(WORDS, WORDS)
def test_the_hash_of_two_words_comes_from_their_hashes(left, right):
    (a, _), (b, n) = hashed(left, FINE), hashed(right, FINE)
    with np.errstate(over="ignore"):
        together = np.uint64(a) * POWERS[n] + np.uint64(b)
    assert int(together) == hashed(left + right, FINE)[0]


@given(st.lists(WORDS, min_size=1, max_size=5), st.sampled_from(LEVELS))
def test_words_are_hashed_the_same_in_any_company(words, level):
    table, _ = classes(words, level)
    assert [int(x) for x in prefix_hashes(table)[:, -1]] == [hashed(word, level)[0] for word in words]


def test_a_word_without_sound_has_no_class():
    assert fold(()) == fold(("ʔ",)) == fold(("<unk>",)) == ""
    assert len(fold(("k", "a") * 40)) == LONGEST


def test_every_phone_of_the_vocabulary_has_a_class_or_is_a_stop_of_the_throat_or_a_click():
    vocabulary = Vocabulary.load()
    classless = {s for i, s in enumerate(vocabulary.symbols) if vocabulary.is_letter(i) and not sound_class(s)}
    assert {symbol[0] for symbol in classless} <= set("ʔʕʡʢʘ")


def test_folded_symbols_are_phones_of_the_same_class_and_neighbours_share_most_features():
    vocabulary = Vocabulary.load()
    table, near, features = folding(vocabulary), neighbours(vocabulary), vocabulary.features()
    for number, symbol in enumerate(vocabulary.symbols):
        assert sound_class(vocabulary.symbols[table[number]]) == sound_class(symbol) or not vocabulary.is_letter(number)
        if vocabulary.is_letter(number):
            assert number not in near[number]
            assert (features[near[number]] != features[number]).sum(1).max() <= 8
        else:
            assert set(near[number]) == {number}
    assert len({t for i, t in enumerate(table) if vocabulary.is_letter(i)}) < 50
