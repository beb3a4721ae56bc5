"""The memory: indices of known names behind one object, which tells a network what words sound like."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ipaner.document import Likeness, Word
from ipaner.errors import ModelFileError
from ipaner.names.features import FEATURES, VERSION, WordKeys, sentence_bits, unpack, word_keys
from ipaner.names.index import NameIndex

BUNDLED = "bundled"
"""Name of the index that ships inside the package."""

_REMEMBERED = 100_000
_NONE = WordKeys(np.zeros((0, 2), np.uint64), np.zeros((0, 2), np.int64), np.zeros(0, np.uint64))


class NameMemory:
    """Known names, asked by sound. It may be used from many threads at once.

    Args:
        indices: Indices of names: the one a model was trained with, and those of the user's own lists.

    Example:
        >>> memory = NameMemory.load()
        >>> from ipaner.transcription import Transcriber
        >>> words = Transcriber("kin").words("i Nairobi")
        >>> bits = memory.features([words], "kin")[0]
        >>> [FEATURES[i] for i in np.flatnonzero(bits[1]) if FEATURES[i].startswith("spoken")]
        ['spoken:PLACE']
    """

    version = VERSION

    def __init__(self, indices: Sequence[NameIndex]) -> None:
        self.indices = tuple(indices)
        self._known: dict[tuple[str, str, tuple[str, ...]], int] = {}
        self._keys = _NONE

    @classmethod
    def load(cls, path: str | Path = BUNDLED, extra: Iterable[NameIndex] = ()) -> NameMemory:
        """Read an index from its folder, or the one in the package.

        Raises:
            ModelFileError: If there is none, or it is broken.
        """
        if str(path) != BUNDLED:
            return cls([NameIndex.load(Path(path)), *extra])
        folder = Path(str(resources.files("ipaner.names") / BUNDLED))
        if not folder.is_dir():
            raise ModelFileError("This installation holds no memory of names. Install ipaner again")
        return cls([NameIndex.load(folder, verify=False), *extra])

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages its names are said in; names of which only the letters are known have none."""
        return tuple(sorted({code for index in self.indices for code in index.description["languages"] if code}))

    @property
    def sha256(self) -> str:
        """What it holds, as one digest."""
        parts = [str(index.description.get("sha256", "")) for index in self.indices]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def packed(self, sentences: Sequence[Sequence[Word]], language: str) -> list[NDArray[np.uint64]]:
        """Features of the words of sentences, packed: bit ``i`` is ``FEATURES[i]``.

        Args:
            sentences: Words of each sentence.
            language: ISO 639-3 code of their language: names of its own tell more.

        Returns:
            One array (words,) a sentence.
        """
        words = [word for sentence in sentences for word in sentence]
        kinds, keys = self._types(words, language)
        lengths = [len(sentence) for sentence in sentences]
        number = np.repeat(np.arange(len(sentences)), lengths)
        bits = sentence_bits(self.indices, keys, kinds, number)
        return np.split(bits, np.cumsum(lengths)[:-1]) if lengths else []

    def packed_types(
        self, types: Sequence[Word], sentences: Sequence[NDArray[np.integer]], language: str
    ) -> list[NDArray[np.uint64]]:
        """Like :meth:`packed`, for sentences given as numbers of word types, as training has them."""
        keys = word_keys(self.indices, types, language)
        lengths = [len(sentence) for sentence in sentences]
        number = np.repeat(np.arange(len(sentences)), lengths)
        words = np.concatenate([np.zeros(0, dtype=np.int64), *sentences]).astype(np.int64)
        return np.split(sentence_bits(self.indices, keys, words, number), np.cumsum(lengths)[:-1]) if lengths else []

    def features(self, sentences: Sequence[Sequence[Word]], language: str) -> list[NDArray[np.float32]]:
        """What the memory tells of the words of sentences: an array (words, features) of 0 and 1 each."""
        return [unpack(bits) for bits in self.packed(sentences, language)]

    def like(self, words: Sequence[Word], label: str = "", most: int = 3) -> tuple[Likeness, ...]:
        """Known names that words sound like, together or one by one; see :func:`ipaner.names.likeness.likenesses`."""
        from ipaner.names.likeness import likenesses

        return likenesses(self.indices, words, label, most)

    def _types(self, words: Sequence[Word], language: str) -> tuple[NDArray[np.int64], WordKeys]:
        """The number of each word's type, and all types; new ones are looked up and remembered."""
        asked = [(language, word.text, word.phonemes) for word in words]
        known, keys = self._known, self._keys
        fresh = {key: word for key, word in zip(asked, words, strict=True) if key not in known}
        if fresh:
            if len(known) + len(fresh) > _REMEMBERED:
                fresh = dict(zip(asked, words, strict=True))
                known, keys = {}, _NONE
            keys = keys.joined(word_keys(self.indices, list(fresh.values()), language))
            known = known | {key: len(known) + place for place, key in enumerate(fresh)}
            # Both are replaced by new objects, never changed: another thread keeps what it holds
            self._known, self._keys = known, keys
        return np.array([known[key] for key in asked], dtype=np.int64), keys


__all__ = ["BUNDLED", "FEATURES", "NameMemory"]
