"""Rough IPA for Arabic script in any language, where romanising letter by letter loses too much.

Every consonant letter of the alphabets of Arabic, Persian, Urdu, Sindhi, Pashto, Kurdish and Uyghur has one sound here;
letters that write both a vowel and a glide are told apart by their neighbours; where two consonants meet and no vowel
is written, a neutral one is put in.
"""

from __future__ import annotations

import unicodedata


def _table(pairs: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in pairs.split())


_CONSONANTS = _table(
    "ب=b پ=p ت=t ث=s ج=d͡ʒ چ=t͡ʃ ح=ħ خ=x د=d ذ=z ر=r ز=z ژ=ʒ س=s ش=ʃ ص=s ض=z ط=t ظ=z ع=ʔ غ=ɣ ف=f ق=q ک=k ك=k "
    "گ=ɡ ل=l م=m ن=n ه=h ہ=h ة=h ۃ=t ء=ʔ أ=ʔa ؤ=ʔ ئ=ʔ إ=ʔi ھ=h "
    "ٻ=ɓ ڀ=b̤ ٺ=ʈʰ ٽ=ʈ ٿ=tʰ ڦ=pʰ ڄ=ʄ ڃ=ɲ ڇ=t͡ʃʰ ڌ=d̤ ڏ=ɗ ڊ=ɖ ڍ=ɖ̤ ڙ=ɽ ڪ=k ڳ=ɠ ڱ=ŋ ڻ=ɳ "
    "ٹ=ʈ ڈ=ɖ ڑ=ɽ ں=n ڭ=ŋ ۋ=v ڤ=v ښ=ʂ ږ=ʐ ځ=d͡z څ=t͡s ټ=ʈ ډ=ɖ ړ=ɽ ڼ=ɳ ګ=ɡ ڵ=l ڕ=r ݨ=ɳ ݙ=ɗ ڠ=ŋ ڽ=ɲ ۏ=v ݢ=ɡ"
)
_VOWELS = _table("ا=aː آ=aː ى=aː ٰ=aː َ=a ِ=i ُ=u ې=eː ێ=eː ۊ=uː ۆ=oː ە=ɛ ے=eː ۀ=ə ۇ=u ۈ=y ٱ=a ً=an ٌ=un ٍ=in")
_EITHER = {"و": ("w", "uː"), "ي": ("j", "iː"), "ی": ("j", "iː"), "ۍ": ("j", "iː")}
_DOUBLED, _NO_VOWEL = "\u0651", "\u0652"
_NEUTRAL = "ə"


def read_arabic(letters: str) -> tuple[str, int]:
    """Rough IPA of letters in Arabic script, and how many of them were unknown.

    Example:
        >>> read_arabic("ڪراچي")
        ('kəraːt͡ʃiː', 0)
    """
    sounds: list[tuple[str, bool]] = []
    unknown = 0
    text = unicodedata.normalize("NFC", letters)
    for place, letter in enumerate(text):
        if letter in _EITHER:
            _add_vowel_or_glide(sounds, *_EITHER[letter], before_vowel=text[place + 1 : place + 2] in _VOWELS)
        elif letter in _VOWELS:
            sounds.append(("a" if letter == "ا" and place == 0 else _VOWELS[letter], True))
        elif letter == _NO_VOWEL:
            sounds.append(("", True))
        elif letter == _DOUBLED:
            sounds += sounds[-1:]
        elif letter == "ھ" and sounds and not sounds[-1][1]:
            sounds[-1] = (sounds[-1][0] + "ʰ", False)
        elif letter in _CONSONANTS:
            sounds.append((_CONSONANTS[letter], False))
        elif letter.isalpha():
            unknown += 1
    return _with_neutral_vowels(sounds), unknown


def _add_vowel_or_glide(sounds: list[tuple[str, bool]], glide: str, vowel: str, *, before_vowel: bool) -> None:
    last, after_vowel = sounds[-1] if sounds else ("", True)
    if len(sounds) == 1 and last == "a":
        sounds[-1] = (vowel, True)  # a first alef only carries the vowel
    elif last in ("i", "u") and not before_vowel:
        sounds[-1] = (vowel, True)
    elif not sounds or before_vowel or (after_vowel and last == "aː"):
        sounds.append((glide, False))
    else:
        sounds.append((vowel, True))


def _with_neutral_vowels(sounds: list[tuple[str, bool]]) -> str:
    """Put a neutral vowel between consonants at the start and the end of a word and in longer clusters."""
    pieces: list[str] = []
    for place, (sound, is_vowel) in enumerate(sounds):
        pieces.append(sound)
        last_pair = place == len(sounds) - 2
        if is_vowel or place + 1 == len(sounds) or sounds[place + 1][1]:
            continue
        if place == 0 or not sounds[place - 1][1] or last_pair:
            pieces.append(_NEUTRAL)
    return "".join(pieces)
