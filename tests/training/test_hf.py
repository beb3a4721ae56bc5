"""Baselines that read original spelling: tiny models of the real kinds, made in memory."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import yaml
from click.testing import CliRunner

torch = pytest.importorskip("torch", reason="needs the extra [train]")

from transformers import (
    BertConfig,
    BertForTokenClassification,
    BertModel,
    BertTokenizer,
    CanineConfig,
    CanineForTokenClassification,
    CanineTokenizer,
    XLMRobertaConfig,
)

from ipaner.cli.evaluate import evaluate
from ipaner.cli.train import train
from ipaner.corpora import Sentence
from ipaner.errors import ConfigError, ModelFileError
from ipaner.labels import LABELS
from ipaner.model.ner import IGNORED
from ipaner.settings import validated
from ipaner.training.config import TrainConfig
from ipaner.training.hf import PieceMixture, encode_pieces, fine_tune
from ipaner.training.hf_pieces import Pieces, windows
from ipaner.training.hf_tagger import HfTagger, _shares, map_labels

PEOPLE, PLACES = ["Anahera", "Hone", "Kiri", "Mere"], ["London", "Paris", "Rome", "Oslo"]
SENTENCE = ("Kiri", "goes", "to", "Whakatāne", "•", ".")
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", "goes", "to", *"abcdefghijklmnopqrstuvwxyz"]
NAMES = dict(enumerate(LABELS))


@pytest.fixture(scope="session")
def bert(tmp_path_factory) -> Path:
    """An encoder of BERT's form without a head, small, whose words are mostly single letters."""
    folder = tmp_path_factory.mktemp("bert")
    vocabulary = {piece: i for i, piece in enumerate([*PIECES, *(f"##{x}" for x in "abcdefghijklmnopqrstuvwxyz")])}
    BertTokenizer(vocab=vocabulary).save_pretrained(folder)
    torch.manual_seed(0)
    BertModel(bert_config(len(vocabulary)), add_pooling_layer=False).save_pretrained(folder)
    return folder


def bert_config(size, **more):
    shape = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    return BertConfig(vocab_size=size, max_position_embeddings=40, hidden_dropout_prob=0.0, **shape, **more)


@pytest.fixture(scope="session")
def classifier(bert, tmp_path_factory) -> Path:
    """The same with a head, of random weights large enough that labels vary."""
    folder = tmp_path_factory.mktemp("classifier")
    BertTokenizer.from_pretrained(bert).save_pretrained(folder)
    torch.manual_seed(1)
    model = BertForTokenClassification(bert_config(60, id2label=NAMES))
    model.classifier.weight.data.normal_()
    model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def canine(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("canine")
    CanineTokenizer().save_pretrained(folder)
    torch.manual_seed(0)
    shape = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
    config = CanineConfig(
        max_position_embeddings=64, num_hash_functions=4, num_hash_buckets=64, id2label=NAMES, **shape
    )
    model = CanineForTokenClassification(config)
    model.classifier.weight.data.normal_()
    model.save_pretrained(folder)
    return folder


@pytest.fixture(params=["classifier", "canine"])
def any_classifier(request) -> Path:
    return request.getfixturevalue(request.param)


def test_pieces_are_those_of_the_tokenizer(classifier):
    """Oracle: transformers' own splitting into words."""
    tagger = HfTagger(str(classifier))
    whole = tagger.pieces.tokenizer(list(SENTENCE), is_split_into_words=True)
    ids, first = tagger.pieces.assemble([tagger.pieces.word(word) for word in SENTENCE])
    assert ids == whole.input_ids
    words = whole.word_ids()
    assert first == [words.index(i) for i in range(len(SENTENCE))]


def test_characters_are_read_with_blanks_between_words(canine):
    tagger = HfTagger(str(canine))
    ids, first = tagger.pieces.assemble([tagger.pieces.word(word) for word in SENTENCE])
    assert ids == tagger.pieces.tokenizer(" ".join(SENTENCE)).input_ids
    assert "".join(chr(ids[i]) for i in first) == "".join(word[0] for word in SENTENCE)


def test_labels_are_those_of_transformers_own_pass(classifier):
    """Oracle: one sentence, no padding, argmax at the first piece."""
    model = BertForTokenClassification.from_pretrained(classifier).eval()
    tokenizer = BertTokenizer.from_pretrained(classifier)
    encoded = tokenizer(list(SENTENCE), is_split_into_words=True, return_tensors="pt")
    with torch.no_grad():
        expected = model(**encoded).logits[0]
    words = tokenizer(list(SENTENCE), is_split_into_words=True).word_ids()
    expected = expected[[words.index(i) for i in range(len(SENTENCE))]]
    found = HfTagger(str(classifier)).logits([SENTENCE])[0]
    torch.testing.assert_close(torch.from_numpy(found), expected, rtol=1e-4, atol=1e-5)


def test_the_answer_does_not_depend_on_the_company(any_classifier):
    tagger = HfTagger(str(any_classifier))
    crowd = [SENTENCE, ("Rome",), SENTENCE[::-1], ("to", "Oslo", "to"), SENTENCE[:4]]
    for alone, together in zip(crowd, tagger.logits(crowd), strict=True):
        np.testing.assert_allclose(tagger.logits([alone])[0], together, atol=1e-5)


def test_nothing_is_cut_off(any_classifier):
    tagger = HfTagger(str(any_classifier))
    long = [SENTENCE[i % 3] for i in range(100)] + ["x" * 300, "Rome"]
    tagged = tagger.tag([long])[0]
    assert len(tagged.tags) == 102 and tagged.scores is None
    assert np.abs(tagger.logits([long])[0]).sum(axis=1).min() > 0, "each word was read"


@pytest.mark.parametrize("sizes", [[3] * 50, [1, 9, 1, 9, 9, 1, 1, 1, 1, 1, 1, 1], [40], [12, 12, 1], [1] * 10])
@pytest.mark.parametrize("overlap", [True, False])
def test_windows_fit_and_hold_every_word(sizes, overlap):
    spans = list(windows(sizes, 10, overlap))
    assert all(sum(sizes[a:b]) <= 10 or b == a + 1 for a, b in spans)
    assert all(b < d and (c <= b if overlap else c == b) for (_, b), (c, d) in pairwise(spans))
    assert spans[0][0] == 0 and spans[-1][1] == len(sizes)
    taken = [i for start, end, keep, stop in _shares(spans) for i in range(keep, stop) if start <= i < end]
    assert taken == list(range(len(sizes)))


def test_words_of_nothing_are_read_as_unknown(classifier, canine):
    for folder in (classifier, canine):
        assert len(HfTagger(str(folder)).tag([("\u200b", "Rome")])[0].tags) == 2


def test_positions_that_count_from_the_padding_symbol(classifier):
    tokenizer = BertTokenizer.from_pretrained(classifier)
    assert Pieces(tokenizer, XLMRobertaConfig(max_position_embeddings=514, pad_token_id=1)).limit == 512
    assert Pieces(tokenizer, bert_config(60)).limit == 40


@pytest.mark.parametrize(
    ("labels", "meaning"),
    [
        (LABELS, LABELS),
        (("B-ORG", "I-ORG", "B-MISC", "O"), ("B-ORG", "I-ORG", "O", "O")),
        (("S-PER", "E-LOC", "U-GPE", "O"), ("S-PER", "E-LOC", "U-LOC", "O")),
        (("O", "person", "organization"), ("O", "I-PER", "I-ORG")),
    ],
)
def test_labels_of_others_become_ours(labels, meaning):
    assert map_labels(labels, "x") == tuple(meaning)


def test_labels_without_meaning_are_refused():
    with pytest.raises(ModelFileError, match=r"no label for a person.*LABEL_0, LABEL_1"):
        map_labels(["LABEL_0", "LABEL_1"], "x")


def test_what_is_no_classifier_is_refused(bert, tmp_path, monkeypatch):
    with pytest.raises(ModelFileError, match="no trained token classifier: it has no weights for classifier"):
        HfTagger(str(bert))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelFileError, match="Cannot read the model of"):
        HfTagger(str(tmp_path))


def test_batches_label_first_pieces_only(classifier):
    tagger = HfTagger(str(classifier))
    sentence = Sentence(("Kiri", "to", "Rome"), ("B-PER", "O", "B-LOC"), None)
    long = Sentence(("Kiri",) * 25, ("B-PER",) + ("I-PER",) * 24, None)
    corpus = encode_pieces("a/eng", [sentence, long], tagger.pieces, 20, "x")
    assert [len(s) for s in corpus.sentences] == [3, 9, 9, 2, 5], "cut by what the model reads and by max_words"
    assert corpus.labels[2][0] == LABELS.index("B-PER"), "a cut entity begins anew"
    batch = PieceMixture([corpus], tagger.pieces).collate([(0, 0)])
    words = tagger.pieces.tokenizer(list(sentence.tokens), is_split_into_words=True).word_ids()
    expected = [IGNORED] * batch["labels"].shape[1]
    for word, label in enumerate((1, 0, 5)):
        expected[words.index(word)] = label
    assert batch["labels"][0].tolist() == expected
    assert batch["attention_mask"][0].sum() == len(words)


@pytest.fixture
def data(tmp_path) -> Path:
    for split in ("train", "validation"):
        path = tmp_path / "data" / "wikiann" / "eng" / f"{split}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = [
            {"tokens": [person, "goes", "to", place, "."], "tags": ["B-PER", "O", "O", "B-LOC", "O"]}
            for person in PEOPLE
            for place in PLACES
        ]
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return tmp_path / "data"


SETTINGS = {
    "name": "spelling",
    "seed": 3,
    "groups": [{"share": 1, "sources": [{"corpus": "wikiann", "languages": ["eng"]}]}],
    "validation": [{"corpus": "wikiann", "languages": ["eng"], "split": "validation"}],
    "optimisation": {"steps": 40, "words_per_batch": 60, "learning_rate": 0.01, "save_every": 40, "log_every": 20},
}


def config(**overrides):
    return validated(TrainConfig, SETTINGS, {key.replace("__", "."): v for key, v in overrides.items()}, "test")


def run(command, *arguments):
    result = CliRunner().invoke(command, [str(a) for a in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def test_an_encoder_is_fine_tuned_and_scored_from_the_command_line(bert, data, tmp_path):
    path, out = tmp_path / "config.yaml", tmp_path / "run"
    path.write_text(yaml.safe_dump(SETTINGS), encoding="utf-8")
    run(train, path, "--data", data, "--out", out, "--hf-encoder", bert)
    record = json.loads((out / "checkpoint" / "record.json").read_text())
    assert record["metrics"]["validation"]["wikiann/eng"]["strict_f1"] > 95
    assert record["languages"] == ["eng"] and record["training"]["seed"] == 3
    assert str(tmp_path) not in (out / "checkpoint" / "record.json").read_text()
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= {p.name for p in (out / "checkpoint").iterdir()}
    result = run(evaluate, "--hf", out / "checkpoint", "--against", "bundled", "--data", data / "wikiann", "--json")
    value = json.loads(result.stdout)
    assert value["languages"]["eng"]["strict_f1"] > 95 and "comparison" in value
    with pytest.raises(ConfigError, match="another encoder"):
        fine_tune(config(), str(bert), data, _with_encoder(out, "other"))


def _with_encoder(folder: Path, name: str) -> Path:
    (folder / "encoder.txt").write_text(name)
    return folder


def test_characters_are_fine_tuned_too(canine, data, tmp_path):
    checkpoint = fine_tune(config(optimisation__steps=2), str(canine), data, tmp_path / "run")
    assert len(HfTagger(str(checkpoint)).tag([SENTENCE])[0].tags) == len(SENTENCE)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"protocol": "paper", "groups.0.sources.0.languages": ["deu"]}, "annotated sentences only"),
        ({"groups.0.sources.0": {"corpus": "wikiann_zeroshot", "languages": ["mri"]}}, "target language"),
        ({"input.blind": True, "input.sound_exchange": 0.1}, "input.blind, input.sound_exchange: a Hugging Face"),
        ({"groups.0.teachers": ["x"]}, "teachers"),
    ],
)
def test_guards_stand_before_anything_is_read(bert, data, tmp_path, changes, message):
    with pytest.raises(ConfigError, match=message):
        fine_tune(validated(TrainConfig, SETTINGS, changes, "test"), str(bert), data, tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("options", [(), ("--model", "bundled", "--hf", "x")])
def test_one_thing_is_measured(options, data):
    result = CliRunner().invoke(evaluate, [*options, "--data", str(data)])
    assert result.exit_code == 2 and "either --model FOLDER or --hf NAME" in result.output
