from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ipaner.errors import ConfigError, FormatError
from ipaner.languages import PROFILES, all_languages, get, nearest
from ipaner.languages.discovery import VARIABLE, find_folder, searched_first
from ipaner.languages.folder import read_folder, read_tests
from ipaner.transcription import Transcriber

DESCRIPTION = """\
code: pis
name: Pijin
aliases: [Solomons Pidgin, no]
script: Latn
family: Creole/English-based
authors: [Ann]
licence: CC0-1.0
normal_form: NFC
sources:
  - "Jourdan (2002): Pijin"
"""


def make(directory: Path, name: str = "pis", text: str = DESCRIPTION, entries: str = "a,ɑ\nk,k\n") -> Path:
    folder = directory / name
    folder.mkdir(parents=True)
    (folder / "language.yaml").write_text(text, encoding="utf-8")
    (folder / "map.csv").write_text("grapheme,phonemes\n" + entries, encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def nothing_configured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    for name in ("XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "configuration"))


def test_a_description_is_read(tmp_path: Path) -> None:
    folder = read_folder(make(tmp_path))
    assert (folder.code, folder.name, folder.normal_form, folder.backend) == ("pis", "Pijin", "NFC", "folder:pis")
    assert folder.aliases == ("Solomons Pidgin", "no")  # to YAML, the latter is false
    assert folder.sources == ("Jourdan (2002): Pijin",)


def test_normal_form_is_nfd_unless_told(tmp_path: Path) -> None:
    assert read_folder(make(tmp_path, text=DESCRIPTION.replace("normal_form: NFC\n", ""))).normal_form == "NFD"


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("script: Latn\n", "", None, "missing: script. Add a line 'script: …'"),
        ("script:", "scirpt:", 4, "unknown key 'scirpt'. Keys are: code, name"),
        ("code: pis", "code: Pijin", 1, "'Pijin' is no code: write three small letters"),
        ("script: Latn", "script: latin", 4, "'latin' is no script: write four letters"),
        ("normal_form: NFC", "normal_form: NFKC", 8, "normal_form is NFC or NFD, not 'NFKC'"),
        ("name: Pijin", "name:", 2, "'' is no name"),
        ("name: Pijin", "name: [Pijin]", 2, "'name' is one text, not a list"),
        ("authors: [Ann]", "authors: Ann", 6, r"'authors' is a list: authors: \[Ann\]"),
        ("authors: [Ann]", "authors: [Ann, '']", 6, "'authors' has an empty item"),
        ("authors: [Ann]", "authors: {name: Ann}", 6, "values are texts, or lists of texts"),
        ("licence: CC0-1.0", "code: pis", 7, "'code' stands on line 1 already"),
        ("name: Pijin", "name: a: b", 2, "is no YAML: mapping values are not allowed"),
        ("code: pis", "code: xyz", None, "the folder is called 'pis', not 'xyz' or 'xyz-Latn'"),
        (DESCRIPTION, "Pijin", 1, "expected lines of 'key: value'"),
        (DESCRIPTION, "", 1, "expected lines of 'key: value'"),
    ],
)
def test_mistakes_in_a_description_name_file_line_and_cure(
    tmp_path: Path, old: str, new: str, line: int | None, message: str
) -> None:
    folder = make(tmp_path, text=DESCRIPTION.replace(old, new))
    with pytest.raises(FormatError, match=message) as caught:
        read_folder(folder)
    assert (caught.value.path, caught.value.line) == (folder / "language.yaml", line)


def test_a_description_in_another_encoding(tmp_path: Path) -> None:
    folder = make(tmp_path)
    (folder / "language.yaml").write_bytes(DESCRIPTION.replace("Ann", "Änn").encode("latin-1"))
    with pytest.raises(FormatError, match=r"language\.yaml:6: is not UTF-8"):
        read_folder(folder)


@pytest.mark.parametrize("line", ["word", "word |", "| IPA", "a | b | c | d"])
def test_mistakes_in_test_words(tmp_path: Path, line: str) -> None:
    folder = make(tmp_path)
    (folder / "tests.psv").write_text(f"# comment\nkaka | kaka | note\n{line}\n", encoding="utf-8")
    with pytest.raises(FormatError, match=r"tests\.psv:3: expected 'word \| IPA \| note'"):
        read_tests(folder)


class TestDiscovery:
    def test_a_new_language(self, tmp_path: Path) -> None:
        make(tmp_path)
        assert "folder:pis" not in get("pis").backends.values()
        with searched_first(tmp_path):
            assert get("Solomons Pidgin") == get("pis-Latn") == get("pis")
            assert dict(get("pis").backends) == dict.fromkeys(PROFILES, "folder:pis")
            assert "pis" in {language.code for language in all_languages()}
            assert get("pis") in nearest("bis", 20)
            assert Transcriber("pis").transcribe("Kaka")[0] == ("k", "ɑ", "k", "ɑ")
        assert "pis" not in {language.code for language in all_languages()}

    def test_a_known_language_keeps_what_was_published(self, tmp_path: Path) -> None:
        make(tmp_path, "mri", DESCRIPTION.replace("pis", "mri"))
        with searched_first(tmp_path):
            assert dict(get("Maori").backends) == {
                "core": "folder:mri",
                "published": "epitran:mri-Latn",
                "espeak": "folder:mri",
            }
            assert get("Maori").case == 1

    def test_one_script_of_several(self, tmp_path: Path) -> None:
        make(tmp_path, "srp-Latn", DESCRIPTION.replace("pis", "srp"))
        with searched_first(tmp_path):
            assert get("srp").backends["core"] == "Cyrl=epitran:srp-Cyrl;Latn=folder:srp-Latn"
            assert "folder" not in get("srp").backends["published"]

    def test_a_script_that_the_table_does_not_have(self, tmp_path: Path) -> None:
        make(tmp_path, "mri-Cyrl", DESCRIPTION.replace("pis", "mri").replace("Latn", "Cyrl"), "а,a\n")
        with searched_first(tmp_path):
            assert get("mri").scripts == ("Latn", "Cyrl")
            assert get("mri").backend("published", "Latn") == "epitran:mri-Latn"
            for profile in PROFILES:
                assert get("mri").backend(profile, "Cyrl") == "folder:mri-Cyrl"
            assert Transcriber("mri").transcribe("аwa")[0] == ("a", "w", "a")

    def test_a_foreign_alias_takes_no_code_away(self, tmp_path: Path) -> None:
        make(tmp_path, text=DESCRIPTION.replace("[Solomons Pidgin, no]", "[mri, Hawaiian, pijin]"))
        with searched_first(tmp_path):
            assert [get(label).code for label in ("mri", "Hawaiian", "pis", "Pijin")] == ["mri", "haw", "pis", "pis"]

    def test_the_first_directory_wins_and_a_directory_may_be_the_folder(self, tmp_path: Path) -> None:
        make(tmp_path / "one", entries="a,a\n")
        make(tmp_path / "two", entries="a,o\n")
        with searched_first(tmp_path / "one"), searched_first(tmp_path / "two" / "pis"):
            assert find_folder("pis").path == tmp_path / "two" / "pis"
            assert Transcriber("pis").transcribe("a")[0] == ("o",)

    def test_the_configuration(self, tmp_path: Path) -> None:
        make(tmp_path / "configuration" / "ipaner" / "languages")
        assert get("pis").backend() == "folder:pis"

    def test_a_folder_made_or_edited_meanwhile(self, tmp_path: Path) -> None:
        with searched_first(tmp_path):
            assert "folder" not in get("pis").backend()
            folder = make(tmp_path)
            os.utime(tmp_path, ns=(1, 1))  # clocks of some file systems are coarse
            first = Transcriber("pis")
            (folder / "map.csv").write_text("grapheme,phonemes\na,e\n", encoding="utf-8")
            second = Transcriber("pis")
        assert (first.transcribe("a")[0], second.transcribe("a")[0]) == (("ɑ",), ("e",))
        assert first.fingerprint["backends"] != second.fingerprint["backends"]

    def test_other_processes_find_it(self, tmp_path: Path) -> None:
        make(tmp_path)
        program = "from ipaner.languages import get; print(get('pis').backend())"
        with searched_first(tmp_path):
            done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "folder:pis"

    def test_a_directory_that_is_not_there(self, tmp_path: Path) -> None:
        with searched_first(tmp_path / "none"), pytest.raises(ConfigError, match=f"no directory .*none.*{VARIABLE}"):
            get("mri")

    def test_a_folder_that_is_not_there(self) -> None:
        for name in ("xyz", "", "..", "../languages", "."):
            with pytest.raises(ConfigError, match="no language folder"):
                find_folder(name)

    def test_without_folders_nothing_is_read(self) -> None:
        program = "import sys; from ipaner.languages import get; get('mi'); print('yaml' in sys.modules)"
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "False"


class TestBackEnd:
    def test_the_version_is_of_what_is_said_not_how(self, tmp_path: Path) -> None:
        folder = make(tmp_path)
        versions = []
        with searched_first(tmp_path):
            for text in ("a,ɑ\nk,k\n", "a,ɑ,a note\r\n\r\nk,k,\r\n", "a,a\nk,k\n"):
                header = "grapheme,phonemes,note\n" if "note" in text else "grapheme,phonemes\n"
                (folder / "map.csv").write_bytes((header + text).encode())
                versions.append(Transcriber("pis").fingerprint["backends"])
        assert versions[0] == versions[1] != versions[2]
        assert len(versions[0].split()[-1]) == 64

    def test_a_script_that_unicode_does_not_have(self, tmp_path: Path) -> None:
        folder = make(tmp_path, text=DESCRIPTION.replace("Latn", "Lat0".replace("0", "x")))
        with (
            searched_first(tmp_path),
            pytest.raises(FormatError, match=r"'Latx' is no script of Unicode .* Like it are: Latn") as caught,
        ):
            Transcriber(get("pis"))
        assert (caught.value.path, caught.value.line) == (folder / "language.yaml", 4)

    @pytest.mark.parametrize("form", ["NFC", "NFD"])
    def test_either_normal_form(self, tmp_path: Path, form: str) -> None:
        text = DESCRIPTION.replace("NFC", form)
        folder = make(tmp_path, text=text, entries="é,e\ne,ɛ\nç,t͡ʃ\n")
        (folder / "after.txt").write_text("ɛ -> a / _ t͡ʃ", encoding="utf-8")
        with searched_first(tmp_path):
            transcriber = Transcriber("pis")
        for word in ("éeç", "e\u0301ec\u0327", "ÉEÇ"):
            assert transcriber.transcribe(word)[0] == ("e", "a", "t͡ʃ")

    def test_apostrophes_are_those_that_the_map_knows(self, tmp_path: Path) -> None:
        make(tmp_path, entries="a,a\ng,ɡ\ngʻ,ɣ\n")
        with searched_first(tmp_path):
            transcriber = Transcriber("pis")
        assert {transcriber.transcribe(f"ag{mark}a")[0] for mark in "'’ʻ‘"} == {("a", "ɣ", "a")}
