"""Contrastive alignment of a trained tagger: adapter on, contrast, projection dropped, adapter merged, head kept.

The method is IPAC (Sohn & Mortensen, 2025). A run takes seconds to minutes, so an interrupted one is made again.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import torch
import transformers
import yaml
from torch import Tensor, nn

from ipaner.errors import ConfigError, ModelFileError
from ipaner.files import atomic_write
from ipaner.model.adapter import add_adapter, merge_adapter, save_adapter, trainable
from ipaner.model.checkpoint import load_checkpoint, save_checkpoint
from ipaner.model.ner import IpanerForNer
from ipaner.pairs import Pair
from ipaner.training.config import read_config
from ipaner.training.contrastive.config import AlignConfig
from ipaner.training.contrastive.data import (
    EncodedPairs,
    batches,
    choose_pairs,
    encode_pairs,
    near_but_unrelated,
    pad,
    relatives,
)
from ipaner.training.contrastive.pool import pairs_for, read_table
from ipaner.training.contrastive.space import CLEAR_RISE, NameVectors, Probe, SpaceReport
from ipaner.training.data import Mixture, MixtureSampler
from ipaner.training.losses import info_nce
from ipaner.training.ner import training_data
from ipaner.transcription import Vocabulary, WordCache
from ipaner.transcription.representations import symbols

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Trace:
    """How a contrast went.

    Attributes:
        pairs: Pairs trained on.
        by_language: How many of each language.
        steps: Optimiser steps.
        losses: Contrastive loss of each step.
        trainable: Parameters of adapter, projection and, in the joint form, head.
        minutes: Wall time.
    """

    pairs: int
    by_language: dict[str, int]
    steps: int
    losses: list[float]
    trainable: dict[str, int]
    minutes: float

    def as_json(self) -> dict[str, Any]:
        """Plain values; of the losses the first, and the mean of the last ten."""
        last = self.losses[-10:]
        return {
            "pairs": self.pairs,
            "by_language": self.by_language,
            "steps": self.steps,
            "first_loss": self.losses[0],
            "last_loss": sum(last) / len(last),
            "trainable": self.trainable,
            "minutes": self.minutes,
        }


@dataclass(frozen=True, slots=True)
class NerBatches:
    """Annotated sentences for the joint form."""

    mixture: Mixture
    weights: list[float]

    def draw(self, words: int, steps: int, seed: int) -> Iterator[dict[str, Tensor]]:
        """Batches for so many steps."""
        sizes = [len(corpus) for corpus in self.mixture.corpora]
        sampler = MixtureSampler(self.mixture.lengths(), sizes, self.weights, words, steps, seed)
        for rows in sampler:
            yield self.mixture.collate([self.mixture[i] for i in rows])


class Further(Protocol):
    """A further loss on the same batches, with parameters of its own that are dropped afterwards."""

    learning_rate: float

    def parameters(self) -> Iterator[nn.Parameter]:
        """What learns, at :attr:`learning_rate`."""

    def start(self, projection: nn.Module) -> None:
        """Told the projection before the first batch."""

    def __call__(self, rows: Sequence[int], anchors: Tensor, partners: Tensor) -> Tensor:
        """The loss of pairs ``rows``, whose projected vectors of shape (rows, width) are given; it is added."""


def contrast(
    model: IpanerForNer,
    data: EncodedPairs,
    config: AlignConfig,
    *,
    ner: NerBatches | None = None,
    further: Further | None = None,
    log_every: int = 50,
) -> Trace:
    """Put an adapter on a model and train it with InfoNCE, in place; the adapter stays on.

    Args:
        model: A trained tagger. Its head is frozen, except in the joint form.
        data: The pairs to train on.
        config: How.
        ner: Annotated sentences, in the joint form.
        further: A further loss, such as that of :mod:`ipaner.training.contrastive.audio`.
        log_every: Steps between two lines of the log.

    Raises:
        ConfigError: If there are fewer pairs than a batch.
    """
    began = time.monotonic()
    schedule, how = config.schedule, config.contrast
    batch = schedule.pairs_per_batch
    steps = schedule.steps or max(1, round(schedule.epochs * max(len(data) // batch, 1)))
    rows = batches(len(data), batch, steps, config.seed)
    first = next(rows)  # too few pairs are told before anything is changed
    transformers.set_seed(config.seed)
    add_adapter(model, **config.adapter.model_dump())
    names = NameVectors(model, how.pooling)
    width = model.head.in_features
    device = next(model.parameters()).device
    projection = nn.Linear(width, how.projection).to(device) if how.projection else nn.Identity()
    if ner is not None:
        model.head.requires_grad_(True)
    learning = [p for module in (model, projection) for p in module.parameters() if p.requires_grad]
    groups: list[dict[str, Any]] = [{"params": learning}]
    if further is not None:
        further.start(projection)
        groups.append({"params": list(further.parameters()), "lr": further.learning_rate})
    optimiser = torch.optim.AdamW(groups, lr=schedule.learning_rate, weight_decay=schedule.weight_decay)
    warmup = int(schedule.warmup * steps)
    pace = transformers.get_linear_schedule_with_warmup(optimiser, warmup, steps)
    hard = near_but_unrelated(data, how.hard_negatives, config.seed) if how.hard_negatives else None
    sentences = ner.draw(config.joint.words_per_batch, steps, config.seed) if ner and config.joint else None
    model.train()
    losses: list[float] = []
    for step, chosen in enumerate(_chain(first, rows), start=1):
        with torch.autocast(device.type, torch.bfloat16, enabled=schedule.bf16):
            loss, anchors, partners = _loss(names, projection, data, chosen, config, hard, device)
            losses.append(float(loss.detach()))
            loss = how.weight * loss
            if further is not None:
                loss = loss + further(chosen, anchors, partners)
            if sentences is not None and config.joint is not None:
                inputs = {key: value.to(device) for key, value in next(sentences).items()}
                loss = loss + config.joint.weight * model(**inputs).loss
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        for group in groups:
            nn.utils.clip_grad_norm_(group["params"], schedule.clip)
        optimiser.step()
        pace.step()
        if step % log_every == 0 or step == steps:
            logger.info("step %d of %d: contrastive loss %.4f", step, steps, sum(losses[-log_every:]) / log_every)
    model.eval()
    languages = [pair.language for pair in data.pairs]
    return Trace(
        pairs=len(data),
        by_language={code: languages.count(code) for code in sorted(set(languages))},
        steps=steps,
        losses=losses,
        trainable={
            "adapter": trainable(model.encoder),
            "projection": trainable(projection),
            "head": trainable(model.head),
        },
        minutes=(time.monotonic() - began) / 60,
    )


def align(
    config: AlignConfig,
    folder: Path,
    *,
    stage1: Path | None = None,
    data: Path | None = None,
    cache: Path | None = None,
) -> tuple[Path, SpaceReport, SpaceReport]:
    """Align a checkpoint on pairs and write adapter, merged checkpoint and what the contrast did.

    Args:
        config: The run.
        folder: Run folder; holds ``adapter/``, ``checkpoint/``, ``config.yaml`` and ``space.json``.
        stage1: Checkpoint to start from, instead of the configuration's.
        data: Folder of corpora, for the joint form.
        cache: File of the word cache.

    Returns:
        The merged checkpoint, and the geometry of held-out pairs before and after.

    Raises:
        ConfigError: If there is nothing to align, or too little to align it on.
        ModelFileError: If the checkpoint is broken, or was made for another vocabulary.
    """
    base = stage1 or config.stage1
    if base is None:
        raise ConfigError("No checkpoint to align: set stage1 in the configuration, or give --stage1 FOLDER")
    model, description = load_checkpoint(base)
    if description.representation != "ipa":
        raise ModelFileError(
            f"{base} reads '{description.representation}', and pairs are in IPA: it is a control, which "
            "'ipaner experiment run representation' aligns. Take a checkpoint that reads sound"
        )
    words = WordCache(cache) if cache else None
    table = pairs_for(read_table(config.pairs.table), description.profile, description.broad, words)
    chosen = choose_pairs(table, config.pairs, description.protocol, config.seed)
    encoded = encode_pairs(chosen, Vocabulary.load(), relatives(table))
    ner = load_ner(config, data, cache) if config.joint else None
    probe = Probe(table, sorted({pair.language for pair in chosen}))
    before = probe.measure(model.eval(), config.contrast.pooling)
    head = {key: value.clone() for key, value in model.head.state_dict().items()}
    trace = contrast(model, encoded, config, ner=ner)
    after = probe.measure(model, config.contrast.pooling)
    if ner is None and any(not torch.equal(head[key], value) for key, value in model.head.state_dict().items()):
        raise AssertionError("the head has changed")
    save_adapter(model, base, folder / "adapter")
    merge_adapter(model)
    record = _record(config, chosen, trace, before, after)
    named = replace(
        description,
        name=config.name,
        temperature=description.temperature if ner is None else None,
        training=description.training | {"alignment": record},
    )
    save_checkpoint(model, named, folder / "checkpoint")
    with atomic_write(folder / "config.yaml") as file:
        file.write(yaml.safe_dump(config.model_dump(mode="json"), sort_keys=False))
    with atomic_write(folder / "space.json") as file:
        file.write(json.dumps({"before": before.as_json(), "after": after.as_json()}, indent=1) + "\n")
    return folder / "checkpoint", before, after


def load_ner(config: AlignConfig, data: Path | None, cache: Path | None) -> NerBatches:
    """The annotated sentences of the joint form.

    Raises:
        ConfigError: If no folder of corpora was given.
    """
    if config.joint is None or data is None:
        raise ConfigError("The joint form reads annotated sentences: give their folder with --data")
    sources = read_config(config.joint.config)
    corpora, weights, _ = training_data(sources, data, cache, symbols(sources.input.representation))
    return NerBatches(Mixture(corpora), weights)


def _loss(
    names: NameVectors,
    projection: nn.Module,
    data: EncodedPairs,
    rows: Sequence[int],
    config: AlignConfig,
    hard: list[list[int]] | None,
    device: torch.device,
) -> tuple[Tensor, Tensor, Tensor]:
    """InfoNCE of one batch, and the projected vectors of its anchors and partners."""
    how = config.contrast

    def vectors(items: Sequence[list[list[int]]]) -> Tensor:
        out: Tensor = projection(names(pad(items).to(device)))
        return out.float()

    further = sorted({j for i in rows for j in hard[i]}) if hard is not None else []
    if further:
        safe = ~data.belong(rows, further).any(0)  # a hard negative of one pair must not be a partner of another
        further = [j for j, keep in zip(further, safe.tolist(), strict=True) if keep]
    size = len(rows)
    out = vectors(
        [data.anchors[i] for i in rows] + [data.partners[i] for i in rows] + [data.partners[j] for j in further]
    )
    anchors, partners = out[:size], out[size : 2 * size]
    loss = info_nce(
        anchors,
        partners,
        how.temperature,
        symmetric=how.symmetric,
        related=None if how.same_word == "negative" else data.belong(rows).to(device),
        several=how.same_word == "positive",
        negatives=out[2 * size :],
    )
    return loss, anchors, partners


def _record(
    config: AlignConfig, pairs: Sequence[Pair], trace: Trace, before: SpaceReport, after: SpaceReport
) -> dict[str, Any]:
    """What ``ipaner.json`` says of the alignment; no path of this machine."""
    plain: Any = {"stage1": True, "pairs": {"table"}, "joint": {"config"}}
    return {
        "config": config.model_dump(mode="json", exclude=plain),
        "pairs": trace.by_language,
        "sources": sorted({f"{pair.source} ({pair.licence})" for pair in pairs}),
        "steps": trace.steps,
        "trainable": trace.trainable,
        "minutes": trace.minutes,
        "held_out_mrr": {"before": before.held_out_mrr, "after": after.held_out_mrr},
        "valid": after.held_out_mrr >= before.held_out_mrr + CLEAR_RISE,
    }


def _chain(first: list[int], rest: Iterator[list[int]]) -> Iterator[list[int]]:
    yield first
    yield from rest
