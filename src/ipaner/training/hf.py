"""Fine-tuning of encoders that read original spelling (mBERT, XLM-R, CANINE): baselines on the same sentences.

Corpora, mixture, steps, seed, guard and run folder are those of ``ipaner train``. The loss is taken at the first piece
of each word, as the tagger reads it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from numpy.typing import NDArray
from torch.utils.data import Dataset
from transformers import AutoModelForTokenClassification
from transformers.trainer_utils import get_last_checkpoint

from ipaner.corpora import Sentence, find_corpus, read_corpus
from ipaner.errors import ConfigError
from ipaner.evaluation import strict_f1
from ipaner.files import atomic_write
from ipaner.labels import LABELS, repair
from ipaner.model.ner import IGNORED
from ipaner.training.config import Group, Source, TrainConfig
from ipaner.training.hf_pieces import Pieces, read_tokenizer, unreadable, windows
from ipaner.training.hf_tagger import RECORD, HfTagger
from ipaner.training.ner import MixtureTrainer, check_sources, mix, open_run, training_arguments

logger = logging.getLogger(__name__)

FORMAT = 1
"""Version of the layout of ``record.json``."""

_GIVEN = "given"
_UNUSED = ("encoder", "profile", "broad", "start_from")
"""What of a configuration says nothing about such a model."""


@dataclass(frozen=True, slots=True)
class PieceCorpus:
    """Sentences of one corpus and language as pieces.

    Attributes:
        name: ``corpus/language``.
        pieces: Ids of each word type.
        sentences: Word-type indices of each sentence.
        labels: Label indices of each sentence.
        backend: What made the pieces.
    """

    name: str
    pieces: list[tuple[int, ...]]
    sentences: list[NDArray[np.int32]]
    labels: list[NDArray[np.int8]]
    backend: str

    def __len__(self) -> int:
        """Number of sentences."""
        return len(self.sentences)


def encode_pieces(
    name: str, sentences: Sequence[Sentence], pieces: Pieces, max_words: int, backend: str
) -> PieceCorpus:
    """Encode a corpus; sentences longer than ``max_words``, or than the model reads, are cut into windows.

    Raises:
        ConfigError: If a tag is none of ours.
    """
    column = {label: i for i, label in enumerate(LABELS)}
    types: dict[str, int] = {}
    rows, labels = [], []
    for sentence in sentences:
        for at in range(0, len(sentence.tokens), max_words):
            tokens, tags = sentence.tokens[at : at + max_words], sentence.tags[at : at + max_words]
            for start, end in windows([len(pieces.word(t)) for t in tokens], pieces.budget, overlap=False):
                rows.append(np.array([types.setdefault(t, len(types)) for t in tokens[start:end]], dtype=np.int32))
                try:
                    labels.append(np.array([column[t] for t in repair(tags[start:end])], dtype=np.int8))
                except KeyError as error:
                    known = ", ".join(LABELS)
                    raise ConfigError(f"{name}: tag {error} is none of the model's labels {known}") from error
    logger.info("%s: %d sentences, %d word types", name, len(rows), len(types))
    return PieceCorpus(name, [pieces.word(word) for word in types], rows, labels, backend)


class PieceMixture(Dataset[tuple[int, int]]):
    """All sentences of all corpora; the counterpart of :class:`ipaner.training.data.Mixture` for pieces."""

    def __init__(self, corpora: Sequence[PieceCorpus], pieces: Pieces) -> None:
        self.corpora, self.pieces = list(corpora), pieces
        self.offsets = np.cumsum([0, *(len(c) for c in corpora)])

    def __len__(self) -> int:
        """Number of sentences in all corpora."""
        return int(self.offsets[-1])

    def __getitem__(self, index: int) -> tuple[int, int]:
        """The corpus and the sentence within it."""
        corpus = int(np.searchsorted(self.offsets, index, side="right")) - 1
        return corpus, index - int(self.offsets[corpus])

    def lengths(self) -> NDArray[np.int64]:
        """Words of each sentence: batches hold as many words as those of ipaner's own encoders."""
        return np.array([len(s) for c in self.corpora for s in c.sentences], dtype=np.int64)

    def collate(self, items: Sequence[tuple[int, int]]) -> dict[str, torch.Tensor]:
        """Arrays ``input_ids``, ``attention_mask`` and ``labels``, each (batch, pieces)."""
        rows = []
        for c, s in items:
            corpus = self.corpora[c]
            rows.append((*self.pieces.assemble([corpus.pieces[i] for i in corpus.sentences[s]]), corpus.labels[s]))
        length = self.pieces.padded(max(len(ids) for ids, _, _ in rows))
        ids = torch.full((len(rows), length), self.pieces.pad)
        mask = torch.zeros((len(rows), length), dtype=torch.long)
        labels = torch.full((len(rows), length), IGNORED)
        for i, (row, first, tags) in enumerate(rows):
            ids[i, : len(row)] = torch.tensor(row)
            mask[i, : len(row)] = 1
            labels[i, first] = torch.from_numpy(tags.astype(np.int64))
        return {"input_ids": ids, "attention_mask": mask, "labels": labels}


def fine_tune(config: TrainConfig, encoder: str, data: Path, folder: Path, *, progress: bool = False) -> Path:
    """Fine-tune an encoder as a token classifier, or go on with a run that was interrupted.

    Args:
        config: What to train on and how long; ``encoder``, ``profile`` and ``input`` (but for ``max_words``) say
            nothing here.
        encoder: Hub name or local folder, such as ``bert-base-multilingual-cased``.
        data: Folder that holds the corpora.
        folder: Run folder; as of :func:`ipaner.training.train`.
        progress: Whether to show a progress bar.

    Returns:
        The checkpoint folder: plain Hugging Face form, and ``record.json``, which tells of the run.

    Raises:
        ConfigError: If the protocol forbids a corpus, the configuration asks for what such a model cannot do, or the
            folder belongs to another run.
        ModelFileError: If the encoder cannot be read.
    """
    _check(config)
    check_sources(config)
    transformers.set_seed(config.seed)
    tokenizer = read_tokenizer(encoder)
    names = dict(enumerate(LABELS))
    try:
        model = AutoModelForTokenClassification.from_pretrained(
            encoder, id2label=names, label2id={v: k for k, v in names.items()}, ignore_mismatched_sizes=True
        )
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise unreadable("encoder", encoder, error) from error
    pieces = Pieces(tokenizer, model.config)
    called = Path(encoder).resolve().name if Path(encoder).is_dir() else encoder
    _open(config, called, folder)

    def encode(group: Group, kept: Sequence[Source]) -> tuple[list[PieceCorpus], str]:
        return list(_corpora(kept, config, data, pieces, called)), _GIVEN

    sources, weights, rows = mix(config, encode)
    trainer = MixtureTrainer(
        model=model, args=training_arguments(config, folder, progress), train_dataset=PieceMixture(sources, pieces)
    )
    trainer.weights, trainer.config = weights, config
    last = get_last_checkpoint(str(folder / "trainer")) if (folder / "trainer").is_dir() else None
    result = trainer.train(resume_from_checkpoint=last)
    with atomic_write(folder / "metrics.json") as file:
        file.write(json.dumps(trainer.state.log_history, indent=1) + "\n")
    checkpoint = folder / "checkpoint"
    if not trainer.is_world_process_zero():
        return checkpoint
    (checkpoint / RECORD).unlink(missing_ok=True)
    model.save_pretrained(checkpoint)
    tokenizer.save_pretrained(checkpoint)
    record = {
        "format": FORMAT,
        "name": config.name,
        "encoder": called,
        "labels": list(LABELS),
        "protocol": config.protocol,
        "languages": sorted({row["language"] for row in rows}),
        "training": {
            "config": config.model_dump(mode="json", exclude=set(_UNUSED)),
            "data": rows,
            "steps": config.optimisation.steps,
            "words": config.optimisation.words_per_batch,
            "seed": config.seed,
            "minutes": result.metrics["train_runtime"] / 60,
            "device": f"{trainer.args.device.type} ({torch.get_num_threads()} threads)",
            "parameters": sum(p.numel() for p in model.parameters()),
            "final_loss": result.training_loss,
        },
    }
    _write(checkpoint / RECORD, record)
    _write(checkpoint / RECORD, record | {"metrics": {"validation": _validate(checkpoint, config, data)}})
    return checkpoint


def _check(config: TrainConfig) -> None:
    """Refuse what a configuration asks for and such a model cannot do; silence would give a wrong baseline."""
    asked = {
        "input.blind": config.input.blind,
        "input.representation": config.input.representation != "ipa",
        "input.sound_exchange": config.input.sound_exchange > 0,
        "start_from": config.start_from is not None,
        "groups[].teachers": any(group.teachers for group in config.groups),
    }
    if wrong := [key for key, value in asked.items() if value]:
        raise ConfigError(
            f"{', '.join(wrong)}: a Hugging Face encoder reads original spelling and labels as given; leave it out"
        )


def _open(config: TrainConfig, encoder: str, folder: Path) -> None:
    open_run(config, folder)
    path = folder / "encoder.txt"
    if path.is_file() and path.read_text(encoding="utf-8").strip() != encoder:
        raise ConfigError(f"{folder} holds a run with another encoder. Choose another --out, or remove it")
    with atomic_write(path) as file:
        file.write(encoder + "\n")


def _corpora(
    sources: Sequence[Source], config: TrainConfig, data: Path, pieces: Pieces, encoder: str
) -> Iterator[PieceCorpus]:
    for source, language, sentences in _read(sources, data):
        name = f"{source.corpus}/{language}"
        yield encode_pieces(name, sentences, pieces, config.input.max_words, f"tokenizer of {encoder}")


def _read(sources: Sequence[Source], data: Path) -> Iterator[tuple[Source, str, list[Sentence]]]:
    for source in sources:
        for language in source.languages:
            yield source, language, read_corpus(find_corpus(data, source.corpus, language, source.split))


def _validate(checkpoint: Path, config: TrainConfig, data: Path) -> dict[str, dict[str, float]]:
    """Strict F1 on validation sentences of source languages."""
    tagger = HfTagger(str(checkpoint))
    metrics: dict[str, dict[str, float]] = {}
    for source, language, sentences in _read(config.validation, data):
        some = sentences[: config.validation_limit]
        found = [list(tagged.tags) for tagged in tagger.tag([s.tokens for s in some])]
        metrics[f"{source.corpus}/{language}"] = {
            "n_sentences": len(some),
            "strict_f1": strict_f1([list(s.tags) for s in some], found).overall.f1,
            "held_out": language in config.hold_out,
        }
    return metrics


def _write(path: Path, value: Any) -> None:
    with atomic_write(path) as file:
        file.write(json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
