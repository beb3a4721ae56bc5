"""How many phonemes a word has, for metrics that count positions: the corpus's own, else those of profile ``core``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from ipaner.transcription.canonical import segment_published
from ipaner.transcription.transcriber import Transcriber


def phone_counts(tokens: Sequence[str], ipa: Sequence[str] | None, language: str) -> list[int]:
    """Phonemes of each word of a sentence, at least one.

    Args:
        tokens: The words.
        ipa: The transcription that the corpus published with them, if any.
        language: Code of the language.
    """
    if ipa is not None:
        return [max(1, len(segment_published(word))) for word in ipa]
    return [max(1, len(word.phonemes)) for word in _core(language).tokens(tokens)]


@lru_cache(maxsize=64)
def _core(language: str) -> Transcriber:
    return Transcriber(language, "core")
