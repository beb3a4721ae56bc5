"""Letters read by what surrounds them, as learnt from a list of pronunciations: ``experiments/letters.py``.

For languages whose spelling no list of rules covers well: English, and those whose script leaves vowels out. Each file
``<code>-<Script>.json.gz`` beside this module holds the weights of a linear model and names its source and licence.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import regex

from ipaner.errors import ConfigError
from ipaner.transcription.backends import Reading, load
from ipaner.transcription.backends.romanised import approximate
from ipaner.transcription.scripts import APOSTROPHES, is_letter

_APOSTROPHE = str.maketrans(dict.fromkeys(APOSTROPHES, "'"))
_SILENT = str.maketrans(dict.fromkeys("'-\u200c\u200d", ""))
_POINTS = str.maketrans(dict.fromkeys(map(chr, [*range(0x064B, 0x0653), 0x0670]), ""))
"""Vowel points of the Arabic script: hardly ever written, and so not learnt."""
_READS_POINTS = {"ara-Arab": "o2i:ar", "ary-Arab": "o2i:ar-MA"}
"""Rules for words that are fully pointed, which leave nothing to guess."""
_POINTED = regex.compile("[\u064b-\u0650].*[\u064b-\u0652]")


class LetterModel:
    """A linear model that picks the phones of each letter, from left to right.

    Attributes:
        header: Code, source, licence, and the phone error rate on words kept out.
        choices: Letter to the stretches of phones it may stand for, blanks between phones, the usual one first.
        weights: Feature to phones to weight.
        exceptions: Words that the weights read wrongly, with their phones.
    """

    def __init__(
        self,
        header: Mapping[str, Any],
        choices: Mapping[str, Sequence[str]],
        weights: Mapping[str, Mapping[str, int]],
        exceptions: Mapping[str, str] | None = None,
    ) -> None:
        self.header = header
        self.choices = choices
        self.weights = weights
        self.exceptions = exceptions or {}
        self._none = {letter: dict.fromkeys(stretches, 0) for letter, stretches in choices.items()}

    @classmethod
    def load(cls, path: Path) -> LetterModel:
        """Read a model that `save` wrote."""
        with gzip.open(path, "rt", encoding="utf-8") as file:
            content = json.load(file)
        return cls(content["header"], content["choices"], content["weights"], content.get("exceptions"))

    def save(self, path: Path) -> None:
        """Write the model; the same model gives the same bytes."""
        parts = {"header": self.header, "choices": self.choices, "weights": self.weights}
        parts |= {"exceptions": self.exceptions} if self.exceptions else {}
        content = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        path.write_bytes(gzip.compress(content.encode(), mtime=0))

    def read(self, letters: str) -> Reading:
        """Transcribe letters; those the model never saw are approximated and counted."""
        text, pieces, unmapped = prepare(letters), [], 0
        if text in self.exceptions:
            return Reading(self.exceptions[text])
        before = last = ""
        for i, letter in enumerate(text):
            none = self._none.get(letter)
            if none is None:
                before, last = last, approximate(letter)
                unmapped += is_letter(letter)
            else:
                scores = none.copy()
                for name in features(text, i, before, last):
                    row = self.weights.get(name)
                    if row is not None:
                        for phones, weight in row.items():
                            scores[phones] += weight
                before, last = last, max(scores, key=scores.__getitem__)
            pieces.append(last)
        return Reading("".join(pieces).replace(" ", ""), unmapped)


class Letters(LetterModel):
    """One of the models in the package, for instance ``eng-Latn``."""

    def __init__(self, code: str) -> None:
        """Load a model.

        Raises:
            ConfigError: There is none of that code.
        """
        path = Path(str(files(__package__).joinpath(f"{code}.json.gz")))
        if not path.is_file():
            there = ", ".join(sorted(p.name.split(".")[0] for p in path.parent.glob("*.json.gz")))
            raise ConfigError(f"No model of letters {code!r}. There are: {there}.")
        model = LetterModel.load(path)
        names = path.with_name(f"{code}.tsv")
        content = path.read_bytes() + (names.read_bytes() if names.is_file() else b"")
        super().__init__(model.header, model.choices, model.weights, {**model.exceptions, **_read_names(names)})
        self.version = f"letters {code} {hashlib.sha256(content).hexdigest()[:12]}"
        self._reads_points = _READS_POINTS.get(code)

    def read(self, letters: str) -> Reading:
        """Transcribe letters, by rules where all vowels are written."""
        if self._reads_points and _POINTED.search(letters):
            return load(self._reads_points).read(letters)
        return super().read(letters)


def _read_names(path: Path) -> dict[str, str]:
    """Names and frequent words that the weights get wrong, written down for this project: word, tab, IPA."""
    if not path.is_file():
        return {}
    rows = (line.split("\t") for line in path.read_text("utf-8").splitlines() if line and line[0] != "#")
    return {prepare(word): ipa for word, ipa in rows}


def prepare(letters: str) -> str:
    """The form in which words are learnt and read: lower case, composed, without hyphens, apostrophes, vowel points."""
    plain = letters.translate(_APOSTROPHE).translate(_SILENT).translate(_POINTS)
    return unicodedata.normalize("NFC", plain.lower())


def features(letters: str, i: int, before: str, last: str) -> tuple[str, ...]:
    """What the model looks at for one letter.

    Args:
        letters: The word as `prepare` leaves it.
        i: Which letter.
        before: Phones of the letter before the last one.
        last: Phones of the last letter.

    Returns:
        The letter (marked ``a``, always first), the letters on both sides in windows of up to seven, and the phones
        of the letters before.
    """
    word = f"^^^{letters}$$$"
    i += 3
    letter = word[i]
    return (
        f"a{letter}",
        f"b{word[i - 1 : i + 1]}",
        f"c{word[i : i + 2]}",
        f"d{word[i - 1 : i + 2]}",
        f"e{word[i - 2 : i + 1]}",
        f"f{word[i : i + 3]}",
        f"g{word[i - 2 : i + 2]}",
        f"h{word[i - 1 : i + 3]}",
        f"i{word[i - 2 : i + 3]}",
        f"j{word[i - 3 : i + 1]}",
        f"k{word[i : i + 4]}",
        f"l{word[i - 3 : i + 4]}",
        f"m{last}|{letter}",
        f"n{last}|{word[i : i + 2]}",
        f"o{before}|{last}|{letter}",
        f"p{last}|{word[i - 1 : i + 2]}",
    )
