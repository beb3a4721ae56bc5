"""Log-mel spectra of speech, by the textbook formula and numpy alone."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

BANDS = 40
WINDOW, HOP = 0.025, 0.010
"""Seconds of a frame, and from one to the next."""

_LOWEST, _HIGHEST = 50.0, 8000.0
_FLOOR = 1e-8


def log_mel(samples: NDArray[np.float32], rate: int = 22050, bands: int = BANDS) -> NDArray[np.float32]:
    """Natural logarithm of the energy in mel bands, frame by frame.

    Frames of 25 ms every 10 ms under a periodic Hann window; power spectrum; triangular filters of unit height whose
    corners are even on O'Shaughnessy's mel scale from 50 Hz to 8 kHz (or half the rate); logarithm above a floor of
    1e-8. The end is filled with zeros so that no sample is lost, and the empty signal gives one frame.

    Args:
        samples: The signal, shape (samples,).
        rate: Samples a second.
        bands: Number of bands.

    Returns:
        Shape (frames, bands).

    Example:
        >>> tone = np.sin(2 * np.pi * 1000 * np.arange(22050) / 22050).astype(np.float32)
        >>> log_mel(tone).shape
        (99, 40)
    """
    length, hop = round(WINDOW * rate), round(HOP * rate)
    frames = max(1, -(-(len(samples) - length) // hop) + 1)
    padded = np.zeros((frames - 1) * hop + length, dtype=np.float64)
    padded[: len(samples)] = samples
    cut = np.lib.stride_tricks.sliding_window_view(padded, length)[::hop]
    energies = power_spectra(cut) @ mel_filters(rate, fft_size(length), bands).T
    return np.log(energies + _FLOOR).astype(np.float32)


def power_spectra(frames: NDArray[np.float64]) -> NDArray[np.float64]:
    """Squared magnitudes under the window, divided by its energy, of frequencies 0 to half the rate.

    Args:
        frames: Shape (frames, samples).

    Returns:
        Shape (frames, fft size / 2 + 1).
    """
    length = frames.shape[1]
    window = hann(length)
    spectra = np.fft.rfft(frames * window, n=fft_size(length), axis=1)
    return np.asarray(np.abs(spectra) ** 2 / (window**2).sum())


def hann(length: int) -> NDArray[np.float64]:
    """The periodic Hann window."""
    return np.asarray(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length))


def fft_size(length: int) -> int:
    """The power of two that holds so many samples."""
    return 1 << (length - 1).bit_length()


def to_mel(hertz: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """O'Shaughnessy's mel scale: 2595 log10(1 + f / 700).

    Example:
        >>> float(to_mel(1000.0).round())
        1000.0
    """
    return np.asarray(2595.0 * np.log10(1.0 + np.asarray(hertz) / 700.0))


def from_mel(mel: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """The inverse of :func:`to_mel`."""
    return np.asarray(700.0 * (10.0 ** (np.asarray(mel) / 2595.0) - 1.0))


def corners(rate: int, bands: int) -> NDArray[np.float64]:
    """Frequencies in Hz where filters begin, peak and end: filter i has corners i, i + 1 and i + 2."""
    ends = to_mel(np.array([_LOWEST, min(_HIGHEST, rate / 2)]))
    return from_mel(np.linspace(ends[0], ends[1], bands + 2))


@lru_cache(maxsize=8)
def mel_filters(rate: int, size: int, bands: int) -> NDArray[np.float64]:
    """Triangular filters over the frequencies of an FFT, shape (bands, size / 2 + 1)."""
    frequencies = np.arange(size // 2 + 1) * rate / size
    points = corners(rate, bands)
    low, peak, high = points[:-2, None], points[1:-1, None], points[2:, None]
    rising, falling = (frequencies - low) / (peak - low), (high - frequencies) / (high - peak)
    return np.asarray(np.clip(np.minimum(rising, falling), 0.0, None))
