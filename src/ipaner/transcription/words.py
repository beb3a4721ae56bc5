"""Where words begin and end: Unicode's word boundaries, with dictionaries for scripts without spaces."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator

import regex
from icu4py.breakers import BaseBreaker, WordBreaker

from ipaner.transcription.scripts import APOSTROPHES, REPETITION_SIGNS, is_letter

Span = tuple[int, int]

LONGEST_WORD = 100
"""Words longer than this many code points are cut at the last character boundary before it."""

_APOSTROPHES = frozenset(APOSTROPHES)
_SURROGATE = regex.compile(r"[\ud800-\udfff]")
_GRAPHEME = regex.compile(r"\X")
_COMPOSED = regex.compile(r"(?s:.)[\P{ccc=0}\p{NFC_QC=M}\p{NFC_QC=N}]*")  # what composition does not reach beyond
_BORDER = regex.compile(
    r"(?<=\p{lb=SA})(?=[\p{L}\p{N}--\p{lb=SA}])|(?<=[\p{L}\p{N}--\p{lb=SA}]\p{M}*)(?=\p{lb=SA})", regex.V1
)  # SA are the letters of scripts that need a dictionary
_STRETCH = regex.compile(r"\S+")


def word_spans(text: str) -> Iterator[Span]:
    """Find the words of a text.

    Words and white space tile the text: every character for which ``str.isspace`` is false lies in exactly one word.
    A mark or a sign of repetition that ICU's dictionaries leave at the start of a piece joins the piece before, as does
    the zero width space; an apostrophe between letters stays inside its word; hyphens split; equal punctuation marks in
    a row are one word.

    Args:
        text: Any string, lone surrogates included.

    Yields:
        First code point and one past the last, in order.
    """
    yield from _cut_long(text, _join(text, _pieces(text)))


def breaks(text: str, breaker: type[BaseBreaker], borders: Collection[int] = ()) -> Iterator[Span]:
    """Segments of one of ICU's break iterators, in code points; they tile the text.

    They are those of the composed text: ICU parts a Hangul syllable from a digit, but not its parts. Lone surrogates,
    which ICU refuses, are replaced for this purpose only.

    Args:
        text: Any string.
        breaker: What to look for.
        borders: Where a segment ends in any case.
    """
    text = _SURROGATE.sub("\ufffd", text)
    if not borders and unicodedata.is_normalized("NFC", text):
        yield from _breaks(text, breaker)
        return
    parts: list[str] = []
    end_of: dict[int, int] = {}
    length = last = 0
    for composed in _COMPOSED.finditer(text):
        if composed.start() in borders:
            parts.append("\n")
            length += 1
        parts.append(unicodedata.normalize("NFC", composed.group()))
        end_of[length] = composed.start()
        length += len(parts[-1])
        end_of[length] = composed.end()
    for _, end in _breaks("".join(parts), breaker):
        if end_of.get(end, last) > last:
            yield last, end_of[end]
            last = end_of[end]


def _breaks(text: str, breaker: type[BaseBreaker]) -> Iterator[Span]:
    """ICU counts UTF-16 units."""
    units = position = 0
    for _, unit_end in breaker(text, "en").segments():
        start = position
        while units < unit_end:
            units += 2 if text[position] > "\uffff" else 1
            position += 1
        yield start, position


def _pieces(text: str) -> Iterator[Span]:
    """ICU's words without white space.

    ICU keeps Thai, Lao, Khmer and Burmese together with Latin letters and digits beside them, and then finds no words
    in either: they are parted first.
    """
    for start, end in breaks(text, WordBreaker, {border.start() for border in _BORDER.finditer(text)}):
        for stretch in _STRETCH.finditer(text, start, end):
            # `\S` and `str.isspace` differ in the separators U+001C to U+001F
            yield from _without_separators(text, stretch.start(), stretch.end())


def _without_separators(text: str, start: int, end: int) -> Iterator[Span]:
    first = start
    for position in range(start, end):
        if text[position].isspace():
            if first < position:
                yield first, position
            first = position + 1
    if first < end:
        yield first, end


def _join(text: str, pieces: Iterable[Span]) -> Iterator[Span]:
    """Join pieces that belong to one word."""
    start = end = -1
    held_apostrophe = False
    repeated = ""  # the mark that all of the word so far consists of
    for piece_start, piece_end in pieces:
        first = text[piece_start]
        mark = first if piece_end - piece_start == 1 and _is_mark(first) else ""
        if piece_start == end:
            letter_follows = piece_end < len(text) and is_letter(text[piece_end])
            apostrophe = mark in _APOSTROPHES and _ends_in_letter(text, end) and letter_follows
            if (
                unicodedata.category(first) in ("Mn", "Mc", "Me", "Cf")
                or first in REPETITION_SIGNS
                or (held_apostrophe and is_letter(first))
                or apostrophe
                or (mark and mark == repeated)
            ):
                held_apostrophe, repeated, end = apostrophe, mark and repeated, piece_end
                continue
        if start >= 0:
            yield start, end
        start, end, held_apostrophe, repeated = piece_start, piece_end, False, mark
    if start >= 0:
        yield start, end


def _ends_in_letter(text: str, end: int) -> bool:
    """Whether a letter stands before ``end``, with or without accents."""
    while end > 1 and unicodedata.category(text[end - 1]) == "Mn" and not is_letter(text[end - 1]):
        end -= 1
    return is_letter(text[end - 1])


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"


def _cut_long(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    for start, end in spans:
        if end - start <= LONGEST_WORD:
            yield start, end
            continue
        first = cut = start
        for grapheme in _GRAPHEME.finditer(text, start, end):
            while grapheme.end() - first > LONGEST_WORD:
                cut = cut if cut > first else first + LONGEST_WORD  # one grapheme longer than any word is cut hard
                yield first, cut
                first = cut
            cut = grapheme.end()
        if first < end:
            yield first, end
