from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from ipaner.cli.transcribe import _transcriber

TUTORIAL = Path(__file__).resolve().parents[2] / "docs" / "adding-a-language.md"
YAML = """\
code: pis
name: Pijin
script: Latn
family: Creole/English-based
authors: [Ann]
licence: CC0-1.0
sources: [Jourdan 2002]
"""


@pytest.fixture(autouse=True)
def empty_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.delenv("IPANER_LANGUAGE_DIR", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "configuration"))
    _transcriber.cache_clear()  # the command keeps what it has loaded, and a process runs but one
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


@pytest.fixture
def pijin(empty_directory: Path) -> Path:
    folder = empty_directory / "pis"
    folder.mkdir()
    (folder / "language.yaml").write_text(YAML, encoding="utf-8")
    (folder / "map.csv").write_text("grapheme,phonemes\na,ɑ\nk,k\n", encoding="utf-8")
    (folder / "tests.psv").write_text("kaka | kɑkɑ\nak | ɑkʰ | loud\n", encoding="utf-8")
    return folder


def blocks(text: str) -> Iterator[tuple[str, str]]:
    yield from re.findall(r"^```(.+?)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_the_tutorial_does_what_it_says(run) -> None:
    commands = 0
    for kind, content in blocks(TUTORIAL.read_text("utf-8")):
        if title := re.search(r'title="(.+)"', kind):
            Path(title[1]).write_text(content, encoding="utf-8")
        elif kind == "console":
            for example in re.split(r"^\$ ipaner ", content, flags=re.MULTILINE)[1:]:
                command, _, expected = example.partition("\n")
                assert run(*shlex.split(command)).output.strip() == expected.strip(), command
                commands += 1
        elif kind == "text":
            lines = [line for line in content.splitlines() if line != "…"]
            assert set(lines) <= set(Path("pis/map.csv").read_text("utf-8").splitlines())
    assert commands == 5


def test_new_refuses_to_overwrite(run, pijin) -> None:
    before = {path.name: path.read_bytes() for path in pijin.iterdir()}
    Path("sample.txt").write_text("Olketa pipol", encoding="utf-8")
    result = run("language", "new", "pis", "--sample", "sample.txt")
    assert result.exit_code == 2
    assert "Error: 'pis' exists already" in result.stderr
    assert {path.name: path.read_bytes() for path in pijin.iterdir()} == before
    assert run("language", "new", "pis", "--sample", "sample.txt", "--out", "other").exit_code == 0
    assert Path("other/pis/map.csv").is_file()


def test_check_exits_with_3_if_anything_must_be_mended(run, pijin) -> None:
    result = run("language", "check", pijin)
    assert (result.exit_code, result.stdout) == (0, "errors: 0, warnings: 0\n")
    (pijin / "map.csv").write_text("grapheme,phonemes\nk,k\na,a\nA,a\na,e\n", encoding="utf-8")
    result = run("language", "check", pijin)
    assert result.exit_code == 3
    assert [line.split(": ")[0] for line in result.stdout.splitlines()] == ["error", "warning", "errors"]


def test_differences_are_shown_phone_by_phone(run, pijin) -> None:
    result = run("language", "test", "pis", "--language-dir", ".")
    assert result.exit_code == 3
    assert result.stdout == (
        "ak  (loud)  tests.psv:2\n  wanted  ɑ kʰ\n  found   ɑ k\n            ^^\n\n"
        "words: 2, different: 1, phone error rate: 16.7 %\n"
    )


@pytest.mark.parametrize("where", ["before", "after", "within", "variable", "configuration"])
def test_a_folder_of_ones_own_is_found(run, pijin, where, monkeypatch, tmp_path) -> None:
    arguments = ["transcribe", "-l", "pis", "-f", "ipa", "kaka"]
    if where == "before":
        arguments = ["--language-dir", ".", *arguments]
    elif where == "after":
        arguments += ["--language-dir", str(pijin.parent)]
    elif where == "within":
        arguments += ["--language-dir", str(pijin)]
    elif where == "variable":
        monkeypatch.setenv("IPANER_LANGUAGE_DIR", ".")
    else:
        (tmp_path / "configuration" / "ipaner").mkdir(parents=True)
        pijin.parent.rename(tmp_path / "configuration" / "ipaner" / "languages")
    assert run(*arguments).stdout == "kɑkɑ\n"


def test_the_directory_is_forgotten_afterwards(run, pijin) -> None:
    assert "folder:pis" in run("--language-dir", ".", "languages", "pis").stdout
    assert "folder:pis" not in run("languages", "pis").stdout


def test_it_can_be_tagged(run, pijin, checkpoint_folder) -> None:
    result = run("tag", "-l", "pis", "--model", checkpoint_folder, "--language-dir", ".", "-f", "jsonl", "kaka")
    assert result.exit_code == 0
    assert '"language": "pis"' in result.stdout


def test_a_code_without_a_folder(run) -> None:
    result = run("language", "check", "mri")
    assert result.exit_code == 2
    assert (
        "Maori (mri) is read by 'epitran:mri-Latn', which is no folder. Make one: ipaner language new" in result.stderr
    )


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("map.csv", "grapheme,phonemes\na,a\na,e\n", "map.csv:3: 'a' stands on line 2 already"),
        ("before.txt", "a -> e", "before.txt:1: 'a -> e': is neither a rule"),
        ("language.yaml", YAML.replace("Latn", "Latx"), "language.yaml:3: 'Latx' is no script"),
        ("language.yaml", YAML.replace("name", "nmae"), "language.yaml:2: unknown key 'nmae'"),
    ],
)
def test_a_mistake_in_a_folder_ends_in_one_line(run, pijin, name, content, message) -> None:
    (pijin / name).write_text(content, encoding="utf-8")
    result = run("transcribe", "-l", "pis", "--language-dir", ".", "kaka")
    assert result.exit_code == 3
    assert "Error: " in result.stderr
    assert message in result.stderr
    errors = [line for line in result.stderr.splitlines() if "passed over" not in line]
    assert len(errors) == 1
    assert run("transcribe", "-l", "mri", "--language-dir", ".", "kaka").exit_code == 0, "others can do without it"


def test_a_directory_that_is_not_there(run, monkeypatch) -> None:
    assert run("--language-dir", "none", "languages", "mi").exit_code == 2
    monkeypatch.setenv("IPANER_LANGUAGE_DIR", "none")
    result = run("languages", "mi")
    assert result.exit_code == 2
    assert "There is no directory 'none', which IPANER_LANGUAGE_DIR or --language-dir names" in result.stderr
