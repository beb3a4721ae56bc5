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


def _convolve(layer: nn.Conv1d, row: Tensor) -> Tensor:
    """A convolution of width 3 over one row (positions, channels), as one product unless it has an adapter."""
    if type(layer) is not nn.Conv1d:
        adapted: Tensor = layer(row.t().unsqueeze(0)).squeeze(0).t()
        return adapted
    padded = functional.pad(row, (0, 0, 1, 1))
    weight = layer.weight.permute(0, 2, 1).flatten(1)
    return functional.linear(torch.cat([padded[:-2], padded[1:-1], padded[2:]], dim=1), weight, layer.bias)


class WordConvolution(nn.Module):
    """Phonemes of a word -> one vector: two convolutions of width 3, the second residual, then the maximum."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.first = nn.Conv1d(width, width, 3, padding=1)
        self.second = nn.Conv1d(width, width, 3, padding=1)
        self.out = nn.Linear(2 * width, hidden)

    def forward(self, x: Tensor, present: Tensor) -> Tensor:
        """Map (words, phones, width), with ``present`` (words, phones) true at real phones, to (words, hidden)."""
        exporting = torch.compiler.is_compiling() or torch.onnx.is_in_onnx_export()
        x = self._grid(x, present) if exporting else self._packed(x, present)
        keep = present.unsqueeze(2).to(x.dtype)
        mean = x.sum(1) / keep.sum(1).clamp(min=1.0)
        top = (x + (keep - 1.0) * 1e4).amax(1) * (keep.sum(1) > 0).to(x.dtype)
        words: Tensor = self.out(torch.cat([top, mean], dim=1))
        return words

    def _grid(self, x: Tensor, present: Tensor) -> Tensor:
        """Both convolutions over words side by side, padding included: simple, and what is exported."""
        keep = present.unsqueeze(1).to(x.dtype)
        x = x.transpose(1, 2) * keep
        x = functional.gelu(self.first(x)) * keep
        x = (x + functional.gelu(self.second(x))) * keep
        return x.transpose(1, 2)

    def _packed(self, x: Tensor, present: Tensor) -> Tensor:
        """The same over words in a row with a gap between them: no padding is computed, which halves the time."""
        words, phones, width = x.shape
        lengths = present.sum(1)
        starts = torch.cumsum(lengths + 1, 0) - lengths
        place = (starts[:, None] + torch.arange(phones, device=x.device))[present]
        row = x.new_zeros(int(lengths.sum()) + words + 1, width).index_copy(0, place, x[present])
        keep = x.new_zeros(len(row), 1).index_fill(0, place, 1.0)
        row = functional.gelu(_convolve(self.first, row)) * keep
        row = (row + functional.gelu(_convolve(self.second, row))) * keep
        grid = row.new_zeros(words * phones, width)
        return grid.index_copy(0, present.flatten().nonzero().squeeze(1), row[place]).view(words, phones, width)


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


class MemoryChannel(nn.Module):
    """What the name memory tells of a word -> a vector that is added to the word's; no tidings, no vector."""

    def __init__(self, features: int, hidden: int, width: int = 64) -> None:
        super().__init__()
        self.inner = nn.Linear(features, width, bias=False)
        self.outer = nn.Linear(width, hidden, bias=False)

    def forward(self, memory: Tensor) -> Tensor:
        """Map (batch, words, features) to (batch, words, hidden)."""
        out: Tensor = self.outer(functional.gelu(self.inner(memory)))
        return out


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
        self.memory = MemoryChannel(config.memory_features, config.hidden) if config.memory_features else None
        self.from_start = nn.Embedding(_REACH, config.hidden)
        self.from_end = nn.Embedding(_REACH, config.hidden)
        self.dropout = nn.Dropout(config.dropout)
        self.layers = nn.ModuleList(
            WordLayer(config.hidden, config.heads, config.dropout) for _ in range(config.layers)
        )
        self.norm = nn.LayerNorm(config.hidden)

    def forward(self, phonemes: Tensor, shape: Tensor | None = None, memory: Tensor | None = None) -> Tensor:
        """Encode words.

        Args:
            phonemes: Symbol ids of shape (batch, words, phones), 0 where there is none; a word of zeros is padding.
            shape: Word-shape features of shape (batch, words, features), if the model has the channel.
            memory: Features of the name memory, (batch, words, features), if the model has the channel.

        Returns:
            Vectors of shape (batch, words, hidden).
        """
        batch, words, phones = phonemes.shape
        flat = phonemes.reshape(batch * words, phones)
        x = self.word(self.embedding(flat), flat != 0).view(batch, words, -1)
        if self.shape is not None and shape is not None:
            x = x + self.shape(shape)
        if self.memory is not None and memory is not None:
            x = x + self.memory(memory)
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
