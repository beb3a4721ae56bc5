"""What the user gave as input: texts, files, folders or standard input, read as a stream of records.

Standard input and files are read in chunks: whatever lines are at hand make one batch. A slow writer gets an answer
for each line, a fast one gets large batches, and memory stays constant either way.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import click

from ipaner import languages
from ipaner.errors import ConfigError, FormatError, LanguageNotSupported, LimitExceeded
from ipaner.files import open_binary

CHUNK = 1 << 16
"""Bytes read at once."""

LONGEST_LINE = 1 << 26
"""Bytes of a line, or of a file read whole, that are still taken for text."""

SUFFIXES = (".txt", ".txt.gz", ".jsonl", ".jsonl.gz")
"""Names of input files; an argument that ends so and names no file is an error, not a text."""

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Record:
    """One text to work on.

    Attributes:
        text: The text exactly as given.
        id: ``file:line``, the file itself, or what a JSON line calls it; None for a text on the command line.
        language: The language a JSON line names, if it does.
    """

    text: str
    id: str | None = None
    language: str | None = None


def read_batches(sources: Sequence[str | Path], *, whole: bool = False, jsonl: bool = False) -> Iterator[list[Record]]:
    """Records of each source in order, in batches that are never empty.

    Args:
        sources: As `resolve` gives them.
        whole: A file is one record; otherwise each line of it is one.
        jsonl: Lines of every source are JSON, as those of ``*.jsonl`` always are.

    Raises:
        FormatError: If a source is not UTF-8, not JSON Lines where it should be, or a damaged gzip file.
        LimitExceeded: If a line is longer than `LONGEST_LINE`.
    """
    for source in sources:
        if source == STANDARD_INPUT:
            yield from _read_stream(sys.stdin.buffer, "stdin", whole=whole, jsonl=jsonl, keep_empty=True)
        elif isinstance(source, Path):
            yield from _read_file(source, whole=whole, jsonl=jsonl)
        else:
            yield [Record(source)]


def note_fallback(asked: Iterable[str]) -> bool:
    """Tell on standard error which of these languages have no rules of their own, and what reads them.

    Returns:
        Whether there were any.
    """
    without = [language for language in map(languages.get, sorted(asked)) if not languages.has_own_rules(language)]
    for language in without:
        names = dict.fromkeys(language.backend("core", script) for script in language.scripts)
        lent = [name.removeprefix("related:") for name in names if name != languages.ROMANISED]
        how = f"a relative's read it ({', '.join(lent)})" if lent else "it is read letter by letter"
        click.echo(
            f"Note: there are no rules for {language.name} ({language.code}) yet; {how}. "
            "'ipaner language new' starts some.",
            err=True,
        )
    return bool(without)


def resolve(arguments: Sequence[str]) -> list[str | Path]:
    """Tell texts from files and folders: what exists is read, the rest is text.

    A folder stands for its ``*.txt`` and ``*.txt.gz`` files, at any depth, sorted by name. Without arguments,
    standard input is read, unless it is a terminal.

    Raises:
        ConfigError: If there is nothing to read, or an argument looks like a file but names none.
    """
    if not arguments:
        if sys.stdin.isatty():
            raise ConfigError("Nothing to read. Give a text, a file, a folder, or pipe text in.")
        return [STANDARD_INPUT]
    sources: list[str | Path] = []
    for argument in arguments:
        if argument == STANDARD_INPUT:
            sources.append(argument)
        elif _exists(argument):
            path = Path(argument)
            sources += _files_below(path) if path.is_dir() else [path]
        elif _looks_like_path(argument):
            raise ConfigError(f"No such file or folder: '{argument}'. If it is text, pipe it in: echo '…' | ipaner … -")
        else:
            sources.append(_as_utf8(argument))
    return sources


def _files_below(folder: Path) -> list[Path]:
    files = sorted(p for p in folder.rglob("*") if p.name.endswith((".txt", ".txt.gz")) and p.is_file())
    if not files:
        raise ConfigError(f"No *.txt or *.txt.gz file in '{folder}'. Name other files one by one.")
    return files


def _as_utf8(argument: str) -> str:
    """A text as the shell handed it over; its bytes are UTF-8, whatever the locale says."""
    try:
        return os.fsencode(argument).decode("utf-8")
    except UnicodeError as error:
        raise FormatError("the text given as argument is not UTF-8") from error


def _exists(argument: str) -> bool:
    if not argument.strip():  # an empty text, not the folder we are in
        return False
    try:
        return Path(argument).exists()
    except (OSError, ValueError):  # longer than a name may be, or holds a NUL: a text
        return False


def _looks_like_path(argument: str) -> bool:
    if argument.lower().endswith(SUFFIXES):
        return True
    return ("/" in argument or "\\" in argument) and not any(c.isspace() for c in argument)


def _read_file(path: Path, *, whole: bool, jsonl: bool) -> Iterator[list[Record]]:
    jsonl = jsonl or path.name.removesuffix(".gz").endswith(".jsonl")
    empty = True
    try:
        with open_binary(path) as stream:
            for batch in _read_stream(stream, str(path), whole=whole, jsonl=jsonl, keep_empty=False):
                empty = False
                yield batch
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FormatError(f"damaged or truncated gzip file ({error}). Fetch or pack it again.", path) from error
    if empty:
        click.echo(f"Note: {path} holds no text.", err=True)


def _read_stream(stream: BinaryIO, name: str, *, whole: bool, jsonl: bool, keep_empty: bool) -> Iterator[list[Record]]:
    if whole and not jsonl:
        text = _decode(_read_all(stream, name), name, first_line=1, offset=0)
        if text.strip():
            yield [Record(text, name)]
        return
    for numbered in _lines(stream, name):
        records = []
        for number, line in numbered:
            if line.strip() or (keep_empty and not jsonl):
                records.append(_from_json(line, name, number) if jsonl else Record(line, f"{name}:{number}"))
        if records:
            yield records


def _read_all(stream: BinaryIO, name: str) -> bytes:
    content = stream.read(LONGEST_LINE + 1)
    if len(content) > LONGEST_LINE:
        raise LimitExceeded(f"{name}: more than {LONGEST_LINE >> 20} MiB to be read whole. Leave out --whole.")
    return content


def _lines(stream: BinaryIO, name: str) -> Iterator[list[tuple[int, str]]]:
    """Numbered lines, without their ends; each time as many as are at hand."""
    read: Callable[[int], bytes] = getattr(stream, "read1", stream.read)
    number, offset, rest = 1, 0, bytearray()
    while chunk := read(CHUNK):
        last_end = chunk.rfind(b"\n")
        if last_end < 0:
            rest += chunk
            if len(rest) > LONGEST_LINE:
                raise LimitExceeded(f"{name}:{number}: a line of more than {LONGEST_LINE >> 20} MiB is not text.")
            continue
        block = bytes(rest + chunk[:last_end])
        rest = bytearray(chunk[last_end + 1 :])
        lines = _split(block, name, number, offset)
        yield list(enumerate(lines, start=number))
        number += len(lines)
        offset += len(block) + 1
    if rest:
        yield list(enumerate(_split(bytes(rest), name, number, offset), start=number))


def _split(block: bytes, name: str, first_line: int, offset: int) -> list[str]:
    return [line.removesuffix("\r") for line in _decode(block, name, first_line, offset).split("\n")]


def _decode(block: bytes, name: str, first_line: int, offset: int) -> str:
    """Decode UTF-8, a byte order mark at the beginning left out; an error names line and byte."""
    try:
        text = block.decode("utf-8")
    except UnicodeDecodeError as error:
        line = first_line + block.count(b"\n", 0, error.start)
        byte = block[error.start]
        hint = "It looks like UTF-16." if block[:2] in (b"\xff\xfe", b"\xfe\xff") else f"({error.reason}.)"
        raise FormatError(
            f"not UTF-8: byte 0x{byte:02x} at offset {offset + error.start}. {hint} "
            "Convert it first: iconv -f ENCODING -t utf-8",
            name,
            line,
        ) from error
    return text.removeprefix("\ufeff") if offset == 0 else text


def _from_json(line: str, name: str, number: int) -> Record:
    try:
        value: Any = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"not JSON: {error}", name, number) from error
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        raise FormatError('expected an object with a string "text" on each line', name, number)
    language = value.get("language")
    if not isinstance(language, str | None):
        raise FormatError('"language" must be a string', name, number)
    if language is not None:
        try:
            languages.get(language)
        except LanguageNotSupported as error:
            raise FormatError(str(error), name, number) from error
    identifier = value.get("id")
    return Record(value["text"], f"{name}:{number}" if identifier is None else str(identifier), language)
