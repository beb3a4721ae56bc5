"""Lists of names that a user has added: kept as tables in a folder of theirs, with an index beside them.

The folder is ``$IPANER_NAMES``, else ``ipaner/names`` in the XDG data home. A list is ``NAME.tsv`` with the columns
name, type and language, and may be edited by hand; the index is made anew whenever a list has changed.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ipaner import languages
from ipaner.errors import ConfigError, FormatError, IpanerError, ModelFileError
from ipaner.files import atomic_write
from ipaner.names.features import VERSION
from ipaner.names.index import FORMAT, NameIndex, build_index
from ipaner.names.name import KIND_NAMES, Kind, Name
from ipaner.names.sources.table import read_table

VARIABLE = "IPANER_NAMES"

_TYPES = {kind: name for name, kind in KIND_NAMES.items()}
_INDEX = ".index-"


@dataclass(frozen=True, slots=True)
class UserList:
    """A list in the user's folder.

    Attributes:
        name: What it is called.
        path: The file.
        names: How many names it has.
        kinds: How many of each kind, by the names that lists use.
        languages: Their languages, ISO 639-3.
    """

    name: str
    path: Path
    names: int
    kinds: dict[str, int]
    languages: tuple[str, ...]


def user_folder() -> Path:
    """The folder of the user's lists, whether it exists or not."""
    if given := os.environ.get(VARIABLE):
        return Path(given)
    home = os.environ.get("XDG_DATA_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share") / "ipaner" / "names"


def add_list(
    path: Path,
    *,
    kind: Kind | None = None,
    language: str | None = None,
    name: str | None = None,
    replace: bool = False,
) -> UserList:
    """Check a list and copy it into the user's folder, whole or not at all.

    Args:
        path: CSV or TSV, as :func:`~ipaner.names.sources.read_table` reads it.
        kind: What the names are where the file does not say.
        language: Their language where the file does not say.
        name: What to call the list; by default, as the file is called.
        replace: Whether a list of that name may be replaced.

    Raises:
        FormatError: If the file is no list of names.
        ConfigError: If there is a list of that name already, or it cannot be called so.
        LanguageNotSupported: If there is no such language.
    """
    called = _checked(name if name is not None else re.sub(r"\.(gz|csv|tsv|txt)$", "", path.name.removesuffix(".gz")))
    code = None if language is None else languages.get(language).code
    names = list(dict.fromkeys(read_table(path, kind=kind, language=code)))
    if not names:
        raise FormatError("holds no names", path)
    target = user_folder() / f"{called}.tsv"
    if target.exists() and not replace:
        raise ConfigError(f"There is a list {called!r} already. Give --replace, or another name with --name")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise IpanerError(f"{target.parent}: cannot be made: {error.strerror}. Set {VARIABLE} to another") from error
    with atomic_write(target) as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(("name", "type", "language"))
        writer.writerows((entry.text, _TYPES[entry.kind], entry.language) for entry in names)
    return _described(target)


def lists() -> list[UserList]:
    """The user's lists, by name.

    Raises:
        FormatError: If one of them is broken.
    """
    return [_described(path) for path in _paths()]


def remove_list(name: str) -> None:
    """Delete a list.

    Raises:
        ConfigError: If there is none of that name.
    """
    path = user_folder() / f"{name}.tsv"
    if path not in _paths():
        known = ", ".join(path.stem for path in _paths()) or "none"
        raise ConfigError(f"There is no list {name!r}. Your lists: {known}")
    path.unlink()


def user_index(progress: Callable[[int], object] = lambda n: None) -> NameIndex | None:
    """The index of the user's lists; None if there are none.

    It is kept beside the lists under their digest, so that it is made once.

    Raises:
        FormatError: If a list is broken; it says which, and in what line.
    """
    paths = _paths()
    if not paths:
        return None
    folder = user_folder() / (_INDEX + _digest(paths))
    with contextlib.suppress(ModelFileError):
        return NameIndex.load(folder)
    names = [entry for path in paths for entry in _read(path)]
    index = build_index(names, about={"lists": [path.stem for path in paths]}, progress=progress)
    with contextlib.suppress(OSError, IpanerError):  # a folder that cannot be written costs time, nothing else
        _keep(index, folder)
        return NameIndex.load(folder)
    return index


def _keep(index: NameIndex, folder: Path) -> None:
    """Save an index aside and rename it; older ones are dropped."""
    aside = Path(tempfile.mkdtemp(prefix=_INDEX, dir=folder.parent))
    try:
        index.save(aside)
        if folder.exists():  # broken, or made by another process meanwhile
            shutil.rmtree(folder, ignore_errors=True)
        aside.replace(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    for other in folder.parent.glob(_INDEX + "*"):
        if other != folder and other.is_dir():
            shutil.rmtree(other, ignore_errors=True)


def _paths() -> list[Path]:
    folder = user_folder()
    return sorted(path for path in folder.glob("*.tsv") if path.is_file()) if folder.is_dir() else []


def _digest(paths: list[Path]) -> str:
    digest = hashlib.sha256(f"{FORMAT} {VERSION}".encode())
    for path in paths:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise FormatError(f"cannot be read: {error.strerror or error}", path) from error
        digest.update(f"\n{path.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]


def _read(path: Path) -> list[Name]:
    names = list(read_table(path))
    if not names:
        raise FormatError("holds no names. Remove it: ipaner names remove " + path.stem, path)
    return names


def _described(path: Path) -> UserList:
    names = _read(path)
    kinds = Counter(_TYPES.get(entry.kind, str(entry.kind)) for entry in names)
    return UserList(path.stem, path, len(names), dict(kinds), tuple(sorted({entry.language for entry in names})))


def _checked(name: str) -> str:
    if not name or name.startswith(".") or any(c in '/\\:*?"<>|' or not c.isprintable() for c in name):
        raise ConfigError(f"A list cannot be called {name!r}. Give another name with --name")
    return name
