"""Whole training runs through the command line, small but real."""

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

torch = pytest.importorskip("torch", reason="needs the extra [train]")

from ipaner.cli.train import train
from ipaner.errors import ConfigError
from ipaner.model.checkpoint import load_checkpoint
from ipaner.training import read_config
from ipaner.training import train as run

PEOPLE = ["Ana", "Hone", "Kiri", "Mere", "Tane", "Rewi", "Hana", "Pita"]
PLACES = ["London", "Paris", "Rome", "Oslo", "Cairo", "Lima", "Quito", "Delhi"]


@pytest.fixture
def data(tmp_path) -> Path:
    """A corpus that any tagger can learn: people speak, places are gone to."""
    for split, step in [("train", 1), ("validation", 3)]:
        path = tmp_path / "data" / "wikiann" / "eng" / f"{split}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = [
            {"tokens": [person, "goes", "to", place, "."], "tags": ["B-PER", "O", "O", "B-LOC", "O"]}
            for person in PEOPLE
            for place in PLACES[::step]
        ]
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return tmp_path / "data"


def settings(**changes):
    base = {
        "name": "toy",
        "groups": [{"share": 1, "sources": [{"corpus": "wikiann", "languages": ["eng"]}]}],
        "validation": [{"corpus": "wikiann", "languages": ["eng"], "split": "validation"}],
        "encoder": {"hidden": 32, "layers": 1, "heads": 2, "phone_width": 16},
        "optimisation": {
            "steps": 60,
            "words_per_batch": 100,
            "learning_rate": 0.01,
            "save_every": 20,
            "log_every": 20,
        },
    }
    return base | changes


@pytest.fixture
def config_file(tmp_path):
    def write(**changes):
        path = tmp_path / "config.yaml"
        path.write_text(yaml.safe_dump(settings(**changes)), encoding="utf-8")
        return path

    return write


def test_a_run_learns_and_leaves_a_servable_checkpoint(data, config_file, tmp_path):
    out = tmp_path / "runs" / "toy"
    result = CliRunner().invoke(
        train, [str(config_file()), "--data", str(data), "--out", str(out)], catch_exceptions=False
    )
    assert result.exit_code == 0, result.output
    model, description = load_checkpoint(out / "checkpoint")
    assert description.metrics["validation"]["wikiann/eng"]["strict_f1"] > 95
    assert description.temperature is not None
    assert {"model.onnx", "model.int8.onnx"} <= {p.name for p in (out / "checkpoint").iterdir()}
    assert {"config.yaml", "environment.json", "metrics.json", "train.log"} <= {p.name for p in out.iterdir()}
    assert "CC" in (out / "checkpoint" / "README.md").read_text(), "the card names the licence of the data"
    assert not model.config.blind


def test_boldness_is_taken_from_the_logit_of_o(data, config_file, tmp_path):
    plain, bold = (
        load_checkpoint(run(read_config(config_file(), {"boldness": b}), data, tmp_path / str(b)))[0] for b in (0, 1.5)
    )
    difference = plain.head.bias - bold.head.bias
    torch.testing.assert_close(difference, torch.tensor([1.5, 0, 0, 0, 0, 0, 0]), atol=1e-3, rtol=0)


def test_an_interrupted_run_resumes_to_the_same_weights(data, config_file, tmp_path, monkeypatch):
    config = read_config(config_file())
    whole = load_checkpoint(run(config, data, tmp_path / "whole"))[0].state_dict()

    from transformers import TrainerCallback

    class Stop(TrainerCallback):
        def on_step_end(self, args, state, control, **kwargs):
            if state.global_step == 30:
                raise KeyboardInterrupt

    from ipaner.training import ner

    make = ner.MixtureTrainer
    with monkeypatch.context() as patch:
        patch.setattr(ner, "MixtureTrainer", lambda **k: make(**k, callbacks=[Stop()]))
        with pytest.raises(KeyboardInterrupt):
            run(config, data, tmp_path / "cut")
    assert not (tmp_path / "cut" / "checkpoint").exists()
    resumed = load_checkpoint(run(config, data, tmp_path / "cut"))[0].state_dict()
    for name, value in whole.items():
        torch.testing.assert_close(resumed[name], value, rtol=1e-4, atol=1e-5, msg=name)


def test_a_second_stage_starts_from_the_first_and_says_so(data, config_file, tmp_path):
    first = run(read_config(config_file()), data, tmp_path / "first")
    second = config_file(name="second", optimisation={"steps": 1, "learning_rate": 1e-9, "words_per_batch": 50})
    config = read_config(second, {"start_from": str(first)})
    model, description = load_checkpoint(run(config, data, tmp_path / "second"))
    for name, value in load_checkpoint(first)[0].state_dict().items():
        torch.testing.assert_close(model.state_dict()[name], value, rtol=1e-4, atol=1e-5, msg=name)
    assert description.training["started_from"]["name"] == "toy"
    assert description.training["started_from"]["steps"] == 60
    assert str(tmp_path) not in (tmp_path / "second" / "checkpoint" / "ipaner.json").read_text()
    other = read_config(second, {"start_from": str(first), "encoder.hidden": 16})
    with pytest.raises(ConfigError, match="another shape"):
        run(other, data, tmp_path / "third")


@pytest.fixture
def teacher(data, config_file, tmp_path) -> Path:
    return run(read_config(config_file(protocol="paper")), data, tmp_path / "teacher")


def taught(teacher: Path, **changes) -> dict:
    """A student that sees German sentences through its teacher's eyes only."""
    sources = [{"corpus": "wikiann", "languages": ["deu"]}]
    return {"protocol": "paper", "groups": [{"share": 1, "sources": sources, "teachers": [str(teacher)]}]} | changes


def test_a_student_learns_from_a_teacher_what_the_files_do_not_say(data, config_file, tmp_path, teacher):
    rows = (data / "wikiann" / "eng" / "train.jsonl").read_text().splitlines()
    unlabelled = [json.dumps(json.loads(row) | {"tags": ["O"] * 5}) for row in rows]
    (data / "wikiann" / "deu").mkdir()
    (data / "wikiann" / "deu" / "train.jsonl").write_text("\n".join(unlabelled))
    _, description = load_checkpoint(run(read_config(config_file(**taught(teacher))), data, tmp_path / "student"))
    assert description.metrics["validation"]["wikiann/eng"]["strict_f1"] > 95
    assert description.languages == [], "no supervision in German"
    assert description.training["data"][0]["labels"] == "toy"
    card = (tmp_path / "student" / "checkpoint" / "README.md").read_text()
    assert "| wikiann | deu | 64 |" in card and "| toy |" in card
    assert str(tmp_path) not in (tmp_path / "student" / "checkpoint" / "ipaner.json").read_text()


def test_a_teacher_must_not_know_more_than_its_student_may(data, config_file, tmp_path):
    lax = run(read_config(config_file(protocol="open", optimisation={"steps": 1})), data, tmp_path / "lax")
    (data / "wikiann" / "deu").symlink_to(data / "wikiann" / "eng")
    with pytest.raises(ConfigError, match="protocol 'open', which allows more"):
        run(read_config(config_file(**taught(lax))), data, tmp_path / "student")
    with pytest.raises(ConfigError, match="the student 'core' \\(broad\\)"):
        run(read_config(config_file(**taught(lax, protocol="open", broad=True))), data, tmp_path / "broad")


def test_a_teacher_does_not_make_target_corpora_lawful(data, config_file, tmp_path, teacher):
    changes = taught(teacher)
    changes["groups"][0]["sources"] = [{"corpus": "wikiann_zeroshot", "languages": ["mri"]}]
    with pytest.raises(ConfigError, match="target language"):
        run(read_config(config_file(**changes)), data, tmp_path / "student")


def test_values_in_lists_can_be_replaced(config_file):
    config = read_config(config_file(), {"groups.0.share": 3})
    assert config.groups[0].share == 3
    with pytest.raises(ConfigError, match=r"no .groups\.7\.share"):
        read_config(config_file(), {"groups.7.share": 3})


def test_a_run_folder_takes_one_configuration_only(data, config_file, tmp_path):
    run(read_config(config_file(optimisation={"steps": 2})), data, tmp_path / "run")
    with pytest.raises(ConfigError, match="another configuration"):
        run(read_config(config_file(optimisation={"steps": 3})), data, tmp_path / "run")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"protocol": "paper", "groups": [{"share": 1, "sources": [{"corpus": "wikiann", "languages": ["deu"]}]}]},
            "deu",
        ),
        ({"groups": [{"share": 1, "sources": [{"corpus": "wikiann_zeroshot", "languages": ["mri"]}]}]}, "mri"),
        (
            {"ships": True, "groups": [{"share": 1, "sources": [{"corpus": "masakhaner2", "languages": ["hau"]}]}]},
            "masakhaner2",
        ),
    ],
)
def test_the_guard_stands_before_training(data, config_file, tmp_path, changes, message):
    with pytest.raises(ConfigError, match=message):
        run(read_config(config_file(**changes)), data, tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"optimisation": {"steps": 0}}, "optimisation.steps"),
        ({"learning_rate": 3}, "learning_rate"),
        ({"groups": []}, "groups"),
    ],
)
def test_wrong_configurations_say_where(config_file, changes, message):
    with pytest.raises(ConfigError, match=message):
        read_config(config_file(**changes))


def test_overrides_reach_nested_keys(config_file):
    config = read_config(config_file(), {"input.blind": True, "optimisation.steps": 7})
    assert config.input.blind and config.optimisation.steps == 7


def test_xphonebert_trains_from_a_local_checkpoint(data, config_file, tmp_path, phoneme_roberta):
    config = read_config(
        config_file(
            encoder={"kind": "xphonebert", "pretrained": str(phoneme_roberta)},
            optimisation={"steps": 3, "words_per_batch": 50},
        )
    )
    model, description = load_checkpoint(run(config, data, tmp_path / "x"))
    assert description.encoder == "xphonebert" and model.encoder.hidden_size == 24
