"""The contrast with and without synthetic speech beside IPA."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ipaner.errors import ConfigError
from ipaner.experiments.cells import STAGE_1, TWIN, Cell
from ipaner.experiments.runner import Context
from ipaner.model.adapter import merge_adapter
from ipaner.pairs import Pair, held_out, select
from ipaner.settings import validated
from ipaner.training.contrastive import AlignConfig, Probe, choose_pairs, contrast, encode_pairs
from ipaner.training.contrastive.audio import (
    Audio,
    AudioContrast,
    Speech,
    measure_speech,
    synthesise,
    words_of,
)
from ipaner.transcription import Vocabulary

_PREFIX = "audio."
_HELD_OUT = 200
"""Pairs of a language that the audio encoder is measured on."""


def run_cell(arm: str, base: str, seed: int, context: Context) -> Cell:
    """Align the base as the arm says, with speech if it has a value ``audio`` or ``audio.KEY``, and measure it."""
    experiment = context.experiment
    where = f"{experiment.name}, arm {arm}"
    model, description = context.load(base, arm)
    evaluator = context.evaluator(description)
    table = context.table(description)
    languages = _languages(context)
    facts: dict[str, Any] = {}
    if arm not in (STAGE_1, TWIN):
        values = experiment.common | experiment.arms[arm]
        loud = bool(values.pop("audio", False)) or any(key.startswith(_PREFIX) for key in values)
        spoken = {key.removeprefix(_PREFIX): values.pop(key) for key in list(values) if key.startswith(_PREFIX)}
        audio = validated(Audio, {}, spoken, where)
        config = validated(AlignConfig, {"name": arm, "seed": seed}, values, where)
        chosen = choose_pairs(table, config.pairs, description.protocol, seed)
        data = encode_pairs(chosen, Vocabulary.load(), context.relatives(description))
        further = None
        if loud:
            kept = _held_out(table, languages)
            speech = _speech([*chosen, *kept], seed, context)
            further = AudioContrast(data, speech, audio, config.contrast, model.head.in_features, seed)
        trace = contrast(model, data, config, further=further)
        merge_adapter(model)
        facts["trace"] = trace.as_json()
        if further is not None:
            facts["trace"]["trainable"]["audio"] = sum(p.numel() for p in further.parameters())
            spoken_pairs = encode_pairs(kept, Vocabulary.load(), context.relatives(description))
            facts["speech"] = measure_speech(model, further, spoken_pairs, speech)
    if "probe" not in context.shared:
        context.shared["probe"] = Probe(table, languages)
    facts["space"] = context.shared["probe"].measure(model, bf16=True).as_json()
    counts, kinds = evaluator.measure_model(model)
    facts["outcomes"] = kinds
    return Cell(arm, base, seed, counts, facts)


def _languages(context: Context) -> list[str]:
    """Languages that any arm trains on: what every arm's retrieval is measured in, so that arms can be compared."""
    experiment = context.experiment
    wanted = set(experiment.common.get("pairs.languages") or ())
    for values in experiment.arms.values():
        wanted |= set(values.get("pairs.languages") or ())
    if not wanted:
        raise ConfigError(f"{experiment.name}: say with pairs.languages which languages are spoken")
    return sorted(wanted)


def _held_out(table: Sequence[Pair], languages: Sequence[str]) -> list[Pair]:
    return [
        pair
        for language in languages
        for pair in select([p for p in table if p.language == language and held_out(p)], _HELD_OUT, seed=0)
    ]


def _speech(pairs: Sequence[Pair], seed: int, context: Context) -> Speech:
    """Spectra of all words of pairs; kept for the other arms of the same seed, which draw the same pairs."""
    words = words_of(pairs)
    known = context.shared.get("speech")
    if known is None or known[0] != (seed, words):
        known = context.shared["speech"] = ((seed, words), synthesise(words))
    speech: Speech = known[1]
    return speech
