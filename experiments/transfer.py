"""What trained models are worth on held-out source languages: as they are, without case, without the name memory.

    python experiments/transfer.py experiments/leave-out.yaml RUN... --data DIR --cache runs/words.sqlite

The validation sets of the configuration whose languages it holds out are measured; RUN is a run folder. Without case, a
source language stands for one whose script has no capitals. Several runs joined by ``+`` are measured together, their
log-probabilities averaged. ``--boldness`` is taken from the log-probability of ``O``.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ipaner.evaluation import position_macro_f1, strict_f1
from ipaner.labels import LABELS, log_softmax, viterbi
from ipaner.model.checkpoint import load_checkpoint
from ipaner.training import TrainConfig, read_config
from ipaner.training.data import EncodedCorpus
from ipaner.training.ner import encode_sources
from ipaner.training.validation import predict
from ipaner.transcription import Vocabulary
from ipaner.transcription.inputs import CASE_FEATURES


def variants(corpus: EncodedCorpus) -> dict[str, EncodedCorpus]:
    """A corpus as it is, without case, and without memory where it has one."""
    caseless = corpus.shapes.copy()
    caseless[:, list(CASE_FEATURES)] = 0
    found = {"as it is": corpus, "no case": replace(corpus, shapes=caseless)}
    if corpus.memory is not None:
        found["no memory"] = replace(corpus, memory=None)
    return found


def score(corpus: EncodedCorpus, opinions: list[list[NDArray[np.float32]]], boldness: float) -> tuple[float, float]:
    """Strict F1 and position_macro_f1 of models together, ``boldness`` taken from the log-probability of ``O``."""
    gold = [[LABELS[i] for i in labels] for labels in corpus.labels]
    found = []
    for logits in zip(*opinions, strict=True):
        mean = np.mean([log_softmax(x) for x in logits], axis=0)
        mean[:, LABELS.index("O")] -= boldness
        found.append(viterbi(mean))
    phones = [[max(1, len(corpus.phonemes[i])) for i in sentence] for sentence in corpus.sentences]
    return strict_f1(gold, found).f1, position_macro_f1(gold, found, phones).f1


def held_out(config: TrainConfig, options: argparse.Namespace) -> list[EncodedCorpus]:
    """The validation sets in languages that were kept out of training."""
    sets = encode_sources(config, options.data, options.cache, Vocabulary.load(), config.validation, options.limit)
    return [corpus for corpus in sets if corpus.name.split("/")[1] in config.hold_out]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path)
    parser.add_argument("runs", nargs="+")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--limit", type=int, default=300)
    parser.add_argument("--boldness", type=float, nargs="+", default=[0.0])
    parser.add_argument("--csv", type=Path, help="append the rows to this table")
    options = parser.parse_args()
    base = read_config(options.config)
    read: dict[str | None, list[EncodedCorpus]] = {}
    for name in options.runs:
        runs = [Path(run) for run in name.split("+")]
        memory = read_config(runs[0] / "config.yaml").input.memory
        if memory not in read:
            read[memory] = held_out(
                base.model_copy(update={"input": base.input.model_copy(update={"memory": memory})}), options
            )
        models = [load_checkpoint(run / "checkpoint")[0].eval() for run in runs]
        told: dict[tuple[str, float], list[tuple[str, float, float]]] = {}
        for corpus in read[memory]:
            for variant, changed in variants(corpus).items():
                opinions = [predict(model, changed) for model in models]
                for boldness in options.boldness:
                    scores = score(changed, opinions, boldness)
                    told.setdefault((variant, boldness), []).append((corpus.name, *scores))
        for (variant, boldness), rows in told.items():
            strict, position = (float(np.mean([row[i] for row in rows])) for i in (1, 2))
            parts = "; ".join(f"{corpus} {s:.1f}/{p:.1f}" for corpus, s, p in rows)
            told_of = "+".join(run.name for run in runs)
            print(f"{told_of} | {variant} | O {-boldness:+g} | strict {strict:.2f}, position {position:.2f} | {parts}")
            if options.csv:
                append(options.csv, [told_of, variant, boldness, f"{strict:.2f}", f"{position:.2f}", parts])


def append(path: Path, row: list[object]) -> None:
    """Add a row to a table, which begins with a header."""
    new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        if new:
            writer.writerow(["run", "variant", "boldness", "strict_f1", "position_macro_f1", "by_corpus"])
        writer.writerow(row)


if __name__ == "__main__":
    main()
