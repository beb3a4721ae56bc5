"""What a tagger's encoder makes of pairs it was not trained on: the report that every alignment carries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ipaner.evaluation.alignment import Space, measure_space
from ipaner.model.ner import IpanerForNer
from ipaner.pairs import Pair, held_out, select
from ipaner.training.contrastive.data import EncodedPairs, Ids, encode_pairs, pad, relatives
from ipaner.transcription import Vocabulary

UNTRAINED = ("ori", "khm")
"""Languages whose pairs are never trained on: those the paper shows cosines of."""

CLEAR_RISE = 0.5
"""Points of mean reciprocal rank by which retrieval must rise for a contrast to count as valid."""

_ANCHORS, _DISTRACTORS = 200, 999


@dataclass(frozen=True, slots=True)
class SpaceReport:
    """Geometry by language, of held-out pairs and of languages never trained on."""

    languages: Mapping[str, Space]

    @property
    def held_out_mrr(self) -> float:
        """Mean reciprocal rank on held-out pairs, mean over the languages that pairs are trained on."""
        values = [s.retrieval.mrr for code, s in self.languages.items() if code not in UNTRAINED]
        return float(np.mean(values)) if values else float("nan")

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"held_out_mrr": self.held_out_mrr, "languages": {k: asdict(v) for k, v in self.languages.items()}}


class NameVectors(nn.Module):
    """Names (words of phonemes) -> one vector each: the encoder's word vectors, pooled."""

    def __init__(self, model: IpanerForNer, pooling: str = "mean") -> None:
        super().__init__()
        self.model, self.pooling = model, pooling

    def forward(self, phonemes: Tensor) -> Tensor:
        """Map (names, words, phones), 0 for none, to (names, hidden). No word shape is given: case is not sound."""
        batch, words, _ = phonemes.shape
        shape = None
        if self.model.config.shape_features:
            shape = torch.zeros(batch, words, self.model.config.shape_features, device=phonemes.device)
        vectors = self.model.encode(phonemes, shape)
        if self.pooling == "first":
            return vectors[:, 0]
        present = phonemes.ne(0).any(2).to(vectors.dtype).unsqueeze(2)
        pooled: Tensor = (vectors * present).sum(1) / present.sum(1).clamp(min=1.0)
        return pooled


def embed(
    model: IpanerForNer, items: Sequence[Ids], pooling: str = "mean", *, batch: int = 256, bf16: bool = False
) -> NDArray[np.float32]:
    """Vectors of names, shape (names, hidden), from the encoder without projection."""
    training = model.training
    model.eval()
    network = NameVectors(model, pooling)
    device = next(model.parameters()).device
    order = sorted(range(len(items)), key=lambda i: (len(items[i]), max(map(len, items[i]))))
    out = np.zeros((len(items), model.head.in_features), dtype=np.float32)
    with torch.no_grad(), torch.autocast(device.type, torch.bfloat16, enabled=bf16):
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            out[rows] = network(pad([items[i] for i in rows]).to(device)).float().cpu().numpy()
    model.train(training)
    return out


class Probe:
    """Pairs to measure spaces on, chosen and encoded once for any number of models.

    Held-out pairs of ``languages``, and all pairs of the languages never trained on, 200 at most of each. Where a
    language has fewer words than candidates, its other words fill them up.

    Args:
        table: All pairs; the held-out part is found by :func:`ipaner.pairs.held_out`.
        languages: Languages to measure on held-out pairs.
        vocabulary: The models' symbols; None for phonemes.
        as_read: A pair of the table as the models read it, where that is not its IPA; pairs are chosen by their IPA.
    """

    def __init__(
        self,
        table: Sequence[Pair],
        languages: Sequence[str],
        vocabulary: Vocabulary | None = None,
        as_read: Callable[[Pair], Pair] = lambda pair: pair,
    ) -> None:
        self._sets: dict[str, tuple[EncodedPairs, NDArray[np.bool_], list[Ids]]] = {}
        vocabulary, related = vocabulary or Vocabulary.load(), relatives([as_read(pair) for pair in table])
        for language in (*languages, *UNTRAINED):
            own = [p for p in table if p.language == language]
            measured = select([p for p in own if language in UNTRAINED or held_out(p)], _ANCHORS, seed=0)
            if len(measured) < 2:
                continue
            data = encode_pairs([as_read(p) for p in measured], vocabulary, related)
            used, named = {p.ipa for p in measured}, {p.english.casefold() for p in measured}
            free = (p for p in select(own, None, seed=1) if p.ipa not in used and p.english.casefold() not in named)
            rest = [as_read(p) for p in list({p.ipa: p for p in free}.values())[:_DISTRACTORS]]
            distractors = encode_pairs(rest, vocabulary, related).partners
            self._sets[language] = (data, data.belong(range(len(data))).numpy(), distractors)

    def measure(self, model: IpanerForNer, pooling: str = "mean", *, bf16: bool = False) -> SpaceReport:
        """Alignment, uniformity, cosines and retrieval among 1,000, by language; ``bf16`` is twice as fast."""
        return SpaceReport(
            {
                language: measure_space(
                    embed(model, data.anchors, pooling, bf16=bf16),
                    embed(model, data.partners, pooling, bf16=bf16),
                    belong,
                    distractors=embed(model, distractors, pooling, bf16=bf16) if distractors else None,
                )
                for language, (data, belong, distractors) in self._sets.items()
            }
        )
