"""Run a tagger over sentences with gold labels, and measure it.

The tagger and the count of phonemes come in as functions, so that any system can be measured: the runtime, a checkpoint
in training, a baseline of three lines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from ipaner.corpora import Sentence
from ipaner.errors import FormatError
from ipaner.evaluation.calibration import Calibration, measure_calibration
from ipaner.evaluation.metrics import (
    Score,
    Tags,
    entity_counts,
    macro_f1,
    micro_f1,
    position_counts,
    position_macro_f1,
    strict_f1,
)
from ipaner.evaluation.outcomes import pair_entities
from ipaner.evaluation.report import Comparison, CorpusResult, LanguageResult, Positions
from ipaner.evaluation.significance import RESAMPLES, Interval, bootstrap, paired_test, same_sentences
from ipaner.labels import LABELS, to_spans


class TaggedSentence(Protocol):
    """What a tagger says of a sentence, such as the runtime's ``TaggedTokens``."""

    @property
    def tags(self) -> Sequence[str]:
        """One IOB2 label a word."""

    @property
    def scores(self) -> Sequence[float] | None:
        """One probability for each entity, in the order of ``labels.to_spans(tags)``, or None."""


TagSentences = Callable[[Sequence[Sentence], str], Sequence[TaggedSentence]]
"""Tags tokenised sentences of one language: (sentences, language) -> one answer a sentence, in order. It sees the gold
labels too, since it is given whole sentences for the sake of a corpus's own ``ipa``; it must not look at them."""


def evaluate(
    tag_sentences: TagSentences,
    sentences_by_language: Mapping[str, Sequence[Sentence]],
    phone_counts: Callable[[Sentence, str], Sequence[int]],
    *,
    labels: Sequence[str] = LABELS,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> CorpusResult:
    """Tag sentences and measure the answers against their gold labels.

    Args:
        tag_sentences: The tagger.
        sentences_by_language: Sentences with gold labels, by language code.
        phone_counts: Number of phonemes of each word of a sentence, at least 1: from the sentence's ``ipa`` where it
            has one, else from our own transcription.
        labels: The label set.
        seed: Seed of the bootstrap.
        resamples: Resamples of each interval.

    Raises:
        FormatError: If there are no sentences, or a label is not in the label set.
        ValueError: If the tagger answers with another number of sentences, labels or scores than it was asked for.
    """
    if not sentences_by_language:
        raise FormatError("There is no language to evaluate. Name at least one that the data holds.")
    languages = {}
    for language, sentences in sentences_by_language.items():
        if not sentences:
            raise FormatError(f"There are no sentences of {language!r} to evaluate.")
        tagged = tag_sentences(sentences, language)
        phones = [phone_counts(sentence, language) for sentence in sentences]
        try:
            languages[language] = measure(
                [s.tags for s in sentences],
                [t.tags for t in tagged],
                phones,
                scores=[t.scores for t in tagged],
                name=language,
                positions=_positions(sentences),
                labels=labels,
                seed=seed,
                resamples=resamples,
            )
        except (FormatError, ValueError) as error:
            raise type(error)(f"{language}: {error}") from error
    return CorpusResult.of(languages, seed, resamples)


def measure(
    gold: Sequence[Tags],
    predicted: Sequence[Tags],
    phone_counts: Sequence[Sequence[int]],
    *,
    scores: Sequence[Sequence[float] | None],
    name: str,
    positions: Positions,
    labels: Sequence[str] = LABELS,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> LanguageResult:
    """Measure the answers for one language.

    Args:
        gold: Gold IOB2 labels of each sentence.
        predicted: Predicted labels of the same sentences.
        phone_counts: Number of phonemes of each word, at least 1.
        scores: For each sentence one probability an entity, or None.
        name: The language's code; it names the stream of random numbers, so the interval of a language is the same
            alone or among others.
        positions: Whose phonemes are counted.
        labels: The label set.
        seed: Seed of the bootstrap.
        resamples: Resamples of each interval.

    Raises:
        FormatError: If a label is not in the label set.
        ValueError: If sentences, labels, scores or phone counts differ in number, or a word has no phoneme.
    """
    entities = entity_counts(gold, predicted, labels)
    at_positions = position_counts(gold, predicted, phone_counts, labels)
    with_o = [i for i, tags in enumerate(gold) if "O" in tags]
    without_o = [i for i, tags in enumerate(gold) if "O" not in tags]

    def part(rows: list[int]) -> Score | None:
        return strict_f1([gold[i] for i in rows], [predicted[i] for i in rows], labels).overall if rows else None

    return LanguageResult(
        n_sentences=len(gold),
        strict=strict_f1(gold, predicted, labels),
        strict_interval=Interval.of(bootstrap(entities, micro_f1, name, seed, resamples)),
        position=position_macro_f1(gold, predicted, phone_counts, labels),
        position_interval=Interval.of(bootstrap(at_positions, macro_f1, name, seed, resamples)),
        positions=positions,
        strict_with_o=part(with_o),
        strict_without_o=part(without_o),
        outcomes=tuple(pair_entities(gold, predicted)),
        calibration=_calibration(gold, predicted, scores),
        entity_counts=entities,
        position_counts=at_positions,
    )


def compare(first: CorpusResult, second: CorpusResult, *, seed: int = 0, resamples: int = RESAMPLES) -> Comparison:
    """Paired comparison of two systems measured on the same sentences, such as a model and its blind twin.

    Raises:
        ValueError: If the two were not measured on the same sentences.
    """
    strict = paired_test(
        {name: r.entity_counts for name, r in first.languages.items()},
        {name: r.entity_counts for name, r in second.languages.items()},
        micro_f1,
        seed,
        resamples,
    )
    a = {name: r.position_counts for name, r in first.languages.items()}
    b = {name: r.position_counts for name, r in second.languages.items()}
    return Comparison(strict, paired_test(a, b, macro_f1, seed, resamples) if same_sentences(a, b) else None)


def _positions(sentences: Sequence[Sentence]) -> Positions:
    published = {sentence.ipa is not None for sentence in sentences}
    return "mixed" if len(published) > 1 else "published" if published.pop() else "own"


def _calibration(
    gold: Sequence[Tags], predicted: Sequence[Tags], scores: Sequence[Sequence[float] | None]
) -> Calibration | None:
    probabilities: list[float] = []
    right: list[bool] = []
    for number, (true, guess, values) in enumerate(zip(gold, predicted, scores, strict=True)):
        if values is None:
            return None
        spans, wanted = to_spans(guess), set(to_spans(true))
        if len(values) != len(spans):
            raise ValueError(f"sentence {number} has {len(spans)} predicted entities but {len(values)} scores")
        probabilities += values
        right += [span in wanted for span in spans]
    return measure_calibration(probabilities, right)
