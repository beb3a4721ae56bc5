"""Reads a language by the files of its folder: map, rules and normal form."""

from __future__ import annotations

import hashlib
import unicodedata
from difflib import get_close_matches

from ipaner.errors import FormatError
from ipaner.languages.folder import AFTER, BEFORE, DESCRIPTION, MAP, LanguageFolder
from ipaner.transcription.backends import Reading
from ipaner.transcription.backends.maps import Entry, Speller, fold_apostrophes, read_map
from ipaner.transcription.backends.rules import Cascade, Report, Rule, read_rules, stop
from ipaner.transcription.scripts import SCRIPTS, script_of

ENGINE_VERSION = "1"


class FolderMap:
    """A language that is a folder.

    Example:
        >>> from ipaner.languages.discovery import find_folder
        >>> FolderMap(find_folder("kyu")).read("ꤊꤢ꤬ꤛꤢ꤭").ipa
        'kaja'

    Attributes:
        folder: What its ``language.yaml`` says.
        entries: The lines of its map.
        before: Rules applied to letters.
        after: Rules applied to phonemes.
        version: Names a SHA-256 of all that its phonemes depend on.
    """

    def __init__(self, folder: LanguageFolder, *, report: Report = stop) -> None:
        """Read the files of a language.

        Args:
            folder: The folder.
            report: Told of each mistake in its files; by default the first one ends the reading.

        Raises:
            FormatError: A file cannot be used, or the script is none of Unicode's.
        """
        self.folder = folder
        if folder.script not in SCRIPTS:
            report(_unknown_script(folder))
        form = folder.normal_form
        self.entries: tuple[Entry, ...] = read_map(folder.path / MAP, form, report=report)
        self.before: tuple[Rule, ...] = read_rules(folder.path / BEFORE, form, report=report)
        self.after: tuple[Rule, ...] = read_rules(folder.path / AFTER, form, report=report)
        sounds = {entry.grapheme: entry.phonemes for entry in self.entries}
        self._speller = Speller(
            sounds,
            Cascade(self.before) if self.before else None,
            Cascade(self.after) if self.after else None,
            kept=self._dealt_with_later(),
        )
        self._apostrophes = fold_apostrophes("".join(sounds) + "".join(rule.expression for rule in self.before))
        self.version = f"folder {ENGINE_VERSION} {folder.path.name} {self._digest()}"

    def read(self, letters: str) -> Reading:
        """Transcribe letters of the folder's script."""
        return Reading(*self._speller.read(self._prepared(letters)))

    def unknown(self, letters: str) -> str:
        """The letters that neither map nor rules know."""
        return self._speller.unknown(self._prepared(letters))

    def _prepared(self, letters: str) -> str:
        return unicodedata.normalize(self.folder.normal_form, letters.translate(self._apostrophes).lower())

    def _dealt_with_later(self) -> set[str]:
        """Letters that the rules after the map look for, such as a virama; those of the Latin script are IPA there."""
        letters = {letter for rule in self.after for letter in rule.expression}
        return {letter for letter in letters if script_of(letter) == self.folder.script != "Latn"}

    def _digest(self) -> str:
        """SHA-256 of what the files say, whatever their notes, comments and line ends."""
        rules = [[(r.source, r.target, r.left, r.right) for r in rules] for rules in (self.before, self.after)]
        said = (self.folder.normal_form, [(e.grapheme, e.phonemes) for e in self.entries], rules)
        return hashlib.sha256(repr(said).encode()).hexdigest()


def _unknown_script(folder: LanguageFolder) -> FormatError:
    like = get_close_matches(folder.script, SCRIPTS, n=3, cutoff=0.5) or SCRIPTS[:3]
    problem = f"'{folder.script}' is no script of Unicode by its code of ISO 15924. Like it are: {', '.join(like)}."
    return FormatError(problem, folder.path / DESCRIPTION, folder.lines.get("script"))
