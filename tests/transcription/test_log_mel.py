"""Log-mel spectra agree with the formula they are said to follow."""

import numpy as np
import pytest

from ipaner.transcription.log_mel import (
    BANDS,
    corners,
    fft_size,
    from_mel,
    hann,
    log_mel,
    mel_filters,
    power_spectra,
    to_mel,
)

RATE = 22050


def tone(frequency, seconds=0.5, amplitude=0.5):
    return (amplitude * np.sin(2 * np.pi * frequency * np.arange(int(RATE * seconds)) / RATE)).astype(np.float32)


def test_power_is_kept():
    """Parseval: the whole spectrum holds the energy of the windowed frame."""
    frames = np.random.default_rng(0).normal(size=(3, 551))
    power = power_spectra(frames) * (hann(551) ** 2).sum()
    size = fft_size(551)
    both_sides = power[:, 0] + 2 * power[:, 1:-1].sum(axis=1) + power[:, -1]
    np.testing.assert_allclose(both_sides / size, ((frames * hann(551)) ** 2).sum(axis=1))


def test_a_spectrum_is_the_sum_of_the_definition():
    """One frame by the definition of the discrete Fourier transform and of a triangle, without numpy's FFT."""
    samples = np.random.default_rng(1).normal(size=551).astype(np.float32)
    size, n = fft_size(551), np.arange(551)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * n / 551)
    bins = np.arange(size // 2 + 1)
    spectrum = (samples.astype(float) * window) @ np.exp(-2j * np.pi * np.outer(n, bins) / size)
    power = np.abs(spectrum) ** 2 / (window**2).sum()
    points = 700 * (10 ** (np.linspace(to_mel(50.0), to_mel(8000.0), BANDS + 2) / 2595) - 1)
    expected = []
    for low, peak, high in zip(points, points[1:], points[2:], strict=False):
        weights = [max(0.0, min((f - low) / (peak - low), (high - f) / (high - peak))) for f in bins * RATE / size]
        expected.append(np.log(power @ weights + 1e-8))
    np.testing.assert_allclose(log_mel(samples)[0], expected, rtol=1e-5)


@pytest.mark.parametrize("frequency", [220, 700, 1500, 3100, 6000])
def test_a_tone_lands_in_its_band(frequency):
    points = corners(RATE, BANDS)
    band = int(log_mel(tone(frequency)).mean(axis=0).argmax())
    assert points[band] < frequency < points[band + 2]


def test_ten_times_as_loud_is_a_constant_more():
    quiet, loud = log_mel(tone(440, amplitude=0.05)), log_mel(tone(440, amplitude=0.5))
    band = int(loud.mean(axis=0).argmax())
    np.testing.assert_allclose((loud - quiet)[1:-1, band], np.log(100), atol=1e-3)


@pytest.mark.parametrize("length", [0, 1, 550, 551, 552, 771, 772, 5000])
def test_no_sample_is_lost(length):
    x = log_mel(np.ones(length, dtype=np.float32))
    assert x.shape[1] == BANDS
    assert (len(x) - 1) * 220 + 551 >= length
    assert len(x) == 1 or (len(x) - 2) * 220 + 551 < length
    assert np.isfinite(x).all()


def test_every_filter_hears_something_and_the_scale_turns_back():
    assert (mel_filters(RATE, 1024, BANDS).sum(axis=1) > 0).all()
    assert float(from_mel(to_mel(1234.0))) == pytest.approx(1234.0)
