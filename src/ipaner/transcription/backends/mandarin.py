"""Mandarin: characters to pinyin (pypinyin), pinyin to IPA (Epitran's ``cmn-Latn``)."""

from __future__ import annotations

from importlib.metadata import version

from ipaner.transcription.backends import Reading, load


class Mandarin:
    """Reads Han characters in Mandarin, without tone."""

    def __init__(self) -> None:
        self._syllables = load("epitran:cmn-Latn")
        self.version = f"pypinyin {version('pypinyin')} + {self._syllables.version}"

    def read(self, letters: str) -> Reading:
        """Transcribe characters; those without a reading are counted."""
        from pypinyin import Style, lazy_pinyin

        readings = lazy_pinyin(letters, style=Style.NORMAL, errors=lambda unread: "?" * len(unread), v_to_u=True)
        syllables = [self._syllables.read(s).ipa for s in readings if s != "?"]
        return Reading("".join(syllables), readings.count("?"))
