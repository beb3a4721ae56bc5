"""Corpora as flat arrays of word types, drawn in batches of about equal size.

A word is transcribed and encoded once however often it occurs: a sentence is a list of indices into a table of word
types. The tables take some tens of megabytes for a million words and make a batch in a few milliseconds.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import Dataset, Sampler

from ipaner.corpora import Sentence
from ipaner.errors import ConfigError
from ipaner.labels import LABELS, repair, to_spans
from ipaner.model.ner import IGNORED
from ipaner.names.features import unpack
from ipaner.names.memory import NameMemory
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
        memory: What the name memory tells of the words of each sentence, packed; None if nobody asked it.
    """

    name: str
    phonemes: list[NDArray[np.int16]]
    shapes: NDArray[np.float32]
    sentences: list[NDArray[np.int32]]
    labels: list[NDArray[np.int8]]
    backend: str
    memory: list[NDArray[np.uint64]] | None = None

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
    memory: NameMemory | None = None,
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
    told = None if memory is None else memory.packed_types(words, ids, transcriber.fingerprint["language"])
    return EncodedCorpus(name, phonemes, shapes, ids, tags, transcriber.fingerprint["backends"], told)


class Mixture(Dataset[tuple[int, int]]):
    """All sentences of all corpora; an item is (corpus, sentence), turned into arrays by :meth:`collate`."""

    def __init__(self, corpora: Sequence[EncodedCorpus], name_exchange: float = 0.0, seed: int = 0) -> None:
        self.corpora = list(corpora)
        self.name_exchange, self._rng = name_exchange, np.random.default_rng((seed, 1))
        self._longest = max((len(word) for corpus in corpora for word in corpus.phonemes), default=1)
        self._donors = _names(self.corpora) if name_exchange else {}
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
        """Arrays for the network.

        Returns:
            ``phonemes`` (batch, words, phones), ``shape`` (batch, words, features), ``labels`` (batch, words), and if a
            corpus has it ``memory`` (batch, words, features).
        """
        chosen = [(self.corpora[c], self.corpora[c].sentences[s], self.corpora[c].labels[s]) for c, s in items]
        words = max(len(ids) for _, ids, _ in chosen)
        phonemes = np.zeros((len(chosen), words, self._longest), dtype=np.int64)
        shape = np.zeros((len(chosen), words, len(SHAPE_FEATURES)), dtype=np.float32)
        labels = np.full((len(chosen), words), IGNORED, dtype=np.int64)
        for row, (corpus, ids, tags) in enumerate(chosen):
            for column, i in enumerate(ids):
                phonemes[row, column, : len(corpus.phonemes[i])] = corpus.phonemes[i]
            shape[row, : len(ids)] = corpus.shapes[ids]
            labels[row, : len(ids)] = tags
        arrays: dict[str, NDArray[Any]] = {"phonemes": phonemes, "shape": shape, "labels": labels}
        if any(corpus.memory is not None for corpus in self.corpora):
            told = np.zeros((len(chosen), words), dtype=np.uint64)
            for row, (c, s) in enumerate(items):
                if (known := self.corpora[c].memory) is not None:
                    told[row, : len(known[s])] = known[s]
            arrays["memory"] = told
        if self._donors:
            self._exchange(arrays)
        if "memory" in arrays:
            arrays["memory"] = unpack(told)
        arrays["phonemes"] = phonemes[:, :, : max(1, int((phonemes != 0).any((0, 1)).sum()))]
        return {key: torch.from_numpy(value) for key, value in arrays.items()}

    def _exchange(self, arrays: dict[str, NDArray[Any]]) -> None:
        """Put other names of the same type and length in the place of some, with their case and memory."""
        for row, tags in enumerate(arrays["labels"]):
            for start, end, kind in _spans(tags):
                if self._rng.random() >= self.name_exchange:
                    continue
                donors = self._donors[kind, end - start]
                c, s, first = donors[self._rng.integers(len(donors))]
                corpus, words = self.corpora[c], slice(first, first + end - start)
                arrays["phonemes"][row, start:end] = 0
                for column, i in enumerate(corpus.sentences[s][words], start=start):
                    arrays["phonemes"][row, column, : len(corpus.phonemes[i])] = corpus.phonemes[i]
                    arrays["shape"][row, column] = corpus.shapes[i]
                if "memory" in arrays:
                    arrays["memory"][row, start:end] = 0 if corpus.memory is None else corpus.memory[s][words]


def _spans(tags: NDArray[np.integer]) -> Iterator[tuple[int, int, str]]:
    """Entities of a row of label indices: start, end, type; padding is no label."""
    names = [LABELS[i] if i != IGNORED else "O" for i in tags]
    for span in to_spans(names):
        yield span.start, span.end, span.label


def _names(corpora: Sequence[EncodedCorpus]) -> dict[tuple[str, int], list[tuple[int, int, int]]]:
    """Where names stand, by type and number of words: corpus, sentence, first word."""
    found: dict[tuple[str, int], list[tuple[int, int, int]]] = {}
    for c, corpus in enumerate(corpora):
        for s, tags in enumerate(corpus.labels):
            for start, end, kind in _spans(tags):
                found.setdefault((kind, end - start), []).append((c, s, start))
    return found


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
