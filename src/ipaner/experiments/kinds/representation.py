"""IPA against romanised and original spelling: same network, sentences, steps and pairs; only the symbols differ."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict, Field

from ipaner.experiments.cells import Cell
from ipaner.experiments.runner import Context
from ipaner.labels import LABELS
from ipaner.model.adapter import merge_adapter
from ipaner.model.checkpoint import Description, load_checkpoint
from ipaner.model.ner import IpanerForNer
from ipaner.pairs import Pair, select
from ipaner.settings import validated
from ipaner.training import TrainConfig, read_config, train
from ipaner.training.contrastive import AlignConfig, Probe, choose_pairs, contrast, encode_pairs, relatives
from ipaner.training.contrastive.space import UNTRAINED
from ipaner.training.data import EncodedCorpus, encode_corpus
from ipaner.training.representation import represent
from ipaner.training.validation import predict
from ipaner.transcription.representations import longest, reader, symbols


class _Arm(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    representation: Literal["ipa", "romanised", "orthographic"]
    aligned: bool = Field(False, description="IPAC on top of stage 1")
    blind: bool = Field(False, description="every letter hidden, in training too")


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    config: Path = Field(description="training configuration of stage 1")
    train: dict[str, Any] = Field(default_factory=dict, description="values of it that are replaced, keys dotted")
    align: dict[str, Any] = Field(default_factory=dict, description="values of the alignment, keys dotted")
    most_pairs: int | None = Field(None, description="so many pairs of a language at most, held-out ones among them")
    report: list[str] = Field(default_factory=list, description="sections that only this report has")


def run_cell(arm: str, base: str, seed: int, context: Context) -> Cell:
    """Train stage 1 in this representation, unless another arm has; align it if the arm says so; measure."""
    experiment = context.experiment
    wanted = validated(_Arm, {}, experiment.common | experiment.arms[arm], f"{experiment.name}, arm {arm}")
    settings = validated(_Settings, experiment.settings, None, f"{experiment.name}, settings")
    model, description = load_checkpoint(_stage_1(wanted, settings, seed, context))
    facts: dict[str, Any] = {"training": _training_facts(description, model)}
    align = validated(AlignConfig, {"name": arm, "seed": seed}, settings.align, f"{experiment.name}, settings.align")
    table, represented = _tables(align, settings, wanted.representation, description, context)
    if wanted.aligned:
        # Chosen by their IPA, so that all representations learn from the same pairs
        chosen = choose_pairs(table, align.pairs, description.protocol, seed)
        there = {_identity(pair): pair for pair in represented}
        pairs = [there[_identity(pair)] for pair in chosen]
        trace = contrast(model, encode_pairs(pairs, symbols(wanted.representation), relatives(represented)), align)
        merge_adapter(model)
        facts["trace"] = trace.as_json()
    languages = sorted({pair.language for pair in table} - set(UNTRAINED))
    there = {_identity(pair): pair for pair in represented}
    probe = Probe(table, languages, symbols(wanted.representation), lambda pair: there[_identity(pair)])
    facts["space"] = probe.measure(model.eval(), bf16=True).as_json()
    evaluator = context.evaluator(description)
    encoded = _encoded(wanted.representation, description, context)
    with torch.autocast("cpu", torch.bfloat16):
        counts, kinds = evaluator.measure(lambda corpus: predict(model, encoded[corpus.name]))
    facts["cut_words"] = _cut(encoded, wanted.representation)
    facts["outcomes"] = kinds
    return Cell(arm, base, seed, counts, facts)


def _stage_1(arm: _Arm, settings: _Settings, seed: int, context: Context) -> Path:
    """Checkpoint of stage 1; the folder's name tells the configuration, so that a changed one is trained anew."""
    values = settings.train | {
        "seed": seed,
        "input.representation": arm.representation,
        "input.blind": arm.blind,
        "name": f"{arm.representation}{'-blind' if arm.blind else ''}-{seed}",
    }
    config: TrainConfig = read_config(settings.config, values)
    digest = hashlib.sha256(config.model_dump_json().encode()).hexdigest()[:8]
    folder = context.work / "stage1" / f"{config.name}-{digest}"
    if not (folder / "checkpoint" / "manifest.json").is_file():
        cache = context.cache.path if context.cache else None
        train(config, context.data / "source", folder, cache=cache)
    return folder / "checkpoint"


def _tables(
    align: AlignConfig, settings: _Settings, representation: str, description: Description, context: Context
) -> tuple[list[Pair], list[Pair]]:
    """Pairs of the languages that are needed, in IPA and as the tagger reads them."""
    if "table" not in context.shared:
        whole = context.table(description)
        codes = set(align.pairs.languages or {pair.language for pair in whole}) | set(UNTRAINED)
        context.shared["table"] = [
            pair
            for code in sorted(codes)
            for pair in select([p for p in whole if p.language == code], settings.most_pairs, seed=0)
        ]
    table: list[Pair] = context.shared["table"]
    key = f"table {representation}"
    if key not in context.shared:
        context.shared[key] = represent(table, representation, context.cache)
    return table, context.shared[key]


def _encoded(representation: str, description: Description, context: Context) -> dict[str, EncodedCorpus]:
    """The sets that are measured as the tagger reads them, by name."""
    evaluator = context.evaluator(description)
    if representation == "ipa":
        return {target.name: target.encoded for target in evaluator.targets}
    key = f"sets {representation}"
    if key not in context.shared:
        context.shared[key] = {
            target.name: encode_corpus(
                target.name,
                target.sentences,
                reader(representation, target.name.split("/")[1], cache=context.cache),
                symbols(representation),
                LABELS,
                max_words=max(len(s.tokens) for s in target.sentences),
            )
            for target in evaluator.targets
        }
    found: dict[str, EncodedCorpus] = context.shared[key]
    return found


def _training_facts(description: Description, model: IpanerForNer) -> dict[str, Any]:
    training = description.training
    scores = [row["strict_f1"] for row in description.metrics.get("validation", {}).values()]
    return {
        "minutes": training["minutes"],
        "steps": training["steps"],
        "parameters": sum(p.numel() for p in model.parameters()),
        "symbols_met": len(training["phones"]),
        "final_loss": training["final_loss"],
        "source_validation_f1": float(np.mean(scores)) if scores else None,
    }


def _cut(encoded: Mapping[str, EncodedCorpus], representation: str) -> float:
    """Percent of word types of the measured sets that fill all the ids a word may have: those that may be cut."""
    lengths = [len(word) for corpus in encoded.values() for word in corpus.phonemes]
    return float(100 * np.mean([length >= longest(representation) for length in lengths]))


def _identity(pair: Pair) -> tuple[str, str, str, str, str]:
    return pair.language, pair.english, pair.word, pair.relation, pair.source
