from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipaner.document import Status, Word
from ipaner.runtime.windows import sentences, windows


@st.composite
def plans(draw: st.DrawFn) -> tuple[int, int, int]:
    most = draw(st.integers(1, 40))
    return draw(st.integers(0, 300)), most, draw(st.integers(0, most - 1))


def spaced(text: str) -> list[Word]:
    """Words between blanks: enough for sentence boundaries."""
    words, position = [], 0
    for part in text.split():
        start = text.index(part, position)
        position = start + len(part)
        words.append(Word(part, start, position, (), Status.OPAQUE))
    return words


def cut(text: str, language: str = "eng") -> list[str]:
    words = spaced(text)
    return [" ".join(w.text for w in words[a:b]) for a, b in sentences(text, words, language)]


@given(plans())
def test_every_word_is_read_and_labelled_exactly_once(plan: tuple[int, int, int]) -> None:
    length, most, overlap = plan
    cover = windows(length, most, overlap)
    assert [i for w in cover for i in range(w.keep_start, w.keep_end)] == list(range(length))
    for window in cover:
        assert 0 <= window.start <= window.keep_start < window.keep_end <= window.end <= length
        assert window.end - window.start == min(length, most)
    for before, after in pairwise(cover):
        assert before.end - after.start >= overlap


@given(plans())
def test_each_word_is_labelled_where_it_is_farthest_from_a_border(plan: tuple[int, int, int]) -> None:
    length, most, overlap = plan
    cover = windows(length, most, overlap)

    def depth(word: int, start: int, end: int) -> float:
        left = word - start + 1 if start else float("inf")
        right = end - word if end < length else float("inf")
        return min(left, right) if start <= word < end else 0

    for window in cover:
        for word in range(window.keep_start, window.keep_end):
            assert depth(word, window.start, window.end) == max(depth(word, w.start, w.end) for w in cover)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One came. Two went! Three?", ["One came.", "Two went!", "Three?"]),
        ("Then J. R. R. Tolkien met Dr. Smith. He left.", ["Then J. R. R. Tolkien met Dr. Smith.", "He left."]),
        ("Am 3. Oktober kam er. Dann ging er.", ["Am 3. Oktober kam er.", "Dann ging er."]),
        ("It was in 1999. Then it ended.", ["It was in 1999.", "Then it ended."]),
        ("डॉ. अब्दुल कलाम आए। वे गए।", ["डॉ. अब्दुल कलाम आए।", "वे गए।"]),
        ("The U.S. Army came. It left.", ["The U.S. Army came.", "It left."]),
        ("तेव्हा ए. पी. जे. अब्दुल कलाम आले आहे. ते गेले.", ["तेव्हा ए. पी. जे. अब्दुल कलाम आले आहे.", "ते गेले."]),
        ("मैं यहाँ हूँ. वह वहाँ है. हाँ", ["मैं यहाँ हूँ.", "वह वहाँ है.", "हाँ"]),
        ("He said A. \nNew line", ["He said A.", "New line"]),
        ("እሱ ሄደ። እሷ መጣች።", ["እሱ ሄደ።", "እሷ መጣች።"]),
        ("a heading\nand a line", ["a heading", "and a line"]),
        ("broken \ud800 here. Then \udfff again.", ["broken \ud800 here.", "Then \udfff again."]),
        ("", []),
        ("   ", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


def test_sentences_after_characters_outside_the_basic_plane() -> None:
    assert cut("𐌰𐌱𐌲 😀 end here. Next one. 😀 Last one.") == ["𐌰𐌱𐌲 😀 end here.", "Next one.", "😀 Last one."]


@given(st.text(alphabet=st.sampled_from("ab. \n!?।。A1😀\ud800\udc00\x00é"), max_size=60))
def test_sentences_tile_the_words(text: str) -> None:
    words = spaced(text)
    ranges = sentences(text, words, "eng")
    assert [i for start, end in ranges for i in range(start, end)] == list(range(len(words)))
    assert all(start < end for start, end in ranges)
