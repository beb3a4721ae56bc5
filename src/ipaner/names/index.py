"""The index: names by what they sound like, in one file that is mapped into memory and read where it is asked.

A name has a key at each level of folding: a hash of its classes, breaks between its words left out. A key is kept as
32 bits to be searched for and 8 more to be sure (a wrong hit comes once in some hundred thousand look-ups), beside the
kinds of all names that share it and one of these names, to be shown.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ipaner.errors import FormatError, ModelFileError
from ipaner.files import atomic_write, atomic_write_bytes, sha256
from ipaner.names.folding import (
    COARSE,
    FINE,
    LEVELS,
    OWN,
    POWERS,
    SKELETON,
    classes,
    finish,
    language_hash,
    prefix_hashes,
    within,
)
from ipaner.names.name import Kind, Name
from ipaner.names.readings import folded_readings

FORMAT = 1
DATA, DESCRIPTION = "names.bin", "names.json"

SHORTEST = {FINE: 2, COARSE: 4, SKELETON: 3, OWN: 2}
"""Fewest classes of a key, by level: shorter ones are found by chance."""

_BLOCK = 256
_LEVEL_NAMES = {FINE: "fine", COARSE: "coarse", SKELETON: "skeleton", OWN: "own"}

_NO_OWN: dict[str, NDArray[Any]] = {
    f"own.{part}": np.zeros(0, dtype=kind)
    for part, kind in (("keys", np.uint32), ("checks", np.uint8), ("kinds", np.uint8))
}

Readings = Callable[[Name], Iterable[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class _Level:
    keys: NDArray[np.uint32]
    checks: NDArray[np.uint8]
    kinds: NDArray[np.uint8]
    names: NDArray[np.uint32] | None


class NameIndex:
    """Known names by sound.

    Args:
        arrays: The arrays of the file, by name.
        description: What it was made of.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]], description: Mapping[str, Any]) -> None:
        self._arrays, self.description = arrays, description
        self._levels = {
            level: _Level(
                arrays[f"{name}.keys"], arrays[f"{name}.checks"], arrays[f"{name}.kinds"], arrays.get(f"{name}.names")
            )
            for level, name in _LEVEL_NAMES.items()
        }

    def __len__(self) -> int:
        """Number of names."""
        return len(self._arrays["kinds"])

    def find(self, hashes: NDArray[np.uint64], level: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Look hashes of classes up.

        Args:
            hashes: From :func:`~ipaner.names.folding.prefix_hashes`, not finished yet, of any shape.
            level: Which level of folding they are of.

        Returns:
            Kinds (bits of :class:`Kind`) of the names that sound so, 0 for none; and the number of one of them, or -1
            (at the level ``OWN`` always: its hashes are from :func:`~ipaner.names.folding.within`).
        """
        table = self._levels[level]
        if not len(table.keys):
            return np.zeros(hashes.shape, dtype=np.uint8), np.full(hashes.shape, -1, dtype=np.int64)
        mixed = finish(hashes, level)
        key, check = (mixed >> np.uint64(32)).astype(np.uint32), (mixed & np.uint64(0xFF)).astype(np.uint8)
        place = np.searchsorted(table.keys, key)
        place[place == len(table.keys)] = 0
        found = (table.keys[place] == key) & (table.checks[place] == check)
        kinds = np.where(found, table.kinds[place], 0).astype(np.uint8)
        if table.names is None:
            return kinds, np.full(hashes.shape, -1, dtype=np.int64)
        return kinds, np.where(found, table.names[place].astype(np.int64), -1)

    def name(self, number: int) -> Name:
        """The name of a number that :meth:`find` gave."""
        block, place = divmod(number, _BLOCK)
        start, end = (int(x) for x in self._arrays["blocks"][block : block + 2])
        texts = zlib.decompress(self._arrays["texts"][start:end].tobytes()).decode("utf-8").split("\n")
        languages = self.description["languages"]
        return Name(
            texts[place],
            Kind(int(self._arrays["kinds"][number])),
            languages[int(self._arrays["spoken"][number])],
            "memory",
        )

    def save(self, folder: Path) -> None:
        """Write the index to a folder, its description last."""
        folder.mkdir(parents=True, exist_ok=True)
        layout, offset = {}, 0
        with atomic_write_bytes(folder / DATA) as stream:
            for name, array in self._arrays.items():
                padding = -offset % 8
                stream.write(b"\0" * padding + array.tobytes())
                layout[name] = [array.dtype.str, offset + padding, len(array)]
                offset += padding + array.nbytes
        about = {k: v for k, v in self.description.items() if k not in ("arrays", "sha256", "format")}
        about |= {"format": FORMAT, "sha256": sha256(folder / DATA), "arrays": layout}
        with atomic_write(folder / DESCRIPTION) as file:
            file.write(json.dumps(about, ensure_ascii=False, indent=1, sort_keys=True) + "\n")

    @classmethod
    def load(cls, folder: Path, *, verify: bool = True) -> NameIndex:
        """Map a saved index into memory.

        Raises:
            ModelFileError: If it is missing, altered, or of another format.
        """
        try:
            about = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
            if about["format"] != FORMAT:
                raise ModelFileError(f"{folder}: format {about['format']} is not the format {FORMAT} of this ipaner")
            if verify and sha256(folder / DATA) != about["sha256"]:
                raise ModelFileError(f"{folder / DATA} was altered or is incomplete. Fetch or build it again")
            raw = np.memmap(folder / DATA, dtype=np.uint8, mode="r")
            arrays = _NO_OWN | {
                name: raw[offset : offset + length * np.dtype(kind).itemsize].view(kind)
                for name, (kind, offset, length) in about["arrays"].items()
            }
            return cls(arrays, about)
        except (OSError, ValueError, KeyError, TypeError, FormatError) as error:
            raise ModelFileError(f"{folder} holds no index of names: {error}. Build it again") from error


def build_index(
    names: Iterable[Name],
    *,
    readings: Readings | None = None,
    own: bool = True,
    about: Mapping[str, Any] | None = None,
    progress: Callable[[int], object] = lambda n: None,
) -> NameIndex:
    """Make an index of names.

    Args:
        names: The names, in any order; the same text in one language is one name, whatever it names.
        readings: A name -> its readings, each the folded classes of its words; by default in its language and letters.
        own: Whether names of the language of a text are told from others. Not where a network learns from one language
            only: it would trust what no other language has.
        about: What to record.
        progress: Told how many names have been read.
    """
    readings = readings or (lambda name: folded_readings(name.text, name.language))
    kinds: dict[tuple[str, str], Kind] = {}
    for name in names:
        key = (name.text, name.language)
        kinds[key] = kinds.get(key, Kind(0)) | name.kind
    order = sorted(kinds, key=lambda key: (key[1], key[0]))
    languages = sorted({language for _, language in order})
    arrays: dict[str, NDArray[Any]] = {
        "kinds": np.array([kinds[key] for key in order], dtype=np.uint8),
        "spoken": np.array([languages.index(language) for _, language in order], dtype=np.uint16),
    }
    blocks = [
        zlib.compress("\n".join(text for text, _ in order[start : start + _BLOCK]).encode("utf-8"), 9)
        for start in range(0, len(order), _BLOCK)
    ]
    arrays["texts"] = np.frombuffer(b"".join(blocks), dtype=np.uint8)
    arrays["blocks"] = np.cumsum([0, *map(len, blocks)], dtype=np.uint32)
    read: list[Sequence[str]] = []
    owner: list[int] = []
    for number, (text, language) in enumerate(order):
        for reading in readings(Name(text, kinds[text, language], language, "")):
            read.append(reading[:_MOST_WORDS])
            owner.append(number)
        progress(number + 1)
    owners = np.array(owner, dtype=np.uint32)
    spoken = np.array([language_hash(code) for code in languages], dtype=np.uint64)[arrays["spoken"][owners]]
    for level in (*LEVELS, OWN) if own else LEVELS:
        for part, array in _level(read, owners, arrays["kinds"], level, spoken).items():
            arrays[f"{_LEVEL_NAMES[level]}.{part}"] = array
    arrays = _NO_OWN | arrays
    counts = {name: int((arrays["kinds"] & kind != 0).sum()) for name, kind in Kind.__members__.items()}
    return NameIndex(arrays, {"languages": languages, "names": len(order), "kinds": counts, **(about or {})})


_MOST_WORDS = 6
"""Words of a name that count."""


def _level(
    read: Sequence[Sequence[str]],
    owners: NDArray[np.uint32],
    kinds: NDArray[np.uint8],
    level: int,
    languages: NDArray[np.uint64],
) -> dict[str, NDArray[Any]]:
    """Keys of readings at a level, sorted, each once; names are pointed at only where they are shown."""
    hashes, lengths = name_hashes(read, FINE if level == OWN else level)
    if level == OWN:
        hashes = within(hashes, languages)
    kept = lengths >= SHORTEST[level]
    mixed, owners = finish(hashes[kept], level), owners[kept]
    order = np.argsort(mixed, kind="stable")
    mixed, owners = mixed[order], owners[order]
    starts = np.flatnonzero(np.concatenate([[True], mixed[1:] != mixed[:-1]])) if len(mixed) else np.zeros(0, np.int64)
    together = np.bitwise_or.reduceat(kinds[owners], starts) if len(starts) else np.zeros(0, dtype=np.uint8)
    made: dict[str, NDArray[Any]] = {
        "keys": (mixed[starts] >> np.uint64(32)).astype(np.uint32),
        "checks": (mixed[starts] & np.uint64(0xFF)).astype(np.uint8),
        "kinds": together.astype(np.uint8),
    }
    return made if level == OWN else made | {"names": owners[starts]}


def name_hashes(read: Sequence[Sequence[str]], level: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Hashes of readings of several words each, breaks between words left out, and their numbers of classes."""
    words = [word for reading in read for word in reading]
    table, lengths = classes(words, level)
    hashes = prefix_hashes(table)[:, -1]
    starts = np.cumsum([0, *map(len, read)])
    total, size = np.zeros(len(read), dtype=np.uint64), np.zeros(len(read), dtype=np.int64)
    for place in range(max(map(len, read), default=0)):
        here = np.flatnonzero(np.diff(starts) > place)
        word = starts[here] + place
        total[here] = total[here] * POWERS[lengths[word]] + hashes[word]
        size[here] += lengths[word]
    return total, size
