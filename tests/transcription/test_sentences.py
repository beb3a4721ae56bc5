import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipaner.document import Status, Word
from ipaner.runtime import windows
from ipaner.transcription import sentences
from ipaner.transcription.words import word_spans


def cut(text):
    return [text[start:end].strip() for start, end in sentences(text)]


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_sentences_tile_the_text(texts, data):
    text = " ".join(data.draw(st.lists(texts, max_size=5)))
    spans = list(sentences(text))
    assert all(start < end for start, end in spans)
    assert all(end == following for (_, end), (following, _) in pairwise(spans))
    assert (spans[0][0], spans[-1][1]) == (0, len(text)) if text else not spans


PARTS = "He Dr. A. 3. went. to! No? (Yes.) мир. डॉ. गए। እሱ። 他。 Ali's 1999."


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([*PARTS.split(), "\n"]), max_size=25))
def test_the_tagger_cuts_alike(parts):
    """It cuts words, not text, and does not know the signs that are mended here."""
    text = " ".join(parts)
    words = [Word(text[s:e], s, e, (), Status.OPAQUE) for s, e in word_spans(text)]
    starts = {words[first].start for first, last in windows.sentences(text, words, "eng") if first < last}
    ours = [next((w.start for w in words if s <= w.start < e), None) for s, e in sentences(text)]
    assert starts == {start for start in ours if start is not None}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One came. Two went! Three?", ["One came.", "Two went!", "Three?"]),
        ("Then J. R. R. Tolkien met Dr. Smith. He left.", ["Then J. R. R. Tolkien met Dr. Smith.", "He left."]),
        ("Am 3. Oktober kam er. Dann ging er.", ["Am 3. Oktober kam er.", "Dann ging er."]),
        ("It was 3.5 km. Then it ended.", ["It was 3.5 km.", "Then it ended."]),
        ("यह है। वह है॥ अब", ["यह है।", "वह है॥", "अब"]),
        ("እሱ ሄደ። እሷ መጣች፧ አዎ።", ["እሱ ሄደ።", "እሷ መጣች፧", "አዎ።"]),
        ("ខ្ញុំទៅ។ គាត់មក៕ ល្អ៚ ចប់", ["ខ្ញុំទៅ។", "គាត់មក៕", "ល្អ៚", "ចប់"]),
        ("كيف حالك؟ أنا بخير. شكرا", ["كيف حالك؟", "أنا بخير.", "شكرا"]),
        ("وہ گیا۔ میں آیا۔", ["وہ گیا۔", "میں آیا۔"]),
        ("你好。再见！「走吗？」他说。", ["你好。", "再见！", "「走吗？」", "他说。"]),
        ("食べた。ノートＰＣを見た！", ["食べた。", "ノートＰＣを見た！"]),
        ("ရန်ကုန်၊ မန္တလေး။ နေပြည်တော်။", ["ရန်ကုန်၊ မန္တလေး။", "နေပြည်တော်။"]),
        ("བོད་ཡིག་ནི། །དང་པོ། གཉིས་པ།", ["བོད་ཡིག་ནི། །", "དང་པོ།", "གཉིས་པ།"]),
        ("Τι είναι; Ναι.", ["Τι είναι;", "Ναι."]),
        ("Բարեւ։ Ես եկա։", ["Բարեւ։", "Ես եկա։"]),
        ("ไปไหน มาไหน\nกลับบ้าน", ["ไปไหน มาไหน", "กลับบ้าน"]),
        ("one; two", ["one; two"]),
        ("broken \ud800 here. Then \udfff again.", ["broken \ud800 here.", "Then \udfff again."]),
        ("𐐷𐐲. 😀 Then. Last", ["𐐷𐐲.", "😀 Then.", "Last"]),
        ("", []),
        ("   ", [""]),
    ],
)
def test_signs_of_many_scripts(text, expected):
    assert cut(text) == expected


@pytest.mark.parametrize("unit", ["a", "a. ", "།", "A. ", "ไทย", "\u0301"])
def test_a_long_text_takes_seconds(unit):
    text = unit * (300_000 // len(unit))
    start = time.process_time()
    assert list(sentences(text))[-1][1] == len(text)
    assert time.process_time() - start < 8
