import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the extra [train]")

from ipaner.labels import log_softmax
from ipaner.training.calibration import fit_temperature, negative_log_likelihood


@pytest.mark.parametrize("true_temperature", [0.5, 1.0, 3.0])
def test_recovers_the_temperature_that_made_the_labels(true_temperature):
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(20000, 7)) * 3
    p = np.exp(log_softmax(logits, true_temperature))
    labels = (p.cumsum(1) > rng.random((20000, 1))).argmax(1)
    assert fit_temperature([logits], [labels]) == pytest.approx(true_temperature, rel=0.06)


def test_never_worse_than_no_temperature():
    rng = np.random.default_rng(1)
    logits, labels = [rng.normal(size=(9, 7))], [rng.integers(0, 7, 9)]
    fitted = fit_temperature(logits, labels)
    assert negative_log_likelihood(logits, labels, fitted) <= negative_log_likelihood(logits, labels, 1.0) + 1e-6


def test_needs_words():
    with pytest.raises(ValueError, match="at least one"):
        fit_temperature([], [])
