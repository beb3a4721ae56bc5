"""Contrastive alignment of a trained tagger in one arm of an experiment, measured before and after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ipaner.errors import MissingExtra
from ipaner.evaluation.alignment import unit
from ipaner.experiments.cells import STAGE_1, TWIN, Cell
from ipaner.experiments.runner import Context
from ipaner.model.adapter import merge_adapter
from ipaner.model.checkpoint import Description
from ipaner.model.ner import IpanerForNer
from ipaner.pairs import Pair, held_out, select
from ipaner.settings import validated
from ipaner.training.contrastive import (
    AlignConfig,
    choose_pairs,
    contrast,
    embed,
    encode_pairs,
)
from ipaner.training.contrastive.run import NerBatches, load_ner
from ipaner.transcription import Vocabulary

_DRAWN = 100
"""Pairs in a projection."""
_RANDOM = "random_adapter"
"""Key of an arm: train as usual, then put noise of the same norm in the place of every update."""

_BOLDER = "o_logit"
"""Key of an arm: train nothing, but add this to the logit of O; below 0 the tagger marks more."""


def run_cell(arm: str, base: str, seed: int, context: Context) -> Cell:
    """Align the base as the arm says, and measure it."""
    experiment = context.experiment
    model, description = context.load(base, arm)
    evaluator = context.evaluator(description)
    facts: dict[str, Any] = {}
    before = _head_inputs(context, base, arm, model, description)
    if arm not in (STAGE_1, TWIN):
        values = experiment.common | experiment.arms[arm]
        if _BOLDER in values:
            return _bolder(arm, base, seed, float(values[_BOLDER]), context)
        noise = bool(values.pop(_RANDOM, False))
        config = validated(AlignConfig, {"name": arm, "seed": seed}, values, f"{experiment.name}, arm {arm}")
        table = context.table(description)
        chosen = choose_pairs(table, config.pairs, description.protocol, seed)
        ner = _ner(config, context) if config.joint else None
        trace = contrast(
            model, encode_pairs(chosen, Vocabulary.load(), context.relatives(description)), config, ner=ner
        )
        if noise:
            replace_by_noise(model, seed)
        merge_adapter(model)
        facts["trace"] = trace.as_json()
        facts["drift"] = drift(before, evaluator.head_inputs(model))
    facts["space"] = context.probe(description).measure(model, bf16=True).as_json()
    if experiment.settings.get("words"):
        facts["words"] = projections(model, context.table(description), str(experiment.settings["words"]), seed)
    counts, kinds = evaluator.measure_model(model)
    facts["outcomes"] = kinds
    return Cell(arm, base, seed, counts, facts)


def _bolder(arm: str, base: str, seed: int, change: float, context: Context) -> Cell:
    """The base, only bolder or shyer."""
    model, description = context.load(base)
    with torch.no_grad():
        model.head.bias[model.config.label2id["O"]] += change
    counts, kinds = context.evaluator(description).measure_model(model)
    return Cell(arm, base, seed, counts, {"outcomes": kinds})


def drift(before: NDArray[np.float32], after: NDArray[np.float32]) -> dict[str, float]:
    """How far the head's inputs moved: mean length of the change relative to the vector, and mean cosine, percent."""
    lengths = np.linalg.norm(before, axis=1).clip(1e-9)
    return {
        "relative_change": float(100 * (np.linalg.norm(after - before, axis=1) / lengths).mean()),
        "cosine": float(100 * (unit(before) * unit(after)).sum(axis=1).mean()),
    }


def projections(model: IpanerForNer, table: Sequence[Pair], language: str, seed: int) -> dict[str, Any]:
    """Held-out pairs of a language in two dimensions, by PCA and by t-SNE (van der Maaten & Hinton, 2008)."""
    try:
        from sklearn.decomposition import PCA
        from sklearn.manifold import TSNE
    except ModuleNotFoundError as error:
        raise MissingExtra("Projecting words", "plots") from error
    pairs = select([p for p in table if p.language == language and held_out(p)], _DRAWN, seed=0)
    data = encode_pairs(pairs, Vocabulary.load())
    vectors = unit(np.concatenate([embed(model, data.anchors), embed(model, data.partners)]))
    tsne = TSNE(metric="cosine", init="pca", perplexity=min(30, len(vectors) // 4), random_state=seed)
    flat = {"PCA": PCA(2, random_state=seed).fit_transform(vectors), "t-SNE": tsne.fit_transform(vectors)}
    half = len(pairs)
    return {k: {"anchors": v[:half].round(4).tolist(), "partners": v[half:].round(4).tolist()} for k, v in flat.items()}


def replace_by_noise(model: IpanerForNer, seed: int) -> None:
    """Put random matrices in the place of an adapter's, each update keeping its rank and Frobenius norm."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        module: Any
        for module in model.encoder.modules():
            if not (hasattr(module, "lora_A") and "default" in module.lora_A):
                continue
            down, up = module.lora_A["default"].weight, module.lora_B["default"].weight
            norm = (up.flatten(1) @ down.flatten(1)).norm()
            down.copy_(torch.randn(down.shape, generator=generator))
            up.copy_(torch.randn(up.shape, generator=generator))
            up.mul_(norm / (up.flatten(1) @ down.flatten(1)).norm())


def _head_inputs(
    context: Context, base: str, arm: str, model: IpanerForNer, description: Description
) -> NDArray[np.float32]:
    key = f"head inputs {base} {arm == TWIN}"
    if key not in context.shared:
        context.shared[key] = context.evaluator(description).head_inputs(model)
    kept: NDArray[np.float32] = context.shared[key]
    return kept


def _ner(config: AlignConfig, context: Context) -> NerBatches:
    if "ner" not in context.shared:
        cache = context.cache.path if context.cache else None
        context.shared["ner"] = load_ner(config, context.data / "source", cache)
    batches: NerBatches = context.shared["ner"]
    return batches
