"""Synthetic speech: repeatable, audible, and no harm to transcription by the same library."""

import importlib.util
import sys

import numpy as np
import pytest

from ipaner.errors import ConfigError, MissingExtra, TranscriptionError
from ipaner.transcription import speech
from ipaner.transcription.backends import load
from ipaner.transcription.speech import SAMPLE_RATE, VOICES, speak

needs_espeak = pytest.mark.skipif(
    importlib.util.find_spec("espeakng_loader") is None, reason="needs the extra [espeak]"
)
WORDS = {
    "eng": "coffee",
    "hin": "कॉफ़ी",
    "cmn": "咖啡",
    "ind": "kopi",
    "swa": "kahawa",
    "tam": "காபி",
    "tur": "kahve",
    "kor": "커피",
    "vie": "cà phê",
}


@needs_espeak
def test_the_same_list_gives_the_same_samples():
    first, second = speak("eng", ["coffee", "taxi", "coffee"]), speak("eng", ["coffee", "taxi", "coffee"])
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


@needs_espeak
def test_words_sound_and_silence_is_cut():
    for word in speak("tur", ["kahve", "televizyon", "?"])[:2]:
        assert word.dtype == np.float32
        assert 0.2 < len(word) / SAMPLE_RATE < 2
        assert 0.1 < np.abs(word).max() <= 1
        assert abs(word[0]) > 0.001
    assert speak("tur", []) == []


@needs_espeak
@pytest.mark.slow
def test_every_voice_speaks():
    assert set(WORDS) == set(VOICES)
    for language, word in WORDS.items():
        assert len(speak(language, [word])[0]) > 0.1 * SAMPLE_RATE, language


@needs_espeak
def test_speaking_does_not_disturb_transcription():
    engine = load("espeak:ko")
    before = engine.read("텔레비전").ipa
    samples = [load(f"espeak:{voice}").speak("taxi") for voice in ("ko", "en-us")]
    assert all(len(x) > 1000 for x in samples)
    assert engine.read("텔레비전").ipa == before
    assert load("espeak:en-us").read("hour").ipa == "ˈaʊɚ"


@needs_espeak
def test_a_language_without_a_good_voice_is_refused():
    with pytest.raises(ConfigError, match="'jpn'"):
        speak("jpn", ["コーヒー"])


@needs_espeak
def test_a_failure_of_the_other_process_is_told(monkeypatch):
    monkeypatch.setitem(speech.VOICES, "eng", "no-such-voice")
    with pytest.raises(TranscriptionError, match="no voice file"):
        speak("eng", ["coffee"])


def test_without_espeak_the_cure_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"Synthetic speech .*ipaner\[espeak\]"):
        speak("eng", ["coffee"])
