"""Hypothesis strategies for the tests of this room."""

from __future__ import annotations

from hypothesis import strategies as st

from ipaner.corpora import Sentence
from ipaner.labels import Span, from_spans


@st.composite
def spans(draw: st.DrawFn, length: int, labels: tuple[str, ...] = ("PER", "LOC", "ORG", "MISC-2")) -> list[Span]:
    """Entities that do not overlap, neighbours of one label among them."""
    found, start = [], 0
    while start < length:
        start += draw(st.integers(0, 2))
        end = start + draw(st.integers(1, 3))
        if end <= length:
            found.append(Span(start, end, draw(st.sampled_from(labels))))
        start = end
    return found


@st.composite
def sentences(draw: st.DrawFn, alphabet: st.SearchStrategy[str], ipa: bool = True) -> Sentence:
    word = st.text(alphabet, min_size=1, max_size=6)
    tokens = draw(st.lists(word, min_size=1, max_size=8))
    tags = from_spans(draw(spans(len(tokens))), len(tokens))
    sounds = st.lists(st.text(alphabet, max_size=6), min_size=len(tokens), max_size=len(tokens)).map(tuple)
    return Sentence(tuple(tokens), tuple(tags), draw(st.none() | sounds) if ipa else None)
