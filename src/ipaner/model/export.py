"""Export to ONNX: one file each for fp32 and dynamically quantised int8, beside the weights they came from."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ipaner.errors import ModelFileError
from ipaner.model.checkpoint import NAMES, load_checkpoint, write_manifest
from ipaner.model.ner import IpanerForNer

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # before ONNX Runtime is first imported: no network, no files

FP32, INT8 = "model.onnx", "model.int8.onnx"
AGREEMENT = 1e-4
"""Largest difference between torch's and ONNX Runtime's fp32 logits that passes."""


class _Logits(nn.Module):
    """Models with positional inputs, those they have channels for, and a plain tensor out, as an exporter likes it.

    Of several models the log-probabilities are averaged.
    """

    def __init__(self, *models: IpanerForNer) -> None:
        super().__init__()
        self.models = nn.ModuleList(models)
        self.channels = [name for name, width in _channels(models[0]).items() if width]

    def forward(self, phonemes: Tensor, *channels: Tensor) -> Tensor:
        given = dict(zip(self.channels, channels, strict=True))
        logits: list[Tensor] = [model(phonemes, **given).logits for model in self.models]
        return logits[0] if len(logits) == 1 else torch.stack([x.log_softmax(-1) for x in logits]).mean(0)


def _channels(model: IpanerForNer) -> dict[str, int]:
    """Features a word of each input beside its phonemes, in the order of the inputs."""
    return {"shape": model.config.shape_features, "memory": model.config.memory_features}


def _sample(model: IpanerForNer, batch: int, words: int, phones: int, seed: int) -> tuple[Tensor, ...]:
    """Random input with padding: phonemes (batch, words, phones) and, if the model has the channel, shape."""
    rng = np.random.default_rng(seed)
    grid = rng.integers(1, model.config.vocabulary_size, (batch, words, phones))
    keep = rng.integers(1, phones + 1, (batch, words, 1))
    grid[np.arange(phones)[None, None, :] >= keep] = 0
    grid[0, max(words - 1, 1) :] = 0
    inputs: tuple[Tensor, ...] = (torch.from_numpy(grid),)
    for width in filter(None, _channels(model).values()):
        inputs += (torch.from_numpy(rng.integers(0, 2, (batch, words, width)).astype(np.float32)),)
    return inputs


def export_fp32(model: IpanerForNer, path: Path, *others: IpanerForNer) -> None:
    """Write the model as one ONNX file with free batch, word and phone axes, and check it against torch.

    Args:
        model: The network.
        path: The file.
        others: Networks with the same inputs whose log-probabilities are averaged with the model's.

    Raises:
        ModelFileError: If ONNX Runtime's logits differ from torch's by more than :data:`AGREEMENT`, or the networks do
            not read the same.
    """
    if any(_channels(other) != _channels(model) or other.config.labels != model.config.labels for other in others):
        raise ModelFileError("Networks that are averaged must read the same features and give the same labels")
    batch, words, phones = torch.export.Dim("batch"), torch.export.Dim("words"), torch.export.Dim("phones")
    inputs = _sample(model, batch=3, words=5, phones=7, seed=0)
    axes: tuple[Any, ...] = ({0: batch, 1: words, 2: phones},)
    if len(inputs) > 1:
        axes += (tuple({0: batch, 1: words} for _ in inputs[1:]),)
    network = _Logits(*(each.eval().float().cpu() for each in (model, *others)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            inputs,
            str(path),
            dynamo=True,
            input_names=["phonemes", *network.channels],
            output_names=["logits"],
            dynamic_shapes=axes,
            external_data=False,
            verbose=False,
        )
    worst = max(
        _difference(network, path, _sample(model, *size, seed=1)) for size in [(2, 9, 4), (4, 3, 12), (1, 1, 1)]
    )
    if not worst <= AGREEMENT:
        raise ModelFileError(f"{path}: ONNX Runtime differs from torch by {worst:.2g}, more than {AGREEMENT:g}")


def _difference(network: _Logits, path: Path, inputs: tuple[Tensor, ...]) -> float:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    feed = {node.name: value.numpy() for node, value in zip(session.get_inputs(), inputs, strict=True)}
    with torch.no_grad():
        expected = network(*inputs).numpy()
    present = inputs[0].ne(0).any(2).numpy()
    return float(np.abs(session.run(None, feed)[0] - expected)[present].max())


def export_int8(fp32: Path, path: Path) -> None:
    """Quantise weights to int8 per channel, activations at run time (one scale a tensor)."""
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)
    try:
        with tempfile.TemporaryDirectory() as folder:
            prepared = Path(folder) / "prepared.onnx"
            quant_pre_process(str(fp32), str(prepared), skip_symbolic_shape=True)
            quantize_dynamic(str(prepared), str(path), weight_type=QuantType.QInt8, per_channel=True)
    finally:
        root.setLevel(level)


def export_checkpoint(folder: Path) -> dict[str, int]:
    """Add ``model.onnx`` and ``model.int8.onnx`` to a checkpoint and renew its manifest.

    Returns:
        Sizes in bytes by file name.
    """
    model, _ = load_checkpoint(folder)
    export_fp32(model, folder / FP32)
    export_int8(folder / FP32, folder / INT8)
    write_manifest(folder)
    return {name: (folder / name).stat().st_size for name in (FP32, INT8)}


def write_light(folder: Path, out: Path) -> None:
    """Copy from an exported checkpoint what tagging alone needs (int8 network, description, card) to a new folder."""
    out.mkdir(parents=True)
    for name in (INT8, "ipaner.json", "README.md"):
        shutil.copy(folder / name, out / name)
    if (folder / NAMES).is_dir():
        shutil.copytree(folder / NAMES, out / NAMES)
    write_manifest(out)
