"""XPhoneBERT, or any RoBERTa over phonemes of its form, behind the interface of words of phonemes.

XPhoneBERT (Nguyen et al., 2023) reads one sequence of phonemes with ``▁`` between words. Here a sentence comes as a
grid (words, phones): the grid is laid out as that sequence, padding included but masked and without a position of its
own, so that the result is that of the sequence without padding. Each word is then read at its phonemes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoTokenizer, RobertaConfig, RobertaModel

from ipaner.document import WORD_SEPARATOR
from ipaner.errors import ModelFileError
from ipaner.model.compact import MemoryChannel
from ipaner.model.config import IpanerConfig
from ipaner.transcription import Vocabulary

_NONE = -1


def symbol_map(vocabulary: Vocabulary, theirs: dict[str, int], unknown: int) -> list[list[int]]:
    """For each of our symbols, the one or two ids (second may be -1) that stand for it in a backbone's vocabulary.

    Tied affricates that the backbone lacks are split in two (XPhoneBERT's own notation), then diacritics are dropped.
    """
    rows: list[list[int]] = []
    for symbol in vocabulary.symbols:
        for form in ([symbol], symbol.split("͡"), [symbol[:1]]):
            if 1 <= len(form) <= 2 and all(part in theirs for part in form):
                rows.append(([theirs[part] for part in form] + [_NONE])[:2])
                break
        else:
            rows.append([unknown, _NONE])
    rows[0] = [_NONE, _NONE]
    return rows


def read_backbone(name_or_path: str, vocabulary: Vocabulary) -> tuple[dict[str, Any], list[list[int]]]:
    """The backbone's configuration and our symbols' ids in its vocabulary.

    Args:
        name_or_path: ``vinai/xphonebert-base`` or a local folder of that form.
        vocabulary: Our phoneme vocabulary.

    Raises:
        ModelFileError: If it cannot be read, or is no RoBERTa over phonemes.
    """
    try:
        config = AutoConfig.from_pretrained(name_or_path)
        tokenizer = AutoTokenizer.from_pretrained(name_or_path)
    except (OSError, ValueError) as error:
        where = "the folder" if Path(name_or_path).exists() else "the Hugging Face hub or a local folder"
        raise ModelFileError(f"Cannot read the encoder '{name_or_path}' from {where}: {error}") from error
    theirs = tokenizer.get_vocab()
    if config.model_type != "roberta" or WORD_SEPARATOR not in theirs:
        raise ModelFileError(
            f"'{name_or_path}' is no RoBERTa over phonemes: its type is '{config.model_type}' and the word separator "
            f"'{WORD_SEPARATOR}' is {'in' if WORD_SEPARATOR in theirs else 'not in'} its vocabulary"
        )
    rows = symbol_map(vocabulary, theirs, tokenizer.unk_token_id)
    rows[vocabulary.id("<mask>")] = [tokenizer.mask_token_id, _NONE]
    settings = config.to_dict() | {"separator_token_id": theirs[WORD_SEPARATOR]}
    return settings, rows


class XPhoneBertEncoder(nn.Module):
    """Words of phonemes in, one vector a word out, through a RoBERTa over phonemes.

    Args:
        config: The model's configuration; ``backbone`` and ``symbol_map`` come from :func:`read_backbone`.
    """

    symbols: Tensor

    def __init__(self, config: IpanerConfig) -> None:
        super().__init__()
        if config.backbone is None or config.symbol_map is None:
            raise ModelFileError("The configuration of an xphonebert encoder lacks its backbone or symbol map")
        settings = dict(config.backbone)
        self.separator = int(settings.pop("separator_token_id"))
        backbone = RobertaConfig(**settings)
        self.pooling = config.pooling
        self.pad, self.begin, self.end = backbone.pad_token_id, backbone.bos_token_id, backbone.eos_token_id
        self.limit = backbone.max_position_embeddings - self.pad - 1
        self.roberta = RobertaModel(backbone, add_pooling_layer=False)
        self.hidden_size = backbone.hidden_size
        self.shape = (
            nn.Linear(config.shape_features, backbone.hidden_size, bias=False) if config.shape_features else None
        )
        self.memory = MemoryChannel(config.memory_features, backbone.hidden_size) if config.memory_features else None
        self.register_buffer("symbols", torch.tensor(config.symbol_map, dtype=torch.long))

    def forward(self, phonemes: Tensor, shape: Tensor | None = None, memory: Tensor | None = None) -> Tensor:
        """Encode words; shapes as in :class:`ipaner.model.compact.CompactEncoder`."""
        batch, words, phones = phonemes.shape
        ids = self.symbols[phonemes].reshape(batch, words, 2 * phones)
        present = phonemes.ne(0).any(2)
        follows = torch.zeros_like(present)
        follows[:, :-1] = present[:, 1:]
        separator = torch.where(follows, self.separator, _NONE).unsqueeze(2)
        grid = torch.cat([ids, separator], dim=2).reshape(batch, -1)
        edge = torch.full_like(grid[:, :1], self.begin)
        grid = torch.cat([edge, grid, torch.full_like(edge, self.end)], dim=1)
        real = grid.ne(_NONE)
        position = torch.where(real, torch.cumsum(real, dim=1) + self.pad, self.pad)
        if not torch.compiler.is_compiling() and not torch.onnx.is_in_onnx_export():
            self._check(position)
        vectors = self.roberta.embeddings.word_embeddings(torch.where(real, grid, self.pad))
        if self.shape is not None and shape is not None:
            vectors = vectors + self._spread(self.shape(shape), 2 * phones + 1)
        if self.memory is not None and memory is not None:
            vectors = vectors + self._spread(self.memory(memory), 2 * phones + 1)
        hidden: Tensor = self.roberta(
            inputs_embeds=vectors, attention_mask=real.long(), position_ids=position
        ).last_hidden_state[:, 1:-1]
        hidden = hidden.reshape(batch, words, 2 * phones + 1, self.hidden_size)[:, :, :-1]
        if self.pooling == "first":
            return hidden[:, :, 0]
        weight = ids.ne(_NONE).to(hidden.dtype).unsqueeze(3)
        return (hidden * weight).sum(2) / weight.sum(2).clamp(min=1.0)

    @staticmethod
    def _spread(words: Tensor, positions: int) -> Tensor:
        """Vectors of words at each of their positions, none at the edges."""
        return nn.functional.pad(words.repeat_interleave(positions, dim=1), (0, 0, 1, 1))

    def _check(self, position: Tensor) -> None:
        longest = int(position.max()) - self.pad
        if longest > self.limit:
            raise ModelFileError(
                f"A sentence has {longest} phonemes; this encoder reads {self.limit}. Use shorter windows"
            )
