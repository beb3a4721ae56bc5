from __future__ import annotations

import json

import pytest

from ipaner.errors import ConfigError
from ipaner.pairs.dictionary import Dictionary, check, check_report, disagreements


@pytest.fixture
def dictionary(tmp_path):
    (tmp_path / "controls").mkdir()
    (tmp_path / "kor.tsv").write_text("english\tword\nCoffee\t커피\nbus\t버스\n", encoding="utf-8")
    (tmp_path / "controls" / "kor.tsv").write_text("english\tword\ntree\t나무\ntaxi\t자동차\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("english", "word", "outcome", "words", "partners"),
    [
        ("coffee", "커피", "agree", (), ()),
        ("taxi", "택시", "other", ("자동차",), ()),
        ("woods", "나무", "other", (), ("tree",)),
        ("bus", "뻐스", "variant", ("버스",), ()),
        ("buses", "버스", "other", (), ("bus",)),
        ("boss", "버스", "variant", (), ("bus",)),
        ("radio", "라디오", "not found", (), ()),
    ],
)
def test_what_a_dictionary_says(dictionary, pair, english, word, outcome, words, partners):
    found = check([pair(english, word)], dictionary)[0]
    assert (found.outcome, found.words, found.english) == (outcome, words, partners)


def test_agreement_counts_what_the_dictionary_has(dictionary, pair):
    pairs = [pair(), pair("taxi", "택시"), pair("radio", "라디오"), pair("x", "y", language="hin")]
    report = check_report(check(pairs, dictionary))
    assert list(report) == ["kor", "all"], "a language without a dictionary is left out"
    counts = {"agree": 1, "variant": 0, "other": 1, "not_found": 1}
    assert report["kor"] == counts | {"agreement": 0.5, "agreement_with_variants": 0.5}


def test_disagreements_are_shown(dictionary, pair):
    found = disagreements(check([pair("taxi", "택시")], dictionary), 3, 1)
    assert found == {"kor": [{"english": "taxi", "word": "택시", "instead": ["자동차"]}]}


def test_no_dictionary_at_all(tmp_path, pair):
    with pytest.raises(ConfigError, match="has no dictionary of: kor"):
        check([pair()], tmp_path)


def test_spelling_that_varies_is_no_disagreement(tmp_path, pair):
    (tmp_path / "ara.tsv").write_text("english\tword\ne-mail\tبَرِيد\n", encoding="utf-8")
    assert Dictionary(tmp_path, "ara").look_up(pair("Email", "بريد")).outcome == "agree"


def test_the_command(run, table, tmp_path):
    folder = tmp_path / "d"
    folder.mkdir()
    (folder / "kor.tsv").write_text("english\tword\nword1\t낱말1\nword2\t다른\n", encoding="utf-8")
    result = run("audit", table, "--dictionary", folder, "--examples", 1)
    found = json.loads(result.output)
    assert found["dictionary"]["kor"]["agreement"] == 0.5 and found["dictionary"]["kor"]["not_found"] == 18
    assert found["examples"]["kor"][0]["word"] == "낱말2"
