"""Masked phonemes: the encoder learns from plain text of many languages to spell out words that are hidden from it.

Spans of words are hidden whole (Joshi et al. 2020), and what the name memory tells of them; from a word's vector its
first phones are guessed, as classes that all languages share (:mod:`ipaner.transcription.sound_classes`). Small
languages are drawn more often than their text has a share: in proportion to the sentences to a power below one.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from torch import Tensor, nn

from ipaner.corpora.registry import Stage, check
from ipaner.labels import LABELS
from ipaner.model.checkpoint import Description, save_checkpoint
from ipaner.model.ner import IGNORED, IpanerForNer
from ipaner.training.config import TrainConfig
from ipaner.training.data import EncodedCorpus, Mixture
from ipaner.training.ner import MixtureTrainer, encode_text, new_model, open_run, training_arguments, write_history
from ipaner.training.text import CORPUS as TEXT
from ipaner.training.text import LICENCE as TEXT_LICENCE
from ipaner.transcription import Vocabulary
from ipaner.transcription.sound_classes import sound_class

logger = logging.getLogger(__name__)

SPELLED = 6
"""Phones of a hidden word that are guessed, from its first on."""


class MaskedPhonemes(nn.Module):
    """A tagger's encoder under a head that spells out hidden words; the tagger's own head is not touched.

    Args:
        model: The tagger.
        vocabulary: Its symbols.
        share: Share of words that are hidden.
        mean_span: Mean number of words in a row that are hidden together.
    """

    classes: Tensor

    def __init__(self, model: IpanerForNer, vocabulary: Vocabulary, share: float = 0.2, mean_span: float = 1.5) -> None:
        super().__init__()
        names = sorted({sound_class(s) for i, s in enumerate(vocabulary.symbols) if vocabulary.is_letter(i)})
        number = {name: place for place, name in enumerate(names)}
        of_symbol = [
            number[sound_class(s)] if vocabulary.is_letter(i) else IGNORED for i, s in enumerate(vocabulary.symbols)
        ]
        self.model, self.share, self.mean_span, self.n_classes = model, share, mean_span, len(names)
        self.spell = nn.Linear(model.encoder.hidden_size, SPELLED * len(names))
        self.register_buffer("classes", torch.tensor(of_symbol), persistent=False)

    def forward(
        self, phonemes: Tensor, shape: Tensor | None = None, labels: Tensor | None = None, memory: Tensor | None = None
    ) -> dict[str, Tensor]:
        """The loss on hidden words: mean cross-entropy over their first phones. Labels are not looked at."""
        letters = self.model.letters[phonemes]
        hidden = self._hidden(letters.any(2))
        wanted = torch.where(letters & hidden[:, :, None], self.classes[phonemes], IGNORED)[:, :, :SPELLED]
        wanted = nn.functional.pad(wanted, (0, SPELLED - wanted.shape[2]), value=IGNORED)
        seen = torch.where(letters & hidden[:, :, None], self.model.mask, phonemes)
        if memory is not None:
            memory = memory * ~hidden[:, :, None]
        guesses = self.spell(self.model.encode(seen, shape, memory)).view(*wanted.shape, self.n_classes)
        loss = nn.functional.cross_entropy(guesses.flatten(0, 2).float(), wanted.flatten(), ignore_index=IGNORED)
        return {"loss": loss}

    def _hidden(self, words: Tensor) -> Tensor:
        """Which words are hidden, (batch, words): spans of one word or more, about ``share`` of all."""
        start = torch.rand(words.shape, device=words.device) < self.share / self.mean_span
        further = torch.rand(words.shape, device=words.device) < 1 - 1 / self.mean_span
        hidden = start
        for _ in range(3):
            ahead = torch.zeros_like(hidden)
            ahead[:, 1:] = hidden[:, :-1] & further[:, 1:]
            hidden = hidden | ahead
        return hidden & words


def pretrain(
    config: TrainConfig, text: Path, folder: Path, *, cache: Path | None = None, progress: bool = False
) -> Path:
    """Train an encoder on masked phonemes of plain text.

    Args:
        config: ``pretraining`` says in which languages; encoder, input and optimisation are as for a tagger.
        text: Folder of plain text, ``LANGUAGE.txt[.gz]``.
        folder: Run folder.
        cache: File of the word cache; None for none.
        progress: Whether to show a progress bar.

    Returns:
        A checkpoint folder for ``start_from``; its head has learnt nothing.

    Raises:
        ConfigError: If the protocol forbids a language, or a text is missing.
    """
    vocabulary = Vocabulary.load()
    for group in config.groups:
        for language in group.text:
            check(config.protocol, Stage.PRETRAIN, TEXT, language)
    open_run(config, folder)
    corpora = [c for group in config.groups for c in encode_text(config, group, text, cache, vocabulary)]
    transformers.set_seed(config.seed)
    model = new_model(config, vocabulary)
    trainer = MixtureTrainer(
        model=MaskedPhonemes(model, vocabulary),
        args=training_arguments(config, folder, progress),
        train_dataset=Mixture(corpora),
    )
    trainer.weights, trainer.config = _weights(corpora, config.groups[0].exponent), config
    result = trainer.train()
    write_history(trainer, folder)
    description = Description(
        name=config.name,
        labels=list(LABELS),
        profile=config.profile,
        broad=config.broad,
        vocabulary={"version": vocabulary.version, "sha256": vocabulary.sha256},
        transcription={},
        input={
            "representation": "ipa",
            "shape": config.input.shape,
            "blind": False,
            "max_words": config.input.max_words,
            "overlap": config.input.max_words // 4,
        },
        temperature=None,
        encoder=config.encoder.kind,
        protocol=config.protocol,
        training=_record(config, corpora, result, model),
        metrics={"final_loss": result.training_loss},
        languages=[],
    )
    save_checkpoint(model.cpu().eval(), description, folder / "checkpoint")
    return folder / "checkpoint"


def _weights(corpora: Sequence[EncodedCorpus], exponent: float) -> list[float]:
    sizes = np.array([len(corpus) for corpus in corpora], dtype=np.float64) ** exponent
    return list(sizes / sizes.sum())


def _record(config: TrainConfig, corpora: Sequence[EncodedCorpus], result: Any, model: IpanerForNer) -> dict[str, Any]:
    weights = _weights(corpora, config.groups[0].exponent)
    return {
        "config": config.model_dump(mode="json"),
        "started_from": None,
        "data": [
            {
                "corpus": TEXT,
                "language": c.name.split("/")[1],
                "sentences": len(c),
                "licence": TEXT_LICENCE,
                "share": float(w),
                "labels": "none",
            }
            for c, w in zip(corpora, weights, strict=True)
        ],
        "steps": config.optimisation.steps,
        "words": config.optimisation.words_per_batch,
        "seed": config.seed,
        "minutes": result.metrics["train_runtime"] / 60,
        "device": str(next(model.parameters()).device),
        "parameters": sum(p.numel() for p in model.parameters()),
    }
