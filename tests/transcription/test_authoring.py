from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipaner.errors import ConfigError, FormatError, LanguageNotSupported
from ipaner.languages.folder import read_folder
from ipaner.transcription.authoring import check, draft, try_words, write
from ipaner.transcription.authoring.draft import _units
from ipaner.transcription.authoring.trial import align
from ipaner.transcription.scripts import is_letter

OF_THE_PACKAGE = Path(__file__).resolve().parents[2] / "src" / "ipaner" / "languages" / "folders"

GOOD = {
    "language.yaml": """\
code: qaa
name: Example
script: Latn
family: Constructed/Example
authors: [Ann]
licence: CC0-1.0
normal_form: NFC
sources: [The example itself]
""",
    "map.csv": "grapheme,phonemes,note\na,a,\ne,e,\ni,i,\nk,k,\nn,n,\nng,ŋ,\ns,s,\nt,t,\nx,,\n",
    "before.txt": "",
    "after.txt": "::front:: = e|i\nk -> t͡ʃ / _ (::front::)\n",
    "tests.psv": "kita | t͡ʃita\nnanga | naŋa\n",
}

PIJIN = """Olketa pipol long Solomon Islands save toktok Pijin. Olketa pikinini go long skul long moning.
Bikfala taon blong Solomon Islands hem Honiara. Tanggio tumas! Olketa mere karem samting long maket."""


@pytest.fixture
def folder(tmp_path):
    def make(**changed):
        path = tmp_path / "qaa"
        path.mkdir(exist_ok=True)
        for name, text in (GOOD | {key.replace("_", "."): value for key, value in changed.items()}).items():
            (path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return make


def test_nothing_is_wrong_with_a_good_folder(folder):
    assert check(folder()) == ()


ERRORS = [
    ({"language_yaml": GOOD["language.yaml"].replace("[Ann]", "[]")}, "language.yaml:5: 'authors' is empty"),
    ({"language_yaml": GOOD["language.yaml"].replace("Latn", "Latx")}, "language.yaml:3: 'Latx' is no script"),
    ({"language_yaml": GOOD["language.yaml"].replace("qaa", "qab")}, "the folder is called 'qaa', not 'qab'"),
    ({"map_csv": GOOD["map.csv"] + "t,d,"}, "map.csv:11: 't' stands on line 9 already"),
    ({"map_csv": GOOD["map.csv"] + "z,щ,"}, "map.csv:11: 'z': 'щ' in 'щ' is no letter of the IPA"),
    ({"map_csv": GOOD["map.csv"] + "z,ʘ͡q,"}, "map.csv:11: 'z': the phone 'ʘ͡q' is not in the vocabulary"),
    ({"map_csv": GOOD["map.csv"] + "z,ʘ͡q,"}, "Write the nearest, 'ʘq'."),
    ({"map_csv": "grapheme,phonemes\né,e".encode("latin-1")}, "map.csv:2: is not UTF-8"),
    ({"before_txt": "a -> e / _ ::w::"}, "before.txt:1: 'a -> e / _ ::w::': ::w:: is not declared"),
    ({"before_txt": "::w:: = a|::w::"}, "before.txt:1: '::w:: = a|::w::': ::w:: refers to itself"),
    ({"before_txt": "a -> e"}, "before.txt:1: 'a -> e': is neither a rule"),
    ({"before_txt": "a[ -> e / _"}, "before.txt:1: 'a[ -> e / _' is no regular expression"),
    ({"before_txt": "s -> x / _ (a|aa)+#"}, "before.txt:1: takes too long"),
    ({"before_txt": "a -> e / _ s\na -> i / _ s"}, "before.txt:2: line 1 changes the same, in the same place"),
    ({"after_txt": "s -> щ / _ a"}, "after.txt:1: 'щ' in 'щ' is no letter of the IPA"),
    ({"tests_psv": "# kita | t͡ʃita\n"}, "tests.psv: there are no test words"),
    ({"tests_psv": "kita t͡ʃita\n"}, "tests.psv:1: expected 'word | IPA | note'"),
    ({"tests_psv": "kita | кита\n"}, "tests.psv:1: 'аикт' in 'кита' is no letter of the IPA"),
    ({"tests_psv": "kiwo | kiwo\n"}, "tests.psv:1: the map lacks 'wo' of 'kiwo'. Add them"),
    ({"tests_psv": "кита | kita\n"}, "tests.psv:1: 'кита' in 'кита' is not written in the script Latn"),
]

WARNINGS = [
    ({"map_csv": GOOD["map.csv"] + "Z,z,"}, "map.csv:11: 'Z' is never met: words are read in small letters. Write 'z'"),
    ({"map_csv": GOOD["map.csv"] + "я,ja,"}, "map.csv:11: 'я' is never met: it is of another script"),
    ({"map_csv": GOOD["map.csv"] + "z-,z,"}, "map.csv:11: 'z-' is never met: it is of another script, or no letter"),
    ({"map_csv": GOOD["map.csv"] + "ﬁ,fi,"}, "map.csv:11: 'ﬁ' is never met: .* Write 'fi'"),
    ({"map_csv": GOOD["map.csv"] + "z\u200d,z,"}, "is never met: words come without what is invisible"),
    ({"before_txt": "x -> ks / _"}, "map.csv:10: 'x' is never met: before.txt:1 always changes it"),
    ({"before_txt": "ng -> n / _"}, "map.csv:7: 'ng' is never met: before.txt:1"),
    ({"before_txt": "K -> k / _"}, "before.txt:1: never applies: 'K' is not of the script"),
    ({"before_txt": "s -> x / я _"}, "before.txt:1: never applies: 'я' is not of the script"),
    ({"after_txt": "ʒ -> ʃ / _ #"}, "after.txt:1: never applies: 'ʒ' is not of the sounds"),
    (
        {"before_txt": "[áe] -> a / _", "language_yaml": GOOD["language.yaml"].replace("NFC", "NFD")},
        "brackets take one",
    ),
    ({"after_txt": "::front:: = e|i\nk -> x / ::front::n _"}, "after.txt:2: ::front:: has alternatives"),
]


@pytest.mark.parametrize(("files", "message"), ERRORS)
def test_errors(folder, files, message):
    path = folder(**files)
    serious = [str(finding.problem) for finding in check(path) if finding.serious]
    assert any(problem.startswith(f"{path}") and message in problem for problem in serious), serious


@pytest.mark.parametrize(("files", "message"), WARNINGS)
def test_warnings(folder, files, message):
    import re

    found = check(folder(**files))
    assert any(re.search(message, str(finding.problem)) for finding in found if not finding.serious), found


@pytest.mark.parametrize(
    "files",
    [
        {"before_txt": "sh -> S / _\nS -> s / _"},  # a stand-in that a rule puts in
        {"before_txt": "x -> X / _", "map_csv": GOOD["map.csv"] + "X,h,"},
        {"before_txt": "x -> ks / _ a"},  # not always
        {"before_txt": "ng -> n / _\nn -> ng / _ #"},  # comes back
        {"map_csv": GOOD["map.csv"] + "g',x,\n'a,ʔa,"},
        {"map_csv": GOOD["map.csv"] + "z,N,", "after_txt": "N -> n / _"},  # not yet IPA
        {"after_txt": "::front:: = (e|i)\nk -> x / ::front::n _"},
        {"after_txt": "::front:: = e|i\nk -> x / (n|::front::) _ #|::front::"},
    ],
)
def test_what_is_meant_is_not_warned_of(folder, files):
    assert [
        str(finding.problem) for finding in check(folder(**files)) if "'x' is never" not in str(finding.problem)
    ] == []


def test_all_mistakes_are_told_at_once(folder):
    found = check(folder(map_csv="grapheme,phonemes\na,a\na,e\n,b", before_txt="a\nb", tests_psv=""))
    assert len(found) == 6  # two lines of the map, two rules, a rule for a sound that is not there, no tests
    assert len({(finding.problem.path, finding.problem.line) for finding in found}) >= 5


def test_letters_of_a_sample_that_the_map_lacks(folder):
    found = [str(finding.problem) for finding in check(folder(), "kita wowo, wi! щука café")]
    assert [problem.split("lacks ")[1] for problem in found] == [
        "'w' (U+0077 LATIN SMALL LETTER W), 3× in the sample, as in 'wowo'.",
        "'o' (U+006F LATIN SMALL LETTER O), 2× in the sample, as in 'wowo'.",
        "'c' (U+0063 LATIN SMALL LETTER C), 1× in the sample, as in 'café'.",
        "'f' (U+0066 LATIN SMALL LETTER F), 1× in the sample, as in 'café'.",
        "'é' (U+00E9 LATIN SMALL LETTER E WITH ACUTE), 1× in the sample, as in 'café'.",
    ]


def test_words_are_tried(folder):
    good, bad = try_words(read_folder(folder(tests_psv="kita | t͡ʃita\nnanga | nanɡe | ng\n")))
    assert (good.errors, good.phones) == (0, 4)
    assert bad.pairs == (("n", "n"), ("a", "a"), ("n", "ŋ"), ("ɡ", "a"), ("e", ""))
    assert (bad.errors, bad.phones, bad.test.note, bad.test.line) == (3, 5, "ng", 2)


def test_the_folder_tried_is_the_one_given(folder, tmp_path, monkeypatch):
    path = folder()
    elsewhere = tmp_path / "elsewhere" / "qaa"
    elsewhere.mkdir(parents=True)
    for name, text in GOOD.items():
        (elsewhere / name).write_text(text.replace("a,a", "a,e"), encoding="utf-8")
    monkeypatch.setenv("IPANER_LANGUAGE_DIR", str(elsewhere.parent))
    assert sum(outcome.errors for outcome in try_words(read_folder(path))) == 0
    assert sum(outcome.errors for outcome in try_words(read_folder(elsewhere))) > 0


@pytest.mark.parametrize(
    ("tests", "message"), [("", "there are no test words"), ("kita | 123", "tests.psv:1: '123' is not IPA")]
)
def test_words_that_cannot_be_tried(folder, tests, message):
    with pytest.raises(FormatError, match=message):
        try_words(read_folder(folder(tests_psv=tests)))


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_alignment_is_the_shortest_and_loses_nothing(wanted, found):
    pairs = align(wanted, found)
    assert "".join(a for a, _ in pairs) == wanted
    assert "".join(b for _, b in pairs) == found
    assert all(pair != ("", "") for pair in pairs)
    assert sum(a != b for a, b in pairs) == distance(wanted, found)


@cache
def distance(a, b):
    if not a or not b:
        return len(a) + len(b)
    return min(distance(a[1:], b[1:]) + (a[0] != b[0]), distance(a[1:], b) + 1, distance(a, b[1:]) + 1)


@pytest.mark.parametrize("path", sorted(OF_THE_PACKAGE.glob("*/language.yaml")), ids=lambda path: path.parent.name)
def test_folders_of_the_package(path):
    assert [str(finding.problem) for finding in check(path.parent) if finding.serious] == []
    assert [outcome for outcome in try_words(read_folder(path.parent)) if outcome.errors] == []


class TestDraft:
    def test_letters_and_pairs_with_their_number_and_the_guess_of_relatives(self):
        made = draft("pis", PIJIN)
        assert (made.folder, made.language.name, made.language.scripts) == ("pis", "Pijin", ("Latn",))
        guesses = {guess.grapheme: guess for guess in made.guesses}
        words = PIJIN.lower()
        assert {letter: guesses[letter].count for letter in "aeiklnostm"} == {c: words.count(c) for c in "aeiklnostm"}
        assert (guesses["ng"].ipa, guesses["ng"].count) == ("ŋ", words.count("ng"))
        assert (guesses["j"].ipa, guesses["a"].ipa) == ("d͡ʒ", "a")
        assert "tpi" in guesses["a"].source
        assert [guess.count for guess in made.guesses] == sorted((g.count for g in made.guesses), reverse=True)
        assert made.words[0] == ("long", 4, "loŋ")

    def test_letters_that_no_relative_has_are_romanised(self):
        made = draft("qab", "ꡀꡋ ꡀ", name="Example")
        assert {guess.source for guess in made.guesses} == {"romanised"}
        assert (made.language.scripts, made.guesses[0].ipa) == (("Phag",), "k")

    def test_a_written_draft_can_be_read_at_once(self, tmp_path):
        made = draft("pis", PIJIN)
        path = write(made, tmp_path / "new")
        assert path == tmp_path / "new" / "pis"
        assert [p.name for p in path.parent.iterdir()] == ["pis"]
        assert read_folder(path).family == "Creole/English-based"
        assert [str(f.problem).split("/")[-1].split(":")[0] for f in check(path, PIJIN)] == [
            "language.yaml",
            "language.yaml",
            "tests.psv",
        ]
        tests = path / "tests.psv"
        tests.write_text(
            tests.read_text("utf-8").replace("# ", "").replace("word |", "#").replace("These", "#"), "utf-8"
        )
        assert [outcome.errors for outcome in try_words(read_folder(path))] == [0] * len(made.words)

    def test_a_folder_that_is_there_is_left_alone(self, tmp_path):
        (tmp_path / "pis").mkdir()
        with pytest.raises(ConfigError, match="exists already, and is left as it is"):
            write(draft("pis", PIJIN), tmp_path)
        assert [*tmp_path.rglob("*")] == [tmp_path / "pis"]

    def test_a_script_of_several_is_part_of_the_name(self):
        assert draft("srp", "Београд је град").folder == "srp-Cyrl"
        assert draft("srp", "Београд, Beograd je glavni grad", script="Cyrl").folder == "srp-Cyrl"
        assert draft("mri", "Ко те реo Мāори").folder == "mri-Cyrl"
        assert draft("mri", "Ko te reo Māori").folder == "mri"

    def test_vowel_signs_stand_for_themselves_and_accents_with_their_letter(self):
        assert {g.grapheme for g in draft("bho", "किताब").guesses} == {*"कितब", "ा"}
        assert {g.grapheme for g in draft("yor", "Ọjọ́ dára E\u0301").guesses} == {
            "ọ",
            "ọ\u0301",
            "j",
            "d",
            "á",
            "r",
            "a",
            "é",
        }

    def test_an_unknown_code_needs_a_name(self):
        with pytest.raises(ConfigError, match="does not know the code 'qab'"):
            draft("qab", PIJIN)
        made = draft("qab", PIJIN, name="Example")
        assert (made.folder, made.language.family) == ("qab", "Unclassified")
        with pytest.raises(LanguageNotSupported):
            draft("Swahilli", PIJIN, name="x")

    @pytest.mark.parametrize(
        ("sample", "script", "message"),
        [
            ("123 !", None, "has no letters"),
            ("", None, "no letters"),
            ("abc", "Cyrl", "of the script Cyrl; most are of Latn"),
        ],
    )
    def test_a_sample_without_letters(self, sample, script, message):
        with pytest.raises(FormatError, match=message):
            draft("pis", sample, script=script)

    @given(st.text(st.sampled_from("aāáàñcčsšhngʻ'\u0301\u0323किाกำ각"), max_size=20))
    def test_graphemes_make_up_the_word(self, word):
        units = _units(word)
        assert "".join(units) == word
        assert all(sum(map(is_letter, unit)) <= 1 for unit in units)
