"""The YAML file that defines a contrastive alignment; unknown keys are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ipaner.settings import read_yaml


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PairChoice(_Strict):
    """Which pairs of a table are trained on; one English word in ten is held out whatever is chosen."""

    table: Path | Literal["bundled"] = "bundled"
    languages: dict[str, int | None] | None = Field(
        None, description="ISO 639-3 codes, each with the most pairs to take (null: all); by default all of the table"
    )
    relations: list[str] | None = Field(None, description="only these relations")
    sources: list[str] | None = Field(None, description="only sources that begin so")
    max_distance: float | None = Field(None, ge=0, le=1, description="leave out pairs that sound less alike")
    distinct: float | None = Field(
        None, gt=0, le=1, description="of words of a language nearer to each other than this, keep one"
    )
    partners: Literal["true", "permuted", "neighbours"] = Field(
        "true", description="controls: pairs shuffled within a language; or words near in sound but unrelated"
    )


class Adapter(_Strict):
    """LoRA on the encoder's linear layers."""

    rank: int = Field(8, gt=0)
    alpha: int = Field(16, gt=0)
    dropout: float = Field(0.0, ge=0, lt=1)
    convolutions: bool = Field(False, description="adapt the compact encoder's convolutions too")


class Contrast(_Strict):
    """InfoNCE over word vectors."""

    temperature: float = Field(0.1, gt=0)
    weight: float = Field(1.0, ge=0, description="of the contrastive loss; 0 in the joint form is its control")
    symmetric: bool = Field(False, description="average both directions instead of English -> other alone")
    projection: int = Field(64, ge=0, description="width of the linear projection; 0 for none")
    pooling: Literal["mean", "first"] = Field("mean", description="over the words of a name of several words")
    same_word: Literal["exclude", "positive", "negative"] = Field(
        "exclude",
        description="what a related pair in the same batch is: left out, a further positive, or (as if nothing were "
        "known) a negative",
    )
    hard_negatives: int = Field(0, ge=0, description="for each pair, so many unrelated words near in sound")


class Schedule(_Strict):
    """AdamW with warm-up and linear decay."""

    epochs: float = Field(2, gt=0)
    steps: int | None = Field(None, gt=0, description="instead of epochs")
    pairs_per_batch: int = Field(128, gt=1)
    learning_rate: float = Field(1e-5, gt=0)
    weight_decay: float = Field(0.01, ge=0)
    warmup: float = Field(0.025, ge=0, lt=1)
    clip: float = Field(1.0, gt=0)
    bf16: bool = False


class Joint(_Strict):
    """NER batches between the contrastive ones; the head learns too, on the same annotation as stage 1."""

    config: Path = Field(description="training configuration whose corpora are drawn from")
    weight: float = Field(1.0, gt=0, description="weight of the NER loss beside the contrastive one")
    words_per_batch: int = Field(512, gt=0)


class AlignConfig(_Strict):
    """A whole run of contrastive alignment. The defaults are those of Sohn & Mortensen (2025) where it tells them."""

    name: str
    stage1: Path | None = Field(None, description="checkpoint folder of a trained tagger; or give --stage1")
    seed: int = 0
    pairs: PairChoice = PairChoice()
    adapter: Adapter = Adapter()
    contrast: Contrast = Contrast()
    schedule: Schedule = Schedule()
    joint: Joint | None = None


def read_align_config(path: Path, overrides: dict[str, Any] | None = None) -> AlignConfig:
    """Read a configuration of ``ipaner align``; ``overrides`` as in :func:`ipaner.settings.read_yaml`.

    Raises:
        ConfigError: If the file cannot be read or says something unknown.
    """
    return read_yaml(AlignConfig, path, overrides)
