"""The same network on sound and on letters: same pairs, same sentences, other symbols."""

import json
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the extra [train]")

from ipaner.errors import ConfigError
from ipaner.experiments.config import Experiment, read_experiment
from ipaner.experiments.kinds.representation import run_cell
from ipaner.experiments.runner import Context
from ipaner.pairs import Pair, write_pairs
from ipaner.training import read_config

ROOTS = ["ka", "mo", "ti", "su", "le", "na", "po", "ri", "da", "gu"]


def table():
    """Two hundred pairs of made-up words, Korean and Swahili by name."""
    words = [a + b + c for a in ROOTS for b in ROOTS for c in ROOTS[:2]]
    return [
        Pair(code, word, word[::-1], "loanword", "test", "CC0", " ".join(word), " ".join(word[::-1]), "core", 0.1)
        for i, word in enumerate(words)
        for code in (["kor", "swa"][i % 2],)
    ]


TRAIN = {
    "name": "tiny",
    "groups": [{"share": 1, "sources": [{"corpus": "wikiann", "languages": ["eng"]}]}],
    "encoder": {"hidden": 16, "layers": 1, "heads": 2, "phone_width": 8},
    "input": {"shape": False},
    "optimisation": {"steps": 2, "words_per_batch": 60},
}


@pytest.fixture
def context(tmp_path):
    row = {"tokens": ["Ana", "goes", "to", "Rome", "."], "tags": ["B-PER", "O", "O", "B-LOC", "O"]}
    for place in ("source/wikiann/eng/train", "target/wikiann_zeroshot/mri/validation"):
        path = tmp_path / "data" / f"{place}.jsonl"
        path.parent.mkdir(parents=True)
        path.write_text(f"{json.dumps(row)}\n" * 8, encoding="utf-8")
    write_pairs(tmp_path / "pairs.tsv", table())
    (tmp_path / "train.yaml").write_text(json.dumps(TRAIN), encoding="utf-8")

    def make(**settings):
        experiment = Experiment(
            name="test",
            kind="representation",
            title="",
            question="",
            seeds=[1],
            arms={
                "ipa": {"representation": "ipa"},
                "spelling": {"representation": "orthographic"},
                "spelling, IPAC": {"representation": "orthographic", "aligned": True},
                "IPA, IPAC": {"representation": "ipa", "aligned": True},
                "wrong": {"representation": "runes"},
            },
            settings={
                "config": str(tmp_path / "train.yaml"),
                "align": {
                    "pairs.languages": {"kor": 20, "swa": 20},
                    "schedule.pairs_per_batch": 8,
                    "schedule.steps": 2,
                    "schedule.learning_rate": 0.01,
                },
            }
            | settings,
        )
        return Context(experiment, tmp_path, tmp_path / "data", tmp_path / "pairs.tsv", None, tmp_path / "work")

    return make


def test_letters_are_trained_aligned_and_measured(context):
    here = context()
    before, after = (run_cell(arm, "", 1, here) for arm in ("spelling", "spelling, IPAC"))
    assert list(before.counts) == ["wikiann_zeroshot/mri"] == list(after.counts)
    assert len(list((here.work / "stage1").iterdir())) == 1, "both arms start from the same weights"
    assert after.facts["trace"]["pairs"] == 40 and "trace" not in before.facts
    assert before.facts["space"] != after.facts["space"]
    sound = run_cell("IPA, IPAC", "", 1, here)
    assert sound.facts["training"]["parameters"] == before.facts["training"]["parameters"]
    assert sound.facts["trace"]["by_language"] == after.facts["trace"]["by_language"]
    languages = [cell.facts["space"]["languages"] for cell in (sound, after)]
    assert [x["kor"]["retrieval"]["n_anchors"] for x in languages] == [
        languages[0]["kor"]["retrieval"]["n_anchors"]
    ] * 2


def test_wrong_settings_say_where(context):
    with pytest.raises(ConfigError, match="test, arm wrong: representation"):
        run_cell("wrong", "", 1, context())
    with pytest.raises(ConfigError, match="test, settings: pears"):
        run_cell("ipa", "", 1, context(pears=3))


def test_the_published_experiment_compares_like_with_like():
    experiment = read_experiment("representation")
    assert experiment.reference == "ipa" and len(experiment.seeds) >= 3
    kinds = {values["representation"] for values in experiment.arms.values()}
    assert kinds == {"ipa", "romanised", "orthographic"}
    assert {v["representation"] for v in experiment.arms.values() if v.get("aligned")} == kinds
    assert any(v.get("blind") for v in experiment.arms.values())
    config = read_config(Path(experiment.settings["config"]), experiment.settings.get("train", {}))
    assert not config.input.shape, "capitals would reach every arm by the side door"
