"""The index: names by what they sound like, in one file that is mapped into memory and read where it is asked.

A name has a key at each level of folding: a hash of its classes, breaks between its words left out. A key is kept as
32 bits to be searched for and 8 more to be sure (a wrong hit comes once in some million look-ups), beside the
kinds of all names that share it and one of these names, to be shown.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ipaner.errors import FormatError, ModelFileError
from ipaner.files import atomic_write, atomic_write_bytes, sha256
from ipaner.names.folding import (
    COARSE,
    COMMON,
    FINE,
    LEVELS,
    OWN,
    POWERS,
    SKELETON,
    classes,
    exact,
    finish,
    prefix_hashes,
    stable_hash,
    within,
)
from ipaner.names.name import Kind, Name
from ipaner.names.readings import folded_readings, spoken

FORMAT = 1
DATA, DESCRIPTION = "names.bin", "names.json"

SHORTEST = {FINE: 2, COARSE: 4, SKELETON: 3, OWN: 2, COMMON: 1}
"""Fewest classes of a key, by level: shorter ones are found by chance."""

_BLOCK = 256
_LEVEL_NAMES = {FINE: "fine", COARSE: "coarse", SKELETON: "skeleton", OWN: "own", COMMON: "common"}

_NONE: dict[str, NDArray[Any]] = {
    f"{name}.{part}": np.zeros(0, dtype=kind)
    for name in ("own", "common")
    for part, kind in (("keys", np.uint32), ("checks", np.uint8), ("kinds", np.uint8))
}


@dataclass(frozen=True, slots=True)
class _Level:
    keys: NDArray[np.uint32]
    checks: NDArray[np.uint8]
    kinds: NDArray[np.uint8]
    names: NDArray[np.uint8] | None
    """Numbers of names, three bytes each."""


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
            (at levels within a language always; their hashes are from :func:`~ipaner.names.folding.within`). At
            ``COMMON`` the bits tell among how many of :data:`COMMON_RANKS` a word is.
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
        low, middle, high = np.moveaxis(table.names.reshape(-1, 3)[place].astype(np.int64), -1, 0)
        return kinds, np.where(found, low | middle << 8 | high << 16, -1)

    def name(self, number: int) -> Name:
        """The name of a number that :meth:`find` gave."""
        block, place = divmod(number, _BLOCK)
        start, end = (int(x) for x in self._arrays["blocks"][block : block + 2])
        texts = zlib.decompress(self._arrays["texts"][start:end].tobytes()).decode("utf-8").split("\n")
        languages = self.description["languages"]
        return Name(
            texts[place],
            Kind(int(self._arrays["kinds"][number])),
            languages[int(np.searchsorted(self._arrays["starts"], number, side="right")) - 1],
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
            arrays = _NONE | {
                name: raw[offset : offset + length * np.dtype(kind).itemsize].view(kind)
                for name, (kind, offset, length) in about["arrays"].items()
            }
            return cls(arrays, about)
        except (OSError, ValueError, KeyError, TypeError, FormatError) as error:
            raise ModelFileError(f"{folder} holds no index of names: {error}. Build it again") from error


def build_index(
    names: Iterable[Name],
    *,
    own: bool = True,
    common: Mapping[str, Sequence[str]] | None = None,
    about: Mapping[str, Any] | None = None,
    progress: Callable[[int], object] = lambda n: None,
) -> NameIndex:
    """Make an index of names.

    Args:
        names: The names, in any order; the same text in one language is one name, whatever it names.
        own: Whether names of the language of a text are told from others. Not where a network learns from one language
            only: it would trust what no other language has.
        common: The commonest words of languages, ranked: what sounds like a name may just be one of them.
        about: What to record.
        progress: Told how many names have been read.
    """
    kinds: dict[tuple[str, str], Kind] = {}
    for name in names:
        key = (name.text, name.language)
        kinds[key] = kinds.get(key, Kind(0)) | name.kind
    if common:
        kinds = _less_common(kinds, {code: set(words) for code, words in common.items()})
    order = sorted(kinds, key=lambda key: (key[1], key[0]))
    languages = sorted({language for _, language in order})
    arrays: dict[str, NDArray[Any]] = {
        "kinds": np.array([kinds[key] for key in order], dtype=np.uint8),
        "starts": np.searchsorted([language for _, language in order], languages).astype(np.uint32),
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
        for reading in folded_readings(text, language):
            read.append(reading[:_MOST_WORDS])
            owner.append(number)
        progress(number + 1)
    owners = np.array(owner, dtype=np.uint32)
    # Of names that sound alike one is shown: the English one if there is one, and not one in an unknown language
    owners, read = _best_first(owners, read, order)
    for level in LEVELS:
        hashes, lengths = name_hashes(read, level)
        level_arrays = _level(hashes, lengths, owners, arrays["kinds"][owners], level)
        arrays |= {f"{_LEVEL_NAMES[level]}.{part}": array for part, array in level_arrays.items()}
    if own:
        at_home = [spoken(text, language)[:_MOST_WORDS] for text, language in order]
        tongues = np.array([stable_hash(language) for _, language in order], dtype=np.uint64)
        arrays |= _within_language("own", at_home, tongues, arrays["kinds"])
    if common:
        arrays |= _common_words({code: _no_names(words, code, kinds) for code, words in common.items()})
    arrays = _NONE | arrays
    counts = {name: int((arrays["kinds"] & kind != 0).sum()) for name, kind in Kind.__members__.items()}
    return NameIndex(arrays, {"languages": languages, "names": len(order), "kinds": counts, **(about or {})})


_MOST_WORDS = 6
"""Words of a name that count."""


def _level(
    hashes: NDArray[np.uint64],
    lengths: NDArray[np.int64],
    owners: NDArray[np.uint32] | None,
    kinds: NDArray[np.uint8],
    level: int,
) -> dict[str, NDArray[Any]]:
    """Keys at a level, sorted, each once, with all kinds of what shares it; ``owners`` are names to be shown."""
    kept = lengths >= SHORTEST[level]
    mixed, kinds = finish(hashes[kept], level), kinds[kept]
    order = np.argsort(mixed, kind="stable")
    mixed, kinds = mixed[order], kinds[order]
    starts = np.flatnonzero(np.concatenate([[True], mixed[1:] != mixed[:-1]])) if len(mixed) else np.zeros(0, np.int64)
    together = np.bitwise_or.reduceat(kinds, starts) if len(starts) else np.zeros(0, dtype=np.uint8)
    made: dict[str, NDArray[Any]] = {
        "keys": (mixed[starts] >> np.uint64(32)).astype(np.uint32),
        "checks": (mixed[starts] & np.uint64(0xFF)).astype(np.uint8),
        "kinds": together.astype(np.uint8),
    }
    if owners is not None:
        shown = np.ascontiguousarray(owners[kept][order][starts], dtype="<u4")
        made["names"] = shown.view(np.uint8).reshape(-1, 4)[:, :3].ravel()
    return made


def _best_first(
    owners: NDArray[np.uint32], read: Sequence[Sequence[str]], order: Sequence[tuple[str, str]]
) -> tuple[NDArray[np.uint32], list[Sequence[str]]]:
    """Readings and their names in the order in which people would rather see the names."""
    rank = np.array([{"eng": 0, "": 2}.get(language, 1) for _, language in order], dtype=np.uint8)
    best = np.argsort(rank[owners], kind="stable") if len(owners) else np.zeros(0, dtype=np.int64)
    return owners[best], [read[i] for i in best]


def _within_language(
    name: str, read: Sequence[Sequence[Sequence[str]]], languages: NDArray[np.uint64], kinds: NDArray[np.uint8]
) -> dict[str, NDArray[Any]]:
    """Keys of what is said in one language: phonemes as they are."""
    level = {"own": OWN, "common": COMMON}[name]
    words = [word for reading in read for word in reading]
    table, lengths = exact(words)
    hashes, sizes = _joined(prefix_hashes(table)[:, -1], lengths, [len(reading) for reading in read])
    made = _level(within(hashes, languages), sizes, None, kinds, level)
    return {f"{name}.{part}": array for part, array in made.items()}


COMMON_RANKS = (50, 200, 1000)
"""The commonest words of a language are told by whether they are among so many."""


def _less_common(
    kinds: Mapping[tuple[str, str], Kind], common: Mapping[str, Container[str]]
) -> dict[tuple[str, str], Kind]:
    """Names without those of one word that is, in small letters, common in their language: *Will*, *Reading*, *Gap*.

    Words that stand beside names stay. Languages without small letters keep all.
    """
    kept = {}
    for (text, language), kind in kinds.items():
        if text.lower() != text.upper() and text.lower() in common.get(language, ()):
            kind &= Kind.TITLE | Kind.ORG_WORD | Kind.PLACE_WORD
        if kind:
            kept[text, language] = kind
    return kept


def _no_names(words: Sequence[str], language: str, names: Container[tuple[str, str]]) -> list[str]:
    """Words without names of the language, where no small letter tells that they are more often something else."""
    return [word for word in words if word.upper() != word.lower() or (word, language) not in names]


def _common_words(common: Mapping[str, Sequence[str]]) -> dict[str, NDArray[Any]]:
    rows = [(language, rank, word) for language, words in common.items() for rank, word in enumerate(words)]
    kinds = [sum(1 << place for place, most in enumerate(COMMON_RANKS) if rank < most) for _, rank, _ in rows]
    return _within_language(
        "common",
        [spoken(word, language)[:1] for language, _, word in rows],
        np.array([stable_hash(language) for language, _, _ in rows], dtype=np.uint64),
        np.array(kinds, dtype=np.uint8),
    )


def name_hashes(read: Sequence[Sequence[str]], level: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Hashes of readings of several folded words each, breaks left out, and their numbers of classes."""
    table, lengths = classes([word for reading in read for word in reading], level)
    return _joined(prefix_hashes(table)[:, -1], lengths, [len(reading) for reading in read])


def _joined(
    hashes: NDArray[np.uint64], lengths: NDArray[np.int64], counts: Sequence[int]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Hashes and lengths of rows of words, ``counts`` words each, from those of the words."""
    starts = np.cumsum([0, *counts])
    total, size = np.zeros(len(counts), dtype=np.uint64), np.zeros(len(counts), dtype=np.int64)
    for place in range(max(counts, default=0)):
        here = np.flatnonzero(np.diff(starts) > place)
        word = starts[here] + place
        total[here] = total[here] * POWERS[lengths[word]] + hashes[word]
        size[here] += lengths[word]
    return total, size
