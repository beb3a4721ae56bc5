"""A first draft of a language folder, from a text in the language and what its relatives make of the letters."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import regex

from ipaner.errors import ConfigError, FormatError, LanguageNotSupported
from ipaner.files import atomic_write
from ipaner.languages import PROFILES, Language, get, nearest
from ipaner.languages.folder import DESCRIPTION, MAP, TESTS
from ipaner.transcription.backends import Backend, load
from ipaner.transcription.backends.maps import HEADER, Speller
from ipaner.transcription.canonical import canonical
from ipaner.transcription.scripts import is_letter, plain, runs, script_of
from ipaner.transcription.words import word_spans

_GRAPHEME = regex.compile(r"\X")
_RELATIVES = 5
_MOST_PAIRS, _LEAST_PAIR = 150, 3  # pairs of letters that are tried, and how often one must occur
_TEST_WORDS, _SHORTEST = 12, 3
_FAMILY = "Unclassified"


@dataclass(frozen=True, slots=True)
class Guess:
    """A letter, or two that write one sound, and how it may be read.

    Attributes:
        grapheme: In small letters and NFC.
        count: How often the sample has it.
        ipa: One or more phones, or nothing.
        source: Where the guess comes from, in words.
    """

    grapheme: str
    count: int
    ipa: str
    source: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What a sample tells about a language: all that `write` needs.

    Attributes:
        folder: Name for its folder.
        language: Code, name, script and family.
        guesses: The most frequent grapheme first.
        words: Frequent words, their number and their IPA by the guesses.
    """

    folder: str
    language: Language
    guesses: tuple[Guess, ...]
    words: tuple[tuple[str, int, str], ...]


def draft(query: str, sample: str, *, name: str | None = None, script: str | None = None) -> Draft:
    """Make the draft of a language.

    Args:
        query: Code of the language, or any label of a known one.
        sample: A text in the language, the longer the better.
        name: English name; needed if the code is not known.
        script: ISO 15924 code; by default, the one of most letters.

    Raises:
        ConfigError: A language that is not known has no name.
        LanguageNotSupported: Neither is the language known, nor does its code have three letters.
        FormatError: The sample has no letters, or none in the script.

    Example:
        >>> guesses = draft("pis", "Olketa pikinini go long skul long moning").guesses
        >>> [(guess.grapheme, guess.count, guess.ipa) for guess in guesses if len(guess.grapheme) > 1]
        [('ng', 3, 'ŋ')]
    """
    words = _words(sample, script)
    script = next(script_of(c) for c in "".join(words) if script_of(c)) or ""
    known = _known(query, name)
    language = Language(
        code=known.code,
        name=name or known.name,
        aliases=tuple(alias for alias in known.aliases if len(alias) > 3),
        scripts=(script,),
        family=known.family or _FAMILY,
        case=None,
        backends={},
    )
    units = {word: _units(word) for word in words}
    relatives = _relatives(language)
    guesses = tuple(_guesses(_counted(units, words), relatives)) + tuple(_digraphs(units, words, relatives))
    speller = Speller({guess.grapheme: guess.ipa for guess in guesses})
    frequent = [word for word, _ in words.most_common() if len(units[word]) >= _SHORTEST][:_TEST_WORDS]
    return Draft(
        folder=language.code if set(known.scripts) <= {script} else f"{language.code}-{script}",
        language=language,
        guesses=tuple(sorted(guesses, key=lambda guess: -guess.count)),
        words=tuple((word, words[word], speller.read(word)[0]) for word in frequent),
    )


def write(made: Draft, directory: Path) -> Path:
    """Write a draft as a folder, whole or not at all.

    Args:
        made: The draft.
        directory: Where the folder is made.

    Returns:
        The folder.

    Raises:
        ConfigError: There is one of that name.
    """
    target = directory / made.folder
    if target.exists():
        raise ConfigError(f"'{target}' exists already, and is left as it is. Name another directory with --out.")
    directory.mkdir(parents=True, exist_ok=True)
    aside = directory / f".ipaner-{os.urandom(8).hex()}.tmp"
    aside.mkdir()
    try:
        for name, content in ((DESCRIPTION, _description(made)), (MAP, _map(made)), (TESTS, _tests(made))):
            with atomic_write(aside / name) as stream:
                stream.write(content)
        aside.rename(target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return target


def _known(query: str, name: str | None) -> Language:
    try:
        return get(query)
    except LanguageNotSupported:
        if not regex.fullmatch("[a-z]{3}", query):
            raise
        if not name:
            raise ConfigError(
                f"ipaner does not know the code '{query}'. Say what the language is called: --name …"
            ) from None
        return Language(query, name, (), (), "", None, dict.fromkeys(PROFILES, "romanised"))


def _words(sample: str, script: str | None) -> Counter[str]:
    """The words of the sample in one script, in small letters, with their number."""
    by_script: dict[str, Counter[str]] = {}
    for start, end in word_spans(sample):
        for found, letters in runs(plain(sample[start:end])):
            if found is not None:
                by_script.setdefault(found, Counter())[letters.lower()] += 1
    if not by_script:
        raise FormatError("the sample has no letters.")
    usual = max(by_script, key=lambda found: sum(len(word) * n for word, n in by_script[found].items()))
    if (script or usual) not in by_script:
        raise FormatError(f"the sample has no letters of the script {script}; most are of {usual}.")
    return by_script[script or usual]


def _units(word: str) -> tuple[str, ...]:
    """Letters with their accents; vowel signs of the scripts that have them stand for themselves."""
    units: list[str] = []
    for cluster in _GRAPHEME.findall(word):
        for place, character in enumerate(cluster):
            if place > 0 and not is_letter(character):
                units[-1] += character
            else:
                units.append(character)
    return tuple(units)


def _counted(units: dict[str, tuple[str, ...]], words: Counter[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for word, parts in units.items():
        for part in parts:
            counts[part] += words[word]
    return counts


def _relatives(language: Language) -> list[tuple[str, Backend]]:
    """The nearest languages that are written in the script, with what reads them."""
    script = language.scripts[0]
    found: list[tuple[str, Backend]] = []
    for other in nearest(language, 10_000):
        if script in other.scripts and (backend := other.backend("core", script)) not in ("romanised", "corpus"):
            found.append((other.code, load(backend)))
        if len(found) == _RELATIVES:
            break
    return found


def _guesses(counts: Counter[str], relatives: Sequence[tuple[str, Backend]]) -> Iterator[Guess]:
    for grapheme, count in counts.most_common():
        readings = {code: ipa for code, backend in relatives if (ipa := _reading(backend, grapheme)) is not None}
        if readings:
            ipa = Counter(readings.values()).most_common(1)[0][0]  # of equals, that of the nearest
            yield Guess(grapheme, count, ipa, _as_in(ipa, readings))
        else:
            yield Guess(grapheme, count, "".join(canonical(load("romanised").read(grapheme).ipa)), "romanised")


def _digraphs(
    units: dict[str, tuple[str, ...]], words: Counter[str], relatives: Sequence[tuple[str, Backend]]
) -> Iterator[Guess]:
    """Pairs of letters that most relatives read as fewer phones than one by one."""
    pairs: Counter[tuple[str, str]] = Counter()
    for word, parts in units.items():
        for first, second in pairwise(parts):
            if first.isalpha() and second.isalpha():
                pairs[first, second] += words[word]
    for (first, second), count in pairs.most_common(_MOST_PAIRS):
        if count < _LEAST_PAIR:
            break
        readings = {}
        for code, backend in relatives:
            both, *single = (_reading(backend, part) for part in (first + second, first, second))
            if both and None not in single and len(canonical(both)) < sum(len(canonical(ipa or "")) for ipa in single):
                readings[code] = both
        if 2 * len(readings) > len(relatives):
            ipa = Counter(readings.values()).most_common(1)[0][0]
            yield Guess(first + second, count, ipa, _as_in(ipa, readings))


def _reading(backend: Backend, grapheme: str) -> str | None:
    """What a back end makes of a grapheme; None if it does not know it."""
    reading = backend.read(grapheme)
    phones = canonical(reading.ipa)
    return None if reading.unmapped or reading.fallback or not phones else "".join(phones)


def _as_in(ipa: str, readings: dict[str, str]) -> str:
    alike = [code for code, other in readings.items() if other == ipa]
    return f"as in {' '.join(alike)} ({len(alike)} of {len(readings)})"


def _description(made: Draft) -> str:
    language = made.language
    values = {
        "code": language.code,
        "name": json.dumps(language.name, ensure_ascii=False),
        "aliases": json.dumps(language.aliases, ensure_ascii=False),
        "script": language.scripts[0],
        "family": json.dumps(language.family, ensure_ascii=False),
        "authors": "[]  # your name",
        "licence": "CC0-1.0  # or another, if you want to be named",
        "normal_form": "NFC",
        "sources": "[]  # grammars, descriptions of the spelling",
    }
    return "".join(f"{key}: {value}\n" for key, value in values.items())


def _map(made: Draft) -> str:
    stream = io.StringIO()
    rows = csv.writer(stream, lineterminator="\n")
    rows.writerow(HEADER)
    rows.writerows((g.grapheme, g.ipa, f"seen {g.count}×; {g.source}") for g in made.guesses)
    return stream.getvalue()


def _tests(made: Draft) -> str:
    lines = ["# word | IPA | note", "# These are guesses. Put the IPA right, then delete the # before it.", ""]
    return "\n".join([*lines, *(f"# {word} | {ipa} | seen {count}×" for word, count, ipa in made.words), ""])
