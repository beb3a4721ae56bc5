from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict

import pytest
from click.testing import CliRunner, Result

from ipaner.cli import main
from ipaner.languages import all_languages, case, get, nearest
from ipaner.languages.expected import expected, in_words
from ipaner.languages.measured import measured
from ipaner.transcription.describe import phones

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    return lambda *arguments: CliRunner().invoke(main, ["languages", *arguments])


def codes(result: Result) -> list[str]:
    assert result.exit_code == 0, result.output
    return [line.split()[0] for line in result.stdout.splitlines()[1:]]


def test_lists_every_language_on_a_line(run: Run) -> None:
    result = run()
    assert codes(result) == [language.code for language in all_languages()]
    maori = next(line for line in result.stdout.splitlines() if line.startswith("mri"))
    assert maori.split() == ["mri", "Maori", "Latn", "Austronesian/Polynesian", "1", "epitran:mri-Latn"]
    welsh = next(line for line in result.stdout.splitlines() if line.startswith("cym"))
    (error,) = (row for row in measured(get("cym")) if row.profile == "core")
    assert welsh.split()[-1] == f"{error.fper:.1f}"


def test_filters_narrow_each_other(run: Run) -> None:
    assert codes(run("--case", "1")) == sorted(case(1))
    assert codes(run("--case", "2", "--script", "cyrl")) == ["bel", "tuk"]
    assert codes(run("--family", "bantu", "--case", "1")) == ["kin"]
    assert codes(run("--script", "Sinh")) == ["sin"]


def test_one_language_in_full(run: Run) -> None:
    result = run("mi")
    assert result.exit_code == 0
    shown = {line.split()[0]: line for line in result.stdout.splitlines()}
    names = "code name aliases scripts family case core published espeak phones examples nearest expected"
    assert " ".join(shown) == names
    assert shown["expected"].removeprefix("expected F1").strip() == in_words(expected(get("mri")))
    assert all(other.code in shown["nearest"] for other in nearest("mri"))
    assert shown["core"].split()[1:] == ["epitran:mri-Latn", "(MIT)"]  # no attested pronunciations to measure by
    assert "Tūrei tuːrei" in shown["examples"]


def test_measured_errors_are_shown_with_their_source(run: Run) -> None:
    (error,) = (row for row in measured(get("cym")) if row.profile == "core")
    shown = next(line for line in run("cy").stdout.splitlines() if line.startswith("core"))
    expected = f"PER {error.per:.1f}, FPER {error.fper:.1f} in {error.words} words of WikiPron cym-Latn"
    assert shown.rstrip().endswith(expected)


def test_a_language_that_nothing_is_expected_of_says_so(run: Run) -> None:
    assert run("Awadhi").stdout.splitlines()[-1].split() == ["expected", "F1", "–"]
    assert json.loads(run("Awadhi", "--json").stdout)["expected_f1"] == []


def test_each_script_has_its_line(run: Run) -> None:
    lines = run("srp").stdout.splitlines()
    assert sum("epitran:srp-Latn" in line for line in lines) == 3


def test_json_is_the_table(run: Run) -> None:
    rows = json.loads(run("--json").stdout)
    assert [row["code"] for row in rows] == [language.code for language in all_languages()]
    one = json.loads(run("sr-Latn", "--json").stdout)
    assert one.pop("nearest") == [other.code for other in nearest("srp-Latn")]
    assert one.pop("examples")[0] == {"word": "ponedeljak", "phonemes": list("ponede") + list("ʎak"), "status": "ok"}
    assert one.pop("phones") == list(phones(get("srp")))
    assert one.pop("licences") == {"epitran:srp-Cyrl": "MIT", "epitran:srp-Latn": "MIT"}
    assert one.pop("measured") == [asdict(row) for row in measured(get("srp"))]
    assert one.pop("expected_f1") == json.loads(json.dumps([asdict(row) for row in expected(get("srp"))]))
    serbian = get("sr-Latn")
    assert one == {
        "code": "srp",
        "name": "Serbian",
        "aliases": list(serbian.aliases),
        "scripts": ["Latn", "Cyrl"],
        "family": serbian.family,
        "case": None,
        "backends": dict(serbian.backends),
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["Swahilli"], "is unknown. Nearest in spelling: 'swa'"),
        (["mi-Cyrl"], "It has one in: Latn."),
        (["--script", "Xxxx"], "No language is left by these filters. Families: "),
        (["--case", "4"], "1<=x<=3"),
        (["mi", "--case", "1"], "CODE and filters exclude each other"),
    ],
)
def test_mistakes_are_explained(run: Run, arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.output
