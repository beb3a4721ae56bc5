"""What a trained model is worth on held-out sentences of source languages, and the temperature fitted there."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from ipaner.evaluation import strict_f1
from ipaner.labels import LABELS, viterbi
from ipaner.model.ner import IpanerForNer
from ipaner.training.calibration import fit_temperature
from ipaner.training.data import EncodedCorpus, Mixture


def predict(model: IpanerForNer, corpus: EncodedCorpus, batch: int = 32) -> list[NDArray[np.float32]]:
    """Logits of each sentence of a corpus, shape (words, labels), in order."""
    mixture = Mixture([corpus])
    order = np.argsort(mixture.lengths(), kind="stable")
    logits: list[NDArray[np.float32]] = [np.zeros((0, 0), dtype=np.float32)] * len(corpus)
    for start in range(0, len(order), batch):
        chosen = order[start : start + batch]
        inputs = mixture.collate([mixture[int(i)] for i in chosen])
        with torch.no_grad():
            del inputs["labels"]
            output = model(**inputs).logits.float().numpy()
        for row, i in enumerate(chosen):
            logits[i] = output[row, : len(corpus.sentences[i])]
    return logits


def validate(
    model: IpanerForNer, validation: Sequence[EncodedCorpus], hold_out: Collection[str] = ()
) -> tuple[float | None, dict[str, dict[str, float]]]:
    """Fit the temperature on source validation sentences and measure strict F1 there.

    Args:
        model: The trained model.
        validation: Source-language sentences; none of them was trained on.
        hold_out: Languages that were left out of training: marked, since they show transfer, and not fitted on.

    Returns:
        The temperature (None if every validation language is held out), and by ``corpus/language`` what was measured.
    """
    logits = [predict(model, corpus) for corpus in validation]
    metrics: dict[str, dict[str, float]] = {}
    for corpus, scores in zip(validation, logits, strict=True):
        gold = [[LABELS[i] for i in labels] for labels in corpus.labels]
        found = [viterbi(x) for x in scores]
        metrics[corpus.name] = {
            "n_sentences": len(corpus),
            "strict_f1": strict_f1(gold, found).overall.f1,
            "held_out": corpus.name.split("/")[1] in hold_out,
        }
    seen = [i for i, corpus in enumerate(validation) if not metrics[corpus.name]["held_out"]]
    if not seen:
        return None, metrics
    labels = [y for i in seen for y in validation[i].labels]
    return fit_temperature([x for i in seen for x in logits[i]], labels), metrics
