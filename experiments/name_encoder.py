"""A small encoder of names made for retrieval: phonemes -> a vector, trained from scratch on pairs by contrast.

Two convolutions over phones, each phone known by an embedding and by its articulatory features, means and maxima over
the name. Symmetric InfoNCE with in-batch negatives; whatever the table pairs is no negative.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ipaner.pairs import Pair
from ipaner.training.contrastive.data import encode_pairs, relatives
from ipaner.training.losses import info_nce
from ipaner.transcription import Vocabulary

WIDTH, OUT, EPOCHS, BATCH, RATE, TEMPERATURE, DROP = 96, 96, 8, 256, 2e-3, 0.07, 0.1

LONGEST = 24
"""Phones of a name that count."""


class NameEncoder(nn.Module):
    """Phones of names, (names, phones), 0 for none -> (names, OUT)."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__()
        features = torch.from_numpy(vocabulary.features())
        self.register_buffer("features", features)
        self.embedding = nn.Embedding(len(vocabulary), WIDTH, padding_idx=0)
        self.articulation = nn.Linear(features.shape[1], WIDTH)
        self.layers = nn.ModuleList(nn.Conv1d(WIDTH, WIDTH, size, padding=size // 2) for size in (3, 3))
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in self.layers)
        self.out = nn.Linear(4 * WIDTH, OUT)
        self.drop = nn.Dropout(DROP)

    def forward(self, phones: Tensor) -> Tensor:
        there = phones.ne(0).unsqueeze(2)
        x = self.drop(self.embedding(phones) + self.articulation(self.features[phones])) * there
        pooled = []
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x = norm(x + torch.nn.functional.gelu(layer(x.transpose(1, 2)).transpose(1, 2))) * there
            pooled += [x.sum(1) / there.sum(1).clamp(min=1), x.masked_fill(~there, -1e4).amax(1)]
        return self.out(torch.cat(pooled, dim=1))

    @torch.no_grad()
    def vectors(self, names: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        self.eval()
        parts = [self(pad(names[i : i + 512])).numpy() for i in range(0, len(names), 512)]
        return np.concatenate(parts)


def pad(names: Sequence[Sequence[int]]) -> Tensor:
    out = np.zeros((len(names), min(max(map(len, names)) or 1, LONGEST)), dtype=np.int64)
    for row, name in enumerate(names):
        out[row, : len(name)] = name[:LONGEST]
    return torch.from_numpy(out)


def train(pairs: list[Pair], seed: int) -> NameEncoder:
    torch.manual_seed(seed)
    vocabulary = Vocabulary.load()
    data = encode_pairs(pairs, vocabulary, relatives(pairs))
    left, right = ([[p for word in name for p in word] for name in side] for side in (data.anchors, data.partners))
    model = NameEncoder(vocabulary)
    steps = EPOCHS * (len(pairs) // BATCH)
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps, pct_start=0.1)
    rng = np.random.default_rng(seed)
    model.train()
    # Negatives of a name's own language are the hard ones: batches of one language each, every second one
    languages = np.array([pair.language for pair in pairs])
    for epoch in range(EPOCHS):
        order = rng.permutation(len(pairs))
        if epoch % 2:
            order = order[np.argsort(languages[order], kind="stable")]
        starts = rng.permutation(len(pairs) // BATCH) * BATCH
        for start in starts:
            rows = order[start : start + BATCH].tolist()
            loss = info_nce(
                model(pad([left[i] for i in rows])),
                model(pad([right[i] for i in rows])),
                TEMPERATURE,
                symmetric=True,
                related=data.belong(rows),
            )
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return model
