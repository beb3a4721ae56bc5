"""Where sentences begin and end: Unicode's sentence boundaries, mended where they are known to be wrong."""

from __future__ import annotations

from collections.abc import Iterator

import regex
from icu4py.breakers import SentenceBreaker

from ipaner.transcription.words import breaks

# A capitalised word of up to three letters, a small letter, or a number of up to two digits, and a full stop
_SHORT = regex.compile(r"(?<![\p{L}\p{M}\p{N}])(\p{Lu}\p{M}*(\p{L}\p{M}*){0,2}|\p{Ll}\p{M}*|\p{N}{1,2})\.\p{Zs}{0,2}\Z")
# One or two letters of a script without capitals and a full stop, and nothing else
_LONE = regex.compile(r"(\p{Lo}\p{M}*){1,2}\.\p{Zs}{0,2}")
# Signs of a pause in Burmese, Javanese and Balinese, which Unicode counts among those that end a sentence
_PAUSE = regex.compile(r"[၊꧈᭞]\p{Zs}*\Z")
# Those it does not count: of Tibetan, Khmer and Sinhala, and the Greek question mark as it is typed
_END = regex.compile(r"([།༎༑](\p{Zs}*[།༎༑])*|[៚෴]|(?<=\p{Greek}\p{M}*)[;\u037e])[\p{Pe}\p{Pf}\"']*\s*")
# A bracket that opens belongs to what follows
_OPENING = regex.compile(r"\p{Ps}+\Z")
_LOOK_BACK = 16


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Find the sentences of a text.

    They tile the text: white space belongs to the sentence before. The end of a line ends a sentence, too. No sentence
    ends in an initial, a short abbreviation or a short number (``J. R. R.``, ``Dr.``, ``3.``), so that names stay
    whole. Thai and Lao write no mark between sentences: there a line is one.

    Args:
        text: Any string, lone surrogates included.

    Yields:
        First code point and one past the last, in order.

    Example:
        >>> text = "Dr. Ali left. यह घर है। वह नहीं।"
        >>> [text[start:end] for start, end in sentences(text)]
        ['Dr. Ali left. ', 'यह घर है। ', 'वह नहीं।']
    """
    start = last = 0
    for piece_start, piece_end in _pieces(text):
        if start < piece_start and not _continues(text[last:piece_start], text[piece_start:piece_end]):
            yield start, piece_start
            start = piece_start
        last = piece_start
    if start < len(text):
        yield start, len(text)


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """ICU's sentences, cut at the further signs that end one."""
    first = 0
    for start, end in breaks(text, SentenceBreaker):
        ends = [found.end() for found in _END.finditer(text, start, end)]
        opening = _OPENING.search(text, max(start, end - _LOOK_BACK), end) if end < len(text) else None
        for cut in (*ends, opening.start() if opening else end):
            if first < cut <= end:
                yield first, cut
                first = cut


def _continues(piece: str, following: str) -> bool:
    """Whether the mark at the end of a piece belongs to its last word, so that the sentence goes on.

    Scripts without capitals give less to tell by, and short words end many of their sentences: there a short word
    counts only if it, or the one that follows, stands alone, as in a row of initials.
    """
    if _SHORT.search(piece[-_LOOK_BACK:]) or _PAUSE.search(piece[-_LOOK_BACK:]):
        return True
    return any(len(part) < _LOOK_BACK and _LONE.fullmatch(part) for part in (piece, following))
