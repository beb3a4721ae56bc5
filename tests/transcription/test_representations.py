import pickle
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipaner.document import Status, Word
from ipaner.errors import ConfigError, LanguageNotSupported, MissingExtra
from ipaner.transcription import Transcriber, Vocabulary, WordCache, representations
from ipaner.transcription.representations import REPRESENTATIONS, reader, small, symbols

CONTROLS = [name for name in REPRESENTATIONS if name != "ipa"]


@pytest.fixture
def latin(monkeypatch):
    """A stand-in for uroman that is quick to load and counts what it is asked."""
    asked = []

    class Stub:
        def romanize_string(self, word, lcode):
            asked.append((word, lcode))
            return {"二十": "20", "ⵣ": " "}.get(word, word.encode("ascii", "replace").decode().upper())

    monkeypatch.setattr(representations, "_uroman", Stub)
    monkeypatch.setattr(representations, "_uroman_version", lambda: "stub")
    return asked


def test_the_default_is_the_transcriber_and_its_vocabulary():
    assert isinstance(reader("ipa", "mri"), Transcriber)
    assert symbols() is symbols("ipa") is Vocabulary.load()
    assert (
        reader("ipa", "mri", "published", broad=True).fingerprint
        == Transcriber("mri", "published", broad=True).fingerprint
    )


@pytest.mark.parametrize("name", CONTROLS)
def test_tables_are_as_long_as_the_vocabulary_and_know_nothing_of_articulation(name):
    table, vocabulary = symbols(name), Vocabulary.load()
    assert len(table) == len(vocabulary) == len(set(table.symbols))
    assert table.features().shape == vocabulary.features().shape and not table.features().any()
    shared = [i for i in range(len(vocabulary)) if not vocabulary.is_letter(i)]
    assert [table.symbols[i] for i in shared] == [vocabulary.symbols[i] for i in shared]
    assert sum(map(table.is_letter, range(len(table)))) == {"romanised": 26, "orthographic": 256}[name]
    assert table.sha256 != vocabulary.sha256 and pickle.loads(pickle.dumps(table)) is table


def test_letters_are_bytes_of_utf8(latin):
    word = reader("orthographic", "hin").tokens(["नमस्ते"])[0]
    assert bytes(int(symbol[3:5], 16) for symbol in word.phonemes).decode() == "नमस्ते"
    assert word.status is Status.OK and len(symbols("orthographic").encode(word)) == 18


@settings(max_examples=50, deadline=None)
@given(st.text(min_size=1, max_size=30))
def test_no_spelling_is_unknown_and_none_is_lost(text):
    word = reader("orthographic", "eng").tokens([text])[0]
    ids = symbols("orthographic").encode(word)
    assert ids
    if word.phonemes:
        table = symbols("orthographic")
        spelt = bytes(int(table.symbols[i][3:5], 16) for i in ids)
        assert len(ids) == 72 or spelt.decode("utf-8", "surrogatepass") == small(text)


@pytest.mark.parametrize("name", REPRESENTATIONS)
def test_capitals_and_composition_change_nothing(name, latin):
    forms = [normalize(form, word) for word in ("ÇAĞ", "çağ") for form in ("NFC", "NFD")]
    words = reader(name, "tur").tokens(forms)
    assert len({tuple(symbols(name).encode(word)) for word in words}) == 1


@pytest.mark.parametrize("name", CONTROLS)
def test_words_without_letters_are_the_same_symbols_in_all(name, latin):
    tokens = ["1984", "٣٤", "«", "...", "$5", "🙂"]
    sound = [Vocabulary.load().encode(word) for word in Transcriber("eng").tokens(tokens)]
    words = reader(name, "eng").tokens(tokens)
    assert [symbols(name).encode(word) for word in words] == sound
    assert {word.status for word in words} == {Status.OPAQUE} and not latin


def test_long_words_keep_head_and_tail():
    letters = tuple("abcdefghijklmnopqrstuvwxyz")
    table = symbols("romanised")
    ids = table.encode(Word("", 0, 0, letters, Status.OK))
    assert [table.symbols[i] for i in ids] == [*letters[:16], *letters[-8:]]
    many = tuple(f"<0x{i:02X}>" for i in range(100))
    table = symbols("orthographic")
    ids = table.encode(Word("", 0, 0, many, Status.OK))
    assert [table.symbols[i] for i in ids] == [*many[:48], *many[-24:]]


@pytest.mark.parametrize("name", REPRESENTATIONS)
def test_offsets_are_the_transcribers(name, latin):
    text = "Kei  Whakatū, ia."
    words, expected = reader(name, "mri").words(text), Transcriber("mri").words(text)
    assert [(w.text, w.start, w.end) for w in words] == [(w.text, w.start, w.end) for w in expected]
    tokens = reader(name, "mri").tokens(["Kei", "Whakatū"])
    assert [(w.start, w.end) for w in tokens] == [(0, 3), (4, 11)]


def test_uroman_is_told_the_language_and_asked_once(latin, tmp_path):
    cache = WordCache(tmp_path / "words.sqlite")
    words = reader("romanised", "zh", cache=cache).tokens(["Ab", "二十", "Ab", "x-y"])
    assert latin == [("ab", "cmn"), ("二十", "cmn"), ("x-y", "cmn")]
    assert [w.phonemes for w in words] == [("a", "b"), ("0", "0"), ("a", "b"), ("x", "-", "y")]
    again = reader("romanised", "zh", cache=cache).tokens(["Ab", "二十"])
    assert [w.phonemes for w in again] == [("a", "b"), ("0", "0")] and len(latin) == 3


def test_letters_that_romanise_to_nothing_are_counted(latin):
    word = reader("romanised", "eng").tokens(["ⵣ"])[0]
    assert word.status is Status.FALLBACK
    assert symbols("romanised").encode(word) == [symbols("romanised").unknown]


@pytest.mark.slow
def test_uroman_itself():
    pytest.importorskip("uroman", reason="needs the extra [romanised]")
    words = reader("romanised", "hin").tokens(["मुंबई", "Straße", "한국"])
    assert ["".join(w.phonemes) for w in words] == ["mumbaii", "strasse", "hangug"]


def test_errors_name_what_there_is(monkeypatch):
    with pytest.raises(ConfigError, match=r"'runes'\. There are: ipa, romanised, orthographic"):
        reader("runes", "eng")
    with pytest.raises(ConfigError, match="'runes'"):
        symbols("runes")
    with pytest.raises(LanguageNotSupported):
        reader("orthographic", "no language")

    def absent(name):
        raise representations.PackageNotFoundError(name)

    representations._uroman_version.cache_clear()
    monkeypatch.setattr(representations, "version", absent)
    with pytest.raises(MissingExtra, match=r"ipaner\[romanised\]"):
        reader("romanised", "eng")
