"""Folders of corpora: ``DIR/<language>/<split>.jsonl[.gz]``, or ``DIR/<corpus>/<language>/<split>.jsonl[.gz]``."""

from __future__ import annotations

from pathlib import Path

from ipaner.errors import FormatError

_SUFFIXES = (".jsonl", ".jsonl.gz")


def find_splits(folder: str | Path, split: str) -> dict[str | None, dict[str, Path]]:
    """Find the files of a split.

    Args:
        folder: Holds languages, or corpora that hold languages, or both.
        split: ``train``, ``validation`` or another name of files.

    Returns:
        Name of the corpus (None for languages right in ``folder``) -> code of the language as the folder has it ->
        file, in alphabetical order.

    Raises:
        FormatError: If the folder holds no such file, or the same split plain and packed.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise FormatError("is no folder", folder)
    found: dict[str | None, dict[str, Path]] = {}
    for depth in ("*", "*/*"):
        for parent in sorted(folder.glob(depth)):
            if parent.name.startswith(".") or not parent.is_dir():
                continue
            path = _split_file(parent, split)
            if path is not None:
                corpus = None if parent.parent == folder else parent.parent.name
                found.setdefault(corpus, {})[parent.name] = path
    if not found:
        raise FormatError(_nothing_found(folder, split), folder)
    return found


def find_corpus(folder: str | Path, corpus: str, language: str, split: str) -> Path:
    """The file of one corpus, language and split below ``folder``.

    Raises:
        FormatError: If it is absent, or there both plain and packed.
    """
    parent = Path(folder) / corpus / language
    path = _split_file(parent, split)
    if path is None:
        present = sorted({file.name.split(".")[0] for suffix in _SUFFIXES for file in parent.glob(f"*{suffix}")})
        raise FormatError(f"holds no {split}.jsonl[.gz] (splits there: {', '.join(present) or 'none'})", parent)
    return path


def _split_file(parent: Path, split: str) -> Path | None:
    present = [path for suffix in _SUFFIXES if (path := parent / f"{split}{suffix}").is_file()]
    if len(present) > 1:
        raise FormatError(f"stands beside {present[1].name}. Keep one of them", present[0])
    return present[0] if present else None


def _nothing_found(folder: Path, split: str) -> str:
    layout = f"holds no <language>/{split}.jsonl[.gz] and no <corpus>/<language>/{split}.jsonl[.gz]"
    files = [path for depth in ("*", "*/*") for suffix in _SUFFIXES for path in folder.glob(f"{depth}/*{suffix}")]
    splits = sorted({path.name.split(".")[0] for path in files})
    if splits:
        return f"{layout}. Splits there: {', '.join(splits)}"
    deeper = next((path for suffix in _SUFFIXES for path in folder.glob(f"*/*/*/{split}{suffix}")), None)
    if deeper is not None:
        return f"{layout}. Did you mean {deeper.parents[2]}?"
    return layout
