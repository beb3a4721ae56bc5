"""Text to be timed on: the demo's sentences, varied until nearly every word is new."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator

from ipaner.cli.demo import examples

Texts = dict[str, dict[str, list[str]]]
"""Name of a length, language, sentences."""


def make_texts(languages: list[str], lengths: dict[str, int], words: int, seed: int) -> Texts:
    """Sentences of about equal numbers of words for every language and length, the same for the same arguments.

    Args:
        languages: ISO 639-3 codes, as in the demo; only languages that put blanks between words.
        lengths: Name and words of a sentence.
        words: Words for each language and length.
        seed: Of the variation.
    """
    streams = {language: _Words(language, seed) for language in languages}
    return {
        name: {
            language: [stream.sentence(length) for _ in range(-(-words // length))]
            for language, stream in streams.items()
        }
        for name, length in lengths.items()
    }


def count_words(texts: dict[str, list[str]]) -> int:
    """Words between blanks: a count that depends on no system."""
    return sum(len(sentence.split()) for sentences in texts.values() for sentence in sentences)


def distinct_share(texts: Texts) -> float:
    """Share of distinct words among all words; 1.0 means that no word comes twice."""
    words = [
        (language, word)
        for by_language in texts.values()
        for language, sentences in by_language.items()
        for sentence in sentences
        for word in sentence.rstrip(".").split()
    ]
    return len(set(words)) / len(words)


class _Words:
    """Words of one language, each with a letter or two exchanged for letters of the same kind."""

    def __init__(self, language: str, seed: int) -> None:
        text = " ".join(example.text for example in examples() if example.language == language)
        if not text:
            raise SystemExit(f"The demo has no sentence in {language!r}.")
        # Sentences are made here, so no word may end one: "Dr." and "।" would cut them
        self._pool = [word for word in (_bare(word) for word in text.split()) if word]
        self._letters: dict[str, list[str]] = {}
        for letter in sorted({c for c in text if unicodedata.category(c)[0] == "L"}):
            self._letters.setdefault(unicodedata.category(letter), []).append(letter)
        self._random = random.Random(f"{seed} {language}")
        self._seen = set(self._pool)
        self._stream = self._endless()

    def sentence(self, length: int) -> str:
        return " ".join(next(self._stream) for _ in range(length)) + "."

    def _endless(self) -> Iterator[str]:
        while True:
            for word in self._random.sample(self._pool, len(self._pool)):
                yield self._vary(word)

    def _vary(self, word: str) -> str:
        """A word not seen before; the shortest ones run out, as short words do in any text."""
        places = [place for place, character in enumerate(word) if unicodedata.category(character)[0] == "L"]
        varied = word
        for attempt in range(20):
            characters = list(word)
            for place in self._random.sample(places, min(len(places), 1 + attempt // 10)):
                characters[place] = self._random.choice(self._letters[unicodedata.category(word[place])])
            varied = "".join(characters)
            if varied not in self._seen:
                break
        self._seen.add(varied)
        return varied


def _bare(word: str) -> str:
    return "".join(c for c in word if unicodedata.category(c)[0] != "P" or c in "'’-").strip("'’-")
