"""``ipaner demo``: the package's own sentences, tagged before the reader's eyes."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources

import click

from ipaner.document import Document
from ipaner.errors import ConfigError

_MARK = re.compile(r"\[([A-Z]+) ([^\]]+)\]")


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence written for ipaner.

    Attributes:
        language: ISO 639-3 code.
        text: The sentence.
        gloss: What it means, in English.
        entities: Label, start and end of each name in it, whole words.
    """

    language: str
    text: str
    gloss: str
    entities: frozenset[tuple[str, int, int]]


def examples() -> list[Example]:
    """The sentences of ``demo.tsv``: code, text with ``[LABEL name]`` marked, English meaning."""
    table = (resources.files("ipaner.cli") / "demo.tsv").read_text(encoding="utf-8")
    return [_parse(*line.split("\t")) for line in table.splitlines()]


def _parse(language: str, marked: str, gloss: str) -> Example:
    text, position, entities = "", 0, set()
    for mark in _MARK.finditer(marked):
        text += marked[position : mark.start()]
        entities.add((mark[1], len(text), len(text) + len(mark[2])))
        text += mark[2]
        position = mark.end()
    return Example(language, text + marked[position:], gloss, frozenset(entities))


@click.command()
@click.option("-l", "--language", "codes", multiple=True, help="Only this language; may be given again.")
@click.option(
    "--model", default="bundled", show_default=True, metavar="FOLDER", help="A model made by 'ipaner export'."
)
def demo(codes: tuple[str, ...], model: str) -> None:
    """Tag the sentences that come with the package, in languages none of which the bundled model was trained on."""
    from ipaner import languages
    from ipaner.cli.render import console_for, entity_lines, marked
    from ipaner.runtime import load

    wanted = {languages.get(code).code for code in codes}
    chosen = [example for example in examples() if not wanted or example.language in wanted]
    if not chosen:
        raise ConfigError(f"The demo has sentences in {', '.join(dict.fromkeys(e.language for e in examples()))}.")
    console = console_for(sys.stdout)
    started = time.perf_counter()
    tagger = load(model)
    loaded = time.perf_counter()
    documents, before = [], ""
    for example in chosen:
        document = tagger.explain(tagger.tag(example.text, example.language), most=1)
        documents.append(document)
        if example.language != before:
            language = languages.get(example.language)
            console.print(f"\n{language.name} ({language.code}, {language.scripts[0]})", style="bold underline")
            before = example.language
        console.print("  ", marked(document), sep="")
        console.print(f"  “{example.gloss}”", style="dim")
        for line in entity_lines(document, ipa=True):
            console.print(line)
    done = time.perf_counter()
    for example in chosen:
        tagger.tag(example.text, example.language)
    again = time.perf_counter() - done
    words = sum(len(document.words) for document in documents)
    console.print(f"\n{_score(chosen, documents)}")
    console.print(
        f"{len(chosen)} sentences, {words} words: model loaded in {loaded - started:.2f} s, tagged and printed in "
        f"{done - loaded:.2f} s, reading each language's pronunciation rules on the way; "
        f"tagged again in {again:.2f} s, {words / again:,.0f} words a second."
    )


def _score(chosen: Iterable[Example], documents: Iterable[Document]) -> str:
    """How many of the names were found, told honestly: label and both ends must be right."""
    right = expected = found = 0
    for example, document in zip(chosen, documents, strict=True):
        got = {(entity.label, entity.start, entity.end) for entity in document.entities}
        right, expected, found = right + len(got & example.entities), expected + len(example.entities), found + len(got)
    return f"{right} of {expected} names exactly right (label and both ends); {found - right} other spans marked."
