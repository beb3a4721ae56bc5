"""``ipaner tag``: texts in, entities out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from ipaner.cli.inputs import STANDARD_INPUT, Record, note_fallback, read_batches, resolve
from ipaner.cli.output import open_output, output_option
from ipaner.cli.progress import counting
from ipaner.document import Document
from ipaner.errors import ConfigError

if TYPE_CHECKING:
    from ipaner.runtime import Tagger
    from ipaner.runtime.checkpoint import Precision
    from ipaner.runtime.writers import OffsetUnit

_LITTLE = 0.5
"""Coverage below which the reader is told."""


@click.command()
@click.argument("inputs", nargs=-1, metavar="[TEXT | FILES | FOLDERS | -]")
@click.option(
    "-l", "--language", help="Language of the text: a code (mri, mi) or a name (Maori). See 'ipaner languages'."
)
@click.option(
    "--model", default="bundled", show_default=True, metavar="FOLDER", help="A model made by 'ipaner export'."
)
@click.option("--precision", type=click.Choice(["int8", "fp32"]), default="int8", show_default=True)
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["table", "jsonl", "conll"]),
    default="table",
    show_default=True,
    help="table: to read; jsonl: one document a line; conll: word, tab, label.",
)
@output_option
@click.option("--ipa", is_flag=True, help="Show the IPA of each entity in the table.")
@click.option("--why", is_flag=True, help="Tell the nearest known names by sound, which need not be why it was marked.")
@click.option(
    "--min-score",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="Leave out entities that are less sure. What that costs stands in docs/quickstart.md.",
)
@click.option("--no-names", is_flag=True, help="Tag without the name memory, as if no name were known.")
@click.option("--whole", is_flag=True, help="A file is one document, not each of its lines.")
@click.option("--jsonl", is_flag=True, help='The input is JSON Lines with "text", "id" and "language".')
@click.option(
    "--offsets",
    type=click.Choice(["codepoint", "utf16", "utf8"]),
    default="codepoint",
    show_default=True,
    help="What start and end count in jsonl.",
)
@click.option(
    "--threads", type=click.IntRange(min=1), help="Threads of the network; by default one a core, four at most."
)
def tag(
    inputs: tuple[str, ...],
    language: str | None,
    model: str,
    precision: Precision,
    form: str,
    output: Path | None,
    ipa: bool,
    why: bool,
    min_score: float,
    no_names: bool,
    whole: bool,
    jsonl: bool,
    offsets: OffsetUnit,
    threads: int | None,
) -> None:
    """Find people, places and organisations in text.

    What names a file or a folder is read (folders: *.txt and *.txt.gz at any depth), anything else is the text itself.
    Each line is a document; lines of *.jsonl are JSON. With '-', or with nothing, standard input is read and answered
    line by line. Files may be packed with gzip.

    \b
    ipaner tag -l mri "Kei Pōneke te Pāremata o Aotearoa."
    ipaner tag -l amh news/ -f jsonl -o entities.jsonl
    zcat big.txt.gz | ipaner tag -l kin -f conll > big.conll
    """  # noqa: D301 (click reads the backspace: keep these lines)
    sources = resolve(inputs)
    from ipaner.names.user import user_index
    from ipaner.runtime import load

    own = None if no_names else user_index()
    tagger = load(model, precision=precision, threads=threads, names=not no_names, extra_names=[own] if own else [])
    batches = read_batches(sources, whole=whole, jsonl=jsonl)
    reads_files = any(isinstance(source, Path) for source in sources) and STANDARD_INPUT not in sources
    with open_output(output) as stream, counting("texts", wanted=reads_files and not stream.isatty()) as advance:
        write = _writer(form, stream, ipa=ipa, offsets=offsets)
        words = read = 0.0
        asked: set[str] = set()
        for batch in batches:
            asked.update(name for record in batch if (name := record.language or language))
            for document in (_sure(document, min_score) for document in _tagged(tagger, batch, language)):
                write(tagger.explain(document) if why else document)
                words += len(document.words)
                read += len(document.words) * document.coverage
            stream.flush()
            advance(len(batch))
    if not note_fallback(asked) and read < _LITTLE * words:
        click.echo(
            f"Note: the language's own rules read only {read / words:.0%} of this; the rest is guesswork, and so are "
            "the entities. Is -l right? 'ipaner transcribe' shows how each word was read.",
            err=True,
        )


def _tagged(tagger: Tagger, batch: Iterable[Record], default: str | None) -> Iterator[Document]:
    """Tag records in order; neighbours in one language share a batch."""
    for language, group in groupby(batch, lambda record: record.language or default):
        records = list(group)
        if language is None:
            where = f"{records[0].id}: " if records[0].id else ""
            raise ConfigError(f"{where}Which language is it? Say so with -l CODE; 'ipaner languages' lists them.")
        documents = tagger.tag_many([record.text for record in records], language)
        for record, document in zip(records, documents, strict=True):
            yield replace(document, id=record.id)


def _sure(document: Document, least: float) -> Document:
    """The document without entities whose score is below ``least``."""
    kept = tuple(entity for entity in document.entities if entity.score is None or entity.score >= least)
    return document if len(kept) == len(document.entities) else replace(document, entities=kept)


def _writer(form: str, stream: TextIO, *, ipa: bool, offsets: OffsetUnit) -> Callable[[Document], object]:
    from ipaner.runtime import writers

    if form == "jsonl":
        return lambda document: stream.write(writers.jsonl(document, offsets))
    if form == "conll":
        return lambda document: stream.write(writers.conll(document))
    from ipaner.cli.render import console_for, entity_lines, marked

    console = console_for(stream)

    def write(document: Document) -> None:
        if document.text.strip():
            for line in (marked(document), *entity_lines(document, ipa=ipa)):
                console.print(line)

    return write
