"""A cache of transcribed words on disk, for training, where the same million words come by again and again."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from ipaner.document import Status
from ipaner.errors import FormatError

Transcription = tuple[tuple[str, ...], Status]
"""Phonemes of a word and how they came about."""

_CHUNK = 500
_SCHEMA = """
CREATE TABLE IF NOT EXISTS words (
    space TEXT NOT NULL, word BLOB NOT NULL, phonemes TEXT NOT NULL, status TEXT NOT NULL, PRIMARY KEY (space, word)
) WITHOUT ROWID
"""


class WordCache:
    """Transcribed words in one SQLite file, kept apart by name space (a transcriber's fingerprint).

    A write is whole or absent, so a process may be killed at any time; threads and processes may share the file.

    Example:
        >>> import tempfile
        >>> cache = WordCache(Path(tempfile.mkdtemp()) / "words.sqlite")
        >>> cache.put_many("mri", {"kia": (("k", "i", "a"), Status.OK)})
        >>> cache.get_many("mri", ["kia", "ora"])
        {'kia': (('k', 'i', 'a'), <Status.OK: 'ok'>)}
    """

    def __init__(self, path: str | Path) -> None:
        """Open or create the file.

        Raises:
            FormatError: There is something else at that path, or the file is damaged.
        """
        self.path = Path(path)
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._process = -1
        with self._lock:
            self._open()

    def get_many(self, space: str, words: Collection[str]) -> dict[str, Transcription]:
        """Look words up; those not in the cache are absent from the answer."""
        found: dict[str, Transcription] = {}
        keys = [_key(word) for word in words]
        with self._lock:
            for start in range(0, len(keys), _CHUNK):
                chunk = keys[start : start + _CHUNK]
                marks = ",".join("?" * len(chunk))
                query = f"SELECT word, phonemes, status FROM words WHERE space = ? AND word IN ({marks})"
                for word, phonemes, status in self._run(query, [space, *chunk]):
                    found[word.decode("utf-8", "surrogatepass")] = (tuple(phonemes.split()), Status(status))
        return found

    def put_many(self, space: str, words: Mapping[str, Transcription]) -> None:
        """Store words in one transaction."""
        rows = [(space, _key(word), " ".join(phonemes), status.value) for word, (phonemes, status) in words.items()]
        with self._lock:
            self._run_many("INSERT OR REPLACE INTO words VALUES (?, ?, ?, ?)", rows)

    def close(self) -> None:
        """Close the file; a later call opens it again."""
        with self._lock:
            if self._connection is not None and self._process == os.getpid():
                self._connection.close()
            self._connection = None

    def __enter__(self) -> WordCache:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __getstate__(self) -> dict[str, object]:
        return {"path": self.path}

    def __setstate__(self, state: dict[str, Path]) -> None:
        self.__init__(state["path"])  # type: ignore[misc]

    def _open(self) -> sqlite3.Connection:
        """The connection of this process: SQLite's connections do not survive a fork."""
        if self._connection is None or self._process != os.getpid():
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._connection = sqlite3.connect(self.path, timeout=60, check_same_thread=False)
                self._process = os.getpid()
                with suppress(sqlite3.OperationalError):  # a file system without shared memory has no write-ahead log
                    self._connection.execute("PRAGMA journal_mode=WAL")
                self._connection.execute("PRAGMA synchronous=NORMAL")
                self._connection.execute(_SCHEMA)
            except sqlite3.DatabaseError as error:
                raise self._damaged(error) from error
        return self._connection

    def _run(self, query: str, values: list[object]) -> list[tuple[bytes, str, str]]:
        try:
            return self._open().execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from error

    def _run_many(self, query: str, rows: list[tuple[str, bytes, str, str]]) -> None:
        connection = self._open()
        try:
            with connection:
                connection.executemany(query, rows)
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from error

    def _damaged(self, error: sqlite3.Error) -> FormatError:
        return FormatError(
            f"not a readable cache of words ({error}); delete it, it is filled again as words come", self.path
        )


def _key(word: str) -> bytes:
    return word.encode("utf-8", "surrogatepass")
