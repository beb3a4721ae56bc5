"""Tag schemes: IOB1, IOB2, BIOES and BILOU, all read into IOB2.

The four schemes agree on what a well-formed sequence means, so ``auto`` needs no guess about the file:

====================  ======================================================================
tag                   reading
====================  ======================================================================
``B-X``               an entity begins (in IOB1, right after another ``X``)
``I-X`` after ``X``   the entity goes on
``I-X`` elsewhere     an entity begins: the rule of IOB1, a fault in the others
``E-X``, ``L-X``      like ``I-X``, and the entity ends (BIOES, BILOU)
``S-X``, ``U-X``      an entity of one word (BIOES, BILOU)
====================  ======================================================================

Naming the scheme adds a check: a tag that it does not have is an error, and in IOB1 an opening ``I-X`` is no fault.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

_TAG = re.compile(r"([BIELSU])-(\S+)")


class Scheme(StrEnum):
    """How a file marks the words of an entity."""

    AUTO = "auto"
    IOB1 = "iob1"
    IOB2 = "iob2"
    BIOES = "bioes"
    BILOU = "bilou"


_PREFIXES = {
    Scheme.AUTO: "BIELSU",
    Scheme.IOB1: "BI",
    Scheme.IOB2: "BI",
    Scheme.BIOES: "BIES",
    Scheme.BILOU: "BILU",
}

COMMON_LABELS: Mapping[str, str] = {
    "PERSON": "PER",
    "PERS": "PER",
    "LOCATION": "LOC",
    "GPE": "LOC",
    "ORGANIZATION": "ORG",
    "ORGANISATION": "ORG",
}
"""Usual other names of the three labels, for ``label_map``; ``O`` in such a map drops a label."""


@dataclass(slots=True)
class ReadReport:
    """Counts that a reader keeps while it reads.

    Attributes:
        sentences: Sentences read.
        repairs: Tags that continued nothing (``I-X`` without an ``X`` before it) and were read as the first of an
            entity. In an IOB1 file read as ``auto`` most entities count here; name the scheme to count faults only.
    """

    sentences: int = 0
    repairs: int = 0


@lru_cache(maxsize=4096)
def parse_tag(tag: str, scheme: Scheme = Scheme.AUTO) -> tuple[str, str] | None:
    """Prefix and label of a tag, None for ``O``.

    Raises:
        ValueError: If it is no tag of the scheme.

    Example:
        >>> parse_tag("B-PER"), parse_tag("O")
        (('B', 'PER'), None)
    """
    if tag == "O":
        return None
    match = _TAG.fullmatch(tag)
    if match is None or match[1] not in _PREFIXES[scheme]:
        known = ", ".join(f"{prefix}-…" for prefix in _PREFIXES[scheme])
        which = "any known scheme" if scheme is Scheme.AUTO else f"the scheme {scheme}"
        raise ValueError(f"{tag!r} is no tag of {which} (O, {known})")
    return match[1], match[2]


def to_iob2(
    tags: Sequence[str],
    scheme: Scheme | str = Scheme.AUTO,
    label_map: Mapping[str, str] | None = None,
) -> tuple[tuple[str, ...], int]:
    """Convert the tags of one sentence to IOB2.

    Args:
        tags: Tags of any of the schemes.
        scheme: The scheme, or ``auto`` for any of them.
        label_map: New names of labels; a label mapped to ``O`` is dropped, a label not in it stays.

    Returns:
        The tags, and how many of them continued nothing and had to be read as the first of an entity.

    Raises:
        ValueError: If something is no tag, or no tag of the scheme.

    Example:
        >>> to_iob2(["S-GPE", "O", "B-PER", "E-PER", "I-PER"], label_map={"GPE": "LOC"})
        (('B-LOC', 'O', 'B-PER', 'I-PER', 'B-PER'), 1)
    """
    scheme = Scheme(scheme)
    out: list[str] = []
    open_label: str | None = None
    repairs = 0
    for tag in tags:
        parsed = parse_tag(tag, scheme)
        if parsed is None:
            out.append("O")
            open_label = None
            continue
        prefix, label = parsed
        continues = prefix in "IEL"
        inside = continues and open_label == label
        if continues and not inside and scheme is not Scheme.IOB1:
            repairs += 1
        open_label = None if prefix in "ELSU" else label
        name = label_map.get(label, label) if label_map else label
        out.append("O" if name == "O" else sys.intern(f"{'I' if inside else 'B'}-{name}"))
    return tuple(out), repairs
