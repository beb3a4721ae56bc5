"""A language as a folder of plain files: ``language.yaml``, ``map.csv``, rules and ``tests.psv``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ipaner.errors import FormatError
from ipaner.files import read_lines

NormalForm = Literal["NFC", "NFD"]

DESCRIPTION, MAP, BEFORE, AFTER, TESTS = "language.yaml", "map.csv", "before.txt", "after.txt", "tests.psv"
"""Names of the files in a folder."""

_TEXTS = {"code": "[a-z]{3}", "name": ".+", "script": "[A-Z][a-z]{3}", "family": ".+", "licence": ".+"}
_LISTS = ("authors", "sources")
_OPTIONAL = ("aliases", "normal_form")
_KEYS = (*_TEXTS, *_LISTS, *_OPTIONAL)
_MEANINGS = {
    "code": "three small letters, as in ISO 639-3",
    "script": "four letters, the first a capital, as in ISO 15924: Latn, Cyrl, Deva",
}


@dataclass(frozen=True, slots=True)
class LanguageFolder:
    """What ``language.yaml`` says.

    Attributes:
        path: The folder; its name is the code, or code and script with a hyphen between.
        code: ISO 639-3 code.
        name: English name.
        script: ISO 15924 code of the script that the map reads.
        family: Family and branch, as in ``Austronesian/Polynesian``.
        licence: Under which the folder may be used.
        authors: Who made it.
        sources: What it rests on.
        aliases: Other codes and names.
        normal_form: NFC or NFD: in which map and rules are matched.
        lines: Line of each key.
    """

    path: Path
    code: str
    name: str
    script: str
    family: str
    licence: str
    authors: tuple[str, ...]
    sources: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    normal_form: NormalForm = "NFD"
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

    @property
    def backend(self) -> str:
        """Name of the back end that reads it."""
        return f"folder:{self.path.name}"


@dataclass(frozen=True, slots=True)
class TestWord:
    """A line of ``tests.psv``: a word, its IPA as it should be, and a note."""

    __test__ = False  # pytest, this is no test

    word: str
    ipa: str
    note: str
    line: int


def read_folder(path: Path) -> LanguageFolder:
    """Read the description of a language.

    Args:
        path: The folder.

    Raises:
        FormatError: ``language.yaml`` is missing or no YAML, a key is missing, unknown or given twice, a value is not
            what the key asks for, or the folder bears another name.
    """
    if path.name in ("", ".."):
        path = path.resolve()  # else it stays as it was given: a link has a name of its own
    file = path / DESCRIPTION
    values, lines = _read_yaml(file)
    if unknown := [key for key in values if key not in _KEYS]:
        raise FormatError(f"unknown key '{unknown[0]}'. Keys are: {', '.join(_KEYS)}.", file, lines[unknown[0]])
    if missing := [key for key in (*_TEXTS, *_LISTS) if key not in values]:
        raise FormatError(f"missing: {', '.join(missing)}. Add a line '{missing[0]}: …'.", file)
    for key, value in values.items():
        _check(key, value, file, lines[key])
    name = path.name
    if name not in (values["code"], f"{values['code']}-{values['script']}"):
        wanted = f"'{values['code']}' or '{values['code']}-{values['script']}'"
        raise FormatError(f"the folder is called '{name}', not {wanted}. Rename it, or mend code and script.", file)
    return LanguageFolder(path=path, lines=lines, **values)


def read_tests(path: Path) -> tuple[TestWord, ...]:
    """Read ``tests.psv``: ``word | IPA | note``, one a line; lines that begin with ``#`` are comments.

    Args:
        path: The folder.

    Returns:
        The words; none if there is no such file.

    Raises:
        FormatError: A line has no bar, more than two, or an empty word or IPA.
    """
    file = path / TESTS
    words = []
    for number, line in read_lines(file) if file.is_file() else ():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("|")]
        if not 2 <= len(cells) <= 3 or not all(cells[:2]):
            raise FormatError("expected 'word | IPA | note', the note optional.", file, number)
        word, ipa, note = [*cells, ""][:3]
        words.append(TestWord(word, ipa, note, number))
    return tuple(words)


def _read_yaml(file: Path) -> tuple[dict[str, Any], dict[str, int]]:
    """Keys with their values, texts or tuples of texts, and with their lines.

    Values are taken as they are written: to YAML itself, the code of Norwegian is false.
    """
    import yaml

    text = "\n".join(line for _, line in read_lines(file))
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = (
            f"is no YAML: {getattr(error, 'problem', None) or error}. Each line is 'key: value'; quote odd values."
        )
        raise FormatError(problem, file, mark and mark.line + 1) from error
    if not isinstance(root, yaml.MappingNode):
        raise FormatError("expected lines of 'key: value'.", file, 1)
    values: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for key, node in root.value:
        number = key.start_mark.line + 1
        if key.value in values:
            raise FormatError(f"'{key.value}' stands on line {lines[key.value]} already.", file, number)
        items = node.value if isinstance(node, yaml.SequenceNode) else [node]
        if not all(isinstance(item, yaml.ScalarNode) for item in (key, *items)):
            raise FormatError("values are texts, or lists of texts.", file, number)
        texts = tuple(item.value.strip() for item in items)
        values[key.value] = texts if isinstance(node, yaml.SequenceNode) else texts[0]
        lines[key.value] = number
    return values, lines


def _check(key: str, value: str | tuple[str, ...], file: Path, line: int) -> None:
    if key in (*_LISTS, "aliases"):
        if not isinstance(value, tuple):
            raise FormatError(f"'{key}' is a list: {key}: [{value}]", file, line)
        if "" in value:
            raise FormatError(f"'{key}' has an empty item. Delete it, or put the text in quotes.", file, line)
    elif not isinstance(value, str):
        raise FormatError(f"'{key}' is one text, not a list.", file, line)
    elif key == "normal_form" and value not in ("NFC", "NFD"):
        raise FormatError(f"normal_form is NFC or NFD, not '{value}'.", file, line)
    elif not re.fullmatch(_TEXTS.get(key, ".+"), value):
        meaning = _MEANINGS.get(key, "a text")
        raise FormatError(f"'{value}' is no {key}: write {meaning}.", file, line)
