"""What F1 to expect: a row of the table for every language and kind of text, and nothing where nothing is known."""

from dataclasses import replace

from ipaner.languages import PROFILES, get
from ipaner.languages.expected import KINDS, expected, in_words
from ipaner.languages.table import languages, rows
from ipaner.runtime.checkpoint import read_checkpoint


def test_every_language_has_both_kinds_of_text_and_sane_numbers() -> None:
    names = set()
    for language in languages():
        found = expected(language)
        assert [row.kind for row in found] == list(KINDS), language.code
        for row in found:
            names.add(row.model)
            assert (row.measured is not None) == (row.basis == "measured") == bool(row.corpora)
            assert (row.predicted is None) == (row.basis == "supervised")
            if row.basis != "supervised":
                assert 0 <= row.low <= row.predicted <= row.high <= 100, (language.code, row)
                assert row.low < row.high
            assert row.measured is None or 0 <= row.measured <= 100
    assert len(names) == 1


def test_the_table_has_no_other_languages() -> None:
    assert {row["code"] for row in rows("expected.tsv")} == {language.code for language in languages()}


def test_the_table_is_of_the_bundled_model_and_what_taught_it() -> None:
    info = read_checkpoint("bundled").info
    again = "The model is another one: run experiments/predict_f1.py with its results"
    assert expected(get("mri"))[0].model == info.name, again
    supervised = {language.code for language in languages() if expected(language)[0].basis == "supervised"}
    assert supervised >= {get(code).code for code in info.details["languages"]}, again
    assert expected(get("mri"))[1].basis == "measured"


def test_nothing_is_expected_of_what_was_not_looked_at() -> None:
    maori = get("mri")
    assert expected(maori) == expected(maori, expected(maori)[0].model)
    assert expected(maori, "another model") == ()
    assert expected(get("und-Cyrl")) == expected(get("Awadhi")) == ()
    assert expected(replace(maori, backends=dict.fromkeys(PROFILES, "o2i:fr-FR"))) == ()
    assert in_words(()) == ""


def test_words_tell_measured_from_predicted() -> None:
    found = expected(get("mri"))
    running, titles = found
    assert in_words(found) == (
        f"running text {running.predicted:.0f} ({running.low:.0f}–{running.high:.0f}), predicted for a language whose "
        "names are listed; "
        f"titles {titles.measured:.0f}, measured on wikiann_zeroshot ({titles.model})"
    )
    assert in_words(expected(get("deu"))).startswith("not zero-shot: the model learnt")
    assert in_words(expected(get("deu"))).count("learnt") == 1
