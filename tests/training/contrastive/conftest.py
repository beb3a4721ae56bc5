import pytest

from ipaner.pairs import Pair

WORDS = {
    "coffee": ("k ɔ f i", {"kor": "kʰ ʌ pʰ i", "tur": "k a h v e"}),
    "taxi": ("t æ k s i", {"kor": "t ɛ k s i", "tur": "t a k s i"}),
    "bus": ("b ʌ s", {"kor": "p ʌ s ɯ", "tur": "o t o b y s"}),
    "hotel": ("h o t ɛ l", {"kor": "h o t e l", "tur": "o t e l"}),
    "radio": ("ɹ eɪ d i o", {"kor": "l a d i o", "tur": "ɾ a d j o"}),
    "camera": ("k æ m ɹ ə", {"kor": "kʰ a m e ɾ a", "tur": "k a m e ɾ a"}),
    "banana": ("b ə n æ n ə", {"kor": "p a n a n a", "tur": "m u z"}),
    "doctor": ("d ɑ k t ɚ", {"kor": "t a k t ʌ", "tur": "d o k t o ɾ"}),
    "piano": ("p i æ n o", {"kor": "pʰ i a n o", "tur": "p i j a n o"}),
    "robot": ("ɹ o b ɑ t", {"kor": "ɾ o p o t", "tur": "ɾ o b o t"}),
    "tennis": ("t ɛ n ɪ s", {"kor": "t e n i s ɯ", "tur": "t e n i s"}),
    "sofa": ("s o f ə", {"kor": "s o pʰ a", "tur": "k a n e p e"}),
}


@pytest.fixture
def table():
    """Pairs of two languages; IPA by hand, so that nothing has to be transcribed."""
    return [
        Pair(code, english, f"{code}-{english}", "loanword", "test", "CC0", ours, theirs, "core", 0.2)
        for english, (ours, others) in WORDS.items()
        for code, theirs in others.items()
    ]
