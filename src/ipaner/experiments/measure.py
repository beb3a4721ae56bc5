"""Validation sets of the target languages, encoded once, and taggers measured on them in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from ipaner import languages
from ipaner.corpora import Sentence, find_corpus, find_splits, read_corpus
from ipaner.errors import ConfigError
from ipaner.evaluation.metrics import Counts, entity_counts, position_counts
from ipaner.evaluation.outcomes import pair_entities
from ipaner.experiments.config import Sets
from ipaner.labels import LABELS, repair, viterbi
from ipaner.model.ner import IpanerForNer
from ipaner.training.config import TrainConfig
from ipaner.training.data import EncodedCorpus
from ipaner.training.validation import predict
from ipaner.transcription import Transcriber, Vocabulary, WordCache
from ipaner.transcription.inputs import SHAPE_FEATURES, shape_features
from ipaner.transcription.lengths import phone_counts

WIKIANN = "wikiann_zeroshot"
NEWS = {
    "masakhaner2": ("kin", "yor"),
    "masakhaner1": ("amh",),
    "mahaner": ("mar",),
    "il_ner": ("ori", "tel", "urd"),
    "uner": ("hrv",),
    "multiner_lk": ("sin",),
}
"""News annotated by people, by corpus."""

GROUPS = ("case 1", "case 2", "case 3", "all", "news", "sources")
"""What means are taken over; ``all`` is all of WikiANN, ``sources`` are source languages kept out of training."""

_LONGEST = 128

Predict = Callable[[EncodedCorpus], Sequence[NDArray[np.float32]]]
"""Logits (words, labels) of each sentence of a corpus."""


@dataclass(frozen=True, slots=True)
class Target:
    """One validation set, with what is needed to measure on it.

    Attributes:
        name: ``corpus/language``.
        sentences: Sentences with gold labels, none longer than a window.
        phones: Phonemes of each word, for ``position_macro_f1``.
        encoded: The same for a network.
    """

    name: str
    sentences: Sequence[Sentence]
    phones: list[list[int]]
    encoded: EncodedCorpus


def group_of(name: str) -> list[str]:
    """The groups that ``corpus/language`` counts in.

    Example:
        >>> group_of("wikiann_zeroshot/sin"), group_of("uner/hrv")
        (['case 1', 'all'], ['news'])
    """
    corpus, language = name.split("/")
    if corpus != WIKIANN:
        return ["news"] if language in NEWS.get(corpus, ()) else ["sources"]
    case = languages.get(language).case
    return [f"case {case}", "all"] if case else ["all"]


class Evaluator:
    """Measures any number of taggers on sets that were encoded once.

    Args:
        targets: The sets, from :func:`target_sets` or :func:`source_sets`.
    """

    def __init__(self, targets: Sequence[Target]) -> None:
        self.targets = list(targets)

    def measure(self, logits: Predict) -> tuple[dict[str, tuple[Counts, Counts]], dict[str, int]]:
        """Counts of each sentence of each set, and how often each kind of error was made in all of them."""
        counts: dict[str, tuple[Counts, Counts]] = {}
        kinds: Counter[str] = Counter()
        for target in self.targets:
            gold = [list(s.tags) for s in target.sentences]
            found = [viterbi(x) for x in logits(target.encoded)]
            counts[target.name] = (entity_counts(gold, found), position_counts(gold, found, target.phones))
            kinds.update(outcome.kind.value for outcome in pair_entities(gold, found))
        return counts, dict(kinds)

    def measure_model(self, model: IpanerForNer) -> tuple[dict[str, tuple[Counts, Counts]], dict[str, int]]:
        """The same for a network, which is run in bfloat16."""
        model.eval()
        with torch.autocast("cpu", torch.bfloat16):
            return self.measure(lambda corpus: predict(model, corpus))

    def head_inputs(self, model: IpanerForNer, sentences: int = 10) -> NDArray[np.float32]:
        """What the head reads for the words of the first sentences of each set, shape (words, hidden)."""
        kept: list[NDArray[np.float32]] = []
        hook = model.head.register_forward_pre_hook(lambda _, inputs: kept.append(inputs[0].float().numpy()))
        try:
            for target in self.targets:
                few = first_sentences(target.encoded, sentences)
                for i in range(len(few)):
                    predict(model.eval(), first_sentences(few, 1, i))
        finally:
            hook.remove()
        return np.concatenate([x.reshape(-1, x.shape[-1]) for x in kept])


def target_sets(
    data: Path, profile: str, sets: Sets, *, broad: bool = False, cache: WordCache | None = None
) -> list[Target]:
    """Validation sets of the target languages.

    Args:
        data: Folder of target corpora: ``CORPUS/LANGUAGE/validation.jsonl.gz``.
        profile: Transcription profile; ``published`` reads a corpus's own ``ipa``.
        sets: Which sets, and how many sentences of each (the first).
        broad: Whether phonemes are broad.
        cache: Words transcribed earlier.

    Raises:
        ConfigError: If the folder holds none of the sets.
    """
    out = []
    found = find_splits(data, "validation")
    for corpus, wanted in ((WIKIANN, None), *NEWS.items()):
        limit = sets.wikiann if corpus == WIKIANN else sets.news
        for language, path in sorted(found.get(corpus, {}).items()):
            if limit == 0 or any(codes is not None and language not in codes for codes in (wanted, sets.languages)):
                continue
            sentences = [s for s in read_corpus(path)[:limit] if len(s.tokens) <= _LONGEST]
            out.append(
                _target(f"{corpus}/{language}", sentences, Transcriber(language, profile, broad=broad, cache=cache))
            )
    if not out:
        raise ConfigError(f"{data} holds no validation set of the target languages, such as {WIKIANN}/sin")
    return out


def source_sets(config: TrainConfig, data: Path, *, limit: int = 150, cache: WordCache | None = None) -> list[Target]:
    """Validation sets of the source languages that a training configuration keeps out: what settings are chosen by."""
    out = []
    for source in config.validation:
        for language in sorted(set(source.languages) & set(config.hold_out)):
            sentences = read_corpus(find_corpus(data, source.corpus, language, source.split))[:limit]
            kept = [s for s in sentences if len(s.tokens) <= _LONGEST]
            transcriber = Transcriber(language, config.profile, broad=config.broad, cache=cache)
            out.append(_target(f"{source.corpus}/{language}", kept, transcriber))
    if not out:
        raise ConfigError(f"{config.name} keeps no language out that it has validation data of")
    return out


def _target(name: str, sentences: Sequence[Sentence], transcriber: Transcriber) -> Target:
    phones = [phone_counts(s.tokens, s.ipa, transcriber.language.code) for s in sentences]
    return Target(name, sentences, phones, encode_target(name, sentences, transcriber, Vocabulary.load()))


def encode_target(
    name: str, sentences: Sequence[Sentence], transcriber: Transcriber, vocabulary: Vocabulary
) -> EncodedCorpus:
    """Encode annotated sentences as they are tagged in use: profile ``published`` reads the corpus's own ``ipa``."""
    own = transcriber.profile == "published"
    types: dict[tuple[str, str | None], int] = {}
    rows, phonemes, shapes = [], [], []
    for sentence in sentences:
        ipa = sentence.ipa if own else None
        row = []
        for token, given, word in zip(
            sentence.tokens, ipa or [None] * len(sentence.tokens), transcriber.tokens(sentence.tokens, ipa), strict=True
        ):
            if (token, given) not in types:
                types[token, given] = len(types)
                phonemes.append(np.array(vocabulary.encode(word), dtype=np.int16))
                shapes.append(shape_features(word.text, word.status))
            row.append(types[token, given])
        rows.append(np.array(row, dtype=np.int32))
    column = {label: i for i, label in enumerate(LABELS)}
    return EncodedCorpus(
        name=name,
        phonemes=phonemes,
        shapes=np.array(shapes, dtype=np.float32).reshape(len(types), len(SHAPE_FEATURES)),
        sentences=rows,
        labels=[np.array([column[tag] for tag in repair(s.tags)], dtype=np.int8) for s in sentences],
        backend=transcriber.fingerprint["backends"],
    )


def first_sentences(corpus: EncodedCorpus, number: int, start: int = 0) -> EncodedCorpus:
    """A corpus cut down to some of its sentences."""
    part = slice(start, start + number)
    return replace(corpus, sentences=corpus.sentences[part], labels=corpus.labels[part])


def errors_of(kinds: Mapping[str, int]) -> dict[str, float]:
    """Kinds of outcome as percent of all."""
    total = sum(kinds.values())
    return {kind: 100 * n / total for kind, n in sorted(kinds.items())} if total else {}
