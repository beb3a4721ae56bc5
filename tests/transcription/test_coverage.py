"""How much of a text can be read."""

import json

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from ipaner.cli import main
from ipaner.document import Status
from ipaner.languages import get
from ipaner.languages.expected import expected
from ipaner.runtime.checkpoint import read_checkpoint
from ipaner.transcription import Transcriber
from ipaner.transcription.coverage import coverage, unknown_characters

MAORI = Transcriber("mri")


def test_every_word_is_counted_once_and_shares_are_of_words_with_letters():
    found = coverage(["Kei Whakatū ia, 7 Москва.", "Haere mai!"], MAORI)
    assert found.words == 10
    assert found.statuses[Status.OK] == 5 and found.statuses[Status.FOREIGN] == 1 and found.statuses[Status.OPAQUE] == 4
    assert found.share(Status.OK) == pytest.approx(500 / 6)
    assert found.share(Status.OPAQUE) == 40


def test_unknown_characters_come_with_name_count_and_context():
    found = coverage(["Ka noho a Þór i Ūropi.", "Ko Þór ia."], MAORI)
    thorn = next(u for u in found.unknown if u.character == "Þ")
    assert (thorn.name, thorn.count) == ("LATIN CAPITAL LETTER THORN", 2)
    assert thorn.examples == ("Ka noho a [Þór] i Ūropi .", "Ko [Þór] ia .")


def test_sentences_cut_into_words_are_read_as_they_are():
    found = coverage([["Kei", "Whakatū", "ia"]], MAORI)
    assert found.words == 3 and not found.unknown


def test_phones_are_compared_with_those_of_a_model():
    found = coverage(["whare whare"], MAORI)
    assert found.phones == {"f": 2, "a": 2, "r": 2, "e": 2}
    assert found.unseen({"f", "a", "e"}) == {"r": 2}
    assert not found.unseen(set(found.phones))


@pytest.mark.parametrize(
    ("language", "text", "verdict"),
    [
        ("mri", "Kei Whakatū ia", "Well covered"),
        ("mri", "Москва и Киев", "Another script"),
        ("mri", "µ", "Another script"),
        ("mri", "7 ... !", "There is nothing to read"),
        ("mri", "", "There is nothing to read"),
        ("mri", "Þór Þorn ðæð Ægir", "Poorly covered"),
    ],
)
def test_the_verdict_says_what_to_make_of_it(language, text, verdict):
    assert coverage([text], Transcriber(language)).verdict().startswith(verdict)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_covered_somehow(text):
    found = coverage([text], MAORI)
    assert sum(found.statuses.values()) == len(MAORI.words(text))
    assert all(u.count > 0 and u.examples for u in found.unknown)
    found.verdict()


def test_a_character_unknown_in_its_place_only_is_found():
    assert unknown_characters("Kei", MAORI) == []
    assert unknown_characters("Þór", MAORI)[0] == "Þ"


def run(*arguments: str):
    return CliRunner().invoke(main, ["coverage", *arguments])


def test_the_command_shows_shares_characters_and_a_verdict(tmp_path):
    (tmp_path / "text.txt").write_text("Ko Þór ia.\nKei Whakatū ia.\n", encoding="utf-8")
    result = run(str(tmp_path / "text.txt"), "-l", "mri")
    assert result.exit_code == 0, result.output
    assert "LATIN CAPITAL LETTER THORN" in result.output and "Ko [Þór] ia" in result.output
    assert "covered" in result.output.splitlines()[-1]


def test_the_command_writes_json_and_reads_corpora(tmp_path):
    (tmp_path / "corpus.conll").write_text("Ko\tO\nÞór\tB-PER\n\n", encoding="utf-8")
    result = run(str(tmp_path / "corpus.conll"), "-l", "mri", "--corpus", "--json")
    assert result.exit_code == 0, result.output
    value = json.loads(result.output)
    assert value["words"] == 2 and value["unknown"][0]["character"] == "Þ"
    assert set(value["shares"]) == {"ok", "partial", "fallback", "foreign", "opaque"}


def test_the_command_tells_what_f1_to_expect():
    """Of the bundled model and its profile, where the language was looked at."""
    bundled = read_checkpoint("bundled").info.name
    (running,) = (row for row in expected(get("mri")) if row.kind == "running")
    line = run("Kia ora", "-l", "mri").output.splitlines()[-2]
    assert line == (
        f"Strict F1 to expect of {bundled} on running text that is read in full: "
        f"{running.predicted:.0f} ({running.low:.0f}–{running.high:.0f}), predicted for a language whose names are "
        "listed."
    )
    assert json.loads(run("Kia ora", "-l", "mri", "--json").output)["expected_f1"]["predicted"] == running.predicted
    for unknown in (["-l", "Awadhi"], ["-l", "mri", "--profile", "published"]):
        assert "Strict F1" not in run("Kia ora", *unknown).output
        assert json.loads(run("Kia ora", *unknown, "--json").output)["expected_f1"] is None


def test_a_text_is_no_corpus():
    result = run("Kia ora", "-l", "mri", "--corpus")
    assert result.exit_code != 0 and "--corpus reads files" in result.output
