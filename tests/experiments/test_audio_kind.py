"""The experiment with synthetic speech: what is asked for wrongly is told, and what it found is shown."""

from types import SimpleNamespace

import pytest

pytest.importorskip("peft", reason="needs the extra [train]")

from ipaner.errors import ConfigError
from ipaner.experiments.kinds.audio import _held_out, _languages, _speech
from ipaner.experiments.kinds.audio_section import page
from ipaner.pairs import Pair, held_out


def context(common=None, **arms):
    return SimpleNamespace(experiment=SimpleNamespace(name="x", common=common or {}, arms=arms), shared={})


def test_languages_are_those_of_all_arms():
    there = context({"pairs.languages": {"kor": 5}}, a={"pairs.languages": {"tur": None}}, b={})
    assert _languages(there) == ["kor", "tur"]
    with pytest.raises(ConfigError, match=r"pairs\.languages"):
        _languages(context(a={}))


def test_only_held_out_pairs_are_measured_on():
    table = [Pair("kor", f"word{i}", f"w{i}", "name", "", "", english_ipa="a", ipa="b") for i in range(60)]
    kept = _held_out(table, ["kor", "tur"])
    assert kept
    assert all(held_out(pair) for pair in kept)


def test_arms_of_a_seed_share_the_speech(monkeypatch):
    calls = []
    monkeypatch.setattr("ipaner.experiments.kinds.audio.synthesise", lambda words: calls.append(words) or {})
    pairs = [Pair("kor", "taxi", "택시", "loanword", "", "")]
    there = context()
    assert _speech(pairs, 1, there) is _speech(pairs, 1, there)
    _speech(pairs, 2, there)
    assert len(calls) == 2
    assert calls[0] == {("eng", "taxi"), ("kor", "택시")}


def test_the_page_says_what_the_speech_is():
    row = {"ipa_audio": 20.0, "audio_audio": 90.0, "chance": 3.0, "n": 200.0}
    found = {"arms": {"IPA": {"facts": {}}, "both": {"facts": {"speech": {"kor": row, "tur": row}}}}}
    (text,) = page(None, found)
    assert "synthetic speech by espeak-ng" in text
    assert "| both | 200 | 20.0 | 90.0 | 3.0 |" in text
