"""Teacher and student: sentences without annotation, labelled by models trained earlier.

A student taught on several languages transfers better than its teachers, which saw one (Wu et al. 2020,
"Single-/Multi-Source Cross-Lingual NER via Teacher-Student Learning on Unlabeled Data in Target Language").
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from ipaner.corpora.registry import Protocol
from ipaner.errors import ConfigError
from ipaner.files import atomic_write_bytes, sha256
from ipaner.labels import LABELS, viterbi
from ipaner.model.checkpoint import load_checkpoint
from ipaner.model.ner import IpanerForNer
from ipaner.training.config import TrainConfig
from ipaner.training.data import EncodedCorpus
from ipaner.training.validation import predict

_STRICTEST_FIRST = (Protocol.PAPER, Protocol.OPEN, Protocol.FEW_SHOT)


@dataclass(frozen=True, slots=True)
class Teacher:
    """A trained model that labels sentences."""

    name: str
    model: IpanerForNer
    digest: str = ""


def load_teachers(folders: Sequence[Path], config: TrainConfig) -> list[Teacher]:
    """Read the checkpoints of teachers.

    Raises:
        ConfigError: If one learnt from more than the student's protocol allows, or reads another transcription.
        ModelFileError: If one is broken.
    """
    teachers = []
    for folder in folders:
        model, description = load_checkpoint(folder)
        if _STRICTEST_FIRST.index(Protocol(description.protocol)) > _STRICTEST_FIRST.index(Protocol(config.protocol)):
            raise ConfigError(
                f"Teacher {folder} was made under protocol '{description.protocol}', which allows more than the "
                f"student's '{config.protocol}'. Take a teacher of that protocol"
            )
        if (description.profile, description.broad) != (config.profile, config.broad):
            raise ConfigError(
                f"Teacher {folder} reads profile '{description.profile}'{' (broad)' if description.broad else ''}, "
                f"the student '{config.profile}'{' (broad)' if config.broad else ''}. Take the same for both"
            )
        if description.representation != config.input.representation:
            raise ConfigError(
                f"Teacher {folder} reads '{description.representation}', the student "
                f"'{config.input.representation}'. Take the same input.representation for both"
            )
        teachers.append(Teacher(description.name, model.eval(), sha256(folder / "model.safetensors")))
    return teachers


def relabel(
    corpus: EncodedCorpus, teachers: Sequence[Teacher], boldness: float = 0.0, cache: Path | None = None
) -> EncodedCorpus:
    """Replace a corpus's labels by those that its teachers give together: log-probabilities averaged, then Viterbi.

    Args:
        corpus: Sentences whose labels do not count.
        teachers: Models that label them.
        boldness: Taken from the log-probability of ``O``: teachers of titles are shy of names in running text.
        cache: Folder where labels are kept, so that students of the same teachers need not wait for them again.
    """
    kept = cache / f"{_digest(corpus, teachers, boldness)}.npy" if cache else None
    if kept and kept.is_file():
        flat = np.load(kept, allow_pickle=False)
        return replace(corpus, labels=np.split(flat, np.cumsum([len(s) for s in corpus.sentences])[:-1]))
    column = {label: i for i, label in enumerate(LABELS)}
    opinions = [predict(teacher.model, corpus) for teacher in teachers]
    labels = []
    for logits in zip(*opinions, strict=True):
        mean = np.mean([torch.log_softmax(torch.from_numpy(x), dim=-1).numpy() for x in logits], axis=0)
        mean[:, column["O"]] -= boldness
        labels.append(np.array([column[label] for label in viterbi(mean)], dtype=np.int8))
    if kept and labels:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write_bytes(kept) as stream:
            np.save(stream, np.concatenate(labels))
    return replace(corpus, labels=labels)


def _digest(corpus: EncodedCorpus, teachers: Sequence[Teacher], boldness: float) -> str:
    """A name for what these teachers say of these sentences."""
    told = hashlib.sha256(f"{corpus.name} {boldness} {[teacher.digest for teacher in teachers]}".encode())
    for arrays in (corpus.sentences, corpus.phonemes, corpus.memory or []):
        for array in arrays:
            told.update(array.tobytes())
    told.update(corpus.shapes.tobytes())
    return told.hexdigest()[:32]
