"""Pairs as arrays of phoneme ids, and the batches that contrast them."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from ipaner.corpora.registry import Stage, check
from ipaner.document import Status, Word
from ipaner.errors import ConfigError
from ipaner.pairs import Pair, from_ipa, held_out, select
from ipaner.training.contrastive.config import PairChoice
from ipaner.transcription import Vocabulary
from ipaner.transcription.distance import distances

Ids = list[list[int]]
"""Phoneme ids of each word of a name."""

_TRIED = 200
"""Words looked at when one is wanted that is near in sound."""


@dataclass(frozen=True, slots=True)
class EncodedPairs:
    """Pairs ready for a network.

    Attributes:
        pairs: The pairs.
        anchors: Phoneme ids of the English side.
        partners: Phoneme ids of the other side.
        related: For each English transcription, all transcriptions that belong to it in the whole table.
    """

    pairs: list[Pair]
    anchors: list[Ids]
    partners: list[Ids]
    related: Mapping[str, frozenset[str]]

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self.pairs)

    def belong(self, rows: Sequence[int], columns: Sequence[int] | None = None) -> Tensor:
        """True where the English word of a row and the other word of a column are known to belong together.

        Every pair of the table counts, also of the held-out part: an unknown relative is the only false negative left.
        """
        others = [self.pairs[j].ipa for j in (rows if columns is None else columns)]
        known = [self.related[self.pairs[i].english_ipa] for i in rows]
        return torch.tensor([[ipa in partners for ipa in others] for partners in known])


def choose_pairs(table: Sequence[Pair], choice: PairChoice, protocol: str, seed: int) -> list[Pair]:
    """The pairs that a configuration asks for, without the held-out part.

    Raises:
        ConfigError: If the protocol forbids a language, or nothing is left.
    """
    there = sorted({pair.language for pair in table})
    wanted = choice.languages if choice.languages is not None else dict.fromkeys(there)
    chosen: list[Pair] = []
    for language, size in wanted.items():
        if language not in there:
            raise ConfigError(f"The table holds no pairs of '{language}'. Languages there: {', '.join(there)}")
        check(protocol, Stage.CONTRASTIVE, "pairs", language)
        own = [p for p in table if p.language == language and not held_out(p) and _wanted(p, choice)]
        if choice.distinct is not None:
            own = _distinct(select(own, None, seed), choice.distinct)
        chosen += select(own, size, seed)
    if not chosen:
        raise ConfigError(
            f"No pair is left after choosing among {len(table)}: relations {choice.relations}, sources "
            f"{choice.sources}, max_distance {choice.max_distance}. Widen the choice, or build a larger table"
        )
    if choice.partners == "permuted":
        return _permuted(chosen, seed)
    if choice.partners == "neighbours":
        return _neighbours(chosen, seed)
    return chosen


def relatives(table: Sequence[Pair]) -> Mapping[str, frozenset[str]]:
    """For each English transcription all that belongs to it, also through another pronunciation of the same word."""
    related: dict[str, set[str]] = defaultdict(set)
    words: dict[str, set[str]] = defaultdict(set)
    for pair in table:
        related[pair.english_ipa].add(pair.ipa)
        words[pair.english.casefold()].add(pair.english_ipa)
    for readings in words.values():
        if len(readings) > 1:
            together = set().union(*(related[ipa] for ipa in readings))
            for ipa in readings:
                related[ipa] |= together
    return {ipa: frozenset(partners) for ipa, partners in related.items()}


def encode_pairs(
    pairs: Sequence[Pair], vocabulary: Vocabulary, related: Mapping[str, frozenset[str]] | None = None
) -> EncodedPairs:
    """Phoneme ids of pairs; ``related`` tells of relatives beyond them (:func:`relatives` of the whole table).

    Example:
        >>> pair = Pair("kor", "coffee", "커피", "loanword", "", "", english_ipa="k ɔ f i", ipa="kʰ ʌ pʰ i")
        >>> encode_pairs([pair], Vocabulary.load()).belong([0]).tolist()
        [[True]]
    """
    known = dict(related or {})
    for ipa, partners in relatives(pairs).items():
        known[ipa] = known.get(ipa, frozenset()) | partners
    return EncodedPairs(
        pairs=list(pairs),
        anchors=[_ids(pair.english_ipa, vocabulary) for pair in pairs],
        partners=[_ids(pair.ipa, vocabulary) for pair in pairs],
        related=known,
    )


def pad(items: Sequence[Ids]) -> Tensor:
    """Put names into one array of shape (names, words, phones), filled up with 0."""
    words = max(len(item) for item in items)
    phones = max(len(word) for item in items for word in item)
    out = np.zeros((len(items), words, phones), dtype=np.int64)
    for i, item in enumerate(items):
        for j, word in enumerate(item):
            out[i, j, : len(word)] = word
    return torch.from_numpy(out)


def batches(size: int, batch: int, steps: int, seed: int) -> Iterator[list[int]]:
    """Rows of each step: whole epochs in random order one after another, a batch never short and never twice the same.

    Raises:
        ConfigError: If there are fewer rows than a batch.
    """
    if size < batch:
        raise ConfigError(
            f"{size} pairs are fewer than a batch of {batch}. Set schedule.pairs_per_batch to at most {size}, or "
            "choose more pairs"
        )
    rng = np.random.default_rng(seed)
    done = 0
    while done < steps:
        order = rng.permutation(size)
        for start in range(0, size - batch + 1, batch):
            if done == steps:
                return
            done += 1
            yield [int(i) for i in order[start : start + batch]]


def near_but_unrelated(data: EncodedPairs, number: int, seed: int) -> list[list[int]]:
    """For each pair, rows of words of its language that sound like the English word but do not belong to it.

    They are the nearest by articulatory distance among words drawn at random.
    """
    rows: dict[str, list[int]] = defaultdict(list)
    for i, pair in enumerate(data.pairs):
        rows[pair.language].append(i)
    rng = random.Random(seed)
    drawn = []
    for pair in data.pairs:
        own = data.related[pair.english_ipa]
        others = rng.sample(rows[pair.language], min(_TRIED, len(rows[pair.language])))
        drawn.append([j for j in others if data.pairs[j].ipa not in own])
    both = [(data.pairs[i].english_ipa, data.pairs[j].ipa) for i, js in enumerate(drawn) for j in js]
    flat = distances([english for english, _ in both], [other for _, other in both])
    ends = np.cumsum([len(js) for js in drawn])[:-1]
    return [
        [js[k] for k in np.argsort(values, kind="stable")[:number]]
        for js, values in zip(drawn, np.split(flat, ends), strict=True)
    ]


def _wanted(pair: Pair, choice: PairChoice) -> bool:
    return (
        (choice.relations is None or pair.relation in choice.relations)
        and (choice.sources is None or pair.source.startswith(tuple(choice.sources)))
        and (choice.max_distance is None or (pair.distance is not None and pair.distance <= choice.max_distance))
    )


def _ids(ipa: str, vocabulary: Vocabulary) -> Ids:
    return [vocabulary.encode(Word("", 0, 0, tuple(phones), Status.OK)) for phones in from_ipa(ipa)]


def _permuted(pairs: Sequence[Pair], seed: int) -> list[Pair]:
    """Each English word with the partner of another pair of the same language."""
    out = list(pairs)
    rng = random.Random(seed)
    for language in sorted({pair.language for pair in pairs}):
        rows = [i for i, pair in enumerate(pairs) if pair.language == language]
        rng.shuffle(rows)
        for here, there in zip(rows, rows[1:] + rows[:1], strict=True):
            out[here] = replace(pairs[here], word=pairs[there].word, ipa=pairs[there].ipa, distance=None)
    return out


def _neighbours(pairs: Sequence[Pair], seed: int) -> list[Pair]:
    """Each English word with a word of the same language that sounds like it and does not belong to it."""
    near = near_but_unrelated(encode_pairs(pairs, Vocabulary.load()), 1, seed)
    return [
        replace(pair, word=pairs[rows[0]].word, ipa=pairs[rows[0]].ipa, distance=None)
        for pair, rows in zip(pairs, near, strict=True)
        if rows
    ]


def _distinct(pairs: Sequence[Pair], least: float) -> list[Pair]:
    """Of pairs in order, those whose other word is at least so far from each one kept before."""
    kept: list[Pair] = []
    for pair in pairs:
        phones = len(pair.ipa.split())
        rivals = [p for p in kept if abs(len(p.ipa.split()) - phones) <= least * max(phones, 1) + 1]
        if not rivals or distances([pair.ipa] * len(rivals), [p.ipa for p in rivals]).min() >= least:
            kept.append(pair)
    return kept
