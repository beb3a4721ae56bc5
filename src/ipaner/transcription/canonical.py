"""The canonical form of phonemes: one spelling for one sound, whatever back end wrote it.

Kept: length, nasality, aspiration, palatalisation, labialisation, pharyngealisation, ejectives, breathy voice, dental
place. Dropped: stress, tone, syllable marks, and finer diacritics. Affricates are tied, ligatures written out.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import regex

CANONICAL_VERSION = "1"

VOWELS = "iyɨʉɯuɪʏʊeøɘɵɤoəɛœɜɞʌɔæɐaɶɑɒ"
CONSONANTS = "pbtdʈɖcɟkɡqɢʡʔmɱnɳɲŋɴʙrʀⱱɾɽɸβfvθðszʃʒʂʐçʝxɣχʁħʕʜʢhɦɬɮʋɹɻjɰlɭʎʟʍwɥɕʑɺɧɓɗᶑʄɠʛʘǀǃǂǁ"
TIE = "\u0361"
DENTAL, BREATHY, NASAL = "\u032a", "\u0324", "\u0303"
DIACRITICS = DENTAL + BREATHY + NASAL + "ʷʲˤʰʼː"
"""Kept diacritics in the order in which a phone carries them."""

_BROAD_DROPS = frozenset(DENTAL + BREATHY + NASAL + "ʰː")
_VOICED = frozenset("bdɖɟɡɢzʒʐʑvðɣʁʝ")

_REWRITE = {
    "g": "ɡ",
    "ʦ": "t͡s",
    "ʣ": "d͡z",
    "ʧ": "t͡ʃ",
    "ʤ": "d͡ʒ",
    "ʨ": "t͡ɕ",
    "ʥ": "d͡ʑ",
    "ꭧ": "t͡ʂ",
    "ꭦ": "d͡ʐ",
    "\u035c": TIE,
    "\u2040": TIE,
    "ɚ": "əɹ",
    "ɝ": "ɜɹ",
    "˞": "ɹ",
    "ᵻ": "ɪ",
    "ᵿ": "ʊ",
    "ɩ": "ɪ",
    "ɷ": "ʊ",
    "ɿ": "ɨ",
    "ʅ": "ɨ",
    "ʮ": "y",
    "ʯ": "y",
    "ᴀ": "a",
    "ᴇ": "e",
    "ɫ": "l",
    "ȵ": "ɲ",
    "ȶ": "c",
    "ȡ": "ɟ",
    "ȴ": "ʎ",
    "ƛ": "t͡ɬ",
    "λ": "ʎ",
    "ε": "ɛ",
    "ᵐ": "m",
    "ⁿ": "n",
    "ᵑ": "ŋ",
    "ᶮ": "ɲ",
    "ᶯ": "ɳ",
    "ʱ": BREATHY,
    ":": "ː",
    "ˀ": "ʔ",
    "ᵊ": "ə",
    "ᵗ": "t",
    "ᵈ": "d",
    "ᵇ": "b",
    "ᵖ": "p",
    "ᵏ": "k",
    "ᶢ": "ɡ",
    "ǝ": "ə",
    "ı": "ɯ",
    "ß": "s",
}
_TRANSLATE = str.maketrans(_REWRITE)

_BASE = f"[{VOWELS}{CONSONANTS}]"
_KEPT = frozenset(VOWELS + CONSONANTS + DIACRITICS + TIE)
_PHONE = regex.compile(f"({_BASE})([{DIACRITICS}]*)(?:{TIE}({_BASE})([{DIACRITICS}]*))?")
_UNTIED = regex.compile(f"([td]{DENTAL}?)(?=[ʃʒɕʑʂʐ])")
_VOWEL_TIE = regex.compile(f"(?<=[{VOWELS}][{DIACRITICS}]*){TIE}|{TIE}(?=[{VOWELS}])")
_TIES = regex.compile(f"{TIE}+")
_NOT_IN_TIE = regex.compile(f"[{DENTAL}ː]")


def canonical(ipa: str, *, broad: bool = False) -> tuple[str, ...]:
    """Cut an IPA string into canonical phones; what is not IPA is dropped.

    Every phone is canonical by itself; unless ``broad``, the phones joined and read again are the same phones.

    Args:
        ipa: IPA in any convention, blanks allowed.
        broad: Also drop length, nasality, aspiration, breathy voice and dental place.

    Example:
        >>> canonical("ˈtʃaːg̊")
        ('t͡ʃ', 'aː', 'ɡ')
        >>> canonical("ˈtʃaːg̊", broad=True)
        ('t͡ʃ', 'a', 'ɡ')
    """
    return canonicalise(ipa, broad=broad)[0]


@lru_cache(maxsize=65536)
def canonicalise(ipa: str, *, broad: bool = False) -> tuple[tuple[str, ...], int]:
    """Like :func:`canonical`, and count the letters that were dropped for not being IPA."""
    text = unicodedata.normalize("NFD", ipa).replace("c\u0327", "ç").translate(_TRANSLATE)
    dropped = sum(1 for c in text if c not in _KEPT and unicodedata.category(c) in ("Lu", "Ll", "Lo"))
    text = "".join(c for c in text if c in _KEPT)
    text = _TIES.sub(TIE, text)
    text = _VOWEL_TIE.sub("", text)
    text = _UNTIED.sub(r"\1" + TIE, text)
    return tuple(_phone(found, broad) for found in _PHONE.finditer(text)), dropped


def _phone(found: regex.Match[str], broad: bool) -> str:
    base, marks, second, second_marks = found.groups(default="")
    if second:
        marks = _NOT_IN_TIE.sub("", marks) + second_marks.replace(DENTAL, "")
        last, base = second, base + TIE + second
    else:
        last = base
    if last in _VOICED:
        marks = marks.replace("ʰ", BREATHY)
    kept = "".join(d for d in DIACRITICS if d in marks and not (broad and d in _BROAD_DROPS))
    return unicodedata.normalize("NFC", base + kept)


def segment_published(ipa: str) -> tuple[str, ...]:
    """Cut a corpus's own transcription into phones and leave them as they are, for counting positions.

    Strings with blanks are cut there. Others are cut as the ``segments`` tokenizer does: modifiers and tone letters go
    with the letter before, stress marks with the one after, tied letters together, everything else stands alone.

    Returns:
        At least one item.

    Example:
        >>> segment_published("takiwaː"), segment_published("t ˈu v")
        (('t', 'a', 'k', 'i', 'w', 'aː'), ('t', 'ˈu', 'v'))
    """
    parts = tuple(ipa.split())
    if len(parts) != 1:
        return parts or (ipa,)
    phones: list[str] = []
    stress = ""
    for character in parts[0]:
        if character in "ˈˌ":
            stress += character
        elif phones and (
            not stress and (unicodedata.category(character) in ("Mn", "Me", "Mc", "Lm", "Sk") or phones[-1][-1] in "͜͡")
        ):
            phones[-1] += character
        else:
            phones.append(stress + character)
            stress = ""
    if stress:
        phones.append(stress)
    return tuple(phones)
