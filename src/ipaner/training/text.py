"""Plain text as sentences without annotation, for teachers to label: files ``LANGUAGE.txt[.gz]``, a sentence a line."""

from __future__ import annotations

from pathlib import Path

from ipaner.corpora import Sentence
from ipaner.errors import ConfigError
from ipaner.files import read_lines
from ipaner.transcription import sentences
from ipaner.transcription.representations import Reader

CORPUS = "text"
"""What plain text is called among corpora."""

LICENCE = "mixed, no text is reproduced"
"""Terms of plain text, for the model card."""

_FEWEST_WORDS = 4


def find_text(folder: Path | None, language: str) -> Path:
    """The file of a language.

    Raises:
        ConfigError: If there is none.
    """
    if folder is None:
        raise ConfigError(f"The configuration asks for plain text in '{language}'. Say where it lies: --text FOLDER")
    for name in (f"{language}.txt.gz", f"{language}.txt"):
        if (folder / name).is_file():
            return folder / name
    raise ConfigError(f"No plain text in '{language}': {folder} holds neither {language}.txt.gz nor {language}.txt")


def read_text(path: Path, reads: Reader, limit: int | None = None) -> list[Sentence]:
    """Sentences of a file, cut into words as the tagger cuts them; the tags mean nothing.

    Args:
        path: UTF-8 text, plain or gzip.
        reads: Cuts text into words.
        limit: Most sentences; they are taken evenly from the whole file.
    """
    found: list[Sentence] = []
    seen: set[str] = set()
    for _, line in read_lines(path):
        for start, end in sentences(line):
            text = line[start:end].strip()
            if text in seen:
                continue
            seen.add(text)
            tokens = tuple(word.text for word in reads.words(text))
            if len(tokens) >= _FEWEST_WORDS:
                found.append(Sentence(tokens, ("O",) * len(tokens)))
    if limit is None or len(found) <= limit:
        return found
    return [found[i * len(found) // limit] for i in range(limit)]
