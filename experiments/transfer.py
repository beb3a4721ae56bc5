"""What trained models are worth on held-out source languages, with case as it is or removed.

    python experiments/transfer.py experiments/leave-out.yaml RUN... --data DIR --cache runs/words.sqlite --no-case

The validation sets of the configuration whose languages it holds out are measured; RUN is a run folder. ``--no-case``
takes the case features away, so that a source language stands for one whose script has no capitals.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from ipaner.evaluation import position_macro_f1, strict_f1
from ipaner.labels import LABELS, viterbi
from ipaner.model.checkpoint import load_checkpoint
from ipaner.training import read_config
from ipaner.training.data import EncodedCorpus
from ipaner.training.ner import encode_sources
from ipaner.training.validation import predict
from ipaner.transcription import Vocabulary
from ipaner.transcription.inputs import CASE_FEATURES


def measure(run: Path, corpus: EncodedCorpus) -> tuple[float, float]:
    """Strict F1 and position_macro_f1 of a run's model on one corpus."""
    model, _ = load_checkpoint(run / "checkpoint")
    gold = [[LABELS[i] for i in labels] for labels in corpus.labels]
    found = [viterbi(logits) for logits in predict(model.eval(), corpus)]
    phones = [[max(1, len(corpus.phonemes[i])) for i in sentence] for sentence in corpus.sentences]
    return strict_f1(gold, found).f1, position_macro_f1(gold, found, phones).f1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path)
    parser.add_argument("runs", type=Path, nargs="+")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--limit", type=int, default=300)
    parser.add_argument("--no-case", action="store_true")
    options = parser.parse_args()
    config = read_config(options.config)
    sets = encode_sources(config, options.data, options.cache, Vocabulary.load(), config.validation, options.limit)
    corpora = [corpus for corpus in sets if corpus.name.split("/")[1] in config.hold_out]
    if options.no_case:
        for corpus in corpora:
            corpus.shapes[:, list(CASE_FEATURES)] = 0
    for run in options.runs:
        scores = np.array([measure(run, corpus) for corpus in corpora])
        parts = "; ".join(f"{c.name} {s:.1f}/{p:.1f}" for c, (s, p) in zip(corpora, scores, strict=True))
        strict, position = scores.mean(axis=0)
        print(f"{run.name}: strict_f1 {strict:.2f}, position_macro_f1 {position:.2f} ({parts})")


if __name__ == "__main__":
    main()
