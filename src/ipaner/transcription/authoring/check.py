"""What is wrong with a language folder, as far as can be told without knowing the language."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import regex

from ipaner.errors import FormatError
from ipaner.files import read_lines
from ipaner.languages.folder import (
    AFTER,
    BEFORE,
    DESCRIPTION,
    MAP,
    TESTS,
    LanguageFolder,
    TestWord,
    read_folder,
    read_tests,
)
from ipaner.transcription.backends.folder import FolderMap
from ipaner.transcription.backends.maps import Entry
from ipaner.transcription.backends.rules import DECLARATION, REFERENCE, Cascade, Rule
from ipaner.transcription.canonical import canonicalise
from ipaner.transcription.scripts import APOSTROPHES, plain, runs, script_of
from ipaner.transcription.vocabulary import Vocabulary
from ipaner.transcription.words import LONGEST_WORD, word_spans

_PATIENCE = 0.2  # seconds of computing that a rule may take for the worst word
_LETTERS = regex.compile(rf"[\p{{L}}\p{{M}}{APOSTROPHES}]")
_BRACKETED = regex.compile(r"\((?:[^()]|(?R))*\)")
_MOST_LETTERS = 20  # unknown ones that are told one by one
_ACCENT_IN_BRACKETS = regex.compile("\\[[^]]*[^][\u0300-\u036f][\u0300-\u036f]")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, or likely to be.

    Attributes:
        problem: What it is, in which file and line, and how to mend it.
        serious: Whether it must be mended; otherwise it may be meant so.
    """

    problem: FormatError
    serious: bool = True


def check(path: Path, sample: str = "") -> tuple[Finding, ...]:
    """Look for mistakes in a language folder.

    Args:
        path: The folder.
        sample: A text in the language, to find letters that the map lacks.

    Returns:
        What was found; nothing if all is well.

    Example:
        >>> from ipaner.languages.discovery import find_folder
        >>> check(find_folder("kyu").path)
        ()
    """
    problems: list[FormatError] = []
    try:
        folder = read_folder(path)
        backend = FolderMap(folder, report=problems.append)
        tests = read_tests(path)
    except FormatError as error:
        return tuple(map(Finding, [*problems, error]))
    findings = [*map(Finding, problems), *_in_description(folder)]
    if too_slow := [*_too_slow(backend)]:
        return (*findings, *too_slow)  # nothing can be read with such rules
    findings += _in_entries(backend)
    for rules, name in ((backend.before, BEFORE), (backend.after, AFTER)):
        findings += _in_rules(rules, path / name, Cascade(backend.after))
        findings += _open_alternatives(path / name)
    findings += _never_applied(backend)
    findings += _in_tests(backend, tests)
    findings += _in_sample(backend, sample) if sample else ()
    return tuple(findings)


def _in_description(folder: LanguageFolder) -> Iterator[Finding]:
    for key in ("authors", "sources"):
        if not getattr(folder, key):
            problem = f"'{key}' is empty. Name at least one, so that others can judge the map: {key}: […]"
            yield Finding(FormatError(problem, folder.path / DESCRIPTION, folder.lines[key]))


def _in_entries(backend: FolderMap) -> Iterator[Finding]:
    after = Cascade(backend.after)
    carrier = next((c for e in backend.entries for c in e.grapheme if script_of(c) == backend.folder.script), "")
    put_in = {letter for rule in backend.before for letter in rule.target}
    for entry in backend.entries:
        file = backend.folder.path / MAP
        for problem in _no_phones(after(entry.phonemes)):
            yield Finding(FormatError(f"'{entry.grapheme}': {problem}", file, entry.line))
        if not put_in.intersection(entry.grapheme) and (why := _out_of_reach(entry.grapheme, carrier)):
            yield Finding(FormatError(f"'{entry.grapheme}' is never met: {why}", file, entry.line), serious=False)
        elif rule := _shadow(entry, backend.before):
            why = f"{BEFORE}:{rule.line} always changes it before. Delete one of the two."
            yield Finding(FormatError(f"'{entry.grapheme}' is never met: {why}", file, entry.line), serious=False)


def _no_phones(ipa: str) -> Iterator[str]:
    """What in a string is no IPA, or a phone that no model knows."""
    phones, dropped = canonicalise(ipa)
    if dropped:
        wrong = sorted({c for c in unicodedata.normalize("NFC", ipa) if canonicalise(c)[1]})
        yield f"'{''.join(wrong)}' in '{ipa}' is no letter of the IPA."
    vocabulary = Vocabulary.load()
    for phone in phones:
        if phone not in vocabulary.symbols:
            nearest = "".join(vocabulary.symbols[number] for number in vocabulary.ids(phone))
            yield f"the phone '{phone}' is not in the vocabulary of the models. Write the nearest, '{nearest}'."


def _out_of_reach(grapheme: str, carrier: str) -> str:
    """Why a grapheme does not come to the map in any word, if so."""
    if grapheme != grapheme.lower():
        return f"words are read in small letters. Write '{grapheme.lower()}'."
    composed = unicodedata.normalize("NFC", grapheme)
    if plain(composed) != composed:
        cure = f"Write '{plain(composed)}'." if plain(composed) else "Delete the line."
        return f"words come without what is invisible, and with letters in their usual shape. {cure}"
    word = carrier + composed + carrier
    stretches = list(runs(word))
    if len(stretches) != 1 or stretches[0][1] != word:
        return "it is of another script, or no letter. Words come in stretches of letters of the language's script."
    return ""


def _shadow(entry: Entry, before: Sequence[Rule]) -> Rule | None:
    """The rule that takes letters of this grapheme out of every word."""
    for number, rule in enumerate(before):
        if rule.left or rule.right or "(?" in rule.source:
            continue
        gone = set(entry.grapheme) - set(rule.apply(entry.grapheme))
        if gone and not any(gone.intersection(later.target) for later in before[number:]):
            return rule
    return None


def _in_rules(rules: Sequence[Rule], file: Path, then: Cascade) -> Iterator[Finding]:
    first: dict[tuple[str, str, str], Rule] = {}
    for rule in rules:
        same = first.setdefault((rule.source, rule.left, rule.right), rule)
        if same is not rule:
            problem = f"line {same.line} changes the same, in the same place, already. Delete one of the two."
            yield Finding(FormatError(problem, file, rule.line))
        if _ACCENT_IN_BRACKETS.search(rule.expression):
            problem = "an accented or tied letter is several characters; brackets take one. Write (á|t͡s) for [át͡s]."
            yield Finding(FormatError(problem, file, rule.line), serious=False)
        if file.name == AFTER:
            for problem in _no_phones(then(rule.target)):
                yield Finding(FormatError(problem, file, rule.line))


def _open_alternatives(file: Path) -> Iterator[Finding]:
    """Variables such as a|e|i that stand beside something else without brackets around them."""
    alternatives: set[str] = set()
    for number, line in read_lines(file) if file.is_file() else ():
        if line.lstrip().startswith(("%", "#")):
            continue
        for found in REFERENCE.finditer(line):
            beside = line[: found.start()][-1:] + line[found.end() :][:1]
            if found.group() in alternatives and beside.strip(" \t=(|)"):
                name = found.group()
                problem = f"{name} has alternatives: what stands beside it goes with the last one. Write ({name})."
                yield Finding(FormatError(problem, file, number), serious=False)
        if (declared := DECLARATION.match(line)) and "|" in _BRACKETED.sub("", declared["value"]):
            alternatives.add(declared["symbol"])


def _never_applied(backend: FolderMap) -> Iterator[Finding]:
    """Rules that need letters which nothing before them brings."""
    script = backend.folder.script
    there: set[str] = set()
    for rules, file in ((backend.before, BEFORE), (backend.after, AFTER)):
        if file == AFTER:
            there |= {letter for entry in backend.entries for letter in entry.phonemes}
        for rule in rules:
            for strings in rule.all_needs:
                if not any(all(c in there or _may_come(c, script, file) for c in string) for string in strings):
                    brought = (
                        "the script, nor put in by a rule above"
                        if file == BEFORE
                        else "the sounds of map and rules above"
                    )
                    problem = f"never applies: {' or '.join(map(repr, strings))} is not of {brought}."
                    yield Finding(FormatError(problem, backend.folder.path / file, rule.line), serious=False)
                    break
            there |= set(rule.target)


def _may_come(letter: str, script: str, file: str) -> bool:
    """Whether a letter may be in a word as it comes to the rules of a file."""
    if file == AFTER:  # letters that the map lacks come as they are, but for those of the Latin script
        return script_of(letter) == script != "Latn"
    return letter == letter.lower() and script_of(letter) in (script, None) and bool(_LETTERS.match(letter))


def _too_slow(backend: FolderMap) -> Iterator[Finding]:
    """Rules that take for ever to find out that they do not fit."""
    for rules, file in ((backend.before, BEFORE), (backend.after, AFTER)):
        for rule in rules:
            letters = dict.fromkeys(c for c in rule.expression if _LETTERS.match(c))
            starts = dict.fromkeys(["", *letters, *(string for strings in rule.all_needs for string in strings)])
            worst = (start + letter * LONGEST_WORD + "\uffff" for start in starts for letter in letters)
            try:
                for word in worst:
                    rule.apply(word, timeout=_PATIENCE)
            except TimeoutError:
                problem = (
                    "takes too long. Repetition within repetition, as in (a+)+ or (a|aa)+, does so: write it once."
                )
                yield Finding(FormatError(problem, backend.folder.path / file, rule.line))


def _in_tests(backend: FolderMap, tests: Sequence[TestWord]) -> Iterator[Finding]:
    file = backend.folder.path / TESTS
    if not tests:
        yield Finding(FormatError("there are no test words. Write at least ten: word | IPA | note", file))
    for test in tests:
        for problem in _no_phones(test.ipa):
            yield Finding(FormatError(problem, file, test.line))
        for script, letters in runs(plain(test.word)):
            if script not in (backend.folder.script, None):
                problem = f"'{letters}' in '{test.word}' is not written in the script {backend.folder.script}."
                yield Finding(FormatError(problem, file, test.line))
                continue
            if unknown := backend.unknown(letters):
                problem = f"the map lacks '{unknown}' of '{test.word}'. Add {'it' if len(unknown) == 1 else 'them'}."
                yield Finding(FormatError(problem, file, test.line))
            for problem in _no_phones(backend.read(letters).ipa):
                yield Finding(FormatError(f"'{test.word}' is read with an error: {problem}", file, test.line))


def _in_sample(backend: FolderMap, sample: str) -> Iterator[Finding]:
    """Letters of the text that the map lacks, the most frequent first."""
    counts: Counter[str] = Counter()
    example: dict[str, str] = {}
    for start, end in word_spans(sample):
        word = sample[start:end]
        for script, letters in runs(plain(word)):
            for letter in backend.unknown(letters) if script == backend.folder.script else "":
                counts[letter] += 1
                example.setdefault(letter, word)
    file = backend.folder.path / MAP
    for letter, count in counts.most_common(_MOST_LETTERS):
        name = unicodedata.name(letter, "no name")
        problem = f"lacks '{letter}' (U+{ord(letter):04X} {name}), {count}× in the sample, as in '{example[letter]}'."
        yield Finding(FormatError(problem, file), serious=False)
    if len(counts) > _MOST_LETTERS:
        problem = f"lacks {len(counts) - _MOST_LETTERS} more letters of the sample."
        yield Finding(FormatError(problem, file), serious=False)
