"""The model in the package: seeds of one recipe averaged in one ONNX file, their temperature fitted together.

    python experiments/bundle.py NAME RUN RUN... --data DIR --cache runs/words.sqlite --out src/ipaner/runtime/bundled

The temperature is fitted on the source-language validation sets of the first run's configuration.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np

from ipaner.evaluation import strict_f1
from ipaner.labels import LABELS, log_softmax, viterbi
from ipaner.model.card import model_card
from ipaner.model.checkpoint import load_checkpoint, write_manifest
from ipaner.model.export import INT8, export_fp32, export_int8
from ipaner.training import read_config
from ipaner.training.calibration import fit_temperature
from ipaner.training.ner import encode_sources
from ipaner.training.validation import predict
from ipaner.transcription import Vocabulary


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name")
    parser.add_argument("runs", type=Path, nargs="+")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--temperature", type=float, help="instead of the fitted one: held_out_temperature.py tells it")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    config = read_config(options.runs[0] / "config.yaml")
    models = [load_checkpoint(run / "checkpoint")[0] for run in options.runs]
    sets = list(
        encode_sources(
            config, options.data, options.cache, Vocabulary.load(), config.validation, config.validation_limit
        )
    )
    logits, labels, metrics = [], [], {}
    for corpus in sets:
        each = zip(*(predict(model, corpus) for model in models), strict=True)
        together = [np.mean([log_softmax(x) for x in opinions], axis=0) for opinions in each]
        gold = [[LABELS[i] for i in row] for row in corpus.labels]
        f1 = strict_f1(gold, [viterbi(x) for x in together]).overall.f1
        metrics[corpus.name] = {"n_sentences": len(corpus), "strict_f1": f1, "held_out": False}
        logits += together
        labels += corpus.labels
    description = json.loads((options.runs[0] / "checkpoint" / "ipaner.json").read_text(encoding="utf-8"))
    description |= {"name": options.name, "temperature": options.temperature or fit_temperature(logits, labels)}
    description["metrics"]["validation"] = metrics
    description["training"]["averaged"] = [
        {"seed": read_config(run / "config.yaml").seed, "parameters": sum(p.numel() for p in model.parameters())}
        for run, model in zip(options.runs, models, strict=True)
    ]
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        fp32 = Path(folder) / "model.onnx"
        export_fp32(models[0], fp32, *models[1:])
        export_int8(fp32, options.out / INT8)
    text = json.dumps(description, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (options.out / "ipaner.json").write_text(text, encoding="utf-8")
    (options.out / "README.md").write_text(model_card(description), encoding="utf-8")
    write_manifest(options.out)
    print(f"{options.out}: temperature {description['temperature']:.3f}, {(options.out / INT8).stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
