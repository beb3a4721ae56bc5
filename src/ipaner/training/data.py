"""Corpora as flat arrays of word types, drawn in batches of about equal size.

A word is transcribed and encoded once however often it occurs: a sentence is a list of indices into a table of word
types. The tables take some tens of megabytes for a million words and make a batch in a few milliseconds.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import Dataset, Sampler

from ipaner.corpora import Sentence
from ipaner.errors import ConfigError
from ipaner.labels import repair
from ipaner.model.ner import IGNORED
from ipaner.transcription import Vocabulary
from ipaner.transcription.inputs import SHAPE_FEATURES, shape_features
from ipaner.transcription.representations import Reader

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EncodedCorpus:
    """Sentences of one corpus and language, ready for a network.

    Attributes:
        name: ``corpus/language``.
        phonemes: Symbol ids of each word type.
        shapes: Word-shape features, (types, features).
        sentences: Word-type indices of each sentence.
        labels: Label indices of each sentence.
        backend: What transcribed it.
    """

    name: str
    phonemes: list[NDArray[np.int16]]
    shapes: NDArray[np.float32]
    sentences: list[NDArray[np.int32]]
    labels: list[NDArray[np.int8]]
    backend: str

    def __len__(self) -> int:
        """Number of sentences."""
        return len(self.sentences)


def encode_corpus(
    name: str,
    sentences: Sequence[Sentence],
    transcriber: Reader,
    vocabulary: Vocabulary,
    labels: Sequence[str],
    max_words: int,
) -> EncodedCorpus:
    """Transcribe and encode a corpus; sentences longer than ``max_words`` are cut into windows.

    Raises:
        ConfigError: If a tag is none of ``labels``.
    """
    column = {label: i for i, label in enumerate(labels)}
    types = sorted({token for sentence in sentences for token in sentence.tokens})
    index = {token: i for i, token in enumerate(types)}
    words = transcriber.tokens(types)
    phonemes = [np.array(vocabulary.encode(word), dtype=np.int16) for word in words]
    shapes = np.array([shape_features(word.text, word.status) for word in words], dtype=np.float32)
    ids, tags = [], []
    for sentence in sentences:
        for start in range(0, len(sentence.tokens), max_words):
            window = slice(start, start + max_words)
            ids.append(np.array([index[t] for t in sentence.tokens[window]], dtype=np.int32))
            try:
                tags.append(np.array([column[t] for t in repair(sentence.tags[window])], dtype=np.int8))
            except KeyError as error:
                raise ConfigError(f"{name}: tag {error} is none of the model's labels {', '.join(labels)}") from error
    logger.info("%s: %d sentences, %d word types", name, len(ids), len(types))
    shapes = shapes.reshape(len(types), len(SHAPE_FEATURES))
    return EncodedCorpus(name, phonemes, shapes, ids, tags, transcriber.fingerprint["backends"])


class Mixture(Dataset[tuple[int, int]]):
    """All sentences of all corpora; an item is (corpus, sentence), turned into arrays by :meth:`collate`."""

    def __init__(self, corpora: Sequence[EncodedCorpus]) -> None:
        self.corpora = list(corpora)
        self.offsets = np.cumsum([0, *(len(c) for c in corpora)])

    def __len__(self) -> int:
        """Number of sentences in all corpora."""
        return int(self.offsets[-1])

    def __getitem__(self, index: int) -> tuple[int, int]:
        """The corpus and the sentence within it."""
        corpus = int(np.searchsorted(self.offsets, index, side="right")) - 1
        return corpus, index - int(self.offsets[corpus])

    def lengths(self) -> NDArray[np.int64]:
        """Words of each sentence."""
        return np.array([len(s) for c in self.corpora for s in c.sentences], dtype=np.int64)

    def collate(self, items: Sequence[tuple[int, int]]) -> dict[str, torch.Tensor]:
        """Arrays ``phonemes`` (batch, words, phones), ``shape`` (batch, words, features), ``labels`` (batch, words)."""
        chosen = [(self.corpora[c], self.corpora[c].sentences[s], self.corpora[c].labels[s]) for c, s in items]
        words = max(len(ids) for _, ids, _ in chosen)
        phones = max(len(corpus.phonemes[i]) for corpus, ids, _ in chosen for i in ids)
        phonemes = np.zeros((len(chosen), words, phones), dtype=np.int64)
        shape = np.zeros((len(chosen), words, len(SHAPE_FEATURES)), dtype=np.float32)
        labels = np.full((len(chosen), words), IGNORED, dtype=np.int64)
        for row, (corpus, ids, tags) in enumerate(chosen):
            for column, i in enumerate(ids):
                phonemes[row, column, : len(corpus.phonemes[i])] = corpus.phonemes[i]
            shape[row, : len(ids)] = corpus.shapes[ids]
            labels[row, : len(ids)] = tags
        arrays = {"phonemes": phonemes, "shape": shape, "labels": labels}
        return {key: torch.from_numpy(value) for key, value in arrays.items()}


class MixtureSampler(Sampler[list[int]]):
    """Batches of a fixed number of words, corpora drawn by weight; the whole run is one pass, fixed by the seed.

    Sentences of a batch have similar lengths: a pool of sentences is drawn, sorted by length, cut, and shuffled.

    Args:
        lengths: Words of each sentence.
        sizes: Sentences of each corpus, in order.
        weights: How often each corpus is drawn.
        words: Words in a batch, padding included; a sentence longer than that makes a batch of its own.
        steps: Number of batches.
        seed: Fixes the order.
    """

    batch_size = 1
    drop_last = False

    def __init__(
        self,
        lengths: NDArray[np.int64],
        sizes: Sequence[int],
        weights: Sequence[float],
        words: int,
        steps: int,
        seed: int,
    ) -> None:
        self.lengths, self.words, self.steps, self.seed = lengths, words, steps, seed
        self.starts = np.cumsum([0, *sizes])
        self.weights = np.asarray(weights, dtype=np.float64) / np.sum(weights)

    def __len__(self) -> int:
        """Number of batches."""
        return self.steps

    def __iter__(self) -> Iterator[list[int]]:
        """Yield lists of sentence indices."""
        rng = np.random.default_rng(self.seed)
        draws = [self._endless(i, np.random.default_rng((self.seed, i))) for i in range(len(self.weights))]
        done = 0
        while done < self.steps:
            pool = np.array([draws[c]() for c in rng.choice(len(self.weights), size=4096, p=self.weights)])
            pool = pool[np.argsort(self.lengths[pool] + rng.random(len(pool)))]
            batches = list(self._cut(pool))
            for i in rng.permutation(len(batches)):
                if done == self.steps:
                    return
                done += 1
                yield batches[i]

    def _endless(self, corpus: int, rng: np.random.Generator) -> Callable[[], int]:
        """A function that gives the corpus's sentences in random order, over and over."""
        start, end = int(self.starts[corpus]), int(self.starts[corpus + 1])

        def order() -> Iterator[int]:
            while True:
                yield from (start + int(i) for i in rng.permutation(end - start))

        iterator = order()
        return lambda: next(iterator)

    def _cut(self, pool: NDArray[np.int64]) -> Iterator[list[int]]:
        batch: list[int] = []
        for i in pool:
            if batch and (len(batch) + 1) * int(self.lengths[i]) > self.words:
                yield batch
                batch = []
            batch.append(int(i))
        if batch:
            yield batch
