"""The small network of ``tiny_model`` as checkpoint folders, in fp32 and in dynamic int8, and taggers over them."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny_model import describe, network, onnx, write_manifest

from ipaner.runtime import Tagger, load


@pytest.fixture(scope="session")
def make_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Writes a complete checkpoint folder; arguments as for ``describe``."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    cache: dict[bool, tuple[bytes, bytes]] = {}

    def networks(shape: bool) -> tuple[bytes, bytes]:
        if shape not in cache:
            folder = tmp_path_factory.mktemp("network")
            onnx.save(network(shape=shape), folder / "model.onnx")
            logging.disable(logging.WARNING)
            try:
                quantize_dynamic(folder / "model.onnx", folder / "int8", weight_type=QuantType.QInt8, per_channel=True)
            finally:
                logging.disable(logging.NOTSET)
            cache[shape] = (folder / "model.onnx").read_bytes(), (folder / "int8").read_bytes()
        return cache[shape]

    def make(**changes: Any) -> Path:
        folder = tmp_path_factory.mktemp("checkpoint")
        fp32, int8 = networks(bool(changes.get("shape", False)))
        (folder / "model.onnx").write_bytes(fp32)
        (folder / "model.int8.onnx").write_bytes(int8)
        (folder / "ipaner.json").write_text(json.dumps(describe(**changes)), encoding="utf-8")
        write_manifest(folder)
        return folder

    return make


@pytest.fixture(scope="session")
def checkpoint_folder(make_checkpoint: Callable[..., Path]) -> Path:
    return make_checkpoint()


@pytest.fixture(scope="session", params=["int8", "fp32"])
def tagger(request: pytest.FixtureRequest, checkpoint_folder: Path) -> Tagger:
    return load(checkpoint_folder, precision=request.param, threads=1)


@pytest.fixture(scope="session")
def int8_tagger(checkpoint_folder: Path) -> Tagger:
    return load(checkpoint_folder, threads=1)
