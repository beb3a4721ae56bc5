from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from ipaner.cli import main
from ipaner.languages import all_languages, case, get, nearest

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


def test_filters_narrow_each_other(run: Run) -> None:
    assert codes(run("--case", "1")) == sorted(case(1))
    assert codes(run("--case", "2", "--script", "cyrl")) == ["bel", "tuk"]
    assert codes(run("--family", "bantu", "--case", "1")) == ["kin"]
    assert codes(run("--script", "Sinh")) == ["sin"]


def test_one_language_in_full(run: Run) -> None:
    result = run("mi")
    assert result.exit_code == 0
    shown = {line.split()[0]: line for line in result.stdout.splitlines()}
    assert " ".join(shown) == "code name aliases scripts family case core published espeak nearest"
    assert all(other.code in shown["nearest"] for other in nearest("mri"))


def test_json_is_the_table(run: Run) -> None:
    rows = json.loads(run("--json").stdout)
    assert [row["code"] for row in rows] == [language.code for language in all_languages()]
    one = json.loads(run("sr-Latn", "--json").stdout)
    assert one.pop("nearest") == [other.code for other in nearest("srp-Latn")]
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
        (["yue"], "'yue' (Cantonese) has no transcription. Nearest with one: 'cmn'"),
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
