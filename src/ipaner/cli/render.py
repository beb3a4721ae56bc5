"""What people read: documents with their entities marked, in colour where the terminal has it."""

from __future__ import annotations

from typing import TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from ipaner.document import Document, Entity, Likeness, Status

STYLES = {"PER": "bold magenta", "LOC": "bold green", "ORG": "bold cyan"}
"""Colours of the labels; any other label is yellow."""

_CONTROLS = {c: 0x2400 + c for c in range(0x20) if c not in (0x09, 0x0A)} | {0x7F: 0x2421}
_CONTROLS |= dict.fromkeys([*range(0x80, 0xA0), *range(0xD800, 0xE000)], 0xFFFD)


def visible(text: str) -> str:
    r"""The text with control characters made visible, so that no text steers the terminal, and without lone surrogates.

    Example:
        >>> visible("a\x1b[2Jb")
        'a␛[2Jb'
    """
    return text.translate(_CONTROLS)


def console_for(stream: TextIO) -> Console:
    """A console that writes as it is told: no wrapping, no guessing of markup or emoji."""
    return Console(file=stream, soft_wrap=True, highlight=False, markup=False, emoji=False)


def marked(document: Document) -> Text:
    """The text with each entity in brackets, its label behind it."""
    line, position = Text(), 0
    for entity in document.entities:
        line.append(visible(document.text[position : entity.start]))
        style = STYLES.get(entity.label, "bold yellow")
        line.append("[").append(visible(entity.text), style).append(f" {entity.label}", "dim").append("]")
        position = entity.end
    return line.append(visible(document.text[position:]))


def entity_lines(document: Document, *, ipa: bool, indent: str = "    ") -> list[Text]:
    """One line an entity: label, score, text and, if asked for, its IPA, in columns; below it what it sounds like."""
    entities = document.entities
    texts = [visible(entity.text).replace("\n", " ") for entity in entities]
    width = max(map(cell_len, texts), default=0)
    lines: list[Text] = []
    for entity, text in zip(entities, texts, strict=True):
        lines.append(_entity_line(entity, text, width, ipa, indent))
        lines += [_likeness_line(likeness, entity, indent) for likeness in entity.like]
    return lines


def _likeness_line(likeness: Likeness, entity: Entity, indent: str) -> Text:
    """What a part of an entity sounds like: ``like Nairobi (LOC, distance 0.08)``."""
    line = Text(f"{indent}           ")
    if likeness.heard != entity.text:
        line.append(f"{visible(likeness.heard)} ")
    line.append("like ", "dim").append(visible(likeness.name), "italic")
    what = likeness.label or "a word beside names"
    return line.append(f" ({what}, {likeness.language or 'any language'}, distance {likeness.distance:.2f})", "dim")


def _entity_line(entity: Entity, text: str, width: int, ipa: bool, indent: str) -> Text:
    score = "" if entity.score is None else f"{100 * entity.score:.0f} %"
    line = Text(indent).append(f"{entity.label:<4}", STYLES.get(entity.label, "bold yellow"))
    line.append(f"{score:>5}  ", "dim").append(text)
    if ipa and entity.phonemes:
        line.append(" " * (width - cell_len(text)) + "  ").append(f"/{visible(entity.ipa)}/", "italic")
    return line


def word_lines(document: Document) -> list[Text]:
    """One line a word: text, IPA and, where it is not `ok`, its status; columns aligned."""
    texts = [visible(word.text) for word in document.words]
    ipas = ["".join(word.phonemes) for word in document.words]
    text_width, ipa_width = (max(map(cell_len, column), default=0) for column in (texts, ipas))
    lines = []
    for word, text, ipa in zip(document.words, texts, ipas, strict=True):
        line = Text(text + " " * (text_width - cell_len(text)) + "  ").append(ipa, "bold")
        if word.status is not Status.OK:
            line.append(" " * (ipa_width - cell_len(ipa)) + "  ").append(word.status.value, "dim")
        lines.append(line)
    return lines
