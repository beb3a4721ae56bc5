"""WikiANN through `datasets`, on a local folder with the hub's layout: no network is used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ipaner.corpora import Sentence
from ipaner.corpora.wikiann import read_wikiann
from ipaner.errors import ConfigError, FormatError

TAGS = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"]
ROWS = {
    "en": [(["Ana", "Bell", "sings", "in", "Rome"], [1, 2, 0, 0, 5])],
    "mi": [(["Ko", "Aroha", "Ngata"], [0, 1, 2]), (["Whakatāne"], [6])],
    "arc": [(["ܐܬܘܪ"], [5])],
}


@pytest.fixture(scope="module")
def hub_copy(tmp_path_factory, monkeypatch_module) -> Path:
    datasets = pytest.importorskip("datasets", reason="needs the extra [train]")
    folder = tmp_path_factory.mktemp("wikiann")
    configs = []
    for code, rows in ROWS.items():
        (folder / code).mkdir()
        features = datasets.Features(
            {
                "tokens": datasets.Sequence(datasets.Value("string")),
                "ner_tags": datasets.Sequence(datasets.ClassLabel(names=TAGS)),
                "langs": datasets.Sequence(datasets.Value("string")),
                "spans": datasets.Sequence(datasets.Value("string")),
            }
        )
        columns = {
            "tokens": [tokens for tokens, _ in rows],
            "ner_tags": [tags for _, tags in rows],
            "langs": [[code] * len(tokens) for tokens, _ in rows],
            "spans": [[] for _ in rows],
        }
        data = datasets.Dataset.from_dict(columns, features=features)
        for split in ("train", "validation"):
            data.to_parquet(folder / code / f"{split}-00000-of-00001.parquet")
        configs += [f"- config_name: {code}", "  data_files:"]
        for split in ("train", "validation"):
            configs += [f"  - split: {split}", f"    path: {code}/{split}-*"]
    (folder / "README.md").write_text("\n".join(["---", "configs:", *configs, "---", ""]))
    return folder


@pytest.fixture(scope="module")
def monkeypatch_module(tmp_path_factory):
    """No network, and a cache of our own, before `datasets` is first used here."""
    import datasets

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
        patch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path_factory.mktemp("cache"))
        yield patch


def test_sentences_are_read(hub_copy):
    assert list(read_wikiann("en", "validation", path=hub_copy)) == [
        Sentence(("Ana", "Bell", "sings", "in", "Rome"), ("B-PER", "I-PER", "O", "O", "B-LOC"))
    ]


@pytest.mark.parametrize("code", ["mri", "mi", "mao", "Maori"])
def test_any_name_of_a_language_finds_it_and_tags_are_valid(hub_copy, code):
    assert [s.tags for s in read_wikiann(code, "train", path=hub_copy)] == [("O", "B-PER", "I-PER"), ("B-LOC",)]


def test_assyrian_has_wikipedia_s_code(hub_copy):
    assert len(list(read_wikiann("aii", "train", path=hub_copy))) == 1


@pytest.mark.parametrize(
    ("code", "split", "message"), [("swa", "train", "'sw'.*not found.*'arc'"), ("eng", "tset", "Unknown split")]
)
def test_an_unknown_language_or_split_is_named(hub_copy, code, split, message):
    with pytest.raises(ConfigError, match=message):
        read_wikiann(code, split, path=hub_copy)


def test_an_absent_data_set_is_named(monkeypatch_module, tmp_path):
    with pytest.raises(ConfigError, match="cannot be had from"):
        read_wikiann("eng", "train", path=tmp_path / "nothing")


@pytest.mark.parametrize(
    "columns",
    [{"words": [["a"]], "ner_tags": [[0]]}, {"tokens": [["a"]], "ner_tags": [[0]]}, {"tokens": [["a"]]}],
    ids=["no tokens", "numbers without names", "no tags"],
)
def test_another_form_is_named(monkeypatch_module, tmp_path, columns):
    import datasets

    datasets.Dataset.from_dict(columns).to_parquet(tmp_path / "train.parquet")
    readme = "---\nconfigs:\n- config_name: en\n  data_files:\n  - split: train\n    path: train.parquet\n---\n"
    (tmp_path / "README.md").write_text(readme)
    with pytest.raises(FormatError, match="has no columns 'tokens' and 'ner_tags'"):
        list(read_wikiann("eng", "train", path=tmp_path))


def test_without_the_extra_the_cure_is_named():
    program = """
import sys
sys.modules["datasets"] = None
from ipaner.corpora.wikiann import read_wikiann
from ipaner.errors import MissingExtra
try:
    read_wikiann("eng", "train")
except MissingExtra as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert 'pip install "ipaner[train]"' in done.stdout


def test_reading_corpora_starts_without_datasets():
    program = "import sys, ipaner.corpora.wikiann; print({'datasets', 'torch', 'pandas'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
