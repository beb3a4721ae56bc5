"""Training runs that read letters instead of sound: small, but whole."""

import json
from dataclasses import replace

import pytest
import yaml

torch = pytest.importorskip("torch", reason="needs the extra [train]")

from ipaner.errors import ConfigError, ModelFileError, TranscriptionError
from ipaner.model import IpanerConfig, IpanerForNer
from ipaner.model.checkpoint import load_checkpoint
from ipaner.pairs import Pair, from_ipa
from ipaner.runtime.checkpoint import _check_representation, parse_info
from ipaner.settings import validated
from ipaner.training import train
from ipaner.training.config import TrainConfig
from ipaner.training.representation import represent
from ipaner.transcription import representations
from ipaner.transcription.representations import REPRESENTATIONS, symbols

SETTINGS = {
    "name": "toy",
    "groups": [{"share": 1, "sources": [{"corpus": "wikiann", "languages": ["eng"]}]}],
    "validation": [{"corpus": "wikiann", "languages": ["eng"], "split": "validation"}],
    "encoder": {"hidden": 32, "layers": 1, "heads": 2, "phone_width": 16},
    "input": {"shape": False},
    "optimisation": {"steps": 30, "words_per_batch": 100, "learning_rate": 0.02, "save_every": 30, "log_every": 20},
}


def config(**overrides):
    return validated(TrainConfig, SETTINGS, {key.replace("__", "."): v for key, v in overrides.items()}, "test")


@pytest.fixture
def data(tmp_path):
    people, places = ["Ana", "Hone", "Kiri", "Mere", "Tane"], ["London", "Paris", "Rome", "Oslo", "Lima"]
    for split in ("train", "validation"):
        path = tmp_path / "data" / "wikiann" / "eng" / f"{split}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = [
            {"tokens": [person, "goes", "to", place, "."], "tags": ["B-PER", "O", "O", "B-LOC", "O"]}
            for person in people
            for place in places
        ]
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return tmp_path / "data"


def few(representation="orthographic", **more):
    return config(input__representation=representation, optimisation__steps=2, **more)


def test_a_network_of_bytes_learns_and_says_what_it_reads(data, tmp_path):
    model, description = load_checkpoint(train(config(input__representation="orthographic"), data, tmp_path / "run"))
    assert description.metrics["validation"]["wikiann/eng"]["strict_f1"] > 90
    assert description.representation == description.input["representation"] == "orthographic"
    assert description.vocabulary["version"] == "orthographic-1"
    assert model.config.representation == "orthographic" and not model.encoder.embedding.features.any()
    folder = tmp_path / "run" / "checkpoint"
    vocabulary = json.loads((folder / "tokenizer.json").read_text())["model"]["vocab"]
    assert vocabulary["<0x41>"] == symbols("orthographic").id("<0x41>")
    assert (
        "bytes" in (folder / "README.md").read_text() and "never its letters" not in (folder / "README.md").read_text()
    )


def test_all_representations_make_networks_of_the_same_size():
    sizes = set()
    for name in REPRESENTATIONS:
        shape = {"vocabulary_size": len(symbols(name)), "hidden": 32, "layers": 1, "heads": 2, "phone_width": 16}
        model = IpanerForNer(IpanerConfig(representation=name, **shape))
        sizes.add(tuple(sorted((key, tuple(value.shape)) for key, value in model.named_parameters())))
    assert len(sizes) == 1


def test_a_checkpoint_without_the_key_reads_sound(tiny):
    assert tiny().config.representation == "ipa"
    old = {key: value for key, value in tiny().config.to_dict().items() if key != "representation"}
    assert IpanerConfig(**old).representation == "ipa"


def test_weights_of_another_representation_are_refused(data, tmp_path):
    first = train(few(), data, tmp_path / "first")
    with pytest.raises(ConfigError, match="reads 'orthographic', this run 'ipa'"):
        train(few("ipa", start_from=str(first)), data, tmp_path / "second")
    groups = [{"share": 1, "sources": SETTINGS["groups"][0]["sources"], "teachers": [str(first)]}]
    with pytest.raises(ConfigError, match="reads 'orthographic', the student 'ipa'"):
        train(few("ipa", groups=groups), data, tmp_path / "third")
    train(few(start_from=str(first)), data, tmp_path / "fourth")


def test_xphonebert_reads_phonemes_only(data, tmp_path, phoneme_roberta):
    encoder = {"kind": "xphonebert", "pretrained": str(phoneme_roberta)}
    with pytest.raises(ConfigError, match="reads phonemes"):
        train(few(encoder=encoder), data, tmp_path / "run")


def test_a_run_begun_before_the_key_existed_goes_on(data, tmp_path):
    train(few("ipa"), data, tmp_path / "run")
    path = tmp_path / "run" / "config.yaml"
    old = yaml.safe_load(path.read_text())
    del old["input"]["representation"]
    path.write_text(yaml.safe_dump(old, sort_keys=False))
    train(few("ipa"), data, tmp_path / "run")
    with pytest.raises(ConfigError, match="another configuration"):
        train(few(), data, tmp_path / "run")


def test_the_runtime_refuses_a_control(data, tmp_path):
    folder = train(few(), data, tmp_path / "run")
    info = parse_info((folder / "ipaner.json").read_bytes())
    with pytest.raises(ModelFileError, match="reads words as 'orthographic', not as sound"):
        _check_representation(info, str(folder))


PAIR = Pair("kor", "New York", "뉴욕", "name", "s", "l", "n u ▁ j ɔ ɹ k", "n j u j o k", "core", 0.2)


def test_pairs_keep_everything_but_their_symbols(monkeypatch):
    monkeypatch.setattr(representations, "_uroman_version", lambda: "stub")

    class Stub:
        def romanize_string(self, word, lcode):
            return {"뉴욕": "nyuyog"}.get(word, word)

    monkeypatch.setattr(representations, "_uroman", Stub)
    assert represent([PAIR], "ipa") == [PAIR]
    roman = represent([PAIR], "romanised")[0]
    assert (roman.english_ipa, roman.ipa) == ("n e w ▁ y o r k", "n y u y o g")
    assert replace(roman, english_ipa=PAIR.english_ipa, ipa=PAIR.ipa, transcribed="core") == PAIR
    spelt = represent([PAIR, PAIR], "orthographic")
    assert len(spelt) == 2 and [len(word) for word in from_ipa(spelt[0].english_ipa)] == [3, 4]
    assert len(from_ipa(spelt[0].ipa)[0]) == 6
    with pytest.raises(TranscriptionError, match="'7' has no letters"):
        represent([replace(PAIR, word="7")], "orthographic")
