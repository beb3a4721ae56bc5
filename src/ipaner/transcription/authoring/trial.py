"""The test words of a language folder, read as a text would be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ipaner.errors import FormatError
from ipaner.languages import PROFILES, Language
from ipaner.languages.discovery import searched_first
from ipaner.languages.folder import TESTS, LanguageFolder, TestWord, read_tests
from ipaner.transcription.canonical import canonicalise
from ipaner.transcription.transcriber import Transcriber


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a test word.

    Attributes:
        test: The word and its IPA as the author wants it.
        pairs: Phones wanted and phones found, side by side; empty where the other side has one more.
    """

    test: TestWord
    pairs: tuple[tuple[str, str], ...]

    @property
    def errors(self) -> int:
        """Phones that are wrong, missing or too many."""
        return sum(wanted != found for wanted, found in self.pairs)

    @property
    def phones(self) -> int:
        """Phones that are wanted."""
        return sum(bool(wanted) for wanted, _ in self.pairs)


def try_words(folder: LanguageFolder) -> tuple[Outcome, ...]:
    """Read the words of ``tests.psv`` and compare them with their IPA, both in canonical form.

    Raises:
        FormatError: A file of the folder cannot be used, there are no test words, or the IPA of one is none.

    Example:
        >>> from ipaner.languages.discovery import find_folder
        >>> sum(outcome.errors for outcome in try_words(find_folder("kyu")))
        0
    """
    tests = read_tests(folder.path)
    if not tests:
        raise FormatError("there are no test words. Write some: word | IPA", folder.path / TESTS)
    language = Language(
        code=folder.code,
        name=folder.name,
        aliases=folder.aliases,
        scripts=(folder.script,),
        family=folder.family,
        case=None,
        backends=dict.fromkeys(PROFILES, folder.backend),
    )
    with searched_first(folder.path):
        transcriber = Transcriber(language)
    return tuple(Outcome(test, align(_wanted(test, folder), transcriber.transcribe(test.word)[0])) for test in tests)


def align(wanted: Sequence[str], found: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Put two sequences side by side with the fewest differences.

    Example:
        >>> align("kaek", "kak")
        (('k', 'k'), ('a', 'a'), ('e', ''), ('k', 'k'))
    """
    # costs[i][j]: the fewest differences between what follows i and j
    costs = [[0] * (len(found) + 1) for _ in range(len(wanted) + 1)]
    for i in range(len(wanted), -1, -1):
        for j in range(len(found), -1, -1):
            if i < len(wanted) and j < len(found):
                both = costs[i + 1][j + 1] + (wanted[i] != found[j])
                costs[i][j] = min(both, 1 + costs[i + 1][j], 1 + costs[i][j + 1])
            else:
                costs[i][j] = len(wanted) - i + len(found) - j
    pairs: list[tuple[str, str]] = []
    i = j = 0
    while i < len(wanted) or j < len(found):
        in_both = i < len(wanted) and j < len(found)
        if in_both and costs[i][j] == costs[i + 1][j + 1] + (wanted[i] != found[j]):
            pairs.append((wanted[i], found[j]))
            i, j = i + 1, j + 1
        elif i < len(wanted) and costs[i][j] == 1 + costs[i + 1][j]:
            pairs.append((wanted[i], ""))
            i += 1
        else:
            pairs.append(("", found[j]))
            j += 1
    return tuple(pairs)


def _wanted(test: TestWord, folder: LanguageFolder) -> tuple[str, ...]:
    phones, dropped = canonicalise(test.ipa)
    if dropped or not phones:
        raise FormatError(f"'{test.ipa}' is not IPA throughout.", folder.path / TESTS, test.line)
    return phones
