"""A small real network: attention over words, random weights, the runtime's contract of inputs and outputs."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ipaner.labels import LABELS
from ipaner.names.features import FEATURES
from ipaner.transcription import Vocabulary

onnx = pytest.importorskip("onnx")

WIDTH = 32

NETWORK = """
<ir_version: 8, opset_import: ["" : 17]>
tiny (int64[batch, words, phones] phonemes SHAPE_INPUT) => (float[batch, words, LABELS] logits) {
    zero = Constant <value = int64 {0}> ()
    one = Constant <value = float {1.0}> ()
    last = Constant <value = int64[1] {-1}> ()
    middle = Constant <value = int64[1] {1}> ()
    far = Constant <value = float {-1e9}> ()
    nothing = Equal (phonemes, zero)
    something = Not (nothing)
    present = Cast <to = 1> (something)
    weight = Unsqueeze (present, last)
    embedded = Gather (embedding, phonemes)
    masked = Mul (embedded, weight)
    two = Constant <value = int64[1] {2}> ()
    total = ReduceSum <keepdims = 0> (masked, two)
    count = ReduceSum <keepdims = 1> (present, last)
    atleast = Max (count, one)
    heard = Div (total, atleast)
    SHAPE_BODY
    query = MatMul (x, wq)
    key = MatMul (x, wk)
    value = MatMul (x, wv)
    turned = Transpose <perm = [0, 2, 1]> (key)
    likeness = MatMul (query, turned)
    empty_row = Sub (one, present_word)
    penalty = Mul (empty_row, far)
    penalty_row = Unsqueeze (penalty, middle)
    scores = Add (likeness, penalty_row)
    attention = Softmax <axis = -1> (scores)
    context = MatMul (attention, value)
    together = Add (x, context)
    inner = MatMul (together, w1)
    active = Relu (inner)
    logits = MatMul (active, w2)
}
"""


MEMORY_INPUT = f", float[batch, words, {len(FEATURES)}] memory"


def network(labels: int = len(LABELS), shape: bool = False, memory: bool = False) -> Any:
    """A valid ONNX model with the runtime's contract of inputs and outputs."""
    body = "x = Identity (heard)"
    if shape:
        body = "seen = MatMul (shape, ws)\n    x = Add (heard, seen)"
    if memory:
        body = body.replace("x =", "without =") + "\n    told = MatMul (memory, wm)\n    x = Add (without, told)"
    body += "\n    top = ReduceMax <axes = [2], keepdims = 0> (present)\n    present_word = Identity (top)"
    text = NETWORK.replace("SHAPE_INPUT", ", float[batch, words, 8] shape" * shape + MEMORY_INPUT * memory)
    model = onnx.parser.parse_model(text.replace("SHAPE_BODY", body).replace("LABELS", str(labels)))
    rng = np.random.default_rng(7)
    sizes = {
        "embedding": (len(Vocabulary.load().symbols), WIDTH),
        "wq": (WIDTH, WIDTH),
        "wk": (WIDTH, WIDTH),
        "wv": (WIDTH, WIDTH),
        "w1": (WIDTH, 2 * WIDTH),
        "w2": (2 * WIDTH, labels),
    }
    if shape:
        sizes["ws"] = (8, WIDTH)
    if memory:
        sizes["wm"] = (len(FEATURES), WIDTH)
    for name, size in sizes.items():
        scale = 1.5 if name in ("embedding", "ws", "wm") else 1.5 / np.sqrt(size[0])
        weights = (scale * rng.standard_normal(size)).astype(np.float32)
        model.graph.initializer.append(onnx.numpy_helper.from_array(weights, name))
    onnx.checker.check_model(model)
    return model


def write_manifest(folder: Path) -> None:
    files = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir() if p.name != "manifest.json"}
    (folder / "manifest.json").write_text(json.dumps({"files": files}), encoding="utf-8")


def describe(**changes: Any) -> dict[str, Any]:
    """Contents of ``ipaner.json``; keys of ``input`` may be given as changes too."""
    vocabulary = Vocabulary.load()
    reads = {"shape": False, "blind": False, "max_words": 12, "overlap": 4}
    reads |= {key: changes.pop(key) for key in list(changes) if key in reads or key == "memory"}
    return {
        "format": 1,
        "name": "tiny",
        "labels": list(LABELS),
        "profile": "core",
        "broad": False,
        "vocabulary": {"version": vocabulary.version, "sha256": vocabulary.sha256},
        "transcription": {},
        "input": reads,
        "temperature": 1.3,
        "encoder": "tiny",
        "protocol": "open",
        "training": {},
        "metrics": {},
        "languages": [],
        **changes,
    }
