"""Words as sound: synthetic speech by espeak-ng, for experiments. It is no recording of anybody.

espeak-ng (GPL-3, extra ``[espeak]``) is loaded at run time by a process of its own, one a list of words: the library
carries its state from word to word, so only a list spoken from the start is the same each time, to the bit.
"""

from __future__ import annotations

import importlib.util
import io
import json
import subprocess
import sys
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ipaner.errors import ConfigError, MissingExtra, TranscriptionError
from ipaner.transcription.backends.espeak import SAMPLE_RATE, Espeak

VOICES = {
    "eng": "en-us",
    "hin": "hi",
    "cmn": "cmn",
    "ind": "id",
    "swa": "sw",
    "tam": "ta",
    "tur": "tr",
    "kor": "ko",
    "vie": "vi",
}
"""Voices by ISO 639-3 code, of the languages that pairs are usually trained on. Japanese and Arabic are left out: that
voice cannot read kanji and reads the sign of length as a consonant, and this one guesses the vowels."""

_SILENCE = 0.005
"""Amplitude below which a beginning or an end is cut off."""


def speak(language: str, words: Sequence[str]) -> list[NDArray[np.float32]]:
    """Synthesise words, about 400 a second.

    Args:
        language: ISO 639-3 code, one of :data:`VOICES`.
        words: What to say, each by itself; a few words together are said as a phrase.

    Returns:
        Samples from -1 to 1 at 22,050 Hz of each word, without silence around them; empty where nothing is heard. The
        same list gives the same samples.

    Raises:
        MissingExtra: espeak-ng is not installed.
        ConfigError: There is no good voice for the language.
        TranscriptionError: espeak-ng fails.
    """
    if importlib.util.find_spec("espeakng_loader") is None:
        raise MissingExtra("Synthetic speech", "espeak")
    if language not in VOICES:
        raise ConfigError(f"There is no voice of espeak-ng for '{language}' to trust. Voices: {', '.join(VOICES)}")
    if not words:
        return []
    done = subprocess.run(
        [sys.executable, "-m", "ipaner.transcription.speech", VOICES[language]],
        input=json.dumps(list(words)).encode(),
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise TranscriptionError(f"espeak-ng could not speak {len(words)} words of '{language}': {' '.join(last)}")
    with np.load(io.BytesIO(done.stdout), allow_pickle=False) as arrays:
        samples, lengths = arrays["samples"], arrays["lengths"]
    return [_trimmed((part / 32768).astype(np.float32)) for part in np.split(samples, np.cumsum(lengths)[:-1])]


def _trimmed(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    heard = np.flatnonzero(np.abs(samples) > _SILENCE)
    return samples[heard[0] : heard[-1] + 1] if len(heard) else samples[:0]


def _serve(voice: str) -> None:
    """Speak the JSON list on standard input; write samples and lengths to standard output."""
    engine = Espeak(voice)
    spoken = [engine.speak(word) for word in json.loads(sys.stdin.buffer.read())]
    buffer = io.BytesIO()
    np.savez(buffer, samples=np.concatenate(spoken), lengths=np.array([len(x) for x in spoken]))
    sys.stdout.buffer.write(buffer.getvalue())


if __name__ == "__main__":
    _serve(sys.argv[1])

__all__ = ["SAMPLE_RATE", "VOICES", "speak"]
