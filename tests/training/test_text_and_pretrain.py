"""Plain text: labelled by teachers, or with words hidden; and a name memory in training. Small but real runs."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
import yaml
from click.testing import CliRunner

torch = pytest.importorskip("torch", reason="needs the extra [train]")

from ipaner.cli.pretrain import pretrain as command
from ipaner.errors import ConfigError
from ipaner.files import sha256
from ipaner.model.checkpoint import NAMES, load_checkpoint
from ipaner.names.features import FEATURES
from ipaner.names.index import build_index
from ipaner.names.name import Kind, Name
from ipaner.runtime import load
from ipaner.training import read_config
from ipaner.training import train as run
from ipaner.training.pretrain import MaskedPhonemes
from ipaner.training.text import find_text, read_text
from ipaner.transcription import Transcriber, Vocabulary

PEOPLE = ["Ana", "Hone", "Kiri", "Mere", "Tane", "Rewi", "Hana", "Pita"]
PLACES = ["London", "Paris", "Rome", "Oslo", "Cairo", "Lima", "Quito", "Delhi"]


@pytest.fixture
def data(tmp_path) -> Path:
    rows = [
        {"tokens": [person, "goes", "to", place, "."], "tags": ["B-PER", "O", "O", "B-LOC", "O"]}
        for person in PEOPLE
        for place in PLACES
    ]
    for split in ("train", "validation"):
        path = tmp_path / "data" / "wikiann" / "eng" / f"{split}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return tmp_path / "data"


@pytest.fixture
def text(tmp_path) -> Path:
    folder = tmp_path / "text"
    folder.mkdir()
    lines = [f"{person} haere ki {place} ." for person in PEOPLE for place in PLACES]
    (folder / "mri.txt.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    (folder / "eng.txt").write_text("\n".join(f"{p} goes to {q} ." for p in PEOPLE for q in PLACES), encoding="utf-8")
    return folder


@pytest.fixture
def config_file(tmp_path):
    def write(**changes):
        base = {
            "name": "toy",
            "groups": [{"share": 1, "sources": [{"corpus": "wikiann", "languages": ["eng"]}]}],
            "validation": [{"corpus": "wikiann", "languages": ["eng"], "split": "validation"}],
            "encoder": {"hidden": 32, "layers": 1, "heads": 2, "phone_width": 16},
            "optimisation": {"steps": 40, "words_per_batch": 100, "learning_rate": 0.01},
        }
        path = tmp_path / "config.yaml"
        path.write_text(yaml.safe_dump(base | changes), encoding="utf-8")
        return path

    return write


def test_text_is_read_as_sentences_each_once(text, tmp_path):
    sentences = read_text(find_text(text, "mri"), Transcriber("mri"))
    assert len(sentences) == 64 and sentences[0].tokens == ("Ana", "haere", "ki", "London", ".")
    assert len(read_text(find_text(text, "mri"), Transcriber("mri"), limit=10)) == 10
    (tmp_path / "som.txt").write_text("Waa run . Waa run . Ma aha run weligeed .", encoding="utf-8")
    assert [s.tokens[0] for s in read_text(find_text(tmp_path, "som"), Transcriber("som"))] == ["Ma"]
    with pytest.raises(ConfigError, match="holds neither"):
        find_text(text, "som")
    with pytest.raises(ConfigError, match="--text FOLDER"):
        find_text(None, "som")


def test_a_student_learns_from_text_that_a_teacher_labels(data, text, config_file, tmp_path):
    teacher = run(read_config(config_file()), data, tmp_path / "teacher")
    groups = [{"share": 1, "text": ["mri"], "teachers": [str(teacher)]}]
    config = read_config(config_file(name="student", groups=groups))
    with pytest.raises(ConfigError, match="--text FOLDER"):
        run(config, data, tmp_path / "no-text")
    student = run(config, data, tmp_path / "student", text=text, cache=tmp_path / "words.sqlite")
    _, description = load_checkpoint(student)
    assert description.languages == [] and description.training["data"][0]["labels"] == "toy"
    assert description.metrics["validation"]["wikiann/eng"]["strict_f1"] > 80, "what the teacher knew came across"
    kept = list((tmp_path / "labels").glob("*.npy"))
    assert len(kept) == 1
    before = sha256(student / "model.safetensors")
    # The labels are taken from where they were kept: spoil them, and the student learns nothing
    np.save(kept[0], np.zeros_like(np.load(kept[0])))
    again = run(config, data, tmp_path / "spoilt", text=text, cache=tmp_path / "words.sqlite")
    assert sha256(again / "model.safetensors") != before
    assert load_checkpoint(again)[1].metrics["validation"]["wikiann/eng"]["strict_f1"] < 5


def test_text_needs_teachers_and_a_protocol_that_allows_it(data, text, config_file, tmp_path):
    with pytest.raises(ConfigError, match="name teachers"):
        run(read_config(config_file(groups=[{"share": 1, "text": ["mri"]}])), data, tmp_path / "a", text=text)
    with pytest.raises(ConfigError, match="sources or text"):
        read_config(config_file(groups=[{"share": 1}]))
    groups = [{"share": 1, "text": ["mri"], "teachers": ["nowhere"]}]
    with pytest.raises(ConfigError, match="Case 1"):
        run(read_config(config_file(protocol="paper", groups=groups)), data, tmp_path / "b", text=text)


def test_pretraining_guesses_better_and_a_tagger_starts_from_it(data, text, config_file, tmp_path):
    groups = [{"share": 1, "text": ["mri", "eng"]}]
    path = config_file(name="masked", groups=groups, validation=[])
    result = CliRunner().invoke(
        command, [str(path), "--text", str(text), "--out", str(tmp_path / "masked")], catch_exceptions=False
    )
    assert result.exit_code == 0, result.output
    losses = [row["loss"] for row in json.loads((tmp_path / "masked" / "metrics.json").read_text()) if "loss" in row]
    checkpoint = tmp_path / "masked" / "checkpoint"
    _, description = load_checkpoint(checkpoint)
    assert description.metrics["final_loss"] < 2.5 and losses == sorted(losses, reverse=True)
    tagger = read_config(config_file(name="after"), {"start_from": str(checkpoint)})
    _, after = load_checkpoint(run(tagger, data, tmp_path / "after"))
    assert after.training["started_from"]["name"] == "masked"


def test_hidden_words_are_guessed_from_others_only(tiny):
    torch.manual_seed(0)
    vocabulary = Vocabulary.load()
    masked = MaskedPhonemes(tiny(), vocabulary, share=0.5)
    phonemes = torch.randint(vocabulary.id("a"), len(vocabulary), (4, 9, 5))
    seen = {}
    masked.model.encode = lambda p, shape, memory: (
        seen.update(phonemes=p, memory=memory) or torch.zeros(*p.shape[:2], masked.spell.in_features)
    )
    loss = masked(phonemes, memory=torch.ones(4, 9, len(FEATURES)))["loss"]
    hidden = (seen["phonemes"] == masked.model.mask).all(2)
    assert 0.2 < hidden.float().mean() < 0.8 and loss > 0
    assert torch.equal(seen["phonemes"][~hidden], phonemes[~hidden])
    assert not seen["memory"][hidden].any() and seen["memory"][~hidden].all()


def test_a_tagger_with_a_memory_is_trained_exported_and_served_alike(data, config_file, tmp_path):
    names = [Name(name, Kind.GIVEN, "eng", "") for name in PEOPLE] + [Name(p, Kind.PLACE, "eng", "") for p in PLACES]
    build_index(names).save(tmp_path / "index")
    path = config_file(input={"memory": str(tmp_path / "index"), "name_exchange": 0.3, "sound_noise": 0.1})
    checkpoint = run(read_config(path), data, tmp_path / "run")
    model, description = load_checkpoint(checkpoint)
    assert model.config.memory_features == len(FEATURES)
    assert description.input["memory"]["index"] == NAMES and (checkpoint / NAMES / "names.bin").is_file()
    assert str(tmp_path) not in json.dumps(description.input)
    from ipaner.model.export import export_checkpoint, write_light

    export_checkpoint(checkpoint)
    write_light(checkpoint, tmp_path / "light")
    tagger = load(tmp_path / "light", precision="int8", threads=1)
    found = [(e.text, e.label) for e in tagger.tag("Mere goes to Oslo .", "eng").entities]
    assert found == [("Mere", "PER"), ("Oslo", "LOC")]


def test_names_are_exchanged_with_names_of_their_type_and_length_only(data, config_file, tmp_path):
    from ipaner.labels import LABELS
    from ipaner.training.data import Mixture
    from ipaner.training.ner import encode_sources

    config = read_config(config_file())
    corpus = next(iter(encode_sources(config, data, None, Vocabulary.load(), config.validation)))
    mixture = Mixture([corpus], name_exchange=1.0, seed=1)
    plain, changed = Mixture([corpus]).collate([(0, 0)]), mixture.collate([(0, 0)])
    assert torch.equal(plain["labels"], changed["labels"])
    forms = {tuple(word[word > 0].tolist()) for word in changed["phonemes"][0]}
    known = {tuple(p.tolist()) for p in corpus.phonemes}
    assert forms <= known
    differing = set()
    for _ in range(20):
        batch = mixture.collate([(0, 0)])
        width = min(batch["phonemes"].shape[2], plain["phonemes"].shape[2])
        same = (batch["phonemes"][0, :, :width] == plain["phonemes"][0, :, :width]).all(1)
        differing |= set((~same).nonzero().flatten().tolist())
    assert differing == {0, 3} and LABELS[int(plain["labels"][0, 0])] == "B-PER"
