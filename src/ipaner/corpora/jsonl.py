r"""JSON Lines: one sentence a line, ``{"tokens": [...], "tags": [...]}`` and, if the corpus has it, ``"ipa": [...]``.

A lone surrogate or a NUL, escaped in JSON as ``\ud800`` or ``\u0000``, is kept and written escaped again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ipaner.corpora.schemes import ReadReport, Scheme, to_iob2
from ipaner.corpora.sentence import Sentence
from ipaner.errors import FormatError
from ipaner.files import atomic_write_bytes, read_lines

_FORM = '{"tokens": ["…"], "tags": ["O"]}'


def read_jsonl(
    path: str | Path,
    *,
    scheme: Scheme | str = Scheme.AUTO,
    label_map: Mapping[str, str] | None = None,
    report: ReadReport | None = None,
) -> Iterator[Sentence]:
    """Read sentences one by one; blank lines and keys other than tokens, tags and ipa are passed over.

    Args:
        path: The file, plain or gzip.
        scheme: Scheme of the tags, see `ipaner.corpora.schemes`.
        label_map: New names of labels, see `to_iob2`.
        report: Counts sentences and repaired tags.

    Raises:
        FormatError: At the first line that is no such sentence.
    """
    scheme, report = Scheme(scheme), report or ReadReport()
    for number, line in read_lines(path):
        if not line.strip():
            continue
        try:
            sentence, repairs = _sentence(line, scheme, label_map)
        except ValueError as error:
            raise FormatError(str(error), path, number) from error
        report.sentences += 1
        report.repairs += repairs
        yield sentence


def _sentence(line: str, scheme: Scheme, label_map: Mapping[str, str] | None) -> tuple[Sentence, int]:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON (column {error.colno}: {error.msg}). A line has the form {_FORM}") from error
    except RecursionError as error:
        raise ValueError(f"is nested too deeply. A line has the form {_FORM}") from error
    if not isinstance(record, dict):
        raise ValueError(f"holds no JSON object. A line has the form {_FORM}")
    tokens, ipa = _strings(record, "tokens"), None
    tags, repairs = to_iob2(_strings(record, "tags"), scheme, label_map)
    if record.get("ipa") is not None:
        ipa = _strings(record, "ipa")
    return Sentence(tokens, tags, ipa), repairs


def _strings(record: dict[str, Any], key: str) -> tuple[str, ...]:
    if key not in record:
        raise ValueError(f"has no '{key}' (its keys: {', '.join(record) or 'none'}). A line has the form {_FORM}")
    value = record[key]
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"'{key}' is no list of strings. A line has the form {_FORM}")
    return tuple(value)


def write_jsonl(path: str | Path, sentences: Iterable[Sentence]) -> int:
    """Write sentences, whole or not at all; packed if the name ends in ``.gz``.

    Returns:
        How many were written.

    Raises:
        IpanerError: If the file cannot be written.
    """
    count = 0
    with atomic_write_bytes(path) as stream:
        for sentence in sentences:
            record: dict[str, tuple[str, ...]] = {"tokens": sentence.tokens, "tags": sentence.tags}
            if sentence.ipa is not None:
                record["ipa"] = sentence.ipa
            # UTF-8 cannot hold a lone surrogate; its backslash escape is the one JSON has for it.
            stream.write(json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")
            count += 1
    return count
