"""Words as the network reads them: symbol ids and, for models that look at spelling, word-shape features."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ipaner.document import Word
from ipaner.runtime.checkpoint import ModelInfo
from ipaner.runtime.network import NetworkInput
from ipaner.transcription import Vocabulary
from ipaner.transcription.inputs import pad, shape_features

_REMEMBERED_SHAPES = 50_000


class InputEncoder:
    """Turns the words of a window into a network's input, as in training.

    Args:
        info: What the model reads.
    """

    def __init__(self, info: ModelInfo) -> None:
        self._vocabulary = Vocabulary.load(info.vocabulary_version)
        self._reads_shape = info.shape
        self._features = lru_cache(maxsize=_REMEMBERED_SHAPES)(shape_features)

    def __call__(self, words: Sequence[Word], memory: NDArray[np.float32] | None = None) -> NetworkInput:
        """Encode one window of at least one word, with what the memory tells of its words (words, features)."""
        features = [self._features(word.text, word.status) for word in words]
        arrays = pad([[self._vocabulary.encode(word) for word in words]], [features])
        return NetworkInput(arrays["phonemes"][0], arrays["shape"][0] if self._reads_shape else None, memory)
