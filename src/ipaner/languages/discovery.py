"""Finding the folders of languages: those of the package, and a user's own, which come first."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path

from ipaner.errors import ConfigError, FormatError
from ipaner.languages.folder import DESCRIPTION, LanguageFolder, read_folder
from ipaner.languages.table import PROFILES, Language, Untranscribed

logger = logging.getLogger(__name__)

VARIABLE = "IPANER_LANGUAGE_DIR"
"""Environment variable with directories of language folders, separated as in PATH."""

_OF_THE_PACKAGE = Path(__file__).parent / "folders"

SearchPath = tuple[tuple[Path, int], ...]
"""Directories in order, each with the time it was last changed."""


def search_path() -> SearchPath:
    """Directories that may hold a user's folders: those of the environment variable, then that of the configuration.

    Raises:
        ConfigError: The environment variable names a directory that does not exist.
    """
    found = []
    for name in filter(None, os.environ.get(VARIABLE, "").split(os.pathsep)):
        if (changed := _changed(Path(name))) is None:
            raise ConfigError(f"There is no directory '{name}', which {VARIABLE} or --language-dir names.")
        found.append((Path(name), changed))
    configured = _configured(os.environ.get("APPDATA" if os.name == "nt" else "XDG_CONFIG_HOME"))
    if (changed := _changed(configured)) is not None:
        found.append((configured, changed))
    return tuple(found)


@contextmanager
def searched_first(directory: Path) -> Iterator[None]:
    """Look for folders in this directory before all others, here and in processes that are started meanwhile."""
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = os.pathsep.join([str(directory.absolute()), *filter(None, [before])])
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before


def find_folder(name: str) -> LanguageFolder:
    """The folder that the back end ``folder:NAME`` reads.

    Raises:
        ConfigError: There is none of that name.
        FormatError: Its ``language.yaml`` cannot be used.

    Example:
        >>> find_folder("kyu").script
        'Kali'
    """
    for folder in user_folders(search_path()):
        if folder.path.name == name:
            return read_folder(folder.path)  # it may have been edited since
    path = _OF_THE_PACKAGE / name
    if not name or path.parent != _OF_THE_PACKAGE or not (path / DESCRIPTION).is_file():
        raise ConfigError(f"There is no language folder {name!r}. Name the directory that holds it by --language-dir.")
    return read_folder(path)


@lru_cache(maxsize=4)
def user_folders(directories: SearchPath) -> tuple[LanguageFolder, ...]:
    """A user's folders; of two with the same code and script, the first found.

    A directory of the search path is such a folder itself if it has a ``language.yaml``. A folder whose description
    cannot be used is passed over with a warning, since other languages can do without it; see `refuse_unusable`.
    """
    found: dict[tuple[str, str], LanguageFolder] = {}
    for folder in filter(None, _read_all(directories).values()):
        found.setdefault((folder.code, folder.script), folder)
    return tuple(found.values())


def refuse_unusable(code: str) -> None:
    """Do nothing, unless a user's folder for this language cannot be used.

    Raises:
        FormatError: Its ``language.yaml`` is at fault.
    """
    for path, folder in _read_all(search_path()).items():
        if folder is None and path.name.split("-")[0] == code:
            read_folder(path)


@lru_cache(maxsize=4)
def _read_all(directories: SearchPath) -> dict[Path, LanguageFolder | None]:
    """Every folder of a user in order; None for one that cannot be used."""
    found: dict[Path, LanguageFolder | None] = {}
    for directory, _ in directories:
        here = [directory] if (directory / DESCRIPTION).is_file() else sorted(directory.iterdir())
        for path in here:
            if (path / DESCRIPTION).is_file():
                try:
                    found[path] = read_folder(path)
                except FormatError as error:
                    logger.warning("Language folder passed over: %s", error)
                    found[path] = None
    return found


def with_folders(
    languages: Iterable[Language], untranscribed: Iterable[Untranscribed], folders: Iterable[LanguageFolder]
) -> tuple[Language, ...]:
    """The table of languages with a user's folders put in, ordered by code.

    A folder reads a new language in every profile. Of a language in the table it takes over ``core`` and ``espeak`` in
    its script; ``published`` stays what the papers did.
    """
    by_code = {language.code: language for language in languages}
    named = {language.code: language for language in untranscribed}
    for folder in folders:
        known = by_code.get(folder.code)
        if known is None:
            further = named[folder.code].aliases if folder.code in named else ()
            by_code[folder.code] = Language(
                code=folder.code,
                name=folder.name,
                aliases=tuple(dict.fromkeys((*folder.aliases, *further))),
                scripts=(folder.script,),
                family=folder.family,
                case=None,
                backends=dict.fromkeys(PROFILES, folder.backend),
            )
        else:
            by_code[folder.code] = _taken_over(known, folder)
    return tuple(by_code[code] for code in sorted(by_code))


def _taken_over(language: Language, folder: LanguageFolder) -> Language:
    is_new = folder.script not in language.scripts
    scripts = (*language.scripts, folder.script) if is_new else language.scripts
    backends = {}
    for profile in language.backends:
        by_script = {script: language.backend(profile, script) for script in language.scripts}
        if is_new or profile != "published":
            by_script[folder.script] = folder.backend
        one_for_all = len(set(by_script.values())) == 1
        cells = by_script.values() if one_for_all else (f"{script}={name}" for script, name in by_script.items())
        backends[profile] = next(iter(cells)) if one_for_all else ";".join(cells)
    aliases = tuple(dict.fromkeys((*language.aliases, *folder.aliases)))
    return replace(language, scripts=scripts, aliases=aliases, backends=backends)


@cache
def _configured(base: str | None) -> Path:
    """The user's own directory of folders, where the system keeps configuration."""
    return Path(base or Path.home() / ".config", "ipaner", "languages")


def _changed(directory: Path) -> int | None:
    """When something was last put into a directory; None if there is none. This is asked for at every look-up."""
    try:
        status = directory.stat()
    except OSError:
        return None
    return status.st_mtime_ns if stat.S_ISDIR(status.st_mode) else None
