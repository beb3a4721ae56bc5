from __future__ import annotations

import unicodedata

from ipaner import languages
from ipaner.cli.demo import examples
from ipaner.document import Status
from ipaner.transcription import Transcriber


def test_sentences_cover_many_languages_and_scripts() -> None:
    codes = {example.language for example in examples()}
    found = [languages.get(code) for code in codes]
    assert {language.code for language in found} == codes
    assert all(language.case in (1, 2, 3) for language in found), "a demo of zero-shot tagging"
    assert {language.case for language in found} == {1, 2, 3}
    assert len(codes) >= 12
    assert len({language.scripts[0] for language in found}) >= 8


def test_names_are_marked_on_word_boundaries() -> None:
    for example in examples():
        assert example.gloss
        assert unicodedata.is_normalized("NFC", example.text)
        words = Transcriber(example.language).words(example.text)
        starts, ends = {w.start for w in words}, {w.end for w in words}
        assert example.entities
        for label, start, end in example.entities:
            assert label in ("PER", "LOC", "ORG")
            assert start in starts, example.text[start:end]
            assert end in ends, example.text[start:end]


def test_sentences_are_in_their_languages_script() -> None:
    for example in examples():
        words = Transcriber(example.language).words(example.text)
        assert not [word.text for word in words if word.status in (Status.FOREIGN, Status.FALLBACK)], example.language


def test_demo_prints_every_sentence_with_time_and_an_honest_count(run, checkpoint_folder) -> None:
    result = run("demo", "--model", checkpoint_folder)
    assert result.exit_code == 0
    for example in examples():
        assert example.gloss in result.stdout
    n_names = sum(len(example.entities) for example in examples())
    assert f"of {n_names} names exactly right" in result.stdout
    assert "words a second" in result.stdout


def test_demo_of_some_languages(run, checkpoint_folder) -> None:
    result = run("demo", "--model", checkpoint_folder, "-l", "Maori")
    assert "Maori (mri, Latn)" in result.stdout
    assert "(sin" not in result.stdout
    assert run("demo", "--model", checkpoint_folder, "-l", "deu").exit_code == 2
