"""WikiANN (PAN-X; Pan et al., 2017; Rahimi et al., 2019) from the Hugging Face hub, or from a copy of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ipaner import languages
from ipaner.corpora.schemes import to_iob2
from ipaner.corpora.sentence import Sentence
from ipaner.errors import ConfigError, FormatError, LanguageNotSupported, MissingExtra

HUB_NAME = "unimelb-nlp/wikiann"


def read_wikiann(
    language: str, split: str, path: str | Path = HUB_NAME, data_dir: str | Path | None = None
) -> Iterator[Sentence]:
    """Read one language and split of WikiANN; the hub's licence for it is not stated, the text is Wikipedia's.

    Args:
        language: Code or name; the data set has ISO 639-1 codes where there are any, and Wikipedia's own (``arc`` for
            Assyrian). A code that is not in ipaner's table is taken as the data set's own.
        split: ``train``, ``validation`` or ``test``.
        path: Name on the hub, or a local folder with the same layout.
        data_dir: Folder inside ``path``, as `datasets.load_dataset` takes it.

    Raises:
        MissingExtra: If ``datasets`` is not installed.
        ConfigError: If the data set, the language or the split is not to be had.
        FormatError: If the data set has another form.
    """
    try:
        import datasets
    except ImportError as error:
        raise MissingExtra("Reading WikiANN", "train") from error
    name = _hub_code(language)
    try:
        # datasets raises ValueError for an unknown configuration or split, OSError where there is no network
        data = datasets.load_dataset(str(path), name, split=split, data_dir=None if data_dir is None else str(data_dir))
    except (ValueError, OSError) as error:
        raise ConfigError(f"WikiANN '{name}', {split}, cannot be had from {path}: {error}") from error
    return _sentences(data, str(path))


def _hub_code(language: str) -> str:
    """The shortest code of a language: its two letters where it has some."""
    try:
        known = languages.get(language)
    except LanguageNotSupported:
        return language
    if known.code == "aii":
        return "arc"
    return next((alias for alias in known.aliases if len(alias) == 2 and alias.islower()), known.code)


def _sentences(data: Any, path: str) -> Iterator[Sentence]:
    try:
        names: list[str] = data.features["ner_tags"].feature.names
        columns = data.select_columns(["tokens", "ner_tags"])
    except (KeyError, AttributeError, ValueError) as error:
        raise FormatError("has no columns 'tokens' and 'ner_tags' with names of labels", path) from error
    for number, row in enumerate(columns, 1):
        try:
            sentence = Sentence(tuple(row["tokens"]), to_iob2([names[i] for i in row["ner_tags"]])[0])
        except ValueError as error:
            raise FormatError(str(error), path, number) from error
        yield sentence
