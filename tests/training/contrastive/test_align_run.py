import json
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]")
pytest.importorskip("peft", reason="needs the extra [train]")

from click.testing import CliRunner

from ipaner.cli import main
from ipaner.errors import ConfigError, ModelFileError
from ipaner.labels import LABELS
from ipaner.model.adapter import load_adapter
from ipaner.model.checkpoint import Description, load_checkpoint, save_checkpoint
from ipaner.pairs import write_pairs
from ipaner.settings import validated
from ipaner.training.contrastive import AlignConfig, Probe, align, contrast, encode_pairs
from ipaner.transcription import Vocabulary

FAST = {"schedule": {"steps": 60, "pairs_per_batch": 8, "learning_rate": 0.02}, "contrast": {"projection": 8}}


@pytest.fixture
def stage1(tiny, tmp_path):
    """A checkpoint of the real kind with random weights."""
    vocabulary = Vocabulary.load()
    model = tiny()
    run = {"config": {"input": {"case_dropout": 0}, "optimisation": {"learning_rate": 1}}}
    training = run | {"parameters": 1, "steps": 1, "words": 1, "seed": 0, "minutes": 0, "device": "cpu", "data": []}
    description = Description(
        name="tiny",
        labels=list(LABELS),
        profile="core",
        broad=False,
        vocabulary={"version": vocabulary.version, "sha256": vocabulary.sha256},
        transcription={},
        input={"shape": True, "blind": False, "max_words": 32, "overlap": 8},
        temperature=1.0,
        encoder="compact",
        protocol="open",
        training=training,
        metrics={},
        languages=["eng"],
    )
    save_checkpoint(model, description, tmp_path / "stage1")
    return tmp_path / "stage1"


@pytest.fixture
def pairs(table, tmp_path) -> Path:
    write_pairs(tmp_path / "pairs.tsv", table)
    return tmp_path / "pairs.tsv"


def config(pairs, **values):
    return validated(AlignConfig, {"name": "a", "pairs": {"table": str(pairs)}, **FAST, **values}, None, "test")


def test_a_run_raises_retrieval_and_keeps_the_head_bit_for_bit(stage1, pairs, table, tmp_path):
    checkpoint, before, after = align(config(pairs), tmp_path / "run", stage1=stage1)
    first, _ = load_checkpoint(stage1)
    merged, description = load_checkpoint(checkpoint)
    for key, value in first.head.state_dict().items():
        assert torch.equal(value, merged.head.state_dict()[key])
    assert merged.state_dict().keys() == first.state_dict().keys()  # no projection, no adapter left
    record = description.training["alignment"]
    assert record["valid"] == (after.held_out_mrr >= before.held_out_mrr + 0.5)
    assert record["trainable"]["head"] == 0
    data = encode_pairs(table, Vocabulary.load())
    from ipaner.evaluation.alignment import measure_space
    from ipaner.training.contrastive import embed

    spaces = [measure_space(embed(m, data.anchors), embed(m, data.partners)) for m in (first, merged)]
    assert spaces[1].retrieval.mrr > spaces[0].retrieval.mrr  # the pairs it was trained on, mostly
    assert spaces[1].cosine - spaces[1].random_cosine > spaces[0].cosine - spaces[0].random_cosine
    assert "aligned by contrast" in (checkpoint / "README.md").read_text()
    assert str(tmp_path) not in (checkpoint / "ipaner.json").read_text()


def test_merged_checkpoint_equals_base_with_adapter(stage1, pairs, tmp_path):
    checkpoint, _, _ = align(config(pairs), tmp_path / "run", stage1=stage1)
    merged, _ = load_checkpoint(checkpoint)
    base, _ = load_checkpoint(stage1)
    with_adapter = load_adapter(base, stage1, tmp_path / "run" / "adapter")
    phonemes = torch.randint(1, 300, (2, 5, 6), generator=torch.Generator().manual_seed(0))
    shape = torch.zeros(2, 5, merged.config.shape_features)
    with torch.no_grad():
        torch.testing.assert_close(
            merged.eval()(phonemes, shape).logits, with_adapter(phonemes, shape).logits, atol=1e-5, rtol=1e-5
        )


def test_the_same_seed_gives_the_same_weights(stage1, pairs, tmp_path):
    runs = [align(config(pairs), tmp_path / name, stage1=stage1)[0] for name in ("a", "b")]
    a, b = ((run / "model.safetensors").read_bytes() for run in runs)
    assert a == b


@pytest.mark.parametrize(
    "values",
    [
        {"contrast": {"same_word": "positive", "symmetric": True, "projection": 0, "pooling": "first"}},
        {"contrast": {"same_word": "negative", "hard_negatives": 2}},
        {"adapter": {"rank": 2, "convolutions": True, "dropout": 0.1}},
        {"schedule": {"steps": 2, "pairs_per_batch": 8, "bf16": True}},
    ],
)
def test_options_run(stage1, pairs, table, values):
    model, _ = load_checkpoint(stage1)
    settings = config(pairs, **(FAST | {"schedule": {"steps": 3, "pairs_per_batch": 8}} | values))
    trace = contrast(model, encode_pairs(table, Vocabulary.load()), settings)
    assert trace.steps in (2, 3) and all(loss > 0 for loss in trace.losses)


def test_a_blind_model_learns_nothing_but_lengths(tiny, table):
    """With every letter masked, words of equal length are one and the same."""
    model = tiny(blind=True)
    data = encode_pairs(table, Vocabulary.load())
    from ipaner.training.contrastive import embed

    vectors = embed(model, data.anchors)
    lengths = [[len(word) for word in item] for item in data.anchors]
    same = [(i, j) for i in range(len(lengths)) for j in range(i) if lengths[i] == lengths[j]]
    assert same and all(abs(vectors[i] - vectors[j]).max() < 1e-5 for i, j in same)


def test_measured_languages_include_those_never_trained_on(tiny, table):
    from dataclasses import replace

    odia = [replace(p, language="ori") for p in table if p.language == "kor"]
    report = Probe([*table, *odia], ["kor", "tur"]).measure(tiny())
    assert "ori" in report.languages and report.languages["ori"].retrieval.n_anchors == 12


def test_errors(stage1, pairs, tmp_path):
    with pytest.raises(ConfigError, match="No checkpoint to align"):
        align(config(pairs), tmp_path / "run")
    with pytest.raises(ConfigError, match="fewer than a batch of 100"):
        align(config(pairs, schedule={"pairs_per_batch": 100}), tmp_path / "run", stage1=stage1)
    with pytest.raises(ConfigError, match="give their folder with --data"):
        align(config(pairs, joint={"config": "experiments/tiny.yaml"}), tmp_path / "run", stage1=stage1)
    assert not (tmp_path / "run" / "checkpoint").exists()


def test_a_checkpoint_of_another_vocabulary_is_refused(stage1, pairs, tmp_path):
    from ipaner.model.checkpoint import write_manifest

    data = json.loads((stage1 / "ipaner.json").read_text())
    data["vocabulary"]["sha256"] = "0" * 64
    (stage1 / "ipaner.json").write_text(json.dumps(data))
    write_manifest(stage1)
    with pytest.raises(ModelFileError, match="vocabulary"):
        align(config(pairs), tmp_path / "run", stage1=stage1)


def test_command_line(stage1, pairs, tmp_path):
    file = tmp_path / "ipac.yaml"
    file.write_text("name: ipac\nschedule: {steps: 2, pairs_per_batch: 8}\n")
    arguments = ["align", str(file), "--stage1", str(stage1), "--pairs", str(pairs), "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(main, [*arguments, "--no-export"])
    assert result.exit_code == 0, result.output
    assert "held-out pairs, mean reciprocal rank" in result.stderr
    assert (tmp_path / "out" / "checkpoint" / "manifest.json").is_file()
    file.write_text("name: ipac\ntemprature: 1\n")
    result = CliRunner().invoke(main, [*arguments, "--no-export"])
    assert result.exit_code == 2 and "temprature" in result.stderr
