"""The tagger as a network: an encoder over words of phonemes, one linear head, and the controls around them."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel
from transformers.utils import ModelOutput

from ipaner.errors import ConfigError
from ipaner.model.compact import CompactEncoder
from ipaner.model.config import IpanerConfig
from ipaner.model.xphonebert import XPhoneBertEncoder
from ipaner.transcription import Vocabulary
from ipaner.transcription.inputs import CASE_FEATURES
from ipaner.transcription.representations import symbols
from ipaner.transcription.sound_classes import folding, neighbours

IGNORED = -100
"""Label of padding words; they bear no loss."""


@dataclass
class NerOutput(ModelOutput):  # type: ignore[misc]
    """Logits of shape (batch, words, labels), and the mean cross-entropy over words where labels were given."""

    loss: Tensor | None = None
    logits: Tensor | None = None


def build_encoder(config: IpanerConfig, vocabulary: Vocabulary) -> CompactEncoder | XPhoneBertEncoder:
    """The encoder that ``config.encoder`` names.

    Raises:
        ConfigError: If there is none of that name.
    """
    if config.encoder == "compact":
        return CompactEncoder(config, torch.tensor(vocabulary.features(), dtype=torch.float32))
    if config.encoder == "xphonebert":
        return XPhoneBertEncoder(config)
    raise ConfigError(f"Unknown encoder '{config.encoder}'. Known: compact, xphonebert")


class IpanerForNer(PreTrainedModel):  # type: ignore[misc]
    """An encoder with a linear NER head over words.

    Example:
        >>> from ipaner.model.config import IpanerConfig
        >>> from ipaner.transcription import Vocabulary
        >>> vocabulary = Vocabulary.load()
        >>> config = IpanerConfig(vocabulary_size=len(vocabulary), hidden=16, layers=1, heads=2, phone_width=8)
        >>> model = IpanerForNer(config).eval()
        >>> model(torch.ones(1, 3, 5, dtype=torch.long)).logits.shape
        torch.Size([1, 3, 7])
    """

    config_class = IpanerConfig
    base_model_prefix = "encoder"
    letters: Tensor
    exchangeable: Tensor
    fold: Tensor
    neighbours: Tensor

    def __init__(self, config: IpanerConfig) -> None:
        super().__init__(config)
        vocabulary = symbols(config.representation)
        self.encoder = build_encoder(config, vocabulary)
        self.dropout = nn.Dropout(config.dropout)
        self.head = nn.Linear(self.encoder.hidden_size, len(config.labels))
        self.mask = vocabulary.id("<mask>")
        letters = torch.tensor([vocabulary.is_letter(i) for i in range(len(vocabulary))])
        self.register_buffer("letters", letters)
        plain = letters & torch.tensor([len(symbol) == 1 for symbol in vocabulary.symbols])
        vowel = torch.tensor(vocabulary.features()[:, 0] > 0)
        self.register_buffer("exchangeable", torch.stack([plain & vowel, plain & ~vowel]), persistent=False)
        if config.folded:
            self.register_buffer("fold", torch.tensor(folding(vocabulary)), persistent=False)
        if config.sound_noise:
            self.register_buffer("neighbours", torch.tensor(neighbours(vocabulary)), persistent=False)
        self.post_init()

    def _init_weights(self, module: nn.Module) -> None:
        """Keep torch's own initialisation, but small embeddings as transformers like them."""
        if isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, std=0.02 if self.config.encoder == "xphonebert" else 0.1)

    def forward(
        self,
        phonemes: Tensor,
        shape: Tensor | None = None,
        labels: Tensor | None = None,
        memory: Tensor | None = None,
    ) -> NerOutput:
        """Score the labels of words.

        Args:
            phonemes: Symbol ids, (batch, words, phones), 0 for none.
            shape: Word-shape features, (batch, words, features), if the model has the channel.
            labels: Label indices, (batch, words), :data:`IGNORED` at padding; None at inference.
            memory: Features of the name memory, (batch, words, features), if the model has the channel.

        Returns:
            Logits, and the loss where ``labels`` are given.
        """
        if self.training and not self.config.blind:
            phonemes = self._mask_letters(self._exchange_sounds(self._mishear(phonemes)))
        if self.training and self.config.shape_features and shape is not None:
            shape = self._drop_case(shape)
        if self.training and self.config.memory_features and memory is not None:
            memory = self._drop_memory(memory)
        logits = self.head(self.dropout(self.encode(phonemes, shape, memory)))
        loss = None
        if labels is not None:
            loss = nn.functional.cross_entropy(logits.flatten(0, 1).float(), labels.flatten(), ignore_index=IGNORED)
        return NerOutput(loss=loss, logits=logits)

    def encode(self, phonemes: Tensor, shape: Tensor | None = None, memory: Tensor | None = None) -> Tensor:
        """Vectors of words, (batch, words, hidden): what the head reads. A blind model hears no letters here either."""
        if self.config.folded:
            phonemes = self.fold[phonemes]
        if self.config.blind:
            phonemes = torch.where(self.letters[phonemes], self.mask, phonemes)
        out: Tensor = self.encoder(
            phonemes,
            shape if self.config.shape_features else None,
            memory[..., : self.config.memory_features] if self.config.memory_features and memory is not None else None,
        )
        return out

    def _mishear(self, phonemes: Tensor) -> Tensor:
        """Hear some phones as one of their neighbours: another length, voice, nasality, place near by."""
        if not self.config.sound_noise:
            return phonemes
        draw = torch.randint(self.neighbours.shape[1], phonemes.shape, device=phonemes.device)
        misheard = torch.rand(phonemes.shape, device=phonemes.device) < self.config.sound_noise
        return torch.where(misheard, self.neighbours[phonemes, draw], phonemes)

    def _exchange_sounds(self, phonemes: Tensor) -> Tensor:
        """Read some sentences as if in a language that never was: plain vowels trade places, and so do consonants.

        Words keep their length and their make-up of syllables, equal words stay equal; no word can be known by heart.
        """
        if not self.config.sound_exchange:
            return phonemes
        batch = len(phonemes)
        table = torch.arange(len(self.letters), device=phonemes.device).repeat(batch, 1)
        for kind in self.exchangeable:
            members = kind.nonzero().squeeze(1)
            order = torch.rand(batch, len(members), device=phonemes.device).argsort(1)
            table[:, members] = members[order]
        exchanged = table.gather(1, phonemes.flatten(1)).view_as(phonemes)
        chosen = torch.rand(batch, device=phonemes.device) < self.config.sound_exchange
        return torch.where(chosen[:, None, None], exchanged, phonemes)

    def _mask_letters(self, phonemes: Tensor) -> Tensor:
        """Hide the letters of some sentences and of some words, so that the network learns to do without them."""
        sentence = torch.rand(phonemes.shape[:1], device=phonemes.device) < self.config.sentence_masking
        word = torch.rand(phonemes.shape[:2], device=phonemes.device) < self.config.word_masking
        hidden = (word | sentence[:, None])[:, :, None] & self.letters[phonemes]
        return torch.where(hidden, self.mask, phonemes)

    def _drop_memory(self, memory: Tensor) -> Tensor:
        """Let the memory be silent on some sentences and some words, as it is on names that nobody listed."""
        sentence = torch.rand(memory.shape[:1], device=memory.device) < self.config.memory_sentence_dropout
        word = torch.rand(memory.shape[:2], device=memory.device) < self.config.memory_word_dropout
        heard: Tensor = memory * ~(word | sentence[:, None])[:, :, None]
        return heard

    def _drop_case(self, shape: Tensor) -> Tensor:
        """Take the case features from some sentences, as if their script had none."""
        drop = torch.rand(shape.shape[:1], device=shape.device) < self.config.case_dropout
        shape = shape.clone()
        shape[..., list(CASE_FEATURES)] *= (~drop)[:, None, None].to(shape.dtype)
        return shape
