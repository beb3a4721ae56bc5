"""Both sides of pairs as phonemes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from ipaner.document import Status
from ipaner.errors import ConfigError, LanguageNotSupported, MissingExtra
from ipaner.languages import Language, get, has_own_rules
from ipaner.pairs.pair import Pair, to_ipa
from ipaner.pairs.sources.attested import LICENCE as ATTESTED_LICENCE
from ipaner.pairs.sources.attested import Attested
from ipaner.transcription import Transcriber
from ipaner.transcription.cache import WordCache

_BATCH = 2000
_READ = frozenset({Status.OK, Status.PARTIAL})


def transcriber_for(language: str, profile: str, cache: WordCache | None = None) -> Transcriber:
    """A transcriber that has rules of its own for the language.

    Raises:
        LanguageNotSupported: It would have to be read by a relative's rules or letter by letter, or the profile cannot
            make its transcription again.
        MissingExtra: The profile needs what is not installed.
    """
    entry = get(language)
    if not has_own_rules(entry):
        raise LanguageNotSupported(
            f"{entry.name} ({entry.code}) has no transcription of its own, and pairs made of guessed sounds would say "
            f"nothing. Start some rules with 'ipaner language new {entry.code}', or take it out of 'languages'."
        )
    if _from_corpus_only(entry, profile):
        raise LanguageNotSupported(
            f"The profile '{profile}' cannot transcribe {entry.name} ({entry.code}): the papers' own transcription "
            "cannot be made again. Use the profile 'core', or set 'leave_out_untranscribed: true'."
        )
    return Transcriber(entry, profile, cache=cache)


def untranscribed(languages: Iterable[str], profile: str) -> dict[str, str]:
    """Languages that cannot be transcribed, each with the reason."""
    reasons = {}
    for language in languages:
        try:
            transcriber_for(language, profile)
        except (LanguageNotSupported, MissingExtra, ConfigError) as error:
            reasons[language] = str(error)
    return reasons


def readings(
    transcriber: Transcriber, phrases: Sequence[str], advance: Callable[[int], object] = lambda _: None
) -> dict[str, str]:
    """IPA of phrases, each word of them read on its own, as taggers read it.

    Returns:
        IPA by phrase; phrases with a word that the language's own rules cannot read are absent.
    """
    found: dict[str, str] = {}
    unique = list(dict.fromkeys(phrases))
    for start in range(0, len(unique), _BATCH):
        batch = unique[start : start + _BATCH]
        parts = [part for phrase in batch for part in phrase.split()]
        words = dict(zip(parts, transcriber.tokens(parts), strict=True))
        for phrase in batch:
            spoken = [words[part] for part in phrase.split() if words[part].status is not Status.OPAQUE]
            if spoken and all(word.status in _READ for word in spoken):
                found[phrase] = to_ipa(word.phonemes for word in spoken)
        advance(len(batch))
    return found


def attested_reading(lists: Attested, phrase: str) -> str | None:
    """IPA of a phrase all of whose words a pronunciation list has, else None."""
    whole = lists.look_up(phrase)
    if whole:
        return to_ipa([whole])
    parts = [lists.look_up(part) for part in phrase.split()]
    return to_ipa(part for part in parts if part) if parts and all(parts) else None


def with_readings(
    pair: Pair, english: dict[str, str], other: dict[str, str], profile: str, lists: Attested | None
) -> Pair | None:
    """The pair with both transcriptions; None if one side could not be read."""
    attested = attested_reading(lists, pair.word) if lists else None
    english_ipa, ipa = english.get(pair.english), attested or other.get(pair.word)
    if not english_ipa or not ipa:
        return None
    licence = f"{pair.licence}; {ATTESTED_LICENCE}" if attested else pair.licence
    transcribed = "attested" if attested else profile
    return replace(pair, english_ipa=english_ipa, ipa=ipa, transcribed=transcribed, licence=licence)


def _from_corpus_only(language: Language, profile: str) -> bool:
    cells = language.backends.get(profile, "corpus").split(";")
    return all(cell.strip().rpartition("=")[2] == "corpus" for cell in cells)
