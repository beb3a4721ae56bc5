"""The compact encoder: a convolution over the phonemes of each word, then a small transformer over words."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from ipaner.model.config import IpanerConfig

_REACH = 16
"""Distances and positions beyond this many words are told apart no further."""


class PhonemeEmbedding(nn.Module):
    """A vector a symbol: one of its own plus one made from its articulatory features, so that rare phones share."""

    features: Tensor

    def __init__(self, features: Tensor, width: int) -> None:
        super().__init__()
        self.own = nn.Embedding(len(features), width, padding_idx=0)
        self.shared = nn.Linear(features.shape[1], width, bias=False)
        self.register_buffer("features", features)

    def forward(self, symbols: Tensor) -> Tensor:
        """Vectors of shape (..., width) for symbol ids of shape (...)."""
        table = self.own.weight + self.shared(self.features)
        return functional.embedding(symbols, table, padding_idx=0)


class WordConvolution(nn.Module):
    """Phonemes of a word -> one vector: two convolutions of width 3, the second residual, then the maximum."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.first = nn.Conv1d(width, width, 3, padding=1)
        self.second = nn.Conv1d(width, width, 3, padding=1)
        self.out = nn.Linear(2 * width, hidden)

    def forward(self, x: Tensor, present: Tensor) -> Tensor:
        """Map (words, phones, width), with ``present`` (words, phones) true at real phones, to (words, hidden)."""
        keep = present.unsqueeze(1).to(x.dtype)
        x = x.transpose(1, 2) * keep
        x = functional.gelu(self.first(x)) * keep
        x = (x + functional.gelu(self.second(x))) * keep
        mean = x.sum(2) / keep.sum(2).clamp(min=1.0)
        top = (x + (keep - 1.0) * 1e4).amax(2) * (keep.sum(2) > 0).to(x.dtype)
        words: Tensor = self.out(torch.cat([top, mean], dim=1))
        return words


class WordLayer(nn.Module):
    """A pre-norm transformer layer; attention has a learnt bias for the clipped distance between two words."""

    def __init__(self, hidden: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.size = heads, hidden // heads
        self.norm1, self.norm2 = nn.LayerNorm(hidden), nn.LayerNorm(hidden)
        self.qkv, self.out = nn.Linear(hidden, 3 * hidden), nn.Linear(hidden, hidden)
        self.up, self.down = nn.Linear(hidden, 4 * hidden), nn.Linear(4 * hidden, hidden)
        self.bias = nn.Parameter(torch.zeros(2 * _REACH + 1, heads))
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, distance: Tensor, absent: Tensor) -> Tensor:
        """Map (batch, words, hidden); ``distance`` (words, words) indexes the bias, ``absent`` (batch, 1, 1, words)."""
        batch, words, hidden = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(batch, words, 3, self.heads, self.size).permute(2, 0, 3, 1, 4).unbind(0)
        scores = q @ k.transpose(-1, -2) / math.sqrt(self.size) + self.bias[distance].permute(2, 0, 1)
        attention = torch.softmax(scores + absent, dim=-1)
        mixed = (attention @ v).transpose(1, 2).reshape(batch, words, hidden)
        x = x + self.dropout(self.out(mixed))
        x = x + self.dropout(self.down(functional.gelu(self.up(self.norm2(x)))))
        return x


class CompactEncoder(nn.Module):
    """Words of phonemes in, one vector a word out, trained from scratch.

    Args:
        config: The model's configuration.
        phone_features: Articulatory features of the vocabulary's symbols, shape (symbols, features).
    """

    def __init__(self, config: IpanerConfig, phone_features: Tensor) -> None:
        super().__init__()
        self.hidden_size = config.hidden
        self.embedding = PhonemeEmbedding(phone_features, config.phone_width)
        self.word = WordConvolution(config.phone_width, config.hidden)
        self.shape = nn.Linear(config.shape_features, config.hidden, bias=False) if config.shape_features else None
        self.from_start = nn.Embedding(_REACH, config.hidden)
        self.from_end = nn.Embedding(_REACH, config.hidden)
        self.dropout = nn.Dropout(config.dropout)
        self.layers = nn.ModuleList(
            WordLayer(config.hidden, config.heads, config.dropout) for _ in range(config.layers)
        )
        self.norm = nn.LayerNorm(config.hidden)

    def forward(self, phonemes: Tensor, shape: Tensor | None = None) -> Tensor:
        """Encode words.

        Args:
            phonemes: Symbol ids of shape (batch, words, phones), 0 where there is none; a word of zeros is padding.
            shape: Word-shape features of shape (batch, words, features), if the model has the channel.

        Returns:
            Vectors of shape (batch, words, hidden).
        """
        batch, words, phones = phonemes.shape
        flat = phonemes.reshape(batch * words, phones)
        x = self.word(self.embedding(flat), flat != 0).view(batch, words, -1)
        if self.shape is not None and shape is not None:
            x = x + self.shape(shape)
        present = phonemes.ne(0).any(2)
        position = torch.arange(words, device=phonemes.device)
        last = present.sum(1, keepdim=True) - 1
        x = x + self.from_start(position.clamp(max=_REACH - 1))
        x = self.dropout(x + self.from_end((last - position).clamp(min=0, max=_REACH - 1)))
        distance = (position[None, :] - position[:, None]).clamp(-_REACH, _REACH) + _REACH
        absent = (1.0 - present[:, None, None, :].to(x.dtype)) * -1e4
        for layer in self.layers:
            x = layer(x, distance, absent)
        out: Tensor = self.norm(x)
        return out
