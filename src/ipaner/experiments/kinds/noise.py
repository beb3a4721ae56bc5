"""Tag with wrong phones: F1 against phone error rate, without training anything anew."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict, Field

from ipaner import languages
from ipaner.errors import IpanerError
from ipaner.experiments.cells import STAGE_1, TWIN, Cell
from ipaner.experiments.runner import Context
from ipaner.languages.measured import Measured, measured
from ipaner.settings import validated
from ipaner.training.data import EncodedCorpus
from ipaner.training.validation import predict
from ipaner.transcription import Vocabulary
from ipaner.transcription.noise import Noise, error_rates
from ipaner.transcription.vocabulary import LONGEST

_COUNTED = 300
"""Word types of a language whose error rate is counted."""


class _Arm(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["uniform", "articulatory"]
    rate: float = Field(ge=0, le=1)


def run_cell(arm: str, base: str, seed: int, context: Context) -> Cell:
    """Measure the base on words with errors; stage 1 and the twin as they are.

    A word type has the same errors wherever it stands in a cell, and those at a lower rate are among those at a higher
    one. Errors come on top of what the transcription got wrong already.
    """
    model, description = context.load(base, arm)
    evaluator = context.evaluator(description)
    facts: dict[str, Any] = {}
    if arm in (STAGE_1, TWIN):
        counts, kinds = evaluator.measure_model(model)
        codes = [target.name.split("/")[1] for target in evaluator.targets]
        facts["measured"] = measured_errors(codes, description.profile)
    else:
        experiment = context.experiment
        wanted = validated(_Arm, {}, experiment.common | experiment.arms[arm], f"{experiment.name}, arm {arm}")
        clean = [target.encoded for target in evaluator.targets]
        corrupted = corrupt_corpora(clean, wanted.kind, wanted.rate, seed)
        with torch.autocast("cpu", torch.bfloat16):
            counts, kinds = evaluator.measure(lambda corpus: predict(model, corrupted[corpus.name]))
        facts["noise"] = wanted.model_dump() | realised_errors(clean, corrupted)
    facts["outcomes"] = kinds
    return Cell(arm, base, seed, counts, facts)


def corrupt_corpora(
    corpora: Sequence[EncodedCorpus], kind: Literal["uniform", "articulatory"], rate: float, seed: int
) -> dict[str, EncodedCorpus]:
    """Corpora with errors in their phones, by name; a language's phones are those its corpora have."""
    vocabulary = Vocabulary.load()
    by_language: dict[str, list[EncodedCorpus]] = defaultdict(list)
    for corpus in corpora:
        by_language[_language(corpus)].append(corpus)
    out: dict[str, EncodedCorpus] = {}
    for language, own in by_language.items():
        there = {int(i) for corpus in own for word in corpus.phonemes for i in word}
        noise = Noise((vocabulary.symbols[i] for i in there if vocabulary.is_letter(i)), kind)
        for corpus in own:
            phonemes = []
            for word in corpus.phonemes:
                phones = [vocabulary.symbols[i] for i in word]
                # The seed knows the word but not the rate, so that rates share their errors
                rng = random.Random(f"{seed} {language} {' '.join(phones)}")
                ids = [vocabulary.id(phone) for phone in noise.corrupt(phones, rate, rng)]
                phonemes.append(np.array(ids[:LONGEST], dtype=np.int16))
            out[corpus.name] = replace(corpus, phonemes=phonemes)
    return out


def realised_errors(clean: Sequence[EncodedCorpus], corrupted: Mapping[str, EncodedCorpus]) -> dict[str, Any]:
    """PER and FPER that came out, by language and as the mean of languages, of word types drawn at random."""
    vocabulary = Vocabulary.load()
    words: dict[str, list[tuple[list[str], list[str]]]] = defaultdict(list)
    for corpus in clean:
        for before, after in zip(corpus.phonemes, corrupted[corpus.name].phonemes, strict=True):
            if any(vocabulary.is_letter(int(i)) for i in before):
                pair = [vocabulary.symbols[i] for i in before], [vocabulary.symbols[i] for i in after]
                words[_language(corpus)].append(pair)
    rng = random.Random(0)
    rates = {
        language: error_rates(rng.sample(pairs, min(_COUNTED, len(pairs)))) for language, pairs in sorted(words.items())
    }
    return {
        "per": float(np.mean([per for per, _ in rates.values()])),
        "fper": float(np.mean([fper for _, fper in rates.values()])),
        "languages": {language: {"per": per, "fper": fper} for language, (per, fper) in rates.items()},
    }


def measured_errors(codes: Sequence[str], profile: str) -> dict[str, dict[str, float]]:
    """PER and FPER of a profile against attested pronunciations, for those of the languages that have any.

    Example:
        >>> sorted(measured_errors(["sin", "ina"], "core"))
        ['ina', 'sin']
    """
    out = {}
    for code in sorted(set(codes)):
        row = _measured(code, profile)
        if row is not None:
            out[code] = {"per": row.per, "fper": row.fper, "words": float(row.words)}
    return out


def _measured(code: str, profile: str) -> Measured | None:
    try:
        language = languages.get(code)
    except IpanerError:
        return None
    rows = [row for row in measured(language) if row.profile == profile]
    own = [row for row in rows if row.script == language.scripts[0]]
    return next(iter(own or rows), None)


def _language(corpus: EncodedCorpus) -> str:
    return corpus.name.split("/")[1]
