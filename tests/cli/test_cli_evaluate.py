from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from seqeval.metrics import f1_score
from seqeval.scheme import IOB2

from ipaner.runtime import load

SENTENCES = [
    (["Kei", "Pōneke", "te", "Pāremata"], ["O", "B-LOC", "O", "B-ORG"]),
    (["Kiri", "Te", "Kanawa"], ["B-PER", "I-PER", "I-PER"]),
    (["Ko", "Aotearoa", "tēnei", "."], ["O", "B-LOC", "O", "O"]),
    (["Tūranga"], ["B-LOC"]),
]


def write(path: Path, *, ipa: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [{"tokens": tokens, "tags": tags} | ({"ipa": tokens} if ipa else {}) for tokens, tags in SENTENCES]
    content = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write(tmp_path / "mri" / "validation.jsonl.gz", ipa=True)
    write(tmp_path / "kur" / "validation.jsonl")
    write(tmp_path / "deu" / "test.jsonl")
    return tmp_path


def as_json(result) -> dict:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_strict_f1_is_that_of_seqeval(run, checkpoint_folder, data):
    value = as_json(run("evaluate", "--model", checkpoint_folder, "--data", data, "--json"))
    tagged = load(checkpoint_folder).tag_tokens([tokens for tokens, _ in SENTENCES], "mri")
    gold = [tags for _, tags in SENTENCES]
    expected = 100 * f1_score(gold, [list(t.tags) for t in tagged], mode="strict", scheme=IOB2)
    assert value["languages"]["mri"]["strict_f1"] == pytest.approx(expected, abs=0.01)


def test_json_keeps_the_folders_code_and_tells_whose_phonemes_were_counted(run, checkpoint_folder, data):
    value = as_json(run("evaluate", "--model", checkpoint_folder, "--data", data, "--json"))
    assert set(value) == {"languages", "mean", "std"}
    assert {code: x["positions"] for code, x in value["languages"].items()} == {"kur": "own", "mri": "published"}
    assert value["languages"]["mri"]["n_sentences"] == len(SENTENCES)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("kmr", {"kur"}), ("kur,mri", {"kur", "mri"}), ("case1", {"mri"}), ("case2, Maori", {"kur", "mri"})],
)
def test_languages_by_code_name_and_case(run, checkpoint_folder, data, wanted, found):
    value = as_json(run("evaluate", "--model", checkpoint_folder, "--data", data, "--json", "--languages", wanted))
    assert set(value["languages"]) == found


def test_languages_that_are_absent_are_told(run, checkpoint_folder, data):
    result = run("evaluate", "--model", checkpoint_folder, "--data", data, "--json", "--languages", "mri,yor")
    assert "no sentences of: yor" in result.stderr
    result = run("evaluate", "--model", checkpoint_folder, "--data", data, "--languages", "yor")
    assert result.exit_code == 2


def test_several_corpora_are_taken_each_by_itself(run, checkpoint_folder, tmp_path):
    write(tmp_path / "news" / "mri" / "validation.jsonl")
    write(tmp_path / "wiki" / "mri" / "validation.jsonl")
    value = as_json(run("evaluate", "--model", checkpoint_folder, "--data", tmp_path, "--json"))
    assert set(value["corpora"]) == {"news", "wiki"}
    assert value["corpora"]["news"] == value["corpora"]["wiki"]


def test_a_model_against_itself_differs_by_nothing(run, checkpoint_folder, data):
    base = ["evaluate", "--model", checkpoint_folder, "--against", checkpoint_folder, "--data", data]
    value = as_json(run(*base, "--json"))
    assert value["against"]["languages"] == value["languages"]
    assert value["comparison"]["strict_f1"]["mean"]["difference"] == 0
    assert value["comparison"]["strict_f1"]["mean"]["p"] == 1
    assert "minus the one it is set against" in run(*base).stdout


def test_limit_draws_the_same_sentences_for_the_same_seed(run, checkpoint_folder, data):
    base = ["evaluate", "--model", checkpoint_folder, "--data", data, "--json", "--limit", 2]
    first, again = as_json(run(*base, "--seed", 1)), as_json(run(*base, "--seed", 1))
    assert first == again
    assert first["languages"]["mri"]["n_sentences"] == 2


def test_table_and_errors(run, checkpoint_folder, data, tmp_path):
    out = tmp_path / "report.txt"
    result = run("evaluate", "--model", checkpoint_folder, "--data", data, "--errors", 1, "-o", out)
    assert result.exit_code == 0, result.stderr
    report = out.read_text(encoding="utf-8")
    assert "position macro F1" in report
    assert "errors in mri" in report
    assert "…" not in report, "no column is cut"


def test_bad_line_names_its_file(run, checkpoint_folder, data):
    (data / "kur" / "validation.jsonl").write_text('{"tokens": ["a"], "tags": []}\n', encoding="utf-8")
    result = run("evaluate", "--model", checkpoint_folder, "--data", data, "--json")
    assert result.exit_code == 3
    assert "validation.jsonl:1: " in result.stderr


def test_corpora_can_be_chosen_and_absent_ones_are_told(run, checkpoint_folder, tmp_path):
    for name in ("news", "wiki", "web"):
        write(tmp_path / name / "mri" / "validation.jsonl")
    options = ["evaluate", "--model", checkpoint_folder, "--data", tmp_path, "--json", "--corpora"]
    assert set(as_json(run(*options, "web, news"))["corpora"]) == {"web", "news"}
    result = run(*options, "radio")
    assert result.exit_code == 2
    assert "radio" in result.stderr and "news, web, wiki" in result.stderr
