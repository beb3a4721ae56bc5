"""``ipaner transcribe``: texts in, IPA out, word by word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from ipaner.cli.inputs import note_fallback, read_batches, resolve
from ipaner.cli.output import json_line, open_output, output_option
from ipaner.document import Document, Status, Word
from ipaner.errors import ConfigError

if TYPE_CHECKING:
    from ipaner.transcription import Transcriber


@click.command()
@click.argument("inputs", nargs=-1, metavar="[TEXT | FILES | FOLDERS | -]")
@click.option(
    "-l", "--language", help="Language of the text: a code (mri, mi) or a name (Maori). See 'ipaner languages'."
)
@click.option(
    "--profile",
    type=click.Choice(["core", "published", "espeak"]),
    default="core",
    show_default=True,
    help="core: free licences only; published: as the papers did; espeak: best measured; both need ipaner[espeak].",
)
@click.option("--broad", is_flag=True, help="Without length, nasality, aspiration, breathy voice and dental place.")
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["table", "ipa", "jsonl"]),
    default="table",
    show_default=True,
    help="table: a word a line; ipa: a document a line; jsonl: everything.",
)
@output_option
@click.option("--whole", is_flag=True, help="A file is one document, not each of its lines.")
@click.option("--jsonl", is_flag=True, help='The input is JSON Lines with "text", "id" and "language".')
def transcribe(
    inputs: tuple[str, ...],
    language: str | None,
    profile: str,
    broad: bool,
    form: str,
    output: Path | None,
    whole: bool,
    jsonl: bool,
) -> None:
    """Turn text into IPA, word by word, and tell how much of it the language's own back end could read.

    Input is given as to 'ipaner tag'.
    """
    sources = resolve(inputs)
    statuses: Counter[Status] = Counter()
    asked: set[str] = set()
    with open_output(output) as stream:
        write = _writer(form, stream)
        for batch in read_batches(sources, whole=whole, jsonl=jsonl):
            for record in batch:
                transcriber = _transcriber(name := record.language or language, profile, broad)
                asked.update([name] if name else ())
                words = tuple(transcriber.words(record.text))
                statuses.update(word.status for word in words)
                write(Document(record.text, transcriber.language.code, words, id=record.id))
            stream.flush()
    note_fallback(asked)
    click.echo(_summary(statuses), err=True)


@lru_cache(maxsize=64)
def _transcriber(language: str | None, profile: str, broad: bool) -> Transcriber:
    if language is None:
        raise ConfigError("Which language is it? Say so with -l CODE; 'ipaner languages' lists them.")
    from ipaner.transcription import Transcriber

    return Transcriber(language, profile, broad=broad)


def _summary(statuses: Counter[Status]) -> str:
    """How many words there were, how they were read, and the coverage over all of them."""
    words = tuple(Word("", 0, 0, (), status) for status in statuses.elements())
    kinds = ", ".join(f"{statuses[status]} {status.value}" for status in Status if statuses[status])
    return f"{len(words)} words: {kinds or 'nothing'}; coverage {100 * Document('', '', words).coverage:.1f} %"


def _writer(form: str, stream: TextIO) -> Callable[[Document], object]:
    if form == "jsonl":
        return lambda document: stream.write(_json_line(document))
    if form == "ipa":
        return lambda document: stream.write(_ipa_line(document))
    from ipaner.cli.render import console_for, word_lines

    console = console_for(stream)

    def write(document: Document) -> None:
        for line in word_lines(document):
            console.print(line)

    return write


def _ipa_line(document: Document) -> str:
    """The words' IPA, blanks between; digits and punctuation, which have none, as they stand."""
    line = " ".join("".join(word.phonemes) or word.text for word in document.words)
    return line.encode("utf-8", "replace").decode("utf-8") + "\n"


def _json_line(document: Document) -> str:
    value = {
        "id": document.id,
        "text": document.text,
        "language": document.language,
        "coverage": document.coverage,
        "words": [
            {
                "text": word.text,
                "start": word.start,
                "end": word.end,
                "phonemes": list(word.phonemes),
                "status": word.status.value,
            }
            for word in document.words
        ],
    }
    return json_line(value)
