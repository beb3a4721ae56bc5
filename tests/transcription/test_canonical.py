import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipaner.transcription.canonical import (
    CONSONANTS,
    DIACRITICS,
    TIE,
    VOWELS,
    canonical,
    canonicalise,
    segment_published,
)

ipa = st.text(alphabet=VOWELS + CONSONANTS + DIACRITICS + TIE + "gʦʧɚᵐʱˈ.˥̯̃ 7Жç" + "tdʃʒ", max_size=20)


@settings(max_examples=600)
@given(ipa | st.text(max_size=20))
def test_canonical_phones_are_a_fixed_point(text):
    assert canonical("".join(canonical(text))) == canonical(text)
    for broad in (False, True):
        for phone in canonical(text, broad=broad):
            assert canonical(phone, broad=broad) == (phone,)
            assert phone == unicodedata.normalize("NFC", phone)
            assert not any(character.isspace() for character in phone)


@given(ipa)
def test_composed_and_decomposed_agree(text):
    assert canonical(unicodedata.normalize("NFC", text)) == canonical(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize(
    ("text", "narrow", "broad"),
    [
        ("ˈtʃaːg̊", "t͡ʃ aː ɡ", "t͡ʃ a ɡ"),
        ("ʦ ʣ ʧ ʤ ʨ ʥ", "t͡s d͡z t͡ʃ d͡ʒ t͡ɕ d͡ʑ", "t͡s d͡z t͡ʃ d͡ʒ t͡ɕ d͡ʑ"),
        ("t͜s dʒ t̪ʃ", "t͡s d͡ʒ t͡ʃ", "t͡s d͡ʒ t͡ʃ"),
        ("ts", "t s", "t s"),
        ("k͡p ŋ͡m", "k͡p ŋ͡m", "k͡p ŋ͡m"),
        ("i͡u", "i u", "i u"),
        ("bʱ dʰ tʰ", "b̤ d̤ tʰ", "b d t"),
        ("n̪ã:ɚɫ", "n̪ ã ː".replace(" ː", "ː") + " ə ɹ l", "n a ə ɹ l"),
        ("ma˥˩ pa̯ e̞ ɯ̟", "m a p a e ɯ", "m a p a e ɯ"),
        ("ᵐb ⁿd", "m b n d", "m b n d"),
        ("kʷʼ tʲ sˤ", "kʷʼ tʲ sˤ", "kʷʼ tʲ sˤ"),
        ("ç c\u0327", "ç ç", "ç ç"),
        ("!?12", "", ""),
    ],
)
def test_conventions(text, narrow, broad):
    assert canonical(text) == tuple(narrow.split())
    assert canonical(text, broad=True) == tuple(broad.split())


def test_letters_that_are_no_ipa_are_counted():
    assert canonicalise("taЖ'k")[1] == 1


@pytest.mark.parametrize(
    ("text", "phones"),
    [
        ("takiwaː", "t a k i w aː"),
        ("t ˈu v a l u", "t ˈu v a l u"),
        ("t͡ʃaɪ̯ʰ", "t͡ʃ a ɪ̯ʰ"),
        ("ˈtaˌka", "ˈt a ˌk a"),
        ("(1940)", "( 1 9 4 0 )"),
        ("''", "' '"),
        ("ma˥˩", "m a˥˩"),
    ],
)
def test_published_strings_keep_their_symbols(text, phones):
    assert segment_published(text) == tuple(phones.split())


@given(st.text(max_size=20))
def test_a_published_string_has_at_least_one_phone(text):
    phones = segment_published(text)
    assert phones
    if text.split():
        assert "".join(phones) == "".join(text.split())
