"""What there is to tell of a language's transcription besides its errors: licences, phones, a few words."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING, cast

from ipaner.languages import Language
from ipaner.languages.discovery import find_folder
from ipaner.languages.folder import read_tests
from ipaner.transcription.backends import load
from ipaner.transcription.canonical import canonical
from ipaner.transcription.inventory import written_in_tables
from ipaner.transcription.scripts import COMPOSITE, is_letter, script_of
from ipaner.transcription.transcriber import Transcriber

if TYPE_CHECKING:
    from ipaner.transcription.backends.letters import Letters

_LICENCES = {
    "epitran": "MIT",
    "o2i": "Apache-2.0",
    "espeak": "GPL-3.0-or-later",
    "pypinyin": "MIT",
    "japanese": "Apache-2.0",
    "romanised": "ISC",
}

_NOWHERE = "qaa"  # no locale has this code: what ICU answers to it, it answers for lack of data
_DAYS = [datetime(2024, 1, day) for day in range(1, 8)]
_MONTHS = [datetime(2024, month, 15) for month in range(1, 13)]


def licence(backend: str) -> str:
    """Licence of the software or data behind a back end, as an SPDX expression where there is one; empty for a corpus.

    Example:
        >>> licence("o2i:nl"), licence("espeak:nl")
        ('Apache-2.0', 'GPL-3.0-or-later')
    """
    kind, _, name = backend.partition(":")
    if kind == "related":
        return licence(name)
    if kind == "folder":
        return find_folder(name).licence
    if kind == "letters":
        return str(cast("Letters", load(backend)).header["licence"])
    return _LICENCES.get(kind, "")


def phones(language: Language) -> tuple[str, ...]:
    """Phones that profile ``core`` may write: those in the tables of the back ends, or else those of `sample_words`.

    Example:
        >>> from ipaner import languages
        >>> " ".join(phones(languages.get("mri")))
        'a aː e eː f h i iː k m n o oː p r t u uː w ŋ'
    """
    names = {language.backend("core", script) for script in language.scripts}
    found = {phone for name in names for ipa in written_in_tables(name) for phone in canonical(ipa)}
    if not found and (words := sample_words(language)):
        transcriber = Transcriber(language)
        found = {phone for word in words for phone in transcriber.transcribe(word)[0]}
    return tuple(sorted(found))


def sample_words(language: Language) -> tuple[str, ...]:
    """Words of a language folder's tests, else days and months as the Unicode CLDR names them; none if it does not.

    Example:
        >>> from ipaner import languages
        >>> sample_words(languages.get("mri"))[:3]
        ('Mane', 'Tūrei', 'Wenerei')
    """
    kind, _, name = language.backend("core", language.scripts[0]).rpartition("related:")[2].partition(":")
    if kind == "folder":
        return tuple(test.word for test in read_tests(find_folder(name).path))
    scripts = {part for script in language.scripts for part in COMPOSITE.get(script, (script,))}
    for code in (language.code, *(alias for alias in language.aliases if len(alias) == 2)):
        for locale in (f"{code}-{language.scripts[0]}", code):
            names = _days_and_months(locale)
            if code == "eng" or names not in (_days_and_months(_NOWHERE), _days_and_months("und")):
                words = dict.fromkeys(word for name in names for word in name.split() if _is_word(word, scripts))
                return tuple(words)
    return ()


def _days_and_months(locale: str) -> list[str]:
    from icu4py.messageformat import MessageFormat

    days = MessageFormat("{day, date, EEEE}", locale)
    months = MessageFormat("{day, date, LLLL}", locale)
    names = [days.format({"day": day}) for day in _DAYS] + [months.format({"day": day}) for day in _MONTHS]
    return [unicodedata.normalize("NFC", name) for name in names]


def _is_word(text: str, scripts: set[str]) -> bool:
    """Whether there are letters of one of the scripts, and no digits."""
    letters = (character for character in text if is_letter(character))
    return any(script_of(letter) in scripts for letter in letters) and not any(map(str.isdigit, text))
