r"""Tagged documents as records, JSON Lines and CoNLL.

What is written is always valid UTF-8, whatever the text holds: JSON escapes lone surrogates (``\udc80``), CoNLL, which
has no escape, puts U+FFFD in their place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from itertools import accumulate
from typing import Any, Literal

from ipaner.document import Document
from ipaner.labels import Span, from_spans

OffsetUnit = Literal["codepoint", "utf16", "utf8"]

_WIDTH: Mapping[OffsetUnit, Callable[[str], int]] = {
    "codepoint": lambda char: 1,
    "utf16": lambda char: 1 + (char > "\uffff"),
    "utf8": lambda char: 1 + (char > "\x7f") + (char > "\u07ff") + (char > "\uffff"),
}
_SURROGATE = re.compile("[\ud800-\udfff]")


def record(document: Document, offsets: OffsetUnit = "codepoint") -> dict[str, Any]:
    """A document as plain data.

    Args:
        document: The document.
        offsets: What ``start`` and ``end`` count: code points, UTF-16 units (JavaScript, Java, C#) or UTF-8 bytes. A
            lone surrogate counts as one UTF-16 unit, or three bytes.

    Example:
        >>> from ipaner.document import Entity
        >>> found = Document("Te Tai", "mri", entities=(Entity("LOC", 3, 6, "Tai", 0.9, ("t", "a", "i")),))
        >>> record(found)["entities"]
        [{'start': 3, 'end': 6, 'label': 'LOC', 'text': 'Tai', 'score': 0.9, 'ipa': 'tai'}]
    """
    offset = _offsets(document.text, offsets)
    return {
        "id": document.id,
        "text": document.text,
        "language": document.language,
        "coverage": document.coverage,
        "entities": [
            {
                "start": offset(entity.start),
                "end": offset(entity.end),
                "label": entity.label,
                "text": entity.text,
                "score": entity.score,
                "ipa": entity.ipa,
                **({"like": [asdict(known) for known in entity.like]} if entity.like else {}),
            }
            for entity in document.entities
        ],
    }


def jsonl(document: Document, offsets: OffsetUnit = "codepoint") -> str:
    """A document as one line of JSON, with its line break; ``offsets`` as in :func:`record`."""
    line = json.dumps(record(document, offsets), ensure_ascii=False)
    return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", line) + "\n"


def conll(document: Document) -> str:
    r"""A document in two-column CoNLL: a word, a tab and its IOB2 label on each line, then an empty line.

    What the format cannot hold is replaced: lone surrogates by U+FFFD, NUL by its symbol U+2400.

    Example:
        >>> from ipaner.document import Entity, Status, Word
        >>> words = (Word("Te", 0, 2, ("t", "e"), Status.OK), Word("Tai", 3, 6, ("t", "a", "i"), Status.OK))
        >>> conll(Document("Te Tai", "mri", words, (Entity("LOC", 3, 6, "Tai"),)))
        'Te\tO\nTai\tB-LOC\n\n'
    """
    lines = [f"{word.text}\t{tag}\n" for word, tag in zip(document.words, tags(document), strict=True)]
    return _SURROGATE.sub("\ufffd", "".join(lines)).replace("\0", "\u2400") + "\n"


def tags(document: Document) -> list[str]:
    """One IOB2 label for each word of a document."""
    first = {word.start: index for index, word in enumerate(document.words)}
    last = {word.end: index for index, word in enumerate(document.words)}
    spans = [Span(first[entity.start], last[entity.end] + 1, entity.label) for entity in document.entities]
    return from_spans(spans, len(document.words))


def _offsets(text: str, unit: OffsetUnit) -> Callable[[int], int]:
    if unit not in _WIDTH:
        raise ValueError(f"There is no offset unit {unit!r}; choose one of {', '.join(_WIDTH)}")
    if unit == "codepoint" or text.isascii():
        return lambda offset: offset
    return list(accumulate(map(_WIDTH[unit], text), initial=0)).__getitem__
