"""The temperature that makes scores honest in languages kept out of training, and what a least score is worth there.

    python experiments/held_out_temperature.py experiments/leave-out.yaml RUN --data DIR --cache runs/words.sqlite

Measured on the held-out validation sets of the configuration, as they are and without case: where a tagger is used, no
sentence of the language was seen, and a temperature fitted on languages of training makes it too sure. The bundled
model takes the best one (``experiments/bundle.py --temperature``).
"""

from __future__ import annotations

import argparse
from pathlib import Path

from transfer import held_out, variants

from ipaner.evaluation.calibration import measure_calibration
from ipaner.labels import LABELS, Span, span_probabilities, to_spans, viterbi
from ipaner.model.checkpoint import load_checkpoint
from ipaner.training import read_config
from ipaner.training.calibration import fit_temperature
from ipaner.training.validation import predict

TEMPERATURES = tuple(t / 10 for t in range(10, 41, 2))
"""Tried; the one with the lowest Brier score of entities is taken."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--limit", type=int, default=300)
    parser.add_argument("--boldness", type=float, default=0.0)
    options = parser.parse_args()
    base, memory = read_config(options.config), read_config(options.run / "config.yaml").input.memory
    config = base.model_copy(update={"input": base.input.model_copy(update={"memory": memory})})
    model, _ = load_checkpoint(options.run / "checkpoint")
    logits, labels = [], []
    for corpus in held_out(config, options):
        changed = variants(corpus)
        for name in ("as it is", "no case"):
            logits += predict(model, changed[name])
            labels += corpus.labels
    for x in logits:
        x[:, LABELS.index("O")] -= options.boldness
    print(f"temperature by the likelihood of words, of which nearly all are O: {fit_temperature(logits, labels):.3f}")
    gold = [set(to_spans([LABELS[i] for i in row])) for row in labels]
    found: list[list[Span]] = [to_spans(viterbi(x)) for x in logits]

    def scored(t: float) -> tuple[list[float], list[bool]]:
        scores = [p for x, spans in zip(logits, found, strict=True) for p in span_probabilities(x, spans, LABELS, t)]
        return scores, [span in true for spans, true in zip(found, gold, strict=True) for span in spans]

    measured = {t: measure_calibration(*scored(t)) for t in TEMPERATURES}
    for t, calibration in measured.items():
        print(f"temperature {t:.1f}: Brier score {calibration.brier:.1f}, calibration error {calibration.error:.1f}")
    best = min(measured, key=lambda t: measured[t].brier)
    scores, right = scored(best)
    for least in (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6):
        kept = [ok for p, ok in zip(scores, right, strict=True) if p >= least]
        precision, recall = sum(kept) / max(len(kept), 1), sum(kept) / sum(map(len, gold))
        f1 = 200 * precision * recall / max(precision + recall, 1e-9)
        print(f"{best:.1f}, score {least:.1f}: precision {100 * precision:.1f}, recall {100 * recall:.1f}, F1 {f1:.1f}")


if __name__ == "__main__":
    main()
