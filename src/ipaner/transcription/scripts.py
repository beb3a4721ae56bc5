"""Unicode scripts: which one a character belongs to, and the runs of one script a word is made of."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import regex

APOSTROPHES = "'’ʼʻ‘ʹʾʿ′`ꞌꞋ"
"""Marks that belong to a word when they stand between its letters."""

_INNER = frozenset(APOSTROPHES + "·ـ")

_CODES = """
Latn Cyrl Arab Grek Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Thai Laoo Tibt Mymr Geor Hang Ethi Cher
Cans Khmr Mong Hira Kana Bopo Hani Yiii Hebr Armn Syrc Thaa Nkoo Samr Mand Goth Copt Tfng Olck Vaii Java Bali
Sund Cham Tglg Hano Buhd Tagb Limb Tale Talu Bugi Lana Tavt Mtei Lepc Sylo Saur Kali Rjng Lisu Bamu Phag Adlm
Rohg Hmng Hmnp Wara Mroo Cakm Newa Tirh Sidd Modi Takr Sind Khoj Gong Gonm Sora Dogr Nand Osge Osma Ogam Runr
Cprt Linb Ugar Xpeo Phnx Xsux Egyp Avst Aghb Elba Glag Dsrt Shaw Brah Kthi Mahj Khar Ital Medf Nshu Wcho Bass
"""
_SCRIPT = regex.compile("|".join(rf"(?P<{code}>\p{{Script={code}}})" for code in _CODES.split()))

COMPOSITE = {
    "Jpan": ("Hani", "Hira", "Kana"),
    "Kore": ("Hang", "Hani"),
    "Hans": ("Hani",),
    "Hant": ("Hani",),
    "Hrkt": ("Hira", "Kana"),
}
"""ISO 15924 codes that stand for several scripts."""


@lru_cache(maxsize=65536)
def script_of(character: str) -> str | None:
    """ISO 15924 code of a character's script; None for what scripts share (digits, punctuation, accents).

    Example:
        >>> script_of("ж"), script_of("7")
        ('Cyrl', None)
    """
    found = _SCRIPT.match(character)
    return found.lastgroup if found else None


@lru_cache(maxsize=65536)
def is_letter(character: str) -> bool:
    """Whether a character writes sound: letters, and the vowel signs of scripts that have them.

    Accents shared by all scripts are no letters, nor are the digits of any script.
    """
    category = unicodedata.category(character)
    if category[0] == "L":
        return character not in _INNER
    return category[0] == "M" and script_of(character) is not None


def runs(word: str) -> Iterator[tuple[str | None, str]]:
    """Split a word into stretches of letters of one script; digits, symbols and punctuation fall out.

    Apostrophes between letters stay, and so do accents and other marks on their letter. Letters of no one script
    (``ー``) go with the letters before them.

    Yields:
        Script (None where no letter says) and letters.

    Example:
        >>> list(runs("R.H.-дом'ик"))
        [('Latn', 'R'), ('Latn', 'H'), ('Cyrl', "дом'ик")]
    """
    script: str | None = None
    letters: list[str] = []
    held: list[str] = []  # apostrophes that count only if another letter of the same script follows
    for character in word:
        if is_letter(character):
            own = script_of(character)
            if letters and own is not None and script is not None and own != script:
                yield script, "".join(letters)
                letters, held = [], []
            if not letters:
                script, held = None, []
            letters += [*held, character]
            held = []
            script = script or own
        elif character in _INNER:
            held.append(character)
        elif letters and not held and unicodedata.category(character)[0] == "M":
            letters.append(character)
        elif letters:
            yield script, "".join(letters)
            letters, held = [], []
    if letters:
        yield script, "".join(letters)
