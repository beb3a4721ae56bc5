"""Licences, phones and sample words of every language of the table."""

import pytest

from ipaner.languages import PROFILES, all_languages, get
from ipaner.transcription import Transcriber
from ipaner.transcription.describe import licence, phones, sample_words
from ipaner.transcription.scripts import is_letter, script_of


def test_every_back_end_has_a_licence() -> None:
    named = {x.backend(profile, script) for x in all_languages() for profile in PROFILES for script in x.scripts}
    assert len(named) > 250
    assert {name for name in named if not licence(name)} == {"corpus"}
    core = {x.backend("core", script) for x in all_languages() for script in x.scripts}
    assert not any("GPL" in licence(name) for name in core)


def test_sample_words_are_of_the_language_and_its_script() -> None:
    with_words = [language for language in all_languages() if sample_words(language)]
    assert len(with_words) > 150
    for language in with_words:
        words = sample_words(language)
        assert len(words) == len(set(words))
        scripts = {script_of(c) for word in words for c in word if is_letter(c)}
        assert scripts & {*language.scripts, "Hani"}, language.code
        if language.code != "eng":
            assert "Monday" not in words, language.code


def test_days_and_months() -> None:
    assert sample_words(get("sr-Latn"))[0] == "ponedeljak"
    assert sample_words(get("srp"))[0] == "понедељак"
    assert "Monday" in sample_words(get("eng"))
    assert sample_words(get("csb")) == ()  # not in the CLDR


@pytest.mark.parametrize("code", ["mri", "sin", "kat", "tur", "swa", "hye", "cmn"])
def test_phones_are_those_that_words_are_read_with(code: str) -> None:
    transcriber = Transcriber(code)
    found = {phone for word in sample_words(get(code)) for phone in transcriber.transcribe(word)[0]}
    assert found
    assert len(found - set(phones(get(code)))) <= 2  # rules after the map may add some


def test_a_language_without_table_or_words_has_no_phones() -> None:
    assert phones(get("qaf")) == ()
