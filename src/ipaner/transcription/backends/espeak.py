"""espeak-ng through ctypes: GPL-3, hence an extra, loaded at run time and never part of the ``core`` profile.

The library keeps one global state: calls hold the interpreter's lock (``PyDLL``) and one of our own around choosing a
voice and using it. Words go in one at a time, since sentences come back with words merged.
"""

from __future__ import annotations

import ctypes
import threading
from functools import cache

import regex

from ipaner.errors import ConfigError, MissingExtra
from ipaner.transcription.backends import Reading

_IPA = 0x02
_UTF8 = 1
_DONT_EXIT = 0x8000
_SYNCHRONOUS = 2

_FLAG = regex.compile(r"\([a-z-]+\)")
_MNEMONICS = {"r.": "ɽ", "S": "ʃ", "Z": "ʒ", "N": "ŋ", "X": "χ", "[": "\u032a", "`": "ʼ", '"': "", "-": "", ":": "ː"}
_MNEMONIC = regex.compile("|".join(regex.escape(m) for m in _MNEMONICS))

_lock = threading.Lock()


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
        self.version = f"espeak-ng {release} {voice}"

    def read(self, letters: str) -> Reading:
        """Transcribe a word; U+02BC, which espeak-ng speaks aloud as "ejective", goes in as an apostrophe."""
        # A null character would end the C string early
        buffer = ctypes.create_string_buffer(letters.replace("ʼ", "’").replace("\0", "").encode("utf-8", "replace"))
        pointer = ctypes.c_void_p(ctypes.addressof(buffer))
        parts: list[str] = []
        with _lock:
            self._library.espeak_SetVoiceByName(self._voice)
            while pointer.value:
                ipa = self._library.espeak_TextToPhonemes(ctypes.byref(pointer), _UTF8, _IPA)
                parts.append((ipa or b"").decode("utf-8", "replace"))
        text = _FLAG.sub("", "".join(parts))
        return Reading("".join(_MNEMONIC.sub(lambda m: _MNEMONICS[m.group()], text).split()))
