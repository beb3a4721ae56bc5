"""Pairs of words as the controls of the input representation read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from ipaner.errors import TranscriptionError
from ipaner.pairs import Pair, to_ipa
from ipaner.transcription import WordCache
from ipaner.transcription.representations import Reader, reader


def represent(pairs: Sequence[Pair], representation: str, cache: WordCache | None = None) -> list[Pair]:
    """Pairs with letters or bytes in the place of phonemes, one for one; encode them with that table of symbols.

    Which pairs there are stays as it was chosen by sound, and so do their distances: what is compared is the input of
    the network alone.

    Args:
        pairs: Pairs with phonemes.
        representation: ``ipa`` (they stay as they are), ``romanised`` or ``orthographic``.
        cache: Words read earlier, on disk.

    Raises:
        TranscriptionError: If a side of a pair has no letters.

    Example:
        >>> pair = Pair("kor", "Cafe", "카페", "loanword", "", "", "k æ f e ɪ", "kʰ a pʰ e")
        >>> represent([pair], "orthographic")[0].english_ipa
        '<0x63> <0x61> <0x66> <0x65>'
    """
    if representation == "ipa":
        return list(pairs)
    rows: dict[str, list[int]] = defaultdict(list)
    for i, pair in enumerate(pairs):
        rows[pair.language].append(i)
    out = list(pairs)
    english = reader(representation, "eng", cache=cache)
    for language, members in sorted(rows.items()):
        ours = _read(english, [pairs[i].english for i in members])
        theirs = _read(reader(representation, language, cache=cache), [pairs[i].word for i in members])
        for i, left, right in zip(members, ours, theirs, strict=True):
            out[i] = replace(pairs[i], english_ipa=left, ipa=right, transcribed=representation)
    return out


def _read(words: Reader, names: Sequence[str]) -> list[str]:
    out = []
    for name in names:
        symbols = to_ipa(word.phonemes for word in words.words(name) if word.phonemes)
        if not symbols:
            raise TranscriptionError(f"'{name}' has no letters. Leave it out of the table of pairs")
        out.append(symbols)
    return out
