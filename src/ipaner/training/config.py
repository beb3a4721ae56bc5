"""The YAML file that defines a training run; unknown keys are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ipaner.settings import read_yaml


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Strict):
    """One corpus in one or several languages: files ``<data>/<corpus>/<language>/<split>.jsonl[.gz]``."""

    corpus: str
    languages: list[str]
    split: str = "train"


class Group(_Strict):
    """Sources of one style that share a fixed part of the training batches."""

    share: float = Field(gt=0, description="part of the batches, relative to the other groups")
    exponent: float = Field(
        0.5, ge=0, le=1, description="a source with n sentences is drawn in proportion to n^exponent"
    )
    sources: list[Source] = Field(default_factory=list)
    text: list[str] = Field(
        default_factory=list, description="languages of plain text (--text FOLDER), for teachers to label"
    )
    text_limit: int = Field(4000, gt=0, description="sentences of plain text taken of each language")
    boldness: float = Field(
        0.0, description="taken from the teachers' log-probability of O, so that they dare to mark more"
    )
    teachers: list[Path] = Field(
        default_factory=list,
        description="checkpoints that label the sentences together; the tags in the files are not used",
    )

    @model_validator(mode="after")
    def _has_sentences(self) -> Group:
        if not self.sources and not self.text:
            raise ValueError("a group needs sources or text")
        return self


class Encoder(_Strict):
    """Which encoder, and its size where it is trained from scratch."""

    kind: Literal["compact", "xphonebert"] = "compact"
    pretrained: str | None = Field(None, description="xphonebert: hub name or local folder")
    pooling: Literal["mean", "first"] = "mean"
    hidden: int = 256
    layers: int = 4
    heads: int = 4
    phone_width: int = 128
    dropout: float = Field(0.1, ge=0, lt=1)


class Input(_Strict):
    """What the network is given, and what is hidden from it."""

    representation: Literal["ipa", "romanised", "orthographic"] = Field(
        "ipa", description="what it reads of a word: its sound, or as a control its letters in Latin or as bytes"
    )
    shape: bool = Field(True, description="the word-shape channel: case, digits, punctuation")
    blind: bool = Field(False, description="replace every letter phoneme by <mask>: the control that hears nothing")
    sentence_masking: float = Field(0.0, ge=0, le=1)
    word_masking: float = Field(0.0, ge=0, le=1)
    sound_exchange: float = Field(0.0, ge=0, le=1)
    case_dropout: float = Field(0.3, ge=0, le=1)
    folded: bool = Field(False, description="fold phonemes to some thirty classes that all languages share")
    sound_noise: float = Field(0.0, ge=0, le=1, description="share of phones misheard as an articulatory neighbour")
    name_exchange: float = Field(
        0.0, ge=0, le=1, description="share of names replaced by one of the same type and length from any source corpus"
    )
    memory: str | None = Field(
        None, description="the name memory: 'bundled', or the folder of an index that 'ipaner names build' made"
    )
    memory_sentence_dropout: float = Field(0.2, ge=0, le=1)
    memory_word_dropout: float = Field(0.2, ge=0, le=1)
    max_words: int = Field(128, ge=8, description="longer sentences are cut into windows")


class Optimisation(_Strict):
    """AdamW with warm-up and linear decay."""

    steps: int = Field(gt=0)
    words_per_batch: int = Field(1024, gt=0)
    learning_rate: float = Field(1e-3, gt=0)
    weight_decay: float = 0.01
    warmup: float = Field(0.05, ge=0, lt=1, description="part of the steps")
    clip: float = 1.0
    bf16: bool = False
    save_every: int = Field(500, gt=0)
    log_every: int = Field(50, gt=0)


class TrainConfig(_Strict):
    """A whole run of supervised NER training."""

    name: str
    protocol: Literal["paper", "open"] = "open"
    profile: Literal["core", "published", "espeak"] = "core"
    broad: bool = False
    seed: int = 0
    ships: bool = Field(False, description="refuse corpora whose licence keeps weights from being redistributed")
    groups: list[Group] = Field(min_length=1)
    hold_out: list[str] = Field(default_factory=list, description="languages kept out of training, to measure transfer")
    validation: list[Source] = Field(
        default_factory=list, description="source languages; temperature is fitted on them"
    )
    validation_limit: int = Field(500, gt=0, description="sentences taken of each validation set")
    boldness: float = Field(
        0.0, description="taken from the logit of O once the network is trained, so that it dares to mark more"
    )
    start_from: Path | None = Field(None, description="checkpoint whose weights training begins with, else random ones")
    encoder: Encoder = Encoder()
    input: Input = Input()
    optimisation: Optimisation


def read_config(path: Path, overrides: dict[str, Any] | None = None) -> TrainConfig:
    """Read a training configuration.

    Args:
        path: The YAML file.
        overrides: Values that replace those of the file, keys dotted (``input.blind``, ``groups.1.share``).

    Raises:
        ConfigError: If the file cannot be read or says something unknown.
    """
    return read_yaml(TrainConfig, path, overrides)
