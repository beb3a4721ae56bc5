from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipaner.errors import ConfigError, LanguageNotSupported
from ipaner.names.search import Passage, search

NAIROBI = [
    ("swa", "Wanaishi jijini Nairobi sasa.", "Nairobi"),
    ("amh", "ናይሮቢ የኬንያ ዋና ከተማ ናት።", "ናይሮቢ"),
    ("jpn", "ナイロビはケニアの首都です。", "ナイロビ"),
    ("ell", "Το Ναϊρόμπι είναι πρωτεύουσα.", "Ναϊρόμπι"),
    ("kat", "ნაირობი კენიის დედაქალაქია.", "ნაირობი"),
    ("heb", "ניירובי היא בירת קניה", "ניירובי"),
    ("hin", "नैरोबी केन्या की राजधानी है।", "नैरोबी"),
]


@pytest.mark.parametrize(("language", "text", "written"), NAIROBI, ids=[row[0] for row in NAIROBI])
def test_finds_a_name_in_many_scripts(language, text, written) -> None:
    hit = search("Nairobi", "eng", [Passage(text, language, "a")])[0]
    assert (hit.text, hit.id, hit.language) == (written, "a", language)
    assert hit.text == text[hit.start : hit.end]
    assert hit.score > (0.9 if language != "heb" else 0.4)  # written without some of its vowels


@pytest.mark.parametrize(("language", "text", "written"), NAIROBI, ids=[row[0] for row in NAIROBI])
def test_and_with_a_query_in_any_of_them(language, text, written) -> None:
    hits = search(written, language, [Passage("They live in Nairobi now.", "eng")])
    assert [hit.text for hit in hits] == ["Nairobi"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("amh", "በናይሮቢ"),  # preposition
        ("fin", "Nairobissa"),  # inessive
        ("tur", "Nairobi'den"),  # ablative
        ("hun", "Nairobiban"),  # inessive
        ("tam", "நைரோபியில்"),  # locative
        ("kat", "ნაირობიში"),  # in
    ],
)
def test_sees_through_case_endings_and_prefixes(language, text) -> None:
    hits = search("Nairobi", "eng", [Passage(text, language)])
    assert hits and text.startswith(hits[0].text[:3])
    strict = search("Nairobi", "eng", [Passage(text, language)], affixes=False)
    assert not strict or strict[0].distance >= hits[0].distance


def test_names_of_several_words_also_where_they_are_written_apart_or_together() -> None:
    texts = ["Dar es Salaam ni jiji", "Daressalaam ni jiji", "Dar-es-Salaam ni jiji"]
    hits = search("Dar es Salaam", "eng", [Passage(text, "swa") for text in texts])
    assert {hit.passage: hit.text for hit in hits} == {0: "Dar es Salaam", 1: "Daressalaam", 2: "Dar-es-Salaam"}


def test_does_not_cross_a_full_stop() -> None:
    assert not [hit for hit in search("Dar es Salaam", "eng", [Passage("Dar. Es? Salaam!", "swa")]) if " " in hit.text]


def test_the_nearest_first_whatever_the_order() -> None:
    passages = [Passage("Moskou", "nld"), Passage("Москва", "rus"), Passage("Maskva", "lit"), Passage("Tokyo", "eng")]
    there, back = search("Moscow", "eng", passages), search("Moscow", "eng", passages[::-1])
    assert [hit.text for hit in there] == [hit.text for hit in back]
    assert [hit.distance for hit in there] == sorted(hit.distance for hit in there)
    assert "Tokyo" not in [hit.text for hit in there]


def test_several_spellings_are_one_query() -> None:
    passages = [Passage("Мэр Кіева выступіў", "bel")]
    assert not search("Kyiv", "eng", passages)
    assert [(hit.text, hit.spelling) for hit in search(["Kyiv", "Kiev"], "eng", passages)] == [("Кіева", "Kiev")]


def test_limit_and_context() -> None:
    passages = [Passage("one two Lagos three four Lagos", "eng")]
    hits = search("Lagos", "eng", passages, limit=1, context=4)
    assert [(hit.before, hit.text, hit.after) for hit in hits] == [("two ", "Lagos", " thr")]
    assert len(search("Lagos", "eng", passages)) == 2


def test_batches_change_nothing(monkeypatch) -> None:
    passages = [Passage(text, language, language) for language, text, _ in NAIROBI]
    whole = search("Nairobi", "eng", passages)
    monkeypatch.setattr("ipaner.names.search._BATCH_WORDS", 1)
    assert search("Nairobi", "eng", passages) == whole


ALPHABET = st.sampled_from(
    [*"aeiornbl", " ", " ", "-", ".", "\n", "\u0301", "ナイロビ", "ናይሮቢ", "नैरोबी", "😀", "5", "Nairobi"]
)


@settings(deadline=None, max_examples=60)
@given(st.lists(ALPHABET, max_size=25).map("".join), st.sampled_from(["swa", "hin", "jpn"]))
def test_offsets_slice_back_and_hits_do_not_overlap(text, language) -> None:
    hits = search("Nairobi", "eng", [Passage(text, language)], farthest=0.8, least=0, limit=None, context=3)
    for hit in hits:
        assert text[hit.start : hit.end] == hit.text
        assert text[: hit.start].endswith(hit.before) and text[hit.end :].startswith(hit.after)
        assert 0 <= hit.distance <= 0.8 and 0 <= hit.score <= 1
    spans = sorted((hit.start, hit.end) for hit in hits)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))


def test_nothing_to_search_in_and_nothing_to_search_for() -> None:
    assert search("Nairobi", "eng", []) == []
    assert search("Nairobi", "eng", [Passage("", "eng"), Passage("123 !", "eng")]) == []
    with pytest.raises(ConfigError, match=r"no sound in the query \('123'\)"):
        search("123", "eng", [Passage("a", "eng")])


def test_wrong_numbers_and_languages() -> None:
    for wrong in ({"farthest": 1.5}, {"limit": 0}, {"context": -1}, {"least": -0.1}):
        with pytest.raises(ConfigError, match="A search needs"):
            search("Nairobi", "eng", [], **wrong)
    with pytest.raises(LanguageNotSupported):
        search("Nairobi", "xxxx", [])
    with pytest.raises(LanguageNotSupported):
        search("Nairobi", "eng", [Passage("a", "xxxx")])
