"""The languages of the package that are folders: each reads its own test words, in phones of the vocabulary."""

from __future__ import annotations

import importlib.resources
import unicodedata
from pathlib import Path

import pytest

from ipaner.languages import PROFILES, all_languages, get
from ipaner.languages.folder import read_folder, read_tests
from ipaner.transcription import Transcriber, Vocabulary
from ipaner.transcription.backends import load
from ipaner.transcription.backends.folder import FolderMap
from ipaner.transcription.canonical import canonical

FOLDERS = sorted(Path(str(importlib.resources.files("ipaner.languages"))).joinpath("folders").iterdir())
SCRIPTS_OF_NO_OTHER_MAP = "Kali Limb Sylo Talu Tavt Bali Java Mong"


@pytest.fixture(params=FOLDERS, ids=lambda path: path.name)
def folder(request: pytest.FixtureRequest) -> FolderMap:
    return FolderMap(read_folder(request.param))


def test_at_least_ten_languages_are_folders() -> None:
    assert len(FOLDERS) >= 10
    assert set(SCRIPTS_OF_NO_OTHER_MAP.split()) <= {read_folder(path).script for path in FOLDERS}


def test_every_test_word_is_read_as_it_should_be(folder: FolderMap) -> None:
    rows = read_tests(folder.folder.path)
    assert len(rows) >= 12
    read = {row.word: "".join(canonical(folder.read(row.word).ipa)) for row in rows}
    assert read == {row.word: "".join(canonical(row.ipa)) for row in rows}
    assert not [row.word for row in rows if folder.read(row.word).unmapped]


def test_map_and_test_words_hold_phones_of_the_vocabulary(folder: FolderMap) -> None:
    phones = {phone for row in read_tests(folder.folder.path) for phone in canonical(row.ipa)}
    phones |= {phone for entry in folder.entries for phone in canonical(entry.phonemes)}
    assert phones <= set(Vocabulary.load().symbols)


def test_router_gives_the_same(folder: FolderMap) -> None:
    language = get(f"{folder.folder.code}-{folder.folder.script}")
    transcriber = Transcriber(language)
    for row in read_tests(folder.folder.path):
        phones, status = transcriber.transcribe(row.word)
        assert ("".join(phones), status.value) == ("".join(canonical(row.ipa)), "ok"), row


def test_nfc_and_nfd_are_the_same(folder: FolderMap) -> None:
    transcriber = Transcriber(get(f"{folder.folder.code}-{folder.folder.script}"))
    for row in read_tests(folder.folder.path):
        forms = [transcriber.transcribe(unicodedata.normalize(form, row.word)) for form in ("NFC", "NFD")]
        assert forms[0] == forms[1], row


def test_folders_of_the_table_are_of_the_language_and_script() -> None:
    used = set()
    for language in all_languages():
        for profile in PROFILES:
            for script in language.scripts:
                kind, _, name = language.backend(profile, script).partition(":")
                if kind == "folder":
                    folder = load(f"folder:{name}")
                    assert isinstance(folder, FolderMap)
                    assert (folder.folder.code, folder.folder.script) == (language.code, script)
                    assert folder.folder.family == language.family
                    used.add(name)
    assert used == {path.name for path in FOLDERS}


@pytest.mark.parametrize("letter", "эюяёӣ")
def test_tajik_has_the_letters_that_epitran_lacks(letter: str) -> None:
    assert load("epitran:tgk-Cyrl").read(letter) != load("folder:tgk").read(letter)
    assert not load("folder:tgk").read(letter).unmapped


def test_tajik_is_else_that_of_epitran() -> None:
    words = (
        "Тоҷикистон Душанбе Хуҷанд зебо Исфара Кӯлоб Панҷакент Қайроққум Вахш падар модар ҳафт шаш ғарб санъат чӯпон"
    )
    epitran, folder = load("epitran:tgk-Cyrl"), load("folder:tgk")
    assert [epitran.read(word) for word in words.split()] == [folder.read(word) for word in words.split()]
