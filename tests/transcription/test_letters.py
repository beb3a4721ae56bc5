"""Letters read by what surrounds them."""

import itertools
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipaner.errors import ConfigError
from ipaner.transcription import Vocabulary
from ipaner.transcription.backends import load
from ipaner.transcription.backends.letters import LetterModel
from ipaner.transcription.canonical import canonical

ROOT = Path(__file__).parents[2]
MODELS = sorted(
    p.name.split(".")[0] for p in files("ipaner.transcription.backends.letters").iterdir() if p.name.endswith(".gz")
)


def phones(code: str, word: str) -> str:
    return " ".join(canonical(load(f"letters:{code}").read(word).ipa))


@pytest.mark.parametrize(
    ("word", "ipa"),
    [
        ("Michael", "m a ɪ k ə l"),
        ("Knight", "n a ɪ t"),
        ("Washington", "w ɑ ʃ ɪ ŋ t ə n"),
        ("though", "ð o ʊ"),
        ("enough", "ɪ n ʌ f"),
    ],
)
def test_english_spelling_is_read_as_it_is_said(word, ipa):
    assert phones("eng-Latn", word) == ipa


def test_vowels_that_arabic_does_not_write_are_put_in():
    assert phones("ara-Arab", "بغداد") == "b a ɣ d aː d"
    assert load("letters:ara-Arab").read("كتاب").unmapped == 0


@pytest.mark.parametrize("code", MODELS)
def test_each_model_says_where_it_is_from_and_how_good_it_is(code):
    header = load(f"letters:{code}").header
    assert header["code"] == code
    assert header["source"] and header["licence"]
    assert header["words"] > 500 and 0 <= header["error"] < 35 and header["measured_on"] > 50


@pytest.mark.parametrize("code", MODELS)
def test_the_vocabulary_has_each_phone_or_one_near_it(code):
    vocabulary = Vocabulary.load()
    choices = load(f"letters:{code}").choices
    used = {phone for stretches in choices.values() for stretch in stretches for phone in stretch.split()}
    assert not [phone for phone in used if vocabulary.id(phone) == vocabulary.id("<unk>")]


@settings(deadline=None)
@given(st.sampled_from(MODELS), st.text(max_size=30))
def test_any_text_is_read_and_what_is_not_known_is_counted(code, text):
    reading = load(f"letters:{code}").read(text)
    assert 0 <= reading.unmapped <= len(text) * 3


def test_an_unknown_model_is_refused():
    with pytest.raises(ConfigError, match="eng-Latn"):
        load("letters:xyz-Latn")


def test_the_learner_finds_the_rules_of_a_language_that_has_some(tmp_path):
    """c is s before i and k elsewhere, sh is one sound, a final e is silent, x is two sounds, doubled letters one."""
    syllables = ["ca", "ci", "sha", "shi", "sa", "hi", "axa", "atta"]
    sounds = dict(zip(syllables, ["k a", "s i", "ʃ a", "ʃ i", "s a", "h i", "a k s a", "a t a"], strict=True))
    words = [parts for n in (1, 2, 3) for parts in itertools.product(syllables, repeat=n)]
    rows = [f"{''.join(w)}{end}\t{' '.join(sounds[p] for p in w)}" for w in words for end in ("", "e")]
    (tmp_path / "toy.tsv").write_text("\n".join(rows), encoding="utf-8")
    command = [sys.executable, "experiments/letters.py", tmp_path / "toy.tsv", "toy-Latn", "--out", tmp_path]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    model = LetterModel.load(tmp_path / "toy-Latn.json.gz")
    assert model.header["error"] < 3, "nearly every word kept out is right"
    assert model.read("shacie").ipa == "ʃasi"
    again = tmp_path / "again.json.gz"
    model.save(again)
    assert again.read_bytes() == (tmp_path / "toy-Latn.json.gz").read_bytes()


@pytest.mark.parametrize(
    ("code", "word", "ipa"),
    [
        ("ara-Arab", "محمد", "m u ħ a m m a d"),
        ("ara-Arab", "مُحَمَّد", "m u ħ a m m a d"),
        ("ara-Arab", "مَدْرَسَة", "m a d r a s a"),
        ("urd-Arab", "محمد", "m ʊ ɦ ə m m ə d̪"),
    ],
)
def test_names_and_written_vowels_go_before_what_is_likely(code, word, ipa):
    assert phones(code, word) == ipa
