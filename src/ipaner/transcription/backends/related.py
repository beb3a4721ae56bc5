"""The rules of one language, lent to a relative that has none."""

from __future__ import annotations

from dataclasses import replace

from ipaner.transcription.backends import Backend, Reading


class Related:
    """Reads as another back end does, and says that it is a fall-back."""

    def __init__(self, lender: Backend) -> None:
        self._lender = lender
        self.version = f"related: {lender.version}"

    def read(self, letters: str) -> Reading:
        """Transcribe letters by the rules of the other language."""
        return replace(self._lender.read(letters), fallback=True)
