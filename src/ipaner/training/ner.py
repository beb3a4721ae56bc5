"""Supervised NER training: configuration in, run folder with a checkpoint out."""

from __future__ import annotations

import json
import logging
import os
import platform
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
import torch
import transformers
import yaml
from torch.utils.data import DataLoader
from transformers import RobertaModel, Trainer, TrainingArguments
from transformers.trainer_utils import get_last_checkpoint

from ipaner import languages
from ipaner.corpora import find_corpus, read_corpus
from ipaner.corpora.registry import Stage, check, check_training, corpora
from ipaner.errors import ConfigError
from ipaner.files import atomic_write
from ipaner.labels import LABELS
from ipaner.model.checkpoint import NAMES, Description, load_checkpoint, save_checkpoint
from ipaner.model.config import IpanerConfig
from ipaner.model.ner import IpanerForNer
from ipaner.model.xphonebert import XPhoneBertEncoder, read_backbone
from ipaner.names.memory import BUNDLED, FEATURES, NameMemory
from ipaner.training.config import Group, Source, TrainConfig, read_config
from ipaner.training.data import EncodedCorpus, Mixture, MixtureSampler, encode_corpus
from ipaner.training.teachers import load_teachers, relabel
from ipaner.training.text import CORPUS as TEXT
from ipaner.training.text import LICENCE as TEXT_LICENCE
from ipaner.training.text import find_text, read_text
from ipaner.training.validation import validate
from ipaner.transcription import Vocabulary, WordCache
from ipaner.transcription.inputs import SHAPE_FEATURES
from ipaner.transcription.representations import reader, symbols

logger = logging.getLogger(__name__)

C = TypeVar("C", bound="Corpus")

_PATHS: Any = {"start_from": True, "groups": {"__all__": {"teachers"}}}
"""What of a configuration tells of one machine only; the record of the run names the models instead."""

_GIVEN = "given"
"""Who labelled a corpus that is not labelled by teachers."""


def train(
    config: TrainConfig,
    data: Path,
    folder: Path,
    *,
    text: Path | None = None,
    cache: Path | None = None,
    progress: bool = False,
) -> Path:
    """Train a tagger, or go on with a run that was interrupted.

    Args:
        config: What to train.
        data: Folder that holds the corpora.
        folder: Run folder; holds the resolved configuration, environment, log, metrics and checkpoint.
        text: Folder of plain text, ``LANGUAGE.txt[.gz]``, if the configuration asks for some.
        cache: File of the word cache, shared between runs; None for none.
        progress: Whether to show a progress bar.

    Returns:
        The checkpoint folder.

    Raises:
        ConfigError: If the protocol or a licence forbids a corpus, or the folder belongs to another run.
    """
    check_sources(config)
    open_run(config, folder)
    vocabulary = symbols(config.input.representation)
    sources, weights, rows = training_data(config, data, cache, vocabulary, text)
    transformers.set_seed(config.seed)
    model = new_model(config, vocabulary)
    mixture = Mixture(sources, config.input.name_exchange, config.seed)
    trainer = MixtureTrainer(model=model, args=training_arguments(config, folder, progress), train_dataset=mixture)
    trainer.weights = weights
    trainer.config = config
    last = get_last_checkpoint(str(folder / "trainer")) if (folder / "trainer").is_dir() else None
    if last:
        logger.info("resuming from %s", last)
    result = trainer.train(resume_from_checkpoint=last)
    write_history(trainer, folder)
    model = model.cpu().eval()
    with torch.no_grad():
        model.head.bias[LABELS.index("O")] -= config.boldness
    validation = list(encode_sources(config, data, cache, vocabulary, config.validation, config.validation_limit))
    temperature, metrics = validate(model, validation, config.hold_out)
    training = {
        "config": config.model_dump(mode="json", exclude=_PATHS),
        "started_from": _earlier(config.start_from),
        "data": rows,
        "phones": _phones(sources, vocabulary),
        "steps": config.optimisation.steps,
        "words": config.optimisation.words_per_batch,
        "seed": config.seed,
        "minutes": result.metrics["train_runtime"] / 60,
        "device": f"{trainer.args.device.type} ({torch.get_num_threads()} threads)",
        "parameters": sum(p.numel() for p in model.parameters()),
        "final_loss": result.training_loss,
    }
    transcription = {languages.get(row["language"]).code: row.pop("backend") for row in rows}
    description = Description(
        name=config.name,
        labels=list(LABELS),
        profile=config.profile,
        broad=config.broad,
        vocabulary={"version": vocabulary.version, "sha256": vocabulary.sha256},
        transcription=transcription,
        input={
            "representation": config.input.representation,
            "shape": config.input.shape,
            "blind": config.input.blind,
            **_memory_record(config),
            "max_words": config.input.max_words,
            "overlap": config.input.max_words // 4,
        },
        temperature=temperature,
        encoder=config.encoder.kind,
        protocol=config.protocol,
        training=training,
        metrics={"validation": metrics},
        languages=sorted({row["language"] for row in rows if row["labels"] == _GIVEN}),
    )
    if trainer.is_world_process_zero():
        own = config.input.memory not in (None, BUNDLED)
        save_checkpoint(model, description, folder / "checkpoint", Path(str(config.input.memory)) if own else None)
    return folder / "checkpoint"


def _phones(sources: Sequence[EncodedCorpus], vocabulary: Vocabulary) -> list[str]:
    """Phones of the training data: what the network may be trusted with."""
    seen = {int(symbol) for corpus in sources for word in corpus.phonemes for symbol in word}
    return [vocabulary.symbols[i] for i in sorted(seen) if vocabulary.is_letter(i)]


def _earlier(checkpoint: Path | None) -> dict[str, Any] | None:
    """What to say of the run that training started from; None if it started anew."""
    if checkpoint is None:
        return None
    _, description = load_checkpoint(checkpoint)
    kept = ("config", "steps", "words", "seed", "minutes", "device", "started_from")
    return {"name": description.name} | {key: description.training.get(key) for key in kept}


def new_model(config: TrainConfig, vocabulary: Vocabulary) -> IpanerForNer:
    """A model with random weights, those of a pretrained backbone, or those of an earlier checkpoint."""
    model = IpanerForNer(_model_config(config, vocabulary))
    if config.start_from:
        earlier, description = load_checkpoint(config.start_from)
        if description.representation != config.input.representation:
            raise ConfigError(
                f"start_from: {config.start_from} reads '{description.representation}', this run "
                f"'{config.input.representation}'. Take a checkpoint of the same input.representation"
            )
        try:
            model.load_state_dict(earlier.state_dict())
        except RuntimeError as error:
            raise ConfigError(f"start_from: {config.start_from} holds a network of another shape: {error}") from error
    elif isinstance(model.encoder, XPhoneBertEncoder):
        pretrained = RobertaModel.from_pretrained(config.encoder.pretrained, add_pooling_layer=False)
        model.encoder.roberta.load_state_dict(pretrained.state_dict())
    return model


class MixtureTrainer(Trainer):  # type: ignore[misc]
    """transformers' Trainer with our batches; its dataset is a mixture of corpora, drawn by weight."""

    weights: list[float]
    config: TrainConfig

    def get_train_dataloader(self) -> DataLoader[Any]:
        """Batches of a fixed number of words, for the whole run."""
        mixture = self.train_dataset
        sampler = MixtureSampler(
            mixture.lengths(),
            [len(corpus) for corpus in mixture.corpora],
            self.weights,
            self.config.optimisation.words_per_batch,
            self.config.optimisation.steps * self.args.world_size,
            self.config.seed,
        )
        return self.accelerator.prepare(  # type: ignore[no-any-return]
            DataLoader(mixture, batch_sampler=sampler, collate_fn=mixture.collate)
        )


def write_history(trainer: Trainer, folder: Path) -> None:
    """Write what the trainer logged, ``metrics.json``."""
    with atomic_write(folder / "metrics.json") as file:
        file.write(json.dumps(trainer.state.log_history, indent=1) + "\n")


def training_arguments(config: TrainConfig, folder: Path, progress: bool) -> TrainingArguments:
    """The configuration as transformers' Trainer takes it."""
    optimisation = config.optimisation
    return TrainingArguments(
        output_dir=str(folder / "trainer"),
        max_steps=optimisation.steps,
        learning_rate=optimisation.learning_rate,
        weight_decay=optimisation.weight_decay,
        warmup_steps=int(optimisation.warmup * optimisation.steps),
        lr_scheduler_type="linear",
        max_grad_norm=optimisation.clip,
        bf16=optimisation.bf16,
        use_cpu=not torch.cuda.is_available(),
        seed=config.seed,
        save_steps=optimisation.save_every,
        save_total_limit=1,
        logging_steps=optimisation.log_every,
        disable_tqdm=not progress,
        report_to=[],
        remove_unused_columns=False,
        label_names=["labels"],
        accelerator_config={"even_batches": False, "dispatch_batches": False},
        dataloader_pin_memory=torch.cuda.is_available(),
    )


def _model_config(config: TrainConfig, vocabulary: Vocabulary) -> IpanerConfig:
    backbone, symbol_map = None, None
    if config.encoder.kind == "xphonebert":
        if not config.encoder.pretrained:
            raise ConfigError("encoder.kind xphonebert needs encoder.pretrained: a hub name or a local folder")
        if config.input.representation != "ipa":
            raise ConfigError(
                f"encoder.kind xphonebert reads phonemes, not input.representation {config.input.representation}"
            )
        backbone, symbol_map = read_backbone(config.encoder.pretrained, vocabulary)
    return IpanerConfig(
        encoder=config.encoder.kind,
        vocabulary_size=len(vocabulary),
        representation=config.input.representation,
        shape_features=len(SHAPE_FEATURES) if config.input.shape else 0,
        blind=config.input.blind,
        hidden=config.encoder.hidden,
        layers=config.encoder.layers,
        heads=config.encoder.heads,
        phone_width=config.encoder.phone_width,
        dropout=config.encoder.dropout,
        backbone=backbone,
        symbol_map=symbol_map,
        pooling=config.encoder.pooling,
        sentence_masking=config.input.sentence_masking,
        word_masking=config.input.word_masking,
        sound_exchange=config.input.sound_exchange,
        case_dropout=config.input.case_dropout,
        folded=config.input.folded,
        sound_noise=config.input.sound_noise,
        memory_features=len(FEATURES) if config.input.memory else 0,
        memory_sentence_dropout=config.input.memory_sentence_dropout,
        memory_word_dropout=config.input.memory_word_dropout,
    )


@cache
def _memory(path: str) -> NameMemory:
    return NameMemory.load(path)


def _memory_record(config: TrainConfig) -> dict[str, Any]:
    """What a checkpoint says of the memory it was trained with."""
    if not config.input.memory:
        return {}
    memory = _memory(config.input.memory)
    where = BUNDLED if config.input.memory == BUNDLED else NAMES
    return {"memory": {"version": memory.version, "sha256": memory.sha256, "index": where, "features": len(FEATURES)}}


def check_sources(config: TrainConfig) -> None:
    """Ask the registry about every corpus before anything is read.

    Raises:
        ConfigError: If the protocol or a licence forbids one.
    """
    for group in config.groups:
        if group.text and not group.teachers:
            raise ConfigError(f"Plain text ({', '.join(group.text)}) has no tags: name teachers that label it")
        for language in group.text:
            check(config.protocol, Stage.PRETRAIN, TEXT, language)
        for source in group.sources:
            for language in set(source.languages) - set(config.hold_out):
                if group.teachers:
                    check(config.protocol, Stage.PRETRAIN, source.corpus, language)
                else:
                    check_training(config.protocol, source.corpus, language, ships=config.ships)
    if config.input.memory:
        for language in _memory(config.input.memory).languages:
            check(config.protocol, Stage.NAMES, f"the name memory {config.input.memory}", language)
    for source in config.validation:
        for language in source.languages:
            stage = Stage.SELECTION if language in config.hold_out else Stage.TUNING
            check(config.protocol, stage, source.corpus, language)


def open_run(config: TrainConfig, folder: Path) -> None:
    """Write configuration and environment, or make sure that an existing folder holds this very run."""
    path, text = folder / "config.yaml", yaml.safe_dump(config.model_dump(mode="json"), sort_keys=False)
    if path.exists() and path.read_text(encoding="utf-8") != text and not _same(path, config):
        raise ConfigError(f"{folder} holds a run with another configuration. Choose another --out, or remove it")
    folder.mkdir(parents=True, exist_ok=True)
    environment = {
        "ipaner": version("ipaner"),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "cuda": torch.version.cuda,
        "cores": os.cpu_count(),
    }
    with atomic_write(folder / "environment.json") as file:
        file.write(json.dumps(environment, indent=1) + "\n")
    with atomic_write(path) as file:
        file.write(text)


def _same(path: Path, config: TrainConfig) -> bool:
    """Whether a file means this configuration: one written before a key existed means that key's default."""
    try:
        return read_config(path) == config
    except ConfigError:
        return False


def training_data(
    config: TrainConfig, data: Path, cache: Path | None, vocabulary: Vocabulary, text: Path | None = None
) -> tuple[list[EncodedCorpus], list[float], list[dict[str, Any]]]:
    """Corpora, the weight of each in the batches, and a row each for the model card."""

    def encode(group: Group, kept: Sequence[Source]) -> tuple[list[EncodedCorpus], str]:
        encoded = list(encode_sources(config, data, cache, vocabulary, kept))
        encoded += encode_text(config, group, text, cache, vocabulary)
        if not group.teachers:
            return encoded, _GIVEN
        teachers = load_teachers(group.teachers, config)
        shelf = cache.parent / "labels" if cache else None
        labelled = [relabel(corpus, teachers, group.boldness, shelf) for corpus in encoded]
        return labelled, ", ".join(teacher.name for teacher in teachers)

    return mix(config, encode)


class Corpus(Protocol):
    """What a mixture knows of a corpus, however its words are encoded."""

    @property
    def name(self) -> str:
        """``corpus/language``."""

    @property
    def backend(self) -> str:
        """What made its words into ids."""

    def __len__(self) -> int:
        """Number of sentences."""


def mix(
    config: TrainConfig, encode: Callable[[Group, Sequence[Source]], tuple[Sequence[C], str]]
) -> tuple[list[C], list[float], list[dict[str, Any]]]:
    """Encode every group, held-out languages left out, and weigh its corpora.

    Args:
        config: The run.
        encode: (group, its sources) -> encoded corpora, and who labelled them.

    Returns:
        Corpora, the weight of each in the batches, and a row each for the model card.
    """
    sources: list[C] = []
    weights: list[float] = []
    labels: list[str] = []
    total = sum(group.share for group in config.groups)
    for group in config.groups:
        kept = [
            source.model_copy(update={"languages": [x for x in source.languages if x not in config.hold_out]})
            for source in group.sources
        ]
        encoded, labelled_by = encode(group, kept)
        sizes = np.array([len(corpus) for corpus in encoded], dtype=np.float64) ** group.exponent
        sources += encoded
        labels += [labelled_by] * len(encoded)
        weights += list(group.share / total * sizes / sizes.sum())
    rows = []
    for source, weight, labelled_by in zip(sources, weights, labels, strict=True):
        name, language = source.name.split("/")
        rows.append(
            {
                "corpus": name,
                "language": language,
                "sentences": len(source),
                "licence": corpora()[name].licence.name
                if name in corpora()
                else TEXT_LICENCE
                if name == TEXT
                else "not known",
                "share": float(weight),
                "labels": labelled_by,
                "backend": source.backend,
            }
        )
    return sources, weights, rows


def encode_text(
    config: TrainConfig, group: Group, folder: Path | None, cache: Path | None, vocabulary: Vocabulary
) -> Iterator[EncodedCorpus]:
    """Read, transcribe and encode the plain text of a group."""
    words = WordCache(cache) if cache else None
    memory = _memory(config.input.memory) if config.input.memory else None
    for language in group.text:
        reads = reader(config.input.representation, language, config.profile, broad=config.broad, cache=words)
        sentences = read_text(find_text(folder, language), reads, group.text_limit)
        name = f"{TEXT}/{language}"
        yield encode_corpus(name, sentences, reads, vocabulary, LABELS, config.input.max_words, memory)


def encode_sources(
    config: TrainConfig,
    data: Path,
    cache: Path | None,
    vocabulary: Vocabulary,
    sources: Sequence[Source],
    limit: int | None = None,
) -> Iterator[EncodedCorpus]:
    """Read, transcribe and encode corpora, one after another; ``limit`` keeps the first sentences of each."""
    words = WordCache(cache) if cache else None
    for source in sources:
        for language in source.languages:
            path = find_corpus(data, source.corpus, language, source.split)
            sentences = read_corpus(path)
            if limit is not None:
                sentences = sentences[:limit]
            reads = reader(config.input.representation, language, config.profile, broad=config.broad, cache=words)
            name = f"{source.corpus}/{language}"
            memory = _memory(config.input.memory) if config.input.memory else None
            yield encode_corpus(name, sentences, reads, vocabulary, LABELS, config.input.max_words, memory)
