import time
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipaner.transcription.words import LONGEST_WORD, word_spans


def words(text):
    return [text[start:end] for start, end in word_spans(text)]


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_words_and_white_space_tile_the_text(texts, data):
    text = data.draw(texts)
    spans = list(word_spans(text))
    assert all(start < end for start, end in spans)
    assert all(end <= following for (_, end), (following, _) in pairwise(spans))
    inside = {place for start, end in spans for place in range(start, end)}
    assert inside == {place for place, character in enumerate(text) if not character.isspace()}


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_no_word_is_longer_than_the_limit(texts, data):
    text = data.draw(texts)
    assert max((end - start for start, end in word_spans(text * 5)), default=0) <= LONGEST_WORD


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ko Te Tai-o-Aorere.", ["Ko", "Te", "Tai", "-", "o", "-", "Aorere", "."]),
        ("o'zbek Oʻzbekiston ng’ombe", ["o'zbek", "Oʻzbekiston", "ng’ombe"]),
        ("f’Lulju m'ята மொழி'யில்", ["f’Lulju", "m'ята", "மொழி'யில்"]),
        ("'whare' ''", ["'", "whare", "'", "''"]),
        ("wait... what?!", ["wait", "...", "what", "?", "!"]),
        ("COVID-19 3.14", ["COVID", "-", "19", "3.14"]),
        ("नमस्ते, ज़िन्दगी।", ["नमस्ते", ",", "ज़िन्दगी", "।"]),
        ("北京大学的", ["北京", "大学", "的"]),
        ("ភ្នំពេញជារាជធានី", ["ភ្នំពេញ", "ជា", "រាជធានី"]),
        ("ใช้iPhoneในไทยปี2020", ["ใช้", "iPhone", "ใน", "ไทย", "ปี", "2020"]),
        ("នៅARPANETដែល២៨វិច្ឆិកា", ["នៅ", "ARPANET", "ដែល", "២៨", "វិច្ឆិកា"]),
        ("ရန်ကုန်ABCမြို့", ["ရန်", "ကုန်", "ABC", "မြို့"]),
        ("เด็กๆ กรุงเทพฯ ក្មេងៗ", ["เด็กๆ", "กรุงเทพฯ", "ក្មេងៗ"]),
        ("𐐷𐐲 ok 👩‍👩‍👧", ["𐐷𐐲", "ok", "👩‍👩‍👧"]),
        ("a\ud800 b", ["a", "\ud800", "b"]),
        ("a\x1cb\u2028c", ["a", "b", "c"]),
        ("", []),
        (" \n", []),
    ],
)
def test_boundaries(text, expected):
    assert words(text) == expected


def test_dependent_vowels_never_begin_a_word():
    """ICU's dictionary cuts unknown Khmer before vowel signs."""
    text = "កាំងខ្ញុំៀកា្រ"
    assert not [word for word in words(text) if "\u17b6" <= word[0] <= "\u17d3"]


@pytest.mark.parametrize(
    "unit", ["a", "ไทย", "北京", ".", "a'", "e\u0301", "\u0301", "👩‍👩‍👧", "\u200d", "\ud800", "ก1"]
)
def test_a_megabyte_without_a_space_takes_seconds(unit):
    text = unit * (400_000 // len(unit))
    start = time.process_time()
    spans = list(word_spans(text))
    assert time.process_time() - start < 8
    assert (spans[0][0], spans[-1][1]) == (0, len(text))


def test_long_words_are_cut_between_characters():
    text = "x" + "e\u0301" * 300
    assert all(text[start] != "\u0301" for start, _ in word_spans(text))


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_an_apostrophe_after_an_accent_stays_inside(form):
    text = unicodedata.normalize(form, "À`A")
    assert words(text) == [text]
