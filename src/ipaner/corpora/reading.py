"""Reading and writing a corpus by the name of its file, or by what it holds where the name says nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path

from ipaner.corpora.conll import read_conll, write_conll
from ipaner.corpora.jsonl import read_jsonl, write_jsonl
from ipaner.corpora.schemes import ReadReport, Scheme
from ipaner.corpora.sentence import Sentence
from ipaner.errors import FormatError
from ipaner.files import read_lines

_LOG = logging.getLogger(__name__)


class Format(StrEnum):
    """The form of a corpus file."""

    JSONL = "jsonl"
    CONLL = "conll"


_BY_SUFFIX = {
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".json": Format.JSONL,
    ".conll": Format.CONLL,
    ".bio": Format.CONLL,
    ".iob": Format.CONLL,
    ".iob2": Format.CONLL,
    ".tsv": Format.CONLL,
}


def format_by_name(path: str | Path) -> Format | None:
    """The form that a file's name promises, ``.gz`` aside; None if it promises none (``.txt``).

    Example:
        >>> format_by_name("validation.jsonl.gz"), format_by_name("validation.txt")
        (<Format.JSONL: 'jsonl'>, None)
    """
    return _BY_SUFFIX.get(Path(Path(path).name.lower().removesuffix(".gz")).suffix)


def read_sentences(
    path: str | Path,
    *,
    scheme: Scheme | str = Scheme.AUTO,
    label_map: Mapping[str, str] | None = None,
    report: ReadReport | None = None,
) -> Iterator[Sentence]:
    """Read a corpus file sentence by sentence, JSON Lines or CoNLL, plain or gzip.

    Args:
        path: The file. Its name tells the form; with another name, a first line in braces means JSON Lines.
        scheme: Scheme of the tags, see `ipaner.corpora.schemes`.
        label_map: New names of labels, for instance `COMMON_LABELS`; see `to_iob2`.
        report: Counts sentences and repaired tags.

    Raises:
        FormatError: At the first line that is wrong, or if the file cannot be read.
    """
    read = read_jsonl if (format_by_name(path) or _format_by_content(path)) is Format.JSONL else read_conll
    return read(path, scheme=scheme, label_map=label_map, report=report)


def _format_by_content(path: str | Path) -> Format:
    for _, line in read_lines(path):
        stripped = line.strip()
        if stripped:
            return Format.JSONL if stripped[0] == "{" and stripped[-1] == "}" else Format.CONLL
    return Format.CONLL


def read_corpus(
    path: str | Path,
    *,
    scheme: Scheme | str = Scheme.AUTO,
    label_map: Mapping[str, str] | None = None,
    report: ReadReport | None = None,
) -> list[Sentence]:
    """Read a whole corpus file, as `read_sentences` does; repaired tags are logged as a warning.

    Raises:
        FormatError: If the file holds no sentence, too.
    """
    report = report or ReadReport()
    before = report.repairs
    sentences = list(read_sentences(path, scheme=scheme, label_map=label_map, report=report))
    if not sentences:
        raise FormatError("holds no sentence", path)
    if report.repairs > before:
        repairs = report.repairs - before
        _LOG.warning("%s: %d tags continued no entity and were read as the first of one", path, repairs)
    return sentences


def write_corpus(path: str | Path, sentences: Iterable[Sentence]) -> int:
    """Write sentences in the form that the name promises, whole or not at all; packed if it ends in ``.gz``.

    Returns:
        How many were written.

    Raises:
        FormatError: If the name promises no form, or a word cannot stand in CoNLL.
        IpanerError: If the file cannot be written.
    """
    form = format_by_name(path)
    if form is None:
        raise FormatError(f"the name tells no form. Let it end in one of {', '.join(_BY_SUFFIX)} (and .gz)", path)
    return (write_jsonl if form is Format.JSONL else write_conll)(path, sentences)
