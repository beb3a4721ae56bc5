"""Unicode scripts: which one a character belongs to, and the runs of one script a word is made of."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache

import regex

APOSTROPHES = "'’ʼʻ‘ʹʾʿ′`ꞌꞋ"
"""Marks that belong to a word when they stand between its letters."""

ANY_SCRIPT = "Zyyy"
"""ISO 15924 code of a language whose script is not told."""

REPETITION_SIGNS = "ๆໆៗᪧꩰꫝꧏ"
"""Signs by which Thai, Lao, Khmer, Tai Tham, Burmese, Tai Viet and Javanese say twice what stands before."""

COMPOSITE = {
    "Jpan": ("Hani", "Hira", "Kana"),
    "Kore": ("Hang", "Hani"),
    "Hans": ("Hani",),
    "Hant": ("Hani",),
    "Hrkt": ("Hira", "Kana"),
}
"""ISO 15924 codes that stand for several scripts."""

_CODES = """
Latn Cyrl Arab Grek Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Thai Laoo Tibt Mymr Geor Hang Ethi Cher
Cans Khmr Mong Hira Kana Bopo Hani Yiii Hebr Armn Syrc Thaa Nkoo Samr Mand Tfng Olck Vaii Java Bali Sund Cham
Tglg Hano Buhd Tagb Limb Tale Talu Bugi Batk Lana Tavt Mtei Lepc Sylo Saur Kali Rjng Lisu Bamu Phag Adlm Rohg
Hmng Hmnp Wara Mroo Cakm Newa Tirh Modi Takr Sind Khoj Gong Gonm Sora Dogr Nand Osge Osma Wcho Toto Nagm Tnsa
Mend Medf Bass Nshu Vith Plrd Merc Mero Goth Copt Ogam Runr Cprt Linb Lina Ugar Xpeo Phnx Xsux Egyp Hluw Avst
Aghb Elba Glag Dsrt Shaw Brah Kthi Mahj Khar Ital Sidd Ahom Armi Bhks Cari Chrs Cpmn Diak Dupl Elym Gran Hatr
Hung Kawi Kits Lyci Lydi Maka Mani Marc Mult Narb Nbat Orkh Ougr Palm Pauc Perm Phli Phlp Prti Sarb Sgnw Shrd
Sogd Sogo Soyo Tang Yezi Zanb
"""

SCRIPTS = tuple(_CODES.split())
"""ISO 15924 codes of the scripts of Unicode 15, those in use today first."""

_SCRIPT = regex.compile("|".join(rf"(?P<{code}>\p{{Script={code}}})" for code in SCRIPTS))

# What has neither a sound nor a shape of its own, and the bar that only stretches Arabic words
_IGNORED = regex.compile(r"[\p{Default_Ignorable_Code_Point}ـ]+")
# Letters in another shape: ordinals, letter-like symbols, ligatures, presentation forms, full and half width,
# mathematical ones. Elsewhere compatible is not the same: Thai sara am, letters of Hangul, superscripts of Salish
_OTHER_SHAPE = regex.compile(
    "[ªºµ\u2100-\u214f\ufb00-\ufdff\ufe70-\ufefc\uff00-\uffef\U0001d400-\U0001d7ff\U0001ee00-\U0001eeff]+"
)
_REPEATED = regex.compile(rf"([\p{{L}}\p{{M}}--[{REPETITION_SIGNS}]]+)[{REPETITION_SIGNS}]", regex.V1)

_INNER = frozenset(APOSTROPHES + "·")
_APOSTROPHE_LETTERS = frozenset(c for c in APOSTROPHES if unicodedata.category(c)[0] == "L")
_NO_LETTERS = _INNER | frozenset("ฯຯ" + REPETITION_SIGNS)  # the first two say that a name is cut short


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

    Accents shared by all scripts are no letters, nor are the digits of any script, apostrophes, signs of repetition and
    abbreviation, and what is invisible.
    """
    category = unicodedata.category(character)[0]
    if category not in "LM" or _IGNORED.match(character):
        return False
    return character not in _NO_LETTERS if category == "L" else script_of(character) is not None


def plain(word: str) -> str:
    """A word as back ends should see it: composed, in the usual shapes of its letters, without what is invisible.

    Joiners and tatweel go, presentation forms and full-width letters become the letters they show, and what stands
    before a sign of repetition is written twice.

    Example:
        >>> plain("ﻛﺘـﺎب"), plain("Ｔｏｋｙｏ"), plain("เด็กๆ")
        ('كتاب', 'Tokyo', 'เด็กเด็ก')
    """
    if word.isascii():
        return word
    word = unicodedata.normalize("NFC", word)
    word = _OTHER_SHAPE.sub(lambda m: unicodedata.normalize("NFKC", m.group()).replace(" ", ""), word)
    return unicodedata.normalize("NFC", _REPEATED.sub(r"\1\1", _IGNORED.sub("", word)))


def runs(word: str, together: Collection[str] = ()) -> Iterator[tuple[str | None, str]]:
    """Split a word into stretches of letters of one script; digits, symbols and punctuation fall out.

    Apostrophes between letters stay, and so do accents and other marks on their letter; apostrophes that Unicode counts
    among the letters (``ʻ``, ``ʼ``) also stay at either end. Letters of no one script (``ー``) go with those before.

    Args:
        word: A word, or any string.
        together: Scripts that are not parted from each other.

    Yields:
        Script (the first one of the stretch, None where no letter says) and letters.

    Example:
        >>> list(runs("R.H.-дом'ик"))
        [('Latn', 'R'), ('Latn', 'H'), ('Cyrl', "дом'ик")]
        >>> list(runs("食べるPC", together=("Hani", "Hira")))
        [('Hani', '食べる'), ('Latn', 'PC')]
    """
    script: str | None = None
    letters: list[str] = []
    held: list[str] = []  # apostrophes before the first letter, or since the last one
    for character in word:
        if is_letter(character):
            own = script_of(character)
            foreign = own is not None and script is not None and own != script
            if foreign and not (own in together and script in together):
                yield script, "".join(letters) + _of_letters(held)
                script, letters, held = None, [], []
            letters += [*held, character]
            held = []
            script = script or own
        elif character in _INNER and (letters or character in _APOSTROPHE_LETTERS):
            held.append(character)
        elif letters and not held and unicodedata.category(character)[0] == "M":
            letters.append(character)
        else:
            if letters:
                yield script, "".join(letters) + _of_letters(held)
            script, letters, held = None, [], []
    if letters:
        yield script, "".join(letters) + _of_letters(held)


def _of_letters(apostrophes: list[str]) -> str:
    """Those at the end of a stretch that belong to it: a quotation mark may look like an apostrophe, no letter does."""
    return "".join(c for c in apostrophes if c in _APOSTROPHE_LETTERS)
