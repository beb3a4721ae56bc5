"""What espeak-ng writes, after our clean-up: IPA, and nothing of its own names of phonemes."""

import pytest

from ipaner.transcription.backends import load
from ipaner.transcription.canonical import canonical, canonicalise

pytest.importorskip("espeakng_loader", reason="needs the extra [espeak]")

CLEANED = [
    ("ky", "күчөп", "k y t͡ʃ ø p"),  # tS, oe
    ("ky", "чоң", "t͡ʃ o ŋ"),
    ("ky", "жээгиндеги", "d͡ʒ eː ɡ i n d̪ e ɡ i"),  # [ is dental
    ("uz", "cheklangan", "t͡ʃ e k l æ ŋ æ n"),
    ("mi", "Puau", "p u a u"),  # a quotation mark
    ("am", "የሚቀጥለው", "j ə m i kʼ ə tʼ ɨ l ə w"),  # ` is an ejective
    ("am", "ጨካኝ", "t͡ʃʼ ə k a ɲ"),
    ("qu", "p'acha", "pʼ a t͡ʃ a"),
    ("lv", "nevajadzēs", "n e ʋ a j a d z eː s"),  # ` is a tone
    ("ru", "мыши", "m ɨ ʃ ɨ"),  # y
    ("gn", "yvy", "ɨ β ɨ"),
    ("hi", "लड़का", "l ʌ ɽ k aː"),  # r.
    ("fa", "استحقاق", "e s t e h q ɑ q"),  # q1
    ("vi", "tuyết", "t̪ w i ɛ t̪"),  # tone 3 looks like a vowel
    ("da", "hus", "h u s"),  # ʔu is a vowel
    ("sv", "sjuk", "ɧ ʉ k"),  # sx
    ("sq", "vetëshpallur", "v ɛ t ə ʃ p a l u r"),  # ll
    ("ko", "친구", "t͡ʃʰ i n k u"),
    ("tn", "tlhapi", "t͡ɬ a p i"),
    ("hy", "ցանկ", "t͡sʰ a n k"),
    ("it", "pizza", "p i t͡sː a"),
    ("de", "Pferd", "p͡f eː ɾ t"),
    ("de", "Haus", "h a ʊ s"),  # a diphthong is no affricate
    ("en-us", "hour", "a ʊ ə ɹ"),
]


@pytest.mark.parametrize(("voice", "word", "phones"), CLEANED)
def test_names_of_phonemes_are_replaced(voice: str, word: str, phones: str) -> None:
    ipa = load(f"espeak:{voice}").read(word).ipa
    assert " ".join(canonical(ipa)) == phones


def test_nothing_is_left_that_is_no_ipa() -> None:
    for voice, word, _ in CLEANED:
        _, dropped = canonicalise(load(f"espeak:{voice}").read(word).ipa)
        assert dropped == 0, (voice, word)


def test_language_switches_are_taken_out() -> None:
    ipa = load("espeak:de").read("Song").ipa
    assert "(" not in ipa
    assert "en" not in ipa


def test_the_version_tells_of_the_clean_up() -> None:
    assert load("espeak:ky").version.startswith("espeak-ng 1.")
    assert "clean-up" in load("espeak:ky").version
