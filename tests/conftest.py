"""What several rooms test with: tiny models of the real kind."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def vocabulary():
    pytest.importorskip("torch", reason="needs the extra [train]")
    from ipaner.transcription import Vocabulary

    return Vocabulary.load()


@pytest.fixture
def tiny(vocabulary):
    """A compact model of the real kind, small."""
    from ipaner.model import IpanerConfig, IpanerForNer
    from ipaner.transcription.inputs import SHAPE_FEATURES

    def make(seed=0, **settings):
        import torch

        torch.manual_seed(seed)
        settings = {
            "shape_features": len(SHAPE_FEATURES),
            "hidden": 32,
            "layers": 2,
            "heads": 2,
            "phone_width": 16,
        } | settings
        return IpanerForNer(IpanerConfig(vocabulary_size=len(vocabulary), **settings)).eval()

    return make


@pytest.fixture(scope="session")
def phoneme_roberta(tmp_path_factory, vocabulary) -> Path:
    """A local checkpoint of XPhoneBERT's form: RoBERTa over blank-separated phonemes, affricates split, tiny."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast, RobertaConfig, RobertaModel

    folder = tmp_path_factory.mktemp("phoneme-roberta")
    specials = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", "▁"]
    phones = [s for s in vocabulary.symbols if s not in specials and "͡" not in s]
    tokenizer = Tokenizer(models.WordLevel({s: i for i, s in enumerate(specials + phones)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
        mask_token="<mask>",
    )
    fast.save_pretrained(folder)
    import torch

    torch.manual_seed(0)
    config = RobertaConfig(
        vocab_size=len(specials) + len(phones),
        hidden_size=24,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=48,
        max_position_embeddings=514,
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
    )
    RobertaModel(config, add_pooling_layer=False).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def make_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Writes a complete checkpoint folder; arguments as for ``describe``."""
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from tiny_model import describe, network, onnx, write_manifest

    cache: dict[tuple[bool, bool], tuple[bytes, bytes]] = {}

    def networks(shape: bool, memory: bool) -> tuple[bytes, bytes]:
        if (shape, memory) not in cache:
            folder = tmp_path_factory.mktemp("network")
            onnx.save(network(shape=shape, memory=memory), folder / "model.onnx")
            logging.disable(logging.WARNING)
            try:
                quantize_dynamic(folder / "model.onnx", folder / "int8", weight_type=QuantType.QInt8, per_channel=True)
            finally:
                logging.disable(logging.NOTSET)
            cache[shape, memory] = (folder / "model.onnx").read_bytes(), (folder / "int8").read_bytes()
        return cache[shape, memory]

    def make(**changes: Any) -> Path:
        folder = tmp_path_factory.mktemp("checkpoint")
        fp32, int8 = networks(bool(changes.get("shape", False)), "memory" in changes)
        (folder / "model.onnx").write_bytes(fp32)
        (folder / "model.int8.onnx").write_bytes(int8)
        (folder / "ipaner.json").write_text(json.dumps(describe(**changes)), encoding="utf-8")
        write_manifest(folder)
        return folder

    return make


@pytest.fixture(scope="session")
def checkpoint_folder(make_checkpoint: Callable[..., Path]) -> Path:
    return make_checkpoint()
