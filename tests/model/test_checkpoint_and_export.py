import json

import numpy as np
import onnxruntime
import pytest
import torch

from ipaner.errors import ConfigError, ModelFileError
from ipaner.model import IpanerConfig, IpanerForNer
from ipaner.model.checkpoint import Description, load_checkpoint, save_checkpoint
from ipaner.model.export import FP32, INT8, export_checkpoint, export_fp32
from ipaner.model.xphonebert import read_backbone


def describe(phonemes, **changes):
    fields = {
        "name": "tiny",
        "labels": ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"],
        "profile": "core",
        "broad": False,
        "vocabulary": {"version": phonemes.version, "sha256": phonemes.sha256},
        "transcription": {},
        "input": {"shape": True, "blind": False, "max_words": 128, "overlap": 32},
        "temperature": 1.0,
        "encoder": "compact",
        "protocol": "open",
        "training": {
            "parameters": 1,
            "steps": 1,
            "words": 1,
            "seed": 0,
            "minutes": 0,
            "device": "cpu",
            "config": {"input": {"case_dropout": 0.3}, "optimisation": {"learning_rate": 0.001}},
            "data": [{"corpus": "c", "language": "eng", "sentences": 1, "licence": "CC0", "share": 1.0}],
        },
        "metrics": {},
        "languages": ["eng"],
    }
    return Description(**(fields | changes))


@pytest.fixture
def checkpoint(tiny, vocabulary, tmp_path):
    save_checkpoint(tiny(), describe(vocabulary), tmp_path / "model")
    return tmp_path / "model"


def test_round_trip(checkpoint, tiny, vocabulary):
    model, description = load_checkpoint(checkpoint)
    assert description == describe(vocabulary)
    for name, value in tiny().state_dict().items():
        assert torch.equal(model.state_dict()[name], value), name
    assert not list(checkpoint.glob("*.bin")) and not list(checkpoint.glob("*.pt")), "no pickle"
    names = {p.name for p in checkpoint.iterdir()}
    assert {"config.json", "model.safetensors", "tokenizer.json", "ipaner.json", "README.md", "manifest.json"} <= names


def test_tokenizer_file_is_our_vocabulary(checkpoint, vocabulary):
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    assert tokenizer.encode("k o ▁ t a i").ids == [vocabulary.id(p) for p in ["k", "o", "▁", "t", "a", "i"]]


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lambda d: (d / "model.safetensors").unlink(), "model.safetensors is missing"),
        (lambda d: (d / "config.json").write_text("{}"), "config.json was altered"),
        (lambda d: (d / "manifest.json").unlink(), "no complete checkpoint"),
        (lambda d: (d / "ipaner.json").write_text("{"), "no complete checkpoint"),
    ],
)
def test_broken_folder_is_refused(checkpoint, harm, message):
    harm(checkpoint)
    with pytest.raises(ModelFileError, match=message):
        load_checkpoint(checkpoint)


def test_other_vocabulary_is_refused(tiny, vocabulary, tmp_path):
    other = describe(vocabulary, vocabulary={"version": "0", "sha256": "0"})
    save_checkpoint(tiny(), other, tmp_path)
    with pytest.raises(ModelFileError, match="phoneme vocabulary 0"):
        load_checkpoint(tmp_path)


def run(path, phonemes, shape=None):
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    feed = {"phonemes": phonemes} | ({} if shape is None else {"shape": shape})
    return session.run(["logits"], feed)[0]


def test_export_is_two_single_files_that_agree_with_torch(checkpoint, vocabulary):
    sizes = export_checkpoint(checkpoint)
    assert set(sizes) == {FP32, INT8} and sizes[INT8] < sizes[FP32]
    assert not list(checkpoint.glob("*.data"))
    listed = json.loads((checkpoint / "manifest.json").read_text())["files"]
    assert {FP32, INT8} <= set(listed)
    model, _ = load_checkpoint(checkpoint)
    rng = np.random.default_rng(3)
    phonemes = rng.integers(1, len(vocabulary), (4, 13, 6))
    shape = rng.integers(0, 2, (4, 13, 8)).astype(np.float32)
    with torch.no_grad():
        expected = model(torch.from_numpy(phonemes), torch.from_numpy(shape)).logits.numpy()
    np.testing.assert_allclose(run(checkpoint / FP32, phonemes, shape), expected, atol=1e-5)
    int8 = run(checkpoint / INT8, phonemes, shape)
    assert (int8.argmax(2) == expected.argmax(2)).mean() > 0.9


def test_a_light_folder_is_all_that_tagging_needs(checkpoint, tmp_path):
    from click.testing import CliRunner

    from ipaner.cli.export import export
    from ipaner.runtime import load

    light = tmp_path / "light"
    result = CliRunner().invoke(export, [str(checkpoint), "--light", str(light)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert {p.name for p in light.iterdir()} == {INT8, "ipaner.json", "README.md", "manifest.json"}
    text = "Kei Whakatū ia."
    assert load(light).tag(text, "mri") == load(checkpoint).tag(text, "mri")
    assert isinstance(CliRunner().invoke(export, [str(checkpoint), "--light", str(light)]).exception, ConfigError)


def test_blindness_is_part_of_the_exported_graph(tiny, vocabulary, tmp_path):
    save_checkpoint(tiny(blind=True), describe(vocabulary), tmp_path)
    export_checkpoint(tmp_path)
    letters = [i for i in range(len(vocabulary)) if vocabulary.is_letter(i)]
    shape = np.zeros((1, 2, 8), dtype=np.float32)
    one, two = np.array([[letters[:3], letters[3:6]]]), np.array([[letters[6:9], letters[9:12]]])
    assert (run(tmp_path / FP32, one, shape) == run(tmp_path / FP32, two, shape)).all()


def test_several_seeds_are_averaged_in_one_file(tiny, tmp_path):

    models = [tiny(seed=seed, memory_features=5) for seed in (0, 1)]
    export_fp32(models[0], tmp_path / "both.onnx", models[1])
    rng = np.random.default_rng(0)
    phonemes = rng.integers(1, 100, (2, 4, 3))
    shape, memory = (rng.random((2, 4, width), dtype=np.float32) for width in (8, 5))
    session = onnxruntime.InferenceSession(tmp_path / "both.onnx", providers=["CPUExecutionProvider"])
    found = session.run(["logits"], {"phonemes": phonemes, "shape": shape, "memory": memory})[0]
    with torch.no_grad():
        given = {"shape": torch.from_numpy(shape), "memory": torch.from_numpy(memory)}
        each = [m(torch.from_numpy(phonemes), **given).logits.log_softmax(-1) for m in models]
    np.testing.assert_allclose(found, torch.stack(each).mean(0).numpy(), atol=1e-4)
    with pytest.raises(ModelFileError, match="same features"):
        export_fp32(models[0], tmp_path / "other.onnx", tiny())


def test_xphonebert_exports_too(phoneme_roberta, vocabulary, tmp_path):
    backbone, rows = read_backbone(str(phoneme_roberta), vocabulary)
    config = IpanerConfig(encoder="xphonebert", vocabulary_size=len(vocabulary), backbone=backbone, symbol_map=rows)
    save_checkpoint(IpanerForNer(config), describe(vocabulary, encoder="xphonebert"), tmp_path)
    export_checkpoint(tmp_path)
    phonemes = np.array([[[vocabulary.id("k"), 0], [vocabulary.id("t͡ʃ"), vocabulary.id("a")]]])
    model, _ = load_checkpoint(tmp_path)
    with torch.no_grad():
        expected = model(torch.from_numpy(phonemes)).logits.numpy()
    np.testing.assert_allclose(run(tmp_path / FP32, phonemes), expected, atol=1e-5)
