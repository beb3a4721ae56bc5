import pickle
import sys
import threading
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipaner.document import Status
from ipaner.errors import ConfigError, LanguageNotSupported, MissingExtra, TranscriptionError
from ipaner.languages import all_languages, get
from ipaner.transcription import PROFILES, Transcriber, WordCache, backends
from ipaner.transcription.backends import espeak, load
from ipaner.transcription.canonical import canonical

CODES = ("mri", "uzb", "mar", "khm", "snd", "eng", "cmn", "jpn", "kmr")
TRANSCRIBERS = {code: Transcriber(code) for code in CODES}

# Written down by hand from the spelling rules of each language, then compared
GOLDEN = [
    ("mri", "Whakatāne", "f a k a t aː n e"),
    ("swa", "ng'ombe", "ŋ o m b e"),
    ("rus", "Путин", "p u tʲ ɪ n"),
    ("hin", "भारत", "b̤ aː ɾ ə t̪"),
    ("kor", "서울", "s ʌ u l"),
    ("cmn", "北京", "p e i t͡ɕ i ŋ"),
    ("khm", "ភ្នំពេញ", "pʰ n u m p eː ɲ"),
    ("kat", "საქართველო", "s a kʰ a r tʰ v e l o"),
    ("eng", "Washington", "w ɑ ʃ ɪ ŋ t ə n"),
    ("epo", "ĉevalo", "t͡ʃ e v a l o"),
    ("uzb", "Oʻzbekiston", "o z b e k i s t̪ ɒ n"),
    ("ara", "مُحَمَّد", "m u ħ a m m a d"),
]


@pytest.mark.parametrize(("code", "word", "phonemes"), GOLDEN)
def test_golden_words(code, word, phonemes):
    assert Transcriber(code).transcribe(word) == (tuple(phonemes.split()), Status.OK)


@pytest.mark.parametrize(
    ("code", "word", "status"),
    [
        ("mri", "whare", Status.OK),
        ("mri", "Sydney", Status.PARTIAL),
        ("mri", "Москва", Status.FOREIGN),
        ("mri", "北京", Status.FOREIGN),
        ("mri", "2024", Status.OPAQUE),
        ("mri", "...", Status.OPAQUE),
        ("mri", "😀", Status.OPAQUE),
        ("mri", "", Status.OPAQUE),
        ("mri", "\0", Status.OPAQUE),
        ("mri", "\ud800", Status.OPAQUE),
        ("mri", "kaЖ", Status.PARTIAL),
        ("khm", "Phnom", Status.FOREIGN),
        ("snd", "ڪراچي", Status.OK),
        ("snd", "ـ", Status.OPAQUE),
        ("kmr", "کوردستان", Status.OK),
        ("jpn", "タワー", Status.OK),
        ("eng", "l'Italia", Status.OK),
    ],
)
def test_statuses(code, word, status):
    phonemes, found = TRANSCRIBERS[code].transcribe(word)
    assert found is status
    assert bool(phonemes) == (status is not Status.OPAQUE)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), code=st.sampled_from(CODES))
def test_every_word_has_sound_exactly_if_it_is_not_opaque(texts, data, code):
    text = data.draw(texts)
    words = TRANSCRIBERS[code].words(text)
    assert [text[word.start : word.end] for word in words] == [word.text for word in words]
    assert all(not text[place].strip() or any(w.start <= place < w.end for w in words) for place in range(len(text)))
    for word in words:
        assert bool(word.phonemes) == (word.status is not Status.OPAQUE)
        assert canonical("".join(word.phonemes)) or word.status is Status.OPAQUE


@settings(max_examples=150, deadline=None)
@given(data=st.data(), code=st.sampled_from(CODES))
def test_one_result_per_token(texts, data, code):
    tokens = data.draw(st.lists(texts, max_size=6))
    words = TRANSCRIBERS[code].tokens(tokens)
    joined = " ".join(tokens)
    assert [word.text for word in words] == tokens
    assert [joined[word.start : word.end] for word in words] == tokens
    assert [(w.phonemes, w.status) for w in words] == [TRANSCRIBERS[code].transcribe(token) for token in tokens]


@settings(max_examples=150, deadline=None)
@given(data=st.data(), code=st.sampled_from(CODES))
def test_composed_and_decomposed_spelling_sound_the_same(texts, data, code):
    text = data.draw(texts)
    transcriber = TRANSCRIBERS[code]
    assert transcriber.transcribe(unicodedata.normalize("NFC", text)) == transcriber.transcribe(
        unicodedata.normalize("NFD", text)
    )


@pytest.mark.parametrize(
    "token", ["R.H.", "Tai-o-Aorere", "3G", "''", "l'Italia", "20º", "2ª", "ʻ", "a" * 5000, "é" * 500]
)
def test_odd_tokens_of_corpora(token):
    for transcriber in TRANSCRIBERS.values():
        [word] = transcriber.tokens([token])
        assert bool(word.phonemes) == (word.status is not Status.OPAQUE)


def test_invisible_characters_change_nothing():
    maori = TRANSCRIBERS["mri"]
    assert maori.transcribe("wha\u00adka\u200btā\ufeffne") == maori.transcribe("whakatāne")


def test_every_language_reads_its_own_script():
    """Each script of each language has a back end, and no back end of ``core`` is espeak's."""
    for language in all_languages():
        assert "espeak" not in language.backends["core"]
    for code in ("kmr", "uzb", "jpn", "kor", "srp"):
        transcriber = Transcriber(code)
        assert set(transcriber.language.scripts) <= set(transcriber._routes)


def test_four_threads_get_the_results_of_one():
    words = [f"{stem}{n}" for n in range(60) for stem in ("Whangarei", "takiwā", "ngata", "Kyiv", "москва")]
    expected = {code: [Transcriber(code).transcribe(w) for w in words] for code in ("mri", "eng")}
    shared = {code: Transcriber(code) for code in expected}
    wrong = []

    def work(code):
        wrong.extend(w for w, e in zip(words, expected[code], strict=True) if shared[code].transcribe(w) != e)

    threads = [threading.Thread(target=work, args=(code,)) for code in ("mri", "eng", "mri", "eng")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_espeak_voices_do_not_mix_between_threads():
    pytest.importorskip("espeakng_loader", reason="needs the extra [espeak]")
    voices = {name: load(f"espeak:{name}") for name in ("en-us", "mi", "tr", "sw")}
    words = [f"wiki{a}{b}ja" for a in "aeiou" for b in "ktmnr"] * 8
    expected = {name: [voice.read(word) for word in words] for name, voice in voices.items()}
    found = {}
    threads = [
        threading.Thread(target=lambda n=name: found.update({n: [voices[n].read(word) for word in words]}))
        for name in voices
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == expected


class TestProfiles:
    def test_published_is_what_the_papers_did(self):
        """Epitran leaves foreign letters as they stand, and so do the published transcriptions."""
        assert Transcriber("mar", "published").transcribe("cassettes")[0] == tuple("cassettes")
        assert Transcriber("mar", "core").transcribe("cassettes")[1] is Status.FOREIGN

    def test_what_cannot_be_made_again_must_be_given(self):
        khmer = Transcriber("khm", "published")
        with pytest.raises(TranscriptionError, match="core"):
            khmer.transcribe("ភ្នំពេញ")
        words = khmer.tokens(["ភ្នំពេញ", "2024", "។"], published=["pʰ n o m p e ɲ", "2024", ""])
        assert [word.status for word in words] == [Status.OK, Status.OPAQUE, Status.OPAQUE]
        assert words[0].phonemes == ("pʰ", "n", "o", "m", "p", "e", "ɲ")

    def test_as_many_transcriptions_as_tokens(self):
        with pytest.raises(TranscriptionError, match="2 tokens, but 1"):
            Transcriber("mri").tokens(["te", "ika"], published=["te"])

    def test_unknown_profile_and_language(self):
        with pytest.raises(ConfigError, match="core, published, espeak"):
            Transcriber("mri", "best")
        with pytest.raises(LanguageNotSupported):
            Transcriber("qqq")

    def test_a_missing_extra_is_named(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "espeakng_loader", None)
        monkeypatch.setattr("ipaner.transcription.backends.espeak._library", espeak._library.__wrapped__)
        monkeypatch.setattr(backends, "_load_once", backends._load_once.__wrapped__)
        with pytest.raises(MissingExtra, match=r"ipaner\[espeak\]"):
            Transcriber("ara", "espeak")

    def test_broad_drops_length(self):
        assert Transcriber("mri", broad=True).transcribe("tāne")[0] == ("t", "a", "n", "e")

    def test_the_language_itself_will_do(self):
        assert Transcriber(get("mri")).fingerprint == Transcriber("mi-NZ").fingerprint


def test_the_fingerprint_tells_all_that_matters():
    plain = Transcriber("mri").fingerprint
    assert plain["profile"] == "core"
    assert "epitran 1.35" in plain["backends"]
    assert "mri-Latn" in plain["backends"]
    others = [Transcriber("mri", profile) for profile in PROFILES if profile != "espeak"]
    others += [Transcriber("mri", broad=True), Transcriber("tah")]
    assert len({str(other.fingerprint) for other in others} | {str(plain)}) == 4


def test_a_language_folder_may_bring_its_own_back_ends():
    """A language is a value: with other back ends it is read by others."""
    made_up = replace(get("mri"), backends={"core": "romanised"})
    assert Transcriber(made_up).transcribe("Chicago") == (("t͡ʃ", "i", "k", "a", "ɡ", "o"), Status.FALLBACK)


def test_it_travels_to_other_processes(tmp_path):
    maori = Transcriber("mri", broad=True, cache=WordCache(tmp_path / "words.sqlite"))
    copy = pickle.loads(pickle.dumps(maori))
    assert copy.fingerprint == maori.fingerprint
    assert copy.transcribe("tāne") == maori.transcribe("tāne")
