"""What defines a model's shape: stored as ``config.json`` of a checkpoint."""

from __future__ import annotations

from typing import Any

from transformers import PretrainedConfig

from ipaner.labels import LABELS


class IpanerConfig(PretrainedConfig):  # type: ignore[misc]
    """Configuration of an encoder over words of phonemes with an NER head.

    Args:
        encoder: ``compact`` or ``xphonebert``.
        labels: IOB2 labels in the order of the outputs.
        vocabulary_size: Symbols of the phoneme vocabulary; a table of letters or bytes has as many rows.
        representation: What the network reads of a word: ``ipa``, or as a control ``romanised`` or ``orthographic``.
        shape_features: Word-shape features a word carries; 0 switches the channel off.
        folded: Whether phonemes are folded to the classes the name memory compares by (33 of the study).
        memory_features: Features of the name memory a word carries; 0 switches the channel off.
        blind: Whether every letter phoneme is replaced by ``<mask>`` (a control that hears nothing).
        hidden: Width of the word level (compact).
        layers: Transformer layers over words (compact).
        heads: Attention heads (compact).
        phone_width: Width of the phoneme level (compact).
        dropout: Dropout inside the compact encoder and before the head.
        backbone: Configuration of the RoBERTa backbone (xphonebert), as a dictionary.
        symbol_map: For each symbol of our vocabulary, up to two ids of the backbone's (xphonebert), 0-padded by -1.
        pooling: ``mean`` over a word's phonemes or its ``first`` phoneme (xphonebert).
        sentence_masking: Training only: share of sentences whose letters are all masked.
        word_masking: Training only: share of words whose letters are masked.
        sound_exchange: Training only: share of sentences whose vowels and consonants are exchanged among themselves.
        case_dropout: Training only: share of sentences that lose their case features.
        sound_noise: Training only: share of phones that are misheard as one of their articulatory neighbours.
        memory_sentence_dropout: Training only: share of sentences about which the memory tells nothing.
        memory_word_dropout: Training only: share of words about which the memory tells nothing.
    """

    model_type = "ipaner"

    def __init__(
        self,
        encoder: str = "compact",
        labels: tuple[str, ...] | list[str] = LABELS,
        vocabulary_size: int = 512,
        representation: str = "ipa",
        shape_features: int = 0,
        folded: bool = False,
        memory_features: int = 0,
        blind: bool = False,
        hidden: int = 256,
        layers: int = 4,
        heads: int = 4,
        phone_width: int = 128,
        dropout: float = 0.1,
        backbone: dict[str, Any] | None = None,
        symbol_map: list[list[int]] | None = None,
        pooling: str = "mean",
        sentence_masking: float = 0.0,
        word_masking: float = 0.0,
        sound_exchange: float = 0.0,
        case_dropout: float = 0.0,
        sound_noise: float = 0.0,
        memory_sentence_dropout: float = 0.0,
        memory_word_dropout: float = 0.0,
        **kwargs: Any,
    ) -> None:
        self.encoder = encoder
        self.labels = list(labels)
        self.vocabulary_size = vocabulary_size
        self.representation = representation
        self.shape_features = shape_features
        self.folded = folded
        self.memory_features = memory_features
        self.blind = blind
        self.hidden = hidden
        self.layers = layers
        self.heads = heads
        self.phone_width = phone_width
        self.dropout = dropout
        self.backbone = backbone
        self.symbol_map = symbol_map
        self.pooling = pooling
        self.sentence_masking = sentence_masking
        self.word_masking = word_masking
        self.sound_exchange = sound_exchange
        self.case_dropout = case_dropout
        self.sound_noise = sound_noise
        self.memory_sentence_dropout = memory_sentence_dropout
        self.memory_word_dropout = memory_word_dropout
        super().__init__(**kwargs)
        self.id2label = dict(enumerate(self.labels))
        self.label2id = {label: i for i, label in enumerate(self.labels)}
