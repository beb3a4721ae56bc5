"""Wrong phones in encoded corpora, and the curves read at measured error rates."""

from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the extra [train]")

from ipaner.experiments.kinds.noise import corrupt_corpora, measured_errors, realised_errors
from ipaner.experiments.kinds.noise_section import cost_at_measured, curve, draw, page
from ipaner.training.data import EncodedCorpus
from ipaner.transcription import Vocabulary
from ipaner.transcription.vocabulary import LONGEST


def corpus(name, words):
    vocabulary = Vocabulary.load()
    phonemes = [np.array([vocabulary.id(phone) for phone in word], dtype=np.int16) for word in words]
    ids = [np.arange(len(words), dtype=np.int32)]
    return EncodedCorpus(
        name, phonemes, np.zeros((len(words), 8), np.float32), ids, [np.zeros(len(words), np.int8)], ""
    )


WORDS = [[*"kaloki"], [*"metupo"], [*"sinera"], [*"a" * LONGEST], ["."], ["0", "0"]] * 3


def test_a_word_has_the_same_errors_everywhere():
    clean = [corpus("a/swa", WORDS), corpus("b/swa", WORDS[::-1])]
    out = corrupt_corpora(clean, "uniform", 0.4, seed=1)
    for first, second in zip(out["a/swa"].phonemes, out["b/swa"].phonemes[::-1], strict=True):
        assert first.tolist() == second.tolist()
    assert any(x.tolist() != y.tolist() for x, y in zip(clean[0].phonemes, out["a/swa"].phonemes, strict=True))
    other = corrupt_corpora(clean, "uniform", 0.4, seed=2)
    assert any(x.tolist() != y.tolist() for x, y in zip(other["a/swa"].phonemes, out["a/swa"].phonemes, strict=True))


def test_marks_stay_and_words_fit():
    clean = corpus("a/swa", WORDS)
    out = corrupt_corpora([clean], "uniform", 1.0, seed=0)["a/swa"]
    assert out.phonemes[4].tolist() == clean.phonemes[4].tolist()
    assert out.phonemes[5].tolist() == clean.phonemes[5].tolist()
    assert all(1 <= len(word) <= LONGEST and (word > 0).all() for word in out.phonemes)
    assert out.sentences is clean.sentences


def test_no_rate_no_errors():
    clean = corpus("a/swa", WORDS)
    out = corrupt_corpora([clean], "articulatory", 0.0, seed=0)
    assert realised_errors([clean], out)["per"] == 0.0


def test_measured_errors_are_those_of_the_table():
    found = measured_errors(["sin", "zxx-nothing", "aii"], "core")
    assert found["aii"]["per"] == pytest.approx(54.2, abs=5)
    assert found["aii"]["fper"] < found["aii"]["per"]


def arm(f1, per=None, rate=0.0, kind="articulatory"):
    facts = {"measured": {"sin": {"per": 15.0, "fper": 3.0, "words": 87.0}}}
    if per is not None:
        facts = {"noise": {"kind": kind, "rate": rate, "per": per, "fper": 1, "languages": {"sin": {"per": per}}}}
    return {"languages": {"wikiann_zeroshot/sin": {"strict_f1": f1}, "uner/hrv": {"strict_f1": 0.0}}, "facts": facts}


def test_the_cost_is_read_at_the_measured_rate():
    found = {"arms": {"stage 1": arm(40.0), "x": arm(20.0, 20.0, 0.2), "y": arm(30.0, 10.0, 0.1)}}
    assert curve(found, "articulatory") == ([0.0, 10.0, 20.0], [40.0, 30.0, 20.0])
    assert curve(found, "uniform") == ([0.0], [40.0])
    assert cost_at_measured(found) == {"sin": {"per": 15.0, "fper": 3.0, "f1": 40.0, "f1_at": 25.0, "cost": 15.0}}


def results():
    arms = {"stage 1": arm(40.0), "blind twin": arm(10.0)}
    for kind in ("uniform", "articulatory"):
        for rate in (0.1, 0.2):
            arms[f"{kind} {rate}"] = arm(40 - 100 * rate, 100 * rate, rate, kind)
    arms["stage 1"]["facts"]["measured"]["aii"] = {"per": 54.0, "fper": 30.0, "words": 400.0}
    for row in arms.values():
        row["languages"]["wikiann_zeroshot/aii"] = {"strict_f1": 5.0}
        if "noise" in row["facts"]:
            row["facts"]["noise"]["languages"]["aii"] = row["facts"]["noise"]["languages"]["sin"]
    return {"arms": arms}


def test_the_page_tells_rates_and_costs():
    text = "\n".join(page(None, results()))
    assert "| uniform 0.2 | 20.0 | 1.0 |" in text
    assert "| sin | 15.0 | 3.0 | 40.0 | 25.0 | +15.0 |" in text
    assert "| mean |" in text


def test_a_rate_beyond_the_curve_is_not_drawn_on_it():
    pytest.importorskip("matplotlib", reason="needs the extra [plots]")
    figure = draw(SimpleNamespace(title="T"), results())["measured"]
    left = figure.axes[0]
    assert [text.get_text() for text in left.texts] == ["sin"]
    assert "beyond the curve: aii" in left.get_xlabel()
