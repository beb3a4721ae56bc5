"""espeak-ng through ctypes: GPL-3, hence an extra, loaded at run time and never part of the ``core`` profile.

The library keeps one global state: calls hold the interpreter's lock (``PyDLL``) and one of our own around choosing a
voice and using it. Words go in one at a time, since sentences come back with words merged.
"""

from __future__ import annotations

import ctypes
import threading
from functools import cache
from typing import Any

import numpy as np
import regex
from numpy.typing import NDArray

from ipaner.errors import ConfigError, MissingExtra, TranscriptionError
from ipaner.transcription.backends import Reading

_UTF8 = 1
_DONT_EXIT = 0x8000
_SYNCHRONOUS = 2
_TIE = "\u0361"
_TIED_IPA = 0x02 | 1 << 7 | ord(_TIE) << 8
"""IPA with a tie between the letters of one phoneme: that tells an affricate from two sounds, and aspiration from h."""

_CLEAN_UP = 2
"""Counted up when the tables below change, for what was transcribed with others differs."""

_FLAG = regex.compile(rf"\([a-z{_TIE}-]+\)")
_MNEMONICS = {
    "r.": "ɽ",
    "S": "ʃ",
    "Z": "ʒ",
    "N": "ŋ",
    "X": "χ",
    "K": f"t{_TIE}ɬ",
    "Φ": "ɸ",
    "[": "\u032a",
    "`ʔ": "ʼ",
    "`": "ʼ",
    "^": "ʲ",
    "?": "ʔ",
    ":": "ː",
    f"{_TIE}h": "ʰ",
} | dict.fromkeys(['"', "-", *"0123456789"], "")
"""espeak-ng's own names of phonemes, which many voices leave in their IPA; digits are tones."""

_TONE_THREE = {"ɜ": ""}  # the digit, taken for a vowel
_OF_LANGUAGE: dict[str, dict[str, str]] = {
    "cmn": _TONE_THREE,
    "da": {f"ʔ{_TIE}": "", f"?{_TIE}": ""},
    "ga": {"A": "a"},
    "gn": {"y": "ɨ"},
    "ko": {"th": "tʰ", "ʃh": "ʃʰ", "q": "k"},
    "ky": {f"o{_TIE}e": "ø"},
    "pt": {"y": "i"},
    "ru": {"y": "ɨ"},
    "sq": {f"l{_TIE}l": "l"},
    "sv": {f"s{_TIE}x": "ɧ"},
    "th": _TONE_THREE,
    "uz": {"y": "i"},
    "vi": {"y": "ɨ"} | _TONE_THREE,
    "yue": _TONE_THREE,
}
"""Names of phonemes that mean another sound where they are read as IPA, by the first part of the voice's name."""

_NO_AFFRICATE = regex.compile(rf"(?<![tdʈɖ]){_TIE}(?!f)|{_TIE}(?![szʃʒɕʑʂʐɬɮf])")
_VOWEL_MARK = regex.compile("(?<=[aeiouyɐɑɔəɛɨɪɯʊ]ː?)[ʼʲ]")

SAMPLE_RATE = 22050
"""Samples a second of what is spoken."""

_Callback = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)

_lock = threading.Lock()
_spoken: list[bytes] = []


def _keep(samples: Any, number: int, events: Any) -> int:
    """Told by espeak-ng of each piece of speech; nothing is played."""
    if samples and number > 0:
        _spoken.append(ctypes.string_at(samples, 2 * number))
    return 0


_callback = _Callback(_keep)


@cache
def _library() -> ctypes.PyDLL:
    try:
        import espeakng_loader
    except ImportError as error:
        raise MissingExtra("Transcription by espeak-ng (the profile 'espeak')", "espeak") from error
    library = ctypes.PyDLL(str(espeakng_loader.get_library_path()))
    data = str(espeakng_loader.get_data_path()).encode()
    if library.espeak_Initialize(_SYNCHRONOUS, 0, data, _DONT_EXIT) < 0:
        raise ConfigError("espeak-ng could not be started: its data folder is missing. Install espeakng-loader again.")
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    library.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_void_p), ctypes.c_int, ctypes.c_int]
    library.espeak_Synth.argtypes = [
        ctypes.c_char_p,
        ctypes.c_size_t,
        *[ctypes.c_uint, ctypes.c_int, ctypes.c_uint, ctypes.c_uint],
        *[ctypes.c_void_p, ctypes.c_void_p],
    ]
    library.espeak_SetSynthCallback(_callback)
    library.espeak_Info.restype = ctypes.c_char_p
    library.espeak_Info.argtypes = [ctypes.c_void_p]
    return library


class Espeak:
    """One of espeak-ng's voices, by the name of its file: ``en-us``, ``cmn``, ``mi``."""

    def __init__(self, voice: str) -> None:
        """Load a voice.

        Raises:
            MissingExtra: espeak-ng is not installed.
            ConfigError: espeak-ng has no such voice.
        """
        with _lock:
            self._library = _library()
            if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
                raise ConfigError(f"espeak-ng has no voice file {voice!r}.")
            release = (self._library.espeak_Info(None) or b"?").decode().split()[0]
        self._voice = voice.encode()
        self.version = f"espeak-ng {release} {voice} clean-up {_CLEAN_UP}"
        self._sounds = _MNEMONICS | _OF_LANGUAGE.get(voice.partition("-")[0], {})
        self._mnemonic = regex.compile("|".join(regex.escape(name) for name in sorted(self._sounds, key=len)[::-1]))

    def read(self, letters: str) -> Reading:
        """Transcribe a word; U+02BC, which espeak-ng speaks aloud as "ejective", goes in as an apostrophe."""
        # A null character would end the C string early
        buffer = ctypes.create_string_buffer(letters.replace("ʼ", "’").replace("\0", "").encode("utf-8", "replace"))
        pointer = ctypes.c_void_p(ctypes.addressof(buffer))
        parts: list[str] = []
        with _lock:
            self._library.espeak_SetVoiceByName(self._voice)
            while pointer.value:
                ipa = self._library.espeak_TextToPhonemes(ctypes.byref(pointer), _UTF8, _TIED_IPA)
                parts.append((ipa or b"").decode("utf-8", "replace"))
        return Reading(self._clean("".join(parts)))

    def speak(self, text: str) -> NDArray[np.int16]:
        """Speak a word or a few: samples at :data:`SAMPLE_RATE`, with the silence that espeak-ng puts around them.

        The library's phase of oscillation runs on from word to word, so the same word is never twice the same to the
        bit; :func:`ipaner.transcription.speech.speak` repeats a whole list exactly.

        Raises:
            TranscriptionError: If espeak-ng refuses.
        """
        letters = text.replace("\0", "").encode("utf-8", "replace")
        with _lock:
            _spoken.clear()
            self._library.espeak_SetVoiceByName(self._voice)
            code = self._library.espeak_Synth(letters, len(letters) + 1, 0, 1, 0, _UTF8, None, None)
            samples = np.frombuffer(b"".join(_spoken), dtype=np.int16)
        if code != 0:
            raise TranscriptionError(f"espeak-ng cannot speak {text!r}: error {code}")
        return samples

    def _clean(self, text: str) -> str:
        """Take out language switches, names of phonemes, and ties that make no affricate."""
        text = "".join(_FLAG.sub("", text).replace(_TIE * 2, _TIE).split())
        text = self._mnemonic.sub(lambda m: self._sounds[m.group()], text)
        return str(_VOWEL_MARK.sub("", _NO_AFFRICATE.sub("", text)))
