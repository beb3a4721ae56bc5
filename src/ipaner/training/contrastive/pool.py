"""The table of pairs behind a run, read and, where a checkpoint needs another transcription, transcribed anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from ipaner.pairs import Pair, read_pairs
from ipaner.pairs.shipped import shipped_table
from ipaner.pairs.transcribe import readings
from ipaner.transcription import Transcriber, WordCache

_ATTESTED = "attested"


def read_table(table: Path | Literal["bundled"]) -> list[Pair]:
    """Pairs of a file, or of the table in the package."""
    return read_pairs(shipped_table() if table == "bundled" else Path(table))


def pairs_for(pairs: Sequence[Pair], profile: str, broad: bool = False, cache: WordCache | None = None) -> list[Pair]:
    """Pairs as a checkpoint of this profile reads them; what is transcribed so already stays.

    An attested pronunciation stays too, unless phonemes are to be broad. Pairs that cannot be read are left out.

    Raises:
        LanguageNotSupported: If a language has no transcription in this profile.
    """
    if not broad and all(pair.transcribed in (profile, _ATTESTED) for pair in pairs):
        return list(pairs)
    english = readings(Transcriber("eng", profile, broad=broad, cache=cache), [pair.english for pair in pairs])
    other = {
        language: readings(
            Transcriber(language, profile, broad=broad, cache=cache), [p.word for p in pairs if p.language == language]
        )
        for language in sorted({pair.language for pair in pairs})
    }
    read = ((pair, english.get(pair.english), other[pair.language].get(pair.word)) for pair in pairs)
    return [replace(pair, english_ipa=a, ipa=b, transcribed=profile) for pair, a, b in read if a and b]
