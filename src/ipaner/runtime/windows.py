"""Where a text is cut for the network, and how the pieces are put together again.

Models are trained on sentences, so a text is first cut into sentences; one longer than the model reads at a time is
covered by overlapping windows. Every word lies in at least one window and is labelled from exactly one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, count, pairwise

import regex

from ipaner.document import Word

_SURROGATE = regex.compile("[\ud800-\udfff]")

# A capitalised word of up to three letters, a small letter, or a number of up to two digits, and a full stop.
_SHORT = regex.compile(r"(?<![\p{L}\p{M}\p{N}])(\p{Lu}\p{M}*(\p{L}\p{M}*){0,2}|\p{Ll}\p{M}*|\p{N}{1,2})\.\p{Zs}{0,2}\Z")
# One or two letters of a script without capitals and a full stop, and nothing else.
_LONE = regex.compile(r"(\p{Lo}\p{M}*){1,2}\.\p{Zs}{0,2}")
_LOOK_BACK = 16


@dataclass(frozen=True, slots=True)
class Window:
    """Words the network reads at once, and those among them whose labels are taken from it (word indices).

    Attributes:
        start: First word read.
        end: One past the last word read.
        keep_start: First word labelled from this window.
        keep_end: One past the last.
    """

    start: int
    end: int
    keep_start: int
    keep_end: int


def windows(length: int, max_words: int, overlap: int) -> list[Window]:
    """Cover ``length`` words by windows of at most ``max_words`` that overlap by at least ``overlap``.

    Windows are spread evenly, and each word is labelled from the window in which it is farthest from a border. One
    window covers all where one suffices.

    Example:
        >>> windows(5, max_words=8, overlap=2)
        [Window(start=0, end=5, keep_start=0, keep_end=5)]
        >>> [(w.start, w.end, w.keep_start, w.keep_end) for w in windows(12, max_words=8, overlap=2)]
        [(0, 8, 0, 6), (4, 12, 6, 12)]
    """
    if length == 0:
        return []
    if length <= max_words:
        return [Window(0, length, 0, length)]
    steps = -(-(length - max_words) // (max_words - overlap))
    starts = [i * (length - max_words) // steps for i in range(steps + 1)]
    middles = [(before + max_words + after) // 2 for before, after in pairwise(starts)]
    return [
        Window(start, start + max_words, low, high)
        for start, low, high in zip(starts, [0, *middles], [*middles, length], strict=True)
    ]


def sentences(text: str, words: Sequence[Word], language: str) -> list[tuple[int, int]]:
    """Cut the words of a text into sentences.

    Boundaries are those of the Unicode Standard (Annex 29, through ICU), but no sentence ends in an initial, a short
    abbreviation or a short number (``J. R. R.``, ``Dr.``, ``St.``, ``3.``): a name cut in two is lost, two sentences
    read together are not.

    Args:
        text: The text.
        words: Its words in order.
        language: ISO 639-3 code.

    Returns:
        Ranges of word indices that tile ``words``; none is empty.
    """
    starts = [word.start for word in words]
    cuts = {bisect_left(starts, boundary) for boundary in _boundaries(text, language)}
    return list(pairwise(sorted({0, *cuts, len(words)})))


def _boundaries(text: str, language: str) -> Iterator[int]:
    """Code points at which a sentence ends and another begins."""
    from icu4py.breakers import SentenceBreaker

    # ICU takes no lone surrogates; U+FFFD is one UTF-16 unit too, and UTF-16 units are what ICU counts.
    clean = text if text.isascii() else _SURROGATE.sub("\ufffd", text)
    point_of: Mapping[int, int] | range = range(len(clean) + 1)
    if clean and max(clean) > "\uffff":
        point_of = dict(zip(accumulate((1 + (c > "\uffff") for c in clean), initial=0), count(), strict=False))
    ends = [point_of[end] for _, end in SentenceBreaker(clean, language).segments()]
    for start, end, after in zip([0, *ends], ends, ends[1:], strict=False):
        if not _continues(clean[start:end], clean[end:after]):
            yield end


def _continues(segment: str, following: str) -> bool:
    """Whether the full stop at the end of a segment belongs to its last word, so that the sentence goes on.

    Scripts without capitals give less to tell by, and short words end many of their sentences: there a short word
    counts only if it, or the one that follows, stands alone, as in a row of initials.
    """
    if _SHORT.search(segment[-_LOOK_BACK:]):
        return True
    return any(len(part) < _LOOK_BACK and _LONE.fullmatch(part) for part in (segment, following))
