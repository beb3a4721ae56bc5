import hashlib
import pickle
import subprocess
import sys
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipaner.document import Status, Word
from ipaner.errors import ModelFileError
from ipaner.transcription import Vocabulary
from ipaner.transcription.canonical import canonical
from ipaner.transcription.vocabulary import LONGEST

vocabulary = Vocabulary.load()


def symbols(phone):
    return [vocabulary.symbols[number] for number in vocabulary.ids(phone)]


def word(text, *phonemes):
    return Word(text, 0, len(text), phonemes, Status.OK if phonemes else Status.OPAQUE)


def test_the_released_vocabulary_never_changes():
    """Checkpoints depend on it: make a new version instead."""
    assert vocabulary.version == "1"
    assert vocabulary.sha256 == "a025142ecca9e4225e3ac20020e840c99618cd8dd9d041c58e08313f4ad74d97"
    assert vocabulary.symbols[:6] == ("<pad>", "<s>", "</s>", "<unk>", "<mask>", "▁")
    assert len(set(vocabulary.symbols)) == len(vocabulary)


def test_every_phone_of_every_back_end_is_in_it_or_near_it():
    from ipaner.transcription.inventory import phones

    missing = set(phones()) - set(vocabulary.symbols)
    # What came into the table after version 1 of the vocabulary is read without its marks, or as the nearest phone
    assert not [phone for phone in missing if "<unk>" in symbols(phone)]
    assert len(missing) < 100


@pytest.mark.parametrize(
    ("phone", "known"),
    [
        ("a", ["a"]),
        ("z̪", ["z"]),
        ("ʐː", ["ʐ"]),
        ("t̪͡s", ["t͡s"]),
        ("ɵ̃ː", ["ɵ"]),
        ("z͡w", ["z", "w"]),
        ("t͡ʒ", ["t", "ʒ"]),
        ("ɚ", ["ə", "ɹ"]),
        ("☃", ["<unk>"]),
        ("", ["<unk>"]),
    ],
)
def test_back_off(phone, known):
    assert symbols(phone) == known


def test_an_unlisted_letter_becomes_the_nearest_by_features():
    rows = [f"{s}" for s in vocabulary.symbols[:39]]
    vectors = {s: "".join("-0+"[int(v) + 1] for v in vocabulary.features()[vocabulary.id(s)]) for s in ("e", "k", "s")}
    small = Vocabulary("\n".join([*rows, *(f"{s}\t{v}" for s, v in vectors.items())]), "small")
    assert small.symbols[small.id("ɛ")] == "e"
    assert small.symbols[small.id("z")] == "s"
    assert small.symbols[small.id("ɡ")] == "k"


@given(st.text(alphabet="tdkɡaeiouʃʒsnː̪̃ʰʼʷ͡", max_size=8))
def test_canonical_phones_are_never_unknown(text):
    for phone in canonical(text):
        assert vocabulary.unknown not in vocabulary.ids(phone)
        assert all(vocabulary.is_letter(number) for number in vocabulary.ids(phone))


@given(st.text(max_size=80), st.lists(st.sampled_from(["a", "t͡ʃ", "z͡w", "ʐː"]), max_size=60))
def test_a_word_has_one_to_24_ids(text, phonemes):
    numbers = vocabulary.encode(word(text, *phonemes))
    assert 1 <= len(numbers) <= LONGEST
    assert all(0 < number < len(vocabulary) for number in numbers)
    assert all(map(vocabulary.is_letter, numbers)) == bool(phonemes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12٣४½", "0 0 0 0 0"),
        ("។", "."),
        ("،", ","),
        ("«…»", '" . "'),
        ("“–”", '" - "'),
        ("€", "$"),
        ("؟", "?"),
        ("😀", "<unk>"),
    ],
)
def test_marks_are_folded_to_ascii(text, expected):
    assert [vocabulary.symbols[number] for number in vocabulary.encode(word(text))] == expected.split()


def test_long_words_keep_head_and_tail():
    phonemes = ["p"] * 20 + ["a"] * 20
    numbers = vocabulary.encode(word("x", *phonemes))
    assert [vocabulary.symbols[n] for n in numbers] == ["p"] * 16 + ["a"] * 8


def test_features_agree_with_panphon():
    panphon = pytest.importorskip("panphon")
    table = panphon.FeatureTable()
    features = vocabulary.features()
    assert features.shape == (len(vocabulary), 24)
    assert features.dtype == np.float32
    assert not features[: vocabulary.id("0") + 1].any()
    for phone in ("a", "t͡ʃ", "kʷ", "ã", "aː", "b̤", "ŋ"):
        expected = table.word_fts(unicodedata.normalize("NFD", phone))[0].numeric()
        assert features[vocabulary.id(phone)].tolist() == expected
    assert all(features[number].any() for number in range(len(vocabulary)) if vocabulary.is_letter(number))


def test_an_unknown_version_is_refused():
    with pytest.raises(ModelFileError, match="'99'"):
        Vocabulary.load("99")


def test_the_hash_is_that_of_the_file():
    from importlib.resources import files

    content = (files("ipaner.transcription") / "vocabulary-1.txt").read_bytes()
    assert hashlib.sha256(content).hexdigest() == vocabulary.sha256


def test_reading_text_loads_nothing_heavy():
    code = (
        "import sys; from ipaner.transcription import Transcriber, Vocabulary;"
        "v = Vocabulary.load(); v.features(); [v.encode(w) for w in Transcriber('mri').words('Ko Wikitōria 3 ☃')];"
        "heavy = {'pandas', 'panphon', 'epitran', 'orthography2ipa', 'pypinyin', 'torch'};"
        "print(heavy & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_it_travels_to_other_processes():
    assert pickle.loads(pickle.dumps(vocabulary)).sha256 == vocabulary.sha256
