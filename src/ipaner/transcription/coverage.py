"""How much of a text a language's rules can read, and what they do not know."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ipaner.document import Status, Word
from ipaner.languages.fallback import has_own_rules
from ipaner.transcription.scripts import is_letter, plain, script_of
from ipaner.transcription.transcriber import Transcriber

_EXAMPLES = 3
_CONTEXT = 3  # words on each side of an example
_GOOD, _FAIR, _POOR = 97.0, 90.0, 60.0
_MANY_FOREIGN = 5.0


@dataclass(frozen=True, slots=True)
class UnknownCharacter:
    """A character that the language's back end does not know.

    Attributes:
        character: The character.
        name: Its name in Unicode.
        count: How often it stands in words of the text.
        examples: Some of these words in context, the word in brackets.
    """

    character: str
    name: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What became of the words of a text.

    Attributes:
        language: ISO 639-3 code the text was read in.
        statuses: Number of words of each status.
        unknown: Characters the language's rules do not know, the most frequent first; none where it has no rules.
        phones: How often each phone was heard.
        scripts: Number of letters in each script (ISO 15924).
    """

    language: str
    statuses: Mapping[Status, int]
    unknown: tuple[UnknownCharacter, ...]
    phones: Mapping[str, int]
    scripts: Mapping[str, int]

    @property
    def words(self) -> int:
        """Number of words, digits and punctuation among them."""
        return sum(self.statuses.values())

    def share(self, status: Status) -> float:
        """Percent of the words that have letters with this status; for ``opaque``, of all words."""
        letters = self.words - self.statuses.get(Status.OPAQUE, 0)
        total = self.words if status is Status.OPAQUE else letters
        return 100 * self.statuses.get(status, 0) / total if total else 0.0

    def unseen(self, known: Collection[str]) -> dict[str, int]:
        """Phones that are not among those known, such as a model's from training, with their counts."""
        rare = {phone: n for phone, n in self.phones.items() if phone not in known}
        return dict(sorted(rare.items(), key=lambda item: (-item[1], item[0])))

    def verdict(self) -> str:
        """In words, whether the reading can be trusted; shares are of the words in the language's own script."""
        if self.words == self.statuses.get(Status.OPAQUE, 0):
            return "There is nothing to read: no word has letters."
        fallback, foreign = self.share(Status.FALLBACK), self.share(Status.FOREIGN)
        if fallback > 50:
            return f"No rules of its own: {fallback:.0f} % of the words are read by a fall-back, roughly."
        if foreign > 50:
            usual = max(self.scripts, key=lambda script: (self.scripts[script], script), default="of no one script")
            return f"Another script: {foreign:.0f} % of the words are foreign here; most letters are {usual}."
        ok = 100 * self.share(Status.OK) / (100 - foreign)
        which = ", ".join(repr(u.character) for u in self.unknown[:5])
        hints = [f"First to look at: {which}."] if which else []
        if foreign >= _MANY_FOREIGN:
            hints.append(f"Besides, {foreign:.0f} % of the words are in another script.")
        if ok >= _GOOD:
            verdict = f"Well covered: {ok:.1f} % of the words are read by the language's own rules."
            hints = hints[len(which) > 0 :]
        elif ok >= _FAIR:
            verdict = f"Mostly covered: {ok:.1f} % of the words are read in full."
        elif ok >= _POOR:
            verdict = f"Partly covered: only {ok:.1f} % of the words are read in full."
        else:
            verdict = f"Poorly covered: only {ok:.1f} % of the words are read in full. Is it the right language?"
        return " ".join([verdict, *hints])


def coverage(texts: Iterable[str | Sequence[str]], transcriber: Transcriber) -> Coverage:
    """Read texts and count what could not be read.

    Args:
        texts: Texts, or sentences that are cut into words already.
        transcriber: Of the language of the texts.

    Example:
        >>> found = coverage(["Kei Whakatū ia, ka noho."], Transcriber("mri"))
        >>> found.share(Status.OK), found.unknown
        (100.0, ())
    """
    asked = {Status.PARTIAL, Status.FALLBACK} if has_own_rules(transcriber.language) else set()
    statuses: Counter[Status] = Counter()
    phones: Counter[str] = Counter()
    scripts: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    examples: defaultdict[str, list[str]] = defaultdict(list)
    for text in texts:
        words = transcriber.words(text) if isinstance(text, str) else transcriber.tokens(text)
        for place, word in enumerate(words):
            statuses[word.status] += 1
            phones.update(word.phonemes)
            scripts.update(script for c in word.text if is_letter(c) and (script := script_of(c)))
            if word.status in asked:
                for character in unknown_characters(word.text, transcriber):
                    counts[character] += 1
                    if len(examples[character]) < _EXAMPLES:
                        examples[character].append(_in_context(words, place))
    unknown = tuple(
        UnknownCharacter(c, unicodedata.name(c, f"U+{ord(c):04X}"), n, tuple(dict.fromkeys(examples[c])))
        for c, n in counts.most_common()
    )
    return Coverage(transcriber.language.code, statuses, unknown, phones, scripts)


def unknown_characters(word: str, transcriber: Transcriber) -> list[str]:
    """Characters of a word that the language's back end does not know, in order, each as often as it stands there.

    Those that cannot be read alone are suspected, or all if there are none; one is cleared if the word can be read in
    full with it and without the other suspects.

    Example:
        >>> unknown_characters("Þór", Transcriber("mri"))
        ['Þ']
    """
    letters = [c for c in plain(word) if is_letter(c) or unicodedata.category(c)[0] == "M"]

    def whole(text: str) -> bool:
        return transcriber.transcribe(text)[1] in (Status.OK, Status.OPAQUE)

    if whole(word):
        return []
    suspects = {c for c in letters if not whole(c)} or set(letters)
    guilty = {c for c in suspects if not whole("".join(x for x in letters if x == c or x not in suspects))}
    return [c for c in letters if c in (guilty or suspects)]


def _in_context(words: Sequence[Word], place: int) -> str:
    before = [word.text for word in words[max(0, place - _CONTEXT) : place]]
    after = [word.text for word in words[place + 1 : place + 1 + _CONTEXT]]
    return " ".join([*before, f"[{words[place].text}]", *after])
