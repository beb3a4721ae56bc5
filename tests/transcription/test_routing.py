"""Which letters reach which back end, in what form, and what is said of them."""

import unicodedata
from functools import cache
from importlib.metadata import PackageNotFoundError
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ipaner.document import UNREADABLE, Status
from ipaner.errors import LanguageNotSupported
from ipaner.transcription import Transcriber, Vocabulary, backends
from ipaner.transcription.backends import japanese, load
from ipaner.transcription.canonical import canonical
from ipaner.transcription.scripts import plain, runs, script_of

CODES = ("mri", "sin", "uzb", "amh", "hin", "tha", "khm", "jpn", "ara", "awa", "und")
ABBREVIATION_SIGNS = frozenset("ฯຯ")


@cache
def transcriber(code):
    return Transcriber(code)


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ("ﺍﻟﺴﻼﻡ", "السلام"),
        ("ﷲ", "الله"),
        ("محـــمد", "محمد"),
        ("می‌خواهم", "میخواهم"),
        ("ශ්‍රී", "ශ්රී"),
        ("Ｔｏｋｙｏ", "Tokyo"),
        ("ﾃﾞｰﾀ", "データ"),
        ("𝐇𝐞𝐥𝐥𝐨", "Hello"),
        ("ﬁn", "fin"),
        ("2ª", "2a"),
        ("é" * 2, "éé"),
        ("นำ้", "นำ้"),
        ("ㄱ", "ㄱ"),
        ("xʷ", "xʷ"),
        ("เด็กๆ", "เด็กเด็ก"),
        ("ๆ", "ๆ"),
        ("a\ufe0f\u034fb", "ab"),
    ],
)
def test_what_back_ends_see(given, seen):
    assert plain(given) == plain(unicodedata.normalize("NFD", given)) == unicodedata.normalize("NFC", seen)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("ʻIolani", [("Latn", "ʻIolani")]),
        ("x̱aʼ", [("Latn", "x̱aʼ")]),
        ("'word’", [("Latn", "word")]),
        ("Берлин-Tegel", [("Cyrl", "Берлин"), ("Latn", "Tegel")]),
        ("iPhoneのケース", [("Latn", "iPhone"), ("Hira", "の"), ("Kana", "ケース")]),
        ("3Gля", [("Latn", "G"), ("Cyrl", "ля")]),
        ("กรุงเทพฯ", [("Thai", "กรุงเทพ")]),
        ("ʼ", []),
    ],
)
def test_runs_of_one_script(word, expected):
    assert list(runs(word)) == expected


@pytest.mark.parametrize("mark", "'’ʼʻ‘")
def test_any_apostrophe_will_do(mark):
    assert transcriber("uzb").transcribe(f"O{mark}zbekiston") == transcriber("uzb").transcribe("Oʻzbekiston")
    assert Transcriber("swa").transcribe(f"ng{mark}ombe") == (tuple("ŋombe"), Status.OK)
    assert [w.text for w in transcriber("uzb").words(f"O{mark}zbekiston")] == [f"O{mark}zbekiston"]


def test_a_language_of_two_scripts_reads_both():
    assert transcriber("uzb").transcribe("Тошкент")[1] is Status.OK
    assert transcriber("uzb").transcribe("Toshkent")[1] is Status.OK


@pytest.mark.parametrize(
    ("code", "text", "statuses"),
    [
        ("sin", "කොළඹ Hilton හෝටලය", "ok foreign ok"),
        ("amh", "ሰላም። አዲስ፣ አበባ፤", "ok opaque ok opaque ok opaque"),
        ("hin", "नमस्ते। दिल्ली॥", "ok opaque ok opaque"),
        ("tha", "กรุงเทพฯ ๆ ฯ", "ok opaque opaque"),
        ("mri", "20º 𒀀 ᛁᚾ", "ok fallback foreign"),
        ("und", "Москва Berlin ထိုင်း 3", "fallback fallback fallback opaque"),
    ],
)
def test_statuses_of_words(code, text, statuses):
    assert [word.status.value for word in transcriber(code).words(text)] == statuses.split()


def test_repetition_is_read_twice():
    child = transcriber("tha").transcribe("เด็ก")[0]
    assert transcriber("tha").transcribe("เด็กๆ") == (child * 2, Status.OK)
    assert [word.text for word in transcriber("khm").words("ក្មេងៗ លេង")] == ["ក្មេងៗ", "លេង"]
    assert transcriber("khm").transcribe("ៗ") == ((), Status.OPAQUE)


def test_a_letter_that_nothing_reads_is_no_silence():
    phonemes, status = transcriber("mri").transcribe("𒀀𒀀")
    assert (phonemes, status) == ((UNREADABLE, UNREADABLE), Status.FALLBACK)
    [word] = transcriber("mri").words("𒀀𒀀")
    vocabulary = Vocabulary.load()
    assert vocabulary.encode(word) == [vocabulary.unknown] * 2


class TestLanguagesWithoutRules:
    def test_a_relative_reads_them(self):
        awadhi = transcriber("awa")
        phonemes, status = awadhi.transcribe("दिल्ली")
        [lender] = {awadhi.language.backend("core").removeprefix("related:")}
        assert phonemes == canonical(load(lender).read("दिल्ली").ipa)
        assert status is Status.FALLBACK
        assert awadhi.fingerprint["backends"] == f"Deva=related: {load(lender).version}"

    def test_letters_are_read_where_there_is_no_relative(self):
        assert Transcriber("und-Cyrl").transcribe("Москва") == (tuple("moskva"), Status.FALLBACK)
        assert Transcriber("und-Cyrl").transcribe("Berlin")[1] is Status.FOREIGN
        assert Transcriber("und").transcribe("Berlin") == (tuple("berlin"), Status.FALLBACK)
        assert "anyascii" in Transcriber("und").fingerprint["backends"]

    def test_a_script_that_does_not_exist_is_refused(self):
        with pytest.raises(LanguageNotSupported, match="'Xyzw', as a script of Undetermined language"):
            Transcriber("und-Xyzw")


class TestJapanese:
    @pytest.mark.parametrize(
        ("word", "phonemes"),
        [
            ("東京", "t oː kʲ oː"),
            ("食べる", "t a b e ɾ ɯ"),
            ("人々", "ç i t o bʲ i t o"),
            ("佐々木さん", "s a s a kʲ i s a ɴ"),
            ("いすゞ", "i s ɯ z ɯ"),
            ("ヱビス", "e bʲ i s ɯ"),
            ("ｶﾀｶﾅ", "k a t a k a n a"),
        ],
    )
    def test_words_of_kanji_and_kana(self, word, phonemes):
        pytest.importorskip("janome", reason="needs the extra [japanese]")
        assert transcriber("jpn").transcribe(word) == (tuple(phonemes.split()), Status.OK)

    def test_latin_letters_are_foreign(self):
        pytest.importorskip("janome", reason="needs the extra [japanese]")
        assert transcriber("jpn").transcribe("Tシャツ")[1] is Status.PARTIAL
        assert "janome" in transcriber("jpn").fingerprint["backends"]

    def test_without_the_extra_kanji_are_a_fallback(self, monkeypatch):
        def missing(name):
            raise PackageNotFoundError(name)

        plain_version = japanese.version
        monkeypatch.setattr(
            japanese, "version", lambda name: missing(name) if name == "janome" else plain_version(name)
        )
        monkeypatch.setattr(backends, "_load_once", backends._load_once.__wrapped__)
        without = Transcriber("jpn")
        assert "janome" not in without.fingerprint["backends"]
        assert "pypinyin" in without.fingerprint["backends"]
        assert without.transcribe("東京")[1] is Status.FALLBACK
        assert without.transcribe("食べる")[1] is Status.PARTIAL
        assert without.transcribe("ひらがな")[1] is Status.OK
        assert without.transcribe("人々")[0] == without.transcribe("人人")[0]


@settings(max_examples=200, deadline=None)
@given(data=st.data(), code=st.sampled_from(CODES))
def test_what_has_letters_has_phonemes(texts, data, code):
    text = data.draw(texts)
    words = transcriber(code).words(text)
    assert not any(text[before.end : after.start].strip() for before, after in pairwise(words))
    for word in words:
        letters = {c for c in word.text if unicodedata.category(c) in ("Lu", "Ll", "Lt", "Lo")} - ABBREVIATION_SIGNS
        assert word.phonemes or not any(map(script_of, letters)), word
        assert bool(word.phonemes) == (word.status is not Status.OPAQUE)


def _foreign_sign(before: str, mark: str) -> bool:
    """A sign of one script on a letter of another: Unicode's order of marks may put it inside the decomposed letter."""
    scripts = {script_of(before), script_of(mark)} - {None}
    return unicodedata.category(mark)[0] == "M" and len(scripts) > 1


@settings(max_examples=200, deadline=None)
@given(data=st.data(), code=st.sampled_from(CODES))
def test_composed_and_decomposed_text_sounds_the_same(texts, data, code):
    text = unicodedata.normalize("NFC", data.draw(texts))
    assume(not any(_foreign_sign(*pair) for pair in pairwise(text)))
    # ICU, which parts words, may know characters of a newer Unicode than Python, which normalises
    assume(not any(unicodedata.category(character) == "Cn" for character in text))
    composed, decomposed = (transcriber(code).words(unicodedata.normalize(form, text)) for form in ("NFC", "NFD"))
    assert [word.phonemes for word in composed] == [word.phonemes for word in decomposed]
