from __future__ import annotations

import json
import os
import re
import select
import subprocess
import sys
from itertools import product

import pytest

from ipaner.runtime import load, writers

SENTENCES = ["Kei Pōneke te Pāremata o Aotearoa.", "I whānau a Kiri Te Kanawa ki Tūranga.", "😀", "٢٠٢٤ Kia ora"]


def tagged(result) -> list[dict]:
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture(scope="module")
def expected(checkpoint_folder):
    """What the library gives for the sentences."""
    tagger = load(checkpoint_folder)
    return [writers.record(tagger.tag(text, "mri")) for text in SENTENCES]


def without_id(documents: list[dict]) -> list[dict]:
    return [document | {"id": None} for document in documents]


def test_arguments_files_and_standard_input_give_the_same_as_the_library(run, checkpoint_folder, expected, tmp_path):
    base = ["tag", "-l", "Maori", "--model", checkpoint_folder, "-f", "jsonl"]
    path, lines = tmp_path / "a.txt", "\n".join(SENTENCES)
    path.write_text(lines, encoding="utf-8")
    rows = tmp_path / "a.jsonl"
    rows.write_text("\n".join(json.dumps({"text": text, "language": "mi"}) for text in SENTENCES), encoding="utf-8")
    assert tagged(run(*base, *SENTENCES)) == expected
    from_file = tagged(run(*base, path))
    assert [document["id"] for document in from_file] == [f"{path}:{i}" for i in (1, 2, 3, 4)]
    assert without_id(from_file) == expected
    assert without_id(tagged(run(*base, "-", stdin=lines))) == expected
    assert without_id(tagged(run(*base, stdin=lines))) == expected
    assert without_id(tagged(run(*base[:1], *base[3:], rows))) == expected
    assert without_id(tagged(run(*base, "--jsonl", stdin=rows.read_text(encoding="utf-8")))) == expected
    assert without_id(tagged(run(*base, tmp_path)))[:4] == expected


def test_output_of_jsonl_is_input_again(run, checkpoint_folder, expected):
    base = ["tag", "-l", "mri", "--model", checkpoint_folder, "-f", "jsonl"]
    once = run(*base, *SENTENCES).stdout
    assert without_id(tagged(run(*base, "--jsonl", stdin=once))) == expected


def test_output_file_holds_what_standard_output_would(run, checkpoint_folder, tmp_path):
    base = ["tag", "-l", "mri", "--model", checkpoint_folder]
    for form in ("jsonl", "conll", "table"):
        out = tmp_path / form
        result = run(*base, "-f", form, "-o", out, *SENTENCES)
        assert result.exit_code == 0
        assert result.stdout == ""
        assert out.read_text(encoding="utf-8") == run(*base, "-f", form, *SENTENCES).stdout


def test_offsets_count_what_was_asked_for(run, checkpoint_folder):
    text = "😀 Kei Pōneke te Pāremata"
    base = ["tag", "-l", "mri", "--model", checkpoint_folder, "-f", "jsonl"]
    found = {
        unit: tagged(run(*base, "--offsets", unit, text))[0]["entities"] for unit in ("codepoint", "utf16", "utf8")
    }
    assert found["codepoint"]
    for point, wide, byte in zip(*found.values(), strict=True):
        assert text[point["start"] : point["end"]] == point["text"]
        assert text.encode("utf-16-le")[2 * wide["start"] : 2 * wide["end"]].decode("utf-16-le") == point["text"]
        assert text.encode()[byte["start"] : byte["end"]].decode() == point["text"]


def test_conll_has_a_label_for_each_word(run, checkpoint_folder, expected):
    blocks = run("tag", "-l", "mri", "--model", checkpoint_folder, "-f", "conll", SENTENCES[0]).stdout.split("\n\n")
    words, labels = zip(*(line.split("\t") for line in blocks[0].splitlines()), strict=True)
    assert "".join(words) == SENTENCES[0].replace(" ", "")
    assert sum(label.startswith("B-") for label in labels) == len(expected[0]["entities"])


def test_table_marks_entities_and_shows_ipa_on_request(run, checkpoint_folder, expected):
    base = ["tag", "-l", "mri", "--model", checkpoint_folder, SENTENCES[0]]
    plain, with_ipa = run(*base).stdout, run(*base, "--ipa").stdout
    assert "\x1b" not in plain
    first, *rows = plain.splitlines()
    for entity, row in zip(expected[0]["entities"], rows, strict=True):
        assert f"[{entity['text']} {entity['label']}]" in first
        assert f"{100 * entity['score']:.0f} %" in row
        assert "/" not in row
        assert f"/{entity['ipa']}/" in with_ipa


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_table_is_coloured_on_a_terminal(start, checkpoint_folder, no_color, coloured):
    terminal, end = os.openpty()
    environment = os.environ | {"TERM": "xterm", "NO_COLOR": no_color}
    with os.fdopen(terminal, "rb", buffering=0) as screen:
        process = start("tag", "-l", "mri", "--model", checkpoint_folder, SENTENCES[0], stdout=end, env=environment)
        assert process.wait(timeout=60) == 0
        shown = screen.read(100_000).decode()
    os.close(end)
    assert "Pōneke" in shown
    assert (re.search(r"\x1b\[[0-9;]*3[0-9]m", shown) is not None) == coloured


def test_text_is_utf8_whatever_the_locale(start, checkpoint_folder):
    environment = os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    arguments = ["tag", "-l", "mri", "--model", checkpoint_folder, "-f", "conll", "Kei Pōneke"]
    out, err = start(*arguments, env=environment).communicate(timeout=60)
    assert [line.split("\t")[0] for line in out.decode().split()[::2]] == ["Kei", "Pōneke"], err


def test_table_shows_control_characters_instead_of_obeying_them(run, checkpoint_folder):
    text = "\x1b[2J\x00 Pōneke \x9b1m \r"
    out = run("tag", "-l", "mri", "--model", checkpoint_folder, text + "!").stdout
    assert not set(out) & {"\x1b", "\x00", "\x9b", "\r"}
    assert "␛" in out


def test_bad_json_text_still_gives_whole_output(run, checkpoint_folder):
    lines = '{"text": "Pōneke \\ud83d", "language": "mri"}\n{"text": "nul \\u0000 Pōneke", "language": "mri"}\n'
    base = ["tag", "--jsonl", "--model", checkpoint_folder]
    documents = tagged(run(*base, "-f", "jsonl", stdin=lines))
    assert [document["text"] for document in documents] == ["Pōneke \ud83d", "nul \x00 Pōneke"]
    for form in ("conll", "table"):
        assert run(*base, "-f", form, stdin=lines).exit_code == 0


def test_languages_may_change_from_line_to_line(run, checkpoint_folder):
    codes = ["mri", "kin", "kin", "sin", "mri"]
    lines = "\n".join(json.dumps({"text": "Kigali", "language": code}) for code in codes)
    documents = tagged(run("tag", "--jsonl", "--model", checkpoint_folder, "-f", "jsonl", stdin=lines))
    assert [document["language"] for document in documents] == codes


@pytest.mark.parametrize(
    "text", ["", " ", "a", "😀🎉", "a" * 1_000_000, "abc אבג def ابج"], ids=lambda t: t[:3] + str(len(t))
)
def test_odd_texts_are_tagged(run, checkpoint_folder, text):
    result = run("tag", "-l", "mri", "--model", checkpoint_folder, "-f", "jsonl", stdin=text + "\n")
    assert [document["text"] for document in tagged(result)] == [text]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["-l", "mri", "no/such/file.txt"], 2, "No such file"),
        (["-l", "nonsense", "Kia ora"], 2, "nonsense"),
        (["Kia ora"], 2, "Which language"),
        (["-l", "mri", "-f", "xml", "Kia ora"], 2, "xml"),
    ],
)
def test_wrong_usage(run, checkpoint_folder, arguments, code, message):
    result = run("tag", "--model", checkpoint_folder, *arguments)
    assert result.exit_code == code
    assert message in result.stderr


@pytest.mark.parametrize("form", ["jsonl", "conll", "table"])
def test_bad_data_leaves_no_output_file(run, checkpoint_folder, tmp_path, form):
    good, bad, out = (tmp_path / name for name in ("1.txt", "2.txt", "out"))
    good.write_text("Kia ora\n", encoding="utf-8")
    bad.write_bytes(b"Kia ora\nna\xefve\n")
    result = run("tag", "-l", "mri", "--model", checkpoint_folder, "-f", form, "-o", out, good, bad)
    assert result.exit_code == 3
    assert f"{bad}:2: " in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.txt", "2.txt"]


@pytest.mark.parametrize("name, change", list(product(["model.int8.onnx", "ipaner.json"], ["missing", "altered"])))
def test_damaged_model_is_told_apart(run, make_checkpoint, name, change):
    path = make_checkpoint() / name
    path.unlink() if change == "missing" else path.write_bytes(path.read_bytes() + b" ")
    result = run("tag", "-l", "mri", "--model", path.parent, "Kia ora")
    assert result.exit_code == 4
    assert name in result.stderr


def test_each_line_is_answered_before_the_next_is_sent(start, checkpoint_folder):
    process = start("tag", "-l", "mri", "--model", checkpoint_folder, "-f", "jsonl", "-")
    for text in [*SENTENCES, ""]:
        process.stdin.write(f"{text}\n".encode())
        process.stdin.flush()
        ready, _, _ = select.select([process.stdout], [], [], 60)
        assert ready, f"no answer to {text!r}"
        assert json.loads(process.stdout.readline())["text"] == text
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, b"", b"")


def test_an_empty_argument_is_an_empty_text_not_this_folder(run, checkpoint_folder, tmp_path, monkeypatch):
    (tmp_path / "secret.txt").write_text("Kei Pōneke ia.")
    monkeypatch.chdir(tmp_path)
    result = run("tag", "-l", "mri", "--model", checkpoint_folder, "-f", "jsonl", "")
    assert result.exit_code == 0 and "Pōneke" not in result.stdout


def test_text_in_another_script_than_the_language_is_remarked(run, checkpoint_folder):
    result = run("tag", "-l", "mri", "--model", checkpoint_folder, "አዲስ አበባ")
    assert "only 0% of this" in result.stderr
    assert "Note" not in run("tag", "-l", "amh", "--model", checkpoint_folder, "አዲስ አበባ").stderr


def test_a_language_without_rules_is_tagged_and_remarked(run, checkpoint_folder):
    result = run("tag", "-l", "zh-yue", "--model", checkpoint_folder, "-f", "conll", "香港")
    assert result.exit_code == 0 and result.stdout
    assert "no rules for Cantonese (yue)" in result.stderr and "only 0% of this" not in result.stderr


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"text": "Ko Hone", "id": ' + "1" * 5000 + "}", "rows.jsonl:2: not JSON"),
        ('{"text": "Ko Hone", "language": "zzz"}', "rows.jsonl:2: Language 'zzz'"),
    ],
)
def test_a_bad_json_line_is_named(run, checkpoint_folder, tmp_path, line, message):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "Kia ora"}\n' + line + "\n")
    result = run("tag", "-l", "mri", "--model", checkpoint_folder, path)
    assert result.exit_code == 3
    assert message in result.stderr


def test_tagging_leaves_nothing_in_the_home_folder(checkpoint_folder, tmp_path):
    """ONNX Runtime would keep telemetry there."""
    home = tmp_path / "home"
    home.mkdir()
    environment = {**os.environ, "HOME": str(home)}
    environment.pop("ORT_DISABLE_TELEMETRY", None)
    command = [sys.executable, "-m", "ipaner.cli", "tag", "-l", "mri", "--model", str(checkpoint_folder), "Ko Hone"]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    assert not list(home.rglob("*"))


def test_entities_that_are_less_sure_can_be_left_out(run, checkpoint_folder):
    base = ["tag", "-l", "mri", "--model", checkpoint_folder, "-f", "jsonl"]
    every = [entity for row in tagged(run(*base, *SENTENCES)) for entity in row["entities"]]
    middle = sorted(entity["score"] for entity in every)[len(every) // 2]
    kept = [entity for row in tagged(run(*base, "--min-score", middle, *SENTENCES)) for entity in row["entities"]]
    assert kept == [entity for entity in every if entity["score"] >= middle]
    assert 0 < len(kept) < len(every)
    assert run(*base, "--min-score", 2, SENTENCES[0]).exit_code == 2


def test_the_users_own_names_explain_what_is_marked(run, make_checkpoint, tmp_path, monkeypatch):
    from ipaner.names.features import FEATURES, VERSION
    from ipaner.names.index import build_index
    from ipaner.names.user import VARIABLE

    about = {"version": VERSION, "sha256": "", "index": "names", "features": len(FEATURES)}
    folder = make_checkpoint(shape=True, memory=about)
    build_index([]).save(folder / "names")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "own"))
    (tmp_path / "places.csv").write_text("name\n" + "\n".join(" ".join(SENTENCES).split()), encoding="utf-8")
    base = ["tag", "-l", "mri", "--model", folder, "--why"]
    before = run(*base, *SENTENCES)
    assert before.exit_code == 0 and "like" not in before.stdout
    assert run("names", "add", tmp_path / "places.csv", "--type", "LOC", "-l", "mri").exit_code == 0
    after = run(*base, *SENTENCES)
    assert "like " in after.stdout and "(LOC, mri, distance 0.00)" in after.stdout
    likes = [e["like"] for row in tagged(run(*base, "-f", "jsonl", *SENTENCES)) for e in row["entities"] if "like" in e]
    assert likes and {"name", "label", "language", "distance", "heard"} == set(likes[0][0])
    assert run(*base, "--no-names", *SENTENCES).stdout.count("like ") == 0
