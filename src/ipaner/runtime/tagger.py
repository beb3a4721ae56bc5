"""The tagger: text in, documents with entities out, without torch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ipaner.document import WORD_SEPARATOR, Document, Entity, Word
from ipaner.errors import ModelFileError
from ipaner.labels import Span, span_probabilities, to_spans, viterbi
from ipaner.runtime.checkpoint import BUNDLED, Checkpoint, ModelInfo, Precision, read_checkpoint
from ipaner.runtime.encoding import InputEncoder
from ipaner.runtime.network import Network, default_threads
from ipaner.runtime.windows import sentences, windows

if TYPE_CHECKING:
    from ipaner.names.index import NameIndex
    from ipaner.names.memory import NameMemory
    from ipaner.transcription import Transcriber

_TRANSCRIBERS = 64
_BATCH = 64
_BATCH_CHARACTERS = 200_000


@dataclass(frozen=True, slots=True)
class TaggedTokens:
    """A sentence that came as tokens, tagged.

    Attributes:
        words: The tokens with their phonemes.
        tags: One IOB2 label a token.
        spans: The entities, as token indices.
        scores: Calibrated probability of each span; None if the model was never calibrated.
    """

    words: tuple[Word, ...]
    tags: tuple[str, ...]
    spans: tuple[Span, ...]
    scores: tuple[float, ...] | None


def load(
    path: str | Path = BUNDLED,
    *,
    precision: Precision = "int8",
    threads: int | None = None,
    names: bool = True,
    extra_names: Sequence[NameIndex] = (),
) -> Tagger:
    """Load a tagger.

    Args:
        path: A model folder made by ``ipaner export``, or ``bundled`` for the model inside the package.
        precision: ``int8`` or ``fp32``.
        threads: How many windows the network reads side by side; by default one a core, four at most. The number does
            not change any result.
        names: Whether a model that asks a name memory gets one. Without, it tags as if no name were known.
        extra_names: Indices of further names, such as a user's own lists.

    Raises:
        ModelFileError: If the model is missing, incomplete, altered or made for something else.
    """
    checkpoint = read_checkpoint(path, precision)
    memory = None
    if checkpoint.names is not None and names:
        from ipaner.names.memory import NameMemory

        memory = NameMemory.load(checkpoint.names, extra_names)
    return Tagger(checkpoint, threads=threads, memory=memory)


class Tagger:
    """Finds entities in text. It may be used from many threads at once, and gives the same result in any company.

    Args:
        checkpoint: A verified model; see :func:`load` for the usual way.
        threads: How many windows the network reads side by side.
        memory: What it asks about names; a model that asks and is given none hears of no name.
    """

    def __init__(self, checkpoint: Checkpoint, *, threads: int | None = None, memory: NameMemory | None = None) -> None:
        self.info: ModelInfo = checkpoint.info
        self.memory = memory if checkpoint.info.memory is not None else None
        self._network = Network(checkpoint, default_threads() if threads is None else threads)
        self._encode = InputEncoder(checkpoint.info)
        self._transcriber = lru_cache(maxsize=_TRANSCRIBERS)(self._new_transcriber)

    def tag(self, text: str, language: str) -> Document:
        """Tag one text.

        Args:
            text: The text; offsets in the result are code points of exactly this.
            language: Code or name of its language.

        Raises:
            LanguageNotSupported: If the language is unknown or the model's transcription does not cover it.
            ModelFileError: If the model was trained with other transcription back ends than are installed.
        """
        if not isinstance(text, str):
            raise TypeError(f"tag takes one text, a string, not {type(text).__name__}; for several there is tag_many")
        return next(self.tag_many([text], language))

    def tag_many(self, texts: Iterable[str], language: str, *, batch: int = _BATCH) -> Iterator[Document]:
        """Tag texts as they come, in order, in constant memory; each gets what :meth:`tag` would give it.

        Args:
            texts: The texts; read only as far ahead as a batch goes.
            language: Code or name of their language.
            batch: How many texts are read ahead. 1 answers each text before the next is read.

        Raises:
            LanguageNotSupported: If the language is unknown or the model's transcription does not cover it.
        """
        if isinstance(texts, str):
            raise TypeError("tag_many takes several texts, each a string; for a single one there is tag")
        transcriber = self._transcriber(language)
        return (document for block in _blocks(texts, batch) for document in self._tag_block(block, transcriber))

    def explain(self, document: Document, most: int = 3) -> Document:
        """The document with what each of its entities sounds like (``Entity.like``), ``most`` names at most.

        A model without a name memory explains nothing: its entities come back as they are.
        """
        if self.memory is None:
            return document
        explained = []
        for entity in document.entities:
            words = [w for w in document.words if entity.start <= w.start and w.end <= entity.end]
            explained.append(replace(entity, like=self.memory.like(words, entity.label, most)))
        return replace(document, entities=tuple(explained))

    def tag_tokens(
        self,
        sentences: Sequence[Sequence[str]],
        language: str,
        *,
        published: Sequence[Sequence[str] | None] | None = None,
    ) -> list[TaggedTokens]:
        """Tag sentences that are split into tokens already, one label a token, as evaluation needs it.

        Args:
            sentences: Tokens of each sentence. A sentence is read as one, however many full stops it holds.
            language: Code or name of their language.
            published: For each sentence a corpus's own transcription of its tokens, to be read instead of ours.

        Raises:
            LanguageNotSupported: If the language is unknown or the model's transcription does not cover it.
        """
        transcriber = self._transcriber(language)
        tagged: list[TaggedTokens] = []
        given = published or [None] * len(sentences)
        for start in range(0, len(sentences), _BATCH):
            part = slice(start, start + _BATCH)
            block = [tuple(transcriber.tokens(t, ipa)) for t, ipa in zip(sentences[part], given[part], strict=True)]
            tagged += [
                self._decode(words, logits)
                for words, logits in zip(block, self._logits(block, transcriber.language.code), strict=True)
            ]
        return tagged

    def _new_transcriber(self, language: str) -> Transcriber:
        from ipaner.transcription import Transcriber

        transcriber = Transcriber(language, self.info.profile, broad=self.info.broad)
        code, here = transcriber.language.code, transcriber.fingerprint["backends"]
        trained = self.info.transcription.get(code, here)
        if trained != here:
            raise ModelFileError(
                f"Model {self.info.name} learnt {code} as transcribed by '{trained}'; here it is '{here}', which may "
                "read words otherwise. Install the versions it was trained with, or train it again"
            )
        return transcriber

    def _tag_block(self, texts: Sequence[str], transcriber: Transcriber) -> Iterator[Document]:
        language = transcriber.language.code
        words = [tuple(transcriber.words(text)) for text in texts]
        cuts = [sentences(text, its_words, language) for text, its_words in zip(texts, words, strict=True)]
        pieces = [w[start:end] for w, ranges in zip(words, cuts, strict=True) for start, end in ranges]
        tagged = map(self._decode, pieces, self._logits(pieces, language))
        for text, its_words, ranges in zip(texts, words, cuts, strict=True):
            entities = (entity for sentence in islice(tagged, len(ranges)) for entity in _entities(text, sentence))
            yield Document(text, language, its_words, tuple(entities))

    def _logits(self, sentences: Sequence[Sequence[Word]], language: str) -> list[NDArray[np.float32]]:
        """Logits of shape (words, labels) for each sentence, through as many windows as it needs."""
        plans = [windows(len(words), self.info.max_words, self.info.overlap) for words in sentences]
        answers = iter(
            self._network(
                [
                    self._encode(words[w.start : w.end], None if told is None else told[w.start : w.end])
                    for words, told, plan in zip(sentences, self._told(sentences, language), plans, strict=True)
                    for w in plan
                ]
            )
        )
        none = np.empty((0, len(self.info.labels)), dtype=np.float32)
        return [
            np.concatenate([none, *(next(answers)[w.keep_start - w.start : w.keep_end - w.start] for w in plan)])
            for plan in plans
        ]

    def _told(self, sentences: Sequence[Sequence[Word]], language: str) -> Sequence[NDArray[np.float32] | None]:
        """What the memory tells of the words of each sentence, (words, features); None if the network does not ask."""
        if self.info.memory is None:
            return [None] * len(sentences)
        if self.memory is not None:
            width = self.info.memory_features
            return [told[:, :width] for told in self.memory.features(sentences, language)]
        return [np.zeros((len(words), self.info.memory_features), dtype=np.float32) for words in sentences]

    def _decode(self, words: tuple[Word, ...], logits: NDArray[np.float32]) -> TaggedTokens:
        tags = viterbi(logits, self.info.labels)
        spans = tuple(to_spans(tags))
        scores = None
        if self.info.temperature is not None:
            scores = tuple(span_probabilities(logits, spans, self.info.labels, self.info.temperature))
        return TaggedTokens(words, tuple(tags), spans, scores)


def _entities(text: str, sentence: TaggedTokens) -> Iterator[Entity]:
    for index, span in enumerate(sentence.spans):
        words = sentence.words[span.start : span.end]
        start, end = words[0].start, words[-1].end
        score = None if sentence.scores is None else sentence.scores[index]
        yield Entity(span.label, start, end, text[start:end], score, _joined(words))


def _joined(words: Sequence[Word]) -> tuple[str, ...]:
    """The phonemes of the words that have any, with the separator between words."""
    spoken = [word.phonemes for word in words if word.phonemes]
    return tuple(phone for i, word in enumerate(spoken) for phone in ((WORD_SEPARATOR, *word) if i else word))


def _blocks(texts: Iterable[str], batch: int) -> Iterator[list[str]]:
    """Lists of up to ``batch`` texts, shorter where texts are long."""
    block: list[str] = []
    characters = 0
    for text in texts:
        block.append(text)
        characters += len(text)
        if len(block) >= batch or characters >= _BATCH_CHARACTERS:
            yield block
            block, characters = [], 0
    if block:
        yield block
